/* migrate.c - see migrate.h. */
#include "base/common.h"

#include "schema_sql.h"
#include "store/db.h"
#include "store/migrate.h"

/*
 * Steps from version N to N + 1, at index N. Append only: a released step is
 * never edited, because databases out there have run it. Version 0 to 1 is
 * schema.sql itself; a new step's result must equal schema.sql (a test
 * compares both).
 */
static const char *const steps[] = {
    NULL,
};

_Static_assert(ARRAY_LEN(steps) == DB_VERSION, "one step per version");

static int stamp(struct db *db, int version, int application_id, struct err *e)
{
    char sql[96];

    snprintf(sql, sizeof(sql),
             "PRAGMA application_id = %d; PRAGMA user_version = %d",
             application_id, version);
    return db_exec(db, sql, e);
}

static int apply(struct db *db, const char *sql, int version,
                 int application_id, struct err *e)
{
    int rc = db_begin(db, e);

    if (rc < 0)
        return rc;
    rc = db_exec(db, sql, e);
    if (rc == 0)
        rc = stamp(db, version, application_id, e);
    if (rc == 0)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}

static int backup(struct db *db, const char *path, int version, struct err *e)
{
    char copy[4200];
    struct stmt *s;

    snprintf(copy, sizeof(copy), "%s.v%d.bak", path, version);
    remove(copy);
    s = db_stmt(db, "VACUUM INTO ?1");
    stmt_str(s, 1, str_of(copy));
    return stmt_run(s, e);
}

int migrate(struct db *db, const char *path, int version, int application_id,
            struct err *e)
{
    int rc = 0;

    if (version == DB_VERSION)
        return 0;
    if (version == 0) {
        rc = apply(db, schema_sql, DB_VERSION, application_id, e);
        if (rc == 0 && db_has_secure_fts(db))
            rc = db_exec(db, "INSERT INTO memories_fts(memories_fts, rank) "
                             "VALUES('secure-delete', 1)", e);
        return rc < 0 && e ? err_wrap(e, "make the database") : rc;
    }
    rc = backup(db, path, version, e);
    for (int v = version; rc == 0 && v < DB_VERSION; v++)
        rc = apply(db, steps[v], v + 1, application_id, e);
    if (rc < 0 && e)
        err_wrap(e, "bring the database from version %d to %d", version,
                 DB_VERSION);
    return rc;
}
