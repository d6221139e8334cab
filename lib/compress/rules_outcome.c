/* rules_outcome.c - how a tool call ended: see rules_shell.h. */
#include "base/common.h"

#include "compress/outcome.h"
#include "compress/rules_phrase.h"
#include "compress/rules_shell.h"
#include "compress/rules_text.h"

/* Output is read from both ends: compilers say it first, test runners say it
 * last, and 16 KB on each end hold either. */
#define END_BYTES (16u * 1024u)
#define ERROR_MAX 220

/* --- the text of a result -------------------------------------------------- */

struct output {
    struct str part[4]; /* stdout and stderr, each its head and its tail */
    size_t n;
};

static void add_output(struct output *o, struct str s)
{
    if (s.n == 0 || o->n + 2 > ARRAY_LEN(o->part))
        return;
    if (s.n <= 2 * END_BYTES) {
        o->part[o->n++] = s;
        return;
    }
    o->part[o->n++] = str_cut(s, 0, END_BYTES);
    o->part[o->n++] = str_cut(s, s.n - END_BYTES, s.n);
}

static void output_of(const struct ev *e, struct output *o)
{
    const struct json *r = json_get(e->payload, "tool_response");

    o->n = 0;
    if (e->kind == EV_TOOL_FAILED && e->text.n)
        add_output(o, e->text);
    if (json_is_str(r)) {
        add_output(o, json_str(r));
    } else {
        add_output(o, json_get_str(r, "stderr"));
        add_output(o, json_get_str(r, "stdout"));
    }
    if (o->n == 0)
        add_output(o, json_get_str(e->payload, "error"));
}

/* --- the line that tells most ---------------------------------------------- */

struct sign {
    const char *text;
    int score;
    bool at_start; /* of the trimmed line */
};

/* Most telling first is not needed: the best score wins, then the earliest. */
static const struct sign signs[] = {
    {"--- FAIL:", 9, true},
    {"(fail) ", 9, true},
    {"... FAILED", 9, false},
    {"not ok ", 9, true},
    {"FAILED tests", 9, true},
    {"FAIL: ", 9, true},
    {"panic:", 9, false},
    {"error[E", 9, true},
    {"error TS", 9, false},
    {"AssertionError", 9, false},
    {": error:", 8, false},
    {": fatal error:", 8, false},
    {"undefined reference", 8, false},
    {"command not found", 8, false},
    {"unrecognized", 8, false},
    {"unknown command", 8, false},
    {"Cannot find module", 8, false},
    {"ModuleNotFoundError", 8, false},
    {"ImportError", 8, false},
    {"TypeError", 8, false},
    {"ReferenceError", 8, false},
    {"SyntaxError", 8, false},
    {"ValueError", 8, false},
    {"KeyError", 8, false},
    {"NameError", 8, false},
    {"AttributeError", 8, false},
    {"undefined:", 8, false},
    {"imported and not used", 8, false},
    {"declared and not used", 8, false},
    {"import cycle", 8, false},
    {"fatal:", 7, true},
    {"error: ", 7, true},
    {"Error: ", 7, true},
    {"ERROR: ", 7, true},
    {"npm ERR!", 6, true},
    {"no such file", 7, false},
    {"No such file", 7, false},
    {"ermission denied", 7, false},
    {"cannot ", 6, false},
    {"Cannot ", 6, false},
    {"not found", 6, false},
    {"ENOENT", 7, false},
    {"EADDRINUSE", 8, false},
    {"ECONNREFUSED", 8, false},
    {"timed out", 6, false},
    {"conflict", 5, false},
    {"CONFLICT", 7, false},
    {"Expected", 5, false},
    {"expected", 5, false},
    {"invalid", 5, false},
    {"failed", 4, false},
    {"Failed", 4, false},
    {"rror", 3, false},
    {"\xc3\x97 ", 8, true}, /* a multiplication sign, as biome marks */
    {" lint/", 7, false},
    {"\xe2\x9c\x97 ", 9, true},
};

/* "path.go:12:3: text": where compilers and linters point. */
static bool points_at_code(struct str s)
{
    ptrdiff_t colon = str_chr(s, ':');
    size_t i;

    if (colon < 3 || str_find(str_cut(s, 0, (size_t)colon), STR(" ")) >= 0 ||
        str_find(str_cut(s, 0, (size_t)colon), STR(".")) < 0)
        return false;
    i = (size_t)colon + 1;
    return i < s.n && is_digit(s.p[i]) && s.n > (size_t)colon + 8;
}

