/*
 * claude.h - the Claude Code client of this user: where, and which version.
 */
#ifndef CMEM_CLI_CLAUDE_H
#define CMEM_CLI_CLAUDE_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/paths.h"

struct claude {
    char dir[PATHS_MAX];           /* $CLAUDE_CONFIG_DIR, else ~/.claude */
    char settings[PATHS_MAX + 32]; /* settings.json there */
    char link[PATHS_MAX + 32];     /* skills/cmem there */
    char projects[PATHS_MAX + 32]; /* its transcripts */
    char state[PATHS_MAX + 32];    /* .claude.json: its servers, and more */
    bool found;                    /* the program ran and told its version */
    int version;                   /* as CLIENT_VERSION; 0 when not found */
    char version_text[32];         /* "2.1.329" */
};

/* Places only. CM_EARG without a home directory. */
int claude_places(struct claude *cl, struct err *e);
/* And asks the program (setting claude_bin) for its version, for at most
 * three seconds. Not finding one is no error. */
int claude_find(struct claude *cl, const struct config *config, struct err *e);
/* "2.1.329 (Claude Code)" -> a CLIENT_VERSION, 0 when it is none. */
int client_version_of(struct str text);

#endif
