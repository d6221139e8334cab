/* cmd_code.c - cmem code ...: questions about code; see lib/ops. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"

const struct cmd cmd_code_status = {
    .name = "code-status",
    .group = "Code",
    .details = "Root, files, symbols and lines of every tree, and when a whole "
               "scan of it last ended; with --coverage what was passed over or "
               "parsed in part. cmem index --status is the same.",
    .example = "cmem code status --coverage",
    .render = show_code_status,
};

const struct cmd cmd_code_search = {
    .name = "code-search",
    .group = "Code",
    .details = "Finds definitions by their name, a part of it, or the words "
               "of what they are about: names are taken apart, so that parse "
               "reply finds parseReply and parse_reply. All words count; only "
               "when nothing has all of them, some will do. cmem code search "
               "is the same.",
    .example = "cmem code search parse reply",
    .render = show_code_search,
};

const struct cmd cmd_code_outline = {
    .name = "code-outline",
    .group = "Code",
    .details = "The definitions of a file in their order, with signatures and "
               "lines. The file is read as it is now and need not be indexed. "
               "Where there are too many, members are left out first. cmem "
               "code outline is the same.",
    .example = "cmem code outline README.md",
    .render = show_code_outline,
};

const struct cmd cmd_code_unfold = {
    .name = "code-unfold",
    .group = "Code",
    .details = "The text of one definition, as it is now: of a file and a "
               "symbol (Class.method), of a place (FILE:LINE, the innermost "
               "one), or of a symbol alone, where the index knows where it "
               "is. cmem code unfold is the same.",
    .example = "cmem code unfold README.md:1",
    .render = show_code_unfold,
};

const struct cmd cmd_code_symbols = {
    .name = "code-symbols",
    .group = "Code",
    .details = "Everything that the index knows to be defined below a path, "
               "file by file; --json is for programs. An answer that is not "
               "all says so, and --after goes on behind its last file. cmem "
               "code symbols is the same.",
    .example = "cmem code symbols -n 100000",
    .render = show_code_symbols,
};

const struct cmd cmd_code_refs = {
    .name = "code-refs",
    .group = "Code",
    .details = "Every reference that means the symbol, with its evidence "
               "(call, type, inherit, use) and how that is known: the same "
               "file, an import, the same package, or the only one of that "
               "name. What may mean another one is only counted, unless "
               "--ambiguous asks for it. cmem code refs is the same.",
    .example = "cmem code refs parse_reply",
    .render = show_code_refs,
};

const struct cmd cmd_code_callers = {
    .name = "code-callers",
    .group = "Code",
    .details = "The symbols whose bodies call this one or pass it on, with "
               "--depth also those that call them. How a call is known to "
               "mean it stands behind each. cmem code callers is the same.",
    .example = "cmem code callers parse_reply --depth=2",
    .render = show_code_calls,
};

const struct cmd cmd_code_callees = {
    .name = "code-callees",
    .group = "Code",
    .details = "The symbols of this tree that the body of this one calls, "
               "with --depth also what they call. Calls of what the tree does "
               "not define are counted. cmem code callees is the same.",
    .example = "cmem code callees parse_reply",
    .render = show_code_calls,
};

const struct cmd cmd_code_impact = {
    .name = "code-impact",
    .group = "Code",
    .details = "Of a symbol, or of what differs on disk from a commit (from "
               "HEAD, when nothing is named; files that git does not know are "
               "new): the symbols whose lines changed, the tests that reach "
               "them, nearest first, then their direct and indirect callers "
               "and the files that import theirs. What refers to something "
               "that was removed is said to. References that may mean another "
               "one are only counted, unless --ambiguous asks for them. cmem "
               "code impact is the same.",
    .example = "cmem code impact --diff HEAD~1",
    .render = show_code_impact,
};

const struct cmd cmd_code_files = {
    .name = "code-files",
    .group = "Code",
    .details = "Ranks the files of the tree for an issue, a question, an error "
               "or a stack trace: by its words and names in their symbols, "
               "by paths that it names, by what the files found refer to, and "
               "by what sessions about the same changed. Behind each stands "
               "what spoke for it. Tests come after what they test, unless "
               "the text asks about tests. cmem code files is the same.",
    .example = "cmem code files replies are cut off when the socket closes",
    .render = show_code_files,
};

const struct cmd cmd_code_map = {
    .name = "code-map",
    .group = "Code",
    .details = "An outline of the whole tree in so many tokens: the symbols "
               "that the rest leans on, by PageRank over the references that "
               "are known for certain, file by file, the most important file "
               "first. With --focus what matters to these files. Tests are "
               "left out unless they are in focus. cmem code map is the same.",
    .example = "cmem code map --tokens=500",
    .render = show_code_map,
};
