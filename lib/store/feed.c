/* feed.c - see feed.h. */
#include "base/common.h"

#include "store/feed.h"

int feed_now(struct db *db, struct feed_mark *m, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT ifnull((SELECT max(id) FROM events), 0), "
                    "ifnull((SELECT max(id) FROM memories), 0), "
                    "ifnull((SELECT max(id) FROM history), 0)");
    int rc = stmt_step(s, e);

    if (rc > 0)
        *m = (struct feed_mark){col_int(s, 0), col_int(s, 1), col_int(s, 2)};
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* Columns of each: number, id, time, what, tool, kind, type, title, project,
 * session. */
static const char *const sql[] = {
    [FEED_EVENT] =
        "SELECT v.id, v.id, v.time_ms, v.name, v.tool, NULL, NULL, NULL, "
        "p.name, s.id FROM events v JOIN sessions s ON s.id = v.session_id "
        "JOIN projects p ON p.id = s.project_id WHERE v.id > ?1 ORDER BY v.id "
        "LIMIT ?2",
    [FEED_MEMORY] =
        "SELECT m.id, m.id, m.created_ms, 'add', NULL, m.kind, m.type, "
        "m.title, p.name, s.id FROM memories m "
        "LEFT JOIN sessions s ON s.id = m.session_id "
        "LEFT JOIN projects p ON p.id = m.project_id WHERE m.id > ?1 "
        "ORDER BY m.id LIMIT ?2",
    [FEED_CHANGE] =
        "SELECT h.id, m.id, h.time_ms, h.event, NULL, m.kind, m.type, "
        "m.title, p.name, s.id FROM history h "
        "JOIN memories m ON m.id = h.memory_id "
        "LEFT JOIN sessions s ON s.id = m.session_id "
        "LEFT JOIN projects p ON p.id = m.project_id WHERE h.id > ?1 "
        "ORDER BY h.id LIMIT ?2",
};

int feed_after(struct db *db, struct feed_mark *m, int limit,
               void (*row)(void *arg, const struct feed_row *r,
                           const struct feed_mark *at),
               void *arg, struct err *e)
{
    int n = 0, rc = 0;

    for (int kind = FEED_EVENT; kind <= FEED_CHANGE; kind++) {
        int64_t *mark = kind == FEED_EVENT    ? &m->event
                        : kind == FEED_MEMORY ? &m->memory
                                              : &m->change;
        struct stmt *s = db_stmt(db, sql[kind]);

        stmt_int(s, 1, *mark);
        stmt_int(s, 2, limit);
        while ((rc = stmt_step(s, e)) > 0) {
            struct feed_row r = {.kind = (enum feed_kind)kind,
                                 .id = col_int(s, 1),
                                 .time_ms = col_int(s, 2),
                                 .what = col_str(s, 3),
                                 .tool = col_str(s, 4),
                                 .memory_kind = col_str(s, 5),
                                 .type = col_str(s, 6),
                                 .title = col_str(s, 7),
                                 .project = col_str(s, 8),
                                 .session_id = col_int(s, 9)};

            *mark = col_int(s, 0);
            n++;
            /* Said already, when the memory came. */
            if (kind == FEED_CHANGE && str_eqz(r.what, "add"))
                continue;
            row(arg, &r, m);
        }
        stmt_done(s);
        if (rc < 0)
            return rc;
    }
    return n;
}
