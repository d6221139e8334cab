/* rules_code.c - see rules_code.h. */
#include "base/common.h"

#include "compress/rules_code.h"

/* Most lines of one patch or text that are read. */
#define LINES_MAX 4000
/* A definition's line is not longer. */
#define DEFINITION_MAX 300

static const struct {
    const char *ext;
    enum lang lang;
} exts[] = {
    {"c", LANG_C},        {"h", LANG_C},        {"cc", LANG_C},
    {"cpp", LANG_C},      {"cxx", LANG_C},      {"hpp", LANG_C},
    {"m", LANG_C},        {"go", LANG_GO},      {"rs", LANG_RUST},
    {"py", LANG_PYTHON},  {"pyi", LANG_PYTHON}, {"js", LANG_JS},
    {"jsx", LANG_JS},     {"ts", LANG_JS},      {"tsx", LANG_JS},
    {"mjs", LANG_JS},     {"cjs", LANG_JS},     {"mts", LANG_JS},
    {"vue", LANG_JS},     {"svelte", LANG_JS},  {"java", LANG_JAVA},
    {"cs", LANG_JAVA},    {"kt", LANG_JAVA},    {"scala", LANG_JAVA},
    {"swift", LANG_JAVA}, {"php", LANG_JAVA},   {"dart", LANG_JAVA},
    {"rb", LANG_RUBY},    {"rake", LANG_RUBY},  {"sh", LANG_SHELL},
    {"bash", LANG_SHELL}, {"zsh", LANG_SHELL},  {"sql", LANG_SQL},
    {"md", LANG_TEXT},    {"mdx", LANG_TEXT},
};

enum lang lang_of(struct str path)
{
    struct str base = str_base(path);
    ptrdiff_t dot = str_rchr(base, '.');

    if (dot < 0)
        return LANG_NONE;
    for (size_t i = 0; i < ARRAY_LEN(exts); i++)
        if (str_eqz(str_cut(base, (size_t)dot + 1, base.n), exts[i].ext))
            return exts[i].lang;
    return LANG_NONE;
}

/* --- shapes of definitions ------------------------------------------------- */

static bool is_name_byte(char c)
{
    return is_alnum(c) || c == '_' || c == '$';
}

/* The identifier at the start of s. */
static struct str ident(struct str s)
{
    size_t n = 0;

    if (s.n && is_digit(s.p[0]))
        return STR_NONE;
    while (n < s.n && is_name_byte(s.p[n]))
        n++;
    return str_cut(s, 0, n);
}

/* Takes `word` and the blanks behind it off *s. */
static bool take(struct str *s, const char *word)
{
    struct str w = str_of(word);

    if (!str_starts(*s, w) || s->n <= w.n || !is_space(s->p[w.n]))
        return false;
    *s = str_trim(str_cut(*s, w.n, s->n));
    return true;
}

static bool is_listed(struct str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(s, list[i]))
            return true;
    return false;
}

/* Words that may stand before a definition's own keyword. */
static void take_modifiers(struct str *s)
{
    static const char *const words[] = {
        "export",     "default",      "declare",   "async",       "pub",
        "pub(crate)", "pub(super)",   "unsafe",    "const",       "static",
        "public",     "private",      "protected", "internal",    "abstract",
        "final",      "override",     "open",      "virtual",     "sealed",
        "partial",    "inline",       "extern",    "suspend",     "data",
        "readonly",   "synchronized", "mutating",  "fileprivate", "local"};
    struct str before;

    do {
        before = *s;
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            if (take(s, words[i]))
                break;
    } while (s->n != before.n);
}

struct keyword {
    unsigned langs; /* 1 << LANG_... */
    const char *word;
};

#define L(x) (1u << LANG_##x)
static const struct keyword keywords[] = {
    {L(GO), "type"},
    {L(RUST), "fn"},
    {L(RUST), "struct"},
    {L(RUST), "enum"},
    {L(RUST), "trait"},
    {L(RUST), "macro_rules!"},
    {L(PYTHON) | L(RUBY), "def"},
    {L(PYTHON) | L(JS) | L(JAVA) | L(RUBY) | L(C), "class"},
    {L(JS) | L(JAVA), "interface"},
    {L(JS) | L(JAVA) | L(C), "enum"},
    {L(JS) | L(SHELL) | L(JAVA), "function"},
    {L(JAVA), "record"},
    {L(JAVA), "object"},
    {L(JAVA), "trait"},
    {L(JAVA), "protocol"},
    {L(JAVA), "fun"},
    {L(JAVA), "func"},
    {L(JAVA) | L(C), "struct"},
    {L(RUBY), "module"},
};

