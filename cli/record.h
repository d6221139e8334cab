/*
 * record.h - what was installed, so that it can be taken back exactly.
 *
 * install.json in the data directory, one entry per configuration directory
 * of Claude Code:
 *
 *   {"version": 1, "installs": [
 *     {"dir": "/home/u/.claude", "form": "plugin", "made": [dirs]},
 *     {"dir": ..., "form": "settings", "existed": true,
 *      "before": sha256, "after": sha256, "pieces": [[at, bytes], ...],
 *      "made": [dirs]}]}
 *
 * "made" are the directories that the install made, outermost first;
 * "client" is the version it was made for, as CLIENT_VERSION has it.
 */
#ifndef CMEM_CLI_RECORD_H
#define CMEM_CLI_RECORD_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "cli/settings.h"

struct record {
    char path[PATHS_MAX + 32];
    int lock_fd; /* one install at a time */
    struct json *root;
};

/* Waits for another install to end, ten seconds at most; then reads. A record
 * that cannot be read counts as none. */
int record_open(struct record *r, const struct paths *p, struct err *e);
void record_close(struct record *r);
/* The entry for a directory, or NULL. Borrowed. */
struct json *record_get(const struct record *r, const char *dir);
/* Replaces the entry (entry NULL: takes it out) and writes the file. */
int record_put(struct record *r, const char *dir, struct json *entry,
               struct err *e);

struct json *record_pieces(const struct settings_pieces *pieces);
bool record_read_pieces(const struct json *entry,
                        struct settings_pieces *pieces);

#endif
