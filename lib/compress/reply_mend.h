/*
 * reply_mend.h - JSON as language models write it, made into JSON.
 *
 * Reads one value at the start of a text and writes it anew, so that what
 * comes out always parses: strings with raw line breaks, wrong escapes or
 * bare quotes inside, trailing and missing commas, comments, words without
 * quotes, single quotes, brackets that were never closed.
 *
 * A value that the end of the text cuts off is left out, as half a sentence
 * or half a number may say the opposite; every object that was open there
 * gets a member MEND_CUT, so that a reader can tell.
 */
#ifndef CMEM_COMPRESS_REPLY_MEND_H
#define CMEM_COMPRESS_REPLY_MEND_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

#define MEND_CUT "_cut"

struct mended {
    size_t end; /* offset behind the value in the text */
    bool cut;   /* the text ended before the value did */
};

/* `text` begins with '{' or '['. Appends JSON to out. False when it is
 * nested too deep or out is full; then out holds rubbish. Linear. */
bool mend_json(struct str text, struct buf *out, struct mended *m);

#endif
