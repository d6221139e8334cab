/* cands.c - see cands.h. */
#include "base/common.h"

#include "base/trust.h"
#include "search/cands.h"
#include "store/where.h"

static size_t slot_of(const struct cands *c, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20);

    for (at &= c->mask; c->slot[at] && c->v[c->slot[at] - 1].id != id;)
        at = (at + 1) & c->mask;
    return at;
}

struct cand *cands_find(const struct cands *c, int64_t id)
{
    size_t at;

    if (c->n == 0)
        return NULL;
    at = slot_of(c, id);
    return c->slot[at] ? &c->v[c->slot[at] - 1] : NULL;
}

static void grow(struct cands *c, struct arena *a)
{
    size_t room = c->room ? c->room * 2 : 512;
    struct cand *more = arena_array(a, room, sizeof(*more));

    if (c->n)
        memcpy(more, c->v, c->n * sizeof(*more));
    c->v = more;
    c->room = room;
    c->slot = arena_array(a, 2 * room, sizeof(*c->slot));
    c->mask = 2 * room - 1;
    for (size_t i = 0; i < c->n; i++)
        c->slot[slot_of(c, c->v[i].id)] = (uint32_t)i + 1;
}

static int add(void *arg, const struct found_row *r)
{
    struct finding *f = arg;
    struct cand *c;

    if (f->c.n == f->c.room)
        grow(&f->c, f->a);
    c = &f->c.v[f->c.n];
    *c = (struct cand){.id = r->id,
                       .session_id = r->session_id,
                       .event_ms = r->event_ms,
                       .order = r->order,
                       .group = r->group,
                       .importance = r->importance,
                       .trust = trust_of(r->origin),
                       .pinned = r->pinned,
                       .is_prompt = r->is_prompt,
                       .wanted = r->wanted,
                       .is_found = !f->is_beside,
                       .terms = arena_str(f->a, r->terms),
                       .cosine = -2};
    c->hits = arena_array(f->a, f->q.n + 1, sizeof(*c->hits));
    f->c.slot[slot_of(&f->c, r->id)] = (uint32_t)f->c.n + 1;
    f->c.n++;
    cand_judge(f, c);
    return 0;
}

static int by_value(const void *pa, const void *pb)
{
    int64_t x = *(const int64_t *)pa, y = *(const int64_t *)pb;

    return x < y ? -1 : x > y;
}

int cands_read(struct finding *f, int64_t *ids, size_t n, struct err *e)
{
    const struct id_set *only = f->rq->filter.only;
    size_t m = 0;

    if (n == 0)
        return 0;
    qsort(ids, n, sizeof(*ids), by_value);
    for (size_t i = 0; i < n; i++) {
        bool twice = m && ids[m - 1] == ids[i];

        if (twice || cands_find(&f->c, ids[i]))
            continue;
        if (only &&
            !bsearch(&ids[i], only->ids, only->n, sizeof(*ids), by_value))
            continue;
        ids[m++] = ids[i];
    }
    return rows_read(f->db, &f->rq->filter, ids, m, add, f, e);
}

bool without(const struct finding *f, enum signal s)
{
    return f->rq->without >> s & 1u;
}

void cand_judge(struct finding *f, struct cand *c)
{
    struct rank_words words;
    struct terms t;

    terms_open(&t, c->terms, &f->w.scale);
    c->traits = t.traits;
    c->speaker = t.speaker;
    words_hits(&f->w, c->id, c->terms, c->hits);
    words = rank_words(&f->w.rank, c->hits);
    c->has_all = words.all;
    c->cover = (float)words.coverage;
    if (without(f, SIGNAL_WORDS))
        return;
    c->x[EVIDENCE_WORDS] = (float)words.score;
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

bool cand_same_place(const struct cand *x, const struct cand *y)
{
    return x->group == y->group && (x->group || x->session_id == y->session_id);
}

struct cand **cands_by_place(const struct finding *f)
{
    struct cand **order = arena_array(f->a, f->c.n + 1, sizeof(*order));

    for (size_t i = 0; i < f->c.n; i++)
        order[i] = &f->c.v[i];
    if (f->c.n)
        qsort(order, f->c.n, sizeof(*order), by_place);
    return order;
}
