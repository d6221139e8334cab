/* show_timeline.c - memories around a moment. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_fresh.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

static void put_item(struct term *t, const struct json *m,
                     const struct show_cols *cols)
{
    bool anchor = json_get_bool(m, "anchor");

    term_styled(t, anchor ? TERM_MATCH : TERM_PLAIN, anchor ? "> " : "  ");
    show_memory_head(t, m, cols);
    show_fresh_label(t, m);
    show_rest(t,
              anchor                 ? TERM_TITLE
              : json_get(m, "ended") ? TERM_DIM
                                     : TERM_PLAIN,
              json_get_str(m, "title"));
    term_nl(t);
}

/* The moment itself, where no memory is the anchor. */
static void put_moment(struct term *t, int64_t at, const struct show_cols *cols)
{
    term_styled(t, TERM_MATCH, "> ");
    term_pad(t, SHOW_INDENT + cols->id + 2);
    show_minute(t, at);
    term_nl(t);
}

static bool has_anchor(const struct json *items)
{
    for (const struct json *m = json_first(items); m; m = json_next(m))
        if (json_get_bool(m, "anchor"))
            return true;
    return false;
}

int show_timeline(struct term *t, const struct json *r)
{
    const struct json *items = json_get(r, "items");
    struct str project = json_get_str(r, "project");
    int64_t at = show_time(r, "at");
    bool marked = has_anchor(items);
    struct show_cols cols = {.minutes = true};

    if (json_len(items) == 0) {
        term_printf(t, "nothing is remembered around ");
        show_minute(t, at);
        if (project.n)
            term_printf(t, " in %.*s; --all looks in every project",
                        STR_ARG(project));
        term_nl(t);
        return CLI_NOTHING;
    }
    show_cols_for(&cols, items);
    if (project.n == 0)
        show_cols_project(&cols, items);
    for (const struct json *m = json_first(items); m; m = json_next(m)) {
        if (!marked && show_time(m, "time") >= at) {
            put_moment(t, at, &cols);
            marked = true;
        }
        put_item(t, m, &cols);
    }
    if (!marked)
        put_moment(t, at, &cols);
    return CLI_DONE;
}
