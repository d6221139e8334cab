/*
 * learn.h - what a session's errors taught, written down.
 */
#ifndef CMEM_WORKER_LEARN_H
#define CMEM_WORKER_LEARN_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "compress/outcome.h"
#include "store/batch.h"
#include "store/db.h"

/* Keeps the endings of a session, in the caller's transaction; scratch memory
 * from a. Told again, they count once. */
int learn(struct db *db, const struct session_row *session,
          const struct endings *found, struct arena *a, struct err *e);

#endif
