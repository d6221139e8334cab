/* show_sessions.c - sessions, one line each. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_table.h"

/* A project's name may take so much from the titles. */
#define PROJECT_COLUMNS 14
/* On narrower screens titles need the room more than events do. */
#define EVENTS_WIDTH 100

int show_sessions(struct term *t, const struct json *r)
{
    const struct json *sessions = json_get(r, "sessions");
    struct str project = json_get_str(r, "project");
    int64_t left = json_get_int(r, "left_out", 0);
    bool narrow = t->is_tty && t->width < EVENTS_WIDTH && project.n == 0;
    const struct show_column columns[] = {
        {"ID", "id", CELL_ID, 0},
        {"STARTED", "started", CELL_MINUTE, 0},
        {"TOOK", "started", CELL_SPAN, 0},
        {"ASKED", "prompts", CELL_COUNT, 0},
        {"EVENTS", narrow ? NULL : "events", CELL_COUNT, 0},
        {"PROJECT", project.n ? NULL : "project", CELL_DIM, PROJECT_COLUMNS},
        {"TITLE", "title", CELL_TITLE, 0},
    };

    show_table(t, 0, columns, ARRAY_LEN(columns), sessions);
    if (left) {
        term_styled(t, TERM_DIM, "and ");
        term_count(t, left);
        term_styled(t, TERM_DIM, " more: -n shows them\n");
    }
    if (json_len(sessions))
        return CLI_DONE;
    if (project.n)
        term_printf(t,
                    "no sessions in %.*s; --all lists those of every "
                    "project\n",
                    STR_ARG(project));
    else
        term_printf(t, "no sessions\n");
    return CLI_NOTHING;
}
