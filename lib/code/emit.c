/* emit.c - what a walk found, written down: see walk.h. */
#include "base/common.h"

#include "code/import.h"
#include "code/language.h"
#include "code/text.h"
#include "code/walk.h"

#if CODE_HAVE_SITTER

/* Hashing reads a definition as often as definitions are around it. Nests
 * that would make that costly are left without a hash. */
#define HASH_READS 24
/* Definitions among which a method's owner is looked for as a namespace. */
#define MODULES_LOOK 256

/* Room for one more element; arrays grow in the arena, by doubling. */
static bool grow(struct arena *a, void **v, size_t n, size_t *cap, size_t size)
{
    void *p;

    if (n < *cap)
        return true;
    *cap = *cap ? 2 * *cap : 64;
    p = arena_array(a, *cap, size);
    if (n)
        memcpy(p, *v, n * size);
    *v = p;
    return true;
}

bool emit_taken(struct walk *w, uint32_t start)
{
    uint8_t bit = (uint8_t)(1u << (start & 7));
    bool was = w->s->taken[start >> 3] & bit;

    w->s->taken[start >> 3] |= bit;
    return was;
}

struct str emit_qualified(struct walk *w, struct str owner, struct str name)
{
    if (!owner.n)
        return name;
    return arena_fmt(w->a, "%.*s%s%.*s", STR_ARG(owner), w->language->separator,
                     STR_ARG(name));
}

/* Is it a string that says what is around it? Where only some of its kind
 * do ("@moduledoc"), by the words. */
static bool is_docstring(const struct walk *w, TSNode n)
{
    TSSymbol s = ts_node_symbol(n);
    uint8_t flags = s < w->q->n_rows ? w->q->rows[s].flags : 0;

    if (!(flags & NODE_DOCSTRING) || !(flags & NODE_DOC))
        return flags & NODE_DOCSTRING;
    for (size_t i = 0; i < w->q->doc_words.n; i++)
        if (str_starts(walk_text(w, n), w->q->doc_words.v[i]))
            return true;
    return false;
}

/* The string that begins the body. */
static struct str docstring(struct walk *w, TSNode body)
{
    TSNode c = body;

    for (int i = 0; i < 2; i++) {
        c = ts_node_named_child(c, 0);
        if (ts_node_is_null(c))
            return STR_NONE;
        if (is_docstring(w, c))
            return walk_text(w, c);
        if (ts_node_symbol(c) < w->q->n_rows &&
            w->q->rows[ts_node_symbol(c)].flags & NODE_COMMENT)
            return STR_NONE;
    }
    return STR_NONE;
}

/* "list.c - a list" and "@file" are about the file, not about what happens to
 * come first in it. */
static bool is_about_file(const struct language *l, struct str doc)
{
    struct str rest = str_of(l->extensions), ext, word = doc;
    ptrdiff_t blank = str_chr(doc, ' '), dot;

    if (str_starts(doc, STR("@file")) || str_starts(doc, STR("\\file")))
        return true;
    if (blank <= 0)
        return false;
    word.n = (size_t)blank - (doc.p[blank - 1] == ':');
    if (word.n == (size_t)blank &&
        !str_starts(str_cut(doc, word.n, doc.n), STR(" -")))
        return false;
    dot = str_rchr(word, '.');
    while (dot > 0 && str_split(&rest, ' ', &ext))
        if (str_eq(ext, str_cut(word, (size_t)dot + 1, word.n)))
            return true;
    return false;
}

static void set_doc(struct walk *w, struct code_def *d, TSNode body)
{
    const struct frame *up = w->depth ? walk_frame(w, 1) : NULL;
    struct str raw = STR_NONE;

    if (!ts_node_is_null(body))
        raw = docstring(w, body);
    if (!raw.n && w->doc.there &&
        (w->doc.anchor == d->start ||
         (up && up->wraps && w->doc.anchor == up->outer))) {
        raw = str_cut(w->text, w->doc.start, w->doc.end);
        w->doc.there = false;
    }
    if (raw.n)
        d->doc = text_doc(w->a, raw);
    if (is_about_file(w->language, d->doc))
        d->doc = STR_NONE;
}

