/* touch_find.c - see touch_find.h. */
#include "base/common.h"

#include "base/redact.h"
#include "code/language.h"
#include "ops/touch_find.h"

/* Definitions stand in each other a few deep; a file where painting each over
 * what is around it would take more steps than this per line is told as such.
 */
#define PAINT_PER_LINE 64

struct finding {
    const struct edited *ed;
    const struct code_file *f;
    struct str path;
    struct str *line; /* from 1 */
    uint32_t nlines;
    uint32_t *first;  /* of each definition, with what is said above it */
    int32_t *owner;   /* of each line: the innermost definition, or none */
    bool *touched;    /* each definition, and behind them the file */
    struct arena *a;
    struct touch_in *v;
    size_t n, max;
};

struct str touch_path(struct str path, struct str root)
{
    if (root.n && str_starts(path, root) && path.n > root.n + 1 &&
        path.p[root.n] == '/')
        return str_cut(path, root.n + 1, path.n);
    return path;
}

/* --- lines -------------------------------------------------------------------------- */

static void split(struct finding *g)
{
    struct str rest = g->ed->text, line;
    uint32_t n = 2;

    for (size_t i = 0; i < rest.n; i++)
        n += rest.p[i] == '\n';
    g->line = arena_array(g->a, n + 1, sizeof(*g->line));
    while (g->nlines + 1 < n && str_line(&rest, &line))
        g->line[++g->nlines] = str_trim(line);
}

static bool is_blank(const struct finding *g, uint32_t line)
{
    return line == 0 || line > g->nlines || g->line[line].n == 0;
}

/* Comments, decorators, attributes: what stands above a definition and is
 * about it. "#include" and "#define" are none. */
static bool is_said_above(struct str s)
{
    static const char *const marks[] = {"//", "/*", "*/", "* ", "@",  "--",
                                        ";;", "%%", "<!", "#[", "##", "# ",
                                        "#!", "[",  "{-"};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_starts(s, str_of(marks[i])))
            return true;
    return str_eqz(s, "*") || str_eqz(s, "#");
}

/* Where what belongs to the definition begins; not above `floor`. */
static uint32_t begin_of(const struct finding *g, uint32_t first,
                         uint32_t floor)
{
    uint32_t at = first;

    while (at > floor + 1 && !is_blank(g, at - 1)) {
        if (str_ends(g->line[at - 1], STR("*/"))) {
            uint32_t open = at - 1;

            while (open > floor + 1 &&
                   str_find(g->line[open], STR("/*")) < 0)
                open--;
            if (!str_starts(g->line[open], STR("/*")))
                break; /* behind code */
            at = open;
            continue;
        }
        if (!is_said_above(g->line[at - 1]))
            break;
        at--;
    }
    return at;
}

/* A variable of a block that has no name (a callback, an "if"): nobody speaks
 * of it from elsewhere. */
static bool is_passing(const struct finding *g, const struct code_def *d)
{
    size_t at = d->start;

    if ((d->kind != CODE_VARIABLE && d->kind != CODE_CONSTANT) ||
        d->parent != CODE_NO_DEF)
        return false;
    while (at && g->ed->text.p[at - 1] != '\n')
        at--;
    return is_space(g->ed->text.p[at]);
}

/* Which definition each line belongs to. */
static void paint(struct finding *g)
{
    const struct code_file *f = g->f;
    uint64_t left = (uint64_t)(g->nlines + 1) * PAINT_PER_LINE;
    uint32_t *ended; /* per parent: where its last child ended */

    g->owner = arena_array(g->a, g->nlines + 2, sizeof(*g->owner));
    g->first = arena_array(g->a, f->n_defs + 1, sizeof(*g->first));
    ended = arena_array(g->a, f->n_defs + 1, sizeof(*ended));
    for (uint32_t i = 0; i <= g->nlines + 1; i++)
        g->owner[i] = CODE_NO_DEF;
    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];
        size_t up = d->parent == CODE_NO_DEF ? f->n_defs : (size_t)d->parent;
        uint32_t floor = ended[up], last = d->last_line;

        if (d->parent != CODE_NO_DEF && f->defs[up].first_line > floor)
            floor = f->defs[up].first_line;
        if (last > g->nlines)
            last = g->nlines;
        g->first[i] = floor < d->first_line
                          ? begin_of(g, d->first_line, floor)
                          : d->first_line;
        ended[up] = d->last_line;
        for (uint32_t k = g->first[i];
             k <= last && left && !is_passing(g, d); k++, left--)
            g->owner[k] = (int32_t)i;
    }
}

/* --- which definitions ----------------------------------------------------------------- */

static bool is_part(enum code_kind k)
{
    return k == CODE_FIELD || k == CODE_MEMBER;
}

static bool is_callable_inside(const struct code_file *f, int32_t def)
{
    for (int32_t i = f->defs[def].parent; i != CODE_NO_DEF;
         i = f->defs[i].parent)
        if (code_kind_is_callable(f->defs[i].kind))
            return true;
    return false;
}

