/* parse.c - the way into lib/code: see parse.h. */
#include "base/common.h"

#include <dlfcn.h>

#include "base/clock.h"
#include "base/installed.h"
#include "code/kept.h"
#include "code/language.h"
#include "code/outline.h"
#include "code/parse.h"
#include "code/walk.h"

/* A parser knows this many grammars: more than there are. */
#define MAX_LOADED 64
#define BESIDE     "lib/cmem/grammars"
/* Text in which a NUL stands among the first bytes is none. */
#define BINARY_LOOK 8192

static const struct code_limits usual = {.max_bytes = 4u << 20,
                                         .max_ms = 2000,
                                         .max_depth = 2000,
                                         .max_defs = 100000,
                                         .max_refs = 500000};

/* A grammar with a query compiled for it. */
struct loaded {
    const struct language *language;
    bool there; /* false: it was looked for, and is not */
    bool wrong; /* its query does not fit: e says why */
    struct err e;
#if CODE_HAVE_SITTER
    struct query q;
#endif
};

struct code_parser {
    struct code_limits limits;
    struct arena arena; /* compiled queries */
    struct loaded *loaded[MAX_LOADED];
    size_t n_loaded;
    const char *own_name, *own_text; /* code_parser_set_query */
#if CODE_HAVE_SITTER
    TSParser *ts;
    struct scratch scratch;
    int64_t deadline_ms;
    int nesting; /* of injections */
    struct code_keep keep;
    struct kept_texts kept;
#endif
};

int code_grammars_dir(char out[CODE_PATH_MAX], struct err *e)
{
    return installed_path("CMEM_GRAMMARS", BESIDE, out, CODE_PATH_MAX, e);
}

struct code_parser *code_parser_create(const struct code_limits *limits)
{
    struct code_parser *p = calloc(1, sizeof(*p));

    if (!p)
        CM_BUG("out of memory");
    p->limits = limits ? *limits : usual;
    return p;
}

void code_parser_keep(struct code_parser *p, const struct code_keep *keep)
{
#if CODE_HAVE_SITTER
    p->keep = *keep;
#else
    (void)p, (void)keep;
#endif
}

void code_parser_destroy(struct code_parser *p)
{
    if (!p)
        return;
#if CODE_HAVE_SITTER
    kept_free(&p->kept);
    if (p->ts)
        ts_parser_delete(p->ts);
    scratch_free(&p->scratch);
#endif
    arena_free(&p->arena);
    free(p);
}

void code_parser_set_query(struct code_parser *p, const char *name,
                           const char *text)
{
    p->own_name = name;
    p->own_text = text;
    p->n_loaded = 0; /* what is loaded is found again */
}

static uint32_t count_lines(struct str text)
{
    uint32_t n = 0;
    const char *at = text.p, *end = text.p + text.n;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        n++;
        at++;
    }
    return n + (text.n && text.p[text.n - 1] != '\n');
}

#if CODE_HAVE_SITTER

static const TSLanguage *open_grammar(const char *name)
{
    char dir[CODE_PATH_MAX], path[CODE_PATH_MAX + 64], symbol[64];
    const TSLanguage *(*make)(void);
    const TSLanguage *g;
    void *so;

    if (code_grammars_dir(dir, NULL) < 0)
        return NULL;
    snprintf(path, sizeof(path), "%s/%s.so", dir, name);
    snprintf(symbol, sizeof(symbol), "tree_sitter_%s", name);
    /* Never closed: trees, and whoever holds a symbol's name, point into
     * it. libc counts: a second parser gets the same one. */
    so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!so)
        return NULL;
    *(void **)&make = dlsym(so, symbol);
    g = make ? make() : NULL;
    if (!g || ts_language_abi_version(g) > TREE_SITTER_LANGUAGE_VERSION ||
        ts_language_abi_version(g) <
            TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION)
        return NULL;
    return g;
}

static struct loaded *load(struct code_parser *p, const struct language *l)
{
    struct loaded *x;
    const TSLanguage *g;
    const char *text;

    for (size_t i = 0; i < p->n_loaded; i++)
        if (p->loaded[i]->language == l)
            return p->loaded[i];
    if (p->n_loaded == MAX_LOADED)
        CM_BUG("more grammars than a parser has room for");
    x = arena_new(&p->arena, struct loaded);
    p->loaded[p->n_loaded++] = x;
    x->language = l;
    g = open_grammar(l->grammar);
    if (!g)
        return x;
    text = p->own_text && strcmp(p->own_name, l->query) == 0
               ? p->own_text
               : query_text(l->query);
    x->there = text != NULL;
    if (text)
        x->wrong =
            query_compile(&x->q, l->query, text, g, &p->arena, &x->e) < 0;
    return x;
}

