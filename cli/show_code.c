/* show_code.c - what the code index says. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_table.h"

/* A sentence a file. */
static void put_worst(struct term *t, const struct json *f)
{
    int64_t errors = json_get_int(f, "error_bytes", 0);

    term_printf(t, "  ");
    term_cut(t, TERM_PATH, json_get_str(f, "file"), 60);
    term_printf(t, " %.*s", STR_ARG(json_get_str(f, "why")));
    if (errors) {
        term_printf(t, " (");
        term_count(t, errors);
        term_printf(t, " of ");
        term_count(t, json_get_int(f, "bytes", 0));
        term_printf(t, " bytes)");
    }
    term_nl(t);
}

static void put_coverage(struct term *t, const struct json *tree)
{
    static const struct show_column rows[] = {
        {"language", "language", CELL_WORD, 20},
        {"status", "status", CELL_WORD, 0},
        {"files", "files", CELL_COUNT, 0},
        {"lines", "lines", CELL_COUNT, 0},
        {"errors", "errors", CELL_SOME, 0},
        {"bytes in them", "error_bytes", CELL_SOME, 0},
    };
    int64_t left = json_get_int(tree, "worst_left_out", 0);

    show_table(t, 2, rows, ARRAY_LEN(rows), json_get(tree, "coverage"));
    if (json_len(json_get(tree, "worst"))) {
        term_printf(t, "\n  passed over, or parsed in part only:\n");
        for (const struct json *f = json_first(json_get(tree, "worst")); f;
             f = json_next(f))
            put_worst(t, f);
    }
    if (left)
        term_printf(t, "  and %lld more\n", (long long)left);
}

int show_code_status(struct term *t, const struct json *result)
{
    const struct json *trees = json_get(result, "trees");

    if (json_len(trees) == 0) {
        term_printf(t, "no code is indexed; cmem index does it\n");
        return CLI_NOTHING;
    }
    for (const struct json *r = json_first(trees); r; r = json_next(r)) {
        struct str scanned = json_get_str(r, "scanned");
        int64_t ms = 0;

        term_put(t, TERM_PATH, json_get_str(r, "root"));
        term_printf(t, ": ");
        term_count(t, json_get_int(r, "files", 0));
        term_printf(t, " files, ");
        term_count(t, json_get_int(r, "symbols", 0));
        term_printf(t, " symbols, ");
        term_count(t, json_get_int(r, "lines", 0));
        term_printf(t, " lines; ");
        if (scanned.n && clock_parse(scanned, t->now_ms, &ms) == 0) {
            term_printf(t, "scanned ");
            term_ago(t, ms);
        } else {
            term_styled(t, TERM_WARN, "not scanned to its end yet");
        }
        term_nl(t);
        if (json_get(r, "coverage"))
            put_coverage(t, r);
    }
    return CLI_DONE;
}

/* --- symbols -------------------------------------------------------------------- */

static void put_left_out(struct term *t, const struct json *r, const char *how)
{
    int64_t left = json_get_int(r, "left_out", 0);

    if (left) {
        term_styled(t, TERM_DIM, "and %lld more: %s", (long long)left, how);
        term_nl(t);
    }
}

static void put_place(struct term *t, const struct json *s)
{
    term_styled(t, TERM_ID, "%.*s:%lld", STR_ARG(json_get_str(s, "file")),
                (long long)json_get_int(s, "line", 0));
}

/* What a line says of a symbol: its signature where it has one. */
static void put_symbol(struct term *t, const struct json *s)
{
    struct str signature = json_get_str(s, "signature");
    struct str qualified = json_get_str(s, "qualified");

    term_styled(t, TERM_DIM, "%.*s ", STR_ARG(json_get_str(s, "kind")));
    term_put(t, TERM_TITLE, qualified);
    if (signature.n && !str_eq(signature, qualified)) {
        term_printf(t, "  ");
        term_cut(t, TERM_PLAIN, signature,
                 t->width > t->column + 8 ? t->width - t->column : 40);
    }
}

int show_code_search(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "symbols");

    if (json_len(list) == 0) {
        term_printf(t, "0 of ");
        term_count(t, json_get_int(r, "of", 0));
        term_printf(t, " symbols matched\n");
        return CLI_NOTHING;
    }
    if (json_get_bool(r, "some"))
        term_styled(t, TERM_DIM, "nothing has all of these words; some:\n");
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        put_place(t, s);
        term_nl(t);
        term_pad(t, 4);
        put_symbol(t, s);
        term_nl(t);
    }
    put_left_out(t, r, "-n shows more, --kind, --lang and --path fewer");
    return CLI_DONE;
}

#define LINE_COLUMNS 12