static bool complains(struct str s)
{
    static const char *const words[] = {"xpected", " want",     " got ",
                                        "should",  "ailed",     "rror",
                                        " not ",   "unexpected"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_find(s, str_of(words[i])) >= 0)
            return true;
    return false;
}

static bool is_banner(struct str s)
{
    static const char *const starts[] = {"Exit code",
                                         "Error: Exit code",
                                         "husky",
                                         "error: script",
                                         "[",
                                         "$ ",
                                         "FAIL\t",
                                         "ok  ",
                                         "make: ***",
                                         "error Command failed",
                                         "npm ERR! code",
                                         "exit status",
                                         "error: Recipe",
                                         "ELIFECYCLE",
                                         "#",
                                         "Found ",
                                         "\xc3\x97 Some errors were",
                                         "\xc3\x97 Some warnings were",
                                         "Checked ",
                                         "--- PASS",
                                         "=== ",
                                         "20" /* a log's date */};

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (starts_with(s, starts[i]))
            return true;
    /* The source that a linter quotes stands behind a line. */
    return s.n < 6 || str_find(s, STR("\xe2\x94\x82")) >= 0;
}

static int line_score(struct str s)
{
    struct pairs pairs;
    int best = 0;

    if (is_banner(s))
        return 0;
    s = str_cut(s, 0, 1000); /* a longer one is data */
    pairs_of(s, &pairs);
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (signs[i].score <= best)
            continue;
        if (signs[i].at_start ? starts_with(s, signs[i].text)
                              : pairs_find(&pairs, s, signs[i].text))
            best = signs[i].score;
    }
    /* What a test complains of, before what it logs. */
    if (points_at_code(s) && best < 8)
        return complains(s) ? 8 : 7;
    return best;
}

/* "--- FAIL: TestX (0.02s)" -> "TestX"; false when the line names no test. */
static bool failing_test(struct str s, struct str *name)
{
    static const char *const starts[] = {"--- FAIL: ", "(fail) ", "FAILED ",
                                         "not ok "};
    ptrdiff_t at;

    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (!starts_with(s, starts[i]))
            continue;
        *name = str_trim(str_cut(s, strlen(starts[i]), s.n));
        while (i == 3 && name->n &&
               (is_digit(name->p[0]) || name->p[0] == '-' || name->p[0] == ' '))
            *name = str_cut(*name, 1, name->n);
        at = str_find(*name, i == 2 ? STR(" - ") : STR(" ("));
        if (at < 0)
            at = str_find(*name, STR(" ["));
        if (at > 0)
            *name = str_cut(*name, 0, (size_t)at);
        return name->n > 2;
    }
    /* cargo: "test module::name ... FAILED" */
    if (str_starts(s, STR("test ")) && str_ends(s, STR("... FAILED"))) {
        *name = str_trim(str_cut(s, 5, s.n - 10));
        return true;
    }
    return false;
}

static void add_test(struct arena *a, struct outcome *o, struct str name)
{
    name = text_raw_line(a, name, 100);
    for (size_t i = 0; i < o->ntests; i++)
        if (str_eq(o->test[i], name))
            return;
    if (o->ntests < SHELL_TESTS_MAX)
        o->test[o->ntests++] = name;
}

struct telling {
    struct str test; /* the first failing test */
    struct str line; /* the best line that names no test */
    int score;
    struct str first; /* the first line that is no banner */
};

/* "src/x.ts:3:1 lint/suspicious ------" of box-drawing characters (U+2500 to
 * U+257F) without them; what is a heading and no more is nothing. */
static struct str without_rule(struct str line)
{
    struct str s = line;

    while (s.n >= 3 && (unsigned char)s.p[s.n - 3] == 0xe2 &&
           ((unsigned char)s.p[s.n - 2] & 0xfe) == 0x94)
        s.n -= 3;
    if (s.n == line.n)
        return line;
    s = str_trim(s);
    return str_chr(s, ' ') < 0 && str_chr(s, ':') < 0 ? STR_NONE : s;
}

static void look_at(struct arena *a, struct str line, struct telling *t,
                    struct outcome *o)
{
    struct str name;
    int score;

