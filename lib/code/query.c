/* query.c - see query.h. */
#include "base/common.h"

#include "code/language.h"
#include "code/query.h"

#include "code_queries.h"

const char *query_text(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(code_queries); i++)
        if (strcmp(code_queries[i].name, name) == 0)
            return code_queries[i].text;
    return NULL;
}

bool words_have(const struct words *w, struct str s)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->v[i], s))
            return true;
    return false;
}

bool kinds_have(const struct kinds *k, uint16_t symbol)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->v[i] == symbol)
            return true;
    return false;
}

#if CODE_HAVE_SITTER

/* A compilation under way. */
struct maker {
    struct query *q;
    struct arena *a;
    const char *name;
    int line;
    struct str rest; /* of the line */
    struct err *e;
};

static int fail(struct maker *m, const char *what, struct str word)
{
    return err_set(m->e, CM_EFORMAT, "query %s, line %d: %s \"%.*s\"", m->name,
                   m->line, what, STR_ARG(word));
}

static bool next_word(struct maker *m, struct str *word)
{
    m->rest = str_trim(m->rest);
    if (!m->rest.n)
        return false;
    *word = m->rest;
    for (size_t i = 0; i < m->rest.n; i++) {
        if (is_space(m->rest.p[i])) {
            word->n = i;
            break;
        }
    }
    m->rest = str_cut(m->rest, word->n, m->rest.n);
    return true;
}

/* "a,b" as words that live in the arena (or in the query's text). */
static struct words words_of(struct maker *m, struct str list)
{
    struct words w = {0};
    struct str part, rest = list;
    size_t n = 1;

    for (size_t i = 0; i < list.n; i++)
        n += list.p[i] == ',';
    w.v = arena_array(m->a, n, sizeof(*w.v));
    while (str_split(&rest, ',', &part))
        if (part.n)
            w.v[w.n++] = arena_str(m->a, part);
    return w;
}

/* The rest of the line, behind what w has. */
static void add_words(struct maker *m, struct words *w)
{
    struct words more = {arena_array(m->a, w->n + 256, sizeof(*more.v)), w->n};
    struct str word;

    if (w->n)
        memcpy(more.v, w->v, w->n * sizeof(*w->v));
    while (more.n < w->n + 256 && next_word(m, &word))
        more.v[more.n++] = arena_str(m->a, word);
    *w = more;
}

/* The canonical symbol of a KIND. */
static int symbol_of(struct maker *m, struct str kind, uint16_t *out)
{
    const TSLanguage *g = m->q->grammar;
    uint32_t n = ts_language_symbol_count(g);
    bool quoted = kind.n > 2 && kind.p[0] == '\'';
    struct str name = quoted ? str_cut(kind, 1, kind.n - 1) : kind;

    for (uint32_t i = 0; i < n; i++) {
        TSSymbolType t = ts_language_symbol_type(g, (TSSymbol)i);

        if (t != (quoted ? TSSymbolTypeAnonymous : TSSymbolTypeRegular))
            continue;
        if (str_eqz(name, ts_language_symbol_name(g, (TSSymbol)i))) {
            *out = m->q->rows[i].canonical;
            return 0;
        }
    }
    return fail(m, "the grammar has no kind", kind);
}

static int kinds_of(struct maker *m, struct str list, struct kinds *out)
{
    struct words w = words_of(m, list);
    int rc = 0;

    *out = (struct kinds){arena_array(m->a, w.n, sizeof(*out->v)), 0};
    for (size_t i = 0; i < w.n && rc == 0; i++) {
        struct str kind = w.v[i];
        bool optional = kind.p[0] == '?';

        rc = symbol_of(m, str_cut(kind, optional, kind.n), &out->v[out->n]);
        if (rc == 0)
            out->n++;
        else if (optional)
            rc = 0;
    }
    return rc;
}

