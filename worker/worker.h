/*
 * worker.h - the one process that writes: its parts and what they share.
 *
 * Everything runs on one libuv loop, but for reading a batch and making
 * memories of it by rules (digester.c), reading transcripts (reconcile.c),
 * finding what edits touched (touching.c) and embedding (embedding.c), which run on the thread pool with a read-only
 * connection of their own and an arena; their results come back to the loop to
 * be written.
 *
 * Writing: events that arrive in one turn of the loop share a transaction
 * (worker_tx), which is committed at the end of that turn; then, and only
 * then, they are acknowledged. Whoever else writes calls worker_own_tx,
 * which first commits what is open.
 */
#ifndef CMEM_WORKER_WORKER_H
#define CMEM_WORKER_WORKER_H

#include <uv.h>

#include "base/arena.h"
#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/paths.h"
#include "store/db.h"

struct server;
struct capture;
struct digester;
struct reconciler;
struct slots;
struct readings;
struct http;
struct mem0;
struct llm;
struct asking;
struct embedding;
struct indexing;
struct touching;
struct meaning;

struct worker_counts {
    int64_t events;     /* stored since start */
    int64_t known;      /* came again and were there already */
    int64_t refused;    /* our own model's events, excluded directories */
    int64_t spooled;    /* taken from the spool */
    int64_t redacted;   /* secrets taken out */
    int64_t batches, memories, llm_calls, llm_failures;
};

/* As a project's branches were when they were looked at: branches.h. */
struct branches_seen {
    int64_t project_id;
    uint64_t signature;
};

struct worker {
    uv_loop_t loop;
    struct paths paths;
    struct config config;
    int64_t config_mtime_ns; /* of the file as it was read; see stamp_of */
    bool llm_stale;          /* to be made anew when no call is under way */
    struct db *db;
    int lock_fd;

    struct server *server;
    struct capture *capture;
    struct digester *digester;
    struct reconciler *reconciler;
    struct slots *slots;
    struct readings *readings;
    struct http *http;
    struct mem0 *mem0; /* NULL until somebody speaks it */
    bool hook_waits; /* for a slot; atomic, for those who can let it pass */
    struct llm *llm;        /* NULL: rules only */
    struct err llm_problem; /* why a configured model is not used */
    struct meaning *meaning;
    struct embedding *embedding; /* NULL before and after */
    int64_t embed_threads;       /* that the thread pool was made for */
    struct indexing *indexing;   /* likewise */
    struct touching *touching;   /* likewise */

    int64_t started_ms;
    int64_t active_mono_ms; /* last event, call or job */
    struct worker_counts counts;
    struct asking *drains; /* who waits until all is compressed */
    bool closing;

    struct branches_seen branches[32];

    uv_timer_t retention;
    int64_t retired, retired_to; /* events gone; looked at up to here */

    uv_timer_t idle;
    uv_timer_t rest;
    uv_signal_t sigterm, sigint, sighup;
    uv_fs_event_t spool_watch;
    uv_timer_t cache_timer;
    int64_t cache_projects[32]; /* whose rendered context is out of date */
    size_t ncache;
    uv_work_t checkpoint;   /* on the thread pool, one at a time */
    bool checkpointing;
    uv_check_t commit; /* end of a turn of the loop: worker_flush */
};

/* Takes the lock (CM_EAGAIN: another worker has it), opens everything, takes
 * what waits in the spool. Then the caller runs the loop. */
int worker_start(struct worker *w, struct err *e);
/* After the loop ran out. */
void worker_end(struct worker *w);

/* Something happened: the idle time starts anew. */
void worker_active(struct worker *w);
/* Somebody was answered from what is mapped: some seconds after the last one it
 * is given back, though it is other programs', too. */
void worker_rest_later(struct worker *w);
/* Opens the shared transaction unless it is open. */
int worker_tx(struct worker *w, struct err *e);
/* Commits the shared transaction, if open, and acknowledges its events. */
void worker_flush(struct worker *w);
/* A transaction of the caller's own: ends with db_commit or db_rollback. */
int worker_own_tx(struct worker *w, struct err *e);
/* The project's rendered context block is to be written anew, soon. */
void worker_stale(struct worker *w, int64_t project_id);
/* Reads the config file again if it changed; everything goes by it at once,
 * but for the model's client, which waits for the calls under way. */
void worker_reload(struct worker *w);
/* Takes what waits in the spool. */
void worker_drain_spool(struct worker *w);
/* Begins to end: no new work, then the loop runs out. */
void worker_close(struct worker *w);

#endif
