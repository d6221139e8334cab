/*
 * project.h - which body of work a directory belongs to.
 *
 * Reads .git itself (files only, no git process): the common directory that
 * worktrees share, the remote "origin" (else the first), HEAD's branch. A
 * directory that does not exist here (an imported session of another
 * machine) is judged by its path alone; "/.worktrees/x" and
 * "/.claude/worktrees/x" are cut off it.
 */
#ifndef CMEM_AGENT_PROJECT_H
#define CMEM_AGENT_PROJECT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

struct project {
    struct str name;   /* base name of the main working tree */
    struct str root;   /* this working tree's top, else the directory */
    struct str branch; /* "main"; "(abc1234)" when detached; else empty */
    /* Keys of identity, strongest first: "dir:/abs/.git", then
     * "remote:github.com/owner/name", or "path:/abs/dir" outside git. */
    struct str keys[2];
    size_t nkeys;
};

/* dir is absolute; slices live in a. Never fails. */
void project_find(const char *dir, struct arena *a, struct project *out);
/* How many files git knows in the working tree at `top` (a project's root), by
 * its index alone; 0 when it is none or that cannot be told. */
int64_t project_tracked(const char *top, struct arena *a);
/* "git@github.com:o/n.git", "https://user:x@github.com/o/n/" ->
 * "github.com/o/n". A local path gives an empty slice (it is no identity). */
struct str project_remote(struct str url, struct arena *a);

#endif