static enum code_kind kind_in(const struct scope *s, enum code_kind k)
{
    if (!s->container || s->module)
        return k;
    if (k == CODE_FUNCTION)
        return CODE_METHOD;
    return k == CODE_VARIABLE ? CODE_FIELD : k;
}

/* The type that a method says it belongs to, when that is not around it. */
static struct str owner_of(struct walk *w, const struct rule *r, TSNode n,
                           const struct found *name)
{
    struct found owner;
    TSNode at;

    if (!r->owner)
        return name->qualifier;
    at = walk_follow(w, n, r->owner);
    if (ts_node_is_null(at) || !walk_name(w, at, &owner) ||
        ts_node_eq(owner.node, name->node))
        return STR_NONE;
    return owner.name;
}

/* "Shape.prototype" is Shape, and "module.exports" nothing. */
static struct str drop_noise(struct walk *w, struct str owner, bool *exports)
{
    struct str rest = owner, part, out = STR_NONE;

    if (!w->q->noise.n)
        return owner;
    while (str_split(&rest, '.', &part)) {
        if (words_have(&w->q->noise, part))
            *exports = *exports || str_eqz(part, "exports");
        else
            out = emit_qualified(w, out, part);
    }
    return out;
}

/* Where the signature ends: at the body, or the comment before it. */
static uint32_t signature_end(struct walk *w, TSNode n, uint32_t name_end,
                              TSNode body)
{
    uint32_t end = ts_node_end_byte(n);

    if (ts_node_is_null(body) || ts_node_start_byte(body) < name_end)
        return end;
    end = ts_node_start_byte(body);
    if (!memchr(w->text.p + name_end, '\n', end - name_end))
        return end;
    ts_tree_cursor_reset(&w->side, n);
    if (!ts_tree_cursor_goto_first_child(&w->side))
        return end;
    do {
        TSNode c = ts_tree_cursor_current_node(&w->side);
        TSSymbol s = ts_node_symbol(c);

        if (ts_node_start_byte(c) >= end)
            break;
        if (ts_node_start_byte(c) >= name_end && s < w->q->n_rows &&
            w->q->rows[s].flags & NODE_COMMENT)
            return ts_node_start_byte(c);
    } while (ts_tree_cursor_goto_next_sibling(&w->side));
    return end;
}

/* "static struct s {" and what stands behind its "}" far below. */
static struct str around_body(struct walk *w, const struct code_def *d,
                              struct str line)
{
    struct str name = text_first_line(str_cut(w->text, d->name_start, d->end));
    uint32_t at = d->name_start;

    line = str_trim(line);
    if (!str_ends(line, STR("{")))
        return line;
    while (at > d->start && w->text.p[at] != '}')
        at--;
    if (w->text.p[at] != '}')
        return line;
    return arena_fmt(w->a, "%.*s ... %.*s", STR_ARG(line),
                     STR_ARG(str_cut(w->text, at, d->name_start + name.n)));
}

static void set_signature(struct walk *w, struct code_def *d, TSNode n,
                          TSNode body)
{
    uint32_t behind = d->name_start + (uint32_t)d->name.n;
    struct str text =
        str_cut(w->text, d->start, signature_end(w, n, behind, body));
    bool code = d->kind < CODE_HEADING;
    struct str line = STR_NONE;

    if (ts_node_is_null(body)) {
        /* "[Obsolete]" on a line of its own is not all of it. */
        line = text_first_line(text);
        if (code && line.p + line.n <= w->text.p + d->name_start)
            line = text_first_line(str_cut(
                w->text, d->start,
                (size_t)(text_first_line((struct str){w->text.p + d->name_start,
                                                      d->end - d->name_start})
                             .n) +
                    d->name_start));
        if (code && line.p + line.n <= w->text.p + d->name_start)
            line = around_body(w, d, line);
        text = line;
    }
    d->signature = text_signature(w->a, text, code);
}

