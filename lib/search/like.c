/* like.c - the signal "means the same": proposing and scoring. */
#include "base/common.h"

#include "search/cands.h"
#include "search/meaning.h"

/* Nearest memories that are read: their words may not be the question's. */
#define NEAREST_MEMORIES 112
#define NEAREST_PLACES   384

/* When no word of the question is known, what is further away has nothing to
 * do with it: two texts of different subjects have 0 to 0.2. */
#define COSINE_LEAST 0.25f

void like_open(struct finding *f)
{
    if (f->rq->meaning && !without(f, SIGNAL_MEANING))
        meaning_embed_begin(f->rq->meaning, f->db, f->about);
}

/* What like_open began. */
static void take_vector(struct finding *f)
{
    struct meaning *m = f->rq->meaning;
    int dim = m && !without(f, SIGNAL_MEANING) ? meaning_dim(m, f->db) : 0;
    float *v;

    if (dim <= 0)
        return;
    v = arena_array(f->a, (size_t)dim, sizeof(*v));
    /* Without the question's vector the other signals answer. */
    if (meaning_embed(m, f->db, f->about, v, NULL) == 0)
        f->qv = v;
}

int like_propose(struct finding *f, bool has_words, struct err *e)
{
    size_t most = f->rq->by == BY_MEMORY ? NEAREST_MEMORIES : NEAREST_PLACES;
    struct meaning_hit *hits = arena_array(f->a, most, sizeof(*hits));
    int64_t *ids = arena_array(f->a, most, sizeof(*ids));
    size_t n = 0;

    take_vector(f);
    if (!f->qv || meaning_nearest(f->rq->meaning, f->db, f->qv, &f->rq->filter,
                                  most, hits, &n, NULL) < 0)
        return 0;
    if (!has_words)
        while (n > 0 && hits[n - 1].cosine < COSINE_LEAST)
            n--;
    for (size_t i = 0; i < n; i++)
        ids[i] = hits[i].memory_id;
    return cands_read(f, ids, n, e);
}

static int by_id(const void *pa, const void *pb)
{
    const struct cand *const *px = pa, *const *py = pb;

    return (*px)->id < (*py)->id ? -1 : (*px)->id > (*py)->id;
}

void like_judge(struct finding *f)
{
    struct cand **v = arena_array(f->a, f->c.n + 1, sizeof(*v));
    int64_t *ids = arena_array(f->a, f->c.n + 1, sizeof(*ids));
    float *cosines = arena_array(f->a, f->c.n + 1, sizeof(*cosines));
    size_t n = 0;

    if (!f->qv)
        return;
    for (size_t i = 0; i < f->c.n; i++)
        if (f->c.v[i].cosine < -1)
            v[n++] = &f->c.v[i];
    if (n == 0)
        return;
    qsort(v, n, sizeof(*v), by_id);
    for (size_t i = 0; i < n; i++)
        ids[i] = v[i]->id;
    if (meaning_cosines(f->rq->meaning, f->db, f->qv, ids, n, cosines, NULL) <
        0)
        return;
    for (size_t i = 0; i < n; i++) {
        float x = fuse_cosine(cosines[i]);

        v[i]->cosine = cosines[i];
        v[i]->x[EVIDENCE_MEANING] = x;
        v[i]->x[EVIDENCE_MEANING_HIGH] = x * x;
    }
}
