/* match.c - paths, names and conditions: see walk.h and query.h. */
#include "base/common.h"

#include "code/walk.h"

#if CODE_HAVE_SITTER

/* Children that a condition looks at, and nodes that "anywhere below" does:
 * what is sought stands at the beginning. */
#define LOOK_CHILDREN 64
#define LOOK_BELOW    256
/* Declarators in declarators; a tail that leads nowhere new ends sooner. */
#define MAX_TAILS 32
#define MAX_NAME  256

static const TSNode no_node;

struct str walk_text(const struct walk *w, TSNode n)
{
    return str_cut(w->text, ts_node_start_byte(n), ts_node_end_byte(n));
}

static TSNode child_of_kind(struct walk *w, TSNode n, uint16_t kind, bool last)
{
    int left = LOOK_CHILDREN;
    TSNode found = no_node;

    ts_tree_cursor_reset(&w->side, n);
    if (!ts_tree_cursor_goto_first_child(&w->side))
        return no_node;
    do {
        TSNode c = ts_tree_cursor_current_node(&w->side);

        if (walk_symbol(w, c) != kind)
            continue;
        found = c;
        if (!last)
            break;
    } while (--left && ts_tree_cursor_goto_next_sibling(&w->side));
    return found;
}

static TSNode below_of_kind(struct walk *w, TSNode n, uint16_t kind)
{
    int left = LOOK_BELOW;

    ts_tree_cursor_reset(&w->side, n);
    while (left--) {
        TSNode c = ts_tree_cursor_current_node(&w->side);

        if (walk_symbol(w, c) == kind && !ts_node_eq(c, n))
            return c;
        if (ts_tree_cursor_goto_first_child(&w->side))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&w->side))
            if (!ts_tree_cursor_goto_parent(&w->side))
                return no_node;
    }
    return no_node;
}

static TSNode last_named(TSNode n)
{
    uint32_t count = ts_node_named_child_count(n);

    return count ? ts_node_named_child(n, count - 1) : no_node;
}

TSNode walk_step(struct walk *w, TSNode n, const struct step *s)
{
    switch (s->kind) {
    case STEP_FIELD:
        return ts_node_child_by_field_id(n, s->id);
    case STEP_FIRST:
        return ts_node_named_child(n, 0);
    case STEP_NTH:
        return ts_node_named_child(n, s->id);
    case STEP_LAST:
        return last_named(n);
    case STEP_CHILD:
        return child_of_kind(w, n, s->id, false);
    case STEP_LAST_CHILD:
        return child_of_kind(w, n, s->id, true);
    case STEP_BELOW:
        return below_of_kind(w, n, s->id);
    default:
        return n;
    }
}

