/*
 * digester.h - when a session's waiting events are compressed, and doing it.
 *
 * A batch closes when its turn ended, or by count, bytes or age, whichever
 * comes first (struct batch_policy). One batch of a session at a time. One
 * timer, armed for the next batch that comes due; none when nothing waits.
 */
#ifndef CMEM_WORKER_DIGESTER_H
#define CMEM_WORKER_DIGESTER_H

#include "base/common.h"
#include "store/batch.h"
#include "worker/worker.h"

/* --- policy: pure, tested without a clock ------------------------------- */

struct batch_policy {
    int64_t max_events, max_bytes;
    int64_t max_age_ms; /* since the oldest waiting event came */
    int64_t settle_ms;  /* after the last event of an ended turn: hooks of
                           parallel tools and the transcript come late */
};

struct batch_state {
    int64_t events, bytes;
    int64_t first_ms, last_ms; /* when the oldest and newest came */
    bool turn_ended;
    bool forced;               /* somebody asked: now */
    bool busy;                 /* a batch of it is under way */
    int64_t not_before_ms;     /* after a failure */
};

/* The moment at which the batch is due, on the clock of the state's times;
 * INT64_MAX: not until something more happens. */
int64_t batch_due(const struct batch_policy *p, const struct batch_state *s);

/* --- the digester ------------------------------------------------------- */

int digester_open(struct worker *w, struct err *e);
/* No new batches; jobs under way end first (the loop must run on). */
void digester_close(struct worker *w);
/* An event of the session waits now. */
void digester_event(struct worker *w, int64_t session_id, int64_t bytes,
                    bool ends_turn);
/* A transcript of the session is being read, or what its edits touched is being
 * looked for: wait for it (and then not). Holds count. */
void digester_hold(struct worker *w, int64_t session_id, bool hold);
/* Everything that waits is due now; `idle` is called once nothing is left
 * but what waits for a provider (its count). */
void digester_drain(struct worker *w, void (*idle)(void *arg, int64_t left),
                    void *arg);
/* The settings are others now: what is due may be, too. */
void digester_reload(struct worker *w);
/* Looks what is due and starts it. */
void digester_run(struct worker *w);
size_t digester_jobs(const struct worker *w);

#endif
