/* code_graph.c - see code_graph.h. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_graph.h"
#include "ops/code_resolve.h"
#include "store/code_pack.h"

/* Some 40 million lines of code; 200 MB. */
#define EDGES_MAX (16u << 20)
/* Answers remembered of one file, a power of two; what has no place is worked
 * out again. */
#define MEMO_SLOTS 4096
#define MEMO_TRIES 8

/* Symbols of one name. */
struct group {
    struct str name; /* p NULL: a free place */
    uint32_t first;  /* in order[] */
    uint32_t n;
    struct code_cands *cands; /* made when first used */
};

/* A reference is resolved once for all places in a file where the answer must
 * be the same: those with the same words around them, in the same class. */
struct memo {
    const char *name, *qualifier;
    int32_t around;
    int bits;
    uint32_t file; /* + 1: of which file this is; 0: free */
    enum code_how how;
    uint32_t to;
};

struct build {
    struct op_env *env;
    struct code_graph *g;
    struct group *group;
    size_t slots; /* a power of two */
    uint32_t *order; /* symbols by name, those of one name in their order */
    struct memo memo[MEMO_SLOTS];
    size_t cap;
};

/* --- names -------------------------------------------------------------------- */

static struct group *group_at(const struct build *b, struct str name)
{
    size_t at = (size_t)str_hash(name) & (b->slots - 1);

    while (b->group[at].name.p && !str_eq(b->group[at].name, name))
        at = (at + 1) & (b->slots - 1);
    return &b->group[at];
}

/* A counting sort: how many of each name, where they begin, each to its
 * place. */
static void group_names(struct build *b)
{
    struct code_graph *g = b->g;
    uint32_t next = 0;

    for (b->slots = 64; b->slots < 2 * g->n_symbols;)
        b->slots *= 2;
    b->group = arena_array(b->env->a, b->slots, sizeof(b->group[0]));
    b->order = arena_array(b->env->a, g->n_symbols + 1, sizeof(b->order[0]));
    for (size_t i = 0; i < g->n_symbols; i++) {
        struct group *q = group_at(b, g->symbols[i].name);

        q->name = g->symbols[i].name;
        q->n++;
    }
    for (size_t i = 0; i < b->slots; i++) {
        b->group[i].first = next;
        next += b->group[i].n;
        b->group[i].n = 0;
    }
    for (size_t i = 0; i < g->n_symbols; i++) {
        struct group *q = group_at(b, g->symbols[i].name);

        b->order[q->first + q->n++] = (uint32_t)i;
    }
}

static const struct code_cands *cands_of(struct build *b, struct group *q)
{
    struct code_cands *c = q->cands;

    if (c)
        return c;
    c = q->cands = arena_new(b->env->a, struct code_cands);
    c->n = q->n < CODE_CANDS_MAX ? q->n : CODE_CANDS_MAX;
    c->v = arena_array(b->env->a, c->n, sizeof(c->v[0]));
    c->packages = arena_array(b->env->a, c->n, sizeof(c->packages[0]));
    for (size_t i = 0; i < c->n; i++) {
        uint32_t at = b->order[q->first + i];

        c->v[i] = b->g->symbols[at];
        if (c->n <= CODE_PACKAGES_READ)
            c->packages[i] = b->g->files[b->g->file[at]].package;
    }
    return c;
}

/* --- references ----------------------------------------------------------------- */

static int32_t class_around(const struct code_site *site, int32_t i)
{
    for (int depth = 0; i >= 0 && (size_t)i < site->n_symbols && depth < 64;
         depth++) {
        if (code_kind_is_container((enum code_kind)site->symbols[i].kind))
            return i;
        i = site->symbols[i].parent;
    }
    return -1;
}

static struct memo *memo_at(struct build *b, const struct memo *key)
{
    uint64_t h = (uint64_t)(uintptr_t)key->name * 31 +
                 (uint64_t)(uintptr_t)key->qualifier * 17 +
                 (uint64_t)key->around * 7 + (uint64_t)key->bits;

    h *= UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < MEMO_TRIES; i++) {
        struct memo *m = &b->memo[((h >> 40) + i) & (MEMO_SLOTS - 1)];

        if (m->file != key->file) {
            *m = *key;
            m->file = 0;
            return m;
        }
        if (m->name == key->name && m->qualifier == key->qualifier &&
            m->around == key->around && m->bits == key->bits)
            return m;
    }
    return NULL;
}

static void add_edge(struct build *b, uint32_t from, uint32_t to)
{
    struct code_graph *g = b->g;

    if (g->n_edges == EDGES_MAX) {
        g->cut = true;
        return;
    }
    if (g->n_edges == b->cap) {
        struct code_edge *old = g->edges;

        b->cap = b->cap ? 2 * b->cap : 1024;
        g->edges = arena_array(b->env->a, b->cap, sizeof(g->edges[0]));
        if (old)
            memcpy(g->edges, old, g->n_edges * sizeof(old[0]));
    }
    g->edges[g->n_edges++] = (struct code_edge){from, to, 1};
}

