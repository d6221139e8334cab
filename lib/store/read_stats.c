/* read_stats.c - see read_stats.h. */
#include "base/common.h"

#include "store/read_sql.h"
#include "store/read_stats.h"

/* More rows than this are a listing, not statistics. */
#define ROWS_MAX 500

/* Columns: two words, then numbers. ?1 project, ?2 since, ?3 rows. */
static struct stmt *table_stmt(struct db *db, enum stats_table which)
{
    switch (which) {
    case STATS_KINDS:
        return db_stmt(
            db, "SELECT kind, type, count(*) FROM memories WHERE (?1 = 0 OR "
                "project_id = ?1) AND ?2 IS ?2 GROUP BY kind, type "
                "ORDER BY kind, count(*) DESC, type LIMIT ?3");
    case STATS_PROJECTS:
        return db_stmt(
            db, "SELECT p.name, p.root, (SELECT count(*) FROM memories m WHERE "
                "m.project_id = p.id), (SELECT count(*) FROM sessions s WHERE "
                "s.project_id = p.id AND s.parent_id IS NULL), (SELECT "
                "count(*) FROM sessions s JOIN events e ON e.session_id = s.id "
                "WHERE s.project_id = p.id), (SELECT max(last_ms) FROM "
                "sessions s WHERE s.project_id = p.id) FROM projects p WHERE "
                "(?1 = 0 OR p.id = ?1) AND ?2 IS ?2 "
                "ORDER BY 6 DESC, p.id LIMIT ?3");
    case STATS_USAGE:
        return db_stmt(
            db, "SELECT provider, model, time_ms / 86400000 * 86400000, "
                "count(*), sum(input_tokens), sum(cached_tokens), "
                "sum(output_tokens), sum(micro_usd), count(error) FROM usage "
                "WHERE (?1 = 0 OR project_id = ?1) AND time_ms >= ?2 "
                "GROUP BY 3, provider, model "
                "ORDER BY 3 DESC, provider, model LIMIT ?3");
    case STATS_INJECTIONS:
        return db_stmt(
            db, "SELECT i.source, NULL, count(*), sum(i.tokens), "
                "max(i.time_ms) FROM injections i LEFT JOIN sessions s ON "
                "s.id = i.session_id WHERE (?1 = 0 OR s.project_id = ?1) AND "
                "i.time_ms >= ?2 GROUP BY i.source ORDER BY 3 DESC, 1 "
                "LIMIT ?3");
    case STATS_TABLES:
        break;
    }
    CM_BUG("no such table of statistics");
}

static const int numbers_of[STATS_TABLES] = {
    [STATS_KINDS] = 1,
    [STATS_PROJECTS] = 4,
    [STATS_USAGE] = 7,
    [STATS_INJECTIONS] = 3,
};

int stats_read(struct db *db, enum stats_table which, int64_t project_id,
               int64_t since_ms, struct arena *a, struct stats_list *out,
               struct err *e)
{
    struct stmt *s = table_stmt(db, which);
    int rc;

    *out = (struct stats_list){0};
    stmt_int(s, 1, project_id);
    stmt_int(s, 2, since_ms);
    stmt_int(s, 3, ROWS_MAX);
    while ((rc = stmt_step(s, e)) > 0) {
        struct stats_row *row;

        rows_grow(a, (void **)&out->rows, out->n, sizeof(*out->rows));
        row = &out->rows[out->n++];
        *row = (struct stats_row){0};
        for (int i = 0; i < STATS_WORDS; i++)
            row->word[i] = arena_str(a, col_str(s, i));
        for (int i = 0; i < numbers_of[which]; i++)
            row->number[i] = col_int(s, STATS_WORDS + i);
    }
    stmt_done(s);
    return rc;
}

int stats_totals(struct db *db, int64_t project_id, struct stats_totals *out,
                 struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "WITH own AS (SELECT id, parent_id, started_ms, last_ms, dropped FROM "
        "sessions WHERE ?1 = 0 OR project_id = ?1), "
        "held AS (SELECT valid_to, pinned FROM memories WHERE ?1 = 0 OR "
        "project_id = ?1), "
        "said AS (SELECT state FROM events WHERE ?1 = 0 OR session_id IN "
        "(SELECT id FROM own)) "
        "SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM held "
        "WHERE valid_to IS NULL), (SELECT count(*) FROM held WHERE pinned),"
        " (SELECT count(*) FROM own WHERE parent_id IS NULL), (SELECT "
        "count(*) FROM own WHERE parent_id IS NOT NULL), (SELECT count(*) "
        "FROM said), (SELECT count(*) FROM said WHERE state = 0), (SELECT "
        "min(started_ms) FROM own), (SELECT max(last_ms) FROM own), "
        "(SELECT sum(dropped) FROM own)");
    int64_t *const numbers[] = {&out->memories, &out->current,   &out->pinned,
                                &out->sessions, &out->subagents, &out->events,
                                &out->waiting,  &out->first_ms,  &out->last_ms,
                                &out->dropped};
    int rc;

    stmt_int(s, 1, project_id);
    rc = stmt_step(s, e);
    for (size_t i = 0; rc > 0 && i < ARRAY_LEN(numbers); i++)
        *numbers[i] = col_int(s, (int)i);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}
