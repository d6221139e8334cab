/*
 * diff.h - what lines two texts do not have in common.
 *
 * The fewest lines taken away and added (Myers, "An O(ND) Difference Algorithm
 * and Its Variations"), written as people read it:
 *
 *     @@ -3,4 +3,5 @@
 *      kept
 *     -taken away
 *     +added
 *
 * Bounds: texts that differ in more than DIFF_MAX lines are not compared any
 * further; what is between their common beginning and end then counts as
 * replaced whole. A last line without its newline is a line as every other.
 */
#ifndef CMEM_BASE_DIFF_H
#define CMEM_BASE_DIFF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

#define DIFF_MAX 1000

struct diff_text {
    struct str text;
    uint32_t line; /* its first line's number, for the marks of places; 0: 1 */
};

/* Appends the differing places, each with so many lines around it. Returns how
 * many lines went or came: 0 when they are the same, and nothing is written.
 * What does not fit into out is left out, from the end (buf.h). */
size_t diff_lines(const struct diff_text *old, const struct diff_text *new,
                  size_t around, struct arena *a, struct buf *out);

#endif
