/*
 * vecfile.h - the worker keeps the mapped matrix (search/matrix.h) what the
 * table of vectors says.
 *
 * Writing it is on the thread pool, with a connection of its own, one at a
 * time. Only what is forgotten on purpose is overwritten on the loop, so that
 * the answer to "forget" may say that it is gone.
 */
#ifndef CMEM_WORKER_VECFILE_H
#define CMEM_WORKER_VECFILE_H

#include "base/common.h"
#include "worker/worker.h"

struct vecfile;
/* idle: nothing is under way any more, from the loop. */
struct vecfile *vecfile_create(struct worker *w, void (*idle)(void *arg),
                               void *arg);
/* Stops what is under way; `idle` is called when it has. */
void vecfile_stop(struct vecfile *f);
void vecfile_destroy(struct vecfile *f); /* nothing may be under way */
/* Brings the file up to the table; again, when it is being done. */
void vecfile_sync(struct vecfile *f);
bool vecfile_busy(const struct vecfile *f);
/* Rows that went are overwritten before this returns. */
int vecfile_forget(struct worker *w, struct err *e);

#endif
