/* db.c - see db.h. */
#include "base/common.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "base/file.h"
#include "store/db.h"
#include "store/derive.h"
#include "store/fts.h"
#include "store/migrate.h"
#include "store/where.h"

/* "cmem" as a number: tells our files from other databases. */
#define APPLICATION_ID 0x636d656d
/* How long a reader or the writer waits for a lock, in milliseconds. Readers
 * never wait in WAL mode but for recovery after a crash. */
#define BUSY_MS 5000
/* As much of the file as there is: 64 GB. */
#define MMAP_MOST (INT64_C(64) << 30)
/* Statements of one connection; the program has well under this many. */
#define STMT_MAX 256

struct stmt {
    sqlite3_stmt *h;
    struct db *db;
    const char *sql;
};

struct db {
    sqlite3 *h;
    char path[4096];
    int wal_pages;
    int64_t commits, undone;
    struct stmt stmts[STMT_MAX];
};

static int fail(struct db *db, struct err *e, const char *doing)
{
    int code = sqlite3_extended_errcode(db->h);

    if ((code & 0xff) == SQLITE_FULL)
        return err_set(e, CM_EFULL, "%s %s: the disk is full", doing, db->path);
    /* The data is at fault, not the disk: it will be refused again. */
    if ((code & 0xff) == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG ||
        code == SQLITE_MISMATCH)
        return err_set(e, CM_EFORMAT, "%s %s: %s", doing, db->path,
                       sqlite3_errmsg(db->h));
    if ((code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT)
        return err_set(e, CM_EDB, "%s is damaged (%s): cmem doctor tells more",
                       db->path, sqlite3_errmsg(db->h));
    return err_set(e, CM_EDB, "%s %s: %s", doing, db->path,
                   sqlite3_errmsg(db->h));
}

static int read_pragma(struct db *db, const char *sql, int64_t *v,
                       struct err *e)
{
    sqlite3_stmt *s = NULL;
    int rc = 0;

    if (sqlite3_prepare_v2(db->h, sql, -1, &s, NULL) != SQLITE_OK ||
        sqlite3_step(s) != SQLITE_ROW)
        rc = fail(db, e, "read");
    else
        *v = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return rc;
}

/* Is the file one of ours, and of which version? 0 is a new, empty one. */
static int identify(struct db *db, int64_t *version, struct err *e)
{
    int64_t app = 0, tables = 0;

    if (read_pragma(db, "PRAGMA application_id", &app, e) < 0)
        return e ? e->code : CM_EDB;
    if (read_pragma(db, "PRAGMA user_version", version, e) < 0 ||
        read_pragma(db, "SELECT count(*) FROM sqlite_master", &tables, e) < 0)
        return e ? e->code : CM_EDB;
    if (app == 0 && tables == 0)
        *version = 0;
    else if (app != APPLICATION_ID)
        return err_set(e, CM_EFORMAT, "%s is not a database of cmem", db->path);
    if (*version > DB_VERSION)
        return err_set(e, CM_EVERSION,
                       "%s was made by a newer cmem (version %lld, this one "
                       "knows %d): update cmem",
                       db->path, (long long)*version, DB_VERSION);
    return 0;
}

static int on_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
    struct db *db = arg;

    (void)h;
    (void)name;
    db->wal_pages = pages;
    db->commits++;
    return SQLITE_OK;
}

static int configure(struct db *db, enum db_mode mode, struct err *e)
{
    /* Cache 1 MB: a question reads most pages once, and memory that is new costs
     * more than reading them again; the rest is the kernel's.
     * secure_delete: what was forgotten is overwritten. */
    const char *common = "PRAGMA foreign_keys = ON;"
                         "PRAGMA cache_size = -1024;"
                         "PRAGMA temp_store = MEMORY;"
                         "PRAGMA trusted_schema = OFF;"
                         "PRAGMA secure_delete = ON;";

    sqlite3_extended_result_codes(db->h, 1);
    /* Statements are kept: a plan that depended on what is bound would be
     * made anew each time, which costs more than most queries do. */
    sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    sqlite3_busy_timeout(db->h, BUSY_MS);
    if (mode == DB_WRITE && db_exec(db,
                                    "PRAGMA journal_mode = WAL;"
                                    "PRAGMA synchronous = NORMAL;"
                                    "PRAGMA journal_size_limit = 8388608;",
                                    e) < 0)
        return e ? e->code : CM_EDB;
    if (mode == DB_WRITE) /* takes the place of automatic checkpoints */
        sqlite3_wal_hook(db->h, on_commit, db);
    if (db_exec(db, common, e) < 0)
        return e ? e->code : CM_EDB;
    /* The one that writes goes through the same pages with every event. */
    if (mode == DB_WRITE && db_exec(db, "PRAGMA cache_size = -4096", e) < 0)
        return e ? e->code : CM_EDB;
    return fts_register(db->h) == SQLITE_OK &&
                   where_register(db->h) == SQLITE_OK
               ? 0
               : fail(db, e, "open");
}

