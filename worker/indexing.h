/*
 * indexing.h - the code index kept: trees scanned, edited files taken at once.
 *
 * One run at a time (ops/code_index.h): a portion is read and parsed on the
 * thread pool, then written on the loop in slices of some milliseconds, so
 * that a hook never waits for it. Files that a tool wrote go before a scan
 * that waits, and between two portions of one under way.
 *
 * A git repository is indexed when a session first starts in it, unless it is
 * larger than the setting index_files or somebody dropped it. Trees whose index
 * was dropped with everything derived, or whose first scan was broken off, are
 * scanned when the worker starts; those whose directory is no more leave the
 * index.
 *
 * Invariant: nothing is written into a tree's rows but by its run, and no run
 * outlives what derive_all drops (indexing_reload).
 */
#ifndef CMEM_WORKER_INDEXING_H
#define CMEM_WORKER_INDEXING_H

#include "base/common.h"
#include "base/json.h"
#include "worker/server.h"
#include "worker/worker.h"

struct intake;

void indexing_open(struct worker *w);
/* What is under way ends with the file it is at. */
void indexing_close(struct worker *w);
/* Before everything derived is dropped, and after: trees are scanned anew. */
void indexing_break_off(struct worker *w);
void indexing_reload(struct worker *w);
bool indexing_busy(const struct worker *w);
/* A new event: a file that a tool wrote is indexed within a second when it is
 * in a known tree; at the end of a turn and the beginning of a session the tree
 * it stands in is looked at again, for what was changed in other ways (most of
 * that is stat, on the pool; a hundredth of
 * the time at most). */
void indexing_event(struct worker *w, const struct intake *in, bool ends_turn);
/*
 * The operation "index" of the socket: {"dir": absolute} begins with that tree
 * unless it is under way; {"stop": true} ends what is under way, keeping what
 * was written; {"dir", "drop": true} takes that tree out of the index; without
 * any it only tells. The answer comes at once and says
 * how far everything is.
 */
int indexing_op(struct worker *w, const struct asker *to,
                const struct json *args, struct err *e);

#endif
