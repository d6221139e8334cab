/*
 * register.h - Claude Code told of our hooks, and that taken back.
 *
 * Two forms. The plugin: a symbolic link in the client's skills folder, which
 * newer clients load by itself; no file of the user is touched. The settings:
 * entries in settings.json, for older clients. Each form can be put in, taken
 * out and put in again without leaving a trace.
 */
#ifndef CMEM_CLI_REGISTER_H
#define CMEM_CLI_REGISTER_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/claude.h"
#include "cli/settings.h"

/* How a file was left by taking out. */
enum undone {
    UNDONE_NOTHING, /* there was nothing of ours */
    UNDONE_EXACTLY, /* it is as it was, byte for byte */
    UNDONE_OURS,    /* it was changed meanwhile: only our entries went */
};

/*
 * entry: what the record has for this directory, or NULL. On success *made is
 * the new entry (the caller's) and *changed says whether a file was written.
 * target: the plugin's directory.
 */
int register_plugin(const struct claude *cl, const char *target,
                    const struct json *entry, struct json **made, bool *changed,
                    struct err *e);
int register_settings(const struct claude *cl, const struct settings_want *want,
                      const struct json *entry, struct json **made,
                      bool *changed, struct err *e);

int unregister_plugin(const struct claude *cl, bool *removed, struct err *e);
int unregister_settings(const struct claude *cl, const struct json *entry,
                        enum undone *how, struct err *e);
/* Removes the directories that an install made, as far as they are empty. */
void unregister_dirs(const struct json *entry);

/* Makes dir and what is missing above it, noted in `entry`; what an earlier
 * install made (`old`) stays noted. */
int register_dirs(const char *dir, const struct json *old, struct json *entry,
                  struct err *e);

/* Is the skills folder's "cmem" a link to a plugin of ours? `target` (may be
 * NULL) gets where it leads. */
bool register_has_link(const struct claude *cl, char *target, size_t size);

#endif
