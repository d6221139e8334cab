/* op_summary.c - the operation "summary": what a session came to. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"

#define CHILDREN_MAX 100

static const struct param params[] = {
    {"session", 's', PARAM_STR, PARAM_POSITIONAL, "SESSION",
     "s4 or the client's id; else the latest of the project"},
    PARAM_PROJECT,
    PARAM_ALL,
};

/* The newest summary of a session; id 0 when there is none. */
static int find_summary(struct op_env *env, int64_t session_id,
                        struct memory_row *m, struct err *e)
{
    struct memory_filter f = {.session_id = session_id,
                              .kind = STR("summary"),
                              .now_ms = env->now_ms};
    struct memory_list l;
    int rc = memories_before(env->db, &f, PLACE_END, 1, env->a, &l, e);

    *m = (struct memory_row){0};
    if (rc == 0 && l.n)
        *m = l.rows[0];
    return rc;
}

static int put_summary(struct op_env *env, struct jsonw *w, int64_t session_id,
                       struct err *e)
{
    struct memory_row m;
    int rc = find_summary(env, session_id, &m, e);

    if (rc < 0 || m.id == 0)
        return rc;
    jsonw_obj(w, "summary");
    put_memory_body(w, &m);
    jsonw_end(w);
    return 0;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct session_list children;
    struct session_info s;
    int rc = scope_session(env, args, &s, e);

    if (rc == 0)
        rc =
            session_children(env->db, s.id, CHILDREN_MAX, env->a, &children, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_obj(out, "session");
    put_session(out, &s);
    jsonw_end(out);
    rc = put_summary(env, out, s.id, e);
    jsonw_arr(out, "subagents");
    for (size_t i = 0; i < children.n && rc == 0; i++) {
        jsonw_obj(out, NULL);
        put_session(out, &children.rows[i]);
        rc = put_summary(env, out, children.rows[i].id, e);
        jsonw_end(out);
    }
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

const struct op op_summary = {
    .name = "summary",
    .summary = "what a session was asked, did and left open",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
