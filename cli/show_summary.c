/* show_summary.c - what a session came to. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

int show_summary(struct term *t, const struct json *r)
{
    const struct json *session = json_get(r, "session");
    const struct json *summary = json_get(r, "summary");
    const struct json *sub;

    show_session_head(t, session);
    if (summary)
        show_summary_body(t, summary);
    else
        term_printf(t, "\nno summary yet\n");
    for (sub = json_first(json_get(r, "subagents")); sub;
         sub = json_next(sub)) {
        term_heading(t, "Subagent %.*s",
                     STR_ARG(json_get_str(sub, "agent_type")));
        show_session_head(t, sub);
        show_summary_body(t, json_get(sub, "summary"));
    }
    return summary ? CLI_DONE : CLI_NOTHING;
}
