/* read_session.c - see read_session.h. */
#include "base/common.h"

#include "store/read_session.h"
#include "store/read_sql.h"

/* Shorter beginnings of a session's id would be guesses. */
#define UID_PREFIX_MIN 4

static void project_fill(struct stmt *s, struct arena *a,
                         struct project_row *out)
{
    out->id = col_int(s, 0);
    out->name = arena_str(a, col_str(s, 1));
    out->root = arena_str(a, col_str(s, 2));
}

static int project_one(struct stmt *s, struct arena *a, struct project_row *out,
                       struct err *e)
{
    int rc = stmt_step(s, e);

    if (rc > 0)
        project_fill(s, a, out);
    stmt_done(s);
    return rc > 0 ? 0 : rc < 0 ? rc : CM_ENOTFOUND;
}

int project_by_keys(struct db *db, const struct str *keys, size_t nkeys,
                    struct arena *a, struct project_row *out, struct err *e)
{
    int rc = CM_ENOTFOUND;

    for (size_t i = 0; i < nkeys && rc == CM_ENOTFOUND; i++) {
        struct stmt *s =
            db_stmt(db, "SELECT p.id, p.name, p.root FROM project_keys k JOIN "
                        "projects p ON p.id = k.project_id WHERE k.key = ?1");

        stmt_str(s, 1, keys[i]);
        rc = project_one(s, a, out, e);
    }
    return rc;
}

int project_by_name(struct db *db, struct str name, struct arena *a,
                    struct project_row *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, name, root FROM projects WHERE root = ?1 OR name = ?1 "
            "OR id = CAST(?1 AS INTEGER) AND CAST(id AS TEXT) = ?1 "
            "ORDER BY root = ?1 DESC, name = ?1 DESC, (SELECT max(last_ms) "
            "FROM sessions WHERE project_id = projects.id) DESC, id LIMIT 1");

    stmt_str(s, 1, name);
    return project_one(s, a, out, e);
}

static int64_t count_of(struct stmt *s, struct err *e)
{
    int64_t n = stmt_step(s, e);

    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

int64_t projects_named(struct db *db, struct str name, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT count(*) FROM projects WHERE name = ?1");

    stmt_str(s, 1, name);
    return count_of(s, e);
}

int project_by_id(struct db *db, int64_t id, struct arena *a,
                  struct project_row *out, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT id, name, root FROM projects WHERE id = ?1");

    stmt_int(s, 1, id);
    return project_one(s, a, out, e);
}

int project_ids(struct db *db, size_t max, struct arena *a, int64_t **ids,
                size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT p.id FROM projects p ORDER BY (SELECT max(last_ms) FROM "
            "sessions s WHERE s.project_id = p.id) DESC, p.id LIMIT ?1");
    int rc;

    *ids = NULL;
    *n = 0;
    stmt_int(s, 1, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)ids, *n, sizeof(**ids));
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc;
}

#define SESSION_COLS                                                           \
    "s.id, s.project_id, s.parent_id, s.started_ms, s.last_ms, s.ended_ms, "   \
    "s.prompts, (SELECT count(*) FROM events WHERE session_id = s.id), "       \
    "(SELECT count(*) FROM memories WHERE session_id = s.id), "                \
    "(SELECT count(*) FROM sessions c WHERE c.parent_id = s.id), s.dropped, "  \
    "s.uid, p.name, s.agent, s.agent_type, s.cwd, s.branch, s.title, "         \
    "s.end_reason"
#define SESSION_SQL                                                            \
    "SELECT " SESSION_COLS                                                     \
    " FROM sessions s JOIN projects p ON p.id = s.project_id WHERE "

static void session_fill(struct stmt *s, struct arena *a,
                         struct session_info *i)
{
    int64_t *const ints[] = {&i->id,         &i->project_id, &i->parent_id,
                             &i->started_ms, &i->last_ms,    &i->ended_ms,
                             &i->prompts,    &i->events,     &i->memories,
                             &i->children,   &i->dropped};
    struct str *const strs[] = {&i->uid,        &i->project,   &i->agent,
                                &i->agent_type, &i->cwd,       &i->branch,
                                &i->title,      &i->end_reason};
    int c = 0;

    for (size_t k = 0; k < ARRAY_LEN(ints); k++)
        *ints[k] = col_int(s, c++);
    for (size_t k = 0; k < ARRAY_LEN(strs); k++)
        *strs[k] = arena_str(a, col_str(s, c++));
}

static int session_one(struct stmt *s, struct arena *a,
                       struct session_info *out, struct err *e)
{
    int rc = stmt_step(s, e);

    if (rc > 0)
        session_fill(s, a, out);
    stmt_done(s);
    return rc > 0 ? 0 : rc < 0 ? rc : CM_ENOTFOUND;
}

int session_read(struct db *db, int64_t id, struct arena *a,
                 struct session_info *out, struct err *e)
{
    struct stmt *s = db_stmt(db, SESSION_SQL "s.id = ?1");

    stmt_int(s, 1, id);
    return session_one(s, a, out, e);
}