static bool is_last_part(struct str path, struct str name)
{
    return str_ends(path, name) &&
           (path.n == name.n || strchr(".:", path.p[path.n - name.n - 1]));
}

/* "MACRO MACRO" before what did not parse: a declaration without its end is
 * none where an error follows. */
static bool is_torn(const struct rule *r, TSNode n)
{
    TSNode next;

    if ((r->what != CODE_VARIABLE && r->what != CODE_FIELD) ||
        !ts_node_has_error(n) ||
        !ts_node_is_missing(ts_node_child(n, ts_node_child_count(n) - 1)))
        return false;
    next = ts_node_next_sibling(n);
    return !ts_node_is_null(next) && ts_node_is_error(next);
}

/* Is it a module that this text opens, near its beginning, or what one is in?
 * "int ns::f() {}" is no method. */
static bool is_module(const struct walk *w, struct str owner)
{
    size_t n = w->f->n_defs < MODULES_LOOK ? w->f->n_defs : MODULES_LOOK;

    for (size_t i = 0; i < n; i++) {
        const struct code_def *d = &w->f->defs[i];

        if (d->kind == CODE_MODULE && str_starts(d->qualified, owner) &&
            (d->qualified.n == owner.n || d->qualified.p[owner.n] == ':'))
            return true;
    }
    return false;
}

int32_t emit_def(struct walk *w, const struct rule *r, TSNode n,
                 const struct found *name)
{
    struct code_file *f = w->f;
    const struct scope *s = walk_scope(w);
    TSNode body = {0};
    struct str owner;
    struct code_def *d;
    bool exports = false;

    if (f->n_defs >= w->limits->max_defs) {
        f->status = CODE_CUT;
        return CODE_NO_DEF;
    }
    if (words_have(&w->q->reserved, name->name) || is_torn(r, n) ||
        emit_taken(w, ts_node_start_byte(name->node)))
        return CODE_NO_DEF;
    grow(w->a, (void **)&f->defs, f->n_defs, &w->defs_cap, sizeof(*f->defs));
    d = &f->defs[f->n_defs];
    *d = (struct code_def){.name = name->name, .parent = s->def};
    d->start = ts_node_start_byte(n);
    d->end = ts_node_end_byte(n);
    d->name_start = ts_node_start_byte(name->node);
    d->first_line = ts_node_start_point(n).row + 1;
    d->last_line = ts_node_end_point(n).row + 1;
    while (d->end > d->start && is_space(w->text.p[d->end - 1]))
        d->last_line -= w->text.p[--d->end] == '\n';
    if (r->body)
        body = walk_follow(w, n, r->body);
    d->kind = kind_in(s, (enum code_kind)r->what);
    owner = drop_noise(w, owner_of(w, r, n, name), &exports);
    if (owner.n && d->kind == CODE_FUNCTION && !is_module(w, owner))
        d->kind = CODE_METHOD;
    /* A::A, however it is written; but what a method has in it is none. */
    if (d->kind == CODE_METHOD && (owner.n || s->container) &&
        is_last_part(owner.n ? owner : s->qualified, d->name))
        d->kind = CODE_CONSTRUCTOR;
    d->qualified =
        emit_qualified(w, s->qualified, emit_qualified(w, owner, d->name));
    set_signature(w, d, n, body);
    set_doc(w, d, body);
    d->exported = exports || walk_exported(w, r, n, d->name);
    return (int32_t)f->n_defs++;
}

int32_t emit_merged(struct walk *w, TSNode n, const struct found *name)
{
    struct code_file *f = w->f;
    int32_t parent = walk_scope(w)->def, i = (int32_t)f->n_defs - 1;
    struct code_def *d;

    while (i >= 0 && i != parent && f->defs[i].parent != parent)
        i--;
    if (i < 0 || i == parent || !str_eq(f->defs[i].name, name->name))
        return CODE_NO_DEF;
    d = &f->defs[i];
    if (d->start == ts_node_start_byte(n))
        return CODE_NO_DEF;
    d->end = ts_node_end_byte(n);
    d->last_line = ts_node_end_point(n).row + 1;
    while (d->end > d->start && is_space(w->text.p[d->end - 1]))
        d->last_line -= w->text.p[--d->end] == '\n';
    emit_taken(w, ts_node_start_byte(name->node));
    return i;
}

