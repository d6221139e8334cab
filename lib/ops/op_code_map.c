/* op_code_map.c - the operation "code-map": a tree's most important symbols,
 * within so many tokens. */
#include "base/common.h"

#include "code/parse.h"
#include "code/test_file.h"
#include "ops/code_graph.h"
#include "ops/code_rank.h"
#include "ops/code_scope.h"
#include "ops/ops.h"
#include "ops/tokens.h"

#define TOKENS     1000
#define TOKENS_MIN 50
#define TOKENS_MAX 50000
#define FOCUS_MAX  64
/* Where a walk of the ranking begins anew: at any symbol, at a test's rarely,
 * for tests use everything and nothing uses them. With files in focus there,
 * and one time in twenty anywhere, so that the rest of the map has an order,
 * too. */
#define TEST_SHARE  0.1
#define OTHER_SHARE 0.05
/* Symbols that did not fit before the rest is left out: a long signature does
 * not end the map. */
#define MISSES_MAX 20
/* Of a signature; longer ones are cut by who shows them. */
#define SIGNATURE_BYTES 160
/* Blank, number of the line and mark of what is left out. */
#define LINE_TOKENS 2

static const struct param params[] = {
    {"tokens", 't', PARAM_INT, 0, "N", "so many tokens at most (1000)"},
    {"focus", 'f', PARAM_LIST, 0, "FILE",
     "what matters to these files; may be repeated"},
    PARAM_DIR,
};

struct map {
    struct op_env *env;
    struct code_tree_row tree;
    struct code_graph g;
    double *rank;
    bool *focus;   /* of each file */
    bool *is_test; /* of each file */
    size_t n_focus;
    size_t budget, tokens;
    bool *chosen;        /* of each symbol */
    bool *file_is_there; /* of each file: its name stands in the map */
    size_t symbols, eligible;
    struct str *signature; /* of each symbol that was chosen */
    struct err *e;
};

/* --- ranking ---------------------------------------------------------------------- */

static bool is_shown_kind(int kind)
{
    enum code_kind k = (enum code_kind)kind;

    return (code_kind_is_callable(k) && k != CODE_TEST) || k == CODE_ENUM ||
           k == CODE_UNION || k == CODE_TYPE ||
           (code_kind_is_container(k) && k < CODE_CONSTANT);
}

static int read_focus(struct map *m, const struct json *list)
{
    int rc = 0;

    for (const struct json *f = json_first(list); f && rc == 0;
         f = json_next(f)) {
        struct code_file_row row;

        if (m->n_focus == FOCUS_MAX)
            return err_set(m->e, CM_EARG, "focus is %d files at most",
                           FOCUS_MAX);
        rc = code_file_meant(m->env, &m->tree, json_str(f), &row, m->e);
        for (size_t i = 0; i < m->g.n_files && rc == 0; i++)
            if (m->g.files[i].id == row.id && !m->focus[i]) {
                m->focus[i] = true;
                m->n_focus++;
            }
    }
    return rc;
}

static void rank(struct map *m)
{
    struct code_graph *g = &m->g;
    size_t nodes = g->n_symbols + g->n_files;
    double *t = arena_array(m->env->a, nodes + 1, sizeof(t[0]));
    double in_focus = 0, elsewhere = 0;

    for (size_t i = 0; i < nodes; i++) {
        size_t f = code_graph_file_of(g, (uint32_t)i);

        if (i < g->n_symbols && !is_shown_kind(g->symbols[i].kind))
            continue;
        t[i] = m->is_test[f] && !m->focus[f] ? TEST_SHARE : 1;
        *(m->focus[f] ? &in_focus : &elsewhere) += t[i];
    }
    if (in_focus > 0 && elsewhere > 0)
        for (size_t i = 0; i < nodes; i++)
            t[i] *= m->focus[code_graph_file_of(g, (uint32_t)i)]
                        ? (1 - OTHER_SHARE) / in_focus
                        : OTHER_SHARE / elsewhere;
    m->rank = arena_array(m->env->a, nodes + 1, sizeof(m->rank[0]));
    code_rank(g->edges, g->n_edges, nodes, t, m->env->a, m->rank);
}

