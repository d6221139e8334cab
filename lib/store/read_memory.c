/* read_memory.c - see read_memory.h. */
#include "base/common.h"

#include "store/read_memory.h"
#include "store/read_sql.h"
#include "store/revise.h"

void rows_grow(struct arena *a, void **rows, size_t n, size_t size)
{
    void *more;

    if (n && (n < 8 || (n & (n - 1)) != 0))
        return; /* room is 8, then doubles at each power of two */
    more = arena_array(a, n ? n * 2 : 8, size);
    if (n)
        memcpy(more, *rows, n * size);
    *rows = more;
}

static struct str bindable(struct str s)
{
    return s.n ? s : STR_NONE;
}

void filter_bind(struct stmt *s, const struct memory_filter *f)
{
    stmt_int(s, P_SESSION, f->session_id);
    stmt_str(s, P_KIND, bindable(f->kind));
    stmt_str(s, P_TYPE, bindable(f->type));
    stmt_str(s, P_BRANCH, bindable(f->branch));
    stmt_int(s, P_SINCE, f->since_ms ? f->since_ms : INT64_MIN);
    stmt_int(s, P_UNTIL, f->until_ms ? f->until_ms : INT64_MAX);
    stmt_int(s, P_AS_OF, f->as_of_ms ? f->as_of_ms : INT64_MAX);
    stmt_int(s, P_HISTORY, f->with_history);
    stmt_int(s, P_NOW,
             f->with_expired ? INT64_MIN
             : f->as_of_ms   ? f->as_of_ms
                             : f->now_ms);
    stmt_str(s, P_FILE, bindable(f->file));
    stmt_int(s, P_BEGINS, f->file_begins);
    stmt_int(s, P_WEIGHT, f->importance);
    stmt_int(s, P_PINNED, f->pinned);
    stmt_str(s, P_USER, bindable(f->user));
    stmt_str(s, P_AGENT, bindable(f->agent));
    stmt_str(s, P_GROUP, bindable(f->group));
    stmt_ids(s, P_ONLY, f->only);
    stmt_int(s, P_ANY, f->only == NULL);
    /* "(1a2b3c4)", no branch at all, sees every branch's. */
    stmt_str(s, P_ON,
             str_starts(f->on_branch, STR("(")) ? STR_NONE
                                                : bindable(f->on_branch));
    stmt_int(s, P_CHILD, f->with_children);
}

/* The path, or what lies below it: '0' comes behind '/'. */
#define IS_OR_BELOW(path, is)                                                  \
    "(" path " = " is " OR (" path " > " is " || '/' AND " path " < " is       \
    " || '0'))"

int memory_path_is_known(struct db *db, struct str path, struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT EXISTS (SELECT 1 FROM memory_files f WHERE " IS_OR_BELOW(
            "f.path",
            "?1") ") OR EXISTS (SELECT 1 FROM sessions x JOIN projects p "
                  "ON p.id = x.project_id JOIN session_files f ON "
                  "f.session_id = x.id WHERE " IS_OR_BELOW(
                      "f.path",
                      "(p.root || '/' || ?1)") " OR " ELSEWHERE
                                               " AND " IS_OR_BELOW(
                                                   "f.path",
                                                   "(x.cwd || '/' || ?1)") ")");
    int rc;

    stmt_str(s, 1, path);
    rc = stmt_step(s, e);
    if (rc > 0)
        rc = col_int(s, 0) != 0;
    stmt_done(s);
    return rc;
}

void memory_fill(struct stmt *s, struct arena *a, struct memory_row *m)
{
    int64_t *const ints[] = {&m->id,       &m->project_id,    &m->session_id,
                             &m->event_ms, &m->created_ms,    &m->updated_ms,
                             &m->valid_to, &m->superseded_by, &m->expires_ms};
    struct str *const strs[] = {&m->kind,      &m->type,    &m->title,
                                &m->subtitle,  &m->text,    &m->data,
                                &m->branch,    &m->origin,  &m->provider,
                                &m->topic_key, &m->project, &m->session_uid};
    int c = 0;

    for (size_t i = 0; i < ARRAY_LEN(ints); i++)
        *ints[i] = col_int(s, c++);
    for (size_t i = 0; i < ARRAY_LEN(strs); i++)
        *strs[i] = arena_str(a, col_str(s, c++));
    m->importance = (int)col_int(s, c++);
    m->seen = (int)col_int(s, c++);
    m->revision = (int)col_int(s, c++);
    m->pinned = col_int(s, c++) != 0;
    m->is_child = !col_is_null(s, c++);
    m->order = col_int(s, c++);
    m->user = arena_str(a, col_str(s, c++));
    m->agent = arena_str(a, col_str(s, c++));
    m->external_id = arena_str(a, col_str(s, c++));
    m->group = arena_str(a, col_str(s, c++));
    m->metadata = arena_str(a, col_str(s, c++));
    m->bound = col_int(s, c++) != 0;
    m->weighed = arena_str(a, col_str(s, c++));
    m->valid_from = col_int(s, c++);
    m->disputed = col_int(s, c) != 0;
}

