/* migrate.c - see migrate.h. */
#include "base/common.h"

#include "schema_sql.h"
#include "store/db.h"
#include "store/derive.h"
#include "store/migrate.h"

/*
 * Steps from version N to N + 1, at index N. Append only: a released step is
 * never edited, because databases out there have run it. Version 0 to 1 is
 * schema.sql itself; a new step's result must equal schema.sql (a test
 * compares both).
 */
static const char *const steps[] = {
    NULL,
    /* 2: scopes and places of what was imported, facts with a subject, use,
     * outcomes, what was given with a prompt. */
    "ALTER TABLE memories ADD COLUMN external_id TEXT;"
    "ALTER TABLE memories ADD COLUMN group_key TEXT;"
    "ALTER TABLE memories ADD COLUMN ord INTEGER;"
    "ALTER TABLE memories ADD COLUMN metadata TEXT;"
    "ALTER TABLE memories ADD COLUMN about TEXT;"
    "ALTER TABLE memories ADD COLUMN born_commit TEXT;"
    "ALTER TABLE memories ADD COLUMN weighed TEXT;"
    "ALTER TABLE sessions ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX memories_scope;"
    "CREATE INDEX memories_scope ON memories(id, project_id, session_id, "
    "event_ms, kind, type, branch, importance, pinned, valid_to, expires_ms, "
    "user, agent, origin, group_key, ord, born_commit, valid_from);"
    "CREATE INDEX memories_external ON memories(external_id) "
    "WHERE external_id IS NOT NULL;"
    "CREATE INDEX memories_group ON memories(group_key, ord) "
    "WHERE group_key IS NOT NULL;"
    "CREATE INDEX memories_about ON memories(about, project_id) "
    "WHERE about IS NOT NULL;"
    "CREATE INDEX memories_user ON memories(user) WHERE user IS NOT NULL;"
    "CREATE INDEX memories_born ON memories(project_id, branch) "
    "WHERE born_commit IS NOT NULL;"
    "ALTER TABLE injections ADD COLUMN query TEXT;"
    "ALTER TABLE injections ADD COLUMN explain TEXT;"
    "CREATE TABLE accesses ("
    "memory_id INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE, "
    "time_ms INTEGER NOT NULL, how TEXT NOT NULL, "
    "PRIMARY KEY (memory_id, time_ms)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE outcomes (id INTEGER PRIMARY KEY, "
    "project_id INTEGER REFERENCES projects(id), signature TEXT NOT NULL, "
    "error TEXT NOT NULL, command TEXT, fix TEXT NOT NULL, "
    "fix_hash BLOB NOT NULL, held INTEGER NOT NULL DEFAULT 1, "
    "failed INTEGER NOT NULL DEFAULT 0, "
    "session_id INTEGER REFERENCES sessions(id) ON DELETE CASCADE, "
    "first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX outcomes_fix ON outcomes(fix_hash);"
    "CREATE INDEX outcomes_signature ON outcomes(signature);",
    /* 3: what code a memory cites, and how that looked. */
    "ALTER TABLE memory_files DROP COLUMN symbol;"
    "ALTER TABLE memory_files DROP COLUMN first_line;"
    "ALTER TABLE memory_files DROP COLUMN last_line;"
    "ALTER TABLE memory_files DROP COLUMN content_hash;"
    "CREATE TABLE touches (id INTEGER PRIMARY KEY, "
    "session_id INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE, "
    "event_id INTEGER REFERENCES events(id) ON DELETE SET NULL, "
    "time_ms INTEGER NOT NULL, path TEXT NOT NULL, symbol TEXT NOT NULL, "
    "kind TEXT NOT NULL, modified INTEGER NOT NULL, "
    "first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, "
    "hash INTEGER NOT NULL, body TEXT) STRICT;"
    "CREATE INDEX touches_path ON touches(path, symbol);"
    "CREATE INDEX touches_session ON touches(session_id);"
    "CREATE INDEX touches_event ON touches(event_id);"
    "CREATE TABLE citations ("
    "memory_id INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE, "
    "touch_id INTEGER NOT NULL REFERENCES touches(id) ON DELETE CASCADE, "
    "PRIMARY KEY (memory_id, touch_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX citations_touch ON citations(touch_id);",
    /* 4: what webhooks wait for. */
    "CREATE TABLE deliveries (id INTEGER PRIMARY KEY, "
    "uid TEXT NOT NULL UNIQUE, webhook TEXT NOT NULL, event TEXT NOT NULL, "
    "memory_id INTEGER NOT NULL, created_ms INTEGER NOT NULL, "
    "due_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0) STRICT;",
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

static int make(struct db *db, int application_id, struct err *e)
{
    int rc = db_begin(db, e);

    if (rc < 0)
        return rc;
    rc = db_exec(db, schema_sql, e);
    if (rc == 0)
        rc = derive_stamp(db, e);
    if (rc == 0)
        rc = stamp(db, DB_VERSION, application_id, e);
    if (rc == 0)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}

/* Readers open the database only when this is done, too. */
static int derive(struct db *db, struct err *e)
{
    int64_t n = derive_is_current(db, e);

    if (n == 0)
        n = derive_all(db, e);
    return n < 0 ? (int)n : 0;
}

int migrate(struct db *db, const char *path, int version, int application_id,
            struct err *e)
{
    int rc = 0;

    if (version == 0) {
        rc = make(db, application_id, e);
        return rc < 0 && e ? err_wrap(e, "make the database") : rc;
    }
    if (version < DB_VERSION)
        rc = backup(db, path, version, e);
    for (int v = version; rc == 0 && v < DB_VERSION; v++)
        rc = apply(db, steps[v], v + 1, application_id, e);
    if (rc == 0)
        rc = derive(db, e);
    if (rc < 0 && e)
        err_wrap(e, "bring the database from version %d to %d", version,
                 DB_VERSION);
    return rc;
}
