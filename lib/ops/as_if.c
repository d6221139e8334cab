/* as_if.c - see as_if.h. */
#include "base/common.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ops/as_if.h"

static bool is_known(int id, const enum opt_id *known, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((int)known[i] == id)
            return true;
    return false;
}

static int unknown(int id, const enum opt_id *known, size_t n, struct err *e)
{
    struct buf names;
    int rc;

    buf_init(&names, 4096);
    for (size_t i = 0; i < n; i++)
        buf_addf(&names, "%s%s",
                 i == 0       ? ""
                 : i + 1 == n ? " and "
                              : ", ",
                 config_opt(known[i])->name);
    rc = err_set(e, CM_EARG, "this does not rest on %s, but on %s",
                 config_opt((enum opt_id)id)->name, names.data);
    buf_free(&names);
    return rc;
}

int as_if(const struct op_env *env, const struct json *args,
          const enum opt_id *known, size_t nknown, struct op_env *out,
          struct err *e)
{
    const struct json *list = json_get(args, "set");
    struct config *c;

    *out = *env;
    if (json_len(list) == 0)
        return 0;
    c = arena_new(env->a, struct config);
    if (env->config)
        *c = *env->config;
    for (int i = 0; i < OPT_COUNT && !env->config; i++)
        c->value[i] = str_of(config_opt((enum opt_id)i)->fallback);
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        int id = config_pretend(c, json_str(v), env->a, e);

        if (id >= 0 && !is_known(id, known, nknown))
            id = unknown(id, known, nknown, e);
        if (id < 0)
            return id;
    }
    out->config = c;
    return 0;
}
