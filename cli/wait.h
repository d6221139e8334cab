/*
 * wait.h - ask the worker how it is, and wait until it has made memories of
 * everything it has.
 */
#ifndef CMEM_CLI_WAIT_H
#define CMEM_CLI_WAIT_H

#include "cli/cmd.h"

struct wait {
    const char *what; /* for the progress line */
    bool progress;
    int64_t deadline_ms; /* clock_mono_ms */
    /* out: */
    int64_t left; /* events that still wait; 0 when all is done */
};

/*
 * Asks the worker to compress what waits (starting it if it is away) and
 * looks until nothing is pending, the deadline passes or Ctrl-C is pressed:
 * 0, CM_ETIME or CM_EAGAIN. CM_ENET when there is no worker to be had.
 */
int wait_for_worker(struct cli *c, struct wait *w, struct err *e);

/* Looks until every memory has its vectors, as wait_for_worker; at once where
 * nothing makes any. left: memories without. */
int wait_for_vectors(struct cli *c, struct wait *w, struct err *e);

/* How far the vectors are: the answer of the worker's operation embed. The
 * caller frees *status. */
int vectors_status(struct cli *c, struct json **status, struct err *e);

/* The worker's status; it is started when it is away, and asked again when it
 * dies of something meanwhile. The caller frees *status. */
int worker_status(struct cli *c, struct json **status, struct err *e);

/* Opens a database of an older version for reading: starts the worker, which
 * brings it up to date, and waits until it has. CM_EAGAIN when it gave up. */
int wait_for_update(struct cli *c, struct db **db, struct err *e);

#endif