/* The definition that is meant, as a symbol of the graph. */
static enum code_how resolve(struct build *b, const struct code_site *site,
                             const struct code_use_in *use, size_t file,
                             uint32_t *to)
{
    struct memo key = {
        .name = use->name.p,
        .qualifier = use->qualifier.p,
        .around = class_around(site, use->symbol),
        .bits = use->kind * 2 + use->member,
        .file = (uint32_t)file + 1,
    };
    struct memo *m = memo_at(b, &key);
    struct group *q;
    size_t meant = 0;

    if (m && m->file) {
        *to = m->to;
        return m->how;
    }
    q = group_at(b, use->name);
    if (q->name.p)
        key.how = code_resolve(site, use, cands_of(b, q), &meant);
    if (key.how != HOW_NONE)
        key.to = b->order[q->first + meant];
    if (m)
        *m = key;
    *to = key.to;
    return key.how;
}

static void read_uses(struct build *b, const struct code_site *site,
                      size_t file, struct arena *a)
{
    struct code_graph *g = b->g;
    struct code_unpack u;
    struct code_use_in use;

    code_unpack_begin(&u, site->blob, a);
    while (code_unpack_next(&u, &use)) {
        bool inside = use.symbol >= 0 && (size_t)use.symbol < site->n_symbols;
        uint32_t from = inside ? g->first[file] + (uint32_t)use.symbol
                               : code_graph_node_of_file(g, file);
        uint32_t to;
        enum code_how how = resolve(b, site, &use, file, &to);

        if (how == HOW_AMBIGUOUS)
            g->ambiguous++;
        else if (how != HOW_NONE && to != from)
            add_edge(b, from, to);
    }
}

static int read_file(struct build *b, size_t file, struct err *e)
{
    struct code_graph *g = b->g;
    struct arena a = {0};
    struct code_site site = {
        .file = g->files[file],
        .symbols = &g->symbols[g->first[file]],
        .n_symbols = g->first[file + 1] - g->first[file],
    };
    int rc = code_uses_of(b->env->db, site.file.id, &a, &site.blob, e);

    if (rc == 0 && site.blob.n)
        rc = code_imports_of(b->env->db, site.file.id, &a, &site.imports,
                             &site.n_imports, e);
    if (rc == 0)
        read_uses(b, &site, file, &a);
    arena_free(&a);
    return rc;
}

/* --- the whole -------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct code_edge *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static void merge_edges(struct code_graph *g)
{
    size_t n = 0;

    if (g->n_edges)
        qsort(g->edges, g->n_edges, sizeof(g->edges[0]), compare);
    for (size_t i = 0; i < g->n_edges; i++) {
        if (n && compare(&g->edges[n - 1], &g->edges[i]) == 0)
            g->edges[n - 1].n++;
        else
            g->edges[n++] = g->edges[i];
    }
    g->n_edges = n;
}

/* A file's symbols are a range, each at its place in the file: the parents
 * and the references count on that. False where the index does not keep it. */
static bool place_symbols(struct code_graph *g, struct arena *a)
{
    size_t at = 0;

    g->first = arena_array(a, g->n_files + 1, sizeof(g->first[0]));
    g->file = arena_array(a, g->n_symbols + 1, sizeof(g->file[0]));
    for (size_t f = 0; f < g->n_files; f++) {
        g->first[f] = (uint32_t)at;
        for (; at < g->n_symbols && g->symbols[at].file_id == g->files[f].id;
             at++) {
            g->symbols[at].path = g->files[f].path;
            g->symbols[at].language = g->files[f].language;
            g->file[at] = (uint32_t)f;
            if (code_place(g->symbols[at].id) != (int32_t)(at - g->first[f]))
                return false;
        }
    }
    g->first[g->n_files] = (uint32_t)at;
    return at == g->n_symbols;
}

int code_graph_read(struct op_env *env, int64_t tree_id,
                    struct code_graph *out, struct err *e)
{
    struct code_graph g = {0};
    struct build *b = arena_new(env->a, struct build);
    int rc = code_files(env->db, tree_id, STR_NONE, env->a, &g.files,
                        &g.n_files, e);

    if (rc == 0)
        rc = code_symbols_all(env->db, tree_id, env->a, &g.symbols,
                              &g.n_symbols, e);
    if (rc < 0)
        return rc;
    if (!place_symbols(&g, env->a))
        return err_set(e, CM_EAGAIN, "the index changed while it was read");
    b->env = env;
    b->g = &g;
    group_names(b);
    for (size_t f = 0; f < g.n_files && rc == 0; f++)
        rc = read_file(b, f, e);
    merge_edges(&g);
    if (rc == 0)
        *out = g;
    return rc;
}
