/* rules_text.c - see rules_text.h. */
#include "base/common.h"

#include "base/names.h"
#include "base/utf8.h"
#include "compress/rules_text.h"

/* Most bytes of one line that are looked at: behind that it is data. */
#define LINE_MAX_BYTES 4096

/* --- one line -------------------------------------------------------------- */

/* "[text](target)" at the start of s: *text is its text; its length, or 0. */
static size_t link_at(struct str s, struct str *text)
{
    ptrdiff_t mid, end;

    if (s.n < 5 || s.p[0] != '[')
        return 0;
    mid = str_find(s, STR("]("));
    if (mid < 1)
        return 0;
    end = str_chr(str_cut(s, (size_t)mid, s.n), ')');
    if (end < 0)
        return 0;
    *text = str_cut(s, 1, (size_t)mid);
    return (size_t)(mid + end) + 1;
}

/* Appends s without "**" and link targets. */
static void put_plain(struct buf *b, struct str s)
{
    struct str text;
    size_t i = 0, n;

    while (i < s.n) {
        if (s.p[i] == '*' && i + 1 < s.n && s.p[i + 1] == '*') {
            i += 2;
        } else if (str_starts(str_cut(s, i, s.n), STR(" | "))) {
            buf_addz(b, " - "); /* cells of a table's row */
            i += 3;
        } else if ((n = link_at(str_cut(s, i, s.n), &text)) != 0) {
            buf_adds(b, text);
            i += n;
        } else {
            buf_addc(b, s.p[i++]);
        }
    }
}

/* s cut to max bytes between words, with "..." when something went. */
static struct str clip(struct arena *a, struct str s, size_t max)
{
    struct str t;
    size_t n;

    if (s.n <= max)
        return arena_str(a, s);
    t = utf8_cut(s, max > 3 ? max - 3 : 0);
    /* Back to a blank, unless that loses a quarter (no blanks: CJK). */
    for (n = t.n; n > t.n * 3 / 4 && t.p[n] != ' '; n--)
        ;
    if (n > t.n * 3 / 4)
        t.n = n;
    while (t.n && (is_space(t.p[t.n - 1]) || strchr(",(-:.", t.p[t.n - 1])))
        t.n--;
    return arena_fmt(a, "%.*s...", STR_ARG(t));
}

static struct str one_line(struct arena *a, struct str s, size_t max,
                           bool markdown)
{
    struct buf line, plain;
    struct str out;

    buf_init(&line, 8 * LINE_MAX_BYTES);
    buf_init(&plain, 8 * LINE_MAX_BYTES);
    s = str_trim(s);
    utf8_clean_line(&line, utf8_cut(s, LINE_MAX_BYTES));
    if (markdown)
        put_plain(&plain, buf_str(&line));
    out = clip(a, str_trim(buf_str(markdown ? &plain : &line)), max);
    buf_free(&plain);
    buf_free(&line);
    return out;
}

struct str text_line(struct arena *a, struct str s, size_t max)
{
    return one_line(a, s, max, true);
}

struct str text_raw_line(struct arena *a, struct str s, size_t max)
{
    return one_line(a, s, max, false);
}

struct str text_as_title(struct arena *a, struct str s)
{
    struct str t;
    char *p;

    s = str_trim(s);
    while (s.n &&
           (s.p[s.n - 1] == ':' || s.p[s.n - 1] == ';' || s.p[s.n - 1] == ',' ||
            (s.p[s.n - 1] == '.' && !str_ends(s, STR("..")))))
        s.n--;
    p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    t = (struct str){p, s.n};
    if (t.n && is_lower(p[0]) && !name_is(str_cut(t, 0, strcspn(p, " :,"))))
        p[0] = (char)(p[0] - 32);
    return t;
}

bool text_join(struct buf *b, const char *sep, struct str s, size_t max)
{
    size_t n = s.n + (b->len ? strlen(sep) : 0);

    if (s.n == 0 || b->len + n > max)
        return false;
    if (b->len)
        buf_addz(b, sep);
    return buf_adds(b, s);
}

/* --- sentences --------------------------------------------------------------- */

static bool is_rule(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '-' && s.p[i] != '=' && s.p[i] != '*' && s.p[i] != '_')
            return false;
    return s.n > 2;
}

/* A pictograph at the start of s: its length, or 0. */
static size_t pictograph(struct str s)
{
    uint32_t cp;
    size_t n = utf8_decode(s, &cp);

    if (n > 1 && ((cp >= 0x2190 && cp <= 0x2bff) || cp == 0xfe0f ||
                  (cp >= 0x1f000 && cp <= 0x1faff)))
        return n;
    return 0;
}

/* Takes list marks, check boxes and pictographs off the front of a line. */
static struct str without_mark(struct sentences *it, struct str s)
{
    size_t n;

