/* code_scope.c - see code_scope.h. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_scope.h"

/* Of one name that are looked at to find the one meant. */
#define NAMED_MAX 2000

struct str code_absolute(struct op_env *env, struct str path)
{
    struct str rest, part;
    struct buf b;
    struct str out;

    buf_init(&b, 8192);
    rest = path.n && path.p[0] == '/'
               ? path
               : arena_fmt(env->a, "%s/%.*s", env->cwd ? env->cwd : "",
                           STR_ARG(path));
    while (str_split(&rest, '/', &part)) {
        if (part.n == 0 || str_eqz(part, "."))
            continue;
        if (str_eqz(part, "..")) {
            ptrdiff_t at = str_rchr(buf_str(&b), '/');

            b.len = at < 0 ? 0 : (size_t)at;
            continue;
        }
        buf_addc(&b, '/');
        buf_adds(&b, part);
    }
    out = b.len ? arena_str(env->a, buf_str(&b)) : STR("/");
    buf_free(&b);
    return out;
}

int code_here(struct op_env *env, const struct json *args,
              struct code_tree_row *out, struct err *e)
{
    struct str dir = code_absolute(env, json_get_str(args, "dir"));
    int rc = code_tree_of(env->db, dir, env->a, out, e);

    if (rc == 0)
        return err_set(e, CM_ENOTFOUND,
                       "the code of %.*s is not indexed: cmem index does it",
                       STR_ARG(str_cut(dir, 0, 200)));
    return rc < 0 ? rc : 0;
}

/* The one file whose path ends so. */
static int by_end(struct op_env *env, const struct code_tree_row *tree,
                  struct str path, struct code_file_row *out, struct err *e)
{
    struct code_file_row *v;
    size_t n, found = 0;
    int rc = code_files(env->db, tree->id, STR_NONE, env->a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++)
        if (str_ends(v[i].path, path) &&
            (v[i].path.n == path.n ||
             v[i].path.p[v[i].path.n - path.n - 1] == '/')) {
            if (found++)
                return err_set(e, CM_EARG, "%.*s and %.*s: which one?",
                               STR_ARG(out->path), STR_ARG(v[i].path));
            *out = v[i];
        }
    if (rc == 0 && !found)
        rc = err_set(e, CM_ENOTFOUND, "no file of code is called %.*s in %.*s",
                     STR_ARG(str_cut(path, 0, 200)), STR_ARG(tree->root));
    return rc;
}

int code_file_meant(struct op_env *env, const struct code_tree_row *tree,
                    struct str path, struct code_file_row *out, struct err *e)
{
    struct str whole = code_absolute(env, path), below;
    int rc = 0;

    if (str_starts(whole, tree->root) && whole.n > tree->root.n + 1) {
        below = str_cut(whole, tree->root.n + (tree->root.n > 1), whole.n);
        rc = code_file_find(env->db, tree->id, below, env->a, out, e);
    }
    if (rc == 0)
        rc = code_file_find(env->db, tree->id, path, env->a, out, e);
    if (rc == 0 && path.n)
        return by_end(env, tree, path, out, e);
    if (rc == 0)
        return err_set(e, CM_EARG, "a file is needed");
    return rc < 0 ? rc : 0;
}

struct str code_module_path(struct str path)
{
    static const struct {
        const char *stem, *suffix;
    } index[] = {
        {"__init__", ".py"}, {"__init__", ".pyi"}, {"index", ".js"},
        {"index", ".jsx"},   {"index", ".ts"},     {"index", ".tsx"},
        {"index", ".mjs"},   {"index", ".cjs"},    {"index", ".vue"},
        {"index", ".mts"},   {"mod", ".rs"},       {"lib", ".rs"},
        {"main", ".rs"},
    };
    ptrdiff_t dot = str_rchr(path, '.'), slash = str_rchr(path, '/');
    struct str stem = dot > slash ? str_cut(path, 0, (size_t)dot) : path;
    struct str suffix = str_cut(path, stem.n, path.n);

    for (size_t i = 0; i < ARRAY_LEN(index); i++) {
        size_t n = strlen(index[i].stem);

        if (stem.n > n + 1 && str_eqz(suffix, index[i].suffix) &&
            str_ends(stem, str_of(index[i].stem)) &&
            stem.p[stem.n - n - 1] == '/')
            return str_cut(stem, 0, stem.n - n - 1);
    }
    return stem;
}

static bool is_name(char c)
{
    return is_alnum(c) || c == '_' || c == '$' || (c & 0x80);
}

bool code_name_ends(struct str q, struct str end)
{
    while (q.n && end.n) {
        bool a = is_name(q.p[q.n - 1]), b = is_name(end.p[end.n - 1]);

        if (!a && !b) {
            while (q.n && !is_name(q.p[q.n - 1]))
                q.n--;
            while (end.n && !is_name(end.p[end.n - 1]))
                end.n--;
            continue;
        }
        if (a != b || q.p[q.n - 1] != end.p[end.n - 1])
            return false;
        q.n--;
        end.n--;
    }
    return end.n == 0 && (q.n == 0 || !is_name(q.p[q.n - 1]));
}

