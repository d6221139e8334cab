/*
 * branches.h - memories that belong to a branch, and what becomes of them.
 *
 * What was made on a branch other than the default one belongs to it (see
 * agent/refs.h for where it stood) until the commit it was made at is reachable
 * from the default branch, here or at origin; then it belongs to all: it is
 * promoted. The cases that this does not cover:
 *
 *   no commit yet   The branch stood where it was made, so that its commit is
 *                   reachable at once. Its first commit of its own takes the
 *                   place of that one.
 *   rebased         The branch is there but does not hold the commit any more:
 *                   where it stands now takes its place.
 *   squashed        Merged on a server the commit is never reachable. When the
 *                   branch is gone here and there, or gone at the remote it was
 *                   pushed to, what it brought is promoted; a branch that was
 *                   thrown away is not told from it, and its memories keep the
 *                   label of the branch.
 *
 * Asked at a session's start, at the worker's and when something was kept: a
 * look at some ref files; only when one of them moved git is asked, as a child
 * that is bounded by a deadline and never outlives the call. Without git, or
 * when time is up, nothing is promoted; it is tried again next time.
 */
#ifndef CMEM_WORKER_BRANCHES_H
#define CMEM_WORKER_BRANCHES_H

#include "base/common.h"
#include "worker/worker.h"

/* Most time that one look may take: a hook waits 100 ms for its answer. */
#define BRANCHES_SESSION_MS 60
#define BRANCHES_KEPT_MS    30
#define BRANCHES_START_MS   120

/* Looks at one project (0: at all that have such memories); commits what is
 * open first. */
void branches_check(struct worker *w, int64_t project_id, int64_t most_ms);

#endif