/* "keyword Name", where the keyword opens a definition. */
static bool by_keyword(enum lang l, struct str s, struct str *name)
{
    struct str rest;
    size_t n;

    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        rest = s;
        if (!(keywords[i].langs & 1u << l) || !take(&rest, keywords[i].word))
            continue;
        if (rest.n && rest.p[0] == '*') /* a generator */
            rest = str_trim(str_cut(rest, 1, rest.n));
        if (str_starts(rest, STR("self.")))
            rest = str_cut(rest, 5, rest.n);
        *name = ident(rest);
        n = name->n;
        if (n == 0)
            return false;
        /* In C "struct x y;" and "struct x *f(...)" define no struct x. */
        if (l == LANG_C)
            return n < rest.n && str_ends(s, STR("{")) &&
                   str_chr(rest, '(') < 0;
        return true;
    }
    return false;
}

/* "func Name(", "func (r *T) Name(": the receiver's type is part of it. */
static bool go_func(struct str s, struct str *name)
{
    ptrdiff_t close;

    if (!take(&s, "func"))
        return false;
    if (s.n && s.p[0] == '(') {
        close = str_chr(s, ')');
        if (close < 0)
            return false;
        s = str_trim(str_cut(s, (size_t)close + 1, s.n));
    }
    *name = ident(s);
    return name->n > 0;
}

/* "const name = (...) =>", "name: async () => {", "name(args) {" */
static bool js_shape(struct str s, bool top, struct str *name)
{
    static const char *const control[] = {
        "if",       "for",         "while",  "switch", "catch",  "return",
        "function", "constructor", "super",  "await",  "typeof", "new",
        "do",       "else",        "throw",  "test",   "it",     "describe",
        "expect",   "import",      "require"};
    struct str rest = s, word;
    bool bound =
        take(&rest, "const") || take(&rest, "let") || take(&rest, "var");

    if (take(&rest, "type") && str_find(rest, STR("=")) > 0) {
        *name = ident(rest);
        return name->n > 0;
    }
    *name = word = ident(rest);
    if (word.n < 2)
        return false;
    if (bound) {
        ptrdiff_t eq = str_chr(rest, '=');
        struct str value;

        if (eq < 0)
            return false;
        value = str_trim(str_cut(rest, (size_t)eq + 1, rest.n));
        if (str_find(value, STR("=>")) >= 0 ||
            str_starts(value, STR("function")) ||
            str_starts(value, STR("async")) ||
            str_starts(value, STR("useCallback")) ||
            str_starts(value, STR("memo(")))
            return true;
        /* A constant of the module. */
        return top && word.n > 2 && is_upper(word.p[0]);
    }
    rest = str_trim(str_cut(rest, word.n, rest.n));
    return rest.n && (rest.p[0] == '(' || rest.p[0] == '<') && !top &&
           str_ends(s, STR("{")) && str_find(s, STR("=>")) < 0 &&
           str_find(s, STR("function")) < 0 &&
           !is_listed(word, control, ARRAY_LEN(control));
}

/* "Type name(args) {" of Java, C# and C++: the word before the bracket. */
static bool call_shape(struct str s, struct str *name)
{
    static const char *const control[] = {
        "if",      "for",   "while", "switch", "catch", "return", "sizeof",
        "else",    "do",    "new",   "throw",  "using", "lock",   "foreach",
        "defined", "match", "when",  "super",  "this",  "typeof", "elseif"};
    ptrdiff_t open = str_chr(s, '(');
    size_t from, end;
    char last = s.n ? s.p[s.n - 1] : '\0';
    struct str first = ident(s);

    if (open < 3 || last == ';' || last == ':')
        return false;
    if (is_listed(first, control, ARRAY_LEN(control)))
        return false;
    end = (size_t)open;
    for (from = end; from && is_name_byte(s.p[from - 1]); from--)
        ;
    *name = str_cut(s, from, end);
    if (name->n < 2 || is_digit(name->p[0]) || from == 0)
        return false;
    /* There must be a type before it, and no operator or call. */
    for (size_t i = 0; i < from; i++)
        if (strchr("=+/.!|?\"'%()", s.p[i]))
            return false;
    return !is_listed(*name, control, ARRAY_LEN(control)) &&
           (is_space(s.p[from - 1]) || s.p[from - 1] == '*' ||
            s.p[from - 1] == '&' || s.p[from - 1] == ':');
}

