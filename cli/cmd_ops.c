/* cmd_ops.c - commands that are operations: see lib/ops for what they do. */
#include "base/common.h"

#include "cli/browse/browse.h"
#include "cli/cmd.h"
#include "cli/queries.h"
#include "cli/show.h"

const struct cmd cmd_search = {
    .name = "search",
    .group = "Find",
    .details = "Finds by words, by names of code (parseReply, src/main.c, "
               "E0308), by file and by time. All words count for more than "
               "some; when nothing has them all, what has the most comes "
               "first, and words that nothing has are named with those "
               "nearest to them. Without words the newest are listed; with "
               "nothing at all, on a terminal, it is cmem browse. The "
               "first column is what cmem show takes.\n"
               "With --queries each line of a file is a question, "
               "{\"id\":1,\"query\":\"...\"}, with options of its own under "
               "the same names, and a line comes out for each.",
    .example = "cmem search -n 5 socket path too long",
    .render = show_search,
    .run = queries_run,
    .run_with = "queries",
    .run_bare = browse_run,
};

const struct cmd cmd_timeline = {
    .name = "timeline",
    .group = "Find",
    .details = "Lists memories in order of time, the one that was asked "
               "for marked with \">\". Around a memory, session or event "
               "it looks in the project of that one, wherever it is asked "
               "from.",
    .example = "cmem timeline --at=2d",
    .render = show_timeline,
};

const struct cmd cmd_show = {
    .name = "show",
    .group = "Find",
    .details = "A memory (#12) comes with its facts, its files, what took "
               "its place and the events it rests on; a session (s4) with "
               "its summary and all that came from it; an event (e99) as "
               "it was recorded. A shell takes #12 for a comment: 12 means "
               "the same.",
    .example = "cmem show 12 s4",
    .render = show_show,
};

const struct cmd cmd_history = {
    .name = "history",
    .group = "Find",
    .details = "The chain of what was said on one matter, oldest first: from "
               "when to when each of it held, who said it, and every change "
               "with what stood there before. The one that was asked for is "
               "marked with \">\".",
    .example = "cmem history 12",
    .render = show_history,
};

const struct cmd cmd_graph = {
    .name = "graph",
    .group = "Find",
    .details = "Names of files, symbols, errors, people, services and the "
               "like are kept with what memories state of them: uses, part of, "
               "fixes, causes, depends on, owns, deploys to, replaces. Behind "
               "each stands the memory that says so; \"with\" is what is only "
               "named in the same memories. Without ENTITY it lists those that "
               "most is known of.",
    .example = "cmem graph --kind path",
    .render = show_graph,
};

const struct cmd cmd_fix = {
    .name = "fix",
    .group = "Find",
    .details = "Compares an error with those that a session had and got rid "
               "of: the commands that were run or the edit that was made, how "
               "often the error stayed away (held) or was back, and where it "
               "happened. This project's come first.",
    .example = "cmem fix \"Cannot find module 'left-pad'\"",
    .render = show_fix,
};

const struct cmd cmd_sessions = {
    .name = "sessions",
    .group = "Find",
    .details = "Newest first, without those of subagents: what cmem "
               "summary and cmem show take, when it began, how long it was "
               "worked on, how many prompts and events it had.",
    .example = "cmem sessions --since=7d --all",
    .render = show_sessions,
};

const struct cmd cmd_summary = {
    .name = "summary",
    .group = "Find",
    .details = "What was asked, looked into, learned, done and left open "
               "in a session, and what its subagents did; of the latest "
               "session in this project unless another is named.",
    .example = "cmem summary s4",
    .render = show_summary,
};

const struct cmd cmd_context = {
    .name = "context",
    .group = "Find",
    .details = "Prints what a session that starts here now would be given, "
               "byte for byte; with --explain every line that was "
               "considered, whether it is in, its tokens and why.",
    .example = "cmem context --explain",
    .render = show_context,
};

const struct cmd cmd_why = {
    .name = "why",
    .group = "Find",
    .details = "What was put into a session at its start and behind its "
               "prompts, line by line with the reason, and what was "
               "considered for a prompt and not given; of the latest session "
               "in this project unless another is named.",
    .example = "cmem why s4",
    .render = show_why,
};

const struct cmd cmd_why_not = {
    .name = "why-not",
    .group = "Find",
    .details = "For words: what a prompt that says them would bring, and for "
               "every other candidate why it would not: below the bar and by "
               "how much, already there, of another branch, no longer "
               "holding. For a memory (#12): to which sessions it was given, "
               "and what became of it at each prompt of a session.",
    .example = "cmem why-not the socket path is too long",
    .render = show_why_not,
};

const struct cmd cmd_stats = {
    .name = "stats",
    .group = "Find",
    .details = "Counts what is stored, by kind and project, and what was "
               "told to sessions and asked of language models in the last "
               "30 days (--since).",
    .example = "cmem stats --since=7d",
    .render = show_stats,
};

const struct cmd cmd_add = {
    .name = "add",
    .group = "Keep",
    .details = "Keeps a note as it is said, and tells it to every session "
               "of this project. With --topic a note takes the place of "
               "what was last said on it.",
    .example = "cmem add the staging database is wiped every Sunday",
    .render = show_add,
};

const struct cmd cmd_edit = {
    .name = "edit",
    .group = "Keep",
    .details = "Changes a memory; cmem history goes on telling what it said. "
               "With --holds one that something else took the place of holds "
               "again; with --any-branch one that belongs to a branch belongs "
               "to all.",
    .example = "cmem edit 12 --importance 5",
    .render = show_edit,
};

const struct cmd cmd_pin = {
    .name = "pin",
    .group = "Keep",
    .example = "cmem pin 12",
    .render = show_pin,
};

const struct cmd cmd_unpin = {
    .name = "unpin",
    .group = "Keep",
    .example = "cmem unpin 12",
    .render = show_pin,
};

const struct cmd cmd_forget = {
    .name = "forget",
    .group = "Keep",
    .details = "Deletes for good, from the database, its full-text index "
               "and its log; not what Claude Code itself keeps. A session "
               "goes with everything that came from it.",
    .example = "cmem forget 12",
    .render = show_forget,
};
