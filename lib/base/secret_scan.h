/*
 * secret_scan.h - finds the secrets of a text, one after the other.
 *
 * One pass over the bytes. At a sign (< - : =) or at a word's first letters a
 * matcher looks at what is around; each looks at a bounded number of bytes,
 * or at bytes that no other will look at again: linear, whatever the text.
 *
 *     struct secret_scan sc = {.s = text};
 *     while (secret_next(&sc, &m))
 *         ...
 */
#ifndef CMEM_BASE_SECRET_SCAN_H
#define CMEM_BASE_SECRET_SCAN_H

#include "base/common.h"
#include "base/str.h"

struct secret {
    size_t from, to;   /* what has to go */
    const char *label; /* what it is: "aws-key", "private", "password" */
};

struct secret_scan {
    struct str s;
    size_t at; /* everything before has been looked at */
    /* Where the next one stands, or s.n; to be looked for again when behind.
     * However often a block begins, its end is searched for once. */
    size_t pem_end, tag_end;
};

bool secret_next(struct secret_scan *sc, struct secret *m);

#endif
