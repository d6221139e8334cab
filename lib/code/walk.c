/* walk.c - over a tree, node by node: see walk.h. */
#include "base/common.h"

#include "code/walk.h"

#if CODE_HAVE_SITTER

/* Trees are some ten to fifty nodes deep. */
#define FRAMES_STEP 256

void scratch_free(struct scratch *s)
{
    free(s->frames);
    free(s->scopes);
    free(s->locals);
    free(s->table);
    free(s->exports);
    free(s->taken);
    *s = (struct scratch){0};
}

static void more(void **v, size_t *cap, size_t n, size_t size)
{
    void *p;

    if (n < *cap)
        return;
    *cap += *cap / 2 + FRAMES_STEP;
    p = realloc(*v, *cap * size);
    if (!p)
        CM_BUG("out of memory");
    *v = p;
}

static bool is_module(enum code_kind k)
{
    return k == CODE_MODULE || k == CODE_KEY || k == CODE_HEADING ||
           k == CODE_TABLE || k == CODE_ELEMENT || k == CODE_SELECTOR ||
           k == CODE_TARGET || k == CODE_TEST;
}

static void open_scope(struct walk *w, struct scope s)
{
    more((void **)&w->s->scopes, &w->s->scopes_cap, w->n_scopes, sizeof(s));
    w->s->scopes[w->n_scopes++] = s;
}

/* Until no more than n are open. */
static void close_scopes(struct walk *w, size_t n)
{
    bool was;

    while (w->n_scopes > n) {
        was = walk_scope(w)->callable;
        w->n_scopes--;
        if (was && !walk_scope(w)->callable) {
            local_filter(w);
            w->outer_refs = w->f->n_refs;
        }
    }
}

/* The scope of a definition that was just told. */
static void open_def(struct walk *w, const struct rule *r, int32_t def)
{
    const struct code_def *d = &w->f->defs[def];
    struct scope s = *walk_scope(w);
    bool callable = code_kind_is_callable(d->kind);

    if (callable && !s.callable) {
        w->outer_refs = w->f->n_refs;
        w->n_locals = 0;
    }
    s.def = def;
    s.until = 0;
    s.callable = s.callable || callable;
    s.hiding = r->closed;
    s.showing = r->open;
    s.container = code_kind_is_container(d->kind);
    s.module = is_module(d->kind);
    if (!r->flat)
        s.qualified = d->qualified;
    open_scope(w, s);
}

/* What each name of a node is for. */
typedef void name_fn(struct walk *w, const struct rule *r, TSNode n,
                     const struct found *name);

/* How far back a definition is looked for that says the same again. */
#define LOOK_BACK 64

static bool was_told(const struct walk *w, struct str name)
{
    const struct code_file *f = w->f;
    int32_t parent = walk_scope(w)->def;

    for (size_t i = f->n_defs; i > 0 && i + LOOK_BACK > f->n_defs; i--)
        if (f->defs[i - 1].parent == parent &&
            str_eq(f->defs[i - 1].name, name))
            return true;
    return false;
}

static void try_name(struct walk *w, const struct rule *r, TSNode n, TSNode at,
                     name_fn *take)
{
    struct found name;

    if (!ts_node_is_null(at) && walk_name(w, at, &name) &&
        !kinds_have(&r->avoid, name.via) &&
        (!r->upper || is_upper(name.name.p[0])) &&
        (!r->via.n || kinds_have(&r->via, name.via)) &&
        (!r->is.n || kinds_have(&r->is, walk_symbol(w, name.node))) &&
        (!r->once || !was_told(w, name.name)))
        take(w, r, n, &name);
}