/* "name() {" */
static bool shell_func(struct str s, struct str *name)
{
    *name = ident(s);
    return name->n > 0 && str_starts(str_cut(s, name->n, s.n), STR("()"));
}

static bool heading(struct str s, struct str *name)
{
    size_t n = 0;

    while (n < s.n && s.p[n] == '#')
        n++;
    if (n == 0 || n > 4 || n >= s.n || s.p[n] != ' ')
        return false;
    *name = str_trim(str_cut(s, n, s.n));
    return name->n > 0 && name->n <= 60;
}

bool code_defines(enum lang l, struct str line, struct str *name)
{
    struct str s = str_trim(line);
    bool top = line.n && !is_space(line.p[0]);

    if (s.n < 4 || s.n > DEFINITION_MAX)
        return false;
    if (l == LANG_TEXT)
        return heading(s, name);
    if (s.p[0] == '/' || s.p[0] == '*' || s.p[0] == '#')
        return false;
    if (l == LANG_GO)
        return top && (go_func(s, name) || by_keyword(l, s, name));
    if (l == LANG_C)
        return top && (by_keyword(l, s, name) || call_shape(s, name));
    if (l == LANG_SHELL && shell_func(s, name))
        return true;
    if (l == LANG_JS) {
        struct str rest = s;

        take(&rest, "export");
        take(&rest, "default");
        if (js_shape(rest, top, name))
            return true;
    }
    take_modifiers(&s);
    if (by_keyword(l, s, name))
        return true;
    if (l == LANG_JS)
        return js_shape(s, top, name);
    return l == LANG_JAVA && str_ends(s, STR("{")) && call_shape(s, name);
}

/* --- the definition around a line ---------------------------------------------- */

