/* show_sessions.c - sessions, one line each. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

struct columns {
    int id, project;
};

static void measure(const struct json *sessions, bool all, struct columns *c)
{
    for (const struct json *s = json_first(sessions); s; s = json_next(s)) {
        int id = (int)json_get_str(s, "id").n;
        int project = (int)utf8_columns(json_get_str(s, "project"));

        if (id > c->id)
            c->id = id;
        if (all && project > c->project)
            c->project = project < 16 ? project : 16;
    }
}

static void put_session(struct term *t, const struct json *s,
                        const struct columns *c)
{
    int64_t started = show_time(s, "started"), last = show_time(s, "last");
    struct str title = json_get_str(s, "title");
    char span[SHOW_SPAN_BYTES];

    show_span_text(span, last - started);
    term_put(t, TERM_ID, json_get_str(s, "id"));
    term_pad(t, c->id + 2);
    show_minute(t, started);
    show_right(t, span, 8);
    show_number(t, json_get_int(s, "prompts", 0), 5);
    show_number(t, json_get_int(s, "events", 0), 7);
    term_printf(t, "  ");
    if (c->project) {
        int at = t->column;

        term_cut(t, TERM_DIM, json_get_str(s, "project"), c->project);
        term_pad(t, at + c->project + 2);
    }
    if (title.n)
        term_cut(t, TERM_TITLE, title, t->width - t->column);
    else
        term_styled(t, TERM_DIM, "(no prompt)");
    term_nl(t);
}

int show_sessions(struct term *t, const struct json *r)
{
    const struct json *sessions = json_get(r, "sessions");
    struct str project = json_get_str(r, "project");
    struct columns c = {0};

    if (json_len(sessions) == 0) {
        if (project.n)
            term_printf(t, "no sessions in %.*s; --all lists those of every "
                           "project\n", STR_ARG(project));
        else
            term_printf(t, "no sessions\n");
        return CLI_NOTHING;
    }
    measure(sessions, project.n == 0, &c);
    for (const struct json *s = json_first(sessions); s; s = json_next(s))
        put_session(t, s, &c);
    return CLI_DONE;
}
