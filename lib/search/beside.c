/*
 * beside.c - what stands beside a memory.
 *
 * An answer seldom repeats the words of its question: what was said before and
 * after it does. So each memory borrows from its neighbours: those next to it
 * in its group, those written down with it in its session, and the prompt it
 * answers.
 */
#include "base/common.h"

#include "search/cands.h"
#include "search/weights.h"
#include "store/traits.h"

/* The best by themselves, whose neighbours are read. */
#define SEEDS 16
/* Written down in one go: ids that follow each other. */
#define FAR 2

/* Part of a neighbour's hits that a memory may count as its own, one and two
 * places away; and of the prompt's. */
static const float lent_near[FAR] = {0.35f, 0.15f};
#define LENT_PROMPT 0.3f
/* Of what stands before it: an answer follows its question. */
static const float lent_before[FAR] = {0.5f, 0.2f};

struct seed {
    uint32_t at;
    double score;
};

static int seed_by_score(const void *pa, const void *pb)
{
    const struct seed *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Reads the neighbours of the best. */
static int read_neighbours(struct finding *f, struct err *e)
{
    struct seed *seeds = arena_array(f->a, f->c.n + 1, sizeof(*seeds));
    int64_t *ids = arena_array(f->a, SEEDS * ROWS_BESIDE, sizeof(*ids));
    const struct weights *w = weights_for(f->qv != NULL);
    size_t n = 0, nseeds = f->c.n;
    int rc = 0;

    for (size_t i = 0; i < nseeds; i++) {
        seeds[i].at = (uint32_t)i;
        seeds[i].score = fuse(w, 0, f->c.v[i].x, NULL);
    }
    qsort(seeds, nseeds, sizeof(*seeds), seed_by_score);
    if (nseeds > SEEDS)
        nseeds = SEEDS;
    for (size_t i = 0; i < nseeds && rc == 0; i++) {
        size_t got;
        const struct cand *c = &f->c.v[seeds[i].at];
        struct row_place at = {c->id, c->session_id, c->order, c->group};

        rc = rows_beside(f->db, &at, ids + n, &got, e);
        n += got;
    }
    f->is_beside = true;
    if (rc == 0)
        rc = cands_read(f, ids, n, e);
    like_judge(f);
    return rc;
}

/* How far y is behind x in their place; 0: not a neighbour. */
static int64_t apart(const struct cand *x, const struct cand *y)
{
    int64_t d = x->order > 0 ? y->order - x->order : y->id - x->id;

    if (!cand_same_place(x, y) || (!x->group && !x->session_id))
        return 0;
    return d > 0 && d <= FAR ? d : 0;
}

static void lend(float *to, const struct cand *from, size_t n, float part)
{
    for (size_t k = 0; k < n; k++)
        to[k] += part * from->hits[k];
}

static float words_of(struct finding *f, const float *hits)
{
    return (float)rank_words(&f->w.rank, hits).score;
}

/* What the neighbours of order[i] say. `prompt` is what was asked before it in
 * its session, or NULL. */
static void judge_near(struct finding *f, struct cand **order, size_t i,
                       const struct cand *prompt)
{
    struct cand *c = order[i];
    float before[FTS_UNITS], gain, after = -2;
    bool replies = false;

    memcpy(before, c->hits, f->q.n * sizeof(*before));
    for (size_t k = 1; k <= FAR; k++) {
        int64_t d = i >= k ? apart(order[i - k], c) : 0;

        if (d) {
            lend(c->lent, order[i - k], f->q.n, lent_near[d - 1]);
            lend(before, order[i - k], f->q.n, lent_before[d - 1]);
        }
        if (d == 1)
            replies = order[i - k]->traits & TRAIT_ASKS;
        d = i + k < f->c.n ? apart(c, order[i + k]) : 0;
        if (d) {
            lend(c->lent, order[i + k], f->q.n, lent_near[d - 1]);
            if (order[i + k]->cosine > after)
                after = order[i + k]->cosine;
        }
    }
    if (prompt && prompt != c) {
        lend(c->lent, prompt, f->q.n, LENT_PROMPT);
        lend(before, prompt, f->q.n, LENT_PROMPT);
    }
    gain = words_of(f, before) - words_of(f, c->hits);
    replies = replies && !(c->traits & TRAIT_ASKS);
    c->x[EVIDENCE_BEFORE_WORDS] = gain;
    c->x[EVIDENCE_REPLY] = replies;
    c->x[EVIDENCE_REPLY_WORDS] = replies ? gain : 0;
    c->x[EVIDENCE_AFTER_MEANING] = fuse_cosine(after);
}

static void judge_all(struct finding *f)
{
    struct cand **order = cands_by_place(f);
    const struct cand *prompt = NULL;

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = order[i];

        if (i && !cand_same_place(c, order[i - 1]))
            prompt = NULL;
        if (c->is_prompt && c->session_id && !c->group && c->order <= 0)
            prompt = c;
        judge_near(f, order, i, prompt);
    }
}

int beside(struct finding *f, struct err *e)
{
    int rc = without(f, SIGNAL_NEAR) ? 0 : read_neighbours(f, e);

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];

        c->lent = arena_array(f->a, f->q.n + 1, sizeof(*c->lent));
        memcpy(c->lent, c->hits, f->q.n * sizeof(*c->lent));
    }
    if (rc == 0 && !without(f, SIGNAL_NEAR))
        judge_all(f);
    return rc;
}
