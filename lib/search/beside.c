/*
 * beside.c - what stands beside a memory, and the place where it stands.
 *
 * An answer seldom repeats the words of its question: what was said before and
 * after it does. So each memory borrows from its neighbours: those next to it
 * in its group, those written down with it in its session, and the prompt it
 * answers. And a memory of a session that is about the question is likelier to
 * be what is asked for than one that stands there alone.
 */
#include "base/common.h"

#include "search/cands.h"
#include "search/weights.h"

/* The best by themselves, whose neighbours are read. */
#define SEEDS 48
/* Written down in one go: ids that follow each other. */
#define FAR 2
/* Members of a place whose meaning counts for it. */
#define PLACE_BEST 3

/* Part of a neighbour's hits that a memory may count as its own, one and two
 * places away; and of the prompt's. */
static const float lent_near[FAR] = {0.35f, 0.15f};
#define LENT_PROMPT 0.3f

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
        seeds[i].score = fuse(w, f->c.v[i].x, NULL);
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

/* Places together, each in its order. */
static int by_place(const void *pa, const void *pb)
{
    const struct cand *const *px = pa, *const *py = pb;
    const struct cand *x = *px, *y = *py;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (!x->group && x->session_id != y->session_id)
        return x->session_id < y->session_id ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool same_place(const struct cand *x, const struct cand *y)
{
    return x->group == y->group && (x->group || x->session_id == y->session_id);
}

/* How far y is behind x in their place; 0: not a neighbour. */
static int64_t apart(const struct cand *x, const struct cand *y)
{
    int64_t d = x->order > 0 ? y->order - x->order : y->id - x->id;

    if (!same_place(x, y) || (!x->group && !x->session_id))
        return 0;
    return d > 0 && d <= FAR ? d : 0;
}

static void lend(float *to, const struct cand *from, size_t n, float part)
{
    for (size_t k = 0; k < n; k++)
        to[k] += part * from->hits[k];
}

/* What the neighbours of order[i] say. `prompt` is what was asked before it in
 * its session, or NULL. */
static void judge_near(struct finding *f, struct cand **order, size_t i,
                       const struct cand *prompt)
{
    struct cand *c = order[i];
    float hits[FTS_UNITS], before = -2, after = -2;
    struct rank_words w;

    memcpy(hits, c->hits, f->q.n * sizeof(*hits));
    for (size_t k = 1; k <= FAR; k++) {
        int64_t d = i >= k ? apart(order[i - k], c) : 0;

        if (d) {
            lend(hits, order[i - k], f->q.n, lent_near[d - 1]);
            if (order[i - k]->cosine > before)
                before = order[i - k]->cosine;
        }
        d = i + k < f->c.n ? apart(c, order[i + k]) : 0;
        if (d) {
            lend(hits, order[i + k], f->q.n, lent_near[d - 1]);
            if (order[i + k]->cosine > after)
                after = order[i + k]->cosine;
        }
    }
    if (prompt && prompt != c)
        lend(hits, prompt, f->q.n, LENT_PROMPT);
    w = rank_words(&f->w.rank, hits);
    c->x[EVIDENCE_NEAR_WORDS] =
        (float)w.score - (float)rank_words(&f->w.rank, c->hits).score;
    c->x[EVIDENCE_BEFORE_MEANING] = fuse_cosine(before);
    c->x[EVIDENCE_AFTER_MEANING] = fuse_cosine(after);
}

static void judge_place(struct finding *f, struct cand **order, size_t from,
                        size_t to)
{
    float hits[FTS_UNITS] = {0}, best[PLACE_BEST] = {0}, words, meaning = 0;

    if (!order[from]->group && !order[from]->session_id)
        return;
    for (size_t i = from; i < to; i++) {
        float x = fuse_cosine(order[i]->cosine);

        lend(hits, order[i], f->q.n, 1);
        for (size_t k = 0; k < PLACE_BEST; k++)
            if (x > best[k]) {
                float less = best[k];

                best[k] = x;
                x = less;
            }
    }
    words = (float)rank_session(&f->w.rank, hits, 1).score;
    for (size_t k = 0; k < PLACE_BEST; k++)
        meaning += best[k] / PLACE_BEST;
    for (size_t i = from; i < to; i++) {
        order[i]->x[EVIDENCE_PLACE_WORDS] = words;
        order[i]->x[EVIDENCE_PLACE_MEANING] = meaning;
    }
}

int beside(struct finding *f, struct err *e)
{
    const struct cand *prompt = NULL;
    struct cand **order;
    size_t from = 0;
    int rc = without(f, SIGNAL_NEAR) ? 0 : read_neighbours(f, e);

    if (rc < 0 || f->c.n == 0)
        return rc;
    order = arena_array(f->a, f->c.n, sizeof(*order));
    for (size_t i = 0; i < f->c.n; i++)
        order[i] = &f->c.v[i];
    qsort(order, f->c.n, sizeof(*order), by_place);
    for (size_t i = 0; i < f->c.n; i++) {
        if (i && !same_place(order[i], order[from])) {
            if (!without(f, SIGNAL_PLACE))
                judge_place(f, order, from, i);
            from = i;
            prompt = NULL;
        }
        if (order[i]->is_prompt && order[i]->session_id && !order[i]->group &&
            order[i]->order <= 0)
            prompt = order[i];
        if (!without(f, SIGNAL_NEAR))
            judge_near(f, order, i, prompt);
    }
    if (!without(f, SIGNAL_PLACE))
        judge_place(f, order, from, f->c.n);
    return 0;
}
