/* op_forget.c - the operation "forget": deletes for good. */
#include "base/common.h"

#include "ops/context.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "store/memory.h"

#define IDS_MAX 1000

static const struct param params[] = {
    {"ids", 0, PARAM_LIST, PARAM_POSITIONAL, "ID",
     "#12 or 12 a memory, s4 or the client's id a session"},
    {"session", 's', PARAM_STR, 0, "SESSION",
     "a session with its subagents and all that came from them"},
};

/* What is to go, resolved before anything does: an unknown id deletes
 * nothing. */
struct doomed {
    struct id ids[IDS_MAX + 1];
    int64_t projects[IDS_MAX + 1];
    size_t n;
};

static int doom(struct op_env *env, struct doomed *d, struct str name,
                bool is_session, struct err *e)
{
    struct session_info s;
    struct memory_row m;
    struct id id;
    int rc = id_parse(name, &id, e);

    if (rc < 0)
        return rc;
    if (id.kind == ID_EVENT)
        return err_set(e, CM_EARG,
                       "an event is forgotten with its session or "
                       "with the memories that rest on it");
    if (id.kind == ID_SESSION || is_session) {
        rc = id_session(env->db, &id, env->a, &s, e);
        if (rc < 0)
            return rc;
        id.n = s.id;
        d->projects[d->n] = s.project_id;
    } else {
        rc = memory_read(env->db, id.n, env->a, &m, e);
        if (rc == CM_ENOTFOUND)
            return err_set(e, rc, "there is no memory #%lld", (long long)id.n);
        if (rc < 0)
            return rc;
        d->projects[d->n] = m.project_id;
    }
    d->ids[d->n++] = id;
    return 0;
}

static int read_ids(struct op_env *env, const struct json *args,
                    struct doomed *d, struct err *e)
{
    const struct json *ids = json_get(args, "ids");
    struct str session = json_get_str(args, "session");
    int rc = 0;

    if (json_len(ids) == 0 && session.n == 0)
        return err_set(e, CM_EARG, "forget needs ID or --session SESSION");
    if (json_len(ids) > IDS_MAX)
        return err_set(e, CM_EARG, "forget: at most %d ids", IDS_MAX);
    for (const struct json *c = json_first(ids); c && rc == 0; c = json_next(c))
        rc = doom(env, d, json_str(c), false, e);
    if (rc == 0 && session.n)
        rc = doom(env, d, session, true, e);
    return rc;
}

static int forget_all(struct op_env *env, const struct doomed *d,
                      struct forgotten *f, struct err *e)
{
    int rc = db_begin(env->db, e);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < d->n && rc == 0; i++) {
        rc = d->ids[i].kind == ID_SESSION
                 ? session_forget(env->db, d->ids[i].n, f, e)
                 : memory_forget(env->db, d->ids[i].n, f, e);
        if (rc == CM_ENOTFOUND) /* gone with a session before it, or twice */
            rc = 0;
    }
    if (rc < 0) {
        db_rollback(env->db);
        return rc;
    }
    return db_commit(env->db, e);
}

/* The rendered blocks may still name what is gone. */
static int renew_caches(struct op_env *env, const struct doomed *d,
                        struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < d->n && rc == 0; i++) {
        size_t k = 0;

        while (k < i && d->projects[k] != d->projects[i])
            k++;
        if (k == i)
            rc = context_cache_write(env, d->projects[i], e);
    }
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct doomed *d = arena_new(env->a, struct doomed);
    struct forgotten f = {0};
    int rc = read_ids(env, args, d, e);

    if (rc == 0)
        rc = forget_all(env, d, &f, e);
    if (rc == 0)
        rc = memory_forget_done(env->db, e);
    if (rc == 0)
        rc = renew_caches(env, d, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_int(out, "memories", f.memories);
    jsonw_int(out, "events", f.events);
    jsonw_int(out, "sessions", f.sessions);
    jsonw_end(out);
    return 0;
}

const struct op op_forget = {
    .name = "forget",
    .summary = "delete memories or a session for good",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WRITES,
    .run = run,
};
