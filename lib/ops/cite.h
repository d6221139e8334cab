/*
 * cite.h - what a draft is about, among what its events touched.
 *
 * A draft cites
 *   1. definitions that its evidence changed, in the files that it says were
 *      changed; without evidence or files those of the whole batch that it
 *      names;
 *   2. definitions that it names (in title, text or facts) among those that
 *      the batch read;
 *   3. a file as such when it was changed outside of any definition, or is of
 *      no language with any.
 * At most CITES_MAX; those that it names first, then those edited most.
 */
#ifndef CMEM_OPS_CITE_H
#define CMEM_OPS_CITE_H

#include "base/common.h"
#include "compress/digest.h"
#include "store/touch.h"

#define CITES_MAX 8

/* touches: of the batch's events, in order. Writes ids of touches. */
size_t cite_draft(const struct batch *b, const struct draft *d,
                  const struct touch_row *touches, size_t n,
                  int64_t out[CITES_MAX]);

#endif