/* The name of a node; with each=, every child of that its last step fits. */
static void names_of_node(struct walk *w, const struct rule *r, TSNode n,
                          name_fn *take)
{
    const struct step *s;
    TSTreeCursor c;
    TSNode at, parent = n;

    if (!r->each) {
        try_name(w, r, n, r->name ? walk_follow(w, n, r->name) : n, take);
        return;
    }
    for (uint8_t i = 0; i + 1 < r->name->n; i++) {
        parent = walk_step(w, parent, &r->name->step[i]);
        if (ts_node_is_null(parent))
            return;
    }
    s = &r->name->step[r->name->n - 1];
    c = ts_tree_cursor_new(parent);
    if (ts_tree_cursor_goto_first_child(&c)) {
        do {
            at = ts_tree_cursor_current_node(&c);
            /* A comma may have the field of what it stands between. */
            if (s->kind == STEP_FIELD
                    ? ts_tree_cursor_current_field_id(&c) == s->id &&
                          ts_node_is_named(at)
                : s->kind == STEP_FIRST ? ts_node_is_named(at)
                                        : walk_symbol(w, at) == s->id)
                try_name(w, r, n, r->then ? walk_follow(w, at, r->then) : at,
                         take);
        } while (ts_tree_cursor_goto_next_sibling(&c));
    }
    ts_tree_cursor_delete(&c);
}

static void name_def(struct walk *w, const struct rule *r, TSNode n,
                     const struct found *name)
{
    int32_t def = r->merge ? emit_merged(w, n, name) : CODE_NO_DEF;

    if (def == CODE_NO_DEF)
        def = emit_def(w, r, n, name);
    if (def != CODE_NO_DEF)
        w->told = def;
}

static void name_ref(struct walk *w, const struct rule *r, TSNode n,
                     const struct found *name)
{
    (void)n;
    /* What is called may be no name: a literal, a function on the spot. */
    for (size_t i = 0; i < name->name.n; i++)
        if (is_space(name->name.p[i]) || strchr("(){}[]\"<,", name->name.p[i]))
            return;
    if (name->name.n > 1 && strchr("*&!-", name->name.p[0]) &&
        is_alpha(name->name.p[1])) /* "*visit", an expression */
        return;
    emit_ref(w, r, name);
}

static void name_local(struct walk *w, const struct rule *r, TSNode n,
                       const struct found *name)
{
    (void)r, (void)n;
    local_add(w, name->name);
}

static void name_export(struct walk *w, const struct rule *r, TSNode n,
                        const struct found *name)
{
    (void)r, (void)n;
    more((void **)&w->s->exports, &w->s->exports_cap, w->n_exports,
         sizeof(*w->s->exports));
    w->s->exports[w->n_exports++] = str_hash(name->name);
}

/* The node behind n, if it is of the rule's `next`. */
static bool goes_on(struct walk *w, const struct rule *r, TSNode *next)
{
    TSTreeCursor c = ts_tree_cursor_copy(w->main);
    bool does = ts_tree_cursor_goto_next_sibling(&c);

    if (does) {
        *next = ts_tree_cursor_current_node(&c);
        does = kinds_have(&r->follow, walk_symbol(w, *next));
    }
    ts_tree_cursor_delete(&c);
    return does;
}

/* The one before it that went on until here. */
static void end_rest(struct walk *w, TSNode n)
{
    uint32_t end = ts_node_start_byte(n);
    struct code_def *d;

    if (w->n_scopes < 2 || walk_scope(w)->until != UINT32_MAX)
        return;
    d = &w->f->defs[walk_scope(w)->def];
    close_scopes(w, w->n_scopes - 1);
    while (end > d->start && is_space(w->text.p[end - 1]))
        end--;
    for (uint32_t i = end; i < d->end; i++)
        d->last_line -= w->text.p[i] == '\n';
    d->end = end;
}

/* Definitions of a node, and their scope. One declaration of several names
 * opens none. */
static void take_def(struct walk *w, const struct rule *r, TSNode n,
                     struct frame *fr)
{
    size_t before = w->f->n_defs;
    struct code_def *d;
    TSNode next;

    w->told = CODE_NO_DEF;
    if (r->followed && !goes_on(w, r, &next))
        return;
    if (r->rest)
        end_rest(w, n);
    names_of_node(w, r, n, name_def);
    if (w->told == CODE_NO_DEF || w->f->n_defs > before + 1)
        return;
    open_def(w, r, w->told);
    if (r->rest && r->body && ts_node_is_null(walk_follow(w, n, r->body))) {
        d = &w->f->defs[w->told];
        d->end = (uint32_t)w->text.n;
        while (d->end > d->start && is_space(w->text.p[d->end - 1]))
            d->end--;
        for (uint32_t i = d->start; i < d->end; i++)
            d->last_line += w->text.p[i] == '\n';
        walk_scope(w)->until = UINT32_MAX;
        fr->lasting = true;
    }
    if (r->follow.n && goes_on(w, r, &next)) {
        d = &w->f->defs[w->told];
        d->end = ts_node_end_byte(next);
        d->last_line = ts_node_end_point(next).row + 1;
        walk_scope(w)->until = d->end;
        fr->lasting = true;
    }
}

