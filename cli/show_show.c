/* show_show.c - memories, sessions and events whole. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

static void put_lines(struct term *t, const char *label,
                      const struct json *list)
{
    struct show_cols cols = {0};

    if (json_len(list) == 0)
        return;
    term_nl(t);
    term_styled(t, TERM_TITLE, "%s\n", label);
    show_cols_for(&cols, list, false);
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        term_pad(t, SHOW_INDENT);
        show_memory_line(t, m, &cols);
    }
}

static void put_evidence(struct term *t, const struct json *list)
{
    if (json_len(list) == 0)
        return;
    term_nl(t);
    term_styled(t, TERM_TITLE, "Evidence\n");
    for (const struct json *ev = json_first(list); ev; ev = json_next(ev)) {
        struct str tool = json_get_str(ev, "tool");

        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_ID, json_get_str(ev, "id"));
        term_pad(t, 10);
        term_put(t, TERM_DIM, tool.n ? tool : json_get_str(ev, "name"));
        term_printf(t, "  ");
        term_cut(t, TERM_PLAIN, json_get_str(ev, "text"),
                 t->width - t->column);
        term_nl(t);
    }
}

static void put_memory(struct term *t, const struct json *m)
{
    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_printf(t, "  ");
    term_wrap(t, TERM_TITLE, t->column, json_get_str(m, "title"));
    term_printf(t, "%.*s, ", STR_ARG(show_type(m)));
    show_minute(t, show_time(m, "time"));
    if (json_get_str(m, "project").n)
        term_printf(t, ", %.*s", STR_ARG(json_get_str(m, "project")));
    if (json_get_str(m, "session").n)
        term_printf(t, ", session %.*s", STR_ARG(json_get_str(m, "session")));
    if (json_get_str(m, "provider").n)
        term_printf(t, ", by %.*s", STR_ARG(json_get_str(m, "provider")));
    term_nl(t);
    if (str_eqz(json_get_str(m, "kind"), "summary")) {
        show_summary_body(t, m);
    } else {
        term_nl(t);
        term_wrap(t, TERM_PLAIN, 0, json_get_str(m, "text"));
        show_paragraph(t, "Facts", json_path(m, "data.facts"));
    }
    show_files(t, json_get(m, "files"));
    put_lines(t, "Superseded by", json_get(m, "successors"));
    put_lines(t, "Related", json_get(m, "links"));
    put_evidence(t, json_get(m, "evidence"));
}

static void put_session(struct term *t, const struct json *s)
{
    show_session_head(t, s);
    put_lines(t, "Memories", json_get(s, "results"));
    show_files(t, json_get(s, "files"));
}

static void put_event(struct term *t, const struct json *ev)
{
    struct buf b;

    term_put(t, TERM_ID, json_get_str(ev, "id"));
    term_printf(t, "  %.*s %.*s  ", STR_ARG(json_get_str(ev, "name")),
                STR_ARG(json_get_str(ev, "tool")));
    show_minute(t, show_time(ev, "time"));
    term_nl(t);
    buf_init(&b, 16u << 20);
    json_print(json_get(ev, "payload"), &b, 2);
    term_wrap(t, TERM_PLAIN, 0, buf_str(&b));
    buf_free(&b);
}

static void put_item(struct term *t, const struct json *item)
{
    struct str kind = json_get_str(item, "kind");

    if (t->out.len)
        term_nl(t);
    if (str_eqz(kind, "session"))
        put_session(t, item);
    else if (str_eqz(kind, "event"))
        put_event(t, item);
    else
        put_memory(t, item);
}

int show_show(struct term *t, const struct json *r)
{
    const struct json *missing = json_get(r, "missing");

    for (const struct json *i = json_first(json_get(r, "items")); i;
         i = json_next(i))
        put_item(t, i);
    for (const struct json *m = json_first(missing); m; m = json_next(m))
        term_printf(t, "there is no %.*s\n", STR_ARG(json_str(m)));
    return json_len(missing) ? CLI_NOTHING : CLI_DONE;
}
