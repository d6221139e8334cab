/* text.c - see text.h. */
#include "base/common.h"

#include "code/text.h"

/* At most max bytes, and no part of a character. */
static size_t cut_at(struct str s, size_t max)
{
    size_t n = s.n < max ? s.n : max;

    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static struct str drop_opening(struct str s)
{
    static const char *const ends[] = {"{",     "=>",     "->", ":=", " do",
                                       " then", "=",      ":",  ";",  " where",
                                       ",",     " begin", "\\"};
    bool again = true;

    while (again) {
        again = false;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            if (str_ends(s, str_of(ends[i]))) {
                s.n -= strlen(ends[i]);
                again = true;
            }
        }
    }
    return s;
}

/* Behind a bracket that s begins with, and what is in it. */
static struct str drop_brackets(struct str s)
{
    int depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (strchr("([{", s.p[i]))
            depth++;
        else if (strchr(")]}", s.p[i]) && --depth <= 0)
            return str_trim(str_cut(s, i + 1, s.n));
    }
    return s;
}

/* Annotations before a declaration: "@Override", "@A(b)", "[A]", "#[A]". */
static struct str drop_annotations(struct str s)
{
    struct str was;
    size_t i;

    for (int n = 0; n < 8; n++) {
        was = s = str_trim(s);
        if (str_starts(s, STR("@")) && !str_starts(s, STR("@interface")) &&
            !str_starts(s, STR("@pro")) && !str_starts(s, STR("@impl"))) {
            for (i = 1; i < s.n && (is_alnum(s.p[i]) || s.p[i] == '_' ||
                                    s.p[i] == '.' || s.p[i] == ':');
                 i++)
                ;
            s = str_cut(s, i, s.n);
            if (str_starts(s, STR("(")))
                s = drop_brackets(s);
        } else if (str_starts(s, STR("#["))) {
            s = drop_brackets(str_cut(s, 1, s.n));
        } else if (str_starts(s, STR("["))) {
            struct str behind = drop_brackets(s);

            /* "[Symbol.iterator]()" is a name. */
            if (behind.n && strchr("(:?=<;", behind.p[0]))
                break;
            s = behind;
        }
        s = str_trim(s);
        if (!s.n)
            return was;
        if (s.n == was.n)
            break;
    }
    return s;
}

struct str text_first_line(struct str text)
{
    int open = str_starts(text, STR("(")) ? -1 : 0; /* Lisp is all brackets */

    for (size_t i = 0; i < text.n && i < 4 * SIGNATURE_MAX; i++) {
        open += text.p[i] == '(' || text.p[i] == '[';
        open -= text.p[i] == ')' || text.p[i] == ']';
        if (text.p[i] == '\n' && open <= 0 && i) {
            text = str_cut(text, 0, i);
            break;
        }
    }
    text = str_trim(text);
    text.n -= str_ends(text, STR("\\")); /* a macro that goes on */
    return text;
}

struct str text_signature(struct arena *a, struct str text, bool annotated)
{
    char buf[SIGNATURE_MAX + 4];
    size_t n = 0;
    bool blank = false, plain = true;
    struct str s = annotated ? drop_annotations(text) : str_trim(text);

    for (size_t i = 0; i < s.n; i++) {
        if (is_space(s.p[i])) {
            plain = plain && s.p[i] == ' ' && !blank;
            blank = true;
            if (s.p[i] == '\n' && i + 1 < s.n && s.p[i + 1] == '#')
                break; /* the preprocessor's, between head and body */
            continue;
        }
        /* "f(\n    a" is f(a */
        if (blank && !(n && (buf[n - 1] == '(' || s.p[i] == ')') && !plain))
            buf[n++] = ' ';
        blank = false;
        buf[n++] = s.p[i];
        if (n >= SIGNATURE_MAX)
            break;
    }
    n = cut_at((struct str){buf, n}, n);
    if (plain && n == s.n)
        return drop_opening(s);
    while (n && ((unsigned char)buf[n - 1] & 0xC0) == 0x80 &&
           n >= SIGNATURE_MAX)
        n--; /* a character begun: its first byte goes with it below */
    if (n >= SIGNATURE_MAX - 4 && n && (unsigned char)buf[n - 1] >= 0xC0)
        n--;
    return arena_str(a, drop_opening((struct str){buf, n}));
}

/* Marks at the beginning of a line of a comment. */
static struct str drop_marks(struct str line)
{
    static const char *const marks[] = {
        "/**", "/*!", "/*", "*/",   "///",  "//!",  "//",     "(**", "(*", "*)",
        "{-|", "{-",  "-}", "-- |", "-- ^", "--[[", "---",    "--",  "##", "#'",
        "#",   ";;;", ";;", ";",    "%%",   "%",    "\"\"\"", "'''", "*",  "!"};

