/*
 * delivery.h - what programs asked to be told of memories, and were not yet.
 *
 * Each function but the reading one belongs into the caller's transaction.
 */
#ifndef CMEM_STORE_DELIVERY_H
#define CMEM_STORE_DELIVERY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct delivery_row {
    int64_t id;     /* set by delivery_put */
    struct str uid; /* unique; who is told twice knows it by that */
    struct str webhook, event;
    int64_t memory_id; /* there or forgotten */
    int64_t created_ms, due_ms, tries;
};

int delivery_put(struct db *db, struct delivery_row *d, struct err *e);
/* It failed once more and is to be tried again then. */
int delivery_later(struct db *db, int64_t id, int64_t due_ms, int64_t tries,
                   struct err *e);
/* It is delivered, or given up. */
int delivery_end(struct db *db, int64_t id, struct err *e);
/* Nobody wants to be told any more. */
int deliveries_drop(struct db *db, struct str webhook, struct err *e);
/* The oldest `max`, in the order in which they came. */
int deliveries_read(struct db *db, size_t max, struct arena *a,
                    struct delivery_row **rows, size_t *n, struct err *e);

#endif