/* --- choosing ----------------------------------------------------------------------- */

struct order {
    double rank;
    uint32_t symbol;
};

static int by_rank(const void *a, const void *b)
{
    const struct order *x = a, *y = b;

    if (x->rank > y->rank || x->rank < y->rank)
        return x->rank < y->rank ? 1 : -1;
    return (x->symbol > y->symbol) - (x->symbol < y->symbol);
}

/* The symbol that it stands in and that is shown above it, or none. */
static uint32_t parent_of(const struct map *m, uint32_t i)
{
    int32_t up = m->g.symbols[i].parent;

    return up < 0 ? UINT32_MAX : m->g.first[m->g.file[i]] + (uint32_t)up;
}

static int read_signature(struct map *m, uint32_t i)
{
    struct code_symbol_row s;
    int rc;

    if (m->signature[i].p)
        return 0;
    rc = code_symbol_get(m->env->db, m->g.symbols[i].id, m->env->a, &s, m->e);
    if (rc <= 0)
        return rc;
    m->signature[i] = str_cut(s.signature.n ? s.signature : s.qualified, 0,
                              SIGNATURE_BYTES);
    return 0;
}

/* A symbol costs its line, those of what it stands in, and its file's. */
static int try_symbol(struct map *m, uint32_t i, bool *fits)
{
    size_t file = m->g.file[i], cost = 0;
    int rc = 0;

    if (!m->file_is_there[file])
        cost += text_tokens(m->g.files[file].path) + LINE_TOKENS;
    for (uint32_t k = i; k != UINT32_MAX && !m->chosen[k] && rc == 0;
         k = parent_of(m, k)) {
        rc = read_signature(m, k);
        cost += text_tokens(m->signature[k]) + LINE_TOKENS;
    }
    *fits = rc == 0 && m->tokens + cost <= m->budget;
    if (!*fits)
        return rc;
    m->tokens += cost;
    m->file_is_there[file] = true;
    for (uint32_t k = i; k != UINT32_MAX && !m->chosen[k];
         k = parent_of(m, k)) {
        m->chosen[k] = true;
        m->symbols++;
    }
    return 0;
}

static bool is_eligible(const struct map *m, uint32_t i)
{
    const struct code_symbol_row *s = &m->g.symbols[i];
    size_t f = m->g.file[i];

    return is_shown_kind(s->kind) &&
           (m->focus[f] || (!m->is_test[f] &&
                            !code_is_test_symbol(s->language, s->qualified,
                                                 s->kind)));
}

static int choose(struct map *m)
{
    struct code_graph *g = &m->g;
    struct order *v = arena_array(m->env->a, g->n_symbols + 1, sizeof(v[0]));
    size_t n = 0;
    int rc = 0, misses = 0;

    for (uint32_t i = 0; i < g->n_symbols; i++)
        if (is_eligible(m, i))
            v[n++] = (struct order){m->rank[i], i};
    if (n)
        qsort(v, n, sizeof(v[0]), by_rank);
    m->eligible = n;
    m->chosen = arena_array(m->env->a, g->n_symbols + 1, sizeof(bool));
    m->file_is_there = arena_array(m->env->a, g->n_files + 1, sizeof(bool));
    m->signature =
        arena_array(m->env->a, g->n_symbols + 1, sizeof(m->signature[0]));
    for (size_t i = 0; i < n && misses < MISSES_MAX && rc == 0; i++) {
        bool fits = true;

        if (!m->chosen[v[i].symbol])
            rc = try_symbol(m, v[i].symbol, &fits);
        misses += !fits;
    }
    return rc;
}

/* --- telling -------------------------------------------------------------------------- */

static int depth_of(const struct map *m, uint32_t i)
{
    int depth = 0;

    while ((i = parent_of(m, i)) != UINT32_MAX && depth < 64)
        depth++;
    return depth;
}

