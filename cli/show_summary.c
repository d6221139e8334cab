/* show_summary.c - what a session came to. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Its title is what was asked first: with a summary the request says it. */
static void put_head(struct term *t, const struct json *session, bool title)
{
    struct str text = json_get_str(session, "title");

    term_put(t, TERM_ID, json_get_str(session, "id"));
    term_printf(t, "  ");
    if (title && text.n) {
        show_rest(t, TERM_TITLE, text);
        term_nl(t);
    }
    show_session_facts(t, session);
    term_nl(t);
}

int show_summary(struct term *t, const struct json *r)
{
    const struct json *summary = json_get(r, "summary");

    put_head(t, json_get(r, "session"), !summary);
    if (summary)
        show_summary_body(t, summary);
    else
        term_printf(t, "\nno summary yet: it is made at the end of a turn\n");
    for (const struct json *sub = json_first(json_get(r, "subagents")); sub;
         sub = json_next(sub)) {
        term_nl(t);
        put_head(t, sub, !json_get(sub, "summary"));
        show_summary_body(t, json_get(sub, "summary"));
    }
    return summary ? CLI_DONE : CLI_NOTHING;
}
