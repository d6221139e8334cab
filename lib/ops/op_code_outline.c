/* op_code_outline.c - the operations "code-outline" and "code-unfold": a file
 * without its bodies, and one body. Both read the file as it is now, so that
 * what they say is never old; it need not be indexed. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "code/language.h"
#include "code/scan.h"
#include "ops/code_scope.h"
#include "ops/ops.h"

#define ROWS      200
#define ROWS_MAX  5000
#define LINES     200
#define LINES_MAX 5000
#define FILE_MAX  (4u << 20)

struct source {
    struct str path;   /* as it is shown: below the tree's top, or absolute */
    struct str text;
    struct code_file f;
    struct code_parser *p;
};

static const struct param outline_params[] = {
    {"file", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "FILE",
     "a file of code"},
    PARAM_MAX("symbols at most (200)"),
    PARAM_DIR,
};

static const struct param unfold_params[] = {
    {"file", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "FILE[:LINE]",
     "a file, and a line in it; or a symbol, wherever it is"},
    {"symbol", 0, PARAM_STR, PARAM_POSITIONAL, "SYMBOL",
     "what to show of the file: name, Class.method"},
    PARAM_MAX("lines at most (200)"),
    PARAM_DIR,
};

/* Where the file is on disk: as given, else what the index calls so. */
static int locate(struct op_env *env, const struct json *args, struct str given,
                  struct source *s, struct str *whole, struct err *e)
{
    struct code_tree_row tree;
    struct code_file_row f;
    struct str path = code_absolute(env, given);
    bool there = file_exists(path.p);
    int rc = code_here(env, args, &tree, e);

    *whole = s->path = path;
    if (rc == CM_ENOTFOUND && there)
        return 0;
    if (rc < 0)
        return rc;
    if (!there) {
        rc = code_file_meant(env, &tree, given, &f, e);
        if (rc < 0)
            return rc;
        *whole = arena_fmt(env->a, "%.*s/%.*s", STR_ARG(tree.root),
                           STR_ARG(f.path));
        s->path = f.path;
    } else if (str_starts(path, tree.root) && path.n > tree.root.n + 1) {
        s->path = str_cut(path, tree.root.n + (tree.root.n > 1), path.n);
    }
    return 0;
}

/* Nothing that could be waited on for ever: a pipe, a device. */
static int is_file(const char *path, struct err *e)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "open %s",
                       path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, CM_EARG, "%s is not a regular file", path);
    return 0;
}

static int source_open(struct op_env *env, const struct json *args,
                       struct str given, struct source *s, struct err *e)
{
    const struct language *l;
    struct buf b;
    struct str whole;
    int rc = locate(env, args, given, s, &whole, e);

    if (rc < 0)
        return rc;
    buf_init(&b, FILE_MAX);
    rc = is_file(whole.p, e);
    if (rc == 0)
        rc = file_read(whole.p, &b, e);
    if (rc == 0)
        s->text = arena_str(env->a, buf_str(&b));
    buf_free(&b);
    if (rc < 0)
        return rc;
    l = language_of(whole, s->text);
    if (!l)
        return err_set(e, CM_ENOTFOUND, "%.*s is in no language cmem knows",
                       STR_ARG(s->path));
    s->p = code_parser_create(NULL);
    return code_parse(s->p, l, s->text, env->a, &s->f, e);
}

static void put_def(struct jsonw *w, const struct code_def *d, int depth,
                    bool doc)
{
    jsonw_obj(w, NULL);
    jsonw_str(w, "name", d->name);
    jsonw_str(w, "qualified", d->qualified);
    jsonw_strz(w, "kind", code_kind_name(d->kind));
    jsonw_int(w, "line", d->first_line);
    jsonw_int(w, "end_line", d->last_line);
    jsonw_int(w, "depth", depth);
    if (d->exported)
        jsonw_bool(w, "exported", true);
    if (d->signature.n)
        jsonw_str(w, "signature", d->signature);
    if (doc && d->doc.n)
        jsonw_str(w, "doc", d->doc);
    jsonw_end(w);
}

static int depth_of(const struct code_file *f, int32_t i)
{
    int depth = 0;

    while (f->defs[i].parent >= 0 && depth < 64) {
        i = f->defs[i].parent;
        depth++;
    }
    return depth;
}

static void put_head(struct jsonw *w, const struct source *s)
{
    jsonw_str(w, "file", s->path);
    jsonw_strz(w, "language", s->f.language->name);
    jsonw_int(w, "lines", s->f.lines);
    if (s->f.status != CODE_OK)
        jsonw_strz(w, "status", code_status_name(s->f.status));
}

static int run_outline(struct op_env *env, const struct json *args,
                       struct jsonw *out, struct err *e)
{
    struct source s = {0};
    size_t max = code_max(args, ROWS, ROWS_MAX);
    int rc = source_open(env, args, json_get_str(args, "file"), &s, e);
    size_t shown = 0, depth_max = 64;

    if (rc < 0)
        goto out;
    /* Members go before what they are members of. */
    for (size_t n = SIZE_MAX; n > max && depth_max > 0;) {
        n = 0;
        for (size_t i = 0; i < s.f.n_defs; i++)
            n += depth_of(&s.f, (int32_t)i) < (int)depth_max;
        if (n > max)
            depth_max = depth_max > 4 ? 4 : depth_max - 1;
    }
    if (depth_max == 0)
        depth_max = 1;
    jsonw_obj(out, NULL);
    put_head(out, &s);
    jsonw_arr(out, "symbols");
    for (size_t i = 0; i < s.f.n_defs && shown < max; i++) {
        int depth = depth_of(&s.f, (int32_t)i);

        if (depth >= (int)depth_max)
            continue;
        put_def(out, &s.f.defs[i], depth, true);
        shown++;
    }
    jsonw_end(out);
    if (shown < s.f.n_defs)
        jsonw_int(out, "left_out", (int64_t)(s.f.n_defs - shown));
    jsonw_end(out);
out:
    code_parser_destroy(s.p);
    return rc;
}

