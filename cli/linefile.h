/*
 * linefile.h - a file or standard input, a line at a time.
 *
 * Holds one line and what was read ahead, however long the file is. A line
 * that is longer than `max` is skipped and told.
 */
#ifndef CMEM_CLI_LINEFILE_H
#define CMEM_CLI_LINEFILE_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct linefile {
    const char *name; /* for messages; borrowed */
    int fd;
    size_t max;
    size_t at;     /* of the buffer: what comes next */
    int64_t line;  /* number of the line given last, from 1 */
    int64_t bytes; /* read so far */
    int64_t size;  /* of the file; 0 when it has none (a pipe) */
    bool ended;
    struct buf in;
};

/* "-" is standard input. CM_ENOTFOUND, CM_EPERM, CM_EIO. */
int linefile_open(struct linefile *f, const char *path, size_t max,
                  struct err *e);
void linefile_close(struct linefile *f); /* accepts a zeroed one */

/*
 * 1: a line without its newline, which lives until the next call; 0: no more.
 * CM_EFULL: this one was too long, the next may be asked for. CM_EAGAIN: a
 * signal came; CM_EIO.
 */
int linefile_next(struct linefile *f, struct str *line, struct err *e);

#endif
