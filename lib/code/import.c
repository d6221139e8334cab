/* import.c - see import.h. */
#include "base/common.h"

#include "code/import.h"

/* Groups in groups. */
#define MAX_DEPTH 16

/* The statement as words (names with their dots), strings and marks. */
struct reader {
    struct str text;
    size_t at;
    bool primes;      /* a' is a name */
    struct str token; /* the current one; a string without its quotes */
    char sort;        /* 'w' word, 's' string, 0 end, else the mark itself */
};

static bool in_word(char c)
{
    return is_alnum(c) || c == '_' || c == '$' || c == '@' ||
           (unsigned char)c >= 0x80;
}

/* "a.b", "a::b", "a\b" are one word; "a.{", "a::*" are "a" and what is next. */
static size_t joint(const char *p, size_t n)
{
    size_t k = 0;

    if (n > 2 && p[0] == ':' && p[1] == ':')
        k = 2;
    else if (n > 1 && (p[0] == '.' || p[0] == '\\'))
        k = 1;
    return k && k < n && in_word(p[k]) ? k : 0;
}

static void next(struct reader *r)
{
    const char *p = r->text.p;
    size_t n = r->text.n, from, k;

    while (r->at < n && (is_space(p[r->at]) || p[r->at] == ';' ||
                         (p[r->at] == '\\' && r->at + 1 < n &&
                          p[r->at + 1] == '\n')))
        r->at++;
    r->sort = 0;
    r->token = STR_NONE;
    if (r->at >= n)
        return;
    from = r->at;
    if (p[from] == '"' || p[from] == '\'' || p[from] == '`') {
        do
            r->at++;
        while (r->at < n && p[r->at] != p[from]);
        r->token = str_cut(r->text, from + 1, r->at++);
        r->sort = 's';
    } else if (in_word(p[from]) || joint(p + from, n - from)) {
        r->at += in_word(p[from]) ? 0 : joint(p + from, n - from);
        for (;;) {
            while (r->at < n && (in_word(p[r->at]) ||
                                 (r->primes && p[r->at] == '\'')))
                r->at++;
            k = joint(p + r->at, n - r->at);
            if (!k)
                break;
            r->at += k;
        }
        r->token = str_cut(r->text, from, r->at);
        r->sort = 'w';
    } else {
        r->sort = p[from];
        r->token = str_cut(r->text, from, from + 1);
        r->at++;
        if (r->sort == '=' && r->at < n && p[r->at] == '>')
            r->at++;
    }
}

static bool is_token(const struct reader *r, const char *word)
{
    return r->sort == 'w' && str_eqz(r->token, word);
}

static void add(struct import_list *l, struct str module, struct str name,
                struct str alias)
{
    if (l->n < IMPORT_NAMES && (module.n || name.n))
        l->v[l->n++] = (struct code_import){module, name, alias, l->line};
}

/* Where the last part of a path begins, and where what is before it ends. */
static size_t last_part(struct str path, size_t *module_end)
{
    size_t at = path.n;

    while (at && in_word(path.p[at - 1]))
        at--;
    *module_end = at;
    while (*module_end && !in_word(path.p[*module_end - 1]))
        (*module_end)--;
    return at;
}

static struct str join(struct arena *a, struct str head, struct str sep,
                       struct str tail)
{
    if (!head.n)
        return tail;
    if (!tail.n)
        return head;
    return arena_fmt(a, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(sep),
                     STR_ARG(tail));
}

/* What stands between the words of this language's paths. */
static struct str separator(struct str text)
{
    if (str_find(text, STR("::")) >= 0)
        return STR("::");
    return str_chr(text, '\\') >= 0 ? STR("\\") : STR(".");
}

/* as NAME, => NAME, or the alias before it: {struct str} none. */
static struct str read_alias(struct reader *r)
{
    struct str alias = STR_NONE;

    if (is_token(r, "as") || r->sort == '=') {
        next(r);
        if (r->sort == 'w') {
            alias = r->token;
            next(r);
        } else if (r->sort == '_' || r->sort == '*') {
            next(r);
        }
    }
    return alias;
}

