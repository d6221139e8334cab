/*
 * when_date.h - one expression of time in a question, as a range.
 *
 * Private to when*.c. "7 May 2023", "March", "last week", "two months ago",
 * "the first half of September", "the Sunday before 2026-10-25", "Q3".
 */
#ifndef CMEM_SEARCH_WHEN_DATE_H
#define CMEM_SEARCH_WHEN_DATE_H

#include "base/common.h"
#include "search/when_words.h"

struct when_span {
    int64_t from_ms, until_ms; /* half open; 0 and INT64_MAX where open */
    int rank; /* 4 a day, 3 with a year, 2 without one, 1 beside now */
    int year; /* that was said; 0: none */
};

/* How an expression is led in: the preposition before it, and the year of
 * another date that belongs to it ("between May 1 and May 9 2023"). */
struct when_lead {
    enum when_word by; /* W_OTHER: nothing */
    int year;
    int depth; /* of expressions within expressions */
};

/* The expression that begins with token i; returns how many tokens it has, 0
 * when there is none. */
size_t when_span_at(const struct when_text *x, size_t i,
                    const struct when_lead *lead, struct when_span *out);

/* Does what stands before token j end there, or go on with no noun? */
bool when_light(const struct when_text *x, size_t j);

#endif
