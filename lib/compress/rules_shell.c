/* rules_shell.c - what a command is for: see rules_shell.h. */
#include "base/common.h"

#include "compress/rules_code.h"
#include "compress/rules_kind.h"
#include "compress/rules_shell.h"
#include "compress/rules_text.h"

/* Most parts of a command line that are looked at. */
#define PARTS_MAX 24
/* A commit's reason: enough for its first paragraph. */
#define BODY_MAX 400

bool shell_is_check(enum shell_kind k)
{
    return k == SHELL_TEST || k == SHELL_BUILD || k == SHELL_LINT;
}

/* --- taking a line apart --------------------------------------------------- */

/* Where the here-document that begins on the line before `at` ends; `at` when
 * there is none. */
static size_t behind_heredoc(struct str s, size_t at)
{
    struct str head = str_cut(s, 0, at), rest = str_cut(s, at + 1, s.n);
    ptrdiff_t open = str_find(head, STR("<<"));
    struct str mark, line;
    size_t n = 0;

    if (open < 0 || str_starts(str_cut(head, (size_t)open, at), STR("<<<")))
        return at;
    mark = str_cut(head, (size_t)open + 2, at);
    while (mark.n && strchr("-'\" \\", mark.p[0]))
        mark = str_cut(mark, 1, mark.n);
    while (n < mark.n && (is_alnum(mark.p[n]) || mark.p[n] == '_'))
        n++;
    mark = str_cut(mark, 0, n);
    while (mark.n && str_line(&rest, &line))
        if (str_eq(str_trim(line), mark))
            return (size_t)(line.p - s.p) + line.n;
    return at;
}

/*
 * Takes the next part of a command line: up to && || ; | or a newline that
 * stands in no quotes, no $(...) and no here-document.
 */
static bool next_part(struct str *rest, struct str *part)
{
    char quote = '\0';
    int depth = 0;
    size_t i, end;

    if (rest->n == 0)
        return false;
    for (i = 0; i < rest->n; i++) {
        char c = rest->p[i];

        if (c == '\\' && quote != '\'') {
            i++;
        } else if (quote) {
            if (c == quote && depth == 0)
                quote = '\0';
            else if (c == '(' && rest->p[i - 1] == '$')
                depth++;
            else if (c == ')' && depth)
                depth--;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '\n' && (end = behind_heredoc(*rest, i)) != i) {
            i = end;
            break;
        } else if (c == ';' || c == '\n' || c == '|' ||
                   (c == '&' && i + 1 < rest->n && rest->p[i + 1] == '&')) {
            break;
        }
    }
    if (i > rest->n)
        i = rest->n;
    *part = str_trim(str_cut(*rest, 0, i));
    while (i < rest->n && strchr(";|&\n", rest->p[i]))
        i++;
    *rest = str_cut(*rest, i, rest->n);
    return true;
}

/* --- what it names -------------------------------------------------------------- */

/* Text between the lines "<<'EOF'" and "EOF", if the part has it. */
static struct str heredoc(struct str part)
{
    ptrdiff_t at = str_find(part, STR("<<"));
    struct str rest, mark, line;
    const char *from;

    if (at < 0)
        return STR_NONE;
    rest = str_cut(part, (size_t)at + 2, part.n);
    if (!str_line(&rest, &mark))
        return STR_NONE;
    while (mark.n && strchr("-'\" \\", mark.p[0]))
        mark = str_cut(mark, 1, mark.n);
    for (size_t i = 0; i < mark.n; i++)
        if (!is_alnum(mark.p[i]) && mark.p[i] != '_')
            mark = str_cut(mark, 0, i);
    from = rest.p;
    while (mark.n && str_line(&rest, &line))
        if (str_eq(str_trim(line), mark))
            return str_trim((struct str){from, (size_t)(line.p - from)});
    return STR_NONE;
}

/* Splits a commit's message into its subject and the paragraph behind it. */
static void read_message(struct arena *a, struct str text,
                         struct shell_cmd *out)
{
    struct str line, body;
    size_t n = 0;

    text = str_trim(text);
    if (!str_line(&text, &line))
        return;
    out->subject = text_line(a, line, 120);
    body = str_trim(text);
    while (n < body.n &&
           !(body.p[n] == '\n' && n + 1 < body.n && body.p[n + 1] == '\n'))
        n++;
    body = str_cut(body, 0, n);
    if (!str_starts(body, STR("Co-Authored-By")) &&
        !str_starts(body, STR("Signed-off-by")))
        out->body = text_line(a, body, BODY_MAX);
}

static void read_commit(struct arena *a, struct str part,
                        const struct shell_words *l, struct shell_cmd *out)
{
    struct str doc = heredoc(part);

    if (doc.n) {
        read_message(a, doc, out);
        return;
    }
    for (size_t i = 0; i + 1 < l->n; i++) {
        struct str w = l->w[i];

        if (w.n > 1 && w.p[0] == '-' && w.p[1] != '-' &&
            str_ends(w, STR("m"))) {
            struct str text = shell_unquoted(l->w[i + 1]);

            if (out->subject.n == 0)
                read_message(a, text, out);
            else if (out->body.n == 0 &&
                     !str_starts(text, STR("Co-Authored-By")))
                out->body = text_line(a, text, BODY_MAX);
        }
    }
}

