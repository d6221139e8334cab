/* op_show.c - the operation "show": memories, sessions and events whole. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/fresh.h"
#include "ops/ops.h"
#include "ops/outcome_put.h"
#include "store/access.h"
#include "store/entity.h"

/* Most ids of one call, and most rows of each kind under one of them. */
#define IDS_MAX      100
#define EVIDENCE_MAX 50
#define ROWS_MAX     200
#define SYMBOLS_MAX  200
#define FIXES_MAX    50

static const struct param params[] = {
    {"ids", 0, PARAM_LIST, PARAM_POSITIONAL | PARAM_REQUIRED, "ID",
     "#12 or 12 a memory, s4 or the client's id a session, e99 an event"},
};

static int put_files(struct op_env *env, struct jsonw *w, int64_t id,
                     struct err *e)
{
    struct memory_file_row *rows;
    size_t n;
    int rc = memory_files_read(env->db, id, ROWS_MAX, env->a, &rows, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "files");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", rows[i].path);
        jsonw_bool(w, "modified", rows[i].modified);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

/* What it is about, and whether that is as it was. */
static int put_cites(struct op_env *env, struct jsonw *w,
                     const struct memory_row *row, struct err *e)
{
    struct fresh_memory m;
    struct fresh *f;
    int rc = fresh_open(env, row->project_id, &f, e);

    if (rc == 0)
        rc = fresh_memory(f, row->id, &m, e);
    if (rc == 0)
        put_freshness(w, &m, true);
    return rc;
}

/* The definitions that a session changed, and how they are now. */
static int put_symbols(struct op_env *env, struct jsonw *w,
                       const struct session_info *s, struct err *e)
{
    struct touch_row *rows;
    struct fresh_cite c;
    struct fresh *f;
    size_t n;
    int rc = touches_of_session(env->db, s->id, SYMBOLS_MAX + 1, env->a, &rows,
                                &n, e);

    if (rc == 0)
        rc = fresh_open(env, s->project_id, &f, e);
    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "symbols");
    for (size_t i = 0; i < n && i < SYMBOLS_MAX && rc == 0; i++) {
        rc = fresh_touch(f, &rows[i], &c, e);
        jsonw_obj(w, NULL);
        put_fresh_cite(w, &c);
        jsonw_end(w);
    }
    jsonw_end(w);
    if (n > SYMBOLS_MAX)
        jsonw_bool(w, "symbols_cut", true);
    return rc;
}

/* When it ended in the session: the last time. */
static void put_fix(struct jsonw *w, const struct outcome_row *r,
                    int64_t session_id)
{
    struct json *fix = json_parse(r->fix, NULL);
    const struct json *at = NULL;

    for (const struct json *t = json_first(json_get(fix, "times")); t;
         t = json_next(t))
        if (json_get_int(t, "session", 0) == session_id)
            at = t;
    jsonw_obj(w, NULL);
    put_outcome(w, r, fix);
    put_time(w, "time", json_get_int(at, "ms", 0));
    put_id(w, "failed_in", ID_EVENT, json_get_int(at, "bad", 0));
    put_id(w, "passed_in", ID_EVENT, json_get_int(at, "good", 0));
    if (json_get_int(at, "back", 0))
        put_id(w, "back_in", ID_EVENT, json_get_int(at, "back", 0));
    jsonw_end(w);
    json_free(fix);
}

/* The errors that the session had and got rid of. */
static int put_fixes(struct op_env *env, struct jsonw *w, int64_t session_id,
                     struct err *e)
{
    struct outcome_row *rows;
    size_t n;
    int rc = outcomes_of_session(env->db, session_id, FIXES_MAX + 1, env->a,
                                 &rows, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "fixes");
    for (size_t i = 0; i < n && i < FIXES_MAX; i++)
        put_fix(w, &rows[i], session_id);
    jsonw_end(w);
    if (n > FIXES_MAX)
        jsonw_bool(w, "fixes_cut", true);
    return 0;
}

