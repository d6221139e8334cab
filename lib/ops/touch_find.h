/*
 * touch_find.h - which definitions a tool call touched.
 *
 * The text that edited.h gives is parsed; a definition is touched when one of
 * its own lines is new, that is not of a definition inside it: a change in a
 * method touches the method and not its class. A definition that the change
 * took away is not there any more and is not told. Lines outside of any
 * definition touch the file: one touch with no symbol, with the hash of the
 * whole text.
 *
 * Of a whole file that was read, all definitions that stand outside of
 * functions are told; the caller picks (ops/cite.h).
 *
 * The lines of comments, decorators and attributes right above a definition
 * count as its own, though its hash and its text are without them. A blank line
 * touches nothing. A field of what has nothing but fields (a struct, an
 * enumeration) is told as that.
 */
#ifndef CMEM_OPS_TOUCH_FIND_H
#define CMEM_OPS_TOUCH_FIND_H

#include "agent/edited.h"
#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"
#include "code/parse.h"
#include "store/touch.h"

/* Parses are bounded by p's limits: a caller that must be quick makes a parser
 * with small ones. root: the working tree's top, without a slash at its end.
 * At most max; what stands first is kept. Lives in a. */
size_t touch_find(struct code_parser *p, const struct edited *ed,
                  struct str root, struct arena *a, struct touch_in *v,
                  size_t max);

/* An absolute path as touches have it. */
struct str touch_path(struct str path, struct str root);

#endif
