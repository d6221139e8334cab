/*
 * db.h - the database: opened, migrated, transacted; statements cached.
 *
 * The one place that knows SQLite. SQL stands in lib/store only, as string
 * literals: db_stmt keeps the prepared form under the literal's address, so a
 * query is compiled once per connection.
 *
 * A connection belongs to one thread at a time. Only the worker opens for
 * writing; everybody else reads, at any time, without waiting (WAL).
 *
 * Example:
 *
 *     struct stmt *s = db_stmt(db, "SELECT id, title FROM memories "
 *                                  "WHERE project_id = ?1");
 *     stmt_int(s, 1, project);
 *     while ((rc = stmt_step(s, e)) > 0)
 *         show(col_int(s, 0), col_str(s, 1));
 *     stmt_done(s);                  -- always, also after an error
 */
#ifndef CMEM_STORE_DB_H
#define CMEM_STORE_DB_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct id_set;
struct stmt;

enum db_mode {
    DB_READ,  /* the file must be there and current */
    DB_WRITE, /* made and migrated when needed */
};

/* The truth version that this program reads and writes. */
#define DB_VERSION 4

/* CM_ENOTFOUND (reading: no database yet), CM_EVERSION (made by a newer cmem),
 * CM_EFORMAT (not a database of ours), CM_EDB. */
int db_open(struct db **out, const char *path, enum db_mode mode,
            struct err *e);
void db_close(struct db *db); /* NULL is fine */
/* For a connection that answers many questions: what the kernel has of the file
 * is lent and not copied. For one question that costs more than it saves. */
void db_stays(struct db *db);
/* Gives what is mapped and kept of the file back, until the next statement. */
void db_rest(struct db *db);

int db_begin(struct db *db, struct err *e); /* BEGIN IMMEDIATE */
int db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);
/* Several reads of one state, and the lock taken once for all of them; inside a
 * transaction nothing is begun. `began` is what db_read_begin gave. */
bool db_read_begin(struct db *db);
void db_read_end(struct db *db, bool began);
/* One savepoint inside the transaction, so that a part of it can be undone. */
int db_savepoint(struct db *db, struct err *e);
int db_savepoint_keep(struct db *db, struct err *e);
void db_savepoint_undo(struct db *db);
bool db_in_transaction(const struct db *db);
/* Runs statements that return nothing. */
int db_exec(struct db *db, const char *sql, struct err *e);
int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db);
/* Moves the WAL into the database and empties it, waiting for readers. Nobody
 * else does it on a DB_WRITE connection: there is no automatic checkpoint,
 * which would make one commit in a hundred wait for the disk. */
int db_checkpoint(struct db *db, struct err *e);
/* Pages in the WAL after the last commit of this connection; 0 when that was
 * dealt with (db_checkpoint, or db_checkpoint_beside and then db_wal_done). */
int db_wal_pages(const struct db *db);
/* Of this connection so far, that changed something. */
int64_t db_commits(const struct db *db);
/* How often something written through this connection was undone, wholly or in
 * part: ids of rows that were new may be nobody's by then, or another's. */
int64_t db_undone(const struct db *db);
/* The log was seen to: not again before the next commit. */
void db_wal_done(struct db *db);
/* From a connection of its own (any thread): moves what can be moved without
 * keeping anybody waiting, and empties the WAL if nobody is using it. */
int db_checkpoint_beside(const char *path, struct err *e);
/* PRAGMA quick_check's answer is "ok"? */
int db_check(struct db *db, struct err *e);
int64_t db_bytes(struct db *db); /* size of the database file's pages */
const char *db_engine(void);     /* "3.54.1" */
/* Does FTS5 overwrite what it deletes (SQLite 3.42 and newer)? */
bool db_has_secure_fts(struct db *db);

/* `sql` must be a literal (its address is the key). Ready to bind. A
 * statement that does not compile is a bug of ours and aborts. */
struct stmt *db_stmt(struct db *db, const char *sql);
/* A statement put together at run time, all its values bound, for one use;
 * released by stmt_free (NULL is fine). One that does not compile is CM_EDB. */
int db_prepare(struct db *db, struct str sql, struct stmt **out, struct err *e);
void stmt_free(struct stmt *s);
void stmt_int(struct stmt *s, int i, int64_t v);
void stmt_num(struct stmt *s, int i, double v);
/* A NULL slice pointer binds NULL. The bytes must live until stmt_done. */
void stmt_str(struct stmt *s, int i, struct str v);
void stmt_blob(struct stmt *s, int i, struct str v);
void stmt_null(struct stmt *s, int i);
/* For the SQL function in_ids(id, ?i): where.h. NULL, or lives until
 * stmt_done. */
void stmt_ids(struct stmt *s, int i, const struct id_set *ids);
/* 1 a row, 0 no more, negative an error. */
int stmt_step(struct stmt *s, struct err *e);
/* Steps a statement that gives no rows and ends it. */
int stmt_run(struct stmt *s, struct err *e);
void stmt_done(struct stmt *s);
/* The first column of at most `max` rows, and done. */
int stmt_take_ids(struct stmt *s, size_t max, int64_t *ids, size_t *n,
                  struct err *e);

/* Columns from 0. Slices live until the next step or stmt_done. */
int64_t col_int(struct stmt *s, int i);
double col_num(struct stmt *s, int i);
struct str col_str(struct stmt *s, int i); /* also blobs */
bool col_is_null(struct stmt *s, int i);

#endif