    it->is_item = it->is_open = false;
    it->number = 0;
    if (s.n > 1 && (s.p[0] == '-' || s.p[0] == '*' || s.p[0] == '+') &&
        is_space(s.p[1])) {
        s = str_trim(str_cut(s, 2, s.n));
        it->is_item = true;
    }
    for (n = 0; n < s.n && n < 3 && is_digit(s.p[n]); n++)
        it->number = it->number * 10 + (s.p[n] - '0');
    if (n && n + 1 < s.n && (s.p[n] == '.' || s.p[n] == ')') &&
        is_space(s.p[n + 1])) {
        s = str_trim(str_cut(s, n + 2, s.n));
        it->is_item = true;
    } else {
        it->number = 0;
    }
    if (s.n > 3 && s.p[0] == '[' && s.p[2] == ']') {
        it->is_open = s.p[1] == ' ';
        s = str_trim(str_cut(s, 3, s.n));
    }
    while ((n = pictograph(s)) != 0)
        s = str_trim(str_cut(s, n, s.n));
    return s;
}

/* Is the whole line one emphasised phrase: a heading in all but name? */
static bool is_bold_heading(struct str s)
{
    if (str_ends(s, STR(":")))
        s.n--;
    return s.n > 5 && s.n < 100 && str_starts(s, STR("**")) &&
           str_ends(s, STR("**")) &&
           str_find(str_cut(s, 2, s.n - 2), STR("**")) < 0;
}

/* A row of a table is a sentence of its cells; the first row names columns. */
static bool take_row(struct sentences *it, struct str s)
{
    bool in_table = it->in_table;

    it->in_table = true;
    if (!in_table || str_find(s, STR("--")) >= 0 || s.n < 8)
        return false;
    s = str_trim(str_cut(s, 1, s.p[s.n - 1] == '|' ? s.n - 1 : s.n));
    it->is_item = it->is_row = true;
    it->is_open = false;
    it->number = 0;
    it->line = s;
    it->is_first = true;
    return true;
}

/* "Next steps:" on a line of its own heads the list below it, and no more. */
static void introduce(struct sentences *it, struct str s)
{
    if (it->is_item)
        return;
    if (it->is_intro)
        it->heading = STR_NONE;
    it->is_intro = s.n < 60 && str_ends(s, STR(":"));
    if (it->is_intro)
        it->heading = str_cut(s, 0, s.n - 1);
}

/* The next line that has prose; false at the end of the text. */
static bool next_prose(struct sentences *it)
{
    struct str s;

    while (str_line(&it->rest, &s)) {
        s = str_trim(s);
        if (!it->in_code && s.n && s.p[0] == '|') {
            if (take_row(it, s))
                return true;
            continue;
        }
        it->in_table = it->is_row = false;
        if (str_starts(s, STR("```")) || str_starts(s, STR("~~~"))) {
            it->in_code = !it->in_code;
            continue;
        }
        if (it->in_code || s.n == 0 || s.p[0] == '>' || is_rule(s))
            continue;
        if (s.p[0] == '#' || is_bold_heading(s)) {
            while (s.n && (s.p[0] == '#' || s.p[0] == '*'))
                s = str_cut(s, 1, s.n);
            it->heading = str_trim(s);
            it->is_intro = false;
            continue;
        }
        s = without_mark(it, s);
        if (s.n == 0)
            continue;
        introduce(it, s);
        it->line = s;
        it->is_first = true;
        return true;
    }
    return false;
}

static bool is_abbreviation(struct str s, size_t dot)
{
    static const char *const known[] = {"e.g",  "i.e", "vs", "etc", "approx",
                                        "resp", "cf",  "Mr", "Dr",  "z.B"};
    size_t from = dot;

    while (from && !is_space(s.p[from - 1]) && s.p[from - 1] != '(')
        from--;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_eqz(str_cut(s, from, dot), known[i]))
            return true;
    return dot - from == 1 && is_alpha(s.p[from]);
}

/* Bytes of the full stop of Chinese or Japanese at the start of s, or 0. */
static size_t wide_stop(struct str s)
{
    uint32_t cp;
    size_t n = utf8_decode(s, &cp);

    return n == 3 && (cp == 0x3002 || cp == 0xff01 || cp == 0xff1f) ? n : 0;
}

/* Where the first sentence of the line ends. */
static size_t sentence_end(struct str s)
{
    bool code = false;
    size_t n;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '`')
            code = !code;
        if (code)
            continue;
        if ((n = wide_stop(str_cut(s, i, s.n))) != 0)
            return i + n;
        if (c != '.' && c != '!' && c != '?')
            continue;
        for (n = i + 1; n < s.n && strchr(".!?)\"'*", s.p[n]); n++)
            ;
        if (n < s.n && !is_space(s.p[n]))
            continue;
        if (c == '.' && is_abbreviation(s, i))
            continue;
        return n;
    }
    return s.n;
}

bool sentences_next(struct sentences *it, struct str *s)
{
    size_t end;

    it->is_first = false;
    while (it->line.n == 0)
        if (!next_prose(it))
            return false;
    end = it->is_row ? it->line.n
                     : sentence_end(str_cut(it->line, 0, LINE_MAX_BYTES));
    *s = str_trim(str_cut(it->line, 0, end));
    it->line = str_trim(str_cut(it->line, end, it->line.n));
    return true;
}

