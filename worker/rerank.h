/*
 * rerank.h - the language model as a search's reranker (search/rerank.h).
 *
 * The operation "rerank" of the socket:
 *
 *   {"query":"...","documents":[{"id":"#12","text":"..."}],"ms":3000}
 *   {"scores":[0.9,0,...]}
 *
 * One call, one try, within `ms`; it counts towards the daily cap, past which
 * nobody is asked, and is written down like every call. The texts are quoted to
 * the model as what they are, data: numbered, each line indented, so that none
 * can end its own quotation.
 */
#ifndef CMEM_WORKER_RERANK_H
#define CMEM_WORKER_RERANK_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "worker/server.h"
#include "worker/worker.h"

/* chance[n] lives until the callback returns; n is 0 where e is not NULL. */
typedef void (*rerank_done)(void *arg, const double *chance, size_t n,
                            const struct err *e);
/* Called back exactly once, from the loop, unless this returned an error. */
int rerank_submit(struct worker *w, const struct json *args, rerank_done done,
                  void *arg, struct err *e);
int rerank_op(struct worker *w, const struct asker *to, const struct json *args,
              struct err *e);

/* The parts, for tests. */

/* How many documents args have, or CM_EARG. */
int rerank_check(const struct json *args, struct err *e);
struct str rerank_system(void);
struct str rerank_schema(void);
void rerank_prompt(const struct json *args, struct buf *out);
/*
 * The model's reply, mended like others: a list of {"id","score"}, a list of n
 * numbers or an object of them, in prose or a fence. chance[n] is score / 100;
 * what it does not name has nothing to do with the question: 0. CM_EFORMAT,
 * also for a reply whose end is missing.
 */
int rerank_reply(struct str text, size_t n, double *chance, struct err *e);

#endif
