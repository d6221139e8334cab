/*
 * file.h - files read whole, written whole, and directories made private.
 */
#ifndef CMEM_BASE_FILE_H
#define CMEM_BASE_FILE_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"

/* Appends the whole file to b. CM_ENOTFOUND when there is none, CM_EFULL when
 * it is larger than b may hold. */
int file_read(const char *path, struct buf *b, struct err *e);
/* Temp file beside it, fsync, rename: readers see the old or the new text,
 * never a part. Mode as given. Follows a symbolic link at `path`. */
int file_write(const char *path, struct str text, unsigned mode,
               struct err *e);
/* mkdir -p; directories that it makes get mode 0700. */
int file_mkdirs(const char *path, struct err *e);
bool file_exists(const char *path);
/* write(2) until all is written. 0, or CM_EIO with errno. */
int file_write_all(int fd, const void *p, size_t n);
/* getrandom(2), never fails. */
void file_random(void *p, size_t n);

#endif
