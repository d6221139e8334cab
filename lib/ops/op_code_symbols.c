/* op_code_symbols.c - the operation "code-symbols": everything that is defined
 * in a tree, a directory or a file, for programs. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_scope.h"
#include "ops/ops.h"

/* By itself; a program that wants all asks for as many. */
#define ROWS     1000
#define ROWS_MAX 200000
/* No file is begun behind so many bytes, and none is cut before so many: what
 * an answer may hold is 16 MB, and the largest file has 20,000 symbols. */
#define BYTES_ENOUGH (8u << 20)
#define BYTES_MAX    (14u << 20)

static const struct param params[] = {
    {"path", 0, PARAM_STR, PARAM_POSITIONAL, "DIR|FILE",
     "only below this path (all of the tree)"},
    PARAM_MAX("symbols at most (1000)"),
    {"after", 0, PARAM_STR, 0, "FILE",
     "only files behind this one: to go on where an answer ended"},
    PARAM_DIR,
};

/* Below the tree's top; empty: all. */
static struct str path_below(struct op_env *env, const struct code_tree_row *t,
                             struct str given)
{
    struct str whole = code_absolute(env, given);

    if (given.n == 0 || str_eq(whole, t->root))
        return STR_NONE;
    if (str_starts(whole, t->root) && whole.p[t->root.n] == '/')
        return str_cut(whole, t->root.n + 1, whole.n);
    return given;
}

static void put_row(struct jsonw *w, const struct code_symbol_row *s)
{
    jsonw_obj(w, NULL);
    put_code_symbol(w, s, false);
    jsonw_end(w);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct code_tree_row tree;
    struct code_file_row *f;
    struct str after = json_get_str(args, "after"), next = STR_NONE;
    size_t max = code_max(args, ROWS, ROWS_MAX), n, shown = 0;
    int64_t left = 0;
    int rc = code_here(env, args, &tree, e);

    if (rc == 0)
        rc = code_files(env->db, tree.id,
                        path_below(env, &tree, json_get_str(args, "path")),
                        env->a, &f, &n, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", tree.root);
    jsonw_arr(out, "symbols");
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct arena a = {0};
        struct code_symbol_row *v;
        size_t k = 0;

        if (after.n && (str_eq(f[i].path, after) ||
                        memcmp(f[i].path.p, after.p,
                               f[i].path.n < after.n ? f[i].path.n + 1
                                                     : after.n) < 0))
            continue;
        /* Files are given whole, so that one can go on behind the last; the
         * first one whatever it has. */
        if (left || (shown && (shown + (size_t)f[i].symbols > max ||
                               out->b->len > BYTES_ENOUGH))) {
            left += f[i].symbols;
            continue;
        }
        rc = code_symbols_of(env->db, f[i].id, &a, &v, &k, e);
        for (size_t j = 0; j < k && rc == 0; j++)
            if (out->b->len < BYTES_MAX)
                put_row(out, &v[j]);
            else
                left++;
        shown += k;
        next = f[i].path;
        arena_free(&a);
    }
    jsonw_end(out);
    if (left) {
        jsonw_int(out, "left_out", left);
        jsonw_str(out, "after", next);
    }
    jsonw_end(out);
    return rc;
}

const struct op op_code_symbols = {
    .name = "code-symbols",
    .summary = "everything that is defined below a path",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
