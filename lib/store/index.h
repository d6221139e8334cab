/*
 * index.h - what follows from one memory: its words, its names.
 *
 * Invariant: a memory and what is derived from it are written in one
 * transaction, the caller's. Vectors are not made here: a memory whose text
 * changed loses the ones it had, and the worker makes new ones (vector.h).
 */
#ifndef CMEM_STORE_INDEX_H
#define CMEM_STORE_INDEX_H

#include "base/common.h"
#include "base/err.h"
#include "store/db.h"

/* Indexes the memory as it stands in the database now, with its files; in
 * place of what was there. */
int index_memory(struct db *db, int64_t id, struct err *e);
/* Takes out what no foreign key takes out. Before the row is deleted. */
int index_forget(struct db *db, int64_t id, struct err *e);
/* The same for all memories of a session. */
int index_forget_session(struct db *db, int64_t session_id, struct err *e);
/* Every memory, where none is indexed: derive.h makes the tables anew. Returns
 * how many, or an error. */
int64_t index_all(struct db *db, struct err *e);

#endif
