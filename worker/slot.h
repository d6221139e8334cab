/*
 * slot.h - what a prompt brings with it, found while the hook waits.
 *
 * The event is stored, committed and acknowledged as any other. An ACK with
 * FRAME_MORE tells the hook that a REPLY with what to print (perhaps nothing)
 * is being made: the search runs on the thread pool with a connection of its
 * own, one at a time. The hook waits SLOT_BUDGET_MS from when it sent the
 * event; it sends an ACK back for what it printed, and only then the receipt
 * is written. So a receipt never claims what the session may not have got; the
 * price is that a hook or worker killed between the two lets a memory be given
 * a second time.
 */
#ifndef CMEM_WORKER_SLOT_H
#define CMEM_WORKER_SLOT_H

#include "base/common.h"
#include "worker/capture.h"
#include "worker/server.h"
#include "worker/worker.h"

void slot_open(struct worker *w);
/* No new searches; the one under way ends first. */
void slot_close(struct worker *w);
/* Gives what it has mapped back; false while a search is under way. */
bool slot_rest(struct worker *w);
/* After the loop ran out. */
void slot_end(struct worker *w);

/* Will slot_start answer? Then the ACK says so. */
bool slot_wanted(const struct worker *w, const struct context_ask *ask);
/* The event of a prompt was committed: looks for what it brings and answers
 * `to`. */
void slot_start(struct worker *w, const struct asker *to,
                const struct context_ask *ask);
/* The hook printed what it was given: writes the receipt. */
void slot_printed(struct worker *w, const struct asker *to);

#endif
