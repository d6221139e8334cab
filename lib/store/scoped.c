/* scoped.c - see scoped.h. */
#include "base/common.h"

#include "store/read_sql.h"
#include "store/revise.h"
#include "store/scoped.h"

int memories_page(struct db *db, const struct memory_filter *f, size_t offset,
                  size_t max, struct arena *a, struct memory_list *out,
                  size_t *count, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT m.id FROM memories m WHERE "
                                 "?1 IS ?1" FILTER_SQL
                                 " ORDER BY m.event_ms DESC, m.id DESC");
    int64_t *ids = NULL;
    size_t n = 0;
    int rc;

    *out = (struct memory_list){0};
    filter_bind(s, f);
    while ((rc = stmt_step(s, e)) > 0) {
        if (n >= offset && n - offset < max) {
            rows_grow(a, (void **)&ids, n - offset, sizeof(*ids));
            ids[n - offset] = col_int(s, 0);
        }
        n++;
    }
    stmt_done(s);
    *count = n;
    n = n > offset ? n - offset : 0;
    n = n < max ? n : max;
    out->rows = arena_array(a, n + 1, sizeof(*out->rows));
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = memory_read(db, ids[i], a, &out->rows[out->n], e);
        if (rc == 0 && f->as_of_ms)
            rc = memory_as_of(db, &out->rows[out->n], f->as_of_ms, a, e);
        out->n += rc == 0;
        rc = rc == CM_ENOTFOUND ? 0 : rc; /* forgotten meanwhile */
    }
    return rc;
}

static const char *const type_names[SCOPE_TYPES] = {"user", "agent", "app",
                                                    "run"};

const char *scope_type_name(enum scope_type t)
{
    return type_names[t];
}

int scope_names(struct db *db, struct arena *a, struct scope_name **rows,
                size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT 0, user, count(*), min(created_ms), max(updated_ms) FROM "
        "memories WHERE user IS NOT NULL GROUP BY user "
        "UNION ALL "
        "SELECT 1, agent, count(*), min(created_ms), max(updated_ms) FROM "
        "memories WHERE agent IS NOT NULL GROUP BY agent "
        "UNION ALL "
        "SELECT 2, p.name, count(*), min(m.created_ms), max(m.updated_ms) "
        "FROM projects p JOIN memories m ON m.project_id = p.id WHERE "
        "EXISTS (SELECT 1 FROM project_keys k WHERE k.project_id = p.id AND "
        "k.key = 'app:' || p.name) AND p.root = '' AND p.name <> 'imported' "
        "GROUP BY p.id "
        "UNION ALL "
        "SELECT 3, s.uid, count(*), min(m.created_ms), max(m.updated_ms) "
        "FROM sessions s JOIN memories m ON m.session_id = s.id WHERE "
        "s.cwd = '' AND substr(s.uid, 1, 5) <> 'mem0:' GROUP BY s.id "
        "ORDER BY 1, 2");
    int rc;

    *rows = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        struct scope_name *r;

        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        r = &(*rows)[(*n)++];
        r->type = (enum scope_type)col_int(s, 0);
        r->name = arena_str(a, col_str(s, 1));
        r->memories = col_int(s, 2);
        r->first_ms = col_int(s, 3);
        r->last_ms = col_int(s, 4);
    }
    stmt_done(s);
    return rc;
}

int memory_is_programs(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT m.user IS NOT NULL OR m.agent IS NOT NULL OR EXISTS (SELECT 1 "
        "FROM sessions s WHERE s.id = m.session_id AND s.cwd = '') OR EXISTS "
        "(SELECT 1 FROM projects p WHERE p.id = m.project_id AND p.root = '') "
        "FROM memories m WHERE m.id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        rc = col_int(s, 0) != 0;
    stmt_done(s);
    return rc;
}

int64_t events_left(struct db *db, int64_t session_id, int64_t first,
                    int64_t last, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM events WHERE session_id "
                                 "= ?1 AND state = 0 AND id BETWEEN ?2 AND ?3");
    int64_t n;
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, first);
    stmt_int(s, 3, last);
    rc = stmt_step(s, e);
    n = rc > 0 ? col_int(s, 0) : rc;
    stmt_done(s);
    return n;
}

int events_memories(struct db *db, int64_t first, int64_t last, size_t max,
                    struct arena *a, int64_t **ids, size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT DISTINCT memory_id FROM evidence WHERE "
                    "event_id BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT "
                    "?3");
    int rc;

    *ids = NULL;
    *n = 0;
    stmt_int(s, 1, first);
    stmt_int(s, 2, last);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)ids, *n, sizeof(**ids));
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc;
}

bool events_by_rules(struct db *db, int64_t session_id, int64_t first,
                     int64_t last, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT 1 FROM batches WHERE session_id = ?1 AND "
                    "provider = 'rules' AND first_event <= ?3 AND "
                    "last_event >= ?2 LIMIT 1");
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, first);
    stmt_int(s, 3, last);
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc > 0;
}
