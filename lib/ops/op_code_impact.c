/* op_code_impact.c - the operation "code-impact": what a change reaches, and
 * which tests. */
#include "base/common.h"

#include "code/language.h"
#include "code/parse.h"
#include "code/test_file.h"
#include "ops/code_change.h"
#include "ops/code_git.h"
#include "ops/code_importers.h"
#include "ops/code_scope.h"
#include "ops/code_walk.h"
#include "ops/ops.h"

#define ROWS      30
#define ROWS_MAX  2000
#define DEPTH     3
#define DEPTH_MAX 6
/* Definitions that one word may mean. */
#define MEANT_MAX 20
/* Symbols told of each file of tests. */
#define TEST_SYMBOLS 5

static const struct param params[] = {
    {"symbol", 0, PARAM_STR, PARAM_POSITIONAL, "SYMBOL",
     "what would change: a name, Class.method, FILE:LINE"},
    {"diff", 0, PARAM_STR, 0, "REV",
     "what differs on disk from this commit (HEAD, without a symbol)"},
    {"depth", 0, PARAM_INT, 0, "N", "so many calls away (3)"},
    {"ambiguous", 0, PARAM_BOOL, 0, NULL,
     "also what may mean another one of that name"},
    PARAM_MAX("rows of each list at most (30)"),
    PARAM_DIR,
};

/* A file of tests that the change reaches. */
struct test {
    struct str path;
    size_t node;  /* the first that was reached in it, or SIZE_MAX */
    size_t n;     /* symbols reached in it */
    struct str imports; /* where no reference is known: what it imports */
    bool changed;
};

struct impact {
    struct code_walk w;
    struct str rev; /* empty: of a symbol */
    struct code_changes ch;
    size_t roots; /* the nodes that changed: the first ones */
    struct test *tests;
    size_t n_tests, cap_tests;
    struct code_importer *importers;
    size_t n_importers;
    size_t max;
};

static bool is_test(const struct code_symbol_row *s)
{
    return code_is_test_file(s->path) ||
           (s->kind != CODE_KINDS &&
            code_is_test_symbol(s->language, s->qualified, s->kind));
}

/* What a list of tests names: not the values in their files. */
static bool is_named(const struct code_symbol_row *s)
{
    return s->kind != CODE_KINDS &&
           code_kind_is_callable((enum code_kind)s->kind);
}

/* --- tests ---------------------------------------------------------------------------- */

static struct test *test_of(struct impact *m, struct str path, size_t node)
{
    for (size_t i = 0; i < m->n_tests; i++)
        if (str_eq(m->tests[i].path, path))
            return &m->tests[i];
    if (m->n_tests == m->cap_tests)
        return NULL;
    m->tests[m->n_tests] = (struct test){.path = path, .node = node};
    return &m->tests[m->n_tests++];
}

/* Nodes come by their distance, so files do. What only imports a file that
 * changed stands last: nothing of it is known to be reached. */
static void gather_tests(struct impact *m)
{
    m->cap_tests = m->w.n + m->ch.n_files + m->n_importers;
    m->tests = arena_array(m->w.env->a, m->cap_tests + 1,
                           sizeof(m->tests[0]));
    for (size_t i = 0; i < m->ch.n_files; i++) {
        const struct diff_file *d = m->ch.files[i].diff;
        struct test *t = d->what != DIFF_DELETED && m->ch.files[i].is_code &&
                                 code_is_test_file(d->path)
                             ? test_of(m, d->path, SIZE_MAX)
                             : NULL;

        if (t)
            t->changed = true;
    }
    for (size_t i = m->rev.n ? 0 : m->roots; i < m->w.n; i++) {
        const struct code_symbol_row *s = &m->w.node[i].s;
        struct test *t;

        if (!is_test(s) || (i < m->roots && s->id < 0))
            continue;
        t = test_of(m, s->path, i);
        if (t && t->node == SIZE_MAX)
            t->node = i;
        if (t)
            t->n += is_named(s);
    }
    for (size_t i = 0; i < m->n_importers; i++)
        if (code_is_test_file(m->importers[i].file.path)) {
            struct test *t =
                test_of(m, m->importers[i].file.path, SIZE_MAX);

            if (t && t->node == SIZE_MAX && !t->changed && !t->imports.n)
                t->imports = m->importers[i].target;
        }
}

static void put_test(struct jsonw *out, const struct impact *m,
                     const struct test *t)
{
    size_t told = 0;

    jsonw_obj(out, NULL);
    jsonw_str(out, "file", t->path);
    if (t->changed)
        jsonw_bool(out, "changed", true);
    if (t->imports.n)
        jsonw_str(out, "imports", t->imports);
    if (t->node != SIZE_MAX) {
        const struct code_node *n = &m->w.node[t->node];

        jsonw_int(out, "depth", n->depth);
        if (n->depth) {
            jsonw_str(out, "by", m->w.node[n->from].s.qualified);
            jsonw_strz(out, "reference",
                       code_ref_kind_name((enum code_ref_kind)n->kind));
        }
        jsonw_arr(out, "symbols");
        for (size_t i = 0; i < m->w.n && told < TEST_SYMBOLS; i++) {
            const struct code_symbol_row *s = &m->w.node[i].s;

            if (is_named(s) && str_eq(s->path, t->path) && is_test(s)) {
                jsonw_str(out, NULL, s->qualified);
                told++;
            }
        }
        jsonw_end(out);
        if (t->n > told && told)
            jsonw_int(out, "left_out", (int64_t)(t->n - told));
    }
    jsonw_end(out);
}

