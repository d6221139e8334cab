/*
 * rules_phrase.h - weighing a text by the phrases it holds.
 *
 * A text is compared with hundreds of phrases and has few of them. Its pairs
 * of bytes are noted once, and only a phrase whose first pairs are there is
 * looked for.
 */
#ifndef CMEM_COMPRESS_RULES_PHRASE_H
#define CMEM_COMPRESS_RULES_PHRASE_H

#include "base/common.h"
#include "base/str.h"

/* A longer sentence is a paragraph without stops: a listing, not a thought. */
#define SENTENCE_MAX 420

/* Which pairs of neighbouring bytes a text has (a set, with false hits). */
struct pairs {
    uint64_t bit[16];
};
void pairs_of(struct str s, struct pairs *p);
/* Is `z` in s, whose pairs these are? */
bool pairs_find(const struct pairs *p, struct str s, const char *z);

struct phrase {
    const char *text; /* lower case; blanks count */
    int weight;
};

/* Does s start with z? Stops at the first byte that differs. */
static inline bool starts_with(struct str s, const char *z)
{
    size_t i = 0;

    while (z[i] && i < s.n && s.p[i] == z[i])
        i++;
    return z[i] == '\0';
}

/* The weight of every phrase that occurs in `lower`, added up. `lower` is
 * text_lower's: a blank at both ends. */
int phrase_weigh(struct str lower, const struct phrase *p, size_t n);
/* Does the sentence start with one of the list? */
bool phrase_starts(struct str lower, const char *const *list, size_t n);

#endif