static size_t indent(struct str line)
{
    size_t n = 0;

    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

/* The line of text that contains offset `at`. */
static struct str line_at(struct str text, size_t at)
{
    size_t from = at, to = at;

    while (from && text.p[from - 1] != '\n')
        from--;
    while (to < text.n && text.p[to] != '\n')
        to++;
    return str_cut(text, from, to);
}

/* A line whose indentation says nothing: blank, a lone brace, a label, a line
 * of the preprocessor. */
static bool is_unplaced(enum lang l, struct str s)
{
    if (s.n == 0 || str_eqz(s, "{") || str_eqz(s, "}"))
        return true;
    return l == LANG_C && (s.p[0] == '#' || s.p[s.n - 1] == ':');
}

/* Walks up from `at` to the definition that is less indented. */
static bool walk_up(enum lang l, struct str text, struct str from,
                    struct str *name)
{
    size_t depth = indent(from), at = (size_t)(from.p - text.p);
    struct str line;

    for (int i = 0; at > 0 && depth > 0 && i < LINES_MAX; i++) {
        line = line_at(text, at - 1);
        at = (size_t)(line.p - text.p);
        if (indent(line) >= depth || is_unplaced(l, str_trim(line)))
            continue;
        if (code_defines(l, line, name))
            return true;
        depth = indent(line);
    }
    return false;
}

bool code_around(enum lang l, struct str text, struct str line,
                 struct str *name)
{
    struct str want = str_trim(line), rest = text, hit;
    ptrdiff_t at;

    if (want.n < 6)
        return false;
    for (int i = 0; i < 8 && (at = str_find(rest, want)) >= 0; i++) {
        hit = line_at(text, (size_t)(rest.p - text.p) + (size_t)at);
        if (str_eq(str_trim(hit), want))
            return code_defines(l, hit, name) || walk_up(l, text, hit, name);
        rest = str_cut(rest, (size_t)at + want.n, rest.n);
    }
    return false;
}

/* --- edits ------------------------------------------------------------------------ */

struct str code_last_name(struct str qualified)
{
    size_t at = qualified.n;

    if (str_chr(qualified, ' ') >= 0) { /* a heading: "Part > Chapter" */
        while (at > 2 && !str_eqz(str_cut(qualified, at - 2, at), "> "))
            at--;
        return at > 2 ? str_cut(qualified, at, qualified.n) : qualified;
    }
    while (at && (is_alnum(qualified.p[at - 1]) || qualified.p[at - 1] == '_' ||
                  qualified.p[at - 1] == '$' || qualified.p[at - 1] & 0x80))
        at--;
    return at < qualified.n ? str_cut(qualified, at, qualified.n) : qualified;
}

void code_add_name(struct code_change *c, struct str name, bool is_new)
{
    if (name.n == 0 || name.n > 60)
        return;
    for (size_t i = 0; i < c->nnames; i++)
        if (str_eq(c->name[i].name, name))
            return;
    if (c->nnames == CODE_NAMES_MAX)
        return;
    c->name[c->nnames].name = name;
    c->name[c->nnames++].is_new = is_new;
}

/* Does the hunk take a definition of that name away (and so change it)? */
static bool hunk_removes(enum lang l, const struct json *lines, struct str name)
{
    struct str s, other;

    for (const struct json *j = json_first(lines); j; j = json_next(j)) {
        s = json_str(j);
        if (s.n > 1 && s.p[0] == '-' &&
            code_defines(l, str_cut(s, 1, s.n), &other) && str_eq(name, other))
            return true;
    }
    return false;
}

/* A line of the old file that says where the hunk is: a definition would be
 * caught by itself, and a short line may stand anywhere. */
static struct str anchor_of(const struct json *lines)
{
    struct str best = STR_NONE, s;

    for (const struct json *j = json_first(lines); j; j = json_next(j)) {
        s = json_str(j);
        if (s.n < 2 || s.p[0] == '+')
            continue;
        s = str_trim(str_cut(s, 1, s.n));
        if (s.n > best.n && s.n < DEFINITION_MAX)
            best = s;
        if (best.n > 40)
            break;
    }
    return best;
}

static void read_hunk(enum lang l, const struct json *lines, struct str text,
                      struct code_change *c)
{
    struct str inside = STR_NONE, s, name;
    size_t depth = 0, in, names = c->nnames;
    int left = LINES_MAX;

    for (const struct json *j = json_first(lines); j && left--;
         j = json_next(j)) {
        char mark;

        s = json_str(j);
        if (s.n == 0)
            continue;
        mark = s.p[0];
        s = str_cut(s, 1, s.n);
        c->added += mark == '+';
        c->removed += mark == '-';
        if (l == LANG_NONE || str_trim(s).n == 0)
            continue;
        in = indent(s);
        if (code_defines(l, s, &name)) {
            inside = name;
            depth = in;
            if (mark == '+')
                code_add_name(c, name, !hunk_removes(l, lines, name));
            else if (mark == '-')
                code_add_name(c, name, false);
            continue;
        }
        if (mark == ' ')
            continue;
        if (inside.n && (in > depth || l == LANG_TEXT))
            code_add_name(c, inside, false);
    }
    if (c->nnames == names && text.n && l != LANG_NONE &&
        code_around(l, text, anchor_of(lines), &name))
        code_add_name(c, name, false);
}

void code_read_patch(enum lang l, const struct json *hunks, struct str text,
                     struct code_change *c)
{
    int left = 200; /* hunks of one edit */

    for (const struct json *h = json_first(hunks); h && left--;
         h = json_next(h))
        read_hunk(l, json_get(h, "lines"), text, c);
}

static int64_t count_lines(struct str s)
{
    int64_t n = 0;
    struct str line;

    while (str_line(&s, &line))
        n++;
    return n;
}

void code_read_texts(enum lang l, struct str before, struct str after,
                     struct code_change *c)
{
    struct str a = before, b = after, la, lb, name;
    int left = LINES_MAX;

    /* The lines both begin with did not change, nor those they end with. */
    for (;;) {
        struct str a2 = a, b2 = b;

        if (!str_line(&a2, &la) || !str_line(&b2, &lb) || !str_eq(la, lb))
            break;
        a = a2;
        b = b2;
    }
    while (a.n && b.n && a.p[a.n - 1] == b.p[b.n - 1]) {
        a.n--;
        b.n--;
    }
    c->added += count_lines(b);
    c->removed += count_lines(a);
    while (left-- && str_line(&b, &lb))
        if (code_defines(l, lb, &name))
            code_add_name(c, name, str_find(before, name) < 0);
}

#undef L
