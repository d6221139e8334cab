/* show_stats.c - counts, tokens and money. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_table.h"
#include "cli/show_text.h"

/* Longer names of projects are cut: the numbers are what one looks for. */
#define NAME_COLUMNS 24

static void put_totals(struct term *t, const struct json *n, struct str project)
{
    int64_t subagents = json_get_int(n, "subagents", 0);
    int64_t waiting = json_get_int(n, "waiting", 0);
    int64_t dropped = json_get_int(n, "dropped", 0);
    int64_t memories = json_get_int(n, "memories", 0);
    int64_t ended = memories - json_get_int(n, "current", memories);

    if (project.n)
        term_styled(t, TERM_TITLE, "%.*s: ", STR_ARG(project));
    show_plural(t, memories, "memory", "memories");
    if (ended > 0)
        term_printf(t, " (%lld no longer true)", (long long)ended);
    term_printf(t, " of ");
    show_plural(t, json_get_int(n, "events", 0), "event", "events");
    term_printf(t, " in ");
    show_plural(t, json_get_int(n, "sessions", 0), "session", "sessions");
    if (subagents) {
        term_printf(t, " and ");
        show_plural(t, subagents, "subagent", "subagents");
    }
    term_nl(t);
    if (show_time(n, "first")) {
        show_date(t, show_time(n, "first"));
        term_printf(t, " to ");
        show_date(t, show_time(n, "last"));
        term_printf(t, "; ");
    }
    term_bytes(t, json_get_int(n, "db_bytes", 0));
    term_printf(t, " on disk");
    if (dropped) {
        term_printf(t, "; ");
        show_plural(t, dropped, "event", "events");
        term_printf(t, " deleted by age (retention_days)");
    }
    if (waiting) {
        term_printf(t, "; ");
        show_plural(t, waiting, "event waits", "events wait");
    }
    term_nl(t);
}

static void put_usage_total(struct term *t, const struct json *rows)
{
    int64_t calls = 0, in = 0, out = 0, micro = 0, failed = 0;

    for (const struct json *u = json_first(rows); u; u = json_next(u)) {
        calls += json_get_int(u, "calls", 0);
        in += json_get_int(u, "input_tokens", 0);
        out += json_get_int(u, "output_tokens", 0);
        micro += json_get_int(u, "micro_usd", 0);
        failed += json_get_int(u, "failed", 0);
    }
    term_pad(t, SHOW_INDENT);
    show_plural(t, calls, "call", "calls");
    if (failed)
        term_printf(t, " (%lld failed)", (long long)failed);
    term_printf(t, ", ");
    show_plural(t, in, "token", "tokens");
    term_printf(t, " in, ");
    term_count(t, out);
    term_printf(t, " out, $%.2f\n", (double)micro / 1e6);
}

/* Since when it is counted, unless it is everything. */
static void put_label(struct term *t, const char *label, int64_t since)
{
    term_nl(t);
    term_styled(t, TERM_TITLE, "%s", label);
    if (since) {
        term_printf(t, " since ");
        show_date(t, since);
    }
    term_nl(t);
}

static void put_tables(struct term *t, const struct json *r)
{
    static const struct show_column kinds[] = {
        {"KIND", "kind", CELL_WORD, 0},
        {"TYPE", "type", CELL_WORD, 0},
        {"MEMORIES", "memories", CELL_COUNT, 0},
    };
    static const struct show_column projects[] = {
        {"NAME", "name", CELL_TITLE, NAME_COLUMNS},
        {"MEMORIES", "memories", CELL_COUNT, 0},
        {"SESSIONS", "sessions", CELL_COUNT, 0},
        {"EVENTS", "events", CELL_COUNT, 0},
        {"LAST", "last", CELL_DAY, 0},
        {"DIRECTORY", "root", CELL_DIM, 0},
    };
    static const struct show_column contexts[] = {
        {"SOURCE", "source", CELL_WORD, 0},
        {"BLOCKS", "blocks", CELL_COUNT, 0},
        {"TOKENS", "tokens", CELL_COUNT, 0},
        {"LAST", "last", CELL_DAY, 0},
    };
    static const struct show_column usage[] = {
        {"DAY (UTC)", "day", CELL_UTC, 0},
        {"CALLS", "calls", CELL_COUNT, 0},
        {"TOKENS IN", "input_tokens", CELL_COUNT, 0},
        {"CACHED", "cached_tokens", CELL_SOME, 0},
        {"OUT", "output_tokens", CELL_COUNT, 0},
        {"COST", "micro_usd", CELL_USD, 0},
        {"FAILED", "failed", CELL_SOME, 0},
        {"PROVIDER", "provider", CELL_WORD, 0},
        {"MODEL", "model", CELL_WORD, 0},
    };
    static const struct {
        const char *key, *label;
        bool since;
        const struct show_column *columns;
        size_t n;
    } tables[] = {
        {"kinds", "Memories", false, kinds, ARRAY_LEN(kinds)},
        {"projects", "Projects", false, projects, ARRAY_LEN(projects)},
        {"contexts", "Context given", true, contexts, ARRAY_LEN(contexts)},
        {"usage", "Model calls", true, usage, ARRAY_LEN(usage)},
    };
    int64_t since = show_time(r, "since");

    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        const struct json *rows = json_get(r, tables[i].key);

        if (json_len(rows) == 0)
            continue;
        put_label(t, tables[i].label, tables[i].since ? since : 0);
        show_table(t, SHOW_INDENT, tables[i].columns, tables[i].n, rows);
    }
}

int show_stats(struct term *t, const struct json *r)
{
    put_totals(t, json_get(r, "totals"), json_get_str(r, "project"));
    put_tables(t, r);
    if (json_len(json_get(r, "usage")) > 1)
        put_usage_total(t, json_get(r, "usage"));
    return CLI_DONE;
}