static bool is_late(TSParseState *s)
{
    const struct code_parser *p = s->payload;

    return clock_mono_ms() > p->deadline_ms;
}

static const char *read_text(void *payload, uint32_t at, TSPoint point,
                             uint32_t *n)
{
    const struct str *text = payload;

    (void)point;
    *n = at < text->n ? (uint32_t)text->n - at : 0;
    return *n ? text->p + at : "";
}

/* old: a tree to begin from, edited, or NULL. NULL: it took too long. */
static TSTree *parse(struct code_parser *p, const TSLanguage *g,
                     struct str *text, const TSTree *old)
{
    TSInput input = {
        .payload = text, .read = read_text, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = p, .progress_callback = is_late};
    TSTree *tree;

    if (!ts_parser_set_language(p->ts, g))
        return NULL;
    p->deadline_ms = clock_mono_ms() + p->limits.max_ms;
    tree = ts_parser_parse_with_options(p->ts, old, input, options);
    if (!tree) /* or it would go on where it was with the next text */
        ts_parser_reset(p->ts);
    return tree;
}

/* From the version before it, where one is kept. With errors the way matters
 * (kept.h): then from the start, unless a hasty answer is wanted. */
static TSTree *parse_again(struct code_parser *p, const TSLanguage *g,
                           struct str *text, bool *unsure)
{
    TSTree *old = kept_find(&p->kept, g, *text), *tree;

    *unsure = false;
    if (!old)
        return parse(p, g, text, NULL);
    tree = parse(p, g, text, old);
    ts_tree_delete(old);
    if (!tree || !ts_node_has_error(ts_tree_root_node(tree)))
        return tree;
    *unsure = p->keep.hasty;
    if (*unsure)
        return tree;
    ts_tree_delete(tree);
    return parse(p, g, text, NULL);
}

/* A part of a text in another language: see query.h. */
static void inject(struct walk *w, const struct language *l, TSNode part)
{
    struct code_parser *p = w->parser;
    const struct query *q = w->q;
    const struct language *outer = w->language;
    struct loaded *x;
    TSRange range = {ts_node_start_point(part), ts_node_end_point(part),
                     ts_node_start_byte(part), ts_node_end_byte(part)};
    TSTree *tree;

    if (p->nesting || range.start_byte == range.end_byte)
        return;
    x = load(p, l);
    if (!x->there || x->wrong)
        return;
    p->nesting++;
    ts_parser_set_included_ranges(p->ts, &range, 1);
    tree = parse(p, x->q.grammar, &w->text, NULL);
    ts_parser_set_included_ranges(p->ts, NULL, 0);
    if (tree) {
        w->q = &x->q;
        w->language = l;
        walk_tree(w, ts_tree_root_node(tree));
        w->q = q;
        w->language = outer;
        ts_tree_delete(tree);
    } else {
        w->f->status = CODE_TIMED_OUT;
    }
    p->nesting--;
}

static void take_tree(struct code_parser *p, struct loaded *x, TSTree *tree,
                      struct walk *w)
{
    TSNode root = ts_tree_root_node(tree);
    size_t bits = w->text.n / 8 + 1;

    if (bits > p->scratch.taken_cap) {
        free(p->scratch.taken);
        p->scratch.taken = malloc(bits);
        if (!p->scratch.taken)
            CM_BUG("out of memory");
        p->scratch.taken_cap = bits;
    }
    memset(p->scratch.taken, 0, bits);
    w->q = &x->q;
    w->side = ts_tree_cursor_new(root);
    walk_tree(w, root);
    ts_tree_cursor_delete(&w->side);
    emit_finish(w);
    if (w->f->errors && w->f->status == CODE_OK)
        w->f->status = CODE_PARTIAL;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static uint64_t mix_str(uint64_t h, struct str s)
{
    return mix(mix(h, s.n), str_hash(s));
}

/* Of all that is told of a file. Never 0. */
static uint64_t digest_of(const struct code_file *f)
{
    uint64_t h = mix((uint64_t)f->status, f->errors);

    h = mix_str(mix(h, f->error_bytes), f->package);
    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];