    line = without_rule(line);
    if (line.n == 0)
        return;
    if (failing_test(line, &name)) {
        add_test(a, o, name);
        if (t->test.n == 0)
            t->test = name;
        return;
    }
    if (t->first.n == 0 && !is_banner(line))
        t->first = line;
    score = line_score(line);
    if (score > t->score) {
        t->score = score;
        t->line = line;
    }
}

/* The line that tells most, behind the name of a failing test. */
static void find_error(struct arena *a, const struct output *out,
                       struct outcome *o)
{
    struct telling t = {.score = 0};
    struct str line;

    for (size_t i = 0; i < out->n; i++)
        for (struct str rest = out->part[i]; str_line(&rest, &line);)
            look_at(a, str_trim(line), &t, o);
    if (t.score == 0 && t.test.n == 0)
        t.line = t.first;
    if (str_starts(t.line, STR("Error: ")))
        t.line = str_cut(t.line, 7, t.line.n);
    if (t.test.n && t.score >= 5)
        o->error = text_raw_line(
            a,
            arena_fmt(a, "%.*s: %.*s", STR_ARG(text_raw_line(a, t.test, 100)),
                      STR_ARG(t.line)),
            ERROR_MAX);
    else
        o->error = text_raw_line(a, t.test.n ? t.test : t.line, ERROR_MAX);
}

struct str error_line(struct str output, struct arena *a)
{
    struct output out = {.n = 0};
    struct outcome o = {0};

    add_output(&out, output);
    find_error(a, &out, &o);
    return o.error;
}

/* --- counts of tests -------------------------------------------------------- */

/* The number before "word" in line, or -1. */
static int64_t number_before(struct str line, const char *word)
{
    struct str w = str_of(word), rest = line;
    ptrdiff_t at;
    size_t end, from;
    int64_t v;

    while ((at = str_find(rest, w)) >= 0) {
        end = (size_t)at;
        while (end && rest.p[end - 1] == ' ')
            end--;
        for (from = end; from && is_digit(rest.p[from - 1]); from--)
            ;
        if (from < end &&
            str_int(str_cut(rest, from, end), 0, 10000000, &v) == 0)
            return v;
        rest = str_cut(rest, (size_t)at + w.n, rest.n);
    }
    return -1;
}

static int64_t number_after(struct str line, const char *word)
{
    ptrdiff_t at = str_find(line, str_of(word));
    size_t i, from;
    int64_t v;

    if (at < 0)
        return -1;
    for (i = (size_t)at + strlen(word); i < line.n && line.p[i] == ' '; i++)
        ;
    for (from = i; i < line.n && is_digit(line.p[i]); i++)
        ;
    if (i > from && str_int(str_cut(line, from, i), 0, 10000000, &v) == 0)
        return v;
    return -1;
}

/*
 * Summary lines of test runners: bun and node ("12 pass", "# pass 12"), jest
 * and vitest ("Tests: 1 failed, 11 passed"), pytest ("11 passed, 1 failed in"),
 * cargo ("11 passed; 1 failed"), mocha ("11 passing"), rspec ("12 examples,
 * 1 failure"), maven ("Tests run: 12, Failures: 1").
 */
static void read_counts(struct str line, struct outcome *o)
{
    static const char *const heads[] = {"Tests", "test result", "=", "Test ",
                                        "Result"};
    int64_t pass = -1, fail = -1, n;
    bool summary = line.n > 4 && is_digit(line.p[0]);

    /* "Item 3 failed" in a program's own words is no count of tests. */
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        summary = summary || starts_with(line, heads[i]);
    if (line.n > 200 || line.n < 5 ||
        (!summary && line.p[0] != '#' && line.p[0] != '['))
        return;
    if (summary) {
        pass = number_before(line, "pass");
        fail = number_before(line, "fail");
    }
    if (str_starts(line, STR("# pass")))
        pass = number_after(line, "# pass");
    if (str_starts(line, STR("# fail")))
        fail = number_after(line, "# fail");
    if ((n = number_before(line, "examples,")) >= 0) {
        fail = number_before(line, "failure");
        pass = n - (fail > 0 ? fail : 0);
    }
    if ((n = number_after(line, "Tests run:")) >= 0) {
        fail = number_after(line, "Failures:");
        pass = n - (fail > 0 ? fail : 0);
    }
    /* "12 passed" of a test file is less than "Tests 300 passed" below. */
    if (pass > o->passed)
        o->passed = pass;
    if (fail > o->failures)
        o->failures = fail;
}

