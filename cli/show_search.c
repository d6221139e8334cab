/* show_search.c - what a search found. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

/* Enough of a snippet to judge a hit by. */
#define SNIPPET_ROWS 2

static void put_hits(struct term *t, const struct json *hits, int indent,
                     const struct show_cols *cols)
{
    for (const struct json *h = json_first(hits); h; h = json_next(h)) {
        if (indent)
            term_pad(t, indent);
        show_memory_line(t, h, cols);
        if (json_get_str(h, "snippet").n)
            show_snippet(t, indent + cols->id + 2, SNIPPET_ROWS,
                         json_get_str(h, "snippet"));
    }
}

static void put_groups(struct term *t, const struct json *groups,
                       const struct show_cols *cols)
{
    for (const struct json *g = json_first(groups); g; g = json_next(g)) {
        if (json_get(g, "id"))
            show_session_head(t, g);
        else
            term_styled(t, TERM_TITLE, "Of no session\n");
        put_hits(t, json_get(g, "results"), SHOW_INDENT, cols);
        term_nl(t);
    }
}

/* "; nobody said databse (nearest: database, databases)" */
static void put_unknown(struct term *t, const struct json *unknown)
{
    for (const struct json *u = json_first(unknown); u; u = json_next(u)) {
        bool first = true;

        term_styled(t, TERM_DIM, "; no memory has \"%.*s\"",
                    STR_ARG(json_get_str(u, "word")));
        for (const struct json *n = json_first(json_get(u, "nearest")); n;
             n = json_next(n)) {
            term_styled(t, TERM_DIM, first ? ", nearest: " : ", ");
            term_put(t, TERM_MATCH, json_str(n));
            first = false;
        }
    }
}

static void put_count(struct term *t, const struct json *r, size_t shown)
{
    int64_t matched = json_get_int(r, "matched", 0);
    int64_t elsewhere = json_get_int(r, "elsewhere", 0);
    struct str project = json_get_str(r, "project");

    term_count(t, matched);
    term_printf(t, " of ");
    term_count(t, json_get_int(r, "of", 0));
    term_printf(t, " matched");
    if (project.n)
        term_printf(t, " in %.*s", STR_ARG(project));
    if (shown && (int64_t)shown < matched && json_get(r, "results"))
        term_printf(t, ", %zu shown", shown);
    if (elsewhere)
        term_printf(t, "; %lld in other projects (--all)",
                    (long long)elsewhere);
    put_unknown(t, json_get(r, "unknown"));
    term_nl(t);
}

int show_search(struct term *t, const struct json *r)
{
    const struct json *hits = json_get(r, "results");
    const struct json *groups = json_get(r, "sessions");
    bool all = json_get_str(r, "project").n == 0;
    struct show_cols cols = {0};

    show_cols_for(&cols, hits, all);
    for (const struct json *g = json_first(groups); g; g = json_next(g))
        show_cols_for(&cols, json_get(g, "results"), false);
    put_hits(t, hits, 0, &cols);
    put_groups(t, groups, &cols);
    put_count(t, r, json_len(hits) + json_len(groups));
    return json_len(hits) + json_len(groups) ? CLI_DONE : CLI_NOTHING;
}