static void take_scope(struct walk *w, const struct rule *r, TSNode n)
{
    struct scope s = *walk_scope(w);
    TSNode at = walk_follow(w, n, r->name);
    struct found name;

    if (r->unnamed) {
        s.unnamed = true;
        s.hiding = false;
        open_scope(w, s);
        return;
    }
    if (!ts_node_is_null(at) && walk_name(w, at, &name))
        s.qualified = emit_qualified(
            w, s.qualified, emit_qualified(w, name.qualifier, name.name));
    else if (!r->hidden) /* an unnamed namespace is for hiding */
        return;
    s.container = true;
    s.module = r->hidden;
    s.hiding = r->closed;
    s.showing = r->open;
    s.exported = s.exported && !r->hidden;
    open_scope(w, s);
}

static void take_package(struct walk *w, const struct rule *r, TSNode n)
{
    TSNode at = r->name ? walk_follow(w, n, r->name) : n;

    if (!ts_node_is_null(at) && !w->f->package.n)
        w->f->package = str_cut(str_trim(walk_text(w, at)), 0, 256);
}

/* A comment, or what stands between one and its definition. */
static void take_comment(struct walk *w, TSNode n, bool between)
{
    uint32_t start = ts_node_start_byte(n), end = ts_node_end_byte(n);
    uint32_t line = start, at;
    int newlines = 0;

    while (end > start && is_space(w->text.p[end - 1]))
        end--;
    for (at = end; at < w->text.n && is_space(w->text.p[at]); at++)
        newlines += w->text.p[at] == '\n';
    if (newlines > 1)
        at = UINT32_MAX;
    if (w->doc.there && w->doc.anchor == start) {
        if (!between)
            w->doc.end = end;
        w->doc.anchor = at;
        return;
    }
    if (between)
        return;
    while (line && (w->text.p[line - 1] == ' ' || w->text.p[line - 1] == '\t'))
        line--;
    /* Behind something on its line, it is about that; "//!" and "#!" are
     * about the whole. */
    w->doc = (struct pending){
        .there = (!line || w->text.p[line - 1] == '\n') &&
                 (end - start < 3 || w->text.p[start + 2] != '!') &&
                 !str_starts(walk_text(w, n), STR("#!")),
        .start = start,
        .end = end,
        .anchor = at};
}

static bool is_doc(const struct walk *w, TSNode n)
{
    struct str text = walk_text(w, n);

    for (size_t i = 0; i < w->q->doc_words.n; i++)
        if (str_starts(text, w->q->doc_words.v[i]))
            return true;
    return false;
}

static void take_access(struct walk *w, TSNode n)
{
    struct str text = walk_text(w, n);

    if (!walk_scope(w)->container)
        return;
    for (size_t i = 0; i < w->q->access_words.n; i++)
        if (str_starts(text, w->q->access_words.v[i]))
            walk_scope(w)->hiding = true;
    if (str_starts(text, STR("public")))
        walk_scope(w)->hiding = false;
}

/* The rules of a node. False: nothing in it is to be looked at. */
static bool take_rules(struct walk *w, const struct rule *r, TSNode n,
                       struct frame *fr)
{
    uint32_t done = 0; /* bit per enum rule_kind */
    size_t before;

