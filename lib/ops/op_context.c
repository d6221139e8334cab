/* op_context.c - the operation "context": what a new session is told. */
#include "base/common.h"

#include "agent/project.h"
#include "ops/as_if.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"

static const struct param params[] = {
    {"project", 'p', PARAM_STR, 0, "NAME",
     "another project: its name or directory"},
    {"branch", 'b', PARAM_STR, 0, "BRANCH", "as for a session on this branch"},
    {"as-of", 0, PARAM_TIME, 0, "TIME", "as it would have been then"},
    {"tokens", 0, PARAM_INT, 0, "N", "budget (the setting context_tokens)"},
    {"source", 0, PARAM_STR, 0, "SOURCE",
     "startup, clear or compact (startup)"},
    {"session", 's', PARAM_STR, 0, "SESSION", "compact: of this session"},
    {"explain", 0, PARAM_BOOL, 0, NULL, "why each line is there or is not"},
    PARAM_AS_IF,
};

static const enum opt_id rests_on[] = {OPT_CONTEXT, OPT_CONTEXT_TOKENS};

static int read_request(struct op_env *env, const struct json *args,
                        const struct scope *scope, struct context_request *r,
                        struct err *e)
{
    struct str source = json_get_str(args, "source");
    struct str session = json_get_str(args, "session");
    struct session_info s;
    struct project p;
    struct id id;
    int rc;

    *r = (struct context_request){
        .project_id = scope->project.id,
        .branch = json_get_str(args, "branch"),
        .tokens = json_get_int(args, "tokens", 0),
        .as_of_ms = json_get_int(args, "as-of", 0),
    };
    if (r->tokens < 0 || r->tokens > CONTEXT_UNITS_MAX)
        return err_set(e, CM_EARG, "context: tokens is 1 to %d",
                       CONTEXT_UNITS_MAX);
    if (source.n && !context_source_of(source, &r->source))
        return err_set(e, CM_EARG,
                       "context: source is startup, clear or "
                       "compact");
    if (session.n) {
        rc = id_parse(session, &id, e);
        if (rc == 0)
            rc = id_session(env->db, &id, env->a, &s, e);
        if (rc < 0)
            return rc;
        r->session_uid = s.uid;
        r->project_id = s.project_id;
    }
    if (r->branch.n == 0 && env->cwd && env->cwd[0] == '/' &&
        json_get_str(args, "project").n == 0) {
        project_find(env->cwd, env->a, &p);
        r->branch = p.branch;
    }
    return 0;
}

static void put_lines(struct jsonw *w, const struct context *c)
{
    jsonw_arr(w, "lines");
    for (size_t i = 0; i < c->nlines; i++) {
        const struct context_line *l = &c->lines[i];

        jsonw_obj(w, NULL);
        jsonw_bool(w, "taken", l->taken);
        put_text(w, "section", l->section);
        jsonw_str(w, "text", l->text);
        put_text(w, "why", l->why);
        put_id(w, "id", ID_MEMORY, l->memory_id);
        jsonw_int(w, "tokens", (int64_t)l->tokens);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct context_request r;
    struct scope scope;
    struct context c;
    struct op_env as;
    int rc = as_if(env, args, rests_on, ARRAY_LEN(rests_on), &as, e);

    if (rc == 0)
        rc = scope_find(&as, args, &scope, e);
    if (rc == 0)
        rc = read_request(&as, args, &scope, &r, e);
    if (rc == 0)
        rc = context_render(&as, &r, &c, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    jsonw_strz(out, "source", context_source_name(r.source));
    jsonw_int(out, "tokens", (int64_t)c.tokens);
    jsonw_str(out, "text", c.text);
    jsonw_arr(out, "memories");
    for (size_t i = 0; i < c.nids; i++)
        put_id(out, NULL, ID_MEMORY, c.ids[i]);
    jsonw_end(out);
    if (json_get_bool(args, "explain"))
        put_lines(out, &c);
    jsonw_end(out);
    return 0;
}

const struct op op_context = {
    .name = "context",
    .summary = "what a new session is told, exactly",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