/* --- words ------------------------------------------------------------------- */

static bool is_word_byte(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

void sketch_of(struct str s, struct sketch *w)
{
    size_t i = 0;

    *w = (struct sketch){{0}};
    while (i < s.n) {
        uint64_t h = 0xcbf29ce484222325u;
        size_t from = i;

        while (i < s.n && is_word_byte(s.p[i]))
            h = (h ^ (unsigned char)to_lower(s.p[i++])) * 0x100000001b3u;
        /* Short words say nothing about what a sentence is about. */
        if (i - from > 3) {
            h ^= h >> 32;
            w->bit[h >> 6 & 3] |= UINT64_C(1) << (h & 63);
        }
        if (i == from)
            i++;
    }
}

bool sketch_alike(const struct sketch *a, const struct sketch *b)
{
    int na = 0, nb = 0, both = 0, least;

    for (size_t i = 0; i < ARRAY_LEN(a->bit); i++) {
        na += __builtin_popcountll(a->bit[i]);
        nb += __builtin_popcountll(b->bit[i]);
        both += __builtin_popcountll(a->bit[i] & b->bit[i]);
    }
    least = na < nb ? na : nb;
    return least > 0 && both * 10 >= least * 7;
}

size_t text_count_words(struct str s)
{
    size_t n = 0, wide = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!is_space(s.p[i]) && (i == 0 || is_space(s.p[i - 1])))
            n++;
        /* Chinese and Japanese write no blanks: two characters a word. */
        wide += (unsigned char)s.p[i] >= 0xe3 && (unsigned char)s.p[i] <= 0xe9;
    }
    return n + wide / 2;
}

int text_names(struct str s)
{
    struct names it = {utf8_cut(s, LINE_MAX_BYTES), 0};
    struct str name;
    int n = 0;

    while (n < 3 && names_next(&it, &name))
        n++;
    /* `git status` is marked as code but is no name. */
    return n == 0 && str_chr(it.text, '`') >= 0 ? 1 : n;
}

struct str text_lower(struct str s, char *out, size_t max)
{
    size_t n = 0;

    out[n++] = ' ';
    for (size_t i = 0; i < s.n && n + 2 < max; i++)
        out[n++] = to_lower(is_space(s.p[i]) ? ' ' : s.p[i]);
    out[n++] = ' ';
    return (struct str){out, n};
}

bool text_has_word(struct str lower, const char *word)
{
    struct str rest = lower, w = str_of(word);
    ptrdiff_t at;

    while ((at = str_find(rest, w)) >= 0) {
        size_t end = (size_t)at + w.n;

        if ((at == 0 || !is_word_byte(rest.p[at - 1])) &&
            (end >= rest.n || !is_word_byte(rest.p[end])))
            return true;
        rest = str_cut(rest, end, rest.n);
    }
    return false;
}

/* --- paths ------------------------------------------------------------------- */

struct str path_in(struct str root, struct str path)
{
    static const char *const trees[] = {"/.claude/worktrees/", "/.worktrees/"};
    ptrdiff_t at, slash;

    while (str_starts(path, STR("./")))
        path = str_cut(path, 2, path.n);
    for (size_t i = 0; i < ARRAY_LEN(trees); i++) {
        size_t n = strlen(trees[i]);

        at = str_find(path, str_of(trees[i]));
        if (at < 0)
            continue;
        /* A root inside the same worktree is cut off below. */
        if (str_find(root, str_of(trees[i])) >= 0 && str_starts(path, root))
            continue;
        slash = str_chr(str_cut(path, (size_t)at + n, path.n), '/');
        if (slash >= 0)
            return str_cut(path, (size_t)at + n + (size_t)slash + 1, path.n);
    }
    if (root.n && str_starts(path, root) && path.n > root.n + 1 &&
        path.p[root.n] == '/')
        return str_cut(path, root.n + 1, path.n);
    return path;
}

bool path_is_ours(struct str root, struct str path)
{
    struct str in = path_in(root, path);

    if (in.n == 0)
        return false;
    if (in.p[0] == '/' || in.p[0] == '~')
        return false;
    return !str_starts(in, STR(".claude/plans/")) &&
           !str_starts(in, STR("node_modules/"));
}

bool path_is_test(struct str path)
{
    static const char *const marks[] = {"_test.",    ".test.", ".spec.",
                                        "/test_",    "tests/", "test/",
                                        "__tests__", "_spec."};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_find(path, str_of(marks[i])) >= 0)
            return true;
    return str_starts(str_base(path), STR("test_"));
}

bool path_is_doc(struct str path)
{
    static const char *const ends[] = {".md", ".txt", ".rst", ".adoc", ".mdx"};

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(path, str_of(ends[i])))
            return true;
    return false;
}
