/* show_stats.c - counts, tokens and money. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

static void put_totals(struct term *t, const struct json *n)
{
    show_plural(t, json_get_int(n, "memories", 0), "memory", "memories");
    term_printf(t, ", ");
    show_plural(t, json_get_int(n, "sessions", 0), "session", "sessions");
    term_printf(t, ", ");
    show_plural(t, json_get_int(n, "events", 0), "event", "events");
    term_printf(t, "; ");
    term_bytes(t, json_get_int(n, "db_bytes", 0));
    term_nl(t);
}

static void put_kinds(struct term *t, const struct json *rows)
{
    if (json_len(rows))
        term_heading(t, "Memories");
    for (const struct json *k = json_first(rows); k; k = json_next(k)) {
        show_number(t, json_get_int(k, "memories", 0), 10);
        term_printf(t, "  %.*s %.*s\n", STR_ARG(json_get_str(k, "kind")),
                    STR_ARG(json_get_str(k, "type")));
    }
}

static void put_projects(struct term *t, const struct json *rows)
{
    if (json_len(rows))
        term_heading(t, "Projects");
    for (const struct json *p = json_first(rows); p; p = json_next(p)) {
        show_number(t, json_get_int(p, "memories", 0), 10);
        show_number(t, json_get_int(p, "sessions", 0), 10);
        show_number(t, json_get_int(p, "events", 0), 10);
        term_printf(t, "  ");
        show_date(t, show_time(p, "last"));
        term_printf(t, "  ");
        term_cut(t, TERM_PLAIN, json_get_str(p, "name"),
                 t->width - t->column);
        term_nl(t);
    }
}

static void put_usage(struct term *t, const struct json *rows)
{
    if (json_len(rows))
        term_heading(t, "Model calls");
    for (const struct json *u = json_first(rows); u; u = json_next(u)) {
        char usd[32];

        show_date(t, show_time(u, "day"));
        show_number(t, json_get_int(u, "calls", 0), 8);
        show_number(t, json_get_int(u, "input_tokens", 0), 12);
        show_number(t, json_get_int(u, "output_tokens", 0), 12);
        snprintf(usd, sizeof(usd), "$%.2f",
                 (double)json_get_int(u, "micro_usd", 0) / 1e6);
        show_right(t, usd, 10);
        term_printf(t, "  %.*s %.*s\n", STR_ARG(json_get_str(u, "provider")),
                    STR_ARG(json_get_str(u, "model")));
    }
}

static void put_contexts(struct term *t, const struct json *rows)
{
    if (json_len(rows))
        term_heading(t, "Context blocks");
    for (const struct json *c = json_first(rows); c; c = json_next(c)) {
        show_number(t, json_get_int(c, "blocks", 0), 10);
        show_number(t, json_get_int(c, "tokens", 0), 12);
        term_printf(t, "  %.*s\n", STR_ARG(json_get_str(c, "source")));
    }
}

int show_stats(struct term *t, const struct json *r)
{
    put_totals(t, json_get(r, "totals"));
    put_kinds(t, json_get(r, "kinds"));
    put_projects(t, json_get(r, "projects"));
    put_usage(t, json_get(r, "usage"));
    put_contexts(t, json_get(r, "contexts"));
    return CLI_DONE;
}
