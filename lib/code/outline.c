/* outline.c - see outline.h: the reader of lines, GraphQL and Protocol
 * Buffers. */
#include "base/common.h"

#include "code/outline.h"
#include "code/outline_line.h"
#include "code/text.h"

static struct str slice(const struct outline *o, uint32_t from, uint32_t to)
{
    return str_cut(o->text, from, to);
}

/* Without what a comment on the line says; not inside a string. */
static struct str without_remark(const struct outline *o, struct str s)
{
    struct str mark = str_of(o->remark);
    char quote = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (quote) {
            quote = s.p[i] == quote ? 0 : quote;
        } else if (s.p[i] == '"') {
            quote = s.p[i];
        } else if (str_starts(str_cut(s, i, s.n), mark)) {
            return str_trim(str_cut(s, 0, i));
        }
    }
    return s;
}

static bool is_doc_line(const struct outline *o, struct str s)
{
    return str_starts(s, str_of(o->remark)) ||
           (o->l->outliner == OUTLINE_GRAPHQL && str_starts(s, STR("\"")));
}

/* GraphQL's """ over several lines. */
static void rest_of_string(struct outline *o, struct str *rest, struct str s)
{
    struct str line;

    if (o->l->outliner != OUTLINE_GRAPHQL || !str_starts(s, STR("\"\"\"")) ||
        (s.n > 5 && str_ends(s, STR("\"\"\""))))
        return;
    while (str_line(rest, &line)) {
        o->number++;
        o->doc_end = (uint32_t)(line.p + line.n - o->text.p);
        if (str_find(line, STR("\"\"\"")) >= 0)
            break;
    }
}

bool outline_next(struct outline *o)
{
    uint32_t from = o->number ? o->start + (uint32_t)o->raw.n + 1 : 0;
    struct str rest, s;

    if (o->number && o->line.n) {
        o->last_end = o->start + (uint32_t)o->raw.n;
        o->last_number = o->number;
        if (!o->keeps_doc)
            o->doc_start = o->doc_end = 0;
        o->keeps_doc = false;
    }
    rest = slice(o, from, (uint32_t)o->text.n);
    while (str_line(&rest, &o->raw)) {
        o->number++;
        o->start = (uint32_t)(o->raw.p - o->text.p);
        s = str_trim(o->raw);
        if (!s.n) {
            o->doc_start = o->doc_end = 0;
            continue;
        }
        o->indent = (uint32_t)(s.p - o->raw.p);
        if (is_doc_line(o, s)) {
            if (!o->doc_end)
                o->doc_start = (uint32_t)(s.p - o->text.p);
            o->doc_end = (uint32_t)(s.p + s.n - o->text.p);
            rest_of_string(o, &rest, s);
            continue;
        }
        o->line = without_remark(o, s);
        return true;
    }
    return false;
}

enum code_kind outline_inside(const struct outline *o)
{
    return o->n_open ? o->f->defs[o->open[o->n_open - 1].def].kind : CODE_KINDS;
}

int32_t outline_add(struct outline *o, enum code_kind kind, struct str name,
                    bool exported)
{
    struct code_file *f = o->f;
    struct code_def *d;
    void *p;

    if (!name.n)
        return CODE_NO_DEF;
    if (f->n_defs >= o->limits->max_defs) {
        f->status = CODE_CUT;
        return CODE_NO_DEF;
    }
    if (f->n_defs == o->defs_cap) {
        o->defs_cap = o->defs_cap ? 2 * o->defs_cap : 64;
        p = arena_array(o->a, o->defs_cap, sizeof(*f->defs));
        if (f->n_defs)
            memcpy(p, f->defs, f->n_defs * sizeof(*f->defs));
        f->defs = p;
    }
    d = &f->defs[f->n_defs];
    *d = (struct code_def){
        .name = name,
        .qualified = name,
        .kind = kind,
        .exported = exported,
        .start = o->start + o->indent,
        .end = (uint32_t)(o->line.p + o->line.n - o->text.p),
        .name_start = (uint32_t)(name.p - o->text.p),
        .first_line = o->number,
        .last_line = o->number,
        .parent = o->n_open ? o->open[o->n_open - 1].def : CODE_NO_DEF};
    if (d->parent != CODE_NO_DEF)
        d->qualified = arena_fmt(o->a, "%.*s%s%.*s",
                                 STR_ARG(f->defs[d->parent].qualified),
                                 o->l->separator, STR_ARG(name));
    d->signature = text_signature(
        o->a, text_first_line(slice(o, d->start, (uint32_t)o->text.n)), false);
    if (o->line.n < d->signature.n)
        d->signature = text_signature(o->a, o->line, false);
    if (o->doc_end)
        d->doc = text_doc(o->a, slice(o, o->doc_start, o->doc_end));
    return (int32_t)f->n_defs++;
}