void emit_ref(struct walk *w, const struct rule *r, const struct found *name)
{
    struct code_file *f = w->f;
    uint32_t start = ts_node_start_byte(name->node);

    if (f->n_refs >= w->limits->max_refs) {
        f->status = CODE_CUT;
        return;
    }
    /* A type of one letter is a type parameter, by every convention, and
     * nobody looks for who uses x. */
    if (name->name.n == 1 && !name->member &&
        (r->what == CODE_REF_TYPE || r->what == CODE_REF_USE))
        return;
    if (words_have(&w->q->ignored, name->name) || emit_taken(w, start))
        return;
    grow(w->a, (void **)&f->refs, f->n_refs, &w->refs_cap, sizeof(*f->refs));
    f->refs[f->n_refs++] =
        (struct code_ref){.name = name->name,
                          .qualifier = name->qualifier,
                          .member = name->member,
                          .kind = (enum code_ref_kind)r->what,
                          .start = start,
                          .line = ts_node_start_point(name->node).row + 1,
                          .def = walk_scope(w)->def};
}

void emit_import(struct walk *w, const struct rule *r, TSNode n)
{
    struct code_file *f = w->f;
    struct code_import room[IMPORT_NAMES];
    struct import_list l = {.a = w->a, .v = room};

    l.line = ts_node_start_point(n).row + 1;
    import_read((enum import_style)r->what, walk_text(w, n), &l);
    for (size_t i = 0; i < l.n; i++) {
        if (f->n_imports >= w->limits->max_refs)
            return;
        grow(w->a, (void **)&f->imports, f->n_imports, &w->imports_cap,
             sizeof(*f->imports));
        f->imports[f->n_imports++] = room[i];
    }
}

static bool is_listed(const struct walk *w, struct str name)
{
    uint64_t hash = str_hash(name);

    for (size_t i = 0; i < w->n_exports; i++)
        if (w->s->exports[i] == hash)
            return true;
    return false;
}

/* What names an export later on, and what is known only through something
 * that is not. */
static void finish_exports(struct walk *w)
{
    bool listed = w->q->exported == EXPORTED_LISTED && w->n_exports;

    for (size_t i = 0; i < w->f->n_defs; i++) {
        struct code_def *d = &w->f->defs[i];

        if (d->parent != CODE_NO_DEF)
            d->exported = d->exported && w->f->defs[d->parent].exported;
        else if (listed)
            d->exported = d->exported && is_listed(w, d->name);
        else if (w->n_exports && !d->exported)
            d->exported = is_listed(w, d->name);
    }
}

static int by_start(const void *a, const void *b)
{
    const struct code_ref *x = a, *y = b;

    return (x->start > y->start) - (x->start < y->start);
}

void emit_finish(struct walk *w)
{
    struct code_file *f = w->f;
    uint64_t left = (uint64_t)w->text.n * HASH_READS + 4096;

    finish_exports(w);
    for (size_t i = 0; i < f->n_defs; i++) {
        struct code_def *d = &f->defs[i];
        uint32_t behind = d->name_start + (uint32_t)d->name.n;

        if (left < d->end - d->start)
            break;
        left -= d->end - d->start;
        d->hash = text_hash(str_cut(w->text, d->start, d->name_start),
                            str_cut(w->text, behind, d->end));
    }
    for (size_t i = 1; i < f->n_refs; i++) {
        if (f->refs[i].start < f->refs[i - 1].start) {
            qsort(f->refs, f->n_refs, sizeof(*f->refs), by_start);
            break;
        }
    }
}

#endif
