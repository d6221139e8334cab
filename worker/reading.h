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
 * zone or setting, and is refused. On the thread pool, one at a time, with a
 * connection of its own; the loop goes on meanwhile.
 *
 * What comes over HTTP is read here, too, and has nowhere else to go: more of
 * it may wait, and a question from the socket goes before it.
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

void reading_open(struct worker *w);
/* No new ones; the one under way ends first. */
void reading_close(struct worker *w);
/* Gives what it has mapped back; false while an operation is under way. */
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
