/* code_find.c - see code_find.h. */
#include "base/common.h"

#include <math.h>

#include "code/language.h"
#include "code/test_file.h"
#include "ops/code_find.h"
#include "ops/code_graph.h"
#include "ops/code_rank.h"
#include "search/files_prompt.h"
#include "search/stop.h"

/* Of a text that is read: what is asked stands in front, a trace behind. */
#define TEXT_BYTES 8192
/* BM25's: how soon more of a word says no more, how far a long file counts
 * for less. */
#define K1 1.2
#define B  0.6
/* A definition of a name that so many have is no sign. */
#define DEFS_MAX 60
/* Symbols of a tree up to which references are followed: half a second. */
#define REFERS_SYMBOLS 150000

/*
 * Weights, against the best file's score for words. Chosen on the history of
 * one repository (docs/code.md): the numbers are round, and around each the
 * measure is flat.
 */
#define NAME_WORTH   0.6  /* of its idf, each identifier that is defined */
#define USE_WORTH    0.2  /* or used */
#define PATH_WORTH   0.3  /* words in the path */
#define NAMED_WORTH  2.0  /* the path outright */
#define REFERS_WORTH 0.3
#define TEST_WORTH   0.5  /* of a test's score */
#define OTHER_WORTH  0.6  /* of what is no program */

struct find {
    struct op_env *env;
    const struct code_tree_row *tree;
    struct code_found *out;
    struct code_file_row *files; /* by path */
    size_t n;
    uint32_t *by_id; /* places of files, by their ids */
    double mean;     /* symbols of a file */
    struct str name[FIND_NAMES];
    size_t n_names;
    double *words, *names, *path, *refers, *named;
    struct str *defines;
    bool asks_tests, asks_docs;
    struct err *e;
};

/* --- the text --------------------------------------------------------------------- */

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_' || (c & 0x80);
}

/* The plain form that most forms of a word begin with; false: none shorter. */
static bool stem(struct str *w)
{
    static const char *const endings[] = {"ings", "ing", "ied", "ies", "ed",
                                          "es",   "er",  "s"};

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        size_t n = strlen(endings[i]);

        if (w->n >= n + 4 && str_ends(*w, str_of(endings[i]))) {
            w->n -= n;
            return true;
        }
    }
    return w->n >= 6;
}

static void add_word(struct find *f, struct str part)
{
    struct code_found *out = f->out;
    struct str copy = arena_str(f->env->a, part), w = copy;
    char *p = (char *)(uintptr_t)copy.p;
    bool prefix;

    for (size_t i = 0; i < copy.n; i++)
        p[i] = to_lower(p[i]);
    f->asks_tests |= str_eqz(w, "test") || str_eqz(w, "tests") ||
                     str_eqz(w, "spec") || str_eqz(w, "testing");
    f->asks_docs |= str_eqz(w, "docs") || str_eqz(w, "readme") ||
                    str_eqz(w, "documentation") || str_eqz(w, "doc");
    if (w.n < 2 || is_digit(w.p[0]) || stop_is(STOP_ENGLISH, w))
        return;
    prefix = stem(&w);
    for (size_t i = 0; i < out->n_words; i++)
        if (str_eq(out->word[i].word, w)) {
            out->word[i].asked++;
            return;
        }
    if (out->n_words < FIND_WORDS)
        out->word[out->n_words++] =
            (struct find_word){.word = w, .prefix = prefix, .asked = 1};
}

/* Where a word of a name begins anew: fooBar, HTTPHead, foo_bar. */
static void add_parts(struct find *f, struct str run)
{
    size_t from = 0;

    for (size_t i = 0; i <= run.n; i++) {
        bool ends = i == run.n || run.p[i] == '_' ||
                    (i > from && is_upper(run.p[i]) &&
                     (is_lower(run.p[i - 1]) ||
                      (i + 1 < run.n && is_lower(run.p[i + 1]))));

        if (!ends)
            continue;
        if (i > from)
            add_word(f, str_cut(run, from, i));
        from = i + (i < run.n && run.p[i] == '_');
    }
}

/* A name of code rather than a word: it has a joint, or is called. */
static bool is_name(struct str run, char behind)
{
    for (size_t i = 1; i < run.n; i++)
        if (run.p[i] == '_' || (is_upper(run.p[i]) && is_lower(run.p[i - 1])))
            return true;
    return run.n > 2 && behind == '(';
}

static void read_text(struct find *f, struct str text)
{
    size_t i = 0;

    text = str_cut(text, 0, TEXT_BYTES);
    while (i < text.n) {
        size_t from = i;
        struct str run;
        bool known = false;

        while (i < text.n && is_word_char(text.p[i]))
            i++;
        run = str_cut(text, from, i);
        if (run.n == 0) {
            i++;
            continue;
        }
        add_parts(f, run);
        for (size_t k = 0; k < f->n_names && !known; k++)
            known = str_eq(f->name[k], run);
        if (!known && f->n_names < FIND_NAMES &&
            is_name(run, i < text.n ? text.p[i] : ' '))
            f->name[f->n_names++] = run;
    }
}