TSNode walk_follow(struct walk *w, TSNode n, const struct path *p)
{
    TSNode at;

    for (; p; p = p->or) {
        at = n;
        for (uint8_t i = 0; i < p->n && !ts_node_is_null(at); i++)
            at = walk_step(w, at, &p->step[i]);
        if (!ts_node_is_null(at))
            return at;
    }
    return no_node;
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* "a.b." is a.b; "A<int>::" A; "f(x)." nothing that can be named. */
static struct str tidy_qualifier(struct walk *w, struct str q, bool *member)
{
    size_t n = 0, angle = 0;
    bool plain = true, cut = false;
    char *out;

    /* The mark that joins it to the name: . :: -> ?. !!. \ */
    q = str_trim(q);
    if (!q.n || !strchr(".:>\\?!/#", q.p[q.n - 1]))
        return STR_NONE; /* "*name", "var name" */
    while (q.n &&
           (strchr(".:\\?!/# \n\t", q.p[q.n - 1]) || str_ends(q, STR("->"))))
        q.n -= str_ends(q, STR("->")) ? 2 : 1;
    while (q.n && (is_space(q.p[0]) || strchr("*&(~", q.p[0])))
        q = str_cut(q, 1, q.n);
    *member = q.n > 0;
    if (!q.n || q.n > MAX_NAME)
        return STR_NONE;
    for (size_t i = 0; i < q.n; i++) {
        if (q.p[i] == '<')
            cut = true;
        else if (!is_word(q.p[i]) && !strchr(".:->\\@?!'/", q.p[i]))
            plain = plain && cut;
    }
    if (!plain)
        return STR_NONE;
    if (!cut)
        return q;
    out = arena_alloc(w->a, q.n + 1);
    for (size_t i = 0; i < q.n; i++) {
        if (q.p[i] == '<')
            angle++;
        else if (q.p[i] == '>' && angle)
            angle--;
        else if (!angle)
            out[n++] = q.p[i];
    }
    return (struct str){out, n};
}

/* "'name'" and "`name`" are name. */
static struct str unquote(struct str s, bool leaf)
{
    if (s.n >= 2 && strchr("\"'`", s.p[0]) && s.p[s.n - 1] == s.p[0])
        s = str_cut(s, 1, s.n - 1);
    if (leaf && s.n >= 2 && s.p[0] == ':' && s.p[1] != ':') /* a symbol */
        s = str_cut(s, 1, s.n);
    return s;
}

/* An alias, "ll=" with its value behind it or "ll=ls", is ll. Ruby's "body="
 * and C++'s "operator==" are names. */
static void cut_value(const struct walk *w, struct str *name)
{
    ptrdiff_t at = str_chr(*name, '=');
    const char *behind = name->p + at + 1;

    if (at <= 0 || !is_word(name->p[0]) || behind >= w->text.p + w->text.n)
        return;
    if ((size_t)at + 1 < name->n
            ? is_word(*behind)
            : !is_space(*behind) && *behind != '(' && *behind != ';')
        name->n = (size_t)at;
}

bool walk_name(struct walk *w, TSNode n, struct found *out)
{
    uint32_t start = ts_node_start_byte(n);
    uint16_t via = UINT16_MAX;
    TSNode next;

    for (int i = 0; i < MAX_TAILS; i++) {
        TSSymbol s = ts_node_symbol(n);

        if (s >= w->q->n_rows || !w->q->rows[s].tail)
            break;
        next = walk_follow(w, n, w->q->rows[s].tail);
        if (ts_node_is_null(next) || ts_node_eq(next, n))
            break;
        via = w->q->rows[s].canonical;
        n = next;
    }
    *out = (struct found){
        .node = n,
        .name = unquote(walk_text(w, n), ts_node_child_count(n) == 0),
        .via = via};
    out->name = str_trim(out->name);
    cut_value(w, &out->name);
    if (ts_node_start_byte(n) > start)
        out->qualifier = tidy_qualifier(
            w, str_cut(w->text, start, ts_node_start_byte(n)), &out->member);
    if (str_chr(out->name, '\n') >= 0) { /* a list of selectors */
        out->name.n = (size_t)str_chr(out->name, '\n');
        out->name = str_trim(out->name);
        out->name.n -= str_ends(out->name, STR(","));
    }
    /* A conversion's name ends before what makes it a function. */
    if (str_starts(out->name, STR("operator ")) && str_chr(out->name, '(') > 0)
        out->name.n = (size_t)str_chr(out->name, '(');
    /* What recovery from an error took for a name is none. */
    return out->name.n && out->name.n <= MAX_NAME && !ts_node_has_error(n);
}

bool walk_has(struct walk *w, TSNode n, const struct kinds *k)
{
    int left = LOOK_CHILDREN;

    ts_tree_cursor_reset(&w->side, n);
    if (!ts_tree_cursor_goto_first_child(&w->side))
        return false;
    do {
        if (kinds_have(k,
                       walk_symbol(w, ts_tree_cursor_current_node(&w->side))))
            return true;
    } while (--left && ts_tree_cursor_goto_next_sibling(&w->side));
    return false;
}

static bool fits_place(const struct walk *w, const struct rule *r)
{
    const struct scope *s = walk_scope(w);

    switch (r->at) {
    case AT_FILE:
        return s->def == CODE_NO_DEF && w->n_scopes == 1;
    case AT_OUTER:
        return !s->callable;
    case AT_TOP:
        return !s->callable && !s->unnamed;
    case AT_CLASS:
        return s->container;
    case AT_INNER:
        return s->callable;
    default:
        return true;
    }
}

/* Definitions around this place. */
static int nesting(const struct walk *w)
{
    int32_t def = walk_scope(w)->def;
    int n = 0;

    for (; def != CODE_NO_DEF && n < UINT8_MAX; n++)
        def = w->f->defs[def].parent;
    return n;
}

static bool fits_word(struct walk *w, TSNode n, const struct path *at,
                      const struct words *words)
{
    TSNode there = walk_follow(w, n, at);

    return !ts_node_is_null(there) && words_have(words, walk_text(w, there));
}

/* Does one of its modifiers say one of the words? */
static bool has_modifier(struct walk *w, TSNode n, const struct words *words)
{
    int left = LOOK_CHILDREN;
    struct str text, word;
    size_t i;

    if (!words->n)
        return false;
    ts_tree_cursor_reset(&w->side, n);
    if (!ts_tree_cursor_goto_first_child(&w->side))
        return false;
    do {
        TSNode c = ts_tree_cursor_current_node(&w->side);
        TSSymbol s = ts_node_symbol(c);

        if (s >= w->q->n_rows || !(w->q->rows[s].flags & NODE_MODIFIERS))
            continue;
        text = walk_text(w, c);
        while (text.n) {
            for (i = 0; i < text.n && is_word(text.p[i]); i++)
                ;
            word = str_cut(text, 0, i);
            text = str_cut(text, i, text.n);
            if (words_have(words, word) && !str_starts(text, STR("(set)")))
                return true; /* "private(set)" is about writing alone */
            text = str_cut(text, 1, text.n);
        }
    } while (--left && ts_tree_cursor_goto_next_sibling(&w->side));
    return false;
}

bool walk_fits(struct walk *w, const struct rule *r, TSNode n)
{
    if (r->in.n && (!w->depth || !kinds_have(&r->in, walk_frame(w, 1)->symbol)))
        return false;
    if (r->lead &&
        (!w->depth || walk_frame(w, 1)->start != ts_node_start_byte(n)))
        return false;
    if (r->called && (ts_node_end_byte(n) >= w->text.n ||
                      w->text.p[ts_node_end_byte(n)] != '('))
        return false;
    if (r->not_in.n && w->depth &&
        kinds_have(&r->not_in, walk_frame(w, 1)->symbol))
        return false;
    if (r->outer.n &&
        (w->depth < 2 || !kinds_have(&r->outer, walk_frame(w, 2)->symbol)))
        return false;
    if (r->at && !fits_place(w, r))
        return false;
    if (r->depth && nesting(w) >= r->depth)
        return false;
    if (r->fields.n &&
        !kinds_have(&r->fields, ts_tree_cursor_current_field_id(w->main)))
        return false;
    if (r->not_fields.n &&
        kinds_have(&r->not_fields, ts_tree_cursor_current_field_id(w->main)))
        return false;
    if (r->word_at && !fits_word(w, n, r->word_at, &r->word))
        return false;
    if (r->not_at && fits_word(w, n, r->not_at, &r->not_word))
        return false;
    if (r->needs && ts_node_is_null(walk_follow(w, n, r->needs)))
        return false;
    if (r->without && !ts_node_is_null(walk_follow(w, n, r->without)))
        return false;
    if (r->has.n && !walk_has(w, n, &r->has))
        return false;
    for (size_t i = 0; i < r->mods.n; i++) {
        struct words one = {&r->mods.v[i], 1};

        if (!has_modifier(w, n, &one))
            return false;
    }
    return !r->lacks.n || !walk_has(w, n, &r->lacks);
}

/* Is one of the wrappers around it what makes it known? */
static bool is_under_export(const struct walk *w)
{
    for (size_t up = 1; up <= w->depth; up++) {
        const struct frame *f = walk_frame(w, up);

        if (f->exports)
            return true;
        if (!f->wraps)
            return false;
    }
    return false;
}

bool walk_exported(struct walk *w, const struct rule *r, TSNode n,
                   struct str name)
{
    const struct scope *s = walk_scope(w);
    bool member = s->container;

    /* A constructor's parameter may make a field of its class. */
    if (r->hidden || (s->callable && r->what != CODE_FIELD) ||
        name.p[0] == '#' || !s->exported || (member && s->hiding))
        return false;
    if (r->shown)
        return true;
    if (has_modifier(w, n, &w->q->hide_words))
        return false;
    if (s->showing)
        return true;
    switch (w->q->exported) {
    case EXPORTED_UPPER:
        return is_upper(name.p[0]) || (unsigned char)name.p[0] >= 0x80;
    case EXPORTED_NO_UNDERSCORE:
        return name.p[0] != '_' || str_ends(name, STR("__"));
    case EXPORTED_UNDER:
        return (s->def != CODE_NO_DEF && !s->module) || is_under_export(w);
    case EXPORTED_WITH:
        return has_modifier(w, n, &w->q->exported_words);
    default:
        return true;
    }
}

#endif