/* Of each definition: has it others in it than fields? */
static bool *with_more(const struct code_file *f, struct arena *a)
{
    bool *more = arena_array(a, f->n_defs + 1, sizeof(*more));

    for (size_t i = 0; i < f->n_defs; i++)
        if (f->defs[i].parent != CODE_NO_DEF && !is_part(f->defs[i].kind))
            more[f->defs[i].parent] = true;
    return more;
}

/* A field of what has nothing but fields is told as that: they are read and
 * changed together. */
static int32_t told_as(const struct code_file *f, const bool *more, int32_t def)
{
    int32_t up = def == CODE_NO_DEF ? CODE_NO_DEF : f->defs[def].parent;

    if (up != CODE_NO_DEF && is_part(f->defs[def].kind) && !more[up])
        return up;
    return def;
}

static void touch(struct finding *g, const bool *more, int32_t def)
{
    def = told_as(g->f, more, def);
    g->touched[def == CODE_NO_DEF ? (int32_t)g->f->n_defs : def] = true;
}

/* The innermost definition that has both lines. */
static int32_t around(const struct finding *g, uint32_t line, uint32_t next)
{
    int32_t def = line <= g->nlines ? g->owner[line] : CODE_NO_DEF;

    while (def != CODE_NO_DEF && g->f->defs[def].last_line < next)
        def = g->f->defs[def].parent;
    return def;
}

static void mark_changed(struct finding *g)
{
    const bool *more = with_more(g->f, g->a);

    for (size_t i = 0; i < g->ed->n; i++) {
        struct line_range r = g->ed->line[i];
        bool any = false;

        for (uint32_t k = r.first; k <= r.last && k <= g->nlines; k++) {
            if (is_blank(g, k))
                continue;
            touch(g, more, g->owner[k]);
            any = true;
        }
        if (any)
            continue;
        touch(g, more, around(g, r.first ? r.first - 1 : 0, r.last + 1));
    }
}

static void mark_whole(struct finding *g)
{
    const bool *more = with_more(g->f, g->a);
    bool any = false;

    for (size_t i = 0; i < g->f->n_defs; i++) {
        if (is_callable_inside(g->f, (int32_t)i) ||
            is_passing(g, &g->f->defs[i]) ||
            told_as(g->f, more, (int32_t)i) != (int32_t)i)
            continue;
        g->touched[i] = any = true;
    }
    g->touched[g->f->n_defs] = !any;
}

static bool is_whole(const struct finding *g)
{
    return g->ed->n == 1 && g->ed->line[0].first == 1 &&
           g->ed->line[0].last >= g->nlines;
}

/* --- out ------------------------------------------------------------------------------- */

static struct str body_of(struct finding *g, struct str text)
{
    struct buf b;
    struct str s = STR_NONE;

    if (text.n > TOUCH_BODY_MAX)
        return s;
    if (!redact_maybe(text))
        return text;
    buf_init(&b, 4 * TOUCH_BODY_MAX);
    redact_text(text, &b);
    if (!buf_is_full(&b) && b.len <= TOUCH_BODY_MAX)
        s = arena_str(g->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void put_def(struct finding *g, size_t i)
{
    const struct code_def *d = &g->f->defs[i];

    if (g->n < g->max && d->qualified.n)
        g->v[g->n++] = (struct touch_in){
            .path = g->path,
            .symbol = d->qualified,
            .kind = str_of(code_kind_name(d->kind)),
            .modified = g->ed->modified,
            .first_line = d->first_line,
            .last_line = d->last_line,
            .hash = d->hash,
            .body = body_of(g, str_cut(g->ed->text, d->start, d->end)),
        };
}

static void put_file(struct finding *g)
{
    if (g->n < g->max && g->ed->modified)
        g->v[g->n++] = (struct touch_in){
            .path = g->path,
            .modified = true,
            .first_line = 1,
            .last_line = g->nlines,
            .hash = str_hash(g->ed->text) | 1, /* as code/scan.h's */
        };
}

static void find(struct finding *g)
{
    size_t n = g->f->n_defs;

    split(g);
    g->touched = arena_array(g->a, n + 1, sizeof(*g->touched));
    paint(g);
    if (is_whole(g))
        mark_whole(g);
    else
        mark_changed(g);
    for (size_t i = 0; i < n; i++)
        if (g->touched[i])
            put_def(g, i);
    if (g->touched[n])
        put_file(g);
}

size_t touch_find(struct code_parser *p, const struct edited *ed,
                  struct str root, struct arena *a, struct touch_in *v,
                  size_t max)
{
    struct code_file f = {0};
    struct finding g = {.ed = ed,
                        .f = &f,
                        .path = touch_path(ed->path, root),
                        .a = a,
                        .v = v,
                        .max = max};
    const struct language *l = language_of(ed->path, ed->text);

    /* Without a parse there are no definitions, and the file is touched. */
    if (l && code_parse(p, l, ed->text, a, &f, NULL) < 0)
        f.n_defs = 0;
    find(&g);
    return g.n;
}
