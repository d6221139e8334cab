/*
 * control.h - what the terminal asks of the worker over the socket.
 *
 * The worker's own operations, and every row of ops/op.h that writes:
 *
 *   status         what is going on, as `cmem status` shows it
 *   drain          compress all that waits now; answers when it is done
 *   index          {"dir"} or {"stop"}: the code index, see indexing.h
 *   import-file    {"path", "label"}: take a transcript from disk
 *   rerank         let the model order a search's best: rerank.h
 *   read           {"name", "args", "key"}: a reading operation: reading.h
 *   serve          {"port"} or {"stop"} or {"status"}: HTTP, see http.h
 *   ping-provider  ask the model one word
 *   accessed       {"ids"}: memories were opened; nobody waits for the answer
 *   shutdown       leave
 */
#ifndef CMEM_WORKER_CONTROL_H
#define CMEM_WORKER_CONTROL_H

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "ops/op.h"
#include "worker/server.h"
#include "worker/worker.h"

/* Runs the op in `body`; answers now or later. */
void control_op(struct worker *w, const struct asker *to, struct str body);
/* Answers with a result (JSON), or with e when e->code is set. */
void control_answer(struct worker *w, const struct asker *to, struct str result,
                    const struct err *e);
/* Runs an operation that writes and answers; or, negative, does not answer.
 * "cwd" is taken out of args. */
int control_write(struct worker *w, const struct op *op, struct json *args,
                  const struct asker *to, struct err *e);

#endif