void outline_open(struct outline *o, int32_t def, int level)
{
    if (def == CODE_NO_DEF || o->n_open == OUTLINE_DEPTH)
        return;
    o->open[o->n_open].def = def;
    o->open[o->n_open++].level = level;
}

void outline_close(struct outline *o, int level, bool with_this)
{
    while (o->n_open && o->open[o->n_open - 1].level >= level) {
        struct code_def *d = &o->f->defs[o->open[--o->n_open].def];
        uint32_t end = with_this ? o->start + (uint32_t)o->raw.n : o->last_end;
        uint32_t number = with_this ? o->number : o->last_number;

        if (end > d->end) {
            d->end = end;
            d->last_line = number;
        }
    }
}

void outline_import(struct outline *o, struct str module, struct str name,
                    struct str alias)
{
    struct code_file *f = o->f;
    void *p;

    if (!module.n || f->n_imports >= o->limits->max_refs)
        return;
    if (f->n_imports == o->imports_cap) {
        o->imports_cap = o->imports_cap ? 2 * o->imports_cap : 16;
        p = arena_array(o->a, o->imports_cap, sizeof(*f->imports));
        if (f->n_imports)
            memcpy(p, f->imports, f->n_imports * sizeof(*f->imports));
        f->imports = p;
    }
    f->imports[f->n_imports++] =
        (struct code_import){module, name, alias, o->number};
}

struct str outline_word(struct str *s, const char *extra)
{
    struct str w;
    size_t n = 0;

    *s = str_trim(*s);
    while (n < s->n &&
           (is_alnum(s->p[n]) || s->p[n] == '_' || strchr(extra, s->p[n])))
        n++;
    w = str_cut(*s, 0, n);
    *s = str_cut(*s, n, s->n);
    return w;
}

bool outline_take(struct str *s, const char *word)
{
    size_t n = strlen(word);

    if (!str_starts(*s, str_of(word)) || (s->n > n && !is_space(s->p[n])))
        return false;
    *s = str_trim(str_cut(*s, n, s->n));
    return true;
}

/* Braces of a line, those in strings left out. */
static int depth_of(struct str s, int depth)
{
    bool quoted = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (!quoted)
            depth += (s.p[i] == '{') - (s.p[i] == '}');
    }
    return depth;
}

/* What is between the first pair of braces of a line. */
static struct str in_braces(struct str s)
{
    ptrdiff_t open = str_chr(s, '{'), close = str_rchr(s, '}');

    if (open < 0)
        return STR_NONE;
    return str_cut(s, (size_t)open + 1, close > open ? (size_t)close : s.n);
}

struct keyword {
    const char *word;
    enum code_kind kind;
};

/* A declaration that begins with a keyword. */
static int32_t by_keyword(struct outline *o, const struct keyword *k, size_t n,
                          const char *extra)
{
    struct str s = o->line;

    outline_take(&s, "extend");
    for (size_t i = 0; i < n; i++) {
        struct str rest = s;

        if (outline_take(&rest, k[i].word))
            return outline_add(o, k[i].kind, outline_word(&rest, extra), true);
    }
    return CODE_NO_DEF;
}

static void graphql_member(struct outline *o, struct str s)
{
    enum code_kind in = outline_inside(o);
    struct str name;

    while (s.n) {
        name = outline_word(&s, "");
        if (!name.n)
            return;
        s = str_trim(s);
        if (in == CODE_ENUM)
            outline_add(o, CODE_MEMBER, name, true);
        else if (in != CODE_KINDS && (str_starts(s, STR(":")) ||
                                      str_starts(s, STR("("))))
            outline_add(o, CODE_FIELD, name, true);
        if (in != CODE_ENUM)
            return;
        while (s.n && (is_space(s.p[0]) || s.p[0] == ','))
            s = str_cut(s, 1, s.n);
    }
}

