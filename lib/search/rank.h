/*
 * rank.h - how well a memory answers a query: every number of the ranking.
 *
 * The score of a memory is in 0 to 1 and comparable between queries: 1 means
 * that every word of the query is what the memory is about.
 *
 *   words   = saturation x coverage        what the full-text index says
 *   answer  = the signals fused            fuse.h
 *   score   = answer x age x use x ...     near-ties go to new and weighty
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_SEARCH_RANK_H
#define CMEM_SEARCH_RANK_H

#include "base/common.h"
#include "search/query.h"
#include "store/fts.h"

/* Of a hit in the title, the text, the names (see schema.sql). */
extern const double rank_weight[FTS_COLUMNS];

struct rank {
    size_t n;
    double idf[FTS_UNITS]; /* rare units tell more */
    double sum;            /* of idf */
    bool must[FTS_UNITS];  /* quoted */
};

/* total: memories looked at; found_in: how many have each unit of q. */
void rank_init(struct rank *r, const struct query *q, double total,
               const float *found_in);

struct rank_words {
    double score;    /* 0 to 1 */
    double coverage; /* share of the query's weight that was found */
    bool all;        /* every unit that anything has */
};
/* hits: weighted hits of each unit in the memory (words_match.hits). */
struct rank_words rank_words(const struct rank *r, const float *hits);
/* The same for a session: hits are those of its memories summed, `size` how
 * many memories it has beside the average session. */
struct rank_words rank_session(const struct rank *r, const float *hits,
                               double size);

/*
 * What a score is multiplied with: mild, and never a cliff.
 *
 *   age     1 (now) falls towards 0.8; half of the way in 90 days
 *   use     1 (never asked for) grows towards 1.25 with use (access.h)
 *   weight  1 for what is pinned or matters most, to 0.9
 *   faith   1 for what a person or the assistant said, to 0.7 for a web page
 *
 * Together within 0.3 and 1.5.
 */
struct rank_about {
    int64_t age_ms; /* negative counts as 0 */
    double heat;    /* access.h */
    int importance; /* 1 to 5 */
    bool pinned;
    int trust; /* trust.h */
};
struct rank_factors {
    double age, use, weight, faith;
};
struct rank_factors rank_factors(const struct rank_about *m);

#endif
