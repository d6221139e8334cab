/*
 * import.h - an import statement's text to what it imports.
 *
 * Grammars shape imports in as many ways as there are languages; their text
 * looks much alike. So one small reader of words and marks serves them all, by
 * style (enum import_style in query.h):
 *
 *   c         #include <a.h>, "a.h"; #import
 *   path      a.b.C; a::{b, c::{d as e}}; A\{B, C as D}; a.{b => c, _};
 *             using X = A.B; open A.B; use A.B
 *   module    using A.B; import Foundation; open A.B: all of it is the module
 *   python    import a.b as c, d; from .m import (x as y, z); from m import *
 *   script    import D, {a as b} from 'm'; import * as n from 'm';
 *             import 'm'; export {a} from 'm'; require('m').a
 *   quoted    the first string is the module; a word before it the alias
 *   dart      import 'm' as p show a, b
 *   word      the second word is the module: source a.sh
 *   haskell   import qualified A.B as C (x, y)
 *   elixir    alias A.{B, C}; import A, only: [x: 1]; use A
 *
 * At most IMPORT_NAMES rows come of one statement.
 */
#ifndef CMEM_CODE_IMPORT_H
#define CMEM_CODE_IMPORT_H

#include "base/arena.h"
#include "base/common.h"
#include "code/parse.h"
#include "code/query.h"

#define IMPORT_NAMES 256

struct import_list {
    struct arena *a;
    struct code_import *v; /* room for IMPORT_NAMES */
    size_t n;
    uint32_t line;
    bool whole; /* a path is not split into module and name */
};

/* Appends what the statement imports. Slices of text, or in l->a. */
void import_read(enum import_style style, struct str text,
                 struct import_list *l);

#endif
