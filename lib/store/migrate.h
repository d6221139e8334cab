/*
 * migrate.h - from any older truth version to DB_VERSION.
 */
#ifndef CMEM_STORE_MIGRATE_H
#define CMEM_STORE_MIGRATE_H

#include "base/err.h"

struct db;

/* version 0 is an empty file: gets schema.sql at once. Otherwise a copy of
 * the file is made beside it (PATH.vN.bak), then each step runs in its own
 * transaction. At the end what is derived is made anew if another version of
 * the program made it. */
int migrate(struct db *db, const char *path, int version, int application_id,
            struct err *e);

#endif