int memory_read(struct db *db, int64_t id, struct arena *a,
                struct memory_row *out, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT " MEMORY_COLS " FROM memories m" MEMORY_JOINS
                    " WHERE m.id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        memory_fill(s, a, out);
    stmt_done(s);
    return rc > 0 ? 0 : rc < 0 ? rc : CM_ENOTFOUND;
}

/* ?22, ?23: the place; ?24: how many. The planner does not know that a
 * project has few of a kind: each list names its index. */
#define LIST_SQL(index, where, cmp, dir)                                       \
    "SELECT " MEMORY_COLS " FROM memories m INDEXED BY " index MEMORY_JOINS    \
    " WHERE " where FILTER_SQL " AND (m.event_ms, m.id) " cmp " (?22, ?23)"    \
    " ORDER BY m.event_ms " dir ", m.id " dir " LIMIT ?24"
/* IS finds a project's rows and those of no project by the same index. */
#define ANYWHERE(cmp, dir) LIST_SQL("memories_time", "?1 IS ?1", cmp, dir)
#define IN_PROJECT(cmp, dir)                                                   \
    LIST_SQL("memories_project", "m.project_id IS ?1", cmp, dir)
#define OF_SESSION(cmp, dir)                                                   \
    LIST_SQL("memories_session", "m.session_id = ?2", cmp, dir)
#define OF_KIND                                                                \
    LIST_SQL("memories_kind", "m.project_id IS ?1 AND m.kind = ?3", "<", "DESC")
#define OF_TYPE                                                                \
    LIST_SQL("memories_type", "m.project_id IS ?1 AND m.type = ?4", "<", "DESC")
#define PINNED                                                                 \
    LIST_SQL("memories_pinned", "m.project_id IS ?1 AND m.pinned = 1", "<",    \
             "DESC")
#define IMPORTANT                                                              \
    LIST_SQL("memories_important", "m.project_id IS ?1 AND m.importance >= 4", \
             "<", "DESC")

struct walk {
    struct memory_place from;
    size_t max;
    bool forward;
};

static int list(struct db *db, struct stmt *s, const struct memory_filter *f,
                const struct walk *w, struct arena *a, struct memory_list *out,
                struct err *e)
{
    int rc;

    out->rows = NULL;
    out->n = 0;
    filter_bind(s, f);
    stmt_int(s, P_FREE, w->from.event_ms);
    stmt_int(s, P_FREE + 1, w->from.id);
    stmt_int(s, P_FREE + 2, (int64_t)w->max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)&out->rows, out->n, sizeof(*out->rows));
        memory_fill(s, a, &out->rows[out->n++]);
    }
    stmt_done(s);
    for (size_t i = 0; rc == 0 && f->as_of_ms && i < out->n; i++)
        rc = memory_as_of(db, &out->rows[i], f->as_of_ms, a, e);
    return rc;
}

static bool earlier(const struct memory_row *x, const struct memory_row *y)
{
    return x->event_ms < y->event_ms ||
           (x->event_ms == y->event_ms && x->id < y->id);
}

/* Two sorted lists become one of at most max. */
static void merge(struct memory_list *out, const struct memory_list *other,
                  bool forward, size_t max, struct arena *a)
{
    struct memory_list both = {NULL, 0};
    size_t i = 0, k = 0;

    if (other->n == 0)
        return;
    both.rows = arena_array(a, out->n + other->n, sizeof(*both.rows));
    while (both.n < max && (i < out->n || k < other->n)) {
        bool first =
            k == other->n ||
            (i < out->n && earlier(&out->rows[i], &other->rows[k]) == forward);

        both.rows[both.n++] = first ? out->rows[i++] : other->rows[k++];
    }
    *out = both;
}

