/*
 * rules_title.h - a change's type and title.
 */
#ifndef CMEM_COMPRESS_RULES_TITLE_H
#define CMEM_COMPRESS_RULES_TITLE_H

#include "compress/rules_work.h"

#define TITLE_MAX 120

/* "bugfix", "feature", ...: by the words of the commit, else of the order,
 * and by what was changed. commit and ask may be NULL. */
const char *title_type(const struct work *w, const struct run *commit,
                       const struct ask *ask);
/* The best of: the commit's subject, the plan's title, the order, what the
 * assistant said it did, the names in the edits. */
struct str title_of_change(struct work *w, const struct ask *ask,
                           const struct run *commit);
/* The title, with the file it is about (NULL: none) when there is room and it
 * does not name it. */
struct str title_with_file(struct work *w, struct str title,
                           const struct file_work *f);

#endif
