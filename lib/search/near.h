/*
 * near.h - words of the index that look like one that is not in it.
 */
#ifndef CMEM_SEARCH_NEAR_H
#define CMEM_SEARCH_NEAR_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

#define NEAR_MAX 3

struct near {
    struct str word;           /* that nothing has */
    struct str term[NEAR_MAX]; /* spelled as somebody wrote it, best first */
    size_t n;
};

/* Letters to insert, delete, change or swap with their neighbour to make b of
 * a; `limit` + 1 as soon as it is certain to be more than limit. The index
 * holds stems: with `ending`, a may go on behind what b is made of with an
 * ending such as "ion" or "ed", and must do so. Words over 32 bytes are never
 * near. */
int near_distance(struct str a, struct str b, int limit, bool ending);

/* Fills out->term with up to NEAR_MAX words; those with the same beginning
 * come from one part of the index, so the first letter must be right, or be
 * the second one. */
int near_find(struct db *db, struct str word, struct arena *a, struct near *out,
              struct err *e);

#endif
