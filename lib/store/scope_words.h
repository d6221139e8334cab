/*
 * scope_words.h - the words of the full-text index's column `scope`.
 *
 * A private character (U+E000) stands in front, so that nobody's text has
 * them; then a letter and what it is about: the project, the session, the kind,
 * the group. Written by index.c, asked for by read_search.c.
 */
#ifndef CMEM_STORE_SCOPE_WORDS_H
#define CMEM_STORE_SCOPE_WORDS_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* `id` 0 is a word, too: "of no project". */
static inline void scope_id(struct buf *b, char what, int64_t id)
{
    buf_addf(b, "%s\xee\x80\x80%c%lld", b->len ? " " : "", what, (long long)id);
}

/* Any text: its hash. */
static inline void scope_word(struct buf *b, char what, struct str s)
{
    buf_addf(b, "%s\xee\x80\x80%c%016llx", b->len ? " " : "", what,
             (unsigned long long)str_hash(s));
}

#endif
