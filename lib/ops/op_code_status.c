/* op_code_status.c - the operation "code-status": which trees are indexed, and
 * what of them was not parsed as a whole. */
#include "base/common.h"

#include "code/scan.h"
#include "ops/code_scope.h"
#include "ops/fields.h"
#include "ops/ops.h"

/* Files that are named for each reason. */
#define NAMED 10
/* An error in every thousandth byte is a macro here and there, not a file that
 * was not understood. */
#define TOLD_PER_MILLE 20

static const struct param params[] = {
    {"dir", 0, PARAM_STR, PARAM_POSITIONAL, "DIR",
     "only the tree of this directory"},
    {"coverage", 0, PARAM_BOOL, 0, NULL,
     "what was not parsed as a whole, by language, and why"},
};

static void put_row(struct jsonw *w, const struct code_coverage_row *r)
{
    jsonw_obj(w, NULL);
    put_text(w, "language", r->language);
    jsonw_strz(w, "status", scan_why_name(r->status));
    jsonw_int(w, "files", r->files);
    jsonw_int(w, "lines", r->lines);
    jsonw_int(w, "bytes", r->bytes);
    if (r->errors) {
        jsonw_int(w, "errors", r->errors);
        jsonw_int(w, "error_bytes", r->error_bytes);
    }
    jsonw_end(w);
}

static bool is_told(const struct code_file_row *f)
{
    return f->status == CODE_PARTIAL
               ? f->error_bytes * 1000 > f->size * TOLD_PER_MILLE
               : f->status != CODE_OK;
}

/* The files that are worst off. */
static int put_files(struct op_env *env, struct jsonw *w, int64_t tree_id,
                     struct err *e)
{
    struct code_file_row *v;
    size_t n, told = 0;
    int rc = code_files(env->db, tree_id, STR_NONE, env->a, &v, &n, e);

    if (rc < 0)
        return rc;
    jsonw_arr(w, "worst");
    for (size_t i = 0; i < n; i++) {
        if (!is_told(&v[i]) || told++ >= NAMED)
            continue;
        jsonw_obj(w, NULL);
        jsonw_str(w, "file", v[i].path);
        jsonw_strz(w, "status", scan_why_name(v[i].status));
        jsonw_strz(w, "why", scan_why_says(v[i].status));
        jsonw_int(w, "bytes", v[i].size);
        if (v[i].error_bytes)
            jsonw_int(w, "error_bytes", v[i].error_bytes);
        jsonw_end(w);
    }
    jsonw_end(w);
    if (told > NAMED)
        jsonw_int(w, "worst_left_out", (int64_t)(told - NAMED));
    return 0;
}

static int put_coverage(struct op_env *env, struct jsonw *w, int64_t tree_id,
                        struct err *e)
{
    struct code_coverage_row *v;
    size_t n;
    int rc = code_coverage(env->db, tree_id, env->a, &v, &n, e);

    if (rc < 0)
        return rc;
    jsonw_arr(w, "coverage");
    for (size_t i = 0; i < n; i++)
        put_row(w, &v[i]);
    jsonw_end(w);
    return put_files(env, w, tree_id, e);
}

static int put_tree(struct op_env *env, struct jsonw *w,
                    struct code_tree_row *t, bool coverage, struct err *e)
{
    int rc = code_tree_count(env->db, t, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    jsonw_str(w, "root", t->root);
    put_time(w, "scanned", t->scanned_ms);
    jsonw_int(w, "ms", t->ms);
    jsonw_int(w, "files", t->files);
    jsonw_int(w, "symbols", t->symbols);
    jsonw_int(w, "lines", t->lines);
    if (coverage)
        rc = put_coverage(env, w, t->id, e);
    jsonw_end(w);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    bool coverage = json_get_bool(args, "coverage");
    struct code_tree_row *v, one;
    size_t n = 1;
    int rc;

    if (json_get_str(args, "dir").n) {
        v = &one;
        rc = code_here(env, args, &one, e);
    } else {
        rc = code_trees(env->db, env->a, &v, &n, e);
    }
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_arr(out, "trees");
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = put_tree(env, out, &v[i], coverage, e);
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

const struct op op_code_status = {
    .name = "code-status",
    .summary = "which trees of code are indexed, and how well",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
