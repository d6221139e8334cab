/*
 * child.h - a program run to its end, within a time.
 *
 * The child has a process group of its own, so that when the time is up
 * everything it started goes with it, and a Ctrl-C on the terminal reaches
 * us alone. Standard error is dropped.
 */
#ifndef CMEM_BASE_CHILD_H
#define CMEM_BASE_CHILD_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"

struct child {
    const char *const *argv; /* argv[0] is searched for in PATH */
    const char *const *set;  /* "NAME=value" on top of ours, or NULL */
    int in_fd;               /* standard input; -1: nothing */
    int out_fd;              /* standard output; -1: `out` of child_run */
    int64_t max_out_bytes;   /* most it may write to out_fd; 0: no limit */
    int timeout_ms;
    bool dies_with_us; /* though we are killed: nothing is half done by it */
};

/*
 * Runs it. Returns its exit status (128 + signal when it was killed).
 * CM_ENOTFOUND when there is no such program, CM_EPERM when it may not be run,
 * CM_ETIME, CM_EIO. What it prints is appended to out (NULL: dropped) as far
 * as that has room.
 */
int child_run(const struct child *c, struct buf *out, struct err *e);

#endif
