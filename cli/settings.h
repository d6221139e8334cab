/*
 * settings.h - our hooks in a Claude Code settings file, as text.
 *
 * The file is somebody else's: everything that is not ours stays, byte for
 * byte, in its place. What is put in looks as its surroundings do (indent,
 * line ends, one line or many). Pure functions of text; install.c has the
 * files.
 *
 * Invariants:
 *   1. Adding only inserts: taking the inserted pieces out again gives the
 *      text as it was (settings_take_out).
 *   2. settings_remove takes every hook of ours out, whoever put it there and
 *      however it is formatted, and nothing else but what it leaves empty.
 *   3. A text that is not strict JSON, or has other things where hooks belong,
 *      is refused and never changed.
 */
#ifndef CMEM_CLI_SETTINGS_H
#define CMEM_CLI_SETTINGS_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

/* Every event in an array of its own, and all others in one. */
#define SETTINGS_PIECES 16

/* Bytes [at, at + n) of a text, which were put in. */
struct settings_piece {
    size_t at, n;
};
struct settings_pieces {
    struct settings_piece piece[SETTINGS_PIECES];
    size_t n;
};

struct settings_want {
    const char *bin;    /* directory of the hook programs */
    int client_version; /* which events it knows; see hook_rows.h */
};

/* text is empty or blank for a new file. It must hold none of our hooks:
 * settings_remove comes first. */
int settings_add(struct str text, const struct settings_want *w,
                 struct buf *out, struct settings_pieces *pieces,
                 struct err *e);
/* CM_EFORMAT when the pieces do not lie in the text. */
int settings_take_out(struct str text, const struct settings_pieces *pieces,
                      struct buf *out);
/* *removed: how many hooks were ours. */
int settings_remove(struct str text, struct buf *out, size_t *removed,
                    struct err *e);

struct settings_state {
    size_t ours;       /* hooks of ours */
    bool is_current;   /* exactly the ones that settings_add would put in */
    bool all_disabled; /* "disableAllHooks": true */
};
int settings_look(struct str text, const struct settings_want *w,
                  struct settings_state *out, struct err *e);

/* Is this a command of ours: does its program's name begin "cmem-hook-"? */
bool settings_is_ours(struct str command);
/* The entry of one row, {"matcher", "hooks": [...]}; caller frees it. */
struct hook_row;
struct json;
struct json *settings_group(const struct hook_row *row,
                            const struct settings_want *w);

#endif
