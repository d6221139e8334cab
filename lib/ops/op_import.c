/* op_import.c - the operation "import": lines of JSON become memories. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/jsonl.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "store/memory.h"
#include "store/session.h"

/* The project of runs that were imported without an app. */
#define NO_APP "imported"

static const struct param params[] = {
    {"lines", 0, PARAM_LIST, PARAM_REQUIRED, "LINE", "a JSON object each"},
    {"first", 0, PARAM_INT, 0, "N", "the number of the first line (1)"},
    {"ids", 0, PARAM_BOOL, 0, NULL, "say what each line became"},
};

struct taken {
    int64_t line, id;
    bool added;
};

struct taking {
    struct op_env *env;
    struct jsonw *out;
    struct str app; /* of project_id, so that a run of lines asks once */
    int64_t project_id;
    int64_t line; /* its number */
    int64_t added, known, failed;
    struct taken *items; /* room for all lines; NULL: nobody asks */
    size_t nitems;
};

static int put_app(struct taking *t, struct str app, int64_t *id, struct err *e)
{
    struct project_row known;
    struct str key;
    int rc;

    if (t->project_id && str_eq(app, t->app)) {
        *id = t->project_id;
        return 0;
    }
    key = arena_fmt(t->env->a, "app:%.*s", STR_ARG(app));
    rc = scope_app(t->env, app, &known, e);
    if (rc == 0)
        *id = known.id;
    else if (rc == CM_ENOTFOUND)
        rc = project_put(t->env->db, &key, 1, app, STR(""), t->env->now_ms, id,
                         e);
    t->project_id = rc == 0 ? *id : 0;
    t->app = app;
    return rc;
}

/* A run is a session. One that is known without an app stays where it is. */
static int put_run(struct taking *t, const struct jsonl *l,
                   struct memory_in *in, struct err *e)
{
    struct session_in s = {.uid = l->run,
                           .project_id = in->project_id,
                           .branch = l->branch,
                           .time_ms = in->event_ms,
                           .known_is_enough = l->app.n == 0};
    int rc = 0;

    if (l->app.n == 0)
        rc = put_app(t, STR(NO_APP), &s.project_id, e);
    return rc < 0 ? rc : session_put(t->env->db, &s, &in->session_id, e);
}

static int put_line(struct taking *t, const struct jsonl *l, struct err *e)
{
    struct memory_in in = {
        .kind = l->kind,
        .type = l->type,
        .title = l->title,
        .subtitle = l->subtitle,
        .text = l->text,
        .data = l->data,
        .branch = l->branch,
        .user = l->user,
        .agent = l->agent,
        .origin = "import",
        .importance = l->importance,
        .pinned = l->pinned,
        .event_ms = l->time_ms ? l->time_ms : t->env->now_ms,
        .expires_ms = l->expires_ms,
        .topic_key = l->topic,
        .external_id = l->id,
        .group = l->group,
        .metadata = l->metadata,
        .order = l->has_order || l->group.n == 0 ? l->order : t->line,
    };
    int64_t id;
    bool added = false;
    int rc = 0;

    if (l->app.n)
        rc = put_app(t, l->app, &in.project_id, e);
    if (rc == 0 && l->run.n)
        rc = put_run(t, l, &in, e);
    if (rc == 0)
        rc = memory_put(t->env->db, &in, t->env->now_ms, &id, &added, e);
    if (rc < 0)
        return rc;
    *(added ? &t->added : &t->known) += 1;
    if (t->items)
        t->items[t->nitems++] = (struct taken){t->line, id, added};
    return 0;
}

/* What only this line can be blamed for; anything else ends the whole. */
static bool is_of_line(const struct err *e)
{
    return e->code == CM_EARG || e->code == CM_EFORMAT ||
           str_find(str_of(e->msg), STR("constraint")) >= 0;
}

static int take(struct taking *t, struct str text, struct err *e)
{
    struct err why = {0};
    struct jsonl l;
    int rc;

    if (str_trim(text).n == 0)
        return 0;
    rc = jsonl_read(text, t->env->now_ms, t->env->a, &l, &why);
    if (rc == 0) {
        rc = db_savepoint(t->env->db, e);
        if (rc < 0)
            return rc;
        rc = put_line(t, &l, &why);
        if (rc < 0) {
            db_savepoint_undo(t->env->db);
            t->project_id = 0; /* it may have been made by this line */
        } else {
            rc = db_savepoint_keep(t->env->db, &why);
        }
    }
    if (rc == 0)
        return 0;
    if (!is_of_line(&why)) {
        if (e)
            *e = why;
        return rc;
    }
    t->failed++;
    jsonw_obj(t->out, NULL);
    jsonw_int(t->out, "line", t->line);
    jsonw_strz(t->out, "error", why.msg);
    jsonw_end(t->out);
    return 0;
}

static void put_items(struct taking *t)
{
    if (!t->items)
        return;
    jsonw_arr(t->out, "items");
    for (size_t i = 0; i < t->nitems; i++) {
        jsonw_obj(t->out, NULL);
        jsonw_int(t->out, "line", t->items[i].line);
        put_id(t->out, "id", ID_MEMORY, t->items[i].id);
        jsonw_bool(t->out, "added", t->items[i].added);
        jsonw_end(t->out);
    }
    jsonw_end(t->out);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct taking t = {
        .env = env, .out = out, .line = json_get_int(args, "first", 1)};
    const struct json *lines = json_get(args, "lines");
    int rc = db_begin(env->db, e);

    if (json_get_bool(args, "ids"))
        t.items = arena_array(env->a, json_len(lines) + 1, sizeof(*t.items));
    jsonw_obj(out, NULL);
    jsonw_arr(out, "errors");
    for (struct json *j = json_first(lines); j && rc == 0;
         j = json_next(j), t.line++)
        rc = take(&t, json_str(j), e);
    jsonw_end(out);
    jsonw_int(out, "added", t.added);
    jsonw_int(out, "known", t.known);
    jsonw_int(out, "failed", t.failed);
    put_items(&t);
    jsonw_end(out);
    if (rc < 0) {
        if (db_in_transaction(env->db))
            db_rollback(env->db);
        return rc;
    }
    return db_commit(env->db, e);
}

const struct op op_import = {
    .name = "import",
    .summary = "take in memories, a line of JSON each",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WRITES | OP_TERMINAL,
    .run = run,
};
