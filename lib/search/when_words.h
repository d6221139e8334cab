/*
 * when_words.h - the words of a question, as far as they speak of time.
 *
 * Private to when*.c. A question becomes tokens; each word that can be part of
 * a time has a class and a value, all others are W_OTHER. What stands in
 * quotation marks or back quotes, what is joined to a path, an option or a
 * call ("src/may.c", "--since", "second()") is W_OTHER: it is a name.
 */
#ifndef CMEM_SEARCH_WHEN_WORDS_H
#define CMEM_SEARCH_WHEN_WORDS_H

#include "base/common.h"
#include "base/str.h"

/* Words that are looked at; a time further behind is not the question's. */
#define WHEN_TOKENS 256

enum when_word {
    W_OTHER,
    W_LIGHT,   /* did, we, about: no noun that a month could be part of */
    W_NUMBER,  /* v: 1 to 9999, also "two", "couple" (2), "few" (3) */
    W_ORDINAL, /* 5th, third: v */
    W_DATE,    /* 2026-10-01, with or without a time: span */
    W_MONTH,   /* v: 1 to 12 */
    W_WEEKDAY, /* v: 0 is Sunday */
    W_UNIT,    /* v: enum when_unit */
    W_SEASON,  /* v: its first month, 3, 6, 9, 12 */
    W_QUARTER, /* Q3: v */
    W_TODAY,   /* v: days back */
    W_DAYPART, /* v: enum when_daypart */
    W_WEEKEND,
    W_LAST, /* last, past, previous */
    W_THIS,
    W_A, /* a, an */
    W_THE,
    W_OF,
    W_IN,
    W_ON,
    W_AT,
    W_DURING,
    W_SINCE,
    W_BEFORE,
    W_AFTER,
    W_UNTIL,
    W_BY,
    W_FROM,
    W_TO,
    W_BETWEEN,
    W_AND,
    W_AS,
    W_AGO,
    W_PART, /* early, mid, late, beginning, middle, end: v 1, 2, 3 */
    W_HALF,
    W_PRONOUN, /* we, I, she: a clause begins */
    W_OUR,     /* our, my, his: a thing begins */
    W_PAST,    /* did, was, had: the question is about the past */
    W_ASK,     /* what, who, when, how */
};

enum when_unit {
    UNIT_MINUTE,
    UNIT_HOUR,
    UNIT_DAY,
    UNIT_WEEK,
    UNIT_MONTH,
    UNIT_QUARTER,
    UNIT_YEAR,
};

enum when_daypart { PART_MORNING, PART_AFTERNOON, PART_EVENING, PART_NIGHT };

struct when_token {
    struct str s; /* as typed, without 's */
    enum when_word w;
    int v;
    bool is_capital; /* begins with a capital letter */
    bool is_unsure;  /* a word with another meaning: may, march, sun */
    bool has_s;      /* "yesterday's" */
    bool ends;       /* punctuation follows */
    int64_t from_ms, until_ms; /* W_DATE */
};

struct when_text {
    struct when_token t[WHEN_TOKENS];
    size_t n;
    int64_t now_ms;
    struct tm now;  /* local */
    bool asks_past; /* a question about what was */
};

void when_words(struct str query, int64_t now_ms, struct when_text *out);

/* The token's class; W_OTHER behind the end. */
static inline enum when_word when_at(const struct when_text *x, size_t i)
{
    return i < x->n ? x->t[i].w : W_OTHER;
}
bool when_is(const struct when_text *x, size_t i, const char *word);

/* Local midnight of a day; month and day may be out of range, as with mktime:
 * day 0 is the last of the month before. */
int64_t when_day(int year, int month, int day);
/* Is there such a day, and not before 1970? */
bool when_is_day(int year, int month, int day);

#endif
