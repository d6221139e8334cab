/*
 * rank.h - how well a memory answers a query: every number of the ranking.
 *
 * The score of a memory is in 0 to 1 and comparable between queries: 1 means
 * that every word of the query is what the memory is about.
 *
 *   words   = saturation x coverage        what the full-text index says
 *   answer  = 1 - (1 - w1 words)(1 - w2 ...)  signals join like chances do
 *   score   = answer x age x importance    near-ties go to new and weighty
 *
 * Today words are the only signal. Others (meaning, entities) join in
 * rank_score with a weight of their own; none can make another's worth less.
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

/* Credit that a memory gets from what was asked just before it, and from
 * those written down beside it: a part of their hits is added to its own. */
enum rank_neighbour { RANK_PROMPT, RANK_BESIDE };
void rank_lend(float *hits, const float *neighbour, size_t n,
               enum rank_neighbour what);

struct rank_about {
    double words;   /* rank_words.score */
    int64_t age_ms; /* negative counts as 0 */
    int importance; /* 1 to 5 */
    bool pinned;
};
double rank_score(const struct rank_about *m);

#endif
