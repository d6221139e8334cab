/*
 * code_git.h - git, asked what changed.
 *
 * Children with a deadline and bounded output, told so much that nobody's
 * configuration changes the answer: no colours, no other program to show
 * differences or convert files, no locks, no file-system monitor.
 */
#ifndef CMEM_OPS_CODE_GIT_H
#define CMEM_OPS_CODE_GIT_H

#include "base/common.h"
#include "code/diff.h"
#include "ops/op.h"

/*
 * The files below root as they are on disk against a commit, those that git
 * does not know and does not ignore as added ones (without hunks; `untracked`
 * are the last so many). Paths are below root. CM_ENOTFOUND when root is in no
 * repository, or has no such commit.
 */
int code_git_diff(struct op_env *env, struct str root, struct str rev,
                  struct diff *out, size_t *untracked, struct err *e);

/* The texts of paths[n], below root, as the commit has them; p NULL for those
 * that it has not, or that are too large. */
int code_git_texts(struct op_env *env, struct str root, struct str rev,
                   const struct str *paths, size_t n, struct str *texts,
                   struct err *e);

#endif