static void path_tree(struct reader *r, struct import_list *l,
                      struct str module, int depth);

/* The inside of {...}, and its end. */
static void path_group(struct reader *r, struct import_list *l,
                       struct str module, int depth)
{
    next(r);
    while (r->sort && r->sort != '}' && depth < MAX_DEPTH) {
        size_t before = r->at;

        path_tree(r, l, module, depth + 1);
        if (r->sort == ',')
            next(r);
        else if (r->at == before && r->sort != '}')
            next(r);
    }
    if (r->sort == '}')
        next(r);
}

static void path_tree(struct reader *r, struct import_list *l,
                      struct str module, int depth)
{
    struct str sep = separator(r->text), path, name, alias;
    size_t end, at;

    while (is_token(r, "type") || is_token(r, "given") ||
           (depth && (is_token(r, "function") || is_token(r, "const"))))
        next(r);
    if (r->sort == '*' || is_token(r, "_")) {
        add(l, module, STR("*"), STR_NONE);
        next(r);
        return;
    }
    if (r->sort == '{') {
        path_group(r, l, module, depth);
        return;
    }
    if (r->sort != 'w') {
        next(r);
        return;
    }
    path = r->token;
    next(r);
    if (r->sort == '.' || r->sort == ':' || r->sort == '\\') {
        while (r->sort == '.' || r->sort == ':' || r->sort == '\\')
            next(r);
        if (r->sort == '{' || r->sort == '*' || is_token(r, "_")) {
            path_tree(r, l, join(l->a, module, sep, path), depth + 1);
            return;
        }
    }
    alias = read_alias(r);
    at = last_part(path, &end);
    name = str_cut(path, at, path.n);
    if (str_eqz(name, "_")) /* import a.b._ */
        name = STR("*");
    if (str_eqz(path, "self") && module.n) {
        add(l, module, STR_NONE, alias);
        return;
    }
    if (!str_eqz(name, "*") && (l->whole || (!module.n && !end)))
        add(l, join(l->a, module, sep, path), STR_NONE, alias);
    else
        add(l, join(l->a, module, sep, str_cut(path, 0, end)), name, alias);
}