int session_by_uid(struct db *db, struct str uid, struct arena *a,
                   struct session_info *out, struct err *e)
{
    struct stmt *s = db_stmt(db, SESSION_SQL "s.uid = ?1");
    int rc;

    stmt_str(s, 1, uid);
    rc = session_one(s, a, out, e);
    if (rc != CM_ENOTFOUND || uid.n < UID_PREFIX_MIN)
        return rc;
    /* A subagent's id is its parent's and more: the shortest is meant. */
    s = db_stmt(db, SESSION_SQL "substr(s.uid, 1, length(?1)) = ?1 AND "
                                "s.parent_id IS NULL LIMIT 2");
    stmt_str(s, 1, uid);
    rc = stmt_step(s, e);
    if (rc > 0) {
        session_fill(s, a, out);
        rc = stmt_step(s, e);
        if (rc > 0)
            rc = err_set(e, CM_EARG, "several sessions begin with %.*s",
                         STR_ARG(uid));
    } else if (rc == 0) {
        rc = CM_ENOTFOUND;
    }
    stmt_done(s);
    return rc;
}

int session_latest(struct db *db, int64_t project_id, struct arena *a,
                   struct session_info *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, SESSION_SQL "(?1 = 0 OR s.project_id = ?1) AND s.parent_id IS "
                        "NULL ORDER BY EXISTS (SELECT 1 FROM memories m WHERE "
                        "m.session_id = s.id AND m.kind = 'summary') DESC, "
                        "s.last_ms DESC, s.id DESC LIMIT 1");

    stmt_int(s, 1, project_id);
    return session_one(s, a, out, e);
}

static int session_rows(struct stmt *s, struct arena *a,
                        struct session_list *out, struct err *e)
{
    int rc;

    out->rows = NULL;
    out->n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)&out->rows, out->n, sizeof(*out->rows));
        session_fill(s, a, &out->rows[out->n++]);
    }
    stmt_done(s);
    return rc;
}

#define SESSIONS_WHERE                                                         \
    "(?1 = 0 OR s.project_id = ?1) AND s.parent_id IS NULL AND "               \
    "s.last_ms >= ?2 AND (?3 OR EXISTS (SELECT 1 FROM memories WHERE "         \
    "session_id = s.id AND in_ids(id, ?4)))"

static void bind_sessions(struct stmt *s, const struct session_filter *f)
{
    stmt_int(s, 1, f->project_id);
    stmt_int(s, 2, f->since_ms);
    stmt_int(s, 3, f->only == NULL);
    stmt_ids(s, 4, f->only);
}

int sessions_read(struct db *db, const struct session_filter *f, size_t max,
                  struct arena *a, struct session_list *out, struct err *e)
{
    struct stmt *s =
        db_stmt(db, SESSION_SQL SESSIONS_WHERE
                " ORDER BY s.last_ms DESC, s.id DESC LIMIT ?5");

    bind_sessions(s, f);
    stmt_int(s, 5, (int64_t)max);
    return session_rows(s, a, out, e);
}

int64_t sessions_count(struct db *db, const struct session_filter *f,
                       struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT count(*) FROM sessions s WHERE " SESSIONS_WHERE);

    bind_sessions(s, f);
    return count_of(s, e);
}

int session_children(struct db *db, int64_t id, size_t max, struct arena *a,
                     struct session_list *out, struct err *e)
{
    struct stmt *s = db_stmt(db, SESSION_SQL "s.parent_id = ?1 ORDER BY "
                                             "s.started_ms, s.id LIMIT ?2");

    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    return session_rows(s, a, out, e);
}

int64_t session_memories(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT max(count(*), 1) FROM memories WHERE "
                                 "session_id IS ?1");
    int64_t n;

    if (id)
        stmt_int(s, 1, id);
    n = stmt_step(s, e);
    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

double session_memories_average(struct db *db, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT max(1.0, CAST((SELECT count(*) FROM memories) AS REAL) / "
            "max(1, (SELECT count(*) FROM sessions)))");
    double average;
    int rc = stmt_step(s, e);

    average = rc > 0 ? col_num(s, 0) : rc;
    stmt_done(s);
    return average;
}

int session_files_read(struct db *db, int64_t id, size_t max, struct arena *a,
                       struct session_file **rows, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT f.path, max(f.modified), max(f.last_ms) FROM sessions s "
            "JOIN session_files f ON f.session_id = s.id WHERE s.id = ?1 OR "
            "s.parent_id = ?1 GROUP BY f.path "
            "ORDER BY 3 DESC, 1 LIMIT ?2");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        (*rows)[*n].path = arena_str(a, col_str(s, 0));
        (*rows)[*n].modified = col_int(s, 1) != 0;
        (*rows)[(*n)++].last_ms = col_int(s, 2);
    }
    stmt_done(s);
    return rc;
}