static struct stmt *list_stmt(struct db *db, const struct memory_filter *f,
                              bool forward)
{
    if (f->session_id)
        return forward ? db_stmt(db, OF_SESSION(">", "ASC"))
                       : db_stmt(db, OF_SESSION("<", "DESC"));
    if (f->project_id == 0)
        return forward ? db_stmt(db, ANYWHERE(">", "ASC"))
                       : db_stmt(db, ANYWHERE("<", "DESC"));
    if (forward)
        return db_stmt(db, IN_PROJECT(">", "ASC"));
    if (f->pinned)
        return db_stmt(db, PINNED);
    if (f->type.n)
        return db_stmt(db, OF_TYPE);
    if (f->kind.n)
        return db_stmt(db, OF_KIND);
    if (f->importance >= 4)
        return db_stmt(db, IMPORTANT);
    return db_stmt(db, IN_PROJECT("<", "DESC"));
}

static int walk(struct db *db, const struct memory_filter *f,
                const struct walk *w, struct arena *a, struct memory_list *out,
                struct err *e)
{
    struct stmt *s = list_stmt(db, f, w->forward);
    struct memory_list shared = {NULL, 0};
    int rc;

    if (f->project_id)
        stmt_int(s, P_PROJECT, f->project_id);
    rc = list(db, s, f, w, a, out, e);
    if (rc < 0 || f->project_id == 0 || f->session_id)
        return rc;
    s = list_stmt(db, f, w->forward); /* ?1 stays NULL: of no project */
    rc = list(db, s, f, w, a, &shared, e);
    if (rc == 0)
        merge(out, &shared, w->forward, w->max, a);
    return rc;
}

int memories_before(struct db *db, const struct memory_filter *f,
                    struct memory_place from, size_t max, struct arena *a,
                    struct memory_list *out, struct err *e)
{
    return walk(db, f, &(struct walk){from, max, false}, a, out, e);
}

int memories_after(struct db *db, const struct memory_filter *f,
                   struct memory_place from, size_t max, struct arena *a,
                   struct memory_list *out, struct err *e)
{
    return walk(db, f, &(struct walk){from, max, true}, a, out, e);
}

int64_t memories_count(struct db *db, int64_t project_id, struct err *e)
{
    struct stmt *s =
        project_id ? db_stmt(db, "SELECT coalesce(sum(memories), 0) FROM "
                                 "memory_counts WHERE project_id IN (?1, 0)")
                   : db_stmt(db, "SELECT coalesce(sum(memories), 0) FROM "
                                 "memory_counts");
    int64_t n;

    if (project_id)
        stmt_int(s, 1, project_id);
    n = stmt_step(s, e);
    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

int memory_files_read(struct db *db, int64_t id, size_t max, struct arena *a,
                      struct memory_file_row **rows, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT path, max(modified) FROM memory_files "
                                 "WHERE memory_id = ?1 GROUP BY path "
                                 "ORDER BY max(modified) DESC, path LIMIT ?2");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        (*rows)[*n].path = arena_str(a, col_str(s, 0));
        (*rows)[(*n)++].modified = col_int(s, 1) != 0;
    }
    stmt_done(s);
    return rc;
}

int memory_history(struct db *db, int64_t id, size_t max, struct arena *a,
                   struct history_row **rows, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT event, old_text, new_text, actor, "
                                 "time_ms FROM history WHERE memory_id = ?1 "
                                 "ORDER BY id LIMIT ?2");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        struct history_row *h;

        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        h = &(*rows)[(*n)++];
        h->event = arena_str(a, col_str(s, 0));
        h->old_text = arena_str(a, col_str(s, 1));
        h->new_text = arena_str(a, col_str(s, 2));
        h->actor = arena_str(a, col_str(s, 3));
        h->time_ms = col_int(s, 4);
    }
    stmt_done(s);
    return rc;
}

int memory_links(struct db *db, int64_t id, size_t max, struct arena *a,
                 struct link_row **rows, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT to_id, relation, 0 FROM links WHERE from_id = ?1 "
            "UNION ALL SELECT from_id, relation, 1 FROM links WHERE to_id = ?1 "
            "ORDER BY 3, 1 LIMIT ?2");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        struct link_row *l;

        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        l = &(*rows)[(*n)++];
        l->other = col_int(s, 0);
        l->relation = arena_str(a, col_str(s, 1));
        l->incoming = col_int(s, 2) != 0;
    }
    stmt_done(s);
    return rc;
}

int memory_evidence(struct db *db, int64_t id, size_t max, struct arena *a,
                    int64_t **ids, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT event_id FROM evidence WHERE "
                                 "memory_id = ?1 ORDER BY event_id LIMIT ?2");
    int rc;

    *ids = NULL;
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)ids, *n, sizeof(**ids));
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc;
}
