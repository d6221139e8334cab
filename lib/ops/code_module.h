/*
 * code_module.h - what an import calls a file, and what the file is called.
 *
 * Every language writes modules its own way; all of them are a path's parts
 * with something between.
 */
#ifndef CMEM_OPS_CODE_MODULE_H
#define CMEM_OPS_CODE_MODULE_H

#include "base/common.h"
#include "base/str.h"

/* Does a path without suffix (code_module_path) end like the module, part by
 * part? */
bool code_module_ends(struct str path, struct str module);
/* Go names a package from outside the tree: what stands above the tree's top
 * is not to be seen. */
bool code_module_is_directory(struct str path, struct str module);
/* "./util.js" and "stdio.h" without what a file name ends with. */
struct str code_module_bare(struct str module);
/* A path without its last part; empty at the top. */
struct str code_directory(struct str path);

#endif
