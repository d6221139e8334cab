/* gather.c - candidates: every signal proposes, the union is read. */
#include "base/common.h"

#include "search/cands.h"
#include "store/where.h"

/* Memories that are read of those that the words propose, at two microseconds
 * each. Twice as many find nothing more, neither where thousands are asked nor
 * a hundred thousand: those that have most of the question are there. */
#define READ_MEMORIES 128
#define READ_PLACES   768
/* Where the filter lets little through more are read, up to so many. */
#define READ_MOST 32768
/* A set of memories that small is read whole. */
#define ONLY_ALL 2048

static size_t wanted(const struct finding *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->c.n; i++)
        n += f->c.v[i].wanted;
    return n;
}

static int read_proposed(struct finding *f, size_t max, struct err *e)
{
    const struct proposal *p;
    size_t n = proposals_next(&f->words, max, &p);
    int64_t *ids = arena_array(f->a, n + 1, sizeof(*ids));

    for (size_t i = 0; i < n; i++)
        ids[i] = p[i].id;
    return cands_read(f, ids, n, e);
}

/* The filter keeps out what the words propose first: asks with the filter. */
static int read_filtered(struct finding *f, struct err *e)
{
    struct str match, map;
    size_t room = 2 * f->rq->max, n;
    int64_t *ids = arena_array(f->a, room, sizeof(*ids));
    int rc;

    query_match(&f->q, f->a, &match, &map);
    if (match.n == 0)
        return 0;
    rc = words_rows_filtered(f->db, words_within(match, &f->rq->filter, f->a),
                             &f->rq->filter, room, ids, &n, e);
    return rc < 0 ? rc : cands_read(f, ids, n, e);
}

static int read_only(struct finding *f, struct err *e)
{
    const struct id_set *only = f->rq->filter.only;
    int64_t *ids = arena_array(f->a, only->n + 1, sizeof(*ids));

    memcpy(ids, only->ids, only->n * sizeof(*ids));
    return cands_read(f, ids, only->n, e);
}

int gather(struct finding *f, struct err *e)
{
    const struct id_set *only = f->rq->filter.only;
    size_t batch = f->rq->by != BY_MEMORY ? READ_PLACES : READ_MEMORIES;
    bool has_words;
    int rc = 0;

    if (batch < 2 * f->rq->max)
        batch = 2 * f->rq->max;
    if (only && only->n <= ONLY_ALL)
        rc = read_only(f, e);
    if (rc == 0 && !without(f, SIGNAL_WORDS))
        rc = read_proposed(f, batch, e);
    while (rc == 0 && wanted(f) < f->rq->max && f->words.taken < f->words.n &&
           f->words.taken < READ_MOST) {
        batch *= 2;
        rc = read_proposed(f, batch, e);
    }
    if (rc == 0 && f->w.cut && wanted(f) < f->rq->max)
        rc = read_filtered(f, e);
    has_words = f->c.n > 0;
    if (rc == 0)
        rc = named_propose(f, e);
    if (rc == 0)
        rc = turns_propose(f, e);
    if (rc == 0) /* the last: another thread makes the question's vector */
        rc = like_propose(f, has_words, e);
    like_judge(f);
    return rc;
}
