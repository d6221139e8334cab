/* injection.c - see injection.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/access.h"
#include "store/injection.h"
#include "store/read_sql.h"

static struct str some(struct str s)
{
    return s.n ? s : STR_NONE;
}

int injection_put(struct db *db, const struct injection_in *in, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO injections (session_id, time_ms, source, tokens, "
            "memories, text, query, explain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
            "?7, ?8)");
    struct buf ids;
    int rc;

    buf_init(&ids, 65536);
    buf_addc(&ids, '[');
    for (size_t i = 0; i < in->nids; i++)
        buf_addf(&ids, "%s%lld", i ? "," : "", (long long)in->ids[i]);
    buf_addc(&ids, ']');
    stmt_int(s, 1, in->session_id);
    stmt_int(s, 2, in->time_ms);
    stmt_str(s, 3, str_of(in->source));
    stmt_int(s, 4, in->tokens);
    stmt_str(s, 5, buf_str(&ids));
    stmt_str(s, 6, in->text);
    stmt_str(s, 7, some(in->query));
    stmt_str(s, 8, some(in->explain));
    rc = stmt_run(s, e);
    buf_free(&ids);
    return rc < 0 ? rc
                  : access_put(db, in->ids, in->nids,
                               strcmp(in->source, "prompt") == 0 ? "prompt"
                                                                 : "start",
                               in->time_ms, e);
}

#define ROW_COLS                                                               \
    "i.id, i.session_id, i.time_ms, i.tokens, i.source, i.memories, i.text, "  \
    "i.query, i.explain"

static int read_rows(struct stmt *s, struct arena *a,
                     struct injection_row **rows, size_t *n, struct err *e)
{
    int rc;

    *rows = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        struct injection_row *r;
        struct str *strs[5];

        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        r = &(*rows)[(*n)++];
        r->id = col_int(s, 0);
        r->session_id = col_int(s, 1);
        r->time_ms = col_int(s, 2);
        r->tokens = col_int(s, 3);
        strs[0] = &r->source;
        strs[1] = &r->memories;
        strs[2] = &r->text;
        strs[3] = &r->query;
        strs[4] = &r->explain;
        for (int i = 0; i < 5; i++)
            *strs[i] = arena_str(a, col_str(s, 4 + i));
    }
    stmt_done(s);
    return rc;
}

int injections_read(struct db *db, int64_t session_id, int64_t before_ms,
                    size_t max, struct arena *a, struct injection_row **rows,
                    size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT * FROM (SELECT " ROW_COLS " FROM injections i WHERE "
            "i.session_id = ?1 AND i.time_ms < ?2 ORDER BY i.id DESC LIMIT ?3) "
            "ORDER BY 1");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, before_ms ? before_ms : INT64_MAX);
    stmt_int(s, 3, (int64_t)max);
    return read_rows(s, a, rows, n, e);
}

int injections_of_memory(struct db *db, int64_t memory_id, size_t max,
                         struct arena *a, struct injection_row **rows,
                         size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " ROW_COLS " FROM injections i WHERE EXISTS (SELECT 1 FROM "
            "json_each(i.memories) j WHERE j.value = ?1) ORDER BY i.id DESC "
            "LIMIT ?2");

    stmt_int(s, 1, memory_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, rows, n, e);
}

/* A compaction is told by the hook of the start that follows it, by its own
 * one, or by the transcript: whichever there is. */
int64_t injections_lost_ms(struct db *db, int64_t session_id,
                           int64_t before_ms, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT max(time_ms) FROM events WHERE session_id = ?1 AND "
            "time_ms < ?2 AND (name = 'PostCompact' OR (name = 'SessionStart' "
            "AND payload LIKE '%\"source\"%\"compact\"%'))");
    int64_t ms = 0;
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, before_ms ? before_ms : INT64_MAX);
    rc = stmt_step(s, e);
    if (rc > 0)
        ms = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : ms;
}

/* The block behind a compaction may be given before the client tells of the
 * compaction itself: the newest one counts whenever it was. */
int injections_given(struct db *db, int64_t session_id, int64_t before_ms,
                     struct arena *a, int64_t **ids, size_t *n, struct err *e)
{
    struct stmt *s;
    int64_t lost = injections_lost_ms(db, session_id, before_ms, e);
    int rc;

    *ids = NULL;
    *n = 0;
    if (lost < 0)
        return (int)lost;
    s = db_stmt(
        db, "SELECT DISTINCT j.value FROM injections i, json_each(i.memories) "
            "j WHERE i.session_id = ?1 AND i.time_ms < ?2 AND (i.time_ms >= ?3 "
            "OR i.id = (SELECT max(id) FROM injections WHERE session_id = ?1 "
            "AND time_ms < ?2 AND source = 'compact')) ORDER BY 1");
    stmt_int(s, 1, session_id);
    stmt_int(s, 2, before_ms ? before_ms : INT64_MAX);
    stmt_int(s, 3, lost);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)ids, *n, sizeof(**ids));
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc;
}
