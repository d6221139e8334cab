/*
 * fresh_hits.h - what a search found, and whether it still holds.
 *
 * Scores of what has changed or gone are multiplied with fresh_weight, and such
 * a hit goes down behind those that are better now. Nothing else moves: what
 * holds, or is not known, keeps the order that the search gave it.
 */
#ifndef CMEM_OPS_FRESH_HITS_H
#define CMEM_OPS_FRESH_HITS_H

#include "base/common.h"
#include "ops/fresh.h"
#include "search/search.h"

/* out[n]: how each stands, in the new order. */
int fresh_hits(struct fresh_set *s, struct search_hit *v, size_t n,
               struct fresh_memory *out, struct err *e);

#endif
