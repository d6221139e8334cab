/* derive.c - see derive.h. */
#include "base/common.h"

#include "schema_sql.h"
#include "store/code.h"
#include "store/derive.h"
#include "store/index.h"
#include "store/said.h"

/* Tables that older versions had there, newest first. Dropping a table drops
 * its indexes; virtual tables go before what they read. */
static const char drop_sql[] =
    "DROP TABLE IF EXISTS code_uses_fts;"
    "DROP TABLE IF EXISTS code_fts;"
    "DROP TABLE IF EXISTS code_imports;"
    "DROP TABLE IF EXISTS code_uses;"
    "DROP TABLE IF EXISTS code_symbols;"
    "DROP TABLE IF EXISTS code_files;"
    "DROP TABLE IF EXISTS code_trees;"
    "DROP TRIGGER IF EXISTS memory_counts_add;"
    "DROP TRIGGER IF EXISTS memory_counts_take;"
    "DROP TRIGGER IF EXISTS memory_counts_move;"
    "DROP TABLE IF EXISTS memory_counts;"
    "DROP TABLE IF EXISTS vocabulary;"
    "DROP TABLE IF EXISTS memories_terms;"
    "DROP TABLE IF EXISTS memories_fts;"
    "DROP TABLE IF EXISTS memory_terms;"
    "DROP INDEX IF EXISTS memories_order;"
    "DROP INDEX IF EXISTS memories_batch;"
    "DROP INDEX IF EXISTS sessions_time;"
    "DROP INDEX IF EXISTS touches_hash;"
    "DROP TABLE IF EXISTS said_fts;"
    "DROP TABLE IF EXISTS said;"
    "DROP TABLE IF EXISTS relations;"
    "DROP TABLE IF EXISTS entity_memories;"
    "DROP TABLE IF EXISTS entity_aliases;"
    "DROP TABLE IF EXISTS entities;"
    "DROP TABLE IF EXISTS vectors_gone;"
    "DROP TABLE IF EXISTS vectors_wanted;"
    "DROP TABLE IF EXISTS vectors;"
    "DROP TABLE IF EXISTS embedders;"
    "DROP TABLE IF EXISTS derived;";

int derive_is_current(struct db *db, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM sqlite_master WHERE "
                                 "type = 'table' AND name = 'derived'");
    int rc = stmt_step(s, e);
    bool there = rc > 0 && col_int(s, 0) > 0;

    stmt_done(s);
    if (rc < 0 || !there)
        return rc < 0 ? rc : 0;
    s = db_stmt(db, "SELECT version FROM derived");
    rc = stmt_step(s, e);
    if (rc > 0)
        rc = col_int(s, 0) == DERIVED_VERSION;
    stmt_done(s);
    return rc;
}

int derive_stamp(struct db *db, struct err *e)
{
    struct stmt *s;
    int rc = 0;

    /* What was forgotten is overwritten in the index, too. */
    if (db_has_secure_fts(db))
        rc = db_exec(db, "INSERT INTO memories_fts(memories_fts, rank) "
                         "VALUES('secure-delete', 1);"
                         "INSERT INTO said_fts(said_fts, rank) "
                         "VALUES('secure-delete', 1)",
                     e);
    if (rc < 0)
        return rc;
    s = db_stmt(db, "INSERT INTO derived (version) VALUES (?1)");
    stmt_int(s, 1, DERIVED_VERSION);
    return stmt_run(s, e);
}

int64_t derive_all(struct db *db, struct err *e)
{
    const char *sql = strstr(schema_sql, "\n-- derived\n");
    int64_t n = 0;
    int rc;

    if (!sql)
        CM_BUG("schema.sql has no derived part");
    /* One transaction writes every page of the indexes many times. */
    rc = db_exec(db, "PRAGMA cache_size = -32768", e);
    if (rc == 0)
        rc = db_begin(db, e);
    if (rc < 0)
        return rc;
    rc = code_roots_keep(db, e);
    if (rc == 0)
        rc = db_exec(db, drop_sql, e);
    if (rc == 0)
        rc = db_exec(db, sql, e);
    if (rc == 0)
        rc = derive_stamp(db, e);
    if (rc == 0)
        rc = code_roots_back(db, e);
    if (rc == 0)
        n = index_all(db, e);
    if (rc == 0 && n >= 0 && said_index_all(db, e) < 0)
        n = CM_EDB;
    if (rc == 0 && n >= 0)
        rc = db_commit(db, e);
    else
        db_rollback(db);
    db_exec(db, "PRAGMA cache_size = -4096", NULL);
    return rc < 0 ? rc : n;
}

uint64_t schema_id(void)
{
    return str_hash(str_of(schema_sql));
}
