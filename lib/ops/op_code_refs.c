/* op_code_refs.c - the operations "code-refs", "code-callers" and
 * "code-callees". */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"
#include "ops/ops.h"
#include "store/code_pack.h"

#define ROWS      50
#define ROWS_MAX  2000
#define DEPTH_MAX 5
/* Definitions that one word may mean. */
#define MEANT_MAX 20
/* Symbols visited, and files read, of one question: a hub's hub is everything.
 */
#define NODES_MAX 2000
#define FILES_MAX 3000

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

/* A symbol that was reached. */
struct node {
    struct code_symbol_row s;
    enum code_how how;
    int kind; /* of the reference */
    int64_t line; /* of it, in its file */
    int depth;
    size_t from; /* place among the nodes */
};

struct walk {
    struct op_env *env;
    struct code_tree_row tree;
    bool ambiguous;
    struct node *node;
    size_t n;
    int64_t doubtful; /* ambiguous references that were left out */
    int64_t outside;  /* calls of what the tree does not define */
    size_t files;     /* read so far */
    bool cut;         /* a limit of the walk was reached */
    struct err *e;
};

static bool is_call(int kind)
{
    return kind == CODE_REF_CALL || kind == CODE_REF_USE;
}

static size_t find_node(const struct walk *w, int64_t id)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->node[i].s.id == id)
            return i;
    return SIZE_MAX;
}

static void add_node(struct walk *w, const struct code_symbol_row *s,
                     const struct node *like)
{
    if (find_node(w, s->id) != SIZE_MAX)
        return;
    if (w->n == NODES_MAX) {
        w->cut = true;
        return;
    }
    w->node[w->n] = *like;
    w->node[w->n++].s = *s;
}

/* --- who refers to a symbol ---------------------------------------------------------- */

/* Each reference of the tree that has the symbol's name: does it mean it? */
struct referred {
    struct walk *w;
    const struct code_symbol_row *target;
    const struct code_site *site;
    const struct code_use_in *use;
    enum code_how how;
};
typedef int (*on_referred)(void *arg, const struct referred *r);

static bool means_target(const struct code_cands *c, size_t meant,
                         const struct code_symbol_row *t)
{
    const struct code_symbol_row *d = &c->v[meant];

    /* A declaration stands for its definition. */
    return d->id == t->id ||
           (str_eq(d->qualified, t->qualified) &&
            (d->file_id == t->file_id ||
             (d->last_line == d->first_line) !=
                 (t->last_line == t->first_line)));
}

static int in_site(struct walk *w, const struct code_symbol_row *t,
                   const struct code_cands *c, const struct code_site *site,
                   on_referred tell, void *arg)
{
    struct code_unpack u;
    struct code_use_in use;
    int rc = 0;

    code_unpack_begin(&u, site->blob, w->env->a);
    while (rc == 0 && code_unpack_next(&u, &use)) {
        struct referred r = {w, t, site, &use, HOW_NONE};
        size_t meant;

        if (!str_eq(use.name, t->name))
            continue;
        r.how = code_resolve(site, &use, c, &meant);
        if (r.how == HOW_AMBIGUOUS ? !code_can_mean(site, &use, t)
                                   : r.how == HOW_NONE ||
                                         !means_target(c, meant, t))
            continue;
        if (r.how == HOW_AMBIGUOUS && !w->ambiguous)
            w->doubtful++;
        else
            rc = tell(arg, &r);
    }
    return rc;
}

static int each_referred(struct walk *w, const struct code_symbol_row *t,
                         on_referred tell, void *arg)
{
    struct code_cands c;
    int64_t *files = NULL;
    size_t n = 0;
    int rc = code_cands_read(w->env, w->tree.id, t->name, &c, w->e);

    if (rc == 0)
        rc = code_files_using(w->env->db, t->name, w->tree.id, w->env->a,
                              &files, &n, w->e);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct code_site site = {0};

        if (w->files++ >= FILES_MAX) {
            w->cut = true;
            break;
        }
        rc = code_site_read(w->env, files[i], &site, w->e);
        if (rc > 0)
            rc = in_site(w, t, &c, &site, tell, arg);
    }
    return rc;
}

/* What the words mean; CM_ENOTFOUND when nothing. */
static int begin(struct walk *w, const struct json *args,
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

static void put_rest(struct jsonw *out, const struct walk *w, int64_t left)
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

static int put_ref(void *arg, const struct referred *r)
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
    struct walk w = {.env = env, .e = e};
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
            rc = each_referred(&w, &v[i], put_ref, &f);
    }
    jsonw_end(out);
    put_rest(out, &w, f.left);
    jsonw_end(out);
    return rc;
}

/* --- callers ------------------------------------------------------------------------------ */

struct callers {
    struct walk *w;
    size_t from;
    int depth;
};

static int add_caller(void *arg, const struct referred *r)
{
    struct callers *c = arg;
    struct node n = {.how = r->how, .kind = r->use->kind,
                     .line = r->use->line, .depth = c->depth,
                     .from = c->from};
    int32_t at = r->use->symbol;

    if (!is_call(r->use->kind))
        return 0;
    if (at < 0 || (size_t)at >= r->site->n_symbols) {
        struct code_symbol_row file = {
            .id = -r->site->file.id, /* the file itself */
            .file_id = r->site->file.id,
            .path = r->site->file.path,
            .name = r->site->file.path,
            .qualified = r->site->file.path,
            .kind = CODE_KINDS,
            .first_line = r->use->line,
            .last_line = r->use->line,
        };

        add_node(c->w, &file, &n);
        return 0;
    }
    add_node(c->w, &r->site->symbols[at], &n);
    return 0;
}

static int grow_callers(struct walk *w, size_t i)
{
    struct callers c = {w, i, w->node[i].depth + 1};
    struct code_symbol_row target = w->node[i].s;

    return target.id < 0 ? 0 : each_referred(w, &target, add_caller, &c);
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

static int grow_callees(struct walk *w, size_t i)
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
        struct node n = {.kind = use.kind, .line = use.line,
                         .depth = w->node[i].depth + 1, .from = i};
        struct code_cands c;
        size_t meant = 0;

        if (!is_call(use.kind) || !is_in(&site, use.symbol, code_place(s.id)))
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
            add_node(w, &c.v[meant], &n);
        else if (n.how == HOW_NONE && use.kind == CODE_REF_CALL)
            w->outside++;
    }
    return rc;
}

/* --- both ------------------------------------------------------------------------------------ */

static void put_node(struct jsonw *out, const struct walk *w, size_t i)
{
    const struct node *n = &w->node[i];

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
                     int (*grow)(struct walk *w, size_t i))
{
    struct walk w = {.env = env, .e = e};
    size_t max = code_max(args, ROWS, ROWS_MAX), n = 0, left = 0, shown = 0;
    int64_t depth = json_get_int(args, "depth", 1);
    struct code_symbol_row *v = NULL;
    int rc;

    if (depth < 1 || depth > DEPTH_MAX)
        return err_set(e, CM_EARG, "depth is between 1 and %d", DEPTH_MAX);
    rc = begin(&w, args, &v, &n);
    if (rc < 0)
        return rc;
    w.node = arena_array(env->a, NODES_MAX, sizeof(w.node[0]));
    for (size_t i = 0; i < n; i++)
        add_node(&w, &v[i], &(struct node){0});
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
    return run_calls(env, args, out, e, grow_callers);
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
