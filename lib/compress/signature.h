/*
 * signature.h - what stays of an error message when it comes again.
 *
 * Directories, line numbers, counts, times, addresses, hashes and quotes are
 * taken out, the words that name the error stay:
 *
 *   /home/ada/app/src/main.c:12:5: error: 'foo' undeclared (first use ...)
 *   main.c error foo undeclared first use ...
 *
 * Two messages with the same signature are the same error; two that share most
 * of their words are perhaps. Pure.
 */
#ifndef CMEM_COMPRESS_SIGNATURE_H
#define CMEM_COMPRESS_SIGNATURE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

#define SIGNATURE_BYTES 240
#define SIGNATURE_WORDS 40

/* Of one line. Empty when nothing is left; lives in a. */
struct str signature_of(struct str line, struct arena *a);

/* How much of the words of both are the same, 0 to 1; codes count double, what
 * every error says ("error", "failed") and the file it is in little. */
double signature_alike(struct str x, struct str y);

#endif