static int put_entities(struct op_env *env, struct jsonw *w, int64_t id,
                        struct err *e)
{
    struct entity_row *rows;
    size_t n;
    int rc = memory_entities(env->db, id, ROWS_MAX, env->a, &rows, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "entities");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "name", rows[i].name);
        jsonw_str(w, "kind", rows[i].kind);
        jsonw_int(w, "memories", rows[i].memories);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

/* The last times it was opened or given to a session. */
static int put_use(struct op_env *env, struct jsonw *w, int64_t id,
                   struct err *e)
{
    struct access_use use;
    int rc = access_read(env->db, &id, 1, env->now_ms, &use, e);

    if (rc < 0 || use.times == 0)
        return rc;
    jsonw_obj(w, "used");
    jsonw_int(w, "times", use.times);
    put_time(w, "last", use.last_ms);
    jsonw_end(w);
    return 0;
}

static int put_history(struct op_env *env, struct jsonw *w, int64_t id,
                       struct err *e)
{
    struct history_row *rows;
    size_t n;
    int rc = memory_history(env->db, id, ROWS_MAX, env->a, &rows, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "history");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "event", rows[i].event);
        jsonw_str(w, "actor", rows[i].actor);
        put_time(w, "time", rows[i].time_ms);
        put_text(w, "old", rows[i].old_text);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

static int put_links(struct op_env *env, struct jsonw *w, int64_t id,
                     struct err *e)
{
    struct link_row *rows;
    struct memory_row other;
    size_t n;
    int rc = memory_links(env->db, id, ROWS_MAX, env->a, &rows, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "links");
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = memory_read(env->db, rows[i].other, env->a, &other, e);
        if (rc < 0)
            break;
        jsonw_obj(w, NULL);
        jsonw_str(w, "relation", rows[i].relation);
        jsonw_bool(w, "incoming", rows[i].incoming);
        put_memory_line(w, &other);
        jsonw_end(w);
    }
    jsonw_end(w);
    return rc;
}

static int put_evidence(struct op_env *env, struct jsonw *w, int64_t id,
                        struct err *e)
{
    struct event_info ev;
    int64_t *ids;
    size_t n;
    int rc = memory_evidence(env->db, id, EVIDENCE_MAX, env->a, &ids, &n, e);

    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "evidence");
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = event_read(env->db, ids[i], env->a, &ev, e);
        if (rc < 0)
            break;
        jsonw_obj(w, NULL);
        put_event_line(w, &ev);
        jsonw_end(w);
    }
    jsonw_end(w);
    return rc;
}

/* What took its place, and what took that one's: at most ten steps. */
static int put_successors(struct op_env *env, struct jsonw *w,
                          const struct memory_row *m, struct err *e)
{
    struct memory_row next = *m;
    int rc = 0;

    if (m->superseded_by == 0)
        return 0;
    jsonw_arr(w, "successors");
    for (int step = 0; step < 10 && next.superseded_by && rc == 0; step++) {
        rc = memory_read(env->db, next.superseded_by, env->a, &next, e);
        if (rc < 0)
            break;
        jsonw_obj(w, NULL);
        put_memory_line(w, &next);
        jsonw_end(w);
    }
    jsonw_end(w);
    return rc;
}

static int show_memory(struct op_env *env, struct jsonw *w, int64_t id,
                       struct err *e)
{
    struct memory_row m;
    int rc = memory_read(env->db, id, env->a, &m, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    put_memory_body(w, &m);
    rc = put_use(env, w, id, e);
    if (rc == 0)
        rc = put_files(env, w, id, e);
    if (rc == 0)
        rc = put_cites(env, w, &m, e);
    if (rc == 0)
        rc = put_entities(env, w, id, e);
    if (rc == 0)
        rc = put_evidence(env, w, id, e);
    if (rc == 0)
        rc = put_links(env, w, id, e);
    if (rc == 0)
        rc = put_history(env, w, id, e);
    if (rc == 0)
        rc = put_successors(env, w, &m, e);
    jsonw_end(w);
    return rc;
}

/* What the session came to: the newest of its summaries that holds. */
static void put_session_summary(struct jsonw *w, const struct memory_list *l)
{
    const struct memory_row *summary = NULL;

    for (size_t i = 0; i < l->n; i++)
        if (str_eqz(l->rows[i].kind, "summary") && l->rows[i].valid_to == 0)
            summary = &l->rows[i];
    if (!summary)
        return;
    jsonw_obj(w, "summary");
    put_memory_body(w, summary);
    jsonw_end(w);
}

static int put_session_rows(struct op_env *env, struct jsonw *w, int64_t id,
                            struct err *e)
{
    struct memory_filter f = {
        .session_id = id, .now_ms = env->now_ms, .with_history = true};
    struct session_list children;
    struct session_file *files;
    struct memory_list l;
    size_t n = 0;
    int rc = memories_after(env->db, &f, PLACE_START, ROWS_MAX, env->a, &l, e);