static int step_of(struct maker *m, struct str s, struct step *out)
{
    bool below = str_starts(s, STR("<<")), last = str_starts(s, STR("<$"));

    if (str_eqz(s, ".")) {
        out->kind = STEP_SELF;
    } else if (str_eqz(s, "*")) {
        out->kind = STEP_FIRST;
    } else if (s.n == 1 && is_digit(s.p[0])) {
        out->kind = STEP_NTH;
        out->id = (uint16_t)(s.p[0] - '1');
    } else if (str_eqz(s, "$")) {
        out->kind = STEP_LAST;
    } else if (s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>') {
        out->kind = below ? STEP_BELOW : last ? STEP_LAST_CHILD : STEP_CHILD;
        return symbol_of(m, str_cut(s, below || last ? 2 : 1, s.n - 1),
                         &out->id);
    } else {
        out->kind = STEP_FIELD;
        out->id = ts_language_field_id_for_name(m->q->grammar, s.p,
                                                (uint32_t)s.n);
        if (!out->id)
            return fail(m, "the grammar has no field", s);
    }
    return 0;
}

static int path_of(struct maker *m, struct str text, struct path **out)
{
    struct path *p, **last = out;
    struct str way, step;
    int rc;

    while (str_split(&text, '|', &way)) {
        p = arena_new(m->a, struct path);
        while (str_split(&way, '/', &step)) {
            if (p->n == PATH_STEPS)
                return fail(m, "too many steps to", step);
            rc = step_of(m, step, &p->step[p->n++]);
            if (rc < 0)
                return rc;
        }
        *last = p;
        last = &p->or ;
    }
    return 0;
}

static int in_of(struct maker *m, struct str v, struct rule *r)
{
    ptrdiff_t slash = str_chr(v, '/');
    int rc = 0;

    if (slash >= 0) {
        rc = kinds_of(m, str_cut(v, 0, (size_t)slash), &r->outer);
        v = str_cut(v, (size_t)slash + 1, v.n);
    }
    return rc < 0 ? rc : kinds_of(m, v, &r->in);
}

static int fields_of(struct maker *m, struct str list, struct kinds *out)
{
    struct words w = words_of(m, list);

    out->v = arena_array(m->a, w.n, sizeof(*out->v));
    for (; out->n < w.n; out->n++) {
        out->v[out->n] = ts_language_field_id_for_name(
            m->q->grammar, w.v[out->n].p, (uint32_t)w.v[out->n].n);
        if (!out->v[out->n])
            return fail(m, "the grammar has no field", w.v[out->n]);
    }
    return 0;
}

static int text_of(struct maker *m, struct str v, struct path **at,
                   struct words *w)
{
    ptrdiff_t colon = str_chr(v, ':');

    if (colon < 0)
        return fail(m, "PATH:TEXT is meant by", v);
    *w = words_of(m, str_cut(v, (size_t)colon + 1, v.n));
    return path_of(m, str_cut(v, 0, (size_t)colon), at);
}

static int at_of(struct maker *m, struct str v, struct rule *r)
{
    static const char *const names[] = {"any", "file", "outer", "top",
                                        "class", "inner"};

    for (uint8_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eqz(v, names[i])) {
            r->at = i;
            return 0;
        }
    }
    return fail(m, "no such place", v);
}

static int depth_of(struct maker *m, struct str v, struct rule *r)
{
    int64_t n;

    if (str_int(v, 1, 99, &n) < 0)
        return fail(m, "no depth", v);
    r->depth = (uint8_t)n;
    return 0;
}

static int flag_of(struct maker *m, struct str word, struct rule *r)
{
    if (str_eqz(word, "hidden"))
        r->hidden = true;
    else if (str_eqz(word, "shown"))
        r->shown = true;
    else if (str_eqz(word, "closed"))
        r->closed = true;
    else if (str_eqz(word, "open"))
        r->open = true;
    else if (str_eqz(word, "flat"))
        r->flat = true;
    else if (str_eqz(word, "lead"))
        r->lead = true;
    else if (str_eqz(word, "merge"))
        r->merge = true;
    else if (str_eqz(word, "called"))
        r->called = true;
    else if (str_eqz(word, "rest"))
        r->rest = true;
    else if (str_eqz(word, "unnamed"))
        r->unnamed = true;
    else if (str_eqz(word, "once"))
        r->once = true;
    else if (str_eqz(word, "followed"))
        r->followed = true;
    else if (str_eqz(word, "upper"))
        r->upper = true;
    else if (str_eqz(word, "stop"))
        r->stop = true;
    else
        return fail(m, "what is", word);
    return 0;
}

