/* op_code_refs.c - the operations "code-refs", "code-callers" and
 * "code-callees". */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"
#include "ops/code_walk.h"
#include "ops/ops.h"
#include "store/code_pack.h"

#define ROWS      50
#define ROWS_MAX  2000
#define DEPTH_MAX 5
/* Definitions that one word may mean. */
#define MEANT_MAX 20

static const struct param refs_params[] = {
    {"symbol", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "SYMBOL",
     "a name, Class.method, FILE:LINE"},
    {"ambiguous", 0, PARAM_BOOL, 0, NULL,
     "also what may mean another one of that name"},
    {"kind", 'k', PARAM_STR, 0, "KIND", "only call, type, inherit or use"},
    PARAM_MAX("references at most (50)"),
    PARAM_DIR,
};

static const struct param calls_params[] = {
    {"symbol", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "SYMBOL",
     "a name, Class.method, FILE:LINE"},
    {"depth", 0, PARAM_INT, 0, "N", "so many calls away (1)"},
    {"ambiguous", 0, PARAM_BOOL, 0, NULL,
     "also what may mean another one of that name"},
    PARAM_MAX("symbols at most (50)"),
    PARAM_DIR,
};

/* What the words mean; CM_ENOTFOUND when nothing. */
static int begin(struct code_walk *w, const struct json *args,
                 struct code_symbol_row **v, size_t *n)
{
    struct str symbol = json_get_str(args, "symbol");
    int rc = code_here(w->env, args, &w->tree, w->e);

    w->ambiguous = json_get_bool(args, "ambiguous");
    if (rc == 0)
        rc = code_meant(w->env, &w->tree, symbol, NULL, MEANT_MAX, v, n, w->e);
    if (rc == 0 && *n == 0)
        rc = err_set(w->e, CM_ENOTFOUND,
                     "no symbol is called %.*s; cmem code search finds parts "
                     "of names",
                     STR_ARG(str_cut(symbol, 0, 200)));
    return rc;
}

static void put_meant(struct jsonw *out, const struct code_symbol_row *v,
                      size_t n)
{
    jsonw_arr(out, "meant");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(out, NULL);
        put_code_symbol(out, &v[i], false);
        jsonw_end(out);
    }
    jsonw_end(out);
}

static void put_rest(struct jsonw *out, const struct code_walk *w, int64_t left)
{
    if (left > 0)
        jsonw_int(out, "left_out", left);
    if (w->doubtful)
        jsonw_int(out, "ambiguous", w->doubtful);
    if (w->outside)
        jsonw_int(out, "outside", w->outside);
    if (w->cut)
        jsonw_bool(out, "cut", true);
}

/* --- refs ------------------------------------------------------------------------------ */

struct refs {
    struct jsonw *out;
    int kind; /* -1: any */
    size_t max, shown;
    int64_t left;
};

static int put_ref(void *arg, const struct code_referred *r)
{
    struct refs *f = arg;
    const struct code_use_in *u = r->use;

    if (f->kind >= 0 && u->kind != f->kind)
        return 0;
    if (f->shown == f->max) {
        f->left++;
        return 0;
    }
    f->shown++;
    jsonw_obj(f->out, NULL);
    jsonw_str(f->out, "file", r->site->file.path);
    jsonw_int(f->out, "line", u->line);
    jsonw_strz(f->out, "kind", code_ref_kind_name((enum code_ref_kind)u->kind));
    if (u->symbol >= 0 && (size_t)u->symbol < r->site->n_symbols)
        jsonw_str(f->out, "in", r->site->symbols[u->symbol].qualified);
    if (u->qualifier.n)
        jsonw_str(f->out, "qualifier", u->qualifier);
    jsonw_strz(f->out, "resolved", code_how_name(r->how));
    jsonw_end(f->out);
    return 0;
}

/* One definition's references are not another's: of those that a word may
 * mean, each reference is told once. */
static int run_refs(struct op_env *env, const struct json *args,
                    struct jsonw *out, struct err *e)
{
    struct code_walk w = {.env = env, .e = e};
    struct refs f = {.out = out, .kind = -1,
                     .max = code_max(args, ROWS, ROWS_MAX)};
    struct str kind = json_get_str(args, "kind");
    struct code_symbol_row *v = NULL;
    size_t n = 0;
    int rc;

    for (int k = 0; k < CODE_REF_KINDS && kind.n; k++)
        if (str_eqz(kind, code_ref_kind_name((enum code_ref_kind)k)))
            f.kind = k;
    if (kind.n && f.kind < 0)
        return err_set(e, CM_EARG, "kind is call, type, inherit or use");
    rc = begin(&w, args, &v, &n);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", w.tree.root);
    put_meant(out, v, n);
    jsonw_arr(out, "refs");
    for (size_t i = 0; i < n && rc == 0; i++) {
        bool told = false;

        for (size_t k = 0; k < i && !told; k++) /* its declaration */
            told = str_eq(v[i].qualified, v[k].qualified);
        if (!told)
            rc = code_each_referred(&w, &v[i], put_ref, &f);
    }
    jsonw_end(out);
    put_rest(out, &w, f.left);
    jsonw_end(out);
    return rc;
}

