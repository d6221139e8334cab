/*
 * act.h - what is done with a row outside of the list: its text to the
 * clipboard, its file into the editor, its session on in Claude Code.
 */
#ifndef CMEM_CLI_BROWSE_ACT_H
#define CMEM_CLI_BROWSE_ACT_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "cli/browse/rows.h"
#include "cli/browse/screen.h"

/* Longer texts no terminal takes. */
#define COPY_BYTES 74000

/* Appends OSC 52: a terminal puts that into its clipboard, over ssh too. */
void act_osc52(struct buf *b, struct str text);
/* tmux and the desktop's programs are asked first, where they are. Returns how
 * it was copied: "tmux", "wl-copy", ..., "terminal". */
const char *act_copy(struct screen *s, struct str text);

/* What of a row is worth copying. `item` is what was read of it, or NULL. */
void act_text_of(const struct row *row, const struct json *item,
                 struct buf *out);

struct act_place {
    char path[PATHS_MAX];
    int64_t line;
};
/* Where a row is on disk: a symbol's line; of a memory the first definition
 * that it cites, else its first file. CM_ENOTFOUND with a sentence. */
int act_place_of(const struct row *row, const struct json *item,
                 const char *root, struct act_place *out, struct err *e);
/* $VISUAL, $EDITOR or vi, on the terminal; returns when it is left. */
int act_edit(struct screen *s, const struct act_place *at, struct err *e);

/* The session of what was read: a memory's or a session's. CM_ENOTFOUND with a
 * sentence. */
struct act_session {
    char id[24]; /* "s4" */
    char uid[128], cwd[PATHS_MAX];
};
int act_session_of(const struct json *session, struct act_session *out,
                   struct err *e);
/* Takes this process's place; returns only when that failed. */
int act_resume(struct screen *s, const char *claude,
               const struct act_session *at, struct err *e);

#endif
