/*
 * pick.h - of scored candidates, what is shown.
 *
 * The best first; of one session only a few among them, unless it was asked
 * for, or is a conversation and nobody asked how it went; texts that say the
 * same once, in the words of the most trusted. By session or group: each with
 * its best few.
 */
#ifndef CMEM_SEARCH_PICK_H
#define CMEM_SEARCH_PICK_H

#include "base/common.h"
#include "base/err.h"
#include "search/cands.h"

/* For qsort of struct cand *: the best first, a total order. */
int cand_by_score(const void *pa, const void *pb);
int pick_memories(struct finding *f, struct err *e);
int pick_places(struct finding *f, struct err *e);

#endif
