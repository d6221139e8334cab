/*
 * twins.h - statements that say the same in other words, found by meaning.
 *
 * When a fact or a note has got its vector, the nearest statements of its scope
 * are looked at. Meaning proposes (a cosine over TWIN_COSINE), words decide
 * (facts_reworded): two that both take for one are one, the later one links to
 * the one that was there and gives way to it. Nothing is deleted.
 */
#ifndef CMEM_WORKER_TWINS_H
#define CMEM_WORKER_TWINS_H

#include "base/common.h"
#include "worker/worker.h"

/* Of 24 pairs that say the same 22 are above 0.80 and those whose words agree,
 * too, above 0.90; so are pairs that do not say the same ("before", "after"):
 * these have other words. */
#define TWIN_COSINE 0.88f

/* v: the memory's first vector. After the transaction that wrote it; failures
 * are logged. */
void twins_look(struct worker *w, int64_t memory_id, const float *v);

#endif