static int option_of(struct maker *m, struct str word, struct rule *r)
{
    ptrdiff_t eq = str_chr(word, '=');
    struct str key, v;

    if (eq < 0)
        return flag_of(m, word, r);
    key = str_cut(word, 0, (size_t)eq);
    v = str_cut(word, (size_t)eq + 1, word.n);
    if (str_eqz(key, "each"))
        r->each = true;
    if (str_eqz(key, "name") || str_eqz(key, "each"))
        return path_of(m, v, &r->name);
    if (str_eqz(key, "then"))
        return path_of(m, v, &r->then);
    if (str_eqz(key, "body"))
        return path_of(m, v, &r->body);
    if (str_eqz(key, "owner"))
        return path_of(m, v, &r->owner);
    if (str_eqz(key, "needs"))
        return path_of(m, v, &r->needs);
    if (str_eqz(key, "without"))
        return path_of(m, v, &r->without);
    if (str_eqz(key, "in"))
        return in_of(m, v, r);
    if (str_eqz(key, "mods")) {
        r->mods = words_of(m, v);
        return 0;
    }
    if (str_eqz(key, "not-in"))
        return kinds_of(m, v, &r->not_in);
    if (str_eqz(key, "has"))
        return kinds_of(m, v, &r->has);
    if (str_eqz(key, "lacks"))
        return kinds_of(m, v, &r->lacks);
    if (str_eqz(key, "field"))
        return fields_of(m, v, &r->fields);
    if (str_eqz(key, "not-field"))
        return fields_of(m, v, &r->not_fields);
    if (str_eqz(key, "next"))
        return kinds_of(m, v, &r->follow);
    if (str_eqz(key, "via"))
        return kinds_of(m, v, &r->via);
    if (str_eqz(key, "depth"))
        return depth_of(m, v, r);
    if (str_eqz(key, "is"))
        return kinds_of(m, v, &r->is);
    if (str_eqz(key, "avoid"))
        return kinds_of(m, v, &r->avoid);
    if (str_eqz(key, "at"))
        return at_of(m, v, r);
    if (str_eqz(key, "word"))
        return text_of(m, v, &r->word_at, &r->word);
    if (str_eqz(key, "not"))
        return text_of(m, v, &r->not_at, &r->not_word);
    return fail(m, "what is", word);
}

/* def and scope have a name and a body where the grammar calls them so. */
static int rule_defaults(struct maker *m, struct rule *r)
{
    const TSLanguage *g = m->q->grammar;
    int rc = 0;

    if (r->kind != RULE_DEF && r->kind != RULE_SCOPE)
        return 0;
    if (!r->name && ts_language_field_id_for_name(g, "name", 4))
        rc = path_of(m, STR("name"), &r->name);
    if (rc == 0 && !r->body && ts_language_field_id_for_name(g, "body", 4))
        rc = path_of(m, STR("body"), &r->body);
    return rc;
}

/* A copy of the rule at the end of the list of every one of the kinds. */
static int rule_add(struct maker *m, const struct rule *r, struct str list)
{
    struct kinds k;
    int rc = kinds_of(m, list, &k);

    for (size_t i = 0; rc == 0 && i < k.n; i++) {
        struct rule *copy = arena_new(m->a, struct rule), **at;

        *copy = *r;
        for (at = &m->q->rows[k.v[i]].rules; *at; at = &(*at)->next)
            ;
        *at = copy;
    }
    return rc;
}

