/* judge.c - candidates beside each other and beside the question, and the score
 * that all evidence gives. */
#include "base/common.h"

#include "search/cands.h"
#include "search/weights.h"
#include "store/access.h"

/* Hits at which a word has half of its worth, as in rank.c. */
#define HITS_HALF 1.2f
/* A memory that borrows may have more of a word than whoever has it most. */
#define LENT_MOST 1.3f
/* As near to the question as this part of the nearest: a wish counts whole. */
#define WISH_NEAR 0.25f
/* Members of a place that count for it. */
#define PLACE_BEST 4
/* The same for the meaning of a place. */
#define PLACE_NEAREST 3

/* The best of each among the candidates. */
struct best {
    float words, cover;
    float cosine, average;        /* of cosines */
    float unit[FTS_UNITS], units; /* worth of each word; their sum */
    float place;
    float alone; /* 1: the best by words stands in no order */
};

static float worth(const struct finding *f, size_t i, float hits)
{
    return (float)f->w.rank.idf[i] * hits / (hits + HITS_HALF);
}

static void find_best(const struct finding *f, struct best *b)
{
    float sum = 0;
    size_t n = 0;

    *b = (struct best){.cosine = -2};
    for (size_t i = 0; i < f->c.n; i++) {
        const struct cand *c = &f->c.v[i];

        if (c->x[EVIDENCE_WORDS] > b->words) {
            b->words = c->x[EVIDENCE_WORDS];
            b->alone = c->group == 0 && c->order <= 0;
        }
        if (c->cover > b->cover)
            b->cover = c->cover;
        if (c->cosine > b->cosine)
            b->cosine = c->cosine;
        if (c->cosine > -1) {
            sum += c->cosine;
            n++;
        }
        for (size_t k = 0; k < f->q.n; k++) {
            float w = worth(f, k, c->hits[k]);

            if (w > b->unit[k])
                b->unit[k] = w;
        }
    }
    b->average = n ? sum / (float)n : 0;
    for (size_t k = 0; k < f->q.n; k++)
        b->units += b->unit[k];
}

static float met(const struct finding *f, const struct best *b,
                 const float *hits)
{
    float sum = 0;

    for (size_t k = 0; k < f->q.n; k++) {
        float w = worth(f, k, hits[k]), most = LENT_MOST * b->unit[k];

        sum += w < most ? w : most;
    }
    return b->units > 0 ? sum / b->units : 0;
}

/* A wish bears on a request that it has something to do with, however little:
 * a request and a rule for all of its kind have few words in common. */
static void judge_wish(struct cand *c)
{
    float near = c->x[EVIDENCE_MEANING_BEST] > c->x[EVIDENCE_WORDS_BEST]
                     ? c->x[EVIDENCE_MEANING_BEST]
                     : c->x[EVIDENCE_WORDS_BEST];

    near = near < WISH_NEAR ? near / WISH_NEAR : 1;
    c->x[EVIDENCE_STANDING] *= near;
    c->x[EVIDENCE_PREFERS] *= near;
}

static void judge_beside_best(struct finding *f, const struct best *b)
{
    float room = b->cosine - b->average;

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];
        float own = met(f, b, c->hits), all = met(f, b, c->lent);

        if (!without(f, SIGNAL_WORDS)) {
            c->x[EVIDENCE_WORDS_BEST] =
                b->words > 0 ? c->x[EVIDENCE_WORDS] / b->words : 0;
            c->x[EVIDENCE_WORDS_MET] = own;
        }
        if (!without(f, SIGNAL_NEAR))
            c->x[EVIDENCE_NEAR_WORDS] = all - own;
        if (room > 0 && c->cosine > b->average)
            c->x[EVIDENCE_MEANING_BEST] = (c->cosine - b->average) / room;
        judge_wish(c);
    }
}

/* Keeps the n largest of what is offered, largest first. */
static void offer(float *best, size_t n, float x)
{
    for (size_t k = 0; k < n; k++)
        if (x > best[k]) {
            float less = best[k];

            best[k] = x;
            x = less;
        }
}

static float mean(const float *v, size_t n)
{
    float sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (float)n;
}

/* order[from..to) are of one place: how much it is about the question. */
static void judge_place(struct finding *f, const struct best *b,
                        struct cand **order, size_t from, size_t to)
{
    float best[PLACE_BEST] = {0}, near[PLACE_NEAREST] = {0};

    for (size_t i = from; i < to; i++) {
        const struct cand *c = order[i];

        offer(best, PLACE_BEST,
              met(f, b, c->lent) + (c->cosine > 0 ? c->cosine : 0));
        offer(near, PLACE_NEAREST, fuse_cosine(c->cosine));
    }
    for (size_t i = from; i < to; i++) {
        order[i]->x[EVIDENCE_PLACE_BEST] = mean(best, PLACE_BEST);
        order[i]->x[EVIDENCE_PLACE_MEANING] = mean(near, PLACE_NEAREST);
    }
}

static void judge_places(struct finding *f, const struct best *b)
{
    struct cand **order = cands_by_place(f);
    size_t from = 0;
    float most = 0;

    for (size_t i = 1; i <= f->c.n; i++) {
        if (i < f->c.n && cand_same_place(order[i], order[from]))
            continue;
        if (order[from]->group || order[from]->session_id) {
            judge_place(f, b, order, from, i);
        } else { /* what is of no session is a place of its own */
            for (size_t k = from; k < i; k++)
                judge_place(f, b, order, k, k + 1);
        }
        for (size_t k = from; k < i; k++)
            if (order[k]->x[EVIDENCE_PLACE_BEST] > most)
                most = order[k]->x[EVIDENCE_PLACE_BEST];
        from = i;
    }
    for (size_t i = 0; i < f->c.n && most > 0; i++)
        order[i]->x[EVIDENCE_PLACE_BEST] /= most;
}

static void score(struct finding *f, const struct access_use *use, double level)
{
    const struct weights *w = weights_for(f->qv != NULL);
    int64_t now = f->rq->filter.now_ms;

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];
        struct rank_about about = {now - c->event_ms, use[i].heat,
                                   c->importance, c->pinned, c->trust};
        struct rank_factors m = rank_factors(&about);
        double answer = fuse(w, level, c->x, c->share);

        c->age = (float)m.age;
        c->use = (float)m.use;
        c->weight = (float)m.weight;
        c->faith = (float)m.faith;
        answer *= m.age * m.use * m.weight * m.faith;
        c->score = answer < 1 ? answer : 1;
    }
}

int judge(struct finding *f, struct err *e)
{
    struct access_use *use = arena_array(f->a, f->c.n + 1, sizeof(*use));
    int64_t *ids = arena_array(f->a, f->c.n + 1, sizeof(*ids));
    struct best best;
    int rc;

    find_best(f, &best);
    judge_beside_best(f, &best);
    if (!without(f, SIGNAL_PLACE))
        judge_places(f, &best);
    turns_judge(f);
    f->met[LEVEL_WORDS] = best.words;
    f->met[LEVEL_COVER] = best.cover;
    f->met[LEVEL_MET] = best.units / (float)f->w.rank.sum;
    f->met[LEVEL_MEANING] = fuse_cosine(best.cosine);
    f->met[LEVEL_ALONE] = best.alone;
    for (size_t i = 0; i < f->c.n; i++)
        ids[i] = f->c.v[i].id;
    rc = access_read(f->db, ids, f->c.n, f->rq->filter.now_ms, use, e);
    if (rc == 0)
        score(f, use, fuse_level(weights_for(f->qv != NULL), f->met));
    return rc;
}
