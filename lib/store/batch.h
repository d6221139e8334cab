/*
 * batch.h - which events wait, the batches they are compressed in, and the
 * ledger of model calls.
 */
#ifndef CMEM_STORE_BATCH_H
#define CMEM_STORE_BATCH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

/* Sessions with events that wait for compression. */
struct waiting {
    int64_t session_id;
    int64_t count, bytes;
    int64_t oldest_ms; /* when the oldest of them happened */
    bool turn_ended;   /* a Stop or an end of session is among them */
};

/* Called for each; a negative value stops. */
int waiting_sessions(struct db *db, int (*fn)(void *arg, const struct waiting *),
                     void *arg, struct err *e);
int waiting_session(struct db *db, int64_t session_id, struct waiting *out,
                    struct err *e);

/* What compression needs to know of a session. Slices live in the arena. */
struct session_row {
    int64_t id, project_id, parent_id;
    struct str uid, cwd, branch, agent_type, project_name, root, transcript;
    struct str summary; /* data of its summary so far, JSON, or empty */
    int64_t ended_ms;
};
int session_get(struct db *db, int64_t id, struct arena *a,
                struct session_row *out, struct err *e);

/*
 * Deletes events from before before_ms that wait for nothing and that no memory
 * rests on, among the next `max` behind *after, which moves on. 1: there are
 * more to look at. In the caller's transaction.
 */
int events_retire(struct db *db, int64_t before_ms, size_t max, int64_t *after,
                  int64_t *gone, struct err *e);

struct event_row {
    int64_t id, time_ms;
    struct str name, payload;
};
/*
 * The session's waiting events in order of time, at most max_events and about
 * max_bytes, up to and with the first that ends a turn. *more says whether
 * others wait behind them.
 */
int events_waiting(struct db *db, int64_t session_id, size_t max_events,
                   size_t max_bytes, struct arena *a, struct event_row **rows,
                   size_t *n, bool *more, struct err *e);
/* The newest max_events that wait, over the ends of turns, in order. */
int events_waiting_all(struct db *db, int64_t session_id, size_t max_events,
                       struct arena *a, struct event_row **rows, size_t *n,
                       struct err *e);
/* The newest max_events of the session, whatever their state, in order. */
int events_all(struct db *db, int64_t session_id, size_t max_events,
               struct arena *a, struct event_row **rows, size_t *n,
               struct err *e);

/* A batch begins (or is found again after a crash: same session, still
 * waiting): *id, and how often it was tried before. */
int batch_begin(struct db *db, int64_t session_id, const struct event_row *rows,
                size_t n, bool ends_turn, int64_t now_ms, int64_t *id,
                int64_t *tries, struct err *e);
/* Not now: not before next_ms, because of `error`. */
int batch_delay(struct db *db, int64_t id, int64_t next_ms, struct str error,
                struct err *e);
/* The earliest moment at which the session's waiting batch may be tried. */
int batch_not_before(struct db *db, int64_t session_id, int64_t *next_ms,
                     struct err *e);
/* Done by `provider`; events become EVENT_DONE. `reply` is kept when the
 * model's reply was refused (state "refused"), else NULL. */
int batch_done(struct db *db, int64_t id, const struct event_row *rows,
               size_t n, struct str provider, struct str error,
               struct str reply, int64_t now_ms, struct err *e);

struct usage_in {
    int64_t time_ms, project_id, session_id, batch_id;
    struct str provider, model;
    int prompt_version;
    int64_t input_tokens, cached_tokens, output_tokens, micro_usd, ms;
    struct str error; /* NULL slice when it went well */
};
int usage_put(struct db *db, const struct usage_in *in, struct err *e);
/* Since from_ms: tokens in and out, and millionths of a dollar. */
int usage_since(struct db *db, int64_t from_ms, int64_t *tokens,
                int64_t *micro_usd, struct err *e);

#endif