/* --- callees ------------------------------------------------------------------------------ */

/* Is place `at` the symbol `of`, or in it? */
static bool is_in(const struct code_site *site, int32_t at, int32_t of)
{
    for (int depth = 0; at >= 0 && depth < 64; depth++) {
        if (at == of)
            return true;
        at = (size_t)at < site->n_symbols ? site->symbols[at].parent : -1;
    }
    return false;
}

static int grow_callees(struct code_walk *w, size_t i)
{
    struct code_symbol_row s = w->node[i].s;
    struct code_site site = {0};
    struct code_unpack u;
    struct code_use_in use;
    int rc = code_site_read(w->env, s.file_id, &site, w->e);

    if (rc <= 0)
        return rc;
    rc = 0;
    code_unpack_begin(&u, site.blob, w->env->a);
    while (rc == 0 && code_unpack_next(&u, &use)) {
        struct code_node n = {.kind = use.kind, .line = use.line,
                         .depth = w->node[i].depth + 1, .from = i};
        struct code_cands c;
        size_t meant = 0;

        if (!code_is_call(use.kind) || !is_in(&site, use.symbol, code_place(s.id)))
            continue;
        rc = code_cands_read(w->env, w->tree.id, use.name, &c, w->e);
        if (rc < 0)
            break;
        n.how = code_resolve(&site, &use, &c, &meant);
        if (n.how == HOW_AMBIGUOUS && !w->ambiguous)
            w->doubtful++;
        else if (n.how != HOW_NONE &&
                 (use.kind == CODE_REF_CALL ||
                  code_kind_is_callable((enum code_kind)c.v[meant].kind)))
            code_walk_add(w, &c.v[meant], &n);
        else if (n.how == HOW_NONE && use.kind == CODE_REF_CALL)
            w->outside++;
    }
    return rc;
}

/* --- both ------------------------------------------------------------------------------------ */

static void put_node(struct jsonw *out, const struct code_walk *w, size_t i)
{
    const struct code_node *n = &w->node[i];

    jsonw_obj(out, NULL);
    if (n->s.kind == CODE_KINDS) { /* a file's top */
        jsonw_str(out, "file", n->s.path);
        jsonw_int(out, "line", n->s.first_line);
    } else {
        put_code_symbol(out, &n->s, false);
        if (n->s.signature.n)
            jsonw_str(out, "signature", n->s.signature);
    }
    jsonw_int(out, "at", n->line);
    jsonw_strz(out, "reference",
               code_ref_kind_name((enum code_ref_kind)n->kind));
    jsonw_strz(out, "resolved", code_how_name(n->how));
    jsonw_int(out, "depth", n->depth);
    if (n->depth > 1)
        jsonw_str(out, "by", w->node[n->from].s.qualified);
    jsonw_end(out);
}

static int run_calls(struct op_env *env, const struct json *args,
                     struct jsonw *out, struct err *e,
                     int (*grow)(struct code_walk *w, size_t i))
{
    struct code_walk w = {.env = env, .e = e};
    size_t max = code_max(args, ROWS, ROWS_MAX), n = 0, left = 0, shown = 0;
    int64_t depth = json_get_int(args, "depth", 1);
    struct code_symbol_row *v = NULL;
    int rc;

    if (depth < 1 || depth > DEPTH_MAX)
        return err_set(e, CM_EARG, "depth is between 1 and %d", DEPTH_MAX);
    rc = begin(&w, args, &v, &n);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        code_walk_add(&w, &v[i], &(struct code_node){0});
    for (size_t i = 0; i < w.n && rc == 0; i++)
        if (w.node[i].depth < depth)
            rc = grow(&w, i);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", w.tree.root);
    put_meant(out, v, n);
    jsonw_arr(out, "symbols");
    for (size_t i = 0; i < w.n; i++)
        if (w.node[i].depth > 0 && shown++ < max)
            put_node(out, &w, i);
        else
            left += w.node[i].depth > 0;
    jsonw_end(out);
    put_rest(out, &w, (int64_t)left);
    jsonw_end(out);
    return 0;
}

static int run_callers(struct op_env *env, const struct json *args,
                       struct jsonw *out, struct err *e)
{
    return run_calls(env, args, out, e, code_walk_callers);
}

static int run_callees(struct op_env *env, const struct json *args,
                       struct jsonw *out, struct err *e)
{
    return run_calls(env, args, out, e, grow_callees);
}

const struct op op_code_refs = {
    .name = "code-refs",
    .summary = "where a symbol is called, named or inherited from",
    .params = refs_params,
    .nparams = ARRAY_LEN(refs_params),
    .run = run_refs,
};

const struct op op_code_callers = {
    .name = "code-callers",
    .summary = "what calls a symbol",
    .params = calls_params,
    .nparams = ARRAY_LEN(calls_params),
    .run = run_callers,
};

const struct op op_code_callees = {
    .name = "code-callees",
    .summary = "what a symbol calls",
    .params = calls_params,
    .nparams = ARRAY_LEN(calls_params),
    .run = run_callees,
};
