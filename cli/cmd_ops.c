/* cmd_ops.c - commands that are operations: see lib/ops for what they do. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"

const struct cmd cmd_search = {
    .name = "search",
    .group = "Find",
    .details = "Finds by words, by names of code (parseReply, src/main.c, "
               "E0308), and by time. All words count for more than some; when "
               "nothing has them all, what has the most comes first.",
    .example = "cmem search -n 5 socket path too long",
    .render = show_search,
};

const struct cmd cmd_timeline = {
    .name = "timeline",
    .group = "Find",
    .example = "cmem timeline --at 2d",
    .render = show_timeline,
};

const struct cmd cmd_show = {
    .name = "show",
    .group = "Find",
    .example = "cmem show 12 s4",
    .render = show_show,
};

const struct cmd cmd_sessions = {
    .name = "sessions",
    .group = "Find",
    .example = "cmem sessions --since=7d --all",
    .render = show_sessions,
};

const struct cmd cmd_summary = {
    .name = "summary",
    .group = "Find",
    .example = "cmem summary",
    .render = show_summary,
};

const struct cmd cmd_context = {
    .name = "context",
    .group = "Find",
    .details = "Prints what a session that starts here now would be given, "
               "byte for byte.",
    .example = "cmem context --explain",
    .render = show_context,
};

const struct cmd cmd_stats = {
    .name = "stats",
    .group = "Find",
    .example = "cmem stats --since=7d",
    .render = show_stats,
};

const struct cmd cmd_add = {
    .name = "add",
    .group = "Keep",
    .example = "cmem add the staging database is wiped every Sunday",
    .render = show_add,
};

const struct cmd cmd_forget = {
    .name = "forget",
    .group = "Keep",
    .details = "Deletes for good, from the database, its full-text index and "
               "its log; not what Claude Code itself keeps.",
    .example = "cmem forget 12",
    .render = show_forget,
};
