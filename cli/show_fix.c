/* show_fix.c - what ended an error before. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

static void put_line(struct term *t, const char *label, enum term_style style,
                     struct str s)
{
    term_pad(t, SHOW_INDENT);
    term_styled(t, TERM_DIM, "%s", label);
    show_rest(t, style, s);
    term_nl(t);
}

/* "held 3 times, failed once, last 2026-03-01, in app, s7, #12". */
static void put_facts(struct term *t, const struct json *r)
{
    int64_t held = json_get_int(r, "held", 0);
    int64_t failed = json_get_int(r, "failed", 0);

    term_pad(t, SHOW_INDENT);
    term_printf(t, "held ");
    show_plural(t, held, "time", "times");
    if (failed) {
        term_printf(t, ", was back ");
        show_plural(t, failed, "time", "times");
    }
    term_printf(t, ", last ");
    show_date(t, show_time(r, "last"));
    if (json_get_str(r, "project").n)
        term_printf(t, ", %.*s", STR_ARG(json_get_str(r, "project")));
    if (json_get_str(r, "session").n)
        term_printf(t, ", %.*s", STR_ARG(json_get_str(r, "session")));
    if (json_get_str(r, "passed_in").n)
        term_printf(t, ", %.*s", STR_ARG(json_get_str(r, "passed_in")));
    for (const struct json *m = json_first(json_get(r, "memories")); m;
         m = json_next(m)) {
        term_printf(t, ", ");
        term_put(t, TERM_ID, json_str(m));
    }
    term_nl(t);
}

/* What ended it: lines at SHOW_INDENT. */
static void put_ways(struct term *t, const struct json *r)
{
    if (json_get_str(r, "command").n)
        put_line(t, "in   ", TERM_DIM, json_get_str(r, "command"));
    for (const struct json *c = json_first(json_get(r, "commands")); c;
         c = json_next(c))
        put_line(t, "run  ", TERM_PLAIN, json_str(c));
    for (const struct json *d = json_first(json_get(r, "edits")); d;
         d = json_next(d)) {
        put_line(t, "edit ", TERM_PATH, json_get_str(d, "path"));
        if (json_get_str(d, "old").n)
            put_line(t, "   - ", TERM_DIM, json_get_str(d, "old"));
        if (json_get_str(d, "new").n)
            put_line(t, "   + ", TERM_PLAIN, json_get_str(d, "new"));
    }
    if (json_get_int(r, "more_edits", 0)) {
        term_pad(t, SHOW_INDENT);
        term_styled(t, TERM_DIM, "and %lld other files",
                    (long long)json_get_int(r, "more_edits", 0));
        term_nl(t);
    }
}

static void put_answer(struct term *t, const struct json *r)
{
    term_put(t, TERM_TITLE, json_get_str(r, "error"));
    term_nl(t);
    put_ways(t, r);
    put_facts(t, r);
}

void show_fixes(struct term *t, const struct json *list, bool cut)
{
    if (json_len(list) == 0)
        return;
    show_label(t, "Errors and fixes");
    for (const struct json *r = json_first(list); r; r = json_next(r)) {
        put_line(t, "", TERM_TITLE, json_get_str(r, "error"));
        put_ways(t, r);
        put_facts(t, r);
    }
    if (cut)
        term_styled(t, TERM_DIM, "  and more: cmem fix TEXT finds them\n");
}

int show_fix(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "results");
    const struct json *nearest = json_get(r, "nearest");
    int64_t of = json_get_int(r, "of", 0);
    bool first = true;

    if (json_len(list) == 0) {
        term_printf(t, "none of ");
        show_plural(t, of, "error", "errors");
        term_printf(t, " that ended is like this one%s\n",
                    json_len(nearest) ? "; nearest:" : "");
        list = nearest;
    }
    for (const struct json *a = json_first(list); a; a = json_next(a)) {
        if (!first)
            term_nl(t);
        first = false;
        put_answer(t, a);
    }
    return json_len(json_get(r, "results")) ? CLI_DONE : CLI_NOTHING;
}
