/*
 * elsewhere.h - what a reading operation wants of somebody else: the vector of
 * a query from a remote embedder, the reranker's opinion.
 *
 * Either may take seconds, and a reader that waited for it would be one less
 * for everybody. So nobody waits. An operation that asks is told that there is
 * no answer yet and ends as it would without one; its question is kept here.
 * Then the loop asks, and when the answer came the operation is run again from
 * its start and gets it. That costs the few milliseconds of a search, once or
 * twice: with the vector the candidates are others, so the reranker is asked in
 * the second run.
 *
 *     elsewhere_attach(&x, &env, &config);     (on the pool, before each run)
 *     rc = op->run(&env, ...);
 *     if (elsewhere_wants(&x))                 (on the loop, after it)
 *         elsewhere_ask(&x, again, arg);
 *
 * What fails, is late or may not be asked (the daily cap) is an answer, too:
 * words have to do, the order stays as it is, and the result says why.
 *
 * Invariants:
 *   1. each of the two is asked at most once for an operation;
 *   2. a struct elsewhere is the pool's while its operation runs there, the
 *      loop's otherwise, and not touched by the operation while it is asking;
 *   3. at most ELSEWHERE_COMMANDS programs run at a time.
 */
#ifndef CMEM_WORKER_ELSEWHERE_H
#define CMEM_WORKER_ELSEWHERE_H

#include <uv.h>

#include "base/arena.h"
#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "ops/op.h"
#include "ops/rerank_command.h"
#include "search/rerank.h"
#include "store/vector.h"
#include "worker/worker.h"

/* Each has a thread of the pool while it runs. */
#define ELSEWHERE_COMMANDS 2

enum elsewhere_state {
    ELSEWHERE_UNASKED,
    ELSEWHERE_WANTED,
    ELSEWHERE_ANSWERED,
};

/* The programs of a worker: those that run, and who waits for one. */
struct elsewhere_queue {
    struct elsewhere *first, *last;
    size_t running;
};

struct elsewhere { /* all zero but w and queue: nothing asked */
    struct worker *w;
    struct elsewhere_queue *queue;
    struct arena a;

    struct {
        enum elsewhere_state state;
        char name[VECTOR_NAME_MAX]; /* the embedder's */
        struct str text;
        float *v;
        int dim;
        struct err err;
    } vector;

    struct {
        enum elsewhere_state state;
        struct json *args;             /* for the model, or: */
        struct rerank_program program; /* and its input */
        struct str line;
        int limit_ms;
        struct str id[RERANK_MAX];
        size_t n;
        double chance[RERANK_MAX];
        struct err err;
        int64_t asked_ms;
    } opinion;
    struct reranker reranker;

    uv_work_t work; /* a program's */
    struct elsewhere *next;
    void (*again)(void *arg);
    void *arg;
};

/* Sets how env reaches its reranker and its meaning the remote embedder. */
void elsewhere_attach(struct elsewhere *x, struct op_env *env,
                      const struct config *c);
/* Did the operation ask for something that is to be asked for now? */
bool elsewhere_wants(const struct elsewhere *x);
/* Asks; `again` is called once, from the loop, perhaps before this returns. */
void elsewhere_ask(struct elsewhere *x, void (*again)(void *arg), void *arg);
/* Nobody may be asking for x. */
void elsewhere_free(struct elsewhere *x);
/* Who waits for a program is called back without one. */
void elsewhere_close(struct elsewhere_queue *q);

#endif
