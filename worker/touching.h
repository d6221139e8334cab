/*
 * touching.h - which definitions a tool call touched, found beside the loop.
 *
 * An edit's payload brings the whole file as it was; what is stored of it does
 * not. So a copy of the payload goes to the thread pool, some milliseconds
 * after its event was stored and acknowledged: no hook waits for a parse. The
 * touches (store/touch.h) are written when they come back. Until then the
 * session is held (digester_hold), so that the batch finds them.
 *
 * Invariants:
 *   1. An event has its touches once: who brings it a second time adds nothing.
 *   2. What waits is bounded; past that an event has no touches, and is an
 *      event all the same.
 *   3. A worker that was killed before they were written leaves events without
 *      touches that still wait. The next one goes from the files on the disk
 *      back, patch by patch (edited_back); where a file has changed since, an
 *      event stays without.
 */
#ifndef CMEM_WORKER_TOUCHING_H
#define CMEM_WORKER_TOUCHING_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "code/parse.h"
#include "store/touch.h"
#include "worker/worker.h"

/* Whose touches: an event that was stored. */
struct touching_of {
    int64_t session_id, event_id, time_ms;
    int64_t project_id; /* of the directory that the tool ran in */
    struct str root;    /* top of the working tree there */
};

void touching_open(struct worker *w);
/* Looks for what invariant 3 speaks of: once, before the first batch. */
void touching_recover(struct worker *w);
/* What waits is still done, for a second at most. */
void touching_close(struct worker *w);
bool touching_busy(const struct worker *w);

/* A new event of a tool that writes (edited_is_of); payload as it came. */
void touching_event(struct worker *w, const struct touching_of *of,
                    struct str payload);

/* For who is on the thread pool already: what the payload's call touched, by
 * absolute paths, in a. p: one that touching_parser made. */
struct code_parser *touching_parser(void);
size_t touching_find(struct code_parser *p, struct str payload,
                     struct arena *a, struct touch_in **v);
/* Writes what touching_find found, in the caller's transaction. */
int touching_write(struct worker *w, const struct touching_of *of,
                   struct touch_in *v, size_t n, struct err *e);

#endif