int project_cwds(struct db *db, int64_t project_id, size_t max, struct arena *a,
                 struct str **dirs, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT cwd FROM sessions WHERE project_id = ?1 AND parent_id IS "
            "NULL AND cwd <> '' GROUP BY cwd ORDER BY max(last_ms) DESC, cwd "
            "LIMIT ?2");
    int rc;

    *dirs = NULL;
    *n = 0;
    stmt_int(s, 1, project_id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)dirs, *n, sizeof(**dirs));
        (*dirs)[(*n)++] = arena_str(a, col_str(s, 0));
    }
    stmt_done(s);
    return rc;
}

#define EVENT_SQL                                                              \
    "SELECT e.id, e.session_id, e.time_ms, e.bytes, e.name, e.tool, "          \
    "e.tool_use_id, e.origin, s.uid, e.payload FROM events e JOIN sessions s " \
    "ON s.id = e.session_id WHERE "

static void event_fill(struct stmt *s, struct arena *a, struct event_info *i)
{
    int64_t *const ints[] = {&i->id, &i->session_id, &i->time_ms, &i->bytes};
    struct str *const strs[] = {&i->name,   &i->tool,        &i->tool_use_id,
                                &i->origin, &i->session_uid, &i->payload};
    int c = 0;

    for (size_t k = 0; k < ARRAY_LEN(ints); k++)
        *ints[k] = col_int(s, c++);
    for (size_t k = 0; k < ARRAY_LEN(strs); k++)
        *strs[k] = arena_str(a, col_str(s, c++));
}

int event_read(struct db *db, int64_t id, struct arena *a,
               struct event_info *out, struct err *e)
{
    struct stmt *s = db_stmt(db, EVENT_SQL "e.id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        event_fill(s, a, out);
    stmt_done(s);
    return rc > 0 ? 0 : rc < 0 ? rc : CM_ENOTFOUND;
}

int events_named(struct db *db, int64_t session_id, struct str name, size_t max,
                 struct arena *a, struct event_info **rows, size_t *n,
                 struct err *e)
{
    struct stmt *s = db_stmt(db, EVENT_SQL "e.session_id = ?1 AND e.name = ?2 "
                                           "ORDER BY e.id DESC LIMIT ?3");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, session_id);
    stmt_str(s, 2, name);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        event_fill(s, a, &(*rows)[(*n)++]);
    }
    stmt_done(s);
    return rc;
}

int session_command_passed(struct db *db, int64_t session_id, int64_t after,
                           struct str command, struct err *e)
{
    /* CASE, because AND may be worked out in any order and json_extract fails
     * on what is no JSON. */
    struct stmt *s = db_stmt(
        db, "SELECT 1 FROM events WHERE session_id = ?1 AND id > ?2 AND name = "
            "'PostToolUse' AND tool = 'Bash' AND CASE WHEN json_valid(payload) "
            "THEN json_extract(payload, '$.tool_input.command') = ?3 END "
            "LIMIT 1");
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, after);
    stmt_str(s, 3, command);
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

int64_t session_file_sessions(struct db *db, struct str path, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT count(*) FROM session_files WHERE path "
                    "= ?1 AND modified = 1");
    int64_t n;

    stmt_str(s, 1, path);
    n = stmt_step(s, e);
    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

int project_git_dirs(struct db *db, int64_t project_id, size_t max,
                     struct arena *a, struct str **dirs, size_t *n,
                     struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT substr(key, 5) FROM project_keys WHERE "
                    "project_id = ?1 AND key GLOB 'dir:/*' "
                    "ORDER BY key LIMIT ?2");
    int rc;

    *dirs = arena_array(a, max ? max : 1, sizeof(**dirs));
    *n = 0;
    stmt_int(s, 1, project_id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*dirs)[(*n)++] = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int sessions_spans(struct db *db, const int64_t *ids, size_t n,
                   struct session_span *out, size_t *nout, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, started_ms, last_ms, branch FROM sessions WHERE id = "
            "?1");
    int rc = 0;

    *nout = 0;
    for (size_t i = 0; i < n && rc >= 0; i++) {
        stmt_int(s, 1, ids[i]);
        rc = stmt_step(s, e);
        if (rc > 0) {
            struct str branch = col_str(s, 3);

            out[(*nout)++] =
                (struct session_span){col_int(s, 0), col_int(s, 1),
                                      col_int(s, 2),
                                      branch.n ? str_hash(branch) : 0};
        }
        stmt_done(s);
    }
    return rc < 0 ? rc : 0;
}

int sessions_beside(struct db *db, int64_t id, int64_t gap_ms, size_t max,
                    int64_t *ids, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT x.id FROM sessions s JOIN sessions x ON x.project_id = "
            "s.project_id AND x.started_ms BETWEEN s.started_ms - 604800000 "
            "AND s.last_ms + ?2 AND x.last_ms >= s.started_ms - ?2 WHERE s.id "
            "= ?1 AND x.id <> ?1 LIMIT ?3");
    int rc = 0;

    stmt_int(s, 1, id);
    stmt_int(s, 2, gap_ms);
    stmt_int(s, 3, (int64_t)max);
    *n = 0;
    while (*n < max && (rc = stmt_step(s, e)) > 0)
        ids[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}