static void find_counts(const struct output *out, struct outcome *o)
{
    struct str line, rest;

    for (size_t i = 0; i < out->n; i++) {
        rest = out->part[i];
        while (str_line(&rest, &line))
            read_counts(str_trim(line), o);
    }
}

/* --- commits and pull requests ------------------------------------------------ */

/* "[branch 1a2b3c4] subject" */
static void find_commit(struct arena *a, const struct output *out,
                        struct outcome *o, bool *scratch)
{
    struct str line, rest, head;
    ptrdiff_t close, blank;

    for (size_t i = 0; i < out->n; i++) {
        rest = out->part[i];
        while (str_line(&rest, &line)) {
            if (line.n < 10 || line.p[0] != '[')
                continue;
            close = str_chr(line, ']');
            if (close < 9 || close > 200)
                continue;
            head = str_cut(line, 1, (size_t)close);
            blank = str_rchr(head, ' ');
            head = str_cut(head, (size_t)(blank + 1), head.n);
            if (head.n < 7 || head.n > 12 ||
                strspn(head.p, "0123456789abcdef") < head.n)
                continue;
            o->hash = arena_str(a, head);
            *scratch = str_find(line, STR("(root-commit)")) >= 0;
        }
    }
}

static void find_url(struct arena *a, const struct output *out,
                     struct outcome *o)
{
    struct str s;
    ptrdiff_t at;
    size_t n;

    for (size_t i = 0; i < out->n; i++) {
        at = str_find(out->part[i], STR("https://"));
        if (at < 0)
            continue;
        s = str_cut(out->part[i], (size_t)at, out->part[i].n);
        for (n = 0; n < s.n && !is_space(s.p[n]); n++)
            ;
        o->url = text_raw_line(a, str_cut(s, 0, n), 200);
        return;
    }
}

/* --- the whole -------------------------------------------------------------- */

/* The person said no, or the call never ran: not an error of the program. */
static bool was_refused(const struct output *out, struct outcome *o)
{
    static const char *const marks[] = {"doesn't want to proceed",
                                        "User rejected",
                                        "Sibling tool call errored",
                                        "[Request interrupted",
                                        "requires approval",
                                        "Permission to use",
                                        "has not been read yet",
                                        "not found in file",
                                        "matches of the string to replace",
                                        "InputValidationError",
                                        "File has been modified since",
                                        "hook error",
                                        "denied this tool"};
    ptrdiff_t at;
    struct str head;

    if (out->n == 0)
        return true; /* it says nothing: nor can we */
    head = str_cut(out->part[0], 0, 400);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_find(head, str_of(marks[i])) < 0)
            continue;
        o->missed = str_find(head, STR("not found in file")) >= 0;
        at = str_find(out->part[0], STR("the user said:"));
        if (at >= 0)
            o->said = str_trim(
                str_cut(out->part[0], (size_t)at + 14, out->part[0].n));
        return true;
    }
    return false;
}

/* A pipe hides the exit status of a check ("make test | tail"). */
static bool output_fails(const struct output *out)
{
    static const char *const marks[] = {
        "--- FAIL:",     "\nFAIL",  "ERROR task failed", "exited with code",
        "error TS",      "error[E", "npm ERR!",          "[build failed]",
        "Found 1 error", "panic:"};

    for (size_t i = 0; i < out->n; i++)
        for (size_t k = 0; k < ARRAY_LEN(marks); k++)
            if (str_find(out->part[i], str_of(marks[k])) >= 0)
                return true;
    return false;
}

void shell_outcome(struct arena *a, const struct ev *e,
                   const struct shell_cmd *c, struct outcome *o)
{
    struct output out;
    bool scratch = false;

    *o = (struct outcome){.passed = -1, .failures = -1};
    output_of(e, &out);
    o->failed = e->kind == EV_TOOL_FAILED;
    if (o->failed && was_refused(&out, o)) {
        o->refused = true;
        o->failed = false;
        return;
    }
    if (c && c->kind == SHELL_TEST)
        find_counts(&out, o);
    if (!o->failed && c && shell_is_check(c->kind) && c->masked)
        o->failed = o->failures > 0 || (o->passed < 0 && output_fails(&out));
    if (o->failed && c)
        find_error(a, &out, o);
    else if (c && c->kind == SHELL_COMMIT)
        find_commit(a, &out, o, &scratch);
    else if (c && c->kind == SHELL_PR)
        find_url(a, &out, o);
    if (scratch)
        o->refused = true; /* somebody's try in an empty repository */
}