static void graphql(struct outline *o)
{
    static const struct keyword keywords[] = {
        {"type", CODE_STRUCT},         {"interface", CODE_INTERFACE},
        {"enum", CODE_ENUM},           {"input", CODE_STRUCT},
        {"union", CODE_UNION},         {"scalar", CODE_TYPE},
        {"directive", CODE_MACRO},     {"query", CODE_FUNCTION},
        {"mutation", CODE_FUNCTION},   {"subscription", CODE_FUNCTION},
        {"fragment", CODE_FUNCTION}};
    int depth = 0, before;
    int32_t def;

    while (outline_next(o)) {
        before = depth;
        depth = depth_of(o->line, depth);
        def = CODE_NO_DEF;
        if (before == 0)
            def = by_keyword(o, keywords, ARRAY_LEN(keywords), "@");
        if (def != CODE_NO_DEF && str_chr(o->line, '{') >= 0) {
            outline_open(o, def, before);
            if (outline_inside(o) == CODE_ENUM)
                graphql_member(o, in_braces(o->line));
        } else if (before == 1 && outline_inside(o) != CODE_FUNCTION) {
            graphql_member(o, o->line);
        }
        outline_close(o, depth, true);
    }
}

/* "repeated Point points = 2;": what stands before the '='. */
static void protobuf_field(struct outline *o)
{
    ptrdiff_t eq = str_chr(o->line, '=');
    struct str s = str_trim(str_cut(o->line, 0, eq > 0 ? (size_t)eq : 0));
    enum code_kind in = outline_inside(o);
    size_t n = s.n;

    while (n && (is_alnum(s.p[n - 1]) || s.p[n - 1] == '_'))
        n--;
    if (n == s.n || str_starts(s, STR("option")))
        return;
    if (in == CODE_ENUM && n == 0)
        outline_add(o, CODE_MEMBER, s, true);
    else if (n > 0 && (in == CODE_STRUCT || in == CODE_UNION))
        outline_add(o, CODE_FIELD, str_cut(s, n, s.n), true);
}

static void protobuf_head(struct outline *o)
{
    struct str s = o->line;
    ptrdiff_t from, to;

    if (outline_take(&s, "package")) {
        o->f->package = outline_word(&s, ".");
    } else if (outline_take(&s, "import")) {
        from = str_chr(s, '"');
        to = str_rchr(s, '"');
        if (from >= 0 && to > from)
            outline_import(o, str_cut(s, (size_t)from + 1, (size_t)to),
                           STR_NONE, STR_NONE);
    }
}

static void protobuf(struct outline *o)
{
    static const struct keyword keywords[] = {
        {"message", CODE_STRUCT}, {"enum", CODE_ENUM},
        {"service", CODE_INTERFACE}, {"rpc", CODE_METHOD},
        {"oneof", CODE_UNION}};
    int depth = 0, before;
    int32_t def;

    while (outline_next(o)) {
        before = depth;
        depth = depth_of(o->line, depth);
        def = by_keyword(o, keywords, ARRAY_LEN(keywords), ".");
        if (def != CODE_NO_DEF && str_chr(o->line, '{') >= 0)
            outline_open(o, def, before);
        else if (def == CODE_NO_DEF && before)
            protobuf_field(o);
        else if (def == CODE_NO_DEF)
            protobuf_head(o);
        outline_close(o, depth, true);
    }
}

void outline(const struct language *l, struct str text, struct arena *a,
             const struct code_limits *limits, struct code_file *f)
{
    static const struct {
        void (*read)(struct outline *);
        const char *remark;
    } ways[] = {
        [OUTLINE_CMAKE] = {outline_cmake, "#"},
        [OUTLINE_DOCKER] = {outline_docker, "#"},
        [OUTLINE_ERLANG] = {outline_erlang, "%"},
        [OUTLINE_GRAPHQL] = {graphql, "#"},
        [OUTLINE_NIM] = {outline_nim, "#"},
        [OUTLINE_PROTOBUF] = {protobuf, "//"},
    };
    struct outline o = {.l = l, .text = text, .a = a, .limits = limits, .f = f};

    o.remark = ways[l->outliner].remark;
    ways[l->outliner].read(&o);
    o.number = o.last_number; /* the end of the text ends everything */
    outline_close(&o, -1, false);
    for (size_t i = 0; i < f->n_defs; i++) {
        struct code_def *d = &f->defs[i];

        d->hash = text_hash(
            str_cut(text, d->start, d->name_start),
            str_cut(text, d->name_start + d->name.n, d->end));
    }
}
