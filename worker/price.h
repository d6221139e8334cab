/*
 * price.h - what well-known models cost.
 */
#ifndef CMEM_WORKER_PRICE_H
#define CMEM_WORKER_PRICE_H

#include "base/common.h"
#include "base/str.h"

/* List prices in micro-USD per token, which is US dollars per million. */
struct price {
    double input;
    double cached; /* input read from the provider's cache */
    double stored; /* input written to it */
    double output;
};

struct price_tokens {
    int64_t input; /* all of it, the two below included */
    int64_t cached;
    int64_t stored;
    int64_t output;
};

/*
 * Fills *out from the built-in table. The name may have a vendor before a
 * slash, a date or "-latest" or "-preview" behind, and dots for dashes in its
 * version, as resellers and replies write it. False when it is not known:
 * a model is never priced as its smaller or older sibling.
 */
bool price_find(struct str model, struct price *out);
/* Whole micro-USD, rounded. */
int64_t price_of(const struct price *p, const struct price_tokens *t);

#endif