/* --- files -------------------------------------------------------------------------- */

static int read_files(struct find *f)
{
    struct arena *a = f->env->a;
    int rc = code_files(f->env->db, f->tree->id, STR_NONE, a, &f->files,
                        &f->n, f->e);
    double symbols = 0;

    if (rc < 0)
        return rc;
    f->words = arena_array(a, f->n + 1, sizeof(double));
    f->names = arena_array(a, f->n + 1, sizeof(double));
    f->path = arena_array(a, f->n + 1, sizeof(double));
    f->named = arena_array(a, f->n + 1, sizeof(double));
    f->refers = arena_array(a, f->n + 1, sizeof(double));
    f->defines = arena_array(a, f->n + 1, sizeof(f->defines[0]));
    f->by_id = arena_array(a, f->n + 1, sizeof(f->by_id[0]));
    for (size_t i = 0; i < f->n; i++) {
        symbols += (double)f->files[i].symbols;
        f->by_id[i] = (uint32_t)i;
    }
    f->mean = f->n ? symbols / (double)f->n : 1;
    /* Ids come nearly in the order of paths: an insertion sort moves few;
     * where they do not, files were added since, and those are few. */
    for (size_t i = 1; i < f->n; i++)
        for (size_t k = i; k && f->files[f->by_id[k]].id <
                                    f->files[f->by_id[k - 1]].id;
             k--) {
            uint32_t swap = f->by_id[k];

            f->by_id[k] = f->by_id[k - 1];
            f->by_id[k - 1] = swap;
        }
    return 0;
}

/* The place of a file, or SIZE_MAX: of another tree. */
static size_t place_of(const struct find *f, int64_t id)
{
    size_t from = 0, to = f->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (f->files[f->by_id[mid]].id < id)
            from = mid + 1;
        else
            to = mid;
    }
    return from < f->n && f->files[f->by_id[from]].id == id ? f->by_id[from]
                                                             : SIZE_MAX;
}

static double idf(const struct find *f, size_t with)
{
    return log(1 + ((double)(f->n > with ? f->n - with : 0) + 0.5) /
                       ((double)with + 0.5));
}

/* --- words, names, paths ---------------------------------------------------------------- */

static int score_word(struct find *f, struct find_word *w)
{
    struct arena a = {0};
    struct code_word_row *v;
    size_t n, with = 0;
    int rc = code_files_with(f->env->db, w->word, w->prefix, &a, &v, &n, f->e);

    for (size_t i = 0; i < n && rc == 0; i++)
        with += place_of(f, v[i].file_id) != SIZE_MAX;
    w->idf = with ? idf(f, with) : 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        size_t at = place_of(f, v[i].file_id);
        double tf = (double)v[i].symbols, length;

        if (at == SIZE_MAX)
            continue;
        length = (double)f->files[at].symbols / (f->mean > 0 ? f->mean : 1);
        f->words[at] += w->idf * (1 + 0.3 * log(w->asked)) * tf * (K1 + 1) /
                        (tf + K1 * (1 - B + B * length));
    }
    arena_free(&a);
    return rc;
}

static int score_name(struct find *f, struct str name)
{
    struct code_name_ask ask = {.name = name, .tree_id = f->tree->id,
                                .max = DEFS_MAX};
    struct code_symbol_row *v;
    int64_t *users;
    size_t n, n_users;
    int rc = code_symbols_named(f->env->db, &ask, f->env->a, &v, &n, f->e);

    if (rc == 0)
        rc = code_files_using(f->env->db, name, f->tree->id, f->env->a,
                              &users, &n_users, f->e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n && n < DEFS_MAX; i++) {
        size_t at = place_of(f, v[i].file_id);

        if (at == SIZE_MAX || str_eq(f->defines[at], name))
            continue; /* twice in a file is once */
        f->names[at] += NAME_WORTH * idf(f, n);
        f->defines[at] = name;
    }
    for (size_t i = 0; i < n_users; i++) {
        size_t at = place_of(f, users[i]);

        if (at != SIZE_MAX)
            f->names[at] += USE_WORTH * idf(f, n_users);
    }
    return 0;
}

static void score_paths(struct find *f, struct str text)
{
    struct str *paths = arena_array(f->env->a, f->n + 1, sizeof(paths[0]));
    double best = 0;

    for (size_t i = 0; i < f->n; i++) {
        paths[i] = f->files[i].path;
        best = f->words[i] > best ? f->words[i] : best;
    }
    best = best > 0 ? best : 1;
    files_named(text, paths, f->n, f->env->a, f->named);
    files_worded(text, paths, f->n, f->env->a, f->path);
    /* "socket" is half of socket.py by name, and a word besides: squared. */
    for (size_t i = 0; i < f->n; i++)
        f->path[i] =
            best * (PATH_WORTH * f->path[i] +
                    NAMED_WORTH * f->named[i] * f->named[i]);
}

/* --- references ----------------------------------------------------------------------------- */

