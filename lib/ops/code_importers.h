/*
 * code_importers.h - which files import one, as far as an import says.
 *
 * An import names a path, or the end of one. It is taken for a file
 *
 *   relative   ("./x", "../x", ".x", "..x"): when it leads there from the
 *              importing file's directory
 *   include    (C and its kin): beside the including file, else the only file
 *              whose path ends so
 *   package    that the file declares, and its name or all of it
 *   module     when no other file of the tree is called so nearer to the top,
 *              or as near
 *
 * so that x/json.py is not what "import json" means where there is a json.py.
 */
#ifndef CMEM_OPS_CODE_IMPORTERS_H
#define CMEM_OPS_CODE_IMPORTERS_H

#include "base/common.h"
#include "ops/op.h"
#include "store/code_read.h"

struct code_importer {
    struct code_file_row file;
    struct str target; /* the path that it imports */
    int64_t line;
};

/* Of targets[n]: path and language are read, and package, which may be empty;
 * they need not be in the index any more. Each importing file once for each
 * target; lives in env->a. */
int code_importers(struct op_env *env, int64_t tree_id,
                   const struct code_file_row *targets, size_t n,
                   struct code_importer **out, size_t *n_out, struct err *e);

/* Does an import in `site` name the target, among all files? Pure. */
bool code_import_means(const struct code_file_row *site,
                       const struct code_import_in *m,
                       const struct code_file_row *target,
                       const struct code_file_row *all, size_t n);

/* Does "./x" or "../x", written in the file `site`, lead to the file target? */
bool code_import_leads(struct str site, struct str module, struct str target);

#endif
