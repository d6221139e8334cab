/*
 * fresh_diff.h - a definition as it was cited, beside the same one on the disk.
 *
 * The file is read and parsed as it is now, so that what is shown is never
 * older than what one would see in an editor. Both sides are redacted, as what
 * was kept is.
 */
#ifndef CMEM_OPS_FRESH_DIFF_H
#define CMEM_OPS_FRESH_DIFF_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "ops/fresh.h"

struct code_parser;

/* Zeroed, then fresh_diff as often as needed, then fresh_differ_free. */
struct fresh_differ {
    struct code_parser *parser;
};
void fresh_differ_free(struct fresh_differ *d);

/*
 * Appends what base/diff.h makes of then and now; c->was.body is filled. What
 * has gone is taken away whole. NULL, or in a sentence why there is nothing to
 * show: the text was not kept, the file cannot be read, they are the same.
 */
const char *fresh_diff(struct fresh_differ *d, struct fresh *f,
                       const struct fresh_cite *c, struct arena *a,
                       struct buf *out);

#endif
