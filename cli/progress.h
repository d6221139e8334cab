/*
 * progress.h - one line that says how far a long work is.
 *
 * On standard error: results go to standard output. On a terminal the line is
 * redrawn, at most ten times a second; elsewhere a new one is written every
 * few seconds.
 */
#ifndef CMEM_CLI_PROGRESS_H
#define CMEM_CLI_PROGRESS_H

#include "base/common.h"
#include "base/str.h"

struct progress {
    bool wanted;
    bool is_tty;
    const char *what;
    int64_t drawn_ms; /* clock_mono_ms of the last line */
    int width;
};

void progress_begin(struct progress *p, bool wanted, const char *what);
/* total 0: not known. item: what is under way, may be empty; it is cleaned. */
void progress_show(struct progress *p, int64_t done, int64_t total,
                   struct str item);
void progress_end(struct progress *p); /* takes the line away */

#endif
