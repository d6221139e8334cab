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
 */
#ifndef CMEM_WORKER_READING_H
#define CMEM_WORKER_READING_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "worker/server.h"
#include "worker/worker.h"

void reading_open(struct worker *w);
/* No new ones; the one under way ends first. */
void reading_close(struct worker *w);
/* Gives what it has mapped back; false while an operation is under way. */
bool reading_rest(struct worker *w);
/* After the loop ran out. */
void reading_end(struct worker *w);

/* The control op "read": answers `to` later. CM_EAGAIN: do it yourself. */
int reading_op(struct worker *w, const struct asker *to,
               const struct json *args, struct err *e);

#endif
