/*
 * rules_phrase.h - weighing a sentence by the phrases it holds.
 */
#ifndef CMEM_COMPRESS_RULES_PHRASE_H
#define CMEM_COMPRESS_RULES_PHRASE_H

#include "base/common.h"
#include "base/str.h"

/* A longer sentence is a paragraph without stops: a listing, not a thought. */
#define SENTENCE_MAX 420

struct phrase {
    const char *text; /* lower case; blanks count */
    int weight;
};

/* The weight of every phrase that occurs in `lower`, added up. `lower` is
 * text_lower's: a blank at both ends. */
int phrase_weigh(struct str lower, const struct phrase *p, size_t n);
/* Does the sentence start with one of the list? */
bool phrase_starts(struct str lower, const char *const *list, size_t n);

#endif
