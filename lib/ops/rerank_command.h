/*
 * rerank_command.h - the reranker that is a program of the user's.
 *
 * It is started for each search and leaves with it: nothing of ours outlives
 * its call, and a program that takes long to load is the client of a server of
 * its own. No shell reads its command line. It has a process group, which is
 * killed when the time is up.
 */
#ifndef CMEM_OPS_RERANK_COMMAND_H
#define CMEM_OPS_RERANK_COMMAND_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"

/* By these settings: is the one that is asked a program, or the model? Where
 * none is set and one is asked for: a program, if there is one. */
bool reranker_is_command(const struct config *c);
/* How long it may take. */
int reranker_limit_ms(const struct config *c);

struct rerank_program {
    struct str command; /* words, with blanks between */
    int limit_ms;
};
/* Gives it `line` (rerank_put, and the line's end) and reads what it prints:
 * chance[n]. Waits for it: not for the loop. */
int rerank_by_command(const struct rerank_program *p, struct str line, size_t n,
                      double *chance, struct err *e);

#endif
