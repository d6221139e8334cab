/* pick.c - see pick.h. */
#include "base/common.h"

#include <math.h>

#include "search/course.h"
#include "search/pick.h"
#include "search/places.h"
#include "store/read_session.h"

/* Of one session among the first ten, and in longer lists as many in ten. */
#define OF_ONE     3
#define OF_ONE_PER 10
/* Texts with fewer different words are alike by chance. */
#define SAME_WORDS 8
/* Share of the words of both that both have. */
#define SAME_PART 0.9
/* Results that a candidate is compared with: the last ones, which score as it
 * does. */
#define SAME_BACK 64
/* Different words with which a prompt is an answer to what stands before it:
 * "ok, go on". */
#define SAYS_NOTHING 3

int cand_by_score(const void *pa, const void *pb)
{
    const struct cand *const *px = pa, *const *py = pb;
    const struct cand *x = *px, *y = *py;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->event_ms != y->event_ms)
        return x->event_ms < y->event_ms ? 1 : -1;
    return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

static int fill_hit(struct finding *f, const struct cand *c, struct str match,
                    struct search_hit *h, struct err *e)
{
    int rc = memory_read(f->db, c->id, f->a, &h->row, e);

    h->score = c->score;
    h->has_all = c->has_all;
    h->age = c->age;
    h->use = c->use;
    h->weight = c->weight;
    h->trust = c->faith;
    h->reranked = c->reranked;
    memcpy(h->signal, c->share, sizeof(h->signal));
    if (rc == CM_ENOTFOUND) /* forgotten meanwhile */
        return err_set(e, CM_EDB,
                       "memory #%lld is in the index but not in "
                       "the store",
                       (long long)c->id);
    if (rc == 0 && !f->rq->no_snippets && match.n)
        rc = words_snippet(f->db, match, c->id, f->a, &h->snippet, e);
    return rc;
}

/* How much of the words of both rows both have. */
static double alike(const struct cand *x, const struct cand *y)
{
    struct term_scale none = {{0}, {0}};
    struct terms a, b;
    size_t i = 0, k = 0, both = 0;

    terms_open(&a, x->terms, &none);
    terms_open(&b, y->terms, &none);
    if (a.n < SAME_WORDS || b.n < SAME_WORDS)
        return 0;
    while (i < a.n && k < b.n) {
        uint32_t ha = terms_hash(&a, i), hb = terms_hash(&b, k);

        both += ha == hb;
        i += ha <= hb;
        k += hb <= ha;
    }
    return (double)both / (double)(a.n + b.n - both);
}

struct chosen {
    struct cand **v;
    size_t n;
    bool limits; /* of one session only a few */
    bool is_course;
    size_t of_one;
};

/* The place of a result that says the same, or n. */
static size_t same_as(const struct chosen *s, const struct cand *c)
{
    for (size_t back = 1; back <= s->n && back <= SAME_BACK; back++)
        if (alike(s->v[s->n - back], c) >= SAME_PART)
            return s->n - back;
    return s->n;
}

static bool is_full(const struct chosen *s, const struct cand *c)
{
    size_t n = 0;

    if (!s->limits || c->group || !c->session_id)
        return false;
    if (c->order > 0 && !s->is_course)
        return false; /* a conversation: what answers may be all in one */
    for (size_t i = 0; i < s->n; i++)
        n += s->v[i]->session_id == c->session_id && !s->v[i]->group;
    return n >= s->of_one;
}

static struct cand **sorted(struct finding *f, size_t *n)
{
    struct cand **all = arena_array(f->a, f->c.n + 1, sizeof(*all));

    *n = 0;
    for (size_t i = 0; i < f->c.n; i++)
        if (f->c.v[i].wanted)
            all[(*n)++] = &f->c.v[i];
    qsort(all, *n, sizeof(*all), cand_by_score);
    return all;
}

/* "yes": a prompt that has no word of the question and hardly one of its own
 * was found by what stands beside it, which is there itself. */
static bool says_nothing(const struct cand *c)
{
    struct term_scale none = {{0}, {0}};
    struct terms t;

    if (!c->is_prompt || c->cover > 0)
        return false;
    terms_open(&t, c->terms, &none);
    return t.n <= SAYS_NOTHING;
}

static size_t drop_what_says_nothing(struct cand **all, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!says_nothing(all[i]))
            all[kept++] = all[i];
    return kept ? kept : n; /* rather that than nothing */
}

/* Takes from all[n] what is to be shown; what one session has too much of
 * comes in only when nothing else is left. */
static void choose(struct finding *f, struct cand **all, size_t n,
                   struct chosen *s)
{
    size_t max = f->rq->max, left = 0;

    for (size_t i = 0; i < n && s->n < max; i++) {
        size_t same = same_as(s, all[i]);

        if (same < s->n) {
            /* The same claim: the trusted one's words, at this place. */
            if (all[i]->trust > s->v[same]->trust) {
                all[i]->score = s->v[same]->score;
                s->v[same] = all[i];
            }
        } else if (is_full(s, all[i])) {
            all[left++] = all[i];
        } else {
            s->v[s->n++] = all[i];
        }
    }
    for (size_t i = 0; i < left && s->n < max; i++)
        s->v[s->n++] = all[i];
    qsort(s->v, s->n, sizeof(*s->v), cand_by_score);
}

static struct str match_of(struct finding *f)
{
    struct str match, map;

    query_match(&f->q, f->a, &match, &map);
    return match;
}

int pick_memories(struct finding *f, struct err *e)
{
    struct search_result *out = f->out;
    struct chosen s = {
        .limits = !f->rq->all_of_one && !f->rq->filter.session_id,
        .is_course = course_is(f->rq->words),
        .of_one = OF_ONE * ((f->rq->max + OF_ONE_PER - 1) / OF_ONE_PER)};
    struct str match = match_of(f);
    struct cand **all;
    size_t n;
    int rc = 0;

    all = sorted(f, &n);
    n = drop_what_says_nothing(all, n);
    s.v = arena_array(f->a, f->rq->max + 1, sizeof(*s.v));
    choose(f, all, n, &s);
    out->hits = arena_array(f->a, s.n + 1, sizeof(*out->hits));
    for (size_t i = 0; i < s.n && rc == 0; i++)
        rc = fill_hit(f, s.v[i], match, &out->hits[out->n++], e);
    return rc;
}

static int fill_place(struct finding *f, const struct place *p,
                      struct str match, struct search_group *out, struct err *e)
{
    int rc = 0;

    out->score = p->score;
    memcpy(out->signal, p->share, sizeof(out->signal));
    out->session_id = p->session_id;
    for (size_t i = 0; i < p->n; i++)
        out->matched += p->v[i]->is_found;
    for (size_t i = 0; i < p->n && out->n < SEARCH_PER_SESSION && rc == 0; i++)
        if (p->v[i]->is_found)
            rc = fill_hit(f, p->v[i], match, &out->hit[out->n++], e);
    if (f->rq->by == BY_GROUP && out->n)
        out->group = out->hit[0].row.group;
    return rc;
}

int pick_places(struct finding *f, struct err *e)
{
    struct search_result *out = f->out;
    struct str match = match_of(f);
    int rc = places_find(f, e);

    if (rc == 0 && f->rq->watch)
        f->rq->watch(f->rq->watch_arg, f);
    out->groups = arena_array(f->a, f->rq->max + 1, sizeof(*out->groups));
    for (size_t i = 0; i < f->nplaces && out->ngroups < f->rq->max && rc == 0;
         i++)
        rc = fill_place(f, &f->places[i], match, &out->groups[out->ngroups++],
                        e);
    return rc;
}
