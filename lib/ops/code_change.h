/*
 * code_change.h - from lines that differ to symbols that do.
 *
 * Both sides of every file are parsed: as the commit has it, and as it is on
 * disk, so that the lines are right whatever the index knows. A symbol is
 * changed when a line of it is that is of no symbol inside of it; added and
 * removed by its qualified name. What is inside of a function stands for the
 * function, a field for what it is a field of. Documentation before a symbol
 * is not of it.
 *
 * Each is then looked up in the index, which knows who refers to it. What is
 * not there (removed, or newer than the index) gets a negative id: see
 * code_walk.h.
 */
#ifndef CMEM_OPS_CODE_CHANGE_H
#define CMEM_OPS_CODE_CHANGE_H

#include "base/common.h"
#include "code/diff.h"
#include "ops/code_scope.h"
#include "ops/op.h"

enum change_what {
    CHANGE_EDITED,
    CHANGE_ADDED,
    CHANGE_REMOVED,
    CHANGE_MOVED, /* the same, in a file of another name */
};
const char *change_what_name(enum change_what w);

struct code_change {
    enum change_what what;
    struct code_symbol_row s;
    size_t file; /* place among the files */
};

struct code_touched {
    const struct diff_file *diff;
    struct code_file_row row; /* id 0: not in the index */
    bool is_code;             /* of a language that is known */
    bool stale;               /* the index has another text of it */
};

struct code_changes {
    struct code_touched *files;
    size_t n_files;
    struct code_change *v;
    size_t n;
    size_t files_left, left; /* more than are looked at */
};

/* diff: of the tree's root against rev. */
int code_changes_read(struct op_env *env, const struct code_tree_row *tree,
                      struct str rev, const struct diff *diff,
                      struct code_changes *out, struct err *e);

#endif
