/*
 * progress.h - one line on the terminal that says how far a long work is.
 *
 * On standard error, and only when that is a terminal: results go to standard
 * output. Drawn at most ten times a second.
 */
#ifndef CMEM_CLI_PROGRESS_H
#define CMEM_CLI_PROGRESS_H

#include "base/common.h"

struct progress {
    bool on;
    const char *what;
    int64_t drawn_ms;
    int width;
};

void progress_begin(struct progress *p, bool wanted, const char *what);
/* total 0: how many there are is not known. */
void progress_show(struct progress *p, int64_t done, int64_t total,
                   const char *item);
void progress_end(struct progress *p); /* takes the line away */

#endif
