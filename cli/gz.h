/*
 * gz.h - gzip files, read through gzip(1).
 *
 * A child rather than a library: it is everywhere, it is wanted rarely, and a
 * library would cost every other start of this program.
 */
#ifndef CMEM_CLI_GZ_H
#define CMEM_CLI_GZ_H

#include "base/common.h"
#include "base/err.h"
#include "base/paths.h"

/* The most that one file may come to: longer ones are refused. */
#define GZ_MAX_BYTES (1ll << 30)

/* Decompresses `path` into a new file (0600) of `dir`; out gets its path. The
 * caller removes it. */
int gz_to_file(const char *path, const char *dir, char out[PATHS_MAX + 64],
               struct err *e);

#endif
