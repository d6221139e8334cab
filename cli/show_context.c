/* show_context.c - what a new session is told, and why. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

static void put_line(struct term *t, const struct json *l)
{
    bool taken = json_get_bool(l, "taken");

    term_styled(t, taken ? TERM_GOOD : TERM_WARN, taken ? "+" : "-");
    show_number(t, json_get_int(l, "tokens", 0), 5);
    term_printf(t, "  ");
    term_cut(t, taken ? TERM_PLAIN : TERM_DIM, json_get_str(l, "text"),
             t->width - t->column);
    term_nl(t);
    term_pad(t, 8);
    term_styled(t, TERM_DIM, "%.*s", STR_ARG(json_get_str(l, "why")));
    term_nl(t);
}

int show_context(struct term *t, const struct json *r)
{
    const struct json *lines = json_get(r, "lines");
    struct str text = json_get_str(r, "text");

    if (lines) {
        for (const struct json *l = json_first(lines); l; l = json_next(l))
            put_line(t, l);
        show_plural(t, json_get_int(r, "tokens", 0), "token", "tokens");
        term_nl(t);
    } else if (text.n) {
        term_printf(t, "%.*s\n", STR_ARG(text));
    }
    if (text.n)
        return CLI_DONE;
    term_printf(t, "a session that starts here is told nothing\n");
    return CLI_NOTHING;
}