    line = str_trim(line);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_starts(line, str_of(marks[i]))) {
            line = str_cut(line, strlen(marks[i]), line.n);
            break;
        }
    }
    while (str_ends(line, STR("*/")) || str_ends(line, STR("-}")) ||
           str_ends(line, STR("*)")) || str_ends(line, STR("]]")))
        line.n -= 2;
    return str_trim(line);
}

/* What C# and others put around every doc. */
static struct str drop_tags(struct str s)
{
    static const char *const tags[] = {"<summary>",  "</summary>", "<remarks>",
                                       "</remarks>", "<para>",     "</para>",
                                       "<p>"};

    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        if (str_starts(s, str_of(tags[i])))
            s = str_trim(str_cut(s, strlen(tags[i]), s.n));
        if (str_ends(s, str_of(tags[i])))
            s = str_trim(str_cut(s, 0, s.n - strlen(tags[i])));
    }
    return s;
}

/* "=====" and "*****" say nothing. */
static bool is_rule(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_alnum(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* A string's own marks, and what Elixir writes before it. */
static struct str drop_quotes(struct str s)
{
    static const char *const before[] = {
        "@moduledoc", "@doc", "@typedoc", "~S", "~s", "r", "R", "u", "b", "f"};

    s = str_trim(s);
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t n = strlen(before[i]);

        if (str_starts(s, str_of(before[i])) && s.n > n &&
            (is_space(s.p[n]) || s.p[n] == '"' || s.p[n] == '\'' ||
             s.p[n] == '~'))
            s = str_trim(str_cut(s, n, s.n));
    }
    for (int i = 0; i < 3 && s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') &&
                    s.p[s.n - 1] == s.p[0];
         i++)
        s = str_cut(s, 1, s.n - 1);
    return s;
}

/* A word to a tool, not to a reader. */
static bool is_directive(struct str line)
{
    static const char *const words[] = {"clang-format ",
                                        "eslint",
                                        "prettier-ignore",
                                        "@ts-",
                                        "NOLINT",
                                        "noqa",
                                        "pylint:",
                                        "type: ignore",
                                        "rubocop:",
                                        "istanbul ",
                                        "c8 ignore",
                                        "v8 ignore",
                                        "jshint ",
                                        "jslint ",
                                        "phpcs:",
                                        "@phpstan-",
                                        "@psalm-",
                                        "nolint",
                                        "go:",
                                        "+build ",
                                        "shellcheck ",
                                        "cspell:",
                                        "-*-",
                                        "vim:",
                                        "swiftlint:",
                                        "ktlint-",
                                        "@formatter:",
                                        "biome-ignore",
                                        "deno-",
                                        "tslint:",
                                        "sourceMappingURL",
                                        "region ",
                                        "endregion",
                                        "#region",
                                        "#endregion",
                                        "@flow",
                                        "mypy:",
                                        "pyright:",
                                        "coverage:",
                                        "pragma: no ",
                                        "frozen_string_literal:",
                                        "encoding:",
                                        "coding:",
                                        "typed: "};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_starts(line, str_of(words[i])))
            return true;
    return false;
}

/* A licence stands before the first definition and is not about it. */
static bool is_licence(struct str line)
{
    static const char *const begins[] = {
        "Copyright ",           "SPDX-", "@license",
        "Licensed under ",      "(c) 1", "(c) 2",
        "This file is part of "};

    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (str_starts(line, str_of(begins[i])))
            return true;
    return false;
}

struct str text_doc(struct arena *a, struct str raw)
{
    char buf[DOC_MAX];
    size_t n = 0;
    struct str rest = drop_quotes(raw), line;

    while (n < DOC_MAX && str_line(&rest, &line)) {
        line = drop_tags(drop_marks(line));
        if (is_licence(line))
            return STR_NONE;
        if (!line.n || is_rule(line) || is_directive(line) ||
            (!n && !rest.n && str_eqz(line, "false"))) /* "@doc false" */
            continue;
        if (n && n < DOC_MAX)
            buf[n++] = ' ';
        for (size_t i = 0; i < line.n && n < DOC_MAX; i++)
            if (!is_space(line.p[i]) || (i && !is_space(line.p[i - 1])))
                buf[n++] = is_space(line.p[i]) ? ' ' : line.p[i];
    }
    if (n == DOC_MAX) { /* back to a whole word */
        while (n && buf[n - 1] != ' ')
            n--;
        if (!n)
            n = cut_at((struct str){buf, DOC_MAX}, DOC_MAX - 4);
    }
    return arena_str(a, str_trim((struct str){buf, n}));
}

uint64_t text_hash(struct str before, struct str behind)
{
    uint64_t h = 0xcbf29ce484222325u;
    struct str part[2] = {before, behind};
    bool blank = false;

    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < part[k].n; i++) {
            if (is_space(part[k].p[i])) {
                blank = true;
                continue;
            }
            if (blank)
                h = (h ^ ' ') * 0x100000001b3u;
            blank = false;
            h = (h ^ (unsigned char)part[k].p[i]) * 0x100000001b3u;
        }
    }
    return h ? h : 1;
}
