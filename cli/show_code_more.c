/* show_code_more.c - what the code index says of a whole tree: the map, the
 * files for a problem, the reach of a change. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"

#define NUMBER_COLUMNS 7

int show_code_map(struct term *t, const struct json *r)
{
    const struct json *files = json_get(r, "files");
    int64_t left = json_get_int(r, "left_out", 0);

    for (const struct json *f = json_first(files); f; f = json_next(f)) {
        int64_t more = json_get_int(f, "left_out", 0);
        const struct json *list = json_get(f, "symbols");

        term_put(t, TERM_PATH, json_get_str(f, "file"));
        term_nl(t);
        for (const struct json *s = json_first(list); s; s = json_next(s)) {
            int depth = (int)json_get_int(s, "depth", 0);

            term_styled(t, TERM_DIM, "%5lld",
                        (long long)json_get_int(s, "line", 0));
            term_pad(t, NUMBER_COLUMNS + 2 * (depth < 20 ? depth : 20));
            term_put(t, TERM_PLAIN, json_get_str(s, "signature"));
            term_nl(t);
        }
        if (more) {
            term_pad(t, NUMBER_COLUMNS);
            term_styled(t, TERM_DIM, "... %lld more", (long long)more);
            term_nl(t);
        }
    }
    if (json_len(files) == 0) {
        term_printf(t, "nothing is defined here; cmem index --status says "
                       "whether the tree was scanned\n");
        return CLI_NOTHING;
    }
    if (left) {
        term_styled(t, TERM_DIM, "left out: ");
        term_count(t, left);
        term_styled(t, TERM_DIM, " symbols, ");
        term_count(t, json_get_int(r, "files_left_out", 0));
        term_styled(t, TERM_DIM, " whole files: --tokens shows more, --focus "
                                 "what matters to a file");
        term_nl(t);
    }
    return CLI_DONE;
}

/* --- files ------------------------------------------------------------------- */

/* The strongest reasons, in a line. */
static void put_why(struct term *t, const struct json *f)
{
    const struct json *list = json_get(f, "symbols");
    struct str defines = json_get_str(f, "defines");
    struct str past = json_get_str(f, "remembered");
    const char *comma = "";

    term_pad(t, 6);
    if (json_get_bool(f, "named")) {
        term_styled(t, TERM_GOOD, "named");
        comma = "; ";
    }
    if (defines.n) {
        term_styled(t, TERM_DIM, "%sdefines ", comma);
        term_put(t, TERM_MATCH, defines);
        comma = "; ";
    }
    if (past.n) {
        term_styled(t, TERM_GOOD, "%s%.*s", comma, STR_ARG(past));
        comma = "; ";
    }
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        term_printf(t, "%s", comma);
        term_put(t, TERM_TITLE, json_get_str(s, "qualified"));
        term_styled(t, TERM_DIM, ":%lld",
                    (long long)json_get_int(s, "line", 0));
        comma = ", ";
    }
    if (!*comma)
        term_styled(t, TERM_DIM, "words of its path");
    term_nl(t);
}

int show_code_files(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "files");
    int64_t left = json_get_int(r, "left_out", 0);

    if (json_len(list) == 0) {
        term_printf(t, "0 of ");
        term_count(t, json_get_int(r, "of", 0));
        term_printf(t, " files have anything of this%s\n",
                    json_get_int(r, "of", 0)
                        ? ""
                        : "; cmem index --status says whether the tree was "
                          "scanned");
        return CLI_NOTHING;
    }
    for (const struct json *f = json_first(list); f; f = json_next(f)) {
        term_styled(t, TERM_DIM, "%3.0f  ",
                    100 * json_num(json_get(f, "score")));
        term_put(t, TERM_PATH, json_get_str(f, "file"));
        if (json_get_bool(f, "test"))
            term_styled(t, TERM_DIM, "  test");
        term_nl(t);
        put_why(t, f);
    }
    if (left)
        term_styled(t, TERM_DIM, "and %lld more: -n shows more\n",
                    (long long)left);
    if (json_get_bool(r, "no_references"))
        term_styled(t, TERM_DIM, "the tree is too large to follow what refers "
                                 "to what\n");
    return CLI_DONE;
}

/* --- impact ------------------------------------------------------------------ */

static void put_place(struct term *t, const struct json *s)
{
    term_styled(t, TERM_ID, "%.*s:%lld", STR_ARG(json_get_str(s, "file")),
                (long long)json_get_int(s, "line", 0));
}

static void put_left(struct term *t, const struct json *r, const char *key,
                     const char *what)
{
    int64_t left = json_get_int(r, key, 0);

    if (left) {
        term_pad(t, 2);
        term_styled(t, TERM_DIM, "and %lld more %s: -n shows more",
                    (long long)left, what);
        term_nl(t);
    }
}

