/*
 * diff.h - what `git diff -p -U0 --src-prefix=a/ --dst-prefix=b/` prints, read.
 *
 * Only which lines of which files: nothing of their text is kept. Names are as
 * git writes them, plain or quoted as C strings are. What the reader does not
 * know it passes over; a hunk that does not count right ends its file. Files
 * of which git says no more than that they differ (binary) or have another
 * mode have no hunks.
 */
#ifndef CMEM_CODE_DIFF_H
#define CMEM_CODE_DIFF_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* Lines from 1. A count of 0: nothing of that side; then `first` is the line
 * that the other side's lines stand behind. */
struct diff_hunk {
    int64_t old_first, old_n, new_first, new_n;
};

enum diff_what { DIFF_CHANGED, DIFF_ADDED, DIFF_DELETED, DIFF_RENAMED };
const char *diff_what_name(enum diff_what w);

struct diff_file {
    enum diff_what what;
    struct str path;     /* now; of a deleted file as it was */
    struct str old_path; /* as it was; of an added file empty */
    struct diff_hunk *hunks;
    size_t n_hunks;
    int64_t added, removed; /* lines */
    bool binary;
};

struct diff {
    struct diff_file *files;
    size_t n;
};

/* Lives in a. */
void diff_read(struct str text, struct arena *a, struct diff *out);

#endif