    for (; r; r = r->next) {
        if (done & 1u << r->kind || !walk_fits(w, r, n))
            continue;
        done |= 1u << r->kind;
        switch (r->kind) {
        case RULE_DEF:
            take_def(w, r, n, fr);
            if (w->told == CODE_NO_DEF) /* no name: the next one may do */
                done &= ~(1u << RULE_DEF);
            break;
        case RULE_SCOPE:
            take_scope(w, r, n);
            break;
        case RULE_REF:
            before = w->f->n_refs;
            names_of_node(w, r, n, name_ref);
            if (w->f->n_refs == before)
                done &= ~(1u << RULE_REF);
            break;
        case RULE_LOCAL:
            /* A function's own name is not local to it. */
            if (walk_scope(w)->callable &&
                walk_scope(w)->def == w->s->scopes[fr->scopes - 1].def)
                names_of_node(w, r, n, name_local);
            break;
        case RULE_IMPORT:
            emit_import(w, r, n);
            return false;
        case RULE_EXPORT:
            names_of_node(w, r, n, name_export);
            done &= ~(1u << RULE_EXPORT);
            break;
        case RULE_PACKAGE:
            take_package(w, r, n);
            break;
        case RULE_INJECT: {
            TSNode part = walk_follow(w, n, r->name);

            if (!ts_node_is_null(part) && w->inject)
                w->inject(w, r->language, part);
            break;
        }
        default:
            break;
        }
        if (r->stop)
            return false;
    }
    return true;
}

static void take_error(struct walk *w, TSNode n)
{
    bool inside = false;

    for (size_t up = 1; up <= w->depth && !inside; up++)
        inside = walk_frame(w, up)->symbol == UINT16_MAX;
    if (inside)
        return;
    w->f->errors++;
    w->f->error_bytes += ts_node_end_byte(n) - ts_node_start_byte(n);
}

/* What there is to say of a node; its frame is filled, for its children.
 * False: go on behind it. */
static bool visit(struct walk *w, TSNode n, struct frame *fr)
{
    TSSymbol s = ts_node_symbol(n);
    const struct node_row *row;
    bool into = true;

    fr->start = ts_node_start_byte(n);
    while (w->n_scopes > 1 && walk_scope(w)->until &&
           fr->start >= walk_scope(w)->until)
        close_scopes(w, w->n_scopes - 1);
    fr->scopes = w->n_scopes;
    if (s >= w->q->n_rows) {
        fr->symbol = s;
        take_error(w, n);
        return true;
    }
    row = &w->q->rows[s];
    fr->symbol = row->canonical;
    if (w->has_error && ts_node_is_missing(n))
        w->f->errors++;
    if (!row->any)
        return true;
    if (row->flags) {
        if (row->flags & NODE_COMMENT ||
            (row->flags & NODE_DOC && is_doc(w, n))) {
            take_comment(w, n, false);
            return false;
        }
        if (row->flags & NODE_SKIP)
            take_comment(w, n, true);
        if (row->flags & NODE_ACCESS)
            take_access(w, n);
        fr->wraps = row->flags & NODE_WRAP;
        fr->exports = row->flags & NODE_EXPORTS;
        if (fr->wraps)
            fr->outer = w->depth && walk_frame(w, 1)->wraps
                            ? walk_frame(w, 1)->outer
                            : ts_node_start_byte(n);
    }
    if (row->rules)
        into = take_rules(w, row->rules, n, fr);
    return into;
}

/* Leaves the innermost frame. */
static void leave(struct walk *w)
{
    const struct frame *fr = &w->s->frames[--w->depth];

    if (!fr->lasting)
        close_scopes(w, fr->scopes);
}

void walk_tree(struct walk *w, TSNode root)
{
    TSTreeCursor c = ts_tree_cursor_new(root);
    size_t base = w->depth;
    bool had_error = w->has_error;
    TSTreeCursor *had_main = w->main;

    w->main = &c;
    w->has_error = ts_node_has_error(root);
    if (!w->n_scopes)
        open_scope(w, (struct scope){.def = CODE_NO_DEF, .exported = true});
    for (;;) {
        struct frame fr = {0};
        bool into = visit(w, ts_tree_cursor_current_node(&c), &fr);

        /* Only now: visit may have walked another tree over the frames. */
        more((void **)&w->s->frames, &w->s->frames_cap, w->depth, sizeof(fr));
        w->s->frames[w->depth++] = fr;
        if (into && w->depth - base >= w->limits->max_depth) {
            w->f->status = CODE_CUT;
            into = false;
        }
        if (into && ts_tree_cursor_goto_first_child(&c))
            continue;
        leave(w);
        while (!ts_tree_cursor_goto_next_sibling(&c)) {
            if (!ts_tree_cursor_goto_parent(&c))
                goto out;
            leave(w);
        }
    }
out:
    while (w->depth > base)
        leave(w);
    w->has_error = had_error;
    w->main = had_main;
    ts_tree_cursor_delete(&c);
}

#endif
