/* cmd_ops.c - commands that are operations: see lib/ops for what they do. */
#include "base/common.h"

#include "cli/cmd.h"

const struct cmd cmd_search = {
    .name = "search",
    .group = "Find",
    .details = "Finds by words, by names of code (parseReply, src/main.c, "
               "E0308), and by time. All words count for more than some; when "
               "nothing has them all, what has the most comes first.",
    .example = "cmem search -n 5 socket path too long",
};

const struct cmd cmd_timeline = {
    .name = "timeline",
    .group = "Find",
    .example = "cmem timeline --at 2d",
};

const struct cmd cmd_show = {
    .name = "show",
    .group = "Find",
    .example = "cmem show 12 s4",
};

const struct cmd cmd_sessions = {
    .name = "sessions",
    .group = "Find",
    .example = "cmem sessions --since=7d --all",
};

const struct cmd cmd_summary = {
    .name = "summary",
    .group = "Find",
    .example = "cmem summary",
};

const struct cmd cmd_context = {
    .name = "context",
    .group = "Find",
    .details = "Prints what a session that starts here now would be given, "
               "byte for byte.",
    .example = "cmem context --explain",
};

const struct cmd cmd_stats = {
    .name = "stats",
    .group = "Find",
    .example = "cmem stats --since=7d",
};

const struct cmd cmd_add = {
    .name = "add",
    .group = "Keep",
    .example = "cmem add the staging database is wiped every Sunday",
};

const struct cmd cmd_forget = {
    .name = "forget",
    .group = "Keep",
    .details = "Deletes for good, from the database, its full-text index and "
               "its log; not what Claude Code itself keeps.",
    .example = "cmem forget 12",
};