int db_open(struct db **out, const char *path, enum db_mode mode, struct err *e)
{
    struct db *db = calloc(1, sizeof(*db));
    int64_t version = 0;
    int current = 0;
    int flags = mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                 : SQLITE_OPEN_READONLY;
    mode_t old;
    int rc;

    if (!db)
        CM_BUG("out of memory");
    snprintf(db->path, sizeof(db->path), "%s", path);
    if (mode == DB_READ && !file_exists(path)) {
        rc = err_set(e, CM_ENOTFOUND, "there is no database yet at %s", path);
        goto out;
    }
    old = umask(0077); /* database, -wal and -shm are nobody else's */
    rc = sqlite3_open_v2(path, &db->h, flags, NULL);
    umask(old);
    if (rc != SQLITE_OK) {
        rc = err_set(e, CM_EDB, "open %s: %s", path, sqlite3_errmsg(db->h));
        goto out;
    }
    old = umask(0077);
    rc = configure(db, mode, e);
    if (rc == 0)
        rc = identify(db, &version, e);
    if (rc == 0 && mode == DB_READ && version == DB_VERSION)
        current = derive_is_current(db, e);
    if (rc == 0 && mode == DB_READ && current <= 0)
        rc = err_set(e, CM_EAGAIN,
                     "%s waits for the worker to bring it up to "
                     "date: run `cmem status`",
                     path);
    if (rc == 0 && mode == DB_WRITE)
        rc = migrate(db, path, (int)version, APPLICATION_ID, e);
    umask(old);
    if (rc < 0)
        goto out;
    *out = db;
    db = NULL;
out:
    db_close(db);
    return rc;
}

/* Cache 4 MB: the hot pages of a large database, as far as they are not
 * mapped. */
void db_stays(struct db *db)
{
    sqlite3_int64 all = MMAP_MOST;

    sqlite3_exec(db->h, "PRAGMA cache_size = -4096", NULL, NULL, NULL);
    sqlite3_file_control(db->h, "main", SQLITE_FCNTL_MMAP_SIZE, &all);
}

void db_rest(struct db *db)
{
    sqlite3_int64 none = 0, all = MMAP_MOST;

    sqlite3_file_control(db->h, "main", SQLITE_FCNTL_MMAP_SIZE, &none);
    sqlite3_file_control(db->h, "main", SQLITE_FCNTL_MMAP_SIZE, &all);
    sqlite3_db_release_memory(db->h);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < STMT_MAX; i++)
        sqlite3_finalize(db->stmts[i].h);
    sqlite3_close(db->h);
    free(db);
}

int db_exec(struct db *db, const char *sql, struct err *e)
{
    if (sqlite3_exec(db->h, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(db, e, "write");
    return 0;
}

int db_begin(struct db *db, struct err *e)
{
    return stmt_run(db_stmt(db, "BEGIN IMMEDIATE"), e);
}

int db_commit(struct db *db, struct err *e)
{
    int rc = stmt_run(db_stmt(db, "COMMIT"), e);

    if (rc < 0)
        db_rollback(db);
    return rc;
}

void db_rollback(struct db *db)
{
    db->undone++; /* SQLite may have done it by itself */
    if (db_in_transaction(db))
        sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
}

bool db_read_begin(struct db *db)
{
    return !db_in_transaction(db) && stmt_run(db_stmt(db, "BEGIN"), NULL) == 0;
}

void db_read_end(struct db *db, bool began)
{
    if (began)
        stmt_run(db_stmt(db, "COMMIT"), NULL);
}

int db_savepoint(struct db *db, struct err *e)
{
    return stmt_run(db_stmt(db, "SAVEPOINT part"), e);
}

int db_savepoint_keep(struct db *db, struct err *e)
{
    return stmt_run(db_stmt(db, "RELEASE part"), e);
}

void db_savepoint_undo(struct db *db)
{
    db->undone++;
    if (!db_in_transaction(db)) /* SQLite undid all of it already */
        return;
    stmt_run(db_stmt(db, "ROLLBACK TO part"), NULL);
    stmt_run(db_stmt(db, "RELEASE part"), NULL);
}

bool db_in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(db->h);
}
int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->h);
}
int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->h);
}

int db_checkpoint(struct db *db, struct err *e)
{
    if (sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                  NULL) != SQLITE_OK)
        return fail(db, e, "checkpoint");
    return 0;
}

int db_check(struct db *db, struct err *e)
{
    struct stmt *s = db_stmt(db, "PRAGMA quick_check(1)");
    int rc = stmt_step(s, e);

    if (rc > 0)
        rc = str_eqz(col_str(s, 0), "ok")
                 ? 0
                 : err_set(e, CM_EDB, "%s is damaged: %.*s", db->path,
                           STR_ARG(col_str(s, 0)));
    stmt_done(s);
    return rc;
}

int64_t db_commits(const struct db *db)
{
    return db->commits;
}

int64_t db_undone(const struct db *db)
{
    return db->undone;
}

int db_wal_pages(const struct db *db)
{
    return db->wal_pages;
}

