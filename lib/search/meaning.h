/*
 * meaning.h - the signal "means the same": from a text to the nearest memories.
 *
 * A struct meaning holds the embedder and the mapped matrix of the vectors
 * (matrix.h). The worker keeps one; the terminal program opens one for a
 * search, which maps two files and reads nothing. Where there is no embedder,
 * or no vector yet, everything else goes on: functions answer CM_ENOTFOUND, and
 * meaning_state says in a sentence what is missing.
 *
 * A memory with several parts counts with its best one.
 */
#ifndef CMEM_SEARCH_MEANING_H
#define CMEM_SEARCH_MEANING_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/paths.h"
#include "base/str.h"
#include "store/db.h"
#include "store/read_memory.h"

struct meaning;

/* Opens what the configuration names (embedder, embedder_model, ...). Never
 * fails: what is missing is said by meaning_state. */
struct meaning *meaning_open(const struct paths *p, const struct config *c);
/* One question will be asked, no more: see matrix_once. */
void meaning_once(struct meaning *m);
void meaning_close(struct meaning *m); /* NULL is fine */
/* Gives pages of the weights and of the vectors back; the next question touches
 * them again, which costs it a millisecond or two. NULL is fine. */
void meaning_rest(struct meaning *m);

/* "all-MiniLM-L6-v2/int8-1 (avx2): 2,104 of 2,310 memories", or what is missing
 * and what to do; lives in m. *ready: can answer. Counts: for people, not for
 * every search. */
const char *meaning_state(struct meaning *m, struct db *db, bool *ready);

/* So long a query waits for a remote embedder: then words have to do. */
#define MEANING_REMOTE_MS 2000
/* A remote embedder is asked through this, set by who can (the worker itself,
 * or the terminal program through the worker): the one of this name, whose
 * vectors serve. 0, or an error: then only the other signals answer. */
typedef int (*meaning_remote)(void *arg, const char *name, struct str text,
                              float *out, int dim, struct err *e);
void meaning_set_remote(struct meaning *m, meaning_remote fn, void *arg);

/* Reads all of the built-in weights: CM_EFORMAT when they are not what was
 * packed. 0 also when there are none. For who looks for trouble. */
int meaning_verify(const struct meaning *m, struct err *e);

const char *meaning_kernel(const struct meaning *m); /* "avx2": what scans */

/* Of the vectors that serve now; 0: nothing to search with. */
int meaning_dim(struct meaning *m, struct db *db);
/* The vector of this text will be asked for next: a thread of its own begins
 * to make it, while the caller looks for the words. Nothing need be there, and
 * nothing need come of it. */
void meaning_embed_begin(struct meaning *m, struct db *db, struct str text);
/* out: meaning_dim floats of length 1. About a millisecond for a question. The
 * last query's vector is kept: asking again costs nothing. */
int meaning_embed(struct meaning *m, struct db *db, struct str text, float *out,
                  struct err *e);

struct meaning_hit {
    int64_t memory_id;
    float cosine;
};

/*
 * The `max` memories nearest to q, best first, among those of f's project (and
 * of no project) and session, where these are set; other filters are for the
 * caller, who asks for more than it needs. A row that was forgotten meanwhile
 * may be named. *n is how many were written to out.
 */
int meaning_nearest(struct meaning *m, struct db *db, const float *q,
                    const struct memory_filter *f, size_t max,
                    struct meaning_hit *out, size_t *n, struct err *e);

/* The cosine of each of ids, -2 for one that has no vector. ids ascend. */
int meaning_cosines(struct meaning *m, struct db *db, const float *q,
                    const int64_t *ids, size_t n, float *out, struct err *e);

/* Cosine of two memories; -2 when one has no vector. For near-duplicates. */
float meaning_between(struct meaning *m, struct db *db, int64_t a, int64_t b);

#endif
