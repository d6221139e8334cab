/* rank.c - see rank.h. */
#include "base/common.h"

#include <math.h>

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
/* Part of a neighbour's hits that a memory may count as its own: measured on
 * conversations, where an answer seldom repeats the words of its question, a
 * third finds a sixth more; more than half blurs. */
static const double lent[] = {[RANK_PROMPT] = 0.3, [RANK_BESIDE] = 0.3};
/* An old memory may lose a tenth against a new one, half of that in a month:
 * enough to order what is otherwise alike. */
#define AGE_LOSS      0.10
#define AGE_HALF_DAYS 30.0
/* Each step of importance below 5 costs as much. */
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

void rank_lend(float *hits, const float *neighbour, size_t n,
               enum rank_neighbour what)
{
    for (size_t i = 0; i < n; i++)
        hits[i] += (float)(lent[what] * (double)neighbour[i]);
}

double rank_score(const struct rank_about *m)
{
    double answer = m->words; /* 1 - (1 - words): other signals go here */
    double days = m->age_ms > 0 ? (double)m->age_ms / 86400e3 : 0;
    int below = m->pinned || m->importance > 5 ? 0 : 5 - m->importance;

    answer *= 1 - AGE_LOSS + AGE_LOSS * exp2(-days / AGE_HALF_DAYS);
    answer *= 1 - IMPORTANCE_STEP * below;
    return answer < 0 ? 0 : answer > 1 ? 1 : answer;
}
