/*
 * near.h - words of the index that look like one that is not in it.
 *
 * A search asks for them where nothing has a word. The first `sure` ones are
 * what was meant as far as one can tell, and may take its place in the query:
 *
 *     near_find(db, unit->phrase[0], a, &near, e);
 *     if (near.sure)
 *         query_instead(&q, i, near.word_of, near.sure);
 */
#ifndef CMEM_SEARCH_NEAR_H
#define CMEM_SEARCH_NEAR_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

#define NEAR_MAX 3

struct near {
    struct str word;              /* that nothing has */
    struct str term[NEAR_MAX];    /* spelled as somebody wrote it, best first */
    struct str word_of[NEAR_MAX]; /* the same in lower case, as one word */
    size_t n;
    size_t sure; /* so many of the first may be looked for instead */
};

/* Letters to insert, delete, change or swap with their neighbour to make b of
 * a; `limit` + 1 as soon as it is certain to be more than limit. The index
 * holds stems: with `ending`, a may go on behind what b is made of with an
 * ending such as "ion" or "ed", and must do so. Words over 32 bytes are never
 * near. */
int near_distance(struct str a, struct str b, int limit, bool ending);

/* Fills out with up to NEAR_MAX words: those that differ by a letter or two,
 * and those that have the word within them ("seRepl": parseReply). All words
 * of the index are looked at (fragment.h), a millisecond for a hundred
 * thousand memories. Words of scripts without blanks have none near. */
int near_find(struct db *db, struct str word, struct arena *a, struct near *out,
              struct err *e);

#endif
