/*
 * reading.h - reading operations for whoever asks while the worker runs.
 *
 * A reading operation runs in any process. In this one the database's pages,
 * its statements and the embedder's weights are at hand already, which a
 * process that asks one question and ends has to fetch: OP_WARM marks the
 * operations that gain by it. The terminal program asks here first and reads
 * by itself when there is no worker, when this one is busy, or when it would
 * read by other settings than the asker's.
 *
 *     {"op": "read", "args": {"name": "search", "key": "9f...",
 *      "args": {"words": "..."}, "cwd": "/where/it/was/asked"}}
 *
 * `key` is reading_key of who asks: another one means another version, time
 * zone or setting, and is refused.
 *
 * What comes over HTTP is read here, too, and has nowhere else to go: more of
 * it may wait.
 *
 * Reading is done on the thread pool by as many readers as there are cores, up
 * to READING_MOST, each with a connection and a meaning of its own (reader.h),
 * so that none waits for another; the loop goes on meanwhile. The second and
 * further ones are opened when there is something for them to do, and closed
 * some seconds after the last question. A question from the socket goes before
 * those over HTTP, but only every other time: neither door can shut the other.
 *
 * An operation that asks a remote embedder or a reranker gives its reader back
 * meanwhile, and is run again with what they said: elsewhere.h.
 */
#ifndef CMEM_WORKER_READING_H
#define CMEM_WORKER_READING_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "ops/op.h"
#include "worker/server.h"
#include "worker/worker.h"

#define READING_MOST 4
/* How many of this machine's threads read at most. */
size_t reading_readers(void);

void reading_open(struct worker *w);
/* No new ones; those under way end first. */
void reading_close(struct worker *w);
/* Gives what is mapped back; false while an operation is under way. */
bool reading_rest(struct worker *w);
/* After the loop ran out. */
void reading_end(struct worker *w);

struct reading {
    const struct op *op; /* whose arguments op_check checks first; or NULL */
    int (*run)(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e);
    const char *name; /* for the log; lives for good */
    struct json *args;
    struct str cwd; /* copied */
    struct asker to;
};

/* Runs it on the pool; `to` is answered later, with CM_EAGAIN when the worker
 * leaves first. Takes the args over, also when it fails: CM_EAGAIN, too many
 * are waiting. */
int reading_submit(struct worker *w, const struct reading *r, struct err *e);

/* The control op "read": answers `to` later. CM_EAGAIN: do it yourself. */
int reading_op(struct worker *w, const struct asker *to,
               const struct json *args, struct err *e);

#endif
