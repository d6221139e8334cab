/*
 * settle.h - a new statement finds its place among those that are there.
 *
 * Said before, in the same or in other words: the one that is there is counted
 * and nothing is stored twice. Says anew what another one said otherwise, or
 * that it no longer holds: both stay, and the older ceases to hold (facts.h
 * says what counts, revise.h who may take whose place). Everything else is
 * simply stored.
 *
 * For statements that a person or a session made: facts, notes and
 * observations. What was imported under names of its own (external_id) is
 * stored as it is.
 */
#ifndef CMEM_OPS_SETTLE_H
#define CMEM_OPS_SETTLE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "store/db.h"
#include "store/memory.h"

struct settled {
    int64_t id;
    bool added;    /* a new row */
    bool repeated; /* counted with `id` though the words differ */
    int64_t ended; /* how many it contradicts or ends */
    int64_t last;  /* the newest of these, or 0 */
};

/* in->about is set. In the caller's transaction; scratch memory from a. */
int settle_put(struct db *db, struct memory_in *in, int64_t now_ms,
               struct arena *a, struct settled *out, struct err *e);

/* The key of a text (facts.h), as settle_put sets it; empty for a story. */
struct str settle_about(struct str text, struct arena *a);

/* Does `text` say nothing that memory `id` does not say: no number, no name,
 * no other polarity? Then a model that takes it for a repetition is believed. */
bool settle_repeats(struct db *db, int64_t id, struct str text,
                    struct arena *a);

#endif
