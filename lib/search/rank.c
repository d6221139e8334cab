/* rank.c - see rank.h. */
#include "base/common.h"

#include <math.h>

#include "base/trust.h"
#include "search/rank.h"

/* A title says what a memory is about; a name in it is most often in the
 * text as well, so that its own field adds only a little. */
const double rank_weight[FTS_COLUMNS] = {
    [FTS_TITLE] = 2.5, [FTS_TEXT] = 1.0, [FTS_NAMES] = 0.5};

/* Hits at which a unit has half of its worth: BM25's k1. Memories are short,
 * and a second hit tells little. */
#define HITS_HALF 1.2
/* The same for all memories of a session together. */
#define SESSION_HITS_HALF 8.0
/* How strongly a session's size dampens its hits: BM25's b. */
#define SESSION_SIZE_B 0.6
/* What remains of a score when nothing but a trifle of the query is found:
 * the rest grows with coverage. */
#define COVERAGE_FLOOR 0.7
/* A memory without a quoted phrase of the query, beside one that has it. */
#define MUST_MISSING 0.25
/* See rank.h. */
#define AGE_LOSS      0.20
#define AGE_HALF_DAYS 90.0
#define USE_GAIN      0.25
/* Uses of late that give half of the gain. */
#define USE_HALF        2.0
#define IMPORTANCE_STEP 0.025

void rank_init(struct rank *r, const struct query *q, double total,
               const float *found_in)
{
    double known = 0, sum = 0;

    memset(r, 0, sizeof(*r));
    r->n = q->n;
    for (size_t i = 0; i < q->n; i++) {
        double rows = (double)found_in[i];

        r->must[i] = q->unit[i].is_quoted;
        if (rows <= 0)
            continue;
        r->idf[i] = log(1 + (total - rows + 0.5) / (rows + 0.5));
        sum += r->idf[i];
        known++;
    }
    r->sum = sum;
    /* What nothing has weighs as much as the average of the others: the best
     * answer to half of a question is half an answer. */
    for (size_t i = 0; i < q->n; i++)
        if (found_in[i] <= 0 && known > 0)
            r->sum += sum / known;
    if (r->sum <= 0)
        r->sum = 1;
}

static struct rank_words weigh(const struct rank *r, const float *hits,
                               double half)
{
    struct rank_words w = {0, 0, true};
    bool lacks = false;

    for (size_t i = 0; i < r->n; i++) {
        if (hits[i] > 0) {
            w.score += r->idf[i] * (double)hits[i] / ((double)hits[i] + half);
            w.coverage += r->idf[i];
        } else {
            w.all = w.all && r->idf[i] == 0;
            lacks |= r->must[i];
        }
    }
    w.coverage /= r->sum;
    w.score *= (COVERAGE_FLOOR + (1 - COVERAGE_FLOOR) * w.coverage) / r->sum;
    if (lacks)
        w.score *= MUST_MISSING;
    return w;
}

struct rank_words rank_words(const struct rank *r, const float *hits)
{
    return weigh(r, hits, HITS_HALF);
}

struct rank_words rank_session(const struct rank *r, const float *hits,
                               double size)
{
    return weigh(r, hits,
                 SESSION_HITS_HALF *
                     (1 - SESSION_SIZE_B + SESSION_SIZE_B * size));
}

struct rank_factors rank_factors(const struct rank_about *m)
{
    /* By trust, from none known to a person's word. */
    static const double faith[TRUST_MAX + 1] = {0.8, 0.7, 0.85, 0.95, 1, 1};
    double days = m->age_ms > 0 ? (double)m->age_ms / 86400e3 : 0;
    double heat = m->heat > 0 ? m->heat : 0;
    int below = m->pinned || m->importance >= 5 ? 0
                : m->importance < 1             ? 4
                                                : 5 - m->importance;
    int trust = m->trust < 0 ? 0 : m->trust > TRUST_MAX ? TRUST_MAX : m->trust;

    return (struct rank_factors){
        .age = 1 - AGE_LOSS + AGE_LOSS * exp2(-days / AGE_HALF_DAYS),
        .use = 1 + USE_GAIN * heat / (heat + USE_HALF),
        .weight = 1 - IMPORTANCE_STEP * below,
        .faith = faith[trust],
    };
}