static int what_of(struct maker *m, struct str word, struct rule *r)
{
    static const char *const styles[] = {"none",  "c",      "path",
                                         "python", "script", "quoted",
                                         "dart",  "word",   "haskell",
                                         "elixir", "module"};
    uint8_t what = 0;

    if (r->kind == RULE_DEF) {
        what = (uint8_t)code_kind_of(word);
        if (what == CODE_KINDS)
            return fail(m, "no such definition", word);
    } else if (r->kind == RULE_REF) {
        while (what < CODE_REF_KINDS &&
               !str_eqz(word, code_ref_kind_name((enum code_ref_kind)what)))
            what++;
        if (what == CODE_REF_KINDS)
            return fail(m, "no such reference", word);
    } else if (r->kind == RULE_IMPORT) {
        while (what < ARRAY_LEN(styles) && !str_eqz(word, styles[what]))
            what++;
        if (what == ARRAY_LEN(styles))
            return fail(m, "no such style of import", word);
    } else {
        r->language = language_named(word);
        if (!r->language)
            return fail(m, "no such language", word);
    }
    r->what = what;
    return 0;
}

static int make_rule(struct maker *m, enum rule_kind kind, bool has_what)
{
    struct rule r = {.kind = (uint8_t)kind};
    struct str word, list;
    int rc = 0;

    if (has_what) {
        if (!next_word(m, &word))
            return fail(m, "there is something missing", m->rest);
        rc = what_of(m, word, &r);
    }
    if (rc < 0)
        return rc;
    if (!next_word(m, &list))
        return fail(m, "there is no kind", m->rest);
    while (rc == 0 && next_word(m, &word))
        rc = option_of(m, word, &r);
    if (rc == 0)
        rc = rule_defaults(m, &r);
    return rc < 0 ? rc : rule_add(m, &r, list);
}

static int set_flag(struct maker *m, struct str list, uint8_t flag)
{
    struct kinds k;
    int rc = kinds_of(m, list, &k);

    for (size_t i = 0; rc == 0 && i < k.n; i++)
        m->q->rows[k.v[i]].flags |= flag;
    return rc;
}

static int make_tail(struct maker *m)
{
    struct str list, way;
    struct path *p = NULL;
    struct kinds k;
    int rc;

    if (!next_word(m, &list) || !next_word(m, &way))
        return fail(m, "tail KIND PATH is meant by", m->rest);
    rc = path_of(m, way, &p);
    if (rc == 0)
        rc = kinds_of(m, list, &k);
    for (size_t i = 0; rc == 0 && i < k.n; i++)
        m->q->rows[k.v[i]].tail = p;
    return rc;
}

static int make_exported(struct maker *m)
{
    static const char *const names[] = {"all",   "upper", "no-underscore",
                                        "under", "with", "listed"};
    struct str word = STR_NONE;
    uint8_t i = 0;

    if (!next_word(m, &word))
        return fail(m, "exported what", m->rest);
    while (i < ARRAY_LEN(names) && !str_eqz(word, names[i]))
        i++;
    if (i == ARRAY_LEN(names))
        return fail(m, "no such rule", word);
    m->q->exported = i;
    if (i == EXPORTED_UNDER && next_word(m, &word))
        return set_flag(m, word, NODE_EXPORTS);
    if (i == EXPORTED_WITH)
        add_words(m, &m->q->exported_words);
    return 0;
}

static int make_flagged(struct maker *m, uint8_t flag, struct words *w)
{
    struct str list;

    if (!next_word(m, &list))
        return fail(m, "there is no kind", m->rest);
    if (w)
        add_words(m, w);
    return set_flag(m, list, flag);
}

