/*
 * corpus.h - memories that nobody has, as real ones are distributed: words by
 * Zipf's law, identifiers, paths, errors, sessions, some Japanese. The same
 * number gives the same memory on every machine.
 */
#ifndef CMEM_BENCH_CORPUS_H
#define CMEM_BENCH_CORPUS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* Counts changes of what is made: older databases are made anew. */
#define CORPUS_VERSION 1

/* The last memory happened then: 2026-11-01 00:00 UTC; the first two years
 * before. */
#define CORPUS_END_MS  INT64_C(1793491200000)
#define CORPUS_SPAN_MS (INT64_C(730) * 86400000)
#define CORPUS_SESSION 20 /* memories of one */
#define CORPUS_ROOT    "/nowhere/bench"

/* xorshift64*: fast, and the same everywhere. */
struct corpus_rng {
    uint64_t s;
};
uint64_t corpus_next(struct corpus_rng *r);
double corpus_unit(struct corpus_rng *r); /* [0, 1) */

struct corpus;
struct corpus *corpus_create(void);
void corpus_destroy(struct corpus *c);

/* The word of a rank from 0, the most common; some hundred are English. */
void corpus_word(uint64_t rank, struct buf *b);
void corpus_identifier(uint64_t k, struct buf *b); /* parseFrameHeader */
void corpus_path(uint64_t k, struct buf *b);       /* lib/wire/frame.c */
void corpus_error(uint64_t k, struct buf *b);      /* error[E0308]: ... */

struct corpus_memory {
    const char *kind;
    struct str title, text, path; /* live in the arena */
    int64_t session;              /* from 0 */
    int64_t time_ms;
};
/* Memory i of n. */
void corpus_memory(struct corpus *c, uint64_t i, uint64_t n, struct arena *a,
                   struct corpus_memory *out);

#endif
