/* entity_span.c - see entity_scan.h: commands and error messages. */
#include "base/common.h"

#include "base/entity_kind.h"
#include "base/entity_scan.h"
#include "base/entity_words.h"

/* A longer span between marks is a quotation. */
#define SPAN_BYTES 160
/* Of a message; what is behind does not make it another one. */
#define MESSAGE_BYTES 80
/* Words of a command that name it: "docker compose up". */
#define COMMAND_WORDS 3

/* What programs are told to do, where prose might say the same words. */
static const char *const known_commands[] = {
    ("git add amend am apply bisect blame branch checkout cherry-pick clean "
     "clone commit describe diff fetch gc grep init log ls-files merge mv "
     "notes pull push rebase reflog remote reset restore revert rm show stash "
     "status submodule switch tag worktree"),
    "npm install ci i run test publish audit exec start link pack update",
    "pnpm install add run test publish dlx exec",
    "yarn install add run test workspace",
    "bun install add run test build x",
    "cargo build test run check clippy fmt bench doc publish install add",
    "go build vet mod generate install fmt tool",
    "pip install uninstall freeze",
    "uv run sync add pip lock",
    "poetry install run add lock",
    "docker build run compose ps exec push pull logs buildx",
    "kubectl apply get delete describe logs rollout exec scale",
    "helm install upgrade template",
    "terraform init plan apply destroy import",
    "gh pr issue run release api repo auth workflow",
    "brew install upgrade tap",
    "apt install update",
    "apt-get install update",
    "mise run install use exec",
    "flyctl deploy secrets scale",
    "fly deploy secrets scale launch",
    "systemctl restart start stop status enable disable",
    "rails generate console",
    "rake db",
    "bundle exec install",
    "gradle build test",
    "mvn package test install",
};

static bool is_known_command(struct str first, struct str second)
{
    for (size_t i = 0; i < ARRAY_LEN(known_commands); i++) {
        struct str row = str_of(known_commands[i]), head;

        str_split(&row, ' ', &head);
        if (str_eq(head, first))
            return word_in(row, second) && second.n && is_lower(second.p[0]);
    }
    return false;
}

/* A word of a command that names what is done: no option, path or value. */
static bool is_verb(struct str w)
{
    if (w.n < 2 || w.n > 24 || !is_lower(w.p[0]))
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (!is_lower(w.p[i]) && !strchr(":-", w.p[i]) && !is_digit(w.p[i]))
            return false;
    return w.p[w.n - 1] != ':' && w.p[w.n - 1] != '-';
}

/* Only commands have "--words" behind them. */
static bool has_option(struct str rest)
{
    ptrdiff_t at = str_find(rest, STR("--"));

    return at >= 0 && (size_t)at + 2 < rest.n && is_lower(rest.p[at + 2]) &&
           (at == 0 || rest.p[at - 1] == ' ');
}

struct str entity_command_of(struct str text, struct arena *a)
{
    struct str rest = str_trim(text), w, all[COMMAND_WORDS];
    size_t n = 0;
    bool scripted, known = false;

    while (n < COMMAND_WORDS && str_split(&rest, ' ', &w)) {
        /* FOO=1 make check, sudo make check */
        if (n == 0 && (str_chr(w, '=') > 0 || str_eqz(w, "sudo") ||
                       str_eqz(w, "$") || w.n == 0))
            continue;
        if (n == 0) {
            known = (word_flags(w) & WORD_COMMAND) != 0;
            if (!known && !(is_verb(w) && has_option(rest)))
                return STR_NONE;
        }
        if (n && !is_verb(w))
            break;
        all[n++] = w;
        scripted = n == 2 && word_in(STR("run compose exec mod pr issue"), w);
        if (n == 2 && !scripted)
            break;
    }
    if (n == 0 || (n == 1 && !known))
        return STR_NONE;
    if (n == 1)
        return arena_str(a, all[0]);
    if (n == 2)
        return arena_fmt(a, "%.*s %.*s", STR_ARG(all[0]), STR_ARG(all[1]));
    return arena_fmt(a, "%.*s %.*s %.*s", STR_ARG(all[0]), STR_ARG(all[1]),
                     STR_ARG(all[2]));
}