static int make_line(struct maker *m, struct str head)
{
    static const struct {
        const char *word;
        uint8_t flag;
    } flags[] = {{"comment", NODE_COMMENT}, {"docstring", NODE_DOCSTRING},
                 {"skip", NODE_SKIP},       {"wrap", NODE_WRAP},
                 {"modifiers", NODE_MODIFIERS}};
    static const struct {
        const char *word;
        enum rule_kind kind;
        bool what;
    } rules[] = {{"def", RULE_DEF, true},       {"scope", RULE_SCOPE, false},
                 {"ref", RULE_REF, true},       {"local", RULE_LOCAL, false},
                 {"import", RULE_IMPORT, true}, {"inject", RULE_INJECT, true},
                 {"package", RULE_PACKAGE, false}, {"export", RULE_EXPORT, false}};

    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (str_eqz(head, flags[i].word))
            return make_flagged(m, flags[i].flag, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (str_eqz(head, rules[i].word))
            return make_rule(m, rules[i].kind, rules[i].what);
    if (str_eqz(head, "doc"))
        return make_flagged(m, NODE_DOC, &m->q->doc_words);
    if (str_eqz(head, "access"))
        return make_flagged(m, NODE_ACCESS, &m->q->access_words);
    if (str_eqz(head, "tail"))
        return make_tail(m);
    if (str_eqz(head, "exported"))
        return make_exported(m);
    if (str_eqz(head, "ignore")) {
        add_words(m, &m->q->ignored);
        return 0;
    }
    if (str_eqz(head, "reserved")) {
        add_words(m, &m->q->reserved);
        return 0;
    }
    if (str_eqz(head, "noise")) {
        add_words(m, &m->q->noise);
        return 0;
    }
    if (str_eqz(head, "hide")) {
        add_words(m, &m->q->hide_words);
        return 0;
    }
    return fail(m, "what is", head);
}

/* Symbols that look the same to who reads a tree are one: the first. Found by
 * a table of twice their number, since grammars have up to 2,000. */
static void make_rows(struct query *q, struct arena *a)
{
    uint32_t size = 64, at;
    uint32_t *seen; /* symbol + 1 */

    q->n_rows = ts_language_symbol_count(q->grammar);
    q->rows = arena_array(a, q->n_rows, sizeof(*q->rows));
    while (size < 2 * q->n_rows)
        size *= 2;
    seen = arena_array(a, size, sizeof(*seen));
    for (uint32_t i = 0; i < q->n_rows; i++) {
        const char *name = ts_language_symbol_name(q->grammar, (TSSymbol)i);
        TSSymbolType t = ts_language_symbol_type(q->grammar, (TSSymbol)i);

        at = (uint32_t)str_hash(str_of(name)) + (uint32_t)t;
        for (;; at++) {
            uint32_t k = seen[at & (size - 1)];

            if (!k) {
                seen[at & (size - 1)] = i + 1;
                q->rows[i].canonical = (uint16_t)i;
                break;
            }
            if (ts_language_symbol_type(q->grammar, (TSSymbol)(k - 1)) == t &&
                strcmp(ts_language_symbol_name(q->grammar, (TSSymbol)(k - 1)),
                       name) == 0) {
                q->rows[i].canonical = (uint16_t)(k - 1);
                break;
            }
        }
    }
}

int query_compile(struct query *q, const char *name, const char *text,
                  const TSLanguage *grammar, struct arena *a, struct err *e)
{
    struct maker m = {.q = q, .a = a, .name = name, .e = e};
    struct str rest = str_of(text), line, head;
    int rc = 0;

    *q = (struct query){.grammar = grammar};
    make_rows(q, a);
    while (rc == 0 && str_line(&rest, &line)) {
        m.line++;
        m.rest = line;
        if (next_word(&m, &head) && head.p[0] != '#')
            rc = make_line(&m, head);
    }
    for (uint32_t i = 0; i < q->n_rows; i++) {
        struct node_row *r = &q->rows[i], *first = &q->rows[r->canonical];
        uint16_t canonical = r->canonical;

        *r = *first;
        r->canonical = canonical;
        r->any = r->flags || r->rules;
    }
    return rc;
}

#else

int query_compile(struct query *q, const char *name, const char *text,
                  const TSLanguage *grammar, struct arena *a, struct err *e)
{
    (void)q, (void)text, (void)grammar, (void)a;
    return err_set(e, CM_ENOTFOUND, "query %s: no tree-sitter", name);
}

#endif
