/* op.c - the table of operations; see op.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "ops/op.h"
#include "ops/ops.h"

const struct op *const ops[] = {
    &op_search,  &op_timeline, &op_show,   &op_graph,   &op_sessions,
    &op_summary, &op_context,  &op_why,    &op_why_not, &op_stats,
    &op_add,     &op_forget,   &op_import, &op_history, &op_fix,
    &op_edit,    &op_pin,      &op_unpin, &op_stale,  &op_blame,
    &op_code_status, &op_code_search, &op_code_outline, &op_code_unfold,
    &op_code_symbols, &op_code_refs, &op_code_callers, &op_code_callees,
    &op_code_impact, &op_code_files, &op_code_map,
};
const size_t ops_count = ARRAY_LEN(ops);

const struct op *op_find(struct str name)
{
    for (size_t i = 0; i < ops_count; i++)
        if (str_eqz(name, ops[i]->name))
            return ops[i];
    return NULL;
}

static const struct param *find_param(const struct op *op, struct str name)
{
    for (size_t i = 0; i < op->nparams; i++)
        if (str_eqz(name, op->params[i].name))
            return &op->params[i];
    return NULL;
}

static int check_list(const struct op *op, const struct param *p,
                      const struct json *v, struct err *e)
{
    if (!json_is_array(v))
        return err_set(e, CM_EARG, "%s: %s is a list of strings", op->name,
                       p->name);
    for (const struct json *c = json_first(v); c; c = json_next(c))
        if (!json_is_str(c))
            return err_set(e, CM_EARG, "%s: %s is a list of strings", op->name,
                           p->name);
    return 0;
}

static int check_value(const struct op *op, const struct param *p,
                       const struct json *v, struct err *e)
{
    static const char *const wanted[] = {
        [PARAM_STR] = "a string",
        [PARAM_INT] = "a whole number",
        [PARAM_BOOL] = "true or false",
        [PARAM_TIME] = "a time, such as 2026-11-21, \"yesterday\" or 7d",
        [PARAM_JSON] = "a JSON object",
    };
    double n = json_num(v);
    bool ok = false;

    switch (p->type) {
    case PARAM_STR:
        ok = json_is_str(v);
        break;
    case PARAM_INT:
        ok = json_is_num(v) && floor(n) == n && fabs(n) < 9e15;
        break;
    case PARAM_BOOL:
        ok = json_is_bool(v);
        break;
    case PARAM_TIME:
        ok = json_is_str(v) || (json_is_num(v) && fabs(n) < 9e15);
        break;
    case PARAM_JSON:
        ok = json_is_str(v) || json_is_object(v);
        break;
    case PARAM_LIST:
        return check_list(op, p, v, e);
    }
    if (!ok)
        return err_set(e, CM_EARG, "%s: %s is %s", op->name, p->name,
                       wanted[p->type]);
    return 0;
}

/* Text that names a time becomes milliseconds. */
static int read_times(const struct op *op, struct json *args, int64_t now_ms,
                      struct err *e)
{
    for (size_t i = 0; i < op->nparams; i++) {
        const struct param *p = &op->params[i];
        const struct json *v = json_get(args, p->name);
        int64_t ms;

        if (p->type != PARAM_TIME || !json_is_str(v))
            continue;
        if (clock_parse(json_str(v), now_ms, &ms) < 0)
            return err_set(e, CM_EARG,
                           "%s: %s is a time, such as 2026-11-21, "
                           "\"yesterday\" or 7d, not %.*s",
                           op->name, p->name, STR_ARG(json_str(v)));
        json_set_int(args, p->name, ms);
    }
    return 0;
}

int op_check(const struct op *op, struct json *args, int64_t now_ms,
             struct err *e)
{
    if (!json_is_object(args))
        return err_set(e, CM_EARG, "%s: the arguments are not an object",
                       op->name);
    for (const struct json *v = json_first(args); v; v = json_next(v)) {
        const struct param *p = find_param(op, json_key(v));
        int rc;

        if (!p || (p->flags & PARAM_TERMINAL))
            return err_set(e, CM_EARG, "%s has no parameter %.*s", op->name,
                           STR_ARG(str_cut(json_key(v), 0, 64)));
        rc = check_value(op, p, v, e);
        if (rc < 0)
            return rc;
    }
    for (size_t i = 0; i < op->nparams; i++) {
        const struct param *p = &op->params[i];
        const struct json *v = json_get(args, p->name);

        if ((p->flags & PARAM_REQUIRED) &&
            (!v || (json_is_array(v) && json_len(v) == 0) ||
             (json_is_str(v) && json_str(v).n == 0)))
            return err_set(e, CM_EARG, "%s needs %s", op->name,
                           p->value ? p->value : p->name);
    }
    return read_times(op, args, now_ms, e);
}
