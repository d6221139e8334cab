/*
 * code_builtin.h - names that a language has without an import.
 *
 * property() in a Python file is the language's own, even in a tree where one
 * class is called so. Of the languages whose tables of such names are in
 * everybody's code: Python, JavaScript and TypeScript, Go.
 */
#ifndef CMEM_OPS_CODE_BUILTIN_H
#define CMEM_OPS_CODE_BUILTIN_H

#include "base/common.h"
#include "base/str.h"

/* name: as it stands alone, behind no dot. */
bool code_is_builtin(struct str language, struct str name);
/* Is the word among those of a list with a blank between? */
bool code_one_of(struct str word, const char *list);

#endif