static bool is_noise(const struct reader *r)
{
    static const char *const words[] = {
        "import", "use",   "using", "open",  "include", "static", "pub",
        "global", "crate", "function", "const", "export", "public", "typealias",
        "class",  "struct", "enum", "protocol", "func", "var", "@testable",
        "@_exported", "require", "package", "private", "extern", "@use", "@import", "@forward",
        "export_"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (is_token(r, words[i]))
            return true;
    return false;
}

static void read_path(struct reader *r, struct import_list *l)
{
    struct str alias = STR_NONE;
    size_t first;

    for (int n = 0; n < 6 && (is_noise(r) || r->sort == '!'); n++) {
        next(r);
        if (r->sort == '(') { /* pub(crate) */
            while (r->sort && r->sort != ')')
                next(r);
            next(r);
        }
    }
    do {
        if (r->sort == ',')
            next(r);
        first = l->n;
        if (r->sort == 'w') { /* using X = A.B; */
            struct reader ahead = *r;

            next(&ahead);
            if (ahead.sort == '=' && ahead.at && r->text.p[ahead.at - 1] == '=') {
                alias = r->token;
                *r = ahead;
                next(r);
            }
        }
        path_tree(r, l, STR_NONE, 0);
        if (alias.n && l->n > first)
            l->v[l->n - 1].alias = alias;
    } while (r->sort == ',');
}

static void read_python(struct reader *r, struct import_list *l)
{
    struct str module = STR_NONE, name;
    size_t from;

    if (is_token(r, "from")) {
        from = r->at;
        while (from < r->text.n && is_space(r->text.p[from]))
            from++;
        while (r->sort && !is_token(r, "import")) {
            module = str_trim(str_cut(r->text, from, r->at));
            next(r);
        }
        next(r);
        while (r->sort) {
            if (r->sort == 'w' || r->sort == '*') {
                name = r->sort == '*' ? STR("*") : r->token;
                next(r);
                add(l, module, name, read_alias(r));
            } else {
                next(r);
            }
        }
        return;
    }
    next(r);
    while (r->sort) {
        if (r->sort == 'w') {
            module = r->token;
            next(r);
            add(l, module, STR_NONE, read_alias(r));
        } else {
            next(r);
        }
    }
}

/* The string behind "from", or the only one. */
static struct str last_string(struct reader r)
{
    struct str s = STR_NONE;

    for (; r.sort; next(&r)) {
        if (r.sort == 's')
            s = r.token;
        if (is_token(&r, "with") || is_token(&r, "assert"))
            break;
    }
    return s;
}

/* x = require('m').f: at the string. */
static void take_member(struct reader r, struct code_import *m)
{
    while (r.sort == 's' || r.sort == ')')
        next(&r);
    if (r.sort != 'w' || r.token.p[0] != '.')
        return;
    m->name = str_cut(r.token, 1, r.token.n);
    if (str_eq(m->alias, m->name))
        m->alias = STR_NONE;
}

/* import and export statements, and "x = require('m')", where what stands
 * alone is the module itself and ':' renames. */
static void read_script(struct reader *r, struct import_list *l)
{
    struct str module = last_string(*r), name, alias;
    bool group = false;
    bool plain = !is_token(r, "import") && !is_token(r, "export");
    size_t before = l->n;

    if (!module.n)
        return;
    if (!plain)
        next(r);
    while (r->sort && r->sort != 's' && !is_token(r, "from")) {
        if (r->sort == '{') {
            group = true;
            next(r);
        } else if (r->sort == '*') {
            next(r);
            add(l, module, STR("*"), read_alias(r));
        } else if (r->sort == 'w' && !is_token(r, "require")) {
            name = r->token;
            next(r);
            if ((str_eqz(name, "type") || str_eqz(name, "typeof")) &&
                (r->sort == 'w' || r->sort == '{' || r->sort == '*'))
                continue; /* import type {...} */
            if (r->sort == '=' && !group)
                plain = true;
            alias = STR_NONE;
            if (group && r->sort == ':') {
                next(r);
                alias = r->token;
                next(r);
            } else if (group) {
                alias = read_alias(r);
            }
            if (group)
                add(l, module, name, alias);
            else
                add(l, module, plain ? STR_NONE : STR("default"), name);
        } else {
            group = group && r->sort != '}';
            next(r);
        }
    }
    if (l->n == before)
        add(l, module, STR_NONE, STR_NONE);
    else if (plain && l->n == before + 1 && !l->v[before].name.n)
        take_member(*r, &l->v[before]);
}

/* A word right before the string (Go), or before a '=', is the alias. */
static void read_quoted(struct reader *r, struct import_list *l)
{
    struct str alias = STR_NONE;
    bool set = false, calls = false;

    for (; r->sort && r->sort != 's'; next(r)) {
        if (r->sort == '=')
            set = true;
        else if (r->sort == '(' || is_token(r, "require_relative") ||
                 is_token(r, "load") || is_token(r, "autoload") ||
                 is_token(r, "require_once") || is_token(r, "include_once"))
            calls = true;
        else if (!set && (r->sort == '.' || (r->sort == 'w' && !is_noise(r))))
            alias = r->token;
    }
    if (r->sort == 's')
        add(l, r->token, STR_NONE, set || !calls ? alias : STR_NONE);
}

static void read_dart(struct reader *r, struct import_list *l)
{
    struct str module = last_string(*r), alias = STR_NONE;
    bool shown = false, hides = false;

    for (; r->sort; next(r)) {
        if (is_token(r, "as")) {
            next(r);
            alias = r->token;
        } else if (is_token(r, "show")) {
            shown = true;
            hides = false;
        } else if (is_token(r, "hide")) {
            hides = true;
        } else if (shown && !hides && r->sort == 'w') {
            add(l, module, r->token, STR_NONE);
        }
    }
    if (!shown)
        add(l, module, STR_NONE, alias);
}

static void read_word(struct reader *r, struct import_list *l)
{
    struct str rest = str_trim(r->text), word;

    while (rest.n && !is_space(rest.p[0]) && rest.p[0] != '(')
        rest = str_cut(rest, 1, rest.n);
    word = rest = str_trim(str_cut(rest, str_starts(rest, STR("(")), rest.n));
    for (size_t i = 0; i < rest.n; i++) {
        if (is_space(rest.p[i]) || strchr(";,)", rest.p[i])) {
            word.n = i;
            break;
        }
    }
    if (word.n >= 2 && strchr("\"'<", word.p[0]))
        word = str_cut(word, 1, word.n - 1);
    add(l, word, STR_NONE, STR_NONE);
}

static void read_haskell(struct reader *r, struct import_list *l)
{
    struct str module = STR_NONE, alias = STR_NONE;
    size_t before;
    bool hiding = false;
    int depth = 0;

    for (next(r); r->sort && r->sort != '('; next(r)) {
        if (is_token(r, "qualified") || is_token(r, "safe") || r->sort == 's')
            continue;
        if (is_token(r, "hiding"))
            hiding = true;
        else if (is_token(r, "as")) {
            next(r);
            alias = r->token;
        } else if (r->sort == 'w' && !module.n) {
            module = r->token;
        }
    }
    before = l->n;
    for (; !hiding && r->sort; next(r)) {
        depth += r->sort == '(' ? 1 : r->sort == ')' ? -1 : 0;
        if (r->sort == 'w' && depth == 1)
            add(l, module, r->token, alias);
    }
    if (l->n == before)
        add(l, module, STR_NONE, alias);
}

static void read_elixir(struct reader *r, struct import_list *l)
{
    struct str module, alias = STR_NONE;

    next(r);
    if (r->sort != 'w')
        return;
    module = r->token;
    next(r);
    if (r->sort == '.') {
        next(r);
        for (; r->sort && r->sort != '}'; next(r))
            if (r->sort == 'w')
                add(l, module, r->token, STR_NONE);
        return;
    }
    for (; r->sort; next(r)) {
        if (is_token(r, "as")) {
            next(r); /* ':' */
            next(r);
            alias = r->token;
        }
    }
    add(l, module, STR_NONE, alias);
}

static void read_include(struct reader *r, struct import_list *l)
{
    ptrdiff_t open = str_chr(r->text, '<'), close = str_chr(r->text, '>');
    ptrdiff_t quote = str_chr(r->text, '"');

    if (quote >= 0 && (open < 0 || quote < open)) {
        struct str s = str_cut(r->text, (size_t)quote + 1, r->text.n);

        close = str_chr(s, '"');
        add(l, str_cut(s, 0, close < 0 ? s.n : (size_t)close), STR_NONE,
            STR_NONE);
    } else if (open >= 0 && close > open) {
        add(l, str_cut(r->text, (size_t)open + 1, (size_t)close), STR_NONE,
            STR_NONE);
    }
}

void import_read(enum import_style style, struct str text,
                 struct import_list *l)
{
    static void (*const read[IMPORT_STYLES])(struct reader *,
                                             struct import_list *) = {
        [IMPORT_C] = read_include,     [IMPORT_MODULE] = read_path,
            [IMPORT_PATH] = read_path,
        [IMPORT_PYTHON] = read_python, [IMPORT_SCRIPT] = read_script,
        [IMPORT_QUOTED] = read_quoted, [IMPORT_DART] = read_dart,
        [IMPORT_WORD] = read_word,     [IMPORT_HASKELL] = read_haskell,
        [IMPORT_ELIXIR] = read_elixir};
    struct reader r = {.text = str_cut(text, 0, 65536),
                       .primes = style == IMPORT_HASKELL};

    if (style == IMPORT_NONE || style >= IMPORT_STYLES)
        return;
    l->whole = style == IMPORT_MODULE;
    next(&r);
    read[style](&r, l);
}
