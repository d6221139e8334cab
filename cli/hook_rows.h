/*
 * hook_rows.h - which events of Claude Code go to which hook program.
 *
 * One table: what install writes, what doctor looks for and where replay
 * feeds an event come from it, and a test holds plugin/hooks/hooks.json
 * against it.
 */
#ifndef CMEM_CLI_HOOK_ROWS_H
#define CMEM_CLI_HOOK_ROWS_H

#include "base/common.h"
#include "base/str.h"

/* A client's version as one number: 2.1.157 is 20010157. */
#define CLIENT_VERSION(major, minor, patch)                                    \
    ((major)*10000000 + (minor)*10000 + (patch))

/* From here on a plugin in the skills folder loads by itself. */
#define CLIENT_SKILLS_DIR CLIENT_VERSION(2, 1, 157)
/* From here on "args" is known: the program runs without a shell. Older
 * clients would run it without its arguments. */
#define CLIENT_EXEC_FORM CLIENT_VERSION(2, 1, 150)

struct hook_row {
    const char *event;
    const char *program; /* "session-start": cmem-hook-session-start */
    const char *matcher; /* NULL: always */
    const char *arg;     /* NULL: none */
    int since;           /* an older client that is told of the event drops
                            every hook of the file; 0: all know it */
};

extern const struct hook_row hook_rows[];
extern const size_t hook_rows_count;

/* Seconds that the client gives a hook. They stop themselves after half of
 * one; this is for a machine that stands still. */
#define HOOK_TIMEOUT_S 2

/* The row for an event as it comes; source is SessionStart's. NULL for an
 * event that is none of ours. */
const struct hook_row *hook_row_for(struct str event, struct str source);

#endif
