/*
 * importance.h - how much a memory matters, from 1 (trivia) to 5 (must not be
 * forgotten), and why.
 *
 * Who wrote it down (the rules or a model) gives a first number; what is known
 * beside adds to it, two at most. What is said again later adds one at the
 * third and one at the eighth time (store/revise.c); a number that a person
 * sets stands. The reasons are kept as a sentence: `cmem show` says it.
 */
#ifndef CMEM_COMPRESS_IMPORTANCE_H
#define CMEM_COMPRESS_IMPORTANCE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

struct weigh {
    int base;        /* 1 to 5; 0 takes 3 */
    struct str by;   /* who gave it: "rules", a model's name, "you" */
    struct str type; /* bugfix, decision, ... or empty */
    struct str text;
    struct str origin;
    int64_t sessions; /* that changed a file of it, the most of any */
};

/* Sessions that changed a file before it counts as one that matters. */
#define IMPORTANCE_SESSIONS 8

/* *why lives in a: "3 by the rules, +1 names its cause". */
int importance_weigh(const struct weigh *w, struct arena *a, struct str *why);

#endif