struct str code_name_last(struct str text)
{
    size_t from = text.n;

    while (from && is_name(text.p[from - 1]))
        from--;
    return from < text.n ? str_cut(text, from, text.n) : text;
}

/* The innermost symbol at a line. */
static int at_line(struct op_env *env, const struct code_file_row *f,
                   int64_t line, struct code_symbol_row **out, size_t *n,
                   struct err *e)
{
    struct code_symbol_row *v;
    size_t all, best = SIZE_MAX;
    int rc = code_symbols_of(env->db, f->id, env->a, &v, &all, e);

    for (size_t i = 0; i < all && rc == 0; i++)
        if (v[i].first_line <= line && line <= v[i].last_line)
            best = i; /* in order: an inner one stands behind its outer one */
    *out = best == SIZE_MAX ? NULL : &v[best];
    *n = best != SIZE_MAX;
    return rc;
}

/* "a/b.py:17" in parts; false: it is no such thing. */
static bool is_place(struct str text, struct str *path, int64_t *line)
{
    ptrdiff_t at = str_rchr(text, ':');

    if (at <= 0 || str_int(str_cut(text, (size_t)at + 1, text.n), 1, INT32_MAX,
                           line) < 0)
        return false;
    *path = str_cut(text, 0, (size_t)at);
    return true;
}

/* "json/__init__.py" and "loads": json.loads. */
static struct str with_module(struct op_env *env,
                              const struct code_symbol_row *s)
{
    struct str module = code_module_path(s->path);

    return arena_fmt(env->a, "%.*s.%.*s", STR_ARG(module),
                     STR_ARG(s->qualified));
}

/* What runs and what has members before what has a value. */
static int weight(const struct code_symbol_row *s)
{
    enum code_kind k = (enum code_kind)s->kind;

    return (code_kind_is_callable(k) ? 4 : code_kind_is_container(k) ? 3 : 0) +
           s->exported + (s->last_line > s->first_line ? 2 : 0);
}

static void by_weight(struct code_symbol_row *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k && weight(&v[k]) > weight(&v[k - 1]); k--) {
            struct code_symbol_row swap = v[k];

            v[k] = v[k - 1];
            v[k - 1] = swap;
        }
}

int code_meant(struct op_env *env, const struct code_tree_row *tree,
               struct str text, const struct code_file_row *file, size_t max,
               struct code_symbol_row **out, size_t *n, struct err *e)
{
    struct code_name_ask ask = {.tree_id = tree->id, .max = NAMED_MAX};
    struct code_file_row f;
    struct str path;
    int64_t line;
    size_t all = 0, kept = 0;
    int rc;

    *n = 0;
    if (!file && is_place(text, &path, &line)) {
        rc = code_file_meant(env, tree, path, &f, e);
        return rc < 0 ? rc : at_line(env, &f, line, out, n, e);
    }
    if (file && str_int(text, 1, INT32_MAX, &line) == 0)
        return at_line(env, file, line, out, n, e);
    ask.name = code_name_last(text);
    rc = code_symbols_named(env->db, &ask, env->a, out, &all, e);
    if (rc == 0 && all == 0) {
        ask.fold = true;
        rc = code_symbols_named(env->db, &ask, env->a, out, &all, e);
    }
    for (size_t i = 0; i < all && rc == 0; i++) {
        struct code_symbol_row *s = &(*out)[i];

        if ((!file || s->file_id == file->id) &&
            (ask.fold || code_name_ends(s->qualified, text) ||
             code_name_ends(with_module(env, s), text)))
            (*out)[kept++] = *s;
    }
    by_weight(*out, kept < 200 ? kept : 200);
    *n = kept < max ? kept : max;
    return rc;
}

void put_code_symbol(struct jsonw *w, const struct code_symbol_row *s,
                     bool whole)
{
    jsonw_str(w, "name", s->name);
    jsonw_str(w, "qualified", s->qualified);
    jsonw_strz(w, "kind", code_kind_name((enum code_kind)s->kind));
    jsonw_str(w, "file", s->path);
    jsonw_int(w, "line", s->first_line);
    jsonw_int(w, "end_line", s->last_line);
    if (s->exported)
        jsonw_bool(w, "exported", true);
    if (whole && s->signature.n)
        jsonw_str(w, "signature", s->signature);
    if (whole && s->doc.n)
        jsonw_str(w, "doc", s->doc);
}

size_t code_max(const struct json *args, size_t usual, size_t most)
{
    int64_t n = json_get_int(args, "max", 0);

    if (n <= 0)
        return usual;
    return (size_t)n < most ? (size_t)n : most;
}
