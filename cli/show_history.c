/* show_history.c - a memory through time; what was changed by hand. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* A change that only says that it was added tells nothing beside the text. */
static bool is_plain_add(const struct json *changes)
{
    return json_len(changes) == 1 &&
           str_eqz(json_get_str(json_first(changes), "event"), "add");
}

static void put_text_lines(struct term *t, const char *label, struct str s)
{
    if (s.n == 0)
        return;
    term_pad(t, 2 * SHOW_INDENT);
    term_styled(t, TERM_DIM, "%s", label);
    term_wrap(t, TERM_DIM, t->column, s);
}

static void put_change(struct term *t, const struct json *c)
{
    bool is_text = str_eqz(json_get_str(c, "event"), "update") ||
                   str_eqz(json_get_str(c, "event"), "late") ||
                   str_eqz(json_get_str(c, "event"), "restate");

    term_pad(t, SHOW_INDENT);
    show_minute(t, show_time(c, "time"));
    term_printf(t, "  %.*s by %.*s", STR_ARG(json_get_str(c, "what")),
                STR_ARG(json_get_str(c, "actor")));
    if (!is_text && json_get_str(c, "new").n &&
        !str_eqz(json_get_str(c, "event"), "add")) {
        term_printf(t, ": ");
        if (json_get_str(c, "old").n)
            term_printf(t, "%.*s to ", STR_ARG(json_get_str(c, "old")));
        show_rest(t, TERM_PLAIN, json_get_str(c, "new"));
    }
    term_nl(t);
    if (!is_text)
        return;
    put_text_lines(t, "before: ", json_get_str(c, "old"));
    put_text_lines(t, "then:   ", json_get_str(c, "new"));
}

/* "#12  2026-03-01 to 2026-04-02  from user, superseded by #19" */
static void put_step(struct term *t, const struct json *s)
{
    int64_t since = show_time(s, "since"), ended = show_time(s, "ended");
    struct str next = json_get_str(s, "superseded_by");

    term_printf(t, "%s ", json_get_bool(s, "anchor") ? ">" : " ");
    term_put(t, TERM_ID, json_get_str(s, "id"));
    term_printf(t, "  ");
    show_minute(t, since ? since : show_time(s, "time"));
    term_printf(t, " to ");
    if (ended)
        show_minute(t, ended);
    else
        term_styled(t, TERM_DIM, "now");
    term_styled(t, TERM_DIM, "  from %.*s", STR_ARG(json_get_str(s, "origin")));
    if (next.n)
        term_styled(t, TERM_DIM, ", then %.*s", STR_ARG(next));
    if (json_get_bool(s, "disputed"))
        term_styled(t, TERM_DIM, ", disputed");
    term_nl(t);
    term_pad(t, SHOW_INDENT);
    term_wrap(t, ended ? TERM_DIM : TERM_PLAIN, SHOW_INDENT,
              json_get_str(s, "text"));
    if (is_plain_add(json_get(s, "changes")))
        return;
    for (const struct json *c = json_first(json_get(s, "changes")); c;
         c = json_next(c))
        put_change(t, c);
}

int show_history(struct term *t, const struct json *r)
{
    const struct json *chain = json_get(r, "chain");
    bool first = true;

    for (const struct json *s = json_first(chain); s; s = json_next(s)) {
        if (!first)
            term_nl(t);
        first = false;
        put_step(t, s);
    }
    return json_len(chain) ? CLI_DONE : CLI_NOTHING;
}

static void put_edited(struct term *t, const struct json *m, const char *done)
{
    term_printf(t, "%s",
                json_get_bool(m, "changed") ? done : "nothing to change in ");
    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_printf(t, "  ");
    show_rest(t, TERM_PLAIN, json_get_str(m, "title"));
    term_nl(t);
}

int show_edit(struct term *t, const struct json *r)
{
    put_edited(t, r, "changed ");
    return CLI_DONE;
}

int show_pin(struct term *t, const struct json *r)
{
    for (const struct json *m = json_first(json_get(r, "items")); m;
         m = json_next(m))
        put_edited(t, m, json_get_bool(m, "pinned") ? "pinned " : "unpinned ");
    return CLI_DONE;
}