static void put_files(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "files");

    term_heading(t, "Changed since %.*s", STR_ARG(json_get_str(r, "rev")));
    for (const struct json *f = json_first(list); f; f = json_next(f)) {
        struct str from = json_get_str(f, "from");

        term_pad(t, 2);
        term_put(t, TERM_PATH, json_get_str(f, "file"));
        term_styled(t, TERM_DIM, "  %.*s", STR_ARG(json_get_str(f, "change")));
        if (from.n)
            term_styled(t, TERM_DIM, " from %.*s", STR_ARG(from));
        if (json_get_int(f, "added", 0) || json_get_int(f, "removed", 0))
            term_styled(t, TERM_DIM, ", +%lld -%lld",
                        (long long)json_get_int(f, "added", 0),
                        (long long)json_get_int(f, "removed", 0));
        if (json_get_bool(f, "stale"))
            term_styled(t, TERM_WARN, "  the index is older");
        term_nl(t);
        for (const struct json *s = json_first(json_get(r, "changed")); s;
             s = json_next(s)) {
            if (!str_eq(json_get_str(s, "file"), json_get_str(f, "file")) &&
                !str_eq(json_get_str(s, "file"), from))
                continue;
            term_pad(t, 6);
            term_styled(t, TERM_DIM, "%.*s ",
                        STR_ARG(json_get_str(s, "change")));
            term_put(t, TERM_TITLE, json_get_str(s, "qualified"));
            term_styled(t, TERM_DIM, "  %.*s, line %lld",
                        STR_ARG(json_get_str(s, "kind")),
                        (long long)json_get_int(s, "line", 0));
            term_nl(t);
        }
    }
    put_left(t, r, "files_left_out", "files");
    put_left(t, r, "changed_left_out", "symbols");
}

static void put_distance(struct term *t, const struct json *s)
{
    int64_t depth = json_get_int(s, "depth", 0);
    struct str imports = json_get_str(s, "imports");

    if (json_get_bool(s, "changed"))
        term_styled(t, TERM_DIM, "  changed itself");
    else if (imports.n)
        term_styled(t, TERM_DIM, "  imports %.*s, calls nothing known",
                    STR_ARG(imports));
    else if (depth == 1)
        term_styled(t, TERM_DIM, "  %s %.*s",
                    str_eqz(json_get_str(s, "reference"), "call") ? "calls"
                                                                  : "uses",
                    STR_ARG(json_get_str(s, "by")));
    else if (depth)
        term_styled(t, TERM_DIM, "  %lld steps away, by %.*s",
                    (long long)depth, STR_ARG(json_get_str(s, "by")));
}

static void put_tests(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "tests");

    term_heading(t, "Tests");
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        int64_t left = json_get_int(s, "left_out", 0);
        const char *comma = "";

        term_pad(t, 2);
        term_put(t, TERM_PATH, json_get_str(s, "file"));
        put_distance(t, s);
        term_nl(t);
        if (json_len(json_get(s, "symbols")) == 0)
            continue;
        term_pad(t, 6);
        for (const struct json *q = json_first(json_get(s, "symbols")); q;
             q = json_next(q), comma = ", ")
            term_printf(t, "%s%.*s", comma, STR_ARG(json_str(q)));
        if (left)
            term_styled(t, TERM_DIM, " and %lld more", (long long)left);
        term_nl(t);
    }
    if (json_len(list) == 0)
        term_styled(t, TERM_WARN, "  none is known to reach it\n");
    put_left(t, r, "tests_left_out", "files of tests");
}

static void put_callers(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "callers");

    if (json_len(list) == 0)
        return;
    term_heading(t, "Callers");
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        int depth = (int)json_get_int(s, "depth", 1);
        struct str gone = json_get_str(s, "gone");

        term_pad(t, 2 * depth);
        put_place(t, s);
        term_printf(t, "  ");
        term_put(t, TERM_TITLE, json_get_str(s, "qualified"));
        term_styled(t, TERM_DIM, " by %.*s", STR_ARG(json_get_str(s, "by")));
        if (gone.n)
            term_styled(t, TERM_WARN, ", which was %.*s", STR_ARG(gone));
        term_styled(t, TERM_DIM, "  (%.*s, %.*s at %lld)",
                    STR_ARG(json_get_str(s, "resolved")),
                    STR_ARG(json_get_str(s, "reference")),
                    (long long)json_get_int(s, "at", 0));
        term_nl(t);
    }
    put_left(t, r, "left_out", "callers");
}

static void put_importers(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "importers");

    if (json_len(list) == 0)
        return;
    term_heading(t, "Importers");
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        term_pad(t, 2);
        put_place(t, s);
        term_styled(t, TERM_DIM, "  imports %.*s",
                    STR_ARG(json_get_str(s, "imports")));
        term_nl(t);
    }
    put_left(t, r, "importers_left_out", "importers");
}

int show_code_impact(struct term *t, const struct json *r)
{
    struct str rev = json_get_str(r, "rev");
    int64_t doubtful = json_get_int(r, "ambiguous", 0);

    if (rev.n && json_len(json_get(r, "files")) == 0) {
        term_printf(t, "nothing differs from %.*s\n", STR_ARG(rev));
        return CLI_NOTHING;
    }
    if (rev.n)
        put_files(t, r);
    for (const struct json *s = json_first(json_get(r, "meant")); s;
         s = json_next(s)) {
        term_styled(t, TERM_DIM, "of ");
        put_place(t, s);
        term_styled(t, TERM_DIM, " %.*s %.*s\n",
                    STR_ARG(json_get_str(s, "kind")),
                    STR_ARG(json_get_str(s, "qualified")));
    }
    put_tests(t, r);
    put_callers(t, r);
    put_importers(t, r);
    if (doubtful || json_get_int(r, "stale", 0) || json_get_bool(r, "cut"))
        term_nl(t);
    if (doubtful)
        term_styled(t, TERM_DIM,
                    "%lld references may mean another one of their name: "
                    "--ambiguous\n",
                    (long long)doubtful);
    if (json_get_int(r, "stale", 0))
        term_styled(t, TERM_WARN,
                    "the index is older than %lld of these files: cmem index "
                    "brings it up to date\n",
                    (long long)json_get_int(r, "stale", 0));
    if (json_get_bool(r, "cut"))
        term_styled(t, TERM_WARN,
                    "there was too much: not all was looked at\n");
    return CLI_DONE;
}
