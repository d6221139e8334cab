/*
 * embedding.h - memories get their vectors, in the background.
 *
 * What waits stands in the table vectors_wanted. It is taken from there newest
 * first, some dozen at a time, embedded by the embedder that is set
 * (embedder.h), written in one short transaction, and brought into the mapped
 * matrix (vecfile.h). It begins when something is committed that waits, and
 * when the worker starts; it ends when nothing waits. No timer runs then.
 *
 * Another embedder, or the same one in a new version: everything waits again,
 * searches go on with the old vectors, and when the new one has dealt with all
 * it takes over and the old ones are dropped, some at a time.
 *
 * Invariants:
 *   1. A vector is written only while its memory waits and has the text that
 *      was embedded.
 *   2. vectors_wanted is about the target: the embedder that is being filled,
 *      which is the serving one when there is no other.
 *   3. A memory is tried again only after failures that may pass; one that an
 *      embedder refuses alone is dealt with, without a vector.
 */
#ifndef CMEM_WORKER_EMBEDDING_H
#define CMEM_WORKER_EMBEDDING_H

#include "base/common.h"
#include "base/json.h"
#include "worker/server.h"
#include "worker/worker.h"

void embedding_open(struct worker *w);
/* What is under way comes to nothing, at once or within one text. */
void embedding_close(struct worker *w);
/* The settings are others now, or everything derived was made anew. */
void embedding_reload(struct worker *w);
/* At the end of a turn of the loop: was something committed? */
void embedding_turn(struct worker *w);
/* Is something under way that will end by itself? */
bool embedding_busy(const struct worker *w);

/* Members of an object: who embeds, how many of how many. */
void embedding_status(struct worker *w, struct jsonw *j);
/* Begins with what waits, and answers `to` with these members: when nothing
 * waits any more or nothing can be done about it; at once without `wait`. */
void embedding_ask(struct worker *w, const struct asker *to, bool wait);
struct remote_query;
/* The vector of a query, of a remote embedder (embedder.h). */
int embedding_vector(struct worker *w, const struct remote_query *q,
                     struct err *e);
/* Answers with the vector of a query, of the embedder of that name. */
int embedding_query(struct worker *w, const struct asker *to, struct str name,
                    struct str text, struct err *e);

#endif
