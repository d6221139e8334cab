/* cmd_fresh.c - memories and the code they speak of: stale, blame; see lib/ops.
 */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"

const struct cmd cmd_stale = {
    .name = "stale",
    .group = "Find",
    .details = "Memories know which definitions they are about. Of those whose "
               "definitions have changed, moved or gone since, it says which, "
               "worst first and file by file; with --diff what each was and "
               "what it is now. It needs the code to be indexed (cmem index), "
               "and speaks of the working tree as it was last looked at.",
    .example = "cmem stale --diff",
    .render = show_stale,
};

const struct cmd cmd_blame = {
    .name = "blame",
    .group = "Find",
    .details = "The sessions that changed a file or one definition of it, "
               "newest first, each with what the user had asked for and what "
               "is remembered of it. A line means the innermost definition "
               "around it now. One that was renamed or moved is followed back "
               "where its text tells for certain where it was. The file need "
               "not be there any more. Sessions of which only the file is "
               "known are listed without lines.",
    .example = "cmem blame README.md",
    .render = show_blame,
};