/* The value behind --flag, or behind any of several. */
static struct str flag_value(const struct shell_words *l, const char *flag)
{
    for (size_t i = 0; i + 1 < l->n; i++)
        if (str_eqz(l->w[i], flag))
            return shell_unquoted(l->w[i + 1]);
    return STR_NONE;
}

/* First word that is neither a flag nor a flag's number. */
static struct str argument(const struct shell_words *l, size_t from)
{
    for (size_t i = from; i < l->n; i++)
        if (l->w[i].p[0] != '-' && !is_digit(l->w[i].p[0]) &&
            !str_starts(l->w[i], STR("2>")) && l->w[i].p[0] != '>')
            return shell_unquoted(l->w[i]);
    return STR_NONE;
}

static struct str packages(struct arena *a, const struct shell_words *l,
                           size_t from)
{
    struct buf b;
    struct str out;

    buf_init(&b, 200);
    for (size_t i = from; i < l->n; i++)
        if (l->w[i].p[0] != '-' && !str_eqz(l->w[i], "2>&1") &&
            !str_eqz(l->w[i], "install") && !str_eqz(l->w[i], "add") &&
            !str_eqz(l->w[i], "get"))
            text_join(&b, " ", l->w[i], 120);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void read_details(struct arena *a, struct str part,
                         const struct shell_words *l, struct shell_cmd *out)
{
    size_t at = shell_unwrap(l);

    switch (out->kind) {
    case SHELL_COMMIT:
        read_commit(a, part, l, out);
        break;
    case SHELL_SEARCH:
        out->what = str_eqz(l->w[at], "find") || str_eqz(l->w[at], "fd")
                        ? flag_value(l, "-name")
                        : argument(l, at + (str_eqz(l->w[at], "git") ? 2 : 1));
        out->what = text_raw_line(a, out->what, 60);
        break;
    case SHELL_LOOK:
        if (!str_eqz(l->w[at], "git") && !str_eqz(l->w[at], "gh"))
            for (size_t i = at + 1; i < l->n; i++)
                if (str_find(l->w[i], STR("/")) >= 0 || lang_of(l->w[i]))
                    out->what = shell_unquoted(l->w[i]);
        break;
    case SHELL_PR:
        out->what = text_line(a, flag_value(l, "--title"), 120);
        if (out->what.n == 0)
            out->what = text_line(a, flag_value(l, "-t"), 120);
        break;
    case SHELL_BRANCH:
        out->what = flag_value(l, "-b");
        if (out->what.n == 0)
            out->what = flag_value(l, "-c");
        break;
    case SHELL_INSTALL:
        out->what = packages(a, l, at + 1);
        break;
    default:
        break;
    }
}

/* --- the whole line ---------------------------------------------------------------- */

static bool is_noise(struct str w)
{
    return str_eqz(w, "2>&1") || str_eqz(w, "2>/dev/null") ||
           str_eqz(w, ">/dev/null") || str_eqz(w, "--no-pager");
}

/* The part as a person would name it, and its key. */
static void name_part(struct arena *a, const struct shell_words *l,
                      struct shell_cmd *out)
{
    struct buf show, key;
    size_t at = shell_unwrap(l);

    buf_init(&show, 400);
    buf_init(&key, 400);
    for (size_t i = 0; i < l->n; i++) {
        if (is_noise(l->w[i]))
            continue;
        text_join(&show, " ", l->w[i], 400);
        if (i >= at && !str_eqz(l->w[i], "-v") && !str_eqz(l->w[i], "-race"))
            text_join(&key, " ", l->w[i], 400);
    }
    out->show = text_raw_line(a, buf_str(&show), 90);
    out->key = str_hash(buf_str(&key));
    buf_free(&key);
    buf_free(&show);
    if (at + 1 < l->n)
        out->runner = (struct str){
            l->w[at].p, (size_t)(l->w[at + 1].p - l->w[at].p) + l->w[at + 1].n};
    else if (at < l->n)
        out->runner = l->w[at];
}

/* Does a test command name some tests, and not all? */
static bool is_narrow(const struct shell_words *l)
{
    static const char *const flags[] = {
        "-run", "-k", "-t", "--filter", "-g", "--testNamePattern", "-Dtest"};

    for (size_t i = shell_unwrap(l) + 1; i < l->n; i++) {
        struct str w = l->w[i];

        for (size_t k = 0; k < ARRAY_LEN(flags); k++)
            if (str_starts(w, str_of(flags[k])))
                return true;
        if (w.p[0] != '-' && !str_eqz(w, "./...") &&
            (str_chr(w, '/') >= 0 || str_find(w, STR("::")) >= 0 ||
             lang_of(w) != LANG_NONE) &&
            w.n > 5)
            return true;
    }
    return false;
}

/* Does "cd dir" leave the project? */
static bool leaves(struct str root, const struct shell_words *l)
{
    struct str dir;

    if (l->n < 2 || !str_eqz(l->w[0], "cd"))
        return false;
    dir = shell_unquoted(l->w[1]);
    if (str_starts(dir, STR("..")) || str_starts(dir, STR("~")))
        return true;
    if (dir.n == 0 || dir.p[0] != '/')
        return false;
    return !str_eq(dir, root) && !path_is_ours(root, dir);
}

/* A line that makes a repository works in a scratch one. */
static bool makes_scratch(struct str line)
{
    return str_find(line, STR("git init")) >= 0 ||
           str_find(line, STR("mktemp")) >= 0;
}

/* The first quoted file of a known kind: what a script that writes is about. */
static struct str quoted_file(struct str script)
{
    for (size_t i = 0; i + 4 < script.n; i++) {
        size_t to = i + 1;
        struct str w;

        if (script.p[i] != '\'' && script.p[i] != '"')
            continue;
        while (to < script.n && script.p[to] != script.p[i] &&
               !is_space(script.p[to]))
            to++;
        w = str_cut(script, i + 1, to);
        if (w.n > 4 && lang_of(w) != LANG_NONE && str_chr(w, '/') >= 0)
            return w;
    }
    return STR_NONE;
}

/* The file that "sed -i", "cat > f" and their like change. */
static struct str written_file(struct str part, const struct shell_words *l)
{
    size_t at = shell_unwrap(l);
    struct str first = at < l->n ? l->w[at] : STR_NONE, last, w;
    bool in_place = false;

    if (l->n < 2)
        return STR_NONE;
    last = shell_unquoted(l->w[l->n - 1]);
    for (size_t i = at + 1; i < l->n; i++) {
        w = l->w[i];
        in_place |= str_starts(w, STR("-i")) || str_starts(w, STR("-pi"));
        if (str_eqz(first, "cat") && w.p[0] == '>' && w.n <= 2 && i + 1 < l->n)
            return shell_unquoted(l->w[i + 1]);
    }
    if (in_place && (str_eqz(first, "sed") || str_eqz(first, "perl")))
        return lang_of(last) != LANG_NONE ? last : STR_NONE;
    if (!str_starts(first, STR("python")) || str_find(part, STR("write")) < 0)
        return STR_NONE;
    return quoted_file(part);
}

static void read_part(struct arena *a, struct str part, struct shell_cmd *out)
{
    struct shell_words words;

    shell_split(part, &words);
    read_details(a, part, &words, out);
    if (out->kind == SHELL_TEST)
        out->narrow = is_narrow(&words);
    /* A here-document and a commit's message are not its name. */
    for (size_t i = 0; i < words.n; i++)
        if (str_find(words.w[i], STR("<<")) >= 0)
            words.n = i;
    name_part(a, &words, out);
    if (out->kind == SHELL_COMMIT)
        out->show = STR("git commit");
}

struct part {
    struct str text;
    enum shell_kind kind;
    bool masked;
};

/* The parts that matter: the highest kind first, then other checks. */
static size_t choose_parts(const struct part *p, size_t n,
                           const struct part *best[SHELL_PARTS_MAX])
{
    size_t chosen = 1;

    best[0] = &p[0];
    for (size_t i = 1; i < n; i++)
        if (p[i].kind > best[0]->kind)
            best[0] = &p[i];
    for (size_t i = 0; i < n && chosen < SHELL_PARTS_MAX; i++)
        if (&p[i] != best[0] && shell_is_check(p[i].kind) && !p[i].masked)
            best[chosen++] = &p[i];
    return chosen;
}

size_t shell_read(struct arena *a, struct str root, struct str line,
                  struct shell_cmd out[SHELL_PARTS_MAX])
{
    const struct part *best[SHELL_PARTS_MAX];
    struct part parts[PARTS_MAX];
    struct str rest = line, text;
    struct shell_words words;
    bool elsewhere = makes_scratch(line);
    size_t n = 0, chosen;

    out[0] = (struct shell_cmd){.kind = SHELL_NONE};
    while (n < PARTS_MAX && next_part(&rest, &text)) {
        shell_split(text, &words);
        if (words.n == 0)
            continue;
        if (leaves(root, &words))
            elsewhere = true;
        parts[n].text = text;
        parts[n].kind = shell_kind_of(&words, shell_unwrap(&words));
        /* Only "&&" hands a failure on to the end of the line. */
        parts[n].masked = rest.n > 0 && rest.p[-1] != '&';
        n++;
    }
    if (n == 0)
        return 1;
    chosen = choose_parts(parts, n, best);
    for (size_t i = 0; i < chosen; i++) {
        out[i] = (struct shell_cmd){.kind = best[i]->kind,
                                    .masked = best[i]->masked,
                                    .elsewhere = elsewhere};
        read_part(a, best[i]->text, &out[i]);
    }
    for (size_t i = 0; i < n && out[0].writes.n == 0; i++) {
        shell_split(parts[i].text, &words);
        out[0].writes = written_file(parts[i].text, &words);
    }
    return chosen;
}