static void put_tests(struct jsonw *out, const struct impact *m)
{
    jsonw_arr(out, "tests");
    for (size_t i = 0; i < m->n_tests && i < m->max; i++)
        put_test(out, m, &m->tests[i]);
    jsonw_end(out);
    if (m->n_tests > m->max)
        jsonw_int(out, "tests_left_out", (int64_t)(m->n_tests - m->max));
}

/* --- what changed --------------------------------------------------------------------- */

static void put_files(struct jsonw *out, const struct impact *m)
{
    int64_t stale = 0;

    jsonw_str(out, "rev", m->rev);
    jsonw_arr(out, "files");
    for (size_t i = 0; i < m->ch.n_files; i++) {
        const struct code_touched *t = &m->ch.files[i];

        stale += t->stale;
        if (i >= m->max)
            continue;
        jsonw_obj(out, NULL);
        jsonw_str(out, "file", t->diff->path);
        jsonw_strz(out, "change", diff_what_name(t->diff->what));
        if (t->diff->what == DIFF_RENAMED)
            jsonw_str(out, "from", t->diff->old_path);
        jsonw_int(out, "added", t->diff->added);
        jsonw_int(out, "removed", t->diff->removed);
        if (!t->is_code)
            jsonw_bool(out, "code", false);
        if (t->stale)
            jsonw_bool(out, "stale", true);
        jsonw_end(out);
    }
    jsonw_end(out);
    if (m->ch.n_files > m->max || m->ch.files_left)
        jsonw_int(out, "files_left_out",
                  (int64_t)(m->ch.files_left +
                            (m->ch.n_files > m->max ? m->ch.n_files - m->max
                                                    : 0)));
    if (stale)
        jsonw_int(out, "stale", stale);
}

/* The order in which symbols are told: what others may rely on, then what is
 * new, then what is new with its file; what only moved with its file is told
 * where something refers to it. */
static int turn_of(const struct impact *m, const struct code_change *c)
{
    if (c->what == CHANGE_MOVED)
        return -1;
    if (c->what != CHANGE_ADDED)
        return 0;
    return m->ch.files[c->file].diff->what == DIFF_ADDED ? 2 : 1;
}

static void put_changed(struct jsonw *out, const struct impact *m)
{
    size_t told = 0, left = m->ch.left;

    jsonw_arr(out, "changed");
    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < m->ch.n; i++) {
            if (turn_of(m, &m->ch.v[i]) != turn)
                continue;
            if (told++ >= m->max) {
                left++;
                continue;
            }
            jsonw_obj(out, NULL);
            put_code_symbol(out, &m->ch.v[i].s, false);
            jsonw_strz(out, "change", change_what_name(m->ch.v[i].what));
            jsonw_end(out);
        }
    }
    jsonw_end(out);
    if (left)
        jsonw_int(out, "changed_left_out", (int64_t)left);
}

static void put_meant(struct jsonw *out, const struct impact *m)
{
    jsonw_arr(out, "meant");
    for (size_t i = 0; i < m->roots; i++) {
        jsonw_obj(out, NULL);
        put_code_symbol(out, &m->w.node[i].s, false);
        jsonw_end(out);
    }
    jsonw_end(out);
}

/* --- callers, importers ---------------------------------------------------------------- */

static const struct code_change *change_of(const struct impact *m, int64_t id)
{
    for (size_t i = 0; i < m->ch.n && id < 0; i++)
        if (m->ch.v[i].s.id == id)
            return &m->ch.v[i];
    return NULL;
}

static void put_caller(struct jsonw *out, const struct impact *m,
                       const struct code_node *n)
{
    const struct code_node *by = &m->w.node[n->from];
    const struct code_change *c = change_of(m, by->s.id);

    jsonw_obj(out, NULL);
    if (n->s.kind == CODE_KINDS) {
        jsonw_str(out, "file", n->s.path);
        jsonw_int(out, "line", n->s.first_line);
    } else {
        put_code_symbol(out, &n->s, false);
    }
    jsonw_int(out, "at", n->line);
    jsonw_strz(out, "reference",
               code_ref_kind_name((enum code_ref_kind)n->kind));
    jsonw_strz(out, "resolved", code_how_name(n->how));
    jsonw_int(out, "depth", n->depth);
    jsonw_str(out, "by", by->s.qualified);
    if (c && (c->what == CHANGE_REMOVED || c->what == CHANGE_MOVED))
        jsonw_strz(out, "gone", change_what_name(c->what));
    jsonw_end(out);
}