static int by_ends(const void *a, const void *b)
{
    const struct code_edge *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Edges between files; those inside of one say nothing. */
static size_t file_edges(const struct code_graph *g, struct code_edge *v)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < g->n_edges; i++) {
        uint32_t from = (uint32_t)code_graph_file_of(g, g->edges[i].from);
        uint32_t to = (uint32_t)code_graph_file_of(g, g->edges[i].to);

        if (from != to)
            v[n++] = (struct code_edge){from, to, g->edges[i].n};
    }
    if (n)
        qsort(v, n, sizeof(v[0]), by_ends);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_ends(&v[kept - 1], &v[i]) == 0)
            v[kept - 1].n += v[i].n;
        else
            v[kept++] = v[i];
    }
    return kept;
}

static int score_refers(struct find *f)
{
    struct code_graph g;
    struct code_edge *v;
    double *t, *r, *all, best = 0, most = 0;
    int64_t symbols = 0;
    size_t n_edges;
    int rc;

    for (size_t i = 0; i < f->n; i++)
        symbols += f->files[i].symbols;
    f->out->no_refers = symbols > REFERS_SYMBOLS;
    if (f->out->no_refers || f->n == 0)
        return 0;
    rc = code_graph_read(f->env, f->tree->id, &g, f->e);
    if (rc < 0 || g.n_files != f->n)
        return rc;
    v = arena_array(f->env->a, g.n_edges + 1, sizeof(v[0]));
    n_edges = file_edges(&g, v);
    t = arena_array(f->env->a, f->n + 1, sizeof(t[0]));
    r = arena_array(f->env->a, f->n + 1, sizeof(r[0]));
    all = arena_array(f->env->a, f->n + 1, sizeof(all[0]));
    code_rank(v, n_edges, f->n, t, f->env->a, all); /* t is 0 yet: anywhere */
    for (size_t i = 0; i < f->n; i++) {
        double s = f->words[i] + f->names[i] + f->path[i];

        best = s > best ? s : best;
        t[i] = s * s; /* the best ones, not the many */
    }
    code_rank(v, n_edges, f->n, t, f->env->a, r);
    for (size_t i = 0; i < f->n; i++) {
        r[i] = r[i] > all[i] ? r[i] - all[i] : 0;
        most = r[i] > most ? r[i] : most;
    }
    for (size_t i = 0; i < f->n && best > 0 && most > 0; i++)
        f->refers[i] = REFERS_WORTH * best * r[i] / most;
    return 0;
}

/* --- the whole ------------------------------------------------------------------------------- */

static int by_score(const void *a, const void *b)
{
    const struct found_file *x = a, *y = b;

    if (x->score > y->score || x->score < y->score)
        return x->score < y->score ? 1 : -1;
    return (x->file.id > y->file.id) - (x->file.id < y->file.id);
}

static double worth_of(const struct find *f, const struct found_file *v)
{
    const struct language *l = language_named(v->file.language);

    if (v->named)
        return 1;
    if (v->is_test && !f->asks_tests)
        return TEST_WORTH;
    if (l && !l->first_class && !f->asks_docs)
        return OTHER_WORTH;
    return 1;
}

static void rank(struct find *f)
{
    struct code_found *out = f->out;
    double best;

    out->files = f->n;
    out->v = arena_array(f->env->a, f->n + 1, sizeof(out->v[0]));
    for (size_t i = 0; i < f->n; i++) {
        struct found_file v = {
            .file = f->files[i], .words = f->words[i], .names = f->names[i],
            .path = f->path[i], .refers = f->refers[i],
            .named = f->named[i] > 0.6,
            .is_test = code_is_test_file(f->files[i].path),
            .name = f->defines[i],
        };

        v.score = (v.words + v.names + v.path + v.refers) * worth_of(f, &v);
        if (v.score > 0 && v.words + v.names + v.path > 0)
            out->v[out->n++] = v;
    }
    if (out->n)
        qsort(out->v, out->n, sizeof(out->v[0]), by_score);
    best = out->n ? out->v[0].score : 1;
    for (size_t i = 0; i < out->n; i++) {
        out->v[i].score /= best;
        out->v[i].words /= best;
        out->v[i].names /= best;
        out->v[i].path /= best;
        out->v[i].refers /= best;
    }
}

int code_find(struct op_env *env, const struct code_tree_row *tree,
              struct str text, struct code_found *out, struct err *e)
{
    struct find *f = arena_new(env->a, struct find);
    int rc;

    *out = (struct code_found){0};
    *f = (struct find){.env = env, .tree = tree, .out = out, .e = e};
    read_text(f, text);
    rc = read_files(f);
    for (size_t i = 0; i < out->n_words && rc == 0; i++)
        rc = score_word(f, &out->word[i]);
    for (size_t i = 0; i < f->n_names && rc == 0; i++)
        rc = score_name(f, f->name[i]);
    if (rc < 0)
        return rc;
    score_paths(f, text);
    rc = score_refers(f);
    if (rc == 0)
        rank(f);
    return rc;
}
