/*
 * receipt.h - what a session is given at its start, and the receipt for it.
 */
#ifndef CMEM_WORKER_RECEIPT_H
#define CMEM_WORKER_RECEIPT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"
#include "worker/worker.h"

/* The whole text that the context hook of the session prints (lives in a;
 * empty when there is nothing to say). What was injected is written to
 * `injections` in the shared transaction. */
struct str receipt_context(struct worker *w, int64_t session_id, bool compact,
                           struct arena *a);

#endif
