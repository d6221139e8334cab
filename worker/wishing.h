/*
 * wishing.h - whose wishes a batch follows.
 *
 * A program's request (mem0_infer.c) may bring wishes (wishes.h). They stand in
 * "_scope" of its events: in the first as they are, in the others as the number
 * of that one. A batch follows one request's wishes, or none: events of others
 * wait for the next batch.
 */
#ifndef CMEM_WORKER_WISHING_H
#define CMEM_WORKER_WISHING_H

#include "base/common.h"
#include "base/err.h"
#include "compress/digest.h"
#include "compress/wishes.h"
#include "store/batch.h"
#include "store/db.h"

/* Reads the wishes of b's first event into b->a and takes the events that have
 * others out of b->evs and, in step with it, `rows`: b->n is what stays. */
int wishing_load(struct db *db, struct batch *b, struct event_row *rows,
                 struct wishes *out, struct err *e);

#endif