static void put_symbol(struct jsonw *out, const struct map *m, uint32_t i)
{
    const struct code_symbol_row *s = &m->g.symbols[i];

    jsonw_obj(out, NULL);
    put_code_symbol(out, s, false);
    jsonw_str(out, "signature", m->signature[i]);
    jsonw_int(out, "depth", depth_of(m, i));
    jsonw_num(out, "rank", m->rank[i]);
    jsonw_end(out);
}

static void put_file(struct jsonw *out, const struct map *m, size_t f,
                     double file_rank)
{
    int64_t left = 0;

    jsonw_obj(out, NULL);
    jsonw_str(out, "file", m->g.files[f].path);
    jsonw_num(out, "rank", file_rank);
    if (m->focus[f])
        jsonw_bool(out, "focus", true);
    jsonw_arr(out, "symbols");
    for (uint32_t i = m->g.first[f]; i < m->g.first[f + 1]; i++)
        if (m->chosen[i])
            put_symbol(out, m, i);
        else
            left += is_eligible(m, i);
    jsonw_end(out);
    if (left)
        jsonw_int(out, "left_out", left);
    jsonw_end(out);
}

/* Those in focus, then by what is shown of them. */
static void put_files(struct jsonw *out, const struct map *m)
{
    struct order *v =
        arena_array(m->env->a, m->g.n_files + 1, sizeof(v[0]));
    size_t n = 0;

    for (size_t f = 0; f < m->g.n_files; f++) {
        if (!m->file_is_there[f])
            continue;
        v[n] = (struct order){m->focus[f], (uint32_t)f}; /* ranks sum to 1 */
        for (uint32_t i = m->g.first[f]; i < m->g.first[f + 1]; i++)
            if (m->chosen[i])
                v[n].rank += m->rank[i];
        n++;
    }
    if (n)
        qsort(v, n, sizeof(v[0]), by_rank);
    jsonw_arr(out, "files");
    for (size_t i = 0; i < n; i++)
        put_file(out, m, v[i].symbol, v[i].rank - m->focus[v[i].symbol]);
    jsonw_end(out);
    if (m->eligible > m->symbols)
        jsonw_int(out, "left_out", (int64_t)(m->eligible - m->symbols));
    jsonw_int(out, "files_left_out", (int64_t)(m->g.n_files - n));
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct map m = {.env = env, .e = e};
    int64_t tokens = json_get_int(args, "tokens", TOKENS);
    int rc;

    if (tokens < TOKENS_MIN || tokens > TOKENS_MAX)
        return err_set(e, CM_EARG, "tokens is between %d and %d", TOKENS_MIN,
                       TOKENS_MAX);
    m.budget = (size_t)tokens;
    rc = code_here(env, args, &m.tree, e);
    if (rc == 0)
        rc = code_graph_read(env, m.tree.id, &m.g, e);
    if (rc < 0)
        return rc;
    m.focus = arena_array(env->a, m.g.n_files + 1, sizeof(bool));
    m.is_test = arena_array(env->a, m.g.n_files + 1, sizeof(bool));
    for (size_t f = 0; f < m.g.n_files; f++)
        m.is_test[f] = code_is_test_file(m.g.files[f].path);
    rc = read_focus(&m, json_get(args, "focus"));
    if (rc == 0) {
        rank(&m);
        rc = choose(&m);
    }
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", m.tree.root);
    jsonw_int(out, "tokens", (int64_t)m.tokens);
    jsonw_int(out, "budget", tokens);
    put_files(out, &m);
    if (m.g.ambiguous)
        jsonw_int(out, "ambiguous", m.g.ambiguous);
    if (m.g.cut)
        jsonw_bool(out, "cut", true);
    jsonw_end(out);
    return 0;
}

const struct op op_code_map = {
    .name = "code-map",
    .summary = "the most important symbols of a tree",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WARM,
    .run = run,
};
