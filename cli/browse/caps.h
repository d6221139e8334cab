/*
 * caps.h - what the terminal understands, from the terminfo database.
 */
#ifndef CMEM_CLI_BROWSE_CAPS_H
#define CMEM_CLI_BROWSE_CAPS_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"

#define CAP_BYTES 64

/* Ready to be written; what the terminal has not is empty. */
struct caps {
    char enter[CAP_BYTES], leave[CAP_BYTES]; /* the second screen */
    char clear[CAP_BYTES];                   /* and the cursor home */
    char hide[CAP_BYTES], show[CAP_BYTES];   /* the cursor */
    char wipe_line[CAP_BYTES];               /* from the cursor on */
    char wipe_below[CAP_BYTES];
};

/* For standard output and $TERM. CM_EARG with a sentence that says what to do.
 * Once in a process. */
int caps_load(struct caps *c, struct err *e);
/* Moves by n, 0 or more. */
void caps_up(struct buf *b, int n);
void caps_right(struct buf *b, int n);

#endif