static bool installs(struct str command)
{
    static const char *const heads[] = {
        "npm install ", "npm i ",        "pnpm add ",     "yarn add ",
        "bun add ",     "pip install ",  "pip3 install ", "cargo add ",
        "go get ",      "brew install ", "apt install ",  "apt-get install ",
        "uv add ",      "gem install ",  "poetry add ",   "npx ",
    };

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (str_starts(command, str_of(heads[i])))
            return true;
    return false;
}

/* What a command installs: its words that are neither options nor places. */
static void add_packages(struct entity_scan *s, struct str command)
{
    struct str w;
    int n = 0;

    if (!installs(command))
        return;
    while (str_split(&command, ' ', &w)) {
        bool named = n > 0 && w.n > 1 && (is_lower(w.p[0]) || w.p[0] == '@');

        for (size_t i = 0; i < w.n && named; i++)
            named = is_alnum(w.p[i]) || strchr("@/._-^", w.p[i]) != NULL;
        if (named && !entity_is_file(w) &&
            !(n == 1 && word_in(STR("install i add get"), w)))
            entity_add(s, ENTITY_PACKAGE, w);
        n++;
    }
}

bool entity_command(struct entity_scan *s, struct str w)
{
    struct str rest = str_cut(s->line, s->at, s->at + SPAN_BYTES), head, next;
    struct str whole, third;

    if (!str_split(&rest, ' ', &head) || !str_eq(head, w) ||
        !str_split(&rest, ' ', &next))
        return false;
    while (next.n && strchr(".,;:!?)`\"'", next.p[next.n - 1]))
        next.n--;
    if (!is_known_command(w, next))
        return false;
    whole = (struct str){w.p, (size_t)(next.p + next.n - w.p)};
    /* What stands behind in prose is prose, but for what is run. */
    third = entity_peek(s->line, (size_t)(next.p + next.n - s->line.p));
    if (word_in(STR("run compose"), next) && third.n &&
        third.p == next.p + next.n + 1 &&
        !word_in(STR("and or then the a in on to with for is it was fails"),
                 third))
        whole.n = (size_t)(third.p + third.n - w.p);
    entity_add(s, ENTITY_COMMAND, whole);
    return true;
}

static bool begins_with(struct str m, const char *const *signs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct str sign = str_of(signs[i]);

        if (to_lower(m.p[0]) == sign.p[0] &&
            str_ieq(str_cut(m, 0, sign.n), sign))
            return true;
    }
    return false;
}

static bool has_any(struct str m, const char *const *signs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ifind(m, str_of(signs[i])) >= 0)
            return true;
    return false;
}

/* What one would write of an error and of nothing else. */
static bool reads_like_error(struct str m)
{
    static const char *const begins[] = {
        "cannot ",    "can't ",      "could not ",  "couldn't ",
        "failed to ", "no such ",    "unable ",     "unexpected ",
        "undefined ", "invalid ",    "unknown ",    "panic:",
        "error:",     "fatal:",      "permission ", "connection ",
        "runtime ",   "uncaught ",   "unhandled ",  "segmentation ",
        "duplicate ", "unresolved ", "expected ",
    };
    static const char *const inside[] = {
        "not found",      "is not defined", "is not a function",
        "refused",        "timed out",      "permission denied",
        "already in use", "does not exist", "no such file",
        "out of memory",  "is locked",      "cannot be",
        "null pointer",   "nil pointer",    "not recognized",
        "stack overflow", "deadlock",       "is not allowed",
    };

    /* A question, or code. */
    if (m.n == 0 || m.p[m.n - 1] == '?' || str_chr(m, '{') >= 0 ||
        str_chr(m, '=') >= 0)
        return false;
    for (size_t i = 1; i < m.n; i++)
        if (m.p[i] == '(' && is_alnum(m.p[i - 1]))
            return false;
    return begins_with(m, begins, ARRAY_LEN(begins)) ||
           has_any(m, inside, ARRAY_LEN(inside));
}

static size_t count_words(struct str s)
{
    struct str w;
    size_t n = 0;

    while (str_split(&s, ' ', &w))
        n += w.n > 0;
    return n;
}

