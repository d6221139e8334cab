/* show_timeline.c - memories around a moment. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

static bool has_anchor(const struct json *items)
{
    for (const struct json *m = json_first(items); m; m = json_next(m))
        if (json_get_bool(m, "anchor"))
            return true;
    return false;
}

static void put_now(struct term *t, int64_t at)
{
    term_styled(t, TERM_MATCH, "> ");
    show_minute(t, at);
    term_nl(t);
}

static void put_item(struct term *t, const struct json *m,
                     const struct show_cols *cols)
{
    bool anchor = json_get_bool(m, "anchor");
    int at = 20;

    term_styled(t, TERM_MATCH, anchor ? "> " : "  ");
    show_minute(t, show_time(m, "time"));
    term_pad(t, at);
    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_pad(t, at += cols->id + 2);
    term_cut(t, TERM_DIM, show_type(m), cols->type);
    term_pad(t, at += cols->type + 2);
    if (cols->project) {
        term_cut(t, TERM_DIM, json_get_str(m, "project"), cols->project);
        term_pad(t, at += cols->project + 2);
    }
    term_cut(t, anchor ? TERM_TITLE : TERM_PLAIN, json_get_str(m, "title"),
             t->width - t->column);
    term_nl(t);
}

int show_timeline(struct term *t, const struct json *r)
{
    const struct json *items = json_get(r, "items");
    int64_t at = show_time(r, "at");
    bool marked = has_anchor(items);
    struct show_cols cols = {0};

    if (json_len(items) == 0) {
        term_printf(t, "nothing is remembered around that time\n");
        return CLI_NOTHING;
    }
    show_cols_for(&cols, items, json_get_str(r, "project").n == 0);
    for (const struct json *m = json_first(items); m; m = json_next(m)) {
        if (!marked && show_time(m, "time") >= at) {
            put_now(t, at);
            marked = true;
        }
        put_item(t, m, &cols);
    }
    if (!marked)
        put_now(t, at);
    return CLI_DONE;
}
