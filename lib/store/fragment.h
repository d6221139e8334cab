/*
 * fragment.h - every word of the index, packed, to look inside words.
 *
 * The full-text index finds words and their beginnings. A part from the middle
 * of a name ("seRepl" of parseReply), or a word that is misspelt, needs all
 * words there are. The table vocabulary has them as they stand in the texts,
 * not stemmed, in lower case, one after the other: words of one length share
 * some rows, so that a hundred thousand are a megabyte, read and looked
 * through in about a millisecond.
 *
 * Left out are words under 4 and over 32 bytes, words that are mostly digits
 * or look like a hash, and scripts that are indexed in pairs (tokenize.h),
 * where any fragment is found anyway.
 *
 * Invariant: a word that no memory has any more, in no inflection, is not in
 * the table; what was forgotten is forgotten here, too.
 */
#ifndef CMEM_STORE_FRAGMENT_H
#define CMEM_STORE_FRAGMENT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

#define FRAGMENT_MIN 4
#define FRAGMENT_MAX 32

/* A set of words, each once. Lives in an arena, with the words' bytes. */
struct fragments {
    struct arena *a;
    struct str *words;
    size_t n;
};

/* Adds the words of a text; those behind the most that one memory may have are
 * passed over. */
void fragments_of(struct fragments *f, struct str text);
/* Adds those of a memory as it is indexed now. */
int fragments_indexed(struct db *db, int64_t memory_id, struct fragments *f,
                      struct err *e);

/* Puts those into the table that are not there. In the caller's transaction. */
int fragments_put(struct db *db, struct fragments *f, struct err *e);
/* Takes those out that no memory has any more: behind the change of the
 * index, in its transaction. */
int fragments_drop(struct db *db, struct fragments *f, struct err *e);

/* Gives fn the words of `least` to `most` bytes, a block at a time: v has whole
 * words of `length` bytes each. fn may stop it with a negative value. */
int fragments_walk(struct db *db, size_t least, size_t most,
                   int (*fn)(void *arg, size_t length, struct str v), void *arg,
                   struct err *e);

#endif
