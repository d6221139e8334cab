/*
 * access.h - when memories were read on purpose, or given to a session.
 *
 * The last ACCESS_MAX times of each are kept. What is used stays near the top
 * of a search; the block of a session's start does not look at it, so that a
 * look does not change the block.
 */
#ifndef CMEM_STORE_ACCESS_H
#define CMEM_STORE_ACCESS_H

#include "base/common.h"
#include "base/err.h"
#include "store/db.h"

#define ACCESS_MAX 20
/* A use counts half after so many days. */
#define ACCESS_HALF_DAYS 30

/* how: "show", "search" (opened from there), "start", "prompt" (given to a
 * session). Ids that there are not are passed over. Caller's transaction. */
int access_put(struct db *db, const int64_t *ids, size_t n, const char *how,
               int64_t now_ms, struct err *e);

struct access_use {
    int64_t memory_id;
    int times;       /* 0 to ACCESS_MAX */
    int64_t last_ms; /* 0: never */
    /* Each time counts 1 when a person or a program asked for the memory and
     * 0.25 when it was merely given, halved every ACCESS_HALF_DAYS: 0 (never)
     * to ACCESS_MAX. */
    double heat;
};

/* The use of ids[n], in the order given, by one query. */
int access_read(struct db *db, const int64_t *ids, size_t n, int64_t now_ms,
                struct access_use *out, struct err *e);

#endif