void entity_span(struct entity_scan *s)
{
    char mark = s->line.p[s->at];
    struct str rest = str_cut(s->line, s->at + 1, s->at + 2 + SPAN_BYTES);
    ptrdiff_t end = str_chr(rest, mark);
    struct str in;

    /* A mark behind a word closes a span that is over. */
    if (end < 2 || is_space(rest.p[0]) || is_space(rest.p[end - 1]))
        return;
    in = str_cut(rest, 0, (size_t)end);
    if (mark == '`' && entity_command_of(in, s->a).n) {
        entity_add(s, ENTITY_COMMAND, in);
        add_packages(s, in);
        return;
    }
    if (count_words(in) >= 2 && count_words(in) <= 14 && reads_like_error(in))
        entity_add(s, ENTITY_ERROR, in);
}

void entity_message_behind(struct entity_scan *s)
{
    struct str m = str_cut(s->line, s->at + 1, s->at + 1 + SPAN_BYTES);
    size_t n = 0;

    if (!str_ieq(s->before, STR("error")) &&
        !str_ieq(s->before, STR("panic")) &&
        !str_ends(s->before, STR("Error")) &&
        !str_ends(s->before, STR("Exception")))
        return;
    m = str_trim(m);
    while (n < m.n &&
           !(n + 1 < m.n && strchr(".;", m.p[n]) && is_space(m.p[n + 1])) &&
           m.p[n] != '"' && m.p[n] != '`')
        n++;
    m.n = n;
    if (count_words(m) >= 2 && reads_like_error(m))
        entity_add(s, ENTITY_ERROR, m);
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

/* The end of a quoted value that begins at i; i when there is none. */
static size_t quoted_end(struct str t, size_t i)
{
    size_t end = i + 1;

    if (!is_quote(t.p[i]) || (i && is_alnum(t.p[i - 1])))
        return i;
    while (end < t.n && t.p[end] != t.p[i])
        end++;
    return end < t.n ? end + 1 : i;
}

/* Does a word of a message vary from case to case? */
static bool varies(struct str w)
{
    bool hex = w.n > 5;

    for (size_t i = 0; i < w.n; i++) {
        if (is_digit(w.p[i]) || w.p[i] == '/' || w.p[i] == '\\')
            return true;
        hex &= is_digit(w.p[i]) ||
               (to_lower(w.p[i]) >= 'a' && to_lower(w.p[i]) <= 'f');
    }
    return hex;
}

/* What stands at i and varies: its end; i when it is a word that stays. */
static size_t varying_end(struct str t, size_t i)
{
    size_t end = quoted_end(t, i);

    if (end > i || is_alpha(t.p[i]))
        return end;
    end = i + 1;
    if (t.p[i] == '%' && end < t.n && is_alpha(t.p[end]))
        return end + 1; /* where a program puts a value */
    if (is_digit(t.p[i]) || t.p[i] == '/')
        while (end < t.n && !is_space(t.p[end]))
            end++;
    return end;
}

struct str entity_message(struct str text, struct arena *a)
{
    char *key = arena_alloc(a, MESSAGE_BYTES + 1);
    size_t i = 0, n = 0, letters = 0;

    text = str_trim(text);
    if (str_cut(text, 0, 7).n == 7 &&
        str_ieq(str_cut(text, 0, 7), STR("error: ")))
        text = str_cut(text, 7, text.n);
    while (i < text.n) {
        size_t end = varying_end(text, i), from = i;
        struct str w;

        if (end > i) {
            i = end;
            continue;
        }
        while (i < text.n && !is_space(text.p[i]) && !is_quote(text.p[i]))
            i++;
        w = str_cut(text, from, i);
        while (w.n && !is_alnum(w.p[w.n - 1]))
            w.n--;
        if (w.n == 0 || (varies(w) && !entity_is_file(w)))
            continue;
        if (n + w.n + 1 > MESSAGE_BYTES)
            break;
        if (n)
            key[n++] = ' ';
        for (size_t k = 0; k < w.n; k++)
            key[n++] = to_lower(w.p[k]);
        letters += w.n;
    }
    if (letters < 10 || !memchr(key, ' ', n))
        return STR_NONE;
    return (struct str){key, n};
}
