/* op_sessions.c - the operation "sessions": the newest ones. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"

#define SESSIONS_DEFAULT 20
#define SESSIONS_MAX     10000

static const struct param params[] = {
    {"n", 'n', PARAM_INT, 0, "N", "at most so many (20)"},
    {"since", 0, PARAM_TIME, 0, "TIME", "active since then: 2026-11-01, 7d"},
    PARAM_PROJECT,
    PARAM_ALL,
    PARAM_FILTER,
};

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    int64_t n = json_get_int(args, "n", SESSIONS_DEFAULT);
    struct session_filter with = {0};
    struct session_list l;
    struct scope scope;
    int64_t all = 0;
    int rc = scope_find(env, args, &scope, e);

    if (n < 1 || n > SESSIONS_MAX)
        return err_set(e, CM_EARG, "sessions: n is 1 to %d", SESSIONS_MAX);
    if (rc == 0)
        rc = scope_where(env, args, &with.only, e);
    with.project_id = scope.project.id;
    with.since_ms = json_get_int(args, "since", 0);
    if (rc == 0)
        rc = sessions_read(env->db, &with, (size_t)n, env->a, &l, e);
    if (rc == 0)
        all = sessions_count(env->db, &with, e);
    if (rc < 0 || all < 0)
        return rc < 0 ? rc : (int)all;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    jsonw_arr(out, "sessions");
    for (size_t i = 0; i < l.n; i++) {
        jsonw_obj(out, NULL);
        put_session(out, &l.rows[i]);
        jsonw_end(out);
    }
    jsonw_end(out);
    if (all > (int64_t)l.n)
        jsonw_int(out, "left_out", all - (int64_t)l.n);
    jsonw_end(out);
    return 0;
}

const struct op op_sessions = {
    .name = "sessions",
    .summary = "sessions, newest first",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
