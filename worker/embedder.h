/*
 * embedder.h - what turns texts into vectors for the worker: here, on the
 * thread pool, or somebody else's API.
 *
 * A batch is filled in by the keeper (embedding.c), dealt with by one of the
 * two, and comes back through `done`, from the loop, exactly once. Everything
 * in it lives in its arena until then.
 */
#ifndef CMEM_WORKER_EMBEDDER_H
#define CMEM_WORKER_EMBEDDER_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "search/embedder.h"
#include "store/vector.h"
#include "worker/worker.h"

/* Memories of one batch: a fifth of a second of computing, a request that
 * every API takes, and a transaction of a few milliseconds. */
#define EMBED_BATCH 32

struct embed_batch {
    struct worker *w;
    size_t slot; /* of the keeper */
    struct arena a;
    int64_t ids[EMBED_BATCH];
    size_t nids;
    void (*done)(struct embed_batch *b);

    /* What came of it: of each text its vectors, one behind the other. No
     * parts: there is nothing in it to embed. */
    int rc;
    struct err err;
    bool transient;   /* the same may work later, */
    int64_t retry_ms; /* not before so long; 0: no opinion */
    struct vector_want *want;
    size_t n;
    float *v[EMBED_BATCH];
    int nparts[EMBED_BATCH];
    int dim;
};

/* --- embedder_local.c: on the thread pool --------------------------------- */

struct local;
/* Maps the weights. CM_ENOTFOUND and a sentence when they are not there. */
int local_create(struct local **out, const bool *stop, struct err *e);
/* Nothing may be under way. NULL is fine. */
void local_destroy(struct local *l);
const char *local_name(const struct local *l);
/* Slots run beside each other; one batch a slot. When *stop is set the batch
 * comes back at once with CM_EAGAIN. */
void local_start(struct local *l, struct embed_batch *b);
/* Gives back what a slot's work needed: scratch memory, connection. */
void local_rest(struct local *l);

/* --- embedder_remote.c: over HTTP ----------------------------------------- */

struct remote;
int remote_create(struct remote **out, struct worker *w, struct err *e);
/* What is under way comes back with CM_EAGAIN. NULL is fine; `closed` is called
 * from the loop, or at once when r is NULL. */
void remote_close(struct remote *r, void (*closed)(void *arg), void *arg);
/* Can this one be asked? CM_EARG for a setting, CM_ENOTFOUND for a key that is
 * not there, with a sentence. */
int remote_check(struct remote *r, const char *name, struct err *e);
/* By the embedder that is set. */
void remote_start(struct remote *r, struct embed_batch *b);

/* v lives until the callback returns. */
typedef void (*remote_done)(void *arg, int rc, const float *v, int dim,
                            const struct err *e);
struct remote_query { /* one text; all of it is copied */
    const char *name; /* the embedder's; NULL: the one that is set */
    struct str text;
    int limit_ms; /* 0: ten seconds */
    remote_done done;
    void *arg;
};
/* Called back exactly once, from the loop, unless this returned an error. */
int remote_ask(struct remote *r, const struct remote_query *q, struct err *e);

#endif
