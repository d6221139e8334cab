/*
 * files_prompt.h - how far a prompt speaks of files: by their names, and by
 * the words that their paths are made of. For files.c.
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_SEARCH_FILES_PROMPT_H
#define CMEM_SEARCH_FILES_PROMPT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/*
 * named[i] becomes 0 to 1: 1 when the prompt has the path or an end of it of
 * whole components ("src/main.c", "main.c"), 0.5 the name without its
 * extension or directory where that is no common word, 0.15 a directory of the
 * path. An end that many files share is worth less to each.
 */
void files_named(struct str prompt, const struct str *path, size_t n,
                 struct arena *a, double *named);

/* worded[i] becomes 0 to 1: rare words of the prompt in the path, those in
 * its last component twice; 1 for the best of them. */
void files_worded(struct str prompt, const struct str *path, size_t n,
                  struct arena *a, double *worded);

#endif