    if (rc == 0)
        rc = session_files_read(env->db, id, ROWS_MAX, env->a, &files, &n, e);
    if (rc == 0)
        rc = session_children(env->db, id, ROWS_MAX, env->a, &children, e);
    if (rc < 0)
        return rc;
    put_session_summary(w, &l);
    jsonw_arr(w, "results");
    for (size_t i = 0; i < l.n; i++) {
        jsonw_obj(w, NULL);
        put_memory_line(w, &l.rows[i]);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_arr(w, "files");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", files[i].path);
        jsonw_bool(w, "modified", files[i].modified);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_arr(w, "subagents");
    for (size_t i = 0; i < children.n; i++) {
        jsonw_obj(w, NULL);
        put_session(w, &children.rows[i]);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

static int show_session(struct op_env *env, struct jsonw *w,
                        const struct id *id, struct err *e)
{
    struct session_info s;
    int rc = id_session(env->db, id, env->a, &s, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    jsonw_strz(w, "kind", "session");
    put_session(w, &s);
    rc = put_session_rows(env, w, s.id, e);
    if (rc == 0)
        rc = put_fixes(env, w, s.id, e);
    if (rc == 0)
        rc = put_symbols(env, w, &s, e);
    jsonw_end(w);
    return rc;
}

static int show_event(struct op_env *env, struct jsonw *w, int64_t id,
                      struct err *e)
{
    struct event_info ev;
    struct json *payload;
    int rc = event_read(env->db, id, env->a, &ev, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    jsonw_strz(w, "kind", "event");
    put_event_line(w, &ev);
    put_id(w, "session", ID_SESSION, ev.session_id);
    put_text(w, "session_uid", ev.session_uid);
    put_text(w, "origin", ev.origin);
    jsonw_int(w, "bytes", ev.bytes);
    payload = json_parse(ev.payload, NULL);
    if (payload)
        jsonw_raw(w, "payload", ev.payload);
    else
        jsonw_str(w, "payload", ev.payload);
    json_free(payload);
    jsonw_end(w);
    return 0;
}

static int show_one(struct op_env *env, struct jsonw *w, struct str name,
                    struct err *e)
{
    struct id id;
    int rc = id_parse(name, &id, e);

    if (rc < 0)
        return rc;
    if (id.kind == ID_MEMORY)
        return show_memory(env, w, id.n, e);
    if (id.kind == ID_SESSION)
        return show_session(env, w, &id, e);
    return show_event(env, w, id.n, e);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    const struct json *ids = json_get(args, "ids");
    struct str missing[IDS_MAX];
    size_t n = 0;

    if (json_len(ids) > IDS_MAX)
        return err_set(e, CM_EARG, "show: at most %d ids", IDS_MAX);
    jsonw_obj(out, NULL);
    jsonw_arr(out, "items");
    for (const struct json *c = json_first(ids); c; c = json_next(c)) {
        int rc = show_one(env, out, json_str(c), e);

        if (rc == CM_ENOTFOUND)
            missing[n++] = json_str(c);
        else if (rc < 0)
            return rc;
    }
    jsonw_end(out);
    jsonw_arr(out, "missing");
    for (size_t i = 0; i < n; i++)
        jsonw_str(out, NULL, missing[i]);
    jsonw_end(out);
    jsonw_end(out);
    return 0;
}

const struct op op_show = {
    .name = "show",
    .summary = "a memory, session or event whole, with its evidence",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_OPENS,
    .run = run,
};
