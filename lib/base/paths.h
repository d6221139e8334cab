/*
 * paths.h - where everything of cmem lies.
 *
 * CMEM_HOME, when set, holds everything. Otherwise the XDG places:
 *
 *   what                              CMEM_HOME        default
 *   cmem.db, cmem.sock, lock, spool/  .                ~/.local/share/cmem
 *   vectors                           .                ~/.local/share/cmem
 *   config, keys                      .                ~/.config/cmem
 *   cache/                            cache            ~/.cache/cmem
 *   worker.log, hooks.log             .                ~/.local/state/cmem
 *
 * No allocation: hooks use it too. Without HOME the password file is asked.
 */
#ifndef CMEM_BASE_PATHS_H
#define CMEM_BASE_PATHS_H

#include "base/common.h"
#include "base/err.h"

#define PATHS_MAX 1024

struct paths {
    char data[PATHS_MAX];        /* directory of database, socket, spool */
    char config_dir[PATHS_MAX];
    char cache[PATHS_MAX];       /* rendered context blocks */
    char state[PATHS_MAX];       /* logs */
    char db[PATHS_MAX];
    char vectors[PATHS_MAX];     /* 0600: the mapped matrix (matrix.h) */
    char sock[PATHS_MAX];
    char lock[PATHS_MAX];        /* held by the one worker */
    char spool[PATHS_MAX];       /* directory */
    char config[PATHS_MAX];
    char keys[PATHS_MAX];        /* 0600: "NAME=value" lines */
    char off[PATHS_MAX];         /* its presence switches cmem off */
    char hook_log[PATHS_MAX];
    char worker_log[PATHS_MAX];
};

/* Fills p from the environment; touches no file. CM_EARG when there is no
 * home or a path is too long. */
int paths_init(struct paths *p, struct err *e);
/* Makes data, cache, state and spool directories, mode 0700. */
int paths_make(const struct paths *p, struct err *e);
/* out: the file of a rendered context block for a working directory:
 * cache/context-<hash of dir>.json. The hook knows it without the worker. */
void paths_context(const struct paths *p, const char *dir,
                   char out[PATHS_MAX + 32]);

#endif
