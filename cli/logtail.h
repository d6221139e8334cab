/*
 * logtail.h - the end of a log file, and what is added to it.
 *
 * A log that grows large is renamed to NAME.1 and begun anew (base/log.h):
 * its end then may lie in both, and whoever follows it goes on with the new
 * one after the last line of the old.
 */
#ifndef CMEM_CLI_LOGTAIL_H
#define CMEM_CLI_LOGTAIL_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"

/* A log is at most 4 MB, and there are two. */
#define LOGTAIL_MAX (9u << 20)

struct logtail_follow {
    const char *path; /* borrowed */
    int fd;           /* -1: not there yet; the caller closes it */
    int64_t offset;   /* behind the last line that was given */
};

/* Appends the last n lines to b, each with its newline, and sets f to go on
 * behind them. CM_ENOTFOUND when there is no log. */
int logtail_read(const char *path, size_t n, struct buf *b,
                 struct logtail_follow *f, struct err *e);
/* Gives whole lines that came since, into b (emptied first): 1, or 0 when
 * there are none yet. A line longer than b may hold is given in pieces. */
int logtail_more(struct logtail_follow *f, struct buf *b, struct err *e);
/* The last n lines of text: where they begin. */
size_t logtail_start(struct str text, size_t n);

#endif