int show_code_outline(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "symbols");
    struct str status = json_get_str(r, "status");

    term_put(t, TERM_PATH, json_get_str(r, "file"));
    term_styled(t, TERM_DIM, "  %.*s, %lld lines",
                STR_ARG(json_get_str(r, "language")),
                (long long)json_get_int(r, "lines", 0));
    if (status.n)
        term_styled(t, TERM_WARN, "  %.*s", STR_ARG(status));
    term_nl(t);
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        int depth = (int)json_get_int(s, "depth", 0);
        struct str signature = json_get_str(s, "signature");

        term_styled(t, TERM_DIM, "%lld-%lld",
                    (long long)json_get_int(s, "line", 0),
                    (long long)json_get_int(s, "end_line", 0));
        term_pad(t, LINE_COLUMNS + 2 * (depth < 20 ? depth : 20));
        if (signature.n)
            term_put(t, TERM_PLAIN, signature);
        else
            term_put(t, TERM_PLAIN, json_get_str(s, "name"));
        term_nl(t);
    }
    put_left_out(t, r, "-n shows more");
    return json_len(list) ? CLI_DONE : CLI_NOTHING;
}

int show_code_unfold(struct term *t, const struct json *r)
{
    struct str rest = json_get_str(r, "text"), line;

    put_place(t, r);
    term_styled(t, TERM_DIM, "  %.*s %.*s\n", STR_ARG(json_get_str(r, "kind")),
                STR_ARG(json_get_str(r, "qualified")));
    while (str_line(&rest, &line))
        term_printf(t, "%.*s\n", STR_ARG(line));
    if (json_get_int(r, "left_out", 0))
        term_styled(t, TERM_DIM, "and %lld more lines: -n shows more\n",
                    (long long)json_get_int(r, "left_out", 0));
    if (json_get_int(r, "others", 0))
        term_styled(t, TERM_DIM,
                    "%lld more are called so: FILE:LINE shows them\n",
                    (long long)json_get_int(r, "others", 0));
    return CLI_DONE;
}

int show_code_symbols(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "symbols");
    struct str last = STR_NONE;

    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        struct str file = json_get_str(s, "file");

        if (!str_eq(file, last)) {
            term_put(t, TERM_PATH, file);
            term_nl(t);
        }
        last = file;
        term_printf(t, "  %lld-%lld", (long long)json_get_int(s, "line", 0),
                    (long long)json_get_int(s, "end_line", 0));
        term_pad(t, LINE_COLUMNS + 4);
        put_symbol(t, s);
        term_nl(t);
    }
    put_left_out(t, r, "-n shows more, --after goes on");
    if (json_len(list))
        return CLI_DONE;
    term_printf(t, "the index knows of nothing that is defined there\n");
    return CLI_NOTHING;
}

/* --- references ------------------------------------------------------------------- */

static void put_more(struct term *t, const struct json *r)
{
    int64_t doubtful = json_get_int(r, "ambiguous", 0);
    int64_t outside = json_get_int(r, "outside", 0);

    put_left_out(t, r, "-n shows more");
    if (doubtful)
        term_styled(t, TERM_DIM,
                    "%lld may mean another one of its name: --ambiguous\n",
                    (long long)doubtful);
    if (outside)
        term_styled(t, TERM_DIM, "%lld calls leave the tree\n",
                    (long long)outside);
    if (json_get_bool(r, "cut"))
        term_styled(t, TERM_WARN, "there was too much: not all was looked "
                                  "at\n");
}

#define MEANT_SHOWN 5

/* What the word was taken to mean: told when that is not plain. */
static void put_meant(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "meant");
    int n = 0;

    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        if (n++ == MEANT_SHOWN) {
            term_styled(t, TERM_DIM, "of %zu more of that name\n",
                        json_len(list) - MEANT_SHOWN);
            break;
        }
        term_styled(t, TERM_DIM, "of ");
        put_place(t, s);
        term_styled(t, TERM_DIM, " %.*s %.*s\n",
                    STR_ARG(json_get_str(s, "kind")),
                    STR_ARG(json_get_str(s, "qualified")));
    }
}

int show_code_refs(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "refs");

    put_meant(t, r);
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        struct str in = json_get_str(s, "in");

        put_place(t, s);
        term_styled(t, TERM_DIM, "  %.*s", STR_ARG(json_get_str(s, "kind")));
        if (in.n) {
            term_styled(t, TERM_DIM, " in ");
            term_put(t, TERM_TITLE, in);
        }
        term_styled(t, TERM_DIM, "  (%.*s)",
                    STR_ARG(json_get_str(s, "resolved")));
        term_nl(t);
    }
    if (json_len(list) == 0)
        term_printf(t, "no references\n");
    put_more(t, r);
    return json_len(list) ? CLI_DONE : CLI_NOTHING;
}

int show_code_calls(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "symbols");

    put_meant(t, r);
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        int depth = (int)json_get_int(s, "depth", 1);
        struct str by = json_get_str(s, "by");

        term_pad(t, 2 * (depth - 1));
        put_place(t, s);
        term_printf(t, "  ");
        term_put(t, TERM_TITLE, json_get_str(s, "qualified"));
        if (by.n)
            term_styled(t, TERM_DIM, " by %.*s", STR_ARG(by));
        term_styled(t, TERM_DIM, "  (%.*s, %.*s at %lld)",
                    STR_ARG(json_get_str(s, "resolved")),
                    STR_ARG(json_get_str(s, "reference")),
                    (long long)json_get_int(s, "at", 0));
        term_nl(t);
    }
    if (json_len(list) == 0)
        term_printf(t, "none\n");
    put_more(t, r);
    return json_len(list) ? CLI_DONE : CLI_NOTHING;
}