static void put_callers(struct jsonw *out, const struct impact *m)
{
    size_t shown = 0, left = 0;

    jsonw_arr(out, "callers");
    for (size_t i = m->roots; i < m->w.n; i++) {
        if (is_test(&m->w.node[i].s))
            continue;
        if (shown < m->max)
            put_caller(out, m, &m->w.node[i]);
        else
            left++;
        shown++;
    }
    jsonw_end(out);
    if (left)
        jsonw_int(out, "left_out", (int64_t)left);
}

static void put_importers(struct jsonw *out, const struct impact *m)
{
    size_t shown = 0, left = 0;

    jsonw_arr(out, "importers");
    for (size_t i = 0; i < m->n_importers; i++) {
        const struct code_importer *im = &m->importers[i];

        if (code_is_test_file(im->file.path))
            continue;
        if (shown++ >= m->max) {
            left++;
            continue;
        }
        jsonw_obj(out, NULL);
        jsonw_str(out, "file", im->file.path);
        jsonw_int(out, "line", im->line);
        jsonw_str(out, "imports", im->target);
        jsonw_end(out);
    }
    jsonw_end(out);
    if (left)
        jsonw_int(out, "importers_left_out", (int64_t)left);
}

/* --- the operation ------------------------------------------------------------------------ */

/* Where the walk begins: a symbol that was named, or those that changed. */
static int begin_symbol(struct impact *m, struct str symbol)
{
    struct code_symbol_row *v = NULL;
    size_t n = 0;
    int rc = code_meant(m->w.env, &m->w.tree, symbol, NULL, MEANT_MAX, &v, &n,
                        m->w.e);

    if (rc == 0 && n == 0)
        rc = err_set(m->w.e, CM_ENOTFOUND,
                     "no symbol is called %.*s; cmem code search finds parts "
                     "of names",
                     STR_ARG(str_cut(symbol, 0, 200)));
    for (size_t i = 0; i < n && rc == 0; i++)
        code_walk_add(&m->w, &v[i], &(struct code_node){0});
    m->roots = m->w.n;
    return rc;
}

static int begin_diff(struct impact *m)
{
    struct diff diff;
    struct code_file_row *targets;
    size_t untracked = 0, n = 0;
    int rc = code_git_diff(m->w.env, m->w.tree.root, m->rev, &diff,
                           &untracked, m->w.e);

    if (rc == 0)
        rc = code_changes_read(m->w.env, &m->w.tree, m->rev, &diff, &m->ch,
                               m->w.e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < m->ch.n; i++)
        code_walk_add(&m->w, &m->ch.v[i].s, &(struct code_node){0});
    m->roots = m->w.n;
    targets = arena_array(m->w.env->a, m->ch.n_files + 1, sizeof(targets[0]));
    for (size_t i = 0; i < m->ch.n_files; i++) {
        const struct code_touched *t = &m->ch.files[i];
        const struct language *l;

        if (!t->is_code || t->diff->old_path.n == 0)
            continue; /* what is new nobody imported before */
        targets[n] = t->row;
        targets[n].path = t->diff->old_path;
        l = language_of(t->diff->old_path, STR_NONE);
        if (t->row.id == 0 && l)
            targets[n].language = str_of(l->name);
        n++;
    }
    return n == 0 ? 0
                  : code_importers(m->w.env, m->w.tree.id, targets, n,
                                   &m->importers, &m->n_importers, m->w.e);
}

static void put(struct jsonw *out, const struct impact *m)
{
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", m->w.tree.root);
    if (m->rev.n) {
        put_files(out, m);
        put_changed(out, m);
    } else {
        put_meant(out, m);
    }
    put_tests(out, m);
    put_callers(out, m);
    if (m->rev.n)
        put_importers(out, m);
    if (m->w.doubtful)
        jsonw_int(out, "ambiguous", m->w.doubtful);
    if (m->w.cut)
        jsonw_bool(out, "cut", true);
    jsonw_end(out);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct impact m = {
        .w = {.env = env, .e = e, .types = true,
              .ambiguous = json_get_bool(args, "ambiguous")},
        .max = code_max(args, ROWS, ROWS_MAX),
    };
    struct str symbol = json_get_str(args, "symbol");
    struct str diff = json_get_str(args, "diff");
    int64_t depth = json_get_int(args, "depth", DEPTH);
    int rc;

    if (depth < 1 || depth > DEPTH_MAX)
        return err_set(e, CM_EARG, "depth is between 1 and %d", DEPTH_MAX);
    if (symbol.n && diff.n)
        return err_set(e, CM_EARG,
                       "either a symbol or --diff, not both of them");
    rc = code_here(env, args, &m.w.tree, e);
    if (rc < 0)
        return rc;
    if (symbol.n) {
        rc = begin_symbol(&m, symbol);
    } else {
        m.rev = diff.n ? diff : STR("HEAD");
        rc = begin_diff(&m);
    }
    for (size_t i = 0; i < m.w.n && rc == 0; i++)
        if (m.w.node[i].depth < depth)
            rc = code_walk_callers(&m.w, i);
    if (rc < 0)
        return rc;
    gather_tests(&m);
    put(out, &m);
    return 0;
}

const struct op op_code_impact = {
    .name = "code-impact",
    .summary = "what a change reaches, and which tests",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