void db_wal_done(struct db *db)
{
    db->wal_pages = 0;
}

int db_checkpoint_beside(const char *path, struct err *e)
{
    sqlite3 *h = NULL;
    int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL);

    /* A connection that has read nothing does not know of the WAL yet. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(h, "PRAGMA schema_version", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                       NULL);
    /* The copying is done, beside everybody. What is left takes the writer's
     * lock for a moment and begins the log anew; if somebody reads or writes
     * just now it is for the next time. */
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(h, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                       NULL, NULL);
    if (rc == SQLITE_BUSY)
        rc = SQLITE_OK;
    if (rc != SQLITE_OK)
        rc = err_set(e, CM_EDB, "checkpoint %s: %s", path, sqlite3_errmsg(h));
    sqlite3_close(h);
    return rc;
}

int64_t db_bytes(struct db *db)
{
    int64_t pages = 0, size = 0;

    if (read_pragma(db, "PRAGMA page_count", &pages, NULL) < 0 ||
        read_pragma(db, "PRAGMA page_size", &size, NULL) < 0)
        return 0;
    return pages * size;
}

const char *db_engine(void)
{
    return sqlite3_libversion();
}

bool db_has_secure_fts(struct db *db)
{
    (void)db;
    return sqlite3_libversion_number() >= 3042000;
}

struct stmt *db_stmt(struct db *db, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 3) % STMT_MAX;
    struct stmt *s;

    for (size_t tries = 0;; tries++, at = (at + 1) % STMT_MAX) {
        s = &db->stmts[at];
        if (!s->h || s->sql == sql)
            break;
        if (tries == STMT_MAX)
            CM_BUG("more statements than STMT_MAX");
    }
    if (!s->h) {
        if (sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->h,
                               NULL) != SQLITE_OK) {
            fprintf(stderr, "cmem: %s\n%s\n", sqlite3_errmsg(db->h), sql);
            CM_BUG("a statement does not compile");
        }
        s->db = db;
        s->sql = sql;
    }
    sqlite3_reset(s->h);
    sqlite3_clear_bindings(s->h);
    return s;
}

int db_prepare(struct db *db, struct str sql, struct stmt **out, struct err *e)
{
    struct stmt *s = calloc(1, sizeof(*s));

    if (!s)
        CM_BUG("out of memory");
    s->db = db;
    if (sqlite3_prepare_v2(db->h, sql.p, (int)sql.n, &s->h, NULL) !=
        SQLITE_OK) {
        stmt_free(s);
        return fail(db, e, "read");
    }
    *out = s;
    return 0;
}

void stmt_free(struct stmt *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->h);
    free(s);
}

void stmt_int(struct stmt *s, int i, int64_t v)
{
    sqlite3_bind_int64(s->h, i, v);
}
void stmt_num(struct stmt *s, int i, double v)
{
    sqlite3_bind_double(s->h, i, v);
}
void stmt_null(struct stmt *s, int i)
{
    sqlite3_bind_null(s->h, i);
}

void stmt_ids(struct stmt *s, int i, const struct id_set *ids)
{
    /* Of read-only use: SQLite's pointers are not const. */
    union {
        const struct id_set *in;
        void *out;
    } p = {ids};

    sqlite3_bind_pointer(s->h, i, p.out, "id_set", NULL);
}

void stmt_str(struct stmt *s, int i, struct str v)
{
    if (v.p)
        sqlite3_bind_text64(s->h, i, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(s->h, i);
}

void stmt_blob(struct stmt *s, int i, struct str v)
{
    if (v.p)
        sqlite3_bind_blob64(s->h, i, v.p, v.n, SQLITE_STATIC);
    else
        sqlite3_bind_null(s->h, i);
}

int stmt_step(struct stmt *s, struct err *e)
{
    int rc = sqlite3_step(s->h);

    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    return fail(s->db, e, sqlite3_stmt_readonly(s->h) ? "read" : "write");
}

int stmt_run(struct stmt *s, struct err *e)
{
    int rc = stmt_step(s, e);

    stmt_done(s);
    return rc < 0 ? rc : 0;
}

void stmt_done(struct stmt *s)
{
    sqlite3_reset(s->h);
    sqlite3_clear_bindings(s->h);
}

int stmt_take_ids(struct stmt *s, size_t max, int64_t *ids, size_t *n,
                  struct err *e)
{
    int rc = 0;

    *n = 0;
    while (*n < max && (rc = stmt_step(s, e)) > 0)
        ids[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int64_t col_int(struct stmt *s, int i)
{
    return sqlite3_column_int64(s->h, i);
}
double col_num(struct stmt *s, int i)
{
    return sqlite3_column_double(s->h, i);
}
bool col_is_null(struct stmt *s, int i)
{
    return sqlite3_column_type(s->h, i) == SQLITE_NULL;
}

struct str col_str(struct stmt *s, int i)
{
    const void *p = sqlite3_column_blob(s->h, i);

    return (struct str){p, (size_t)sqlite3_column_bytes(s->h, i)};
}
