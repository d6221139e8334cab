/*
 * derive.h - the second part of the schema: made, and made anew.
 *
 * What stands below "-- derived" in schema.sql follows from what stands above
 * it. A database whose derived part was made by another version of the program
 * gets it anew when the worker opens it: tables are dropped and created, and
 * every memory is indexed again (index.h). Vectors come back by and by, in the
 * background, and so does the code index, whose roots are kept: its trees are
 * scanned again. Until then these are missing and nothing else is.
 */
#ifndef CMEM_STORE_DERIVE_H
#define CMEM_STORE_DERIVE_H

#include "base/common.h"
#include "base/err.h"
#include "store/db.h"

/* Counts changes of the derived tables and of what is written into them. */
#define DERIVED_VERSION 17

/* Was the derived part made by this version? 1 or 0, or an error. */
int derive_is_current(struct db *db, struct err *e);
/* Drops and makes everything derived, in one transaction of its own. Returns
 * how many memories were indexed, or an error; then nothing has changed. */
int64_t derive_all(struct db *db, struct err *e);
/* Of a database without memories, in the caller's transaction. */
int derive_stamp(struct db *db, struct err *e);

/* A number that changes with schema.sql. */
uint64_t schema_id(void);

#endif