        h = mix_str(mix_str(h, d->name), d->qualified);
        h = mix_str(mix_str(h, d->signature), d->doc);
        h = mix(mix(h, d->kind * 2u + d->exported), (uint64_t)d->parent);
        h = mix(mix(mix(h, d->start), d->end), d->hash);
    }
    for (size_t i = 0; i < f->n_refs; i++) {
        const struct code_ref *r = &f->refs[i];

        h = mix_str(mix_str(h, r->name), r->qualifier);
        h = mix(mix(h, r->kind * 2u + r->member), (uint64_t)r->def);
        h = mix(h, r->start);
    }
    for (size_t i = 0; i < f->n_imports; i++) {
        const struct code_import *m = &f->imports[i];

        h = mix_str(mix_str(h, m->module), m->name);
        h = mix(mix_str(h, m->alias), m->line);
    }
    return h | 1;
}

/* The tree is kept for the next version. */
static void keep(struct code_parser *p, const TSLanguage *g, struct str text,
                 TSTree *tree, struct code_file *f)
{
    const struct kept *was = kept_same(&p->kept, g, text);
    struct kept v = {.g = g, .tree = tree, .text = text};

    if (f->unsure || (was && was->digest))
        v.digest = digest_of(f);
    f->confirmed = was && was->digest && was->digest == v.digest;
    if (!f->unsure)
        v.digest = 0;
    kept_put(&p->kept, &p->keep, &v);
}

static int by_grammar(struct code_parser *p, struct str text, struct arena *a,
                      struct code_file *f, struct err *e)
{
    struct loaded *x = load(p, f->language);
    struct walk w = {.language = f->language,
                     .text = text,
                     .a = a,
                     .f = f,
                     .limits = &p->limits,
                     .s = &p->scratch,
                     .inject = inject,
                     .parser = p};
    bool keeps = p->keep.max_bytes && text.n >= p->keep.min_bytes;
    TSTree *tree;

    if (!x->there) {
        f->status = CODE_NO_GRAMMAR;
        return 0;
    }
    if (x->wrong) {
        if (e)
            *e = x->e;
        return CM_EFORMAT;
    }
    if (!p->ts)
        p->ts = ts_parser_new();
    tree = keeps ? parse_again(p, x->q.grammar, &text, &f->unsure)
                 : parse(p, x->q.grammar, &text, NULL);
    if (!tree) {
        f->status = CODE_TIMED_OUT;
        return 0;
    }
    take_tree(p, x, tree, &w);
    if (keeps)
        keep(p, x->q.grammar, text, tree, f);
    else
        ts_tree_delete(tree);
    return 0;
}

int64_t code_parse_only(struct code_parser *p, const struct language *l,
                        struct str text, struct err *e)
{
    struct loaded *x = l->grammar ? load(p, l) : NULL;
    TSTree *tree;
    int64_t n;

    if (!x || !x->there)
        return err_set(e, CM_ENOTFOUND, "no grammar for %s", l->label);
    if (!p->ts)
        p->ts = ts_parser_new();
    tree = parse(p, x->q.grammar, &text, NULL);
    if (!tree)
        return err_set(e, CM_ETIME, "it takes too long to parse");
    n = ts_node_descendant_count(ts_tree_root_node(tree));
    ts_tree_delete(tree);
    return n;
}

#else

static int by_grammar(struct code_parser *p, struct str text, struct arena *a,
                      struct code_file *f, struct err *e)
{
    (void)p, (void)text, (void)a, (void)e;
    f->status = CODE_NO_GRAMMAR;
    return 0;
}

int64_t code_parse_only(struct code_parser *p, const struct language *l,
                        struct str text, struct err *e)
{
    (void)p, (void)text;
    return err_set(e, CM_ENOTFOUND, "no grammar for %s", l->label);
}

#endif

int code_parse(struct code_parser *p, const struct language *l, struct str text,
               struct arena *a, struct code_file *out, struct err *e)
{
    struct code_file f = {.language = l};
    int rc = 0;

    if (text.n > p->limits.max_bytes) {
        f.status = CODE_TOO_LARGE;
    } else if (memchr(text.p ? text.p : "", '\0',
                      text.n < BINARY_LOOK ? text.n : BINARY_LOOK)) {
        f.status = CODE_BINARY;
    } else {
        f.lines = count_lines(text);
        if (l->outliner)
            outline(l, text, a, &p->limits, &f);
        else
            rc = by_grammar(p, text, a, &f, e);
    }
    if (rc == 0)
        *out = f;
    return rc;
}
