/*
 * reader.h - what a job on the thread pool reads with: a connection and a
 * meaning of its own, kept from one job to the next.
 *
 * One job at a time uses a reader. It is opened by the first one, on the pool,
 * and follows the settings: another time of change (worker.h) and they are read
 * again, with the embedder that they name. An embedder somewhere else is asked
 * where its owner says how (meaning_set_remote), and else not.
 */
#ifndef CMEM_WORKER_READER_H
#define CMEM_WORKER_READER_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/paths.h"
#include "search/meaning.h"
#include "store/db.h"

struct reader { /* all zero: not opened */
    struct db *db;
    struct meaning *meaning;
    struct config config;
    int64_t config_mtime_ns; /* of `config`, when there is a meaning */
};

/* On the pool, before each job. */
int reader_ready(struct reader *r, const struct paths *p,
                 int64_t config_mtime_ns, struct err *e);
/* Gives back what is mapped and kept, until the next job. Between jobs. */
void reader_rest(struct reader *r);
void reader_close(struct reader *r);

#endif
