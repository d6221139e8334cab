/*
 * code_scope.h - which tree a question about code is of, and how paths and
 * symbols are named in questions and answers.
 *
 * A path is given as a person would: absolute, from where one stands, from the
 * tree's top, or its end when only one file has it. It is answered below the
 * tree's top. A symbol is given as a name ("parse"), qualified in any way
 * ("Reply.parse", "Reply::parse"), with its file ("a/b.py parse") or as a
 * place ("a/b.py:17").
 */
#ifndef CMEM_OPS_CODE_SCOPE_H
#define CMEM_OPS_CODE_SCOPE_H

#include "base/common.h"
#include "ops/op.h"
#include "store/code_read.h"

/* Of every question: which tree. */
#define PARAM_DIR                                                              \
    {                                                                          \
        "dir", 0, PARAM_STR, 0, "DIR",                                         \
            "another tree than that of the current directory"                  \
    }
#define PARAM_MAX(what)                                                        \
    {                                                                          \
        "max", 'n', PARAM_INT, 0, "N", what                                    \
    }

/* The tree of "dir" or of env->cwd. CM_ENOTFOUND, with a sentence that says
 * how to have it indexed. */
int code_here(struct op_env *env, const struct json *args,
              struct code_tree_row *out, struct err *e);
/* A path made absolute and free of "." and ".."; links are not followed. */
struct str code_absolute(struct op_env *env, struct str path);
/* The file that is meant. CM_ENOTFOUND; CM_EARG when several are. */
int code_file_meant(struct op_env *env, const struct code_tree_row *tree,
                    struct str path, struct code_file_row *out, struct err *e);
/* The symbols that are meant, most likely first. file: only in this one, or
 * NULL. At most max; *n 0 is no error. */
int code_meant(struct op_env *env, const struct code_tree_row *tree,
               struct str text, const struct code_file_row *file, size_t max,
               struct code_symbol_row **v, size_t *n, struct err *e);
/* Does a qualified name end with this, part by part, whatever separates? */
bool code_name_ends(struct str qualified, struct str end);

/* "parse" of "Reply.parse"; the whole when that is all marks. */
struct str code_name_last(struct str qualified);

/* A path without its suffix, and without a name that stands for its directory:
 * what imports call it. */
struct str code_module_path(struct str path);

/* name, qualified, kind, file, line, end_line, exported; and with `whole`
 * signature and doc. Inside an object that the caller opened. */
void put_code_symbol(struct jsonw *w, const struct code_symbol_row *s,
                     bool whole);
/* "max" of the arguments, between 1 and most. */
size_t code_max(const struct json *args, size_t usual, size_t most);

#endif
