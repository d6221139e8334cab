/* touch.c - see touch.h. */
#include "base/common.h"

#include "store/touch.h"

#define PLACES                                                                 \
    "t.id, t.session_id, t.event_id, t.time_ms, t.path, t.symbol, t.kind, "    \
    "t.modified, t.first_line, t.last_line, t.hash"
#define COLUMNS PLACES ", t.body "

static int is_known(struct db *db, int64_t event_id, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT 1 FROM touches WHERE event_id = ?1 LIMIT 1");
    int rc;

    stmt_int(s, 1, event_id);
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

static int put(struct db *db, int64_t session_id, int64_t event_id,
               int64_t time_ms, const struct touch_in *in, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO touches (session_id, event_id, time_ms, path, symbol, "
            "kind, modified, first_line, last_line, hash, body) VALUES "
            "(?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, event_id);
    stmt_int(s, 3, time_ms);
    stmt_str(s, 4, in->path);
    stmt_str(s, 5, in->symbol.p ? in->symbol : STR(""));
    stmt_str(s, 6, in->kind.p ? in->kind : STR(""));
    stmt_int(s, 7, in->modified);
    stmt_int(s, 8, in->first_line);
    stmt_int(s, 9, in->last_line);
    stmt_int(s, 10, (int64_t)in->hash);
    if (in->body.n && in->body.n <= TOUCH_BODY_MAX)
        stmt_str(s, 11, in->body);
    return stmt_run(s, e);
}

int touches_put(struct db *db, int64_t session_id, int64_t event_id,
                int64_t time_ms, const struct touch_in *v, size_t n,
                struct err *e)
{
    int rc = n ? is_known(db, event_id, e) : 1;

    for (size_t i = 0; i < n && i < TOUCHES_PER_EVENT && rc == 0; i++)
        rc = put(db, session_id, event_id, time_ms, &v[i], e);
    return rc < 0 ? rc : 0;
}

/* Inside, an index tells which events wait; few do. */
int touches_lost(struct db *db, size_t max, struct arena *a,
                 struct touch_lost **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, session_id, time_ms, payload FROM events e WHERE id IN "
            "(SELECT id FROM events WHERE state = 0) AND "
            "name = 'PostToolUse' AND tool IN ('Edit', 'MultiEdit', 'Write') "
            "AND origin <> 'import' AND NOT EXISTS (SELECT 1 FROM touches "
            "WHERE event_id = e.id) ORDER BY id DESC LIMIT ?1");
    int rc;

    *n = 0;
    *v = arena_array(a, max + 1, sizeof(**v));
    stmt_int(s, 1, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*v)[(*n)++] = (struct touch_lost){
            .event_id = col_int(s, 0),
            .session_id = col_int(s, 1),
            .time_ms = col_int(s, 2),
            .payload = arena_str(a, col_str(s, 3)),
        };
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static struct touch_row read_row(struct stmt *s, struct arena *a)
{
    return (struct touch_row){
        .id = col_int(s, 0),
        .session_id = col_int(s, 1),
        .event_id = col_int(s, 2),
        .time_ms = col_int(s, 3),
        .path = arena_str(a, col_str(s, 4)),
        .symbol = arena_str(a, col_str(s, 5)),
        .kind = arena_str(a, col_str(s, 6)),
        .modified = col_int(s, 7) != 0,
        .first_line = (uint32_t)col_int(s, 8),
        .last_line = (uint32_t)col_int(s, 9),
        .hash = (uint64_t)col_int(s, 10),
        .body = arena_str(a, col_str(s, 11)),
    };
}

static int read_rows(struct stmt *s, struct arena *a, struct touch_row **v,
                     size_t *n, struct err *e)
{
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = read_row(s, a);
    }
    stmt_done(s);
    return rc;
}

int touches_of_events(struct db *db, int64_t session_id, int64_t first_event,
                      int64_t last_event, struct arena *a, struct touch_row **v,
                      size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM touches t WHERE t.event_id BETWEEN ?2 AND "
            "?3 AND t.session_id = ?1 ORDER BY t.event_id, t.id");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, first_event);
    stmt_int(s, 3, last_event);
    return read_rows(s, a, v, n, e);
}

int touches_of_memory(struct db *db, int64_t memory_id, size_t max,
                      struct arena *a, struct touch_row **v, size_t *n,
                      struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM citations c JOIN touches t ON t.id = "
            "c.touch_id WHERE c.memory_id = ?1 ORDER BY t.path, t.first_line, "
            "t.id LIMIT ?2");

    stmt_int(s, 1, memory_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, v, n, e);
}

int cites_of_memory(struct db *db, int64_t memory_id, size_t max,
                    struct arena *a, struct touch_row **v, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " PLACES ", NULL FROM citations c JOIN touches t ON t.id = "
            "c.touch_id WHERE c.memory_id = ?1 ORDER BY t.path, t.first_line, "
            "t.id LIMIT ?2");

    stmt_int(s, 1, memory_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, v, n, e);
}

int memories_citing(struct db *db, int64_t project_id, int64_t now_ms,
                    size_t max, struct arena *a, int64_t **ids, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id FROM memories m WHERE project_id = ?1 AND valid_to IS "
            "NULL AND (expires_ms IS NULL OR expires_ms > ?2) AND EXISTS "
            "(SELECT 1 FROM citations c WHERE c.memory_id = m.id) "
            "ORDER BY event_ms DESC, id DESC LIMIT ?3");

    *ids = arena_array(a, max + 1, sizeof(**ids));
    stmt_int(s, 1, project_id);
    stmt_int(s, 2, now_ms);
    stmt_int(s, 3, (int64_t)max);
    return stmt_take_ids(s, max, *ids, n, e);
}

int touches_of_session(struct db *db, int64_t session_id, size_t max,
                       struct arena *a, struct touch_row **v, size_t *n,
                       struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM touches t JOIN (SELECT max(id) AS id FROM "
            "touches WHERE session_id = ?1 AND modified = 1 GROUP BY path, "
            "symbol) last ON last.id = t.id ORDER BY t.path, t.first_line, "
            "t.id LIMIT ?2");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, v, n, e);
}

int touches_of_path(struct db *db, int64_t project_id, struct str path,
                    struct str symbol, size_t max, struct arena *a,
                    struct touch_row **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM touches t JOIN sessions s ON s.id = "
            "t.session_id WHERE t.path = ?2 AND (?3 = '' OR t.symbol = ?3) AND "
            "t.modified = 1 AND s.project_id = ?1 ORDER BY t.time_ms DESC, "
            "t.id DESC LIMIT ?4");

    stmt_int(s, 1, project_id);
    stmt_str(s, 2, path);
    stmt_str(s, 3, symbol);
    stmt_int(s, 4, (int64_t)max);
    return read_rows(s, a, v, n, e);
}
