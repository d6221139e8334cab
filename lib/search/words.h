/*
 * words.h - the signal "has the question's words": proposing and scoring.
 *
 * Two ways through the same words. The full-text index names rows that have a
 * word, newest first; of a word that thousands have only the newest are taken,
 * because what it tells is little and rarer words, or two common ones
 * together, name the rows that matter. The row's own terms (store/terms.h) then
 * say which of the words any row has, whoever proposed it. So no question
 * touches every row that a common word matches.
 *
 * Example: words_plan, then proposals_next until there is enough, and
 * words_hits for each row that was read.
 */
#ifndef CMEM_SEARCH_WORDS_H
#define CMEM_SEARCH_WORDS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "search/query.h"
#include "search/rank.h"
#include "store/db.h"
#include "store/read_search.h"
#include "store/terms.h"

/* One unit of the question, against the index. */
struct unit_words {
    uint32_t hash[UNIT_PHRASES]; /* of its spellings of one word */
    size_t nhashes;
    struct words_hit *phrase; /* rows with the other spellings, by id */
    size_t nphrase;
    uint32_t part[16]; /* words of a phrase that was cut: all must be there */
    size_t nparts;
    double rows; /* that have it, inside the filter; about, when cut */
    bool cut;    /* there are more than were walked */
};

struct words {
    const struct query *q;
    struct term_scale scale;
    double total; /* memories looked at */
    struct unit_words unit[FTS_UNITS];
    struct rank rank;
    bool cut; /* a unit was */
};

/* Rows that have a unit, by how much of the question's weight they surely
 * have: the order in which reading them pays. */
struct proposal {
    int64_t id;
    float bound;
};
struct proposals {
    struct proposal *v;
    size_t n, taken;
};

int words_plan(struct db *db, const struct query *q,
               const struct memory_filter *f, double total, struct arena *a,
               struct words *w, struct proposals *p, struct err *e);

/* Up to `max` more, better ones first between calls, in no order within one. */
size_t proposals_next(struct proposals *p, size_t max,
                      const struct proposal **out);

/* Weighted hits of each unit in the row with these terms. */
void words_hits(const struct words *w, int64_t id, struct str terms,
                float *hits);

/* Has some memory in scope each of the units? */
bool words_all_known(const struct words *w);

#endif
