/*
 * opened.h - what somebody opened counts as used, whoever asked: memories that
 * are used stay near the top of searches (store/access.h).
 *
 * Opening is what an operation with OP_OPENS does. Over the socket the terminal
 * says so itself, because it may have read without the worker.
 */
#ifndef CMEM_WORKER_OPENED_H
#define CMEM_WORKER_OPENED_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "worker/worker.h"

/* As many as one call may name. */
#define OPENED_MAX 100

struct opened {
    int64_t ids[OPENED_MAX];
    size_t n;
};

/* The memories among `ids`: 12, "12" or "#12". */
void opened_take(struct opened *o, const struct json *ids);
/* In a transaction of its own. One that is not there counts for nothing. */
int opened_put(struct worker *w, const struct opened *o, struct err *e);

#endif
