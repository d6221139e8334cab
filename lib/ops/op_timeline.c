/* op_timeline.c - the operation "timeline": what happened around something. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/fresh.h"
#include "ops/ops.h"
#include "ops/scope.h"

#define AROUND_DEFAULT 5
#define AROUND_MAX     500

static const struct param params[] = {
    {"id", 0, PARAM_STR, PARAM_POSITIONAL, "ID",
     "around this memory, session or event"},
    {"at", 0, PARAM_TIME, 0, "TIME", "around this time"},
    {"before", 'B', PARAM_INT, 0, "N", "so many before it (5)"},
    {"after", 'A', PARAM_INT, 0, "N", "so many after it (5)"},
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "observation, fact, summary, note or prompt"},
    PARAM_PROJECT,
    PARAM_ALL,
    PARAM_FILTER,
    PARAM_ALL_BRANCHES,
    PARAM_SUBAGENTS,
};

struct anchor {
    struct memory_place place;
    struct memory_row memory; /* id 0: the anchor is no memory */
    int64_t project_id;       /* 0: unknown */
    const char *said;         /* how the anchor was named */
};

static int anchor_memory(struct op_env *env, int64_t id, struct anchor *an,
                         struct err *e)
{
    int rc = memory_read(env->db, id, env->a, &an->memory, e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "there is no memory #%lld", (long long)id);
    an->place = (struct memory_place){an->memory.event_ms, an->memory.id};
    an->project_id = an->memory.project_id;
    return rc;
}

static int anchor_id(struct op_env *env, struct str name, struct anchor *an,
                     struct err *e)
{
    struct session_info s;
    struct event_info ev;
    struct id id;
    int rc = id_parse(name, &id, e);

    if (rc < 0)
        return rc;
    if (id.kind == ID_MEMORY)
        return anchor_memory(env, id.n, an, e);
    if (id.kind == ID_SESSION) {
        rc = id_session(env->db, &id, env->a, &s, e);
        if (rc < 0)
            return rc;
        an->place.event_ms = s.started_ms;
        an->project_id = s.project_id;
        return 0;
    }
    rc = event_read(env->db, id.n, env->a, &ev, e);
    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "there is no event e%lld", (long long)id.n);
    if (rc == 0)
        rc = session_read(env->db, ev.session_id, env->a, &s, e);
    an->place.event_ms = rc == 0 ? ev.time_ms : 0;
    an->project_id = rc == 0 ? s.project_id : 0;
    return rc;
}

static int find_anchor(struct op_env *env, const struct json *args,
                       struct anchor *an, struct err *e)
{
    struct str id = json_get_str(args, "id");

    *an = (struct anchor){0};
    if (id.n)
        return anchor_id(env, id, an, e);
    an->place.event_ms = json_get_int(args, "at", 0);
    if (an->place.event_ms == 0)
        return err_set(e, CM_EARG, "timeline needs ID or --at TIME");
    return 0;
}

static int put_item(struct fresh_set *set, struct jsonw *w,
                    const struct memory_row *m, bool anchor, struct err *e)
{
    struct fresh_memory fresh;
    int rc = fresh_set_memory(set, m->project_id, m->id, &fresh, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    put_memory_line(w, m);
    put_freshness(w, &fresh, false);
    if (anchor)
        jsonw_bool(w, "anchor", true);
    jsonw_end(w);
    return 0;
}

static int put_items(struct op_env *env, struct jsonw *w,
                     const struct memory_list *before, const struct anchor *an,
                     const struct memory_list *after, struct err *e)
{
    struct fresh_set set = {.env = env};
    int rc = 0;

    jsonw_arr(w, "items");
    for (size_t i = before->n; i-- > 0 && rc == 0;)
        rc = put_item(&set, w, &before->rows[i], false, e);
    if (an->memory.id && rc == 0)
        rc = put_item(&set, w, &an->memory, true, e);
    for (size_t i = 0; i < after->n && rc == 0; i++)
        rc = put_item(&set, w, &after->rows[i], false, e);
    jsonw_end(w);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    int64_t before = json_get_int(args, "before", AROUND_DEFAULT);
    int64_t after = json_get_int(args, "after", AROUND_DEFAULT);
    struct memory_list older, newer;
    struct memory_filter f;
    struct anchor an;
    struct scope scope;
    int rc = scope_find(env, args, &scope, e);

    if (before < 0 || before > AROUND_MAX || after < 0 || after > AROUND_MAX)
        return err_set(e, CM_EARG, "timeline: before and after are 0 to %d",
                       AROUND_MAX);
    if (rc == 0)
        rc = find_anchor(env, args, &an, e);
    /* What is around a thing is in the thing's project, wherever one asks. */
    if (rc == 0 && an.project_id && !json_get_bool(args, "all") &&
        json_get_str(args, "project").n == 0)
        rc = project_by_id(env->db, an.project_id, env->a, &scope.project, e);
    if (rc == 0)
        rc = scope_filter(env, args, &scope, &f, e);
    if (rc == 0)
        rc = memories_before(env->db, &f, an.place, (size_t)before, env->a,
                             &older, e);
    if (rc == 0)
        rc = memories_after(env->db, &f, an.place, (size_t)after, env->a,
                            &newer, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    put_time(out, "at", an.place.event_ms);
    rc = put_items(env, out, &older, &an, &newer, e);
    jsonw_end(out);
    return rc;
}

const struct op op_timeline = {
    .name = "timeline",
    .summary = "what happened before and after a memory, session or time",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
