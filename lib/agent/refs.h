/*
 * refs.h - branches of a repository and the commits they stand at.
 *
 * Reads files below the git common directory: loose and packed refs, the
 * config, reflogs. No git process, nothing is written. A repository whose refs
 * are stored otherwise (reftable) has no branches here: nothing is bound to
 * one, and nothing is promoted.
 */
#ifndef CMEM_AGENT_REFS_H
#define CMEM_AGENT_REFS_H

#include "agent/project.h"
#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* The git common directory of a project; empty when it has none. */
struct str refs_dir(const struct project *p);

/* The commit that "refs/heads/x" stands at, as 40 or 64 digits; empty when
 * there is no such ref. */
struct str refs_commit(struct str dir, const char *prefix, struct str name,
                       struct arena *a);

/* The branch that others are merged into: what origin's HEAD names, else
 * "main", else "master", when they exist; else empty, and nothing is bound to
 * any branch. */
struct str refs_default(struct str dir, struct arena *a);

/*
 * Where the branch stood at time_ms, by its reflog; without one where it stands
 * now, if that moment is not long ago. Empty when it cannot be told. *is_fresh:
 * it had no commit of its own since it was made, so far as the log tells.
 */
struct str refs_commit_at(struct str dir, struct str branch, int64_t time_ms,
                          int64_t now_ms, struct arena *a, bool *is_fresh);

/* Is it there no more, nor at the remote it was pushed to? A branch that was
 * squashed on a server ends so. */
bool refs_is_gone(struct str dir, struct str branch, struct arena *a);

/*
 * What a memory made in directory `cwd` at time_ms belongs to: the commit for
 * memory_in.commit, with '~' before it when it is_fresh; empty when the branch
 * is the default one, or nothing is known of it.
 */
struct str refs_born(struct str cwd, struct str branch, int64_t time_ms,
                     int64_t now_ms, struct arena *a);

#endif
