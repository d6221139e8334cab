/* show_context.c - what a new session is told, and why. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Reasons may take so much of a line from the words they are about. */
#define WHY_COLUMNS 40
/* "out" and four digits of tokens. */
#define TOKENS_COLUMN 9

static int why_columns(const struct json *lines)
{
    int most = 0;

    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        int n = (int)utf8_columns(json_get_str(l, "why"));

        if (n > most)
            most = n;
    }
    return most < WHY_COLUMNS ? most : WHY_COLUMNS;
}

static void put_line(struct term *t, const struct json *l, int why)
{
    bool taken = json_get_bool(l, "taken");
    int64_t tokens = json_get_int(l, "tokens", 0);
    char number[SHOW_NUMBER_BYTES];
    int at;

    show_count_text(number, tokens);
    term_styled(t, taken ? TERM_GOOD : TERM_WARN, taken ? "in " : "out");
    term_printf(t, "%*s  ", TOKENS_COLUMN - 3, number);
    at = t->column;
    term_cut(t, TERM_DIM, json_get_str(l, "why"), why);
    term_pad(t, at + why + 2);
    show_rest(t, taken ? TERM_PLAIN : TERM_DIM, json_get_str(l, "text"));
    term_nl(t);
}

/* A section's lines stand under its name. */
static void put_lines(struct term *t, const struct json *lines)
{
    int why = why_columns(lines);
    struct str section = STR_NONE;

    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        struct str name = json_get_str(l, "section");

        if (!str_eq(name, section))
            term_heading(t, "%.*s", STR_ARG(name));
        section = name;
        put_line(t, l, why);
    }
    if (json_len(lines))
        term_nl(t);
}

static void put_size(struct term *t, const struct json *r)
{
    const struct json *lines = json_get(r, "lines");
    int64_t taken = 0, left = 0;

    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        taken += json_get_bool(l, "taken");
        left += !json_get_bool(l, "taken");
    }
    show_plural(t, taken, "line", "lines");
    term_printf(t, " in, ");
    term_count(t, left);
    term_printf(t, " left out; about ");
    show_plural(t, json_get_int(r, "tokens", 0), "token", "tokens");
    term_nl(t);
}

int show_context(struct term *t, const struct json *r)
{
    const struct json *lines = json_get(r, "lines");
    struct str text = json_get_str(r, "text");

    put_lines(t, lines);
    if (text.n == 0) {
        term_printf(t, "a session that starts here is told nothing yet\n");
        return CLI_NOTHING;
    }
    if (lines)
        put_size(t, r);
    else
        term_printf(t, "%.*s%s", STR_ARG(text),
                    str_ends(text, STR("\n")) ? "" : "\n");
    return CLI_DONE;
}
