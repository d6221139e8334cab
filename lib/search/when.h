/*
 * when.h - the time a question speaks of.
 *
 * "last week", "in March", "yesterday", "on 7 May 2023", "before the release",
 * "as of v2", "since 2026-10-01", "two months ago": found by rule, in English,
 * and ISO dates in any language. A range is in event time, half open. Words of
 * a time stay words of the query: texts have them, too, and left out of it
 * "in May 2023" finds 1.5 % less of what was said.
 *
 * A month, a day or a year without more is the newest that has begun: "in
 * March" asked in February is last year's. Weeks begin on Monday, seasons are
 * the northern ones. What lies ahead ("next week") is no time of a memory.
 * FIRST and LAST come only where nothing said a range.
 *
 * A range is only as good as the question: stories are told later than they
 * happened. Ranking takes it as a mild factor, and leaves out what lies outside
 * only when a person gave the bounds by themselves (--since, --until).
 *
 * Pure: the clock is an argument; days are the asker's (TZ). Slices are cut
 * from the query.
 */
#ifndef CMEM_SEARCH_WHEN_H
#define CMEM_SEARCH_WHEN_H

#include "base/common.h"
#include "base/str.h"

enum when_kind {
    WHEN_NONE,
    WHEN_IN,     /* between from_ms and until_ms */
    WHEN_BEFORE, /* before until_ms, or before the anchor */
    WHEN_AFTER,  /* after from_ms, or after the anchor */
    WHEN_AS_OF,  /* as things stood at until_ms, or at the anchor */
    WHEN_FIRST,  /* "first", "originally": the earliest that fits */
    WHEN_LAST,   /* "latest", "most recent", "currently" */
};

struct when {
    enum when_kind kind;
    int64_t from_ms, until_ms; /* 0 and INT64_MAX where open */
    struct str anchor; /* "the release", "v2": its time is to be looked up */
    struct str text;   /* the words of the question that said it */
    bool is_vague;     /* "recently", "a while ago": a leaning, no bound */
    bool asks_when;    /* "when did ...": the answer is a date */
};

void when_parse(struct str query, int64_t now_ms, struct when *out);

#endif