/* The definition that is meant, or CODE_NO_DEF. *others: how many more. */
static int32_t pick(const struct code_file *f, struct str symbol, int64_t line,
                    size_t *others)
{
    int32_t best = CODE_NO_DEF;

    *others = 0;
    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];

        if (line ? d->first_line <= line && line <= d->last_line
                 : code_name_ends(d->qualified, symbol)) {
            if (line || best == CODE_NO_DEF ||
                (d->last_line > d->first_line &&
                 f->defs[best].last_line == f->defs[best].first_line))
                best = (int32_t)i;
            else
                ++*others;
        }
    }
    return best;
}

/* Bytes from the beginning of the first to the end of the last line. */
static struct str lines_of(struct str text, int64_t first, size_t max,
                           int64_t last, int64_t *left)
{
    struct str rest = text, line;
    size_t from = text.n, to = 0;

    *left = 0;
    for (int64_t n = 1; n <= last && str_line(&rest, &line); n++) {
        if (n < first)
            continue;
        if ((size_t)(n - first) >= max) {
            ++*left;
            continue;
        }
        if (n == first)
            from = (size_t)(line.p - text.p);
        to = (size_t)(line.p - text.p) + line.n;
    }
    return str_cut(text, from, to);
}

/* A symbol instead of a file: the index knows where it is. */
static int by_symbol(struct op_env *env, const struct json *args,
                     struct str *file, struct str *symbol, struct err *e)
{
    struct code_tree_row tree;
    struct code_symbol_row *v;
    size_t n = 0;
    int rc = code_here(env, args, &tree, e);

    if (rc == 0)
        rc = code_meant(env, &tree, *file, NULL, 1, &v, &n, e);
    if (rc < 0)
        return rc;
    if (n == 0)
        return err_set(e, CM_ENOTFOUND, "no file and no symbol is called %.*s",
                       STR_ARG(str_cut(*file, 0, 200)));
    *symbol = v[0].qualified;
    *file = arena_fmt(env->a, "%.*s/%.*s", STR_ARG(tree.root),
                      STR_ARG(v[0].path));
    return 0;
}

static int put_body(struct op_env *env, const struct json *args,
                    struct source *s, struct str symbol, int64_t line,
                    struct jsonw *out, struct err *e)
{
    size_t max = code_max(args, LINES, LINES_MAX), others;
    int32_t i = pick(&s->f, symbol, line, &others);
    const struct code_def *d;
    struct str body;
    int64_t left;

    (void)env;
    if (i == CODE_NO_DEF && line)
        return err_set(e, CM_ENOTFOUND, "line %lld of %.*s is in no symbol",
                       (long long)line, STR_ARG(s->path));
    if (i == CODE_NO_DEF)
        return err_set(e, CM_ENOTFOUND, "%.*s has no symbol %.*s",
                       STR_ARG(s->path), STR_ARG(str_cut(symbol, 0, 200)));
    d = &s->f.defs[i];
    body = lines_of(s->text, d->first_line, max, d->last_line, &left);
    jsonw_obj(out, NULL);
    put_head(out, s);
    jsonw_str(out, "name", d->name);
    jsonw_str(out, "qualified", d->qualified);
    jsonw_strz(out, "kind", code_kind_name(d->kind));
    jsonw_int(out, "line", d->first_line);
    jsonw_int(out, "end_line", d->last_line);
    if (d->doc.n)
        jsonw_str(out, "doc", d->doc);
    jsonw_str(out, "text", body);
    if (left)
        jsonw_int(out, "left_out", left);
    if (others)
        jsonw_int(out, "others", (int64_t)others);
    jsonw_end(out);
    return 0;
}

static int run_unfold(struct op_env *env, const struct json *args,
                      struct jsonw *out, struct err *e)
{
    struct str file = json_get_str(args, "file");
    struct str symbol = json_get_str(args, "symbol");
    ptrdiff_t colon = str_rchr(file, ':');
    struct source s = {0};
    int64_t line = 0;
    int rc = 0;

    if (!symbol.n && colon > 0 &&
        str_int(str_cut(file, (size_t)colon + 1, file.n), 1, INT32_MAX,
                &line) == 0)
        file = str_cut(file, 0, (size_t)colon);
    else if (symbol.n && str_int(symbol, 1, INT32_MAX, &line) < 0)
        line = 0;
    if (!symbol.n && !line)
        rc = by_symbol(env, args, &file, &symbol, e);
    if (rc == 0)
        rc = source_open(env, args, file, &s, e);
    if (rc == 0)
        rc = put_body(env, args, &s, symbol, line, out, e);
    code_parser_destroy(s.p);
    return rc;
}

const struct op op_code_outline = {
    .name = "code-outline",
    .summary = "what a file of code defines, without the bodies",
    .params = outline_params,
    .nparams = ARRAY_LEN(outline_params),
    .run = run_outline,
};

const struct op op_code_unfold = {
    .name = "code-unfold",
    .summary = "the text of one symbol",
    .params = unfold_params,
    .nparams = ARRAY_LEN(unfold_params),
    .run = run_unfold,
};
