/* places.c - see places.h. */
#include "base/common.h"

#include <math.h>

#include "search/pick.h"
#include "search/places.h"
#include "search/weights.h"
#include "store/read_session.h"
#include "store/said.h"

/* Members of a place that count for it, each this much of the one before:
 * they say much of the same. */
#define MEMBERS_COUNT 8
#define MEMBER_LESS   0.6
/* Turns of a session that have a word, at which it has half of its worth, in a
 * session of usual length; how much of that is length. The same for lines,
 * which are shorter and more. */
#define TURNS_HALF   1.2f
#define TURNS_LENGTH 0.75f
#define LINES_HALF   3.0f
#define LINES_LENGTH 0.3f
/* Sessions that lend, to how many each, and what the one beside gets of the
 * chance. Work goes on for some time: two that are an hour apart have a third
 * of what two have that ran at once. */
#define LENDERS  3
#define BESIDE   16
#define LENT     0.1
#define GAP_MS   3600e3
#define GAP_MOST (3 * 3600000)

static int by_session(const void *pa, const void *pb)
{
    const struct cand *const *px = pa, *const *py = pb;
    const struct cand *x = *px, *y = *py;

    return x->session_id < y->session_id ? -1 : x->session_id > y->session_id;
}

static int by_group(const void *pa, const void *pb)
{
    const struct cand *const *px = pa, *const *py = pb;
    const struct cand *x = *px, *y = *py;

    return x->group < y->group ? -1 : x->group > y->group;
}

static int place_by_score(const void *pa, const void *pb)
{
    const struct place *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->newest_ms != y->newest_ms)
        return x->newest_ms < y->newest_ms ? 1 : -1;
    return x->v[0]->id < y->v[0]->id ? -1 : 1;
}

static void collect(struct finding *f)
{
    int (*order)(const void *, const void *) =
        f->rq->by == BY_GROUP ? by_group : by_session;
    struct cand **v = arena_array(f->a, f->c.n + 1, sizeof(*v));
    struct place *p;
    size_t n = 0, m = 0;

    for (size_t i = 0; i < f->c.n; i++)
        if (f->c.v[i].wanted)
            v[n++] = &f->c.v[i];
    if (n)
        qsort(v, n, sizeof(*v), order);
    f->places = p = arena_array(f->a, n + 1, sizeof(*p));
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || order(&v[i], &v[i - 1]) != 0)
            p[m++] = (struct place){.v = &v[i]};
        p[m - 1].n++;
    }
    for (size_t i = 0; i < m; i++) {
        qsort(p[i].v, p[i].n, sizeof(*v), cand_by_score);
        if (f->rq->by == BY_SESSION)
            p[i].session_id = p[i].v[0]->session_id;
        for (size_t k = 0; k < p[i].n; k++)
            if (p[i].v[k]->event_ms > p[i].newest_ms)
                p[i].newest_ms = p[i].v[k]->event_ms;
    }
    f->nplaces = m;
}

static double odds(double score)
{
    return score < 1 - 1e-9 ? score / (1 - score) : 1e9;
}

/* What is of no session, or of no group, has nothing else in common: the best
 * of it stands for itself. */
static size_t members(const struct finding *f, const struct place *p)
{
    const struct cand *any = p->v[0];
    bool is_none =
        f->rq->by == BY_GROUP ? any->group == 0 : any->session_id == 0;

    return is_none ? 1 : p->n;
}

/* `top` are the odds of the best member of all places. */
static void judge_members(const struct finding *f, struct place *p, double top)
{
    size_t n = members(f, p);
    double miss = 1, part = 1;

    for (size_t i = 0; i < n && i < MEMBERS_COUNT; i++) {
        miss *= 1 - part * odds(p->v[i]->score) / top;
        part *= MEMBER_LESS;
    }
    p->x[PLACE_EVIDENCE_ANY] = (float)(1 - miss);
    for (size_t i = 0; i < n; i++) {
        float x = fuse_cosine(p->v[i]->cosine);

        if (x > p->x[PLACE_EVIDENCE_MEANING])
            p->x[PLACE_EVIDENCE_MEANING] = x;
    }
}

static int by_id(const void *pa, const void *pb)
{
    const struct place *const *x = pa, *const *y = pb;

    return (*x)->session_id < (*y)->session_id
               ? -1
               : (*x)->session_id > (*y)->session_id;
}

/* How many parts of each place, turns or members, have each unit. */
struct counts {
    struct place **place;
    float (*n)[FTS_UNITS]; /* beside place */
    float *size;
    float half, length; /* of a word's worth: at so many; dampened by size */
};

static void counts_init(struct finding *f, struct counts *c)
{
    c->place = arena_array(f->a, f->nplaces + 1, sizeof(*c->place));
    c->n = arena_array(f->a, f->nplaces + 1, sizeof(*c->n));
    c->size = arena_array(f->a, f->nplaces + 1, sizeof(*c->size));
    for (size_t i = 0; i < f->nplaces; i++)
        c->place[i] = &f->places[i];
    qsort(c->place, f->nplaces, sizeof(*c->place), by_id);
}

/* As BM25 judges a text: rare words more, each further part less, long places
 * less. */
static void judge_counts(const struct finding *f, const struct counts *c,
                         enum place_evidence to)
{
    float idf[FTS_UNITS], sum = 0, usual = 0;
    float all = (float)f->nplaces;

    for (size_t i = 0; i < f->nplaces; i++)
        usual += c->size[i] / all;
    for (size_t k = 0; k < f->q.n; k++) {
        float has = 0;

        for (size_t i = 0; i < f->nplaces; i++)
            has += c->n[i][k] > 0;
        idf[k] = logf(1 + (all - has + 0.5f) / (has + 0.5f));
        sum += idf[k];
    }
    for (size_t i = 0; i < f->nplaces && usual > 0 && sum > 0; i++)
        for (size_t k = 0; k < f->q.n; k++) {
            float n = c->n[i][k], length = c->size[i] / usual;

            c->place[i]->x[to] +=
                idf[k] / sum * n /
                (n + c->half * (1 - c->length + c->length * length));
        }
}

static void count_turns(const struct finding *f, struct counts *c,
                        enum said_part part)
{
    memset(c->n, 0, f->nplaces * sizeof(*c->n));
    for (size_t i = 0; i < f->nturns; i++) {
        const struct turn *u = &f->turns[i];
        struct place key = {.session_id = u->session_id}, *at = &key, **to;

        to = bsearch(&at, c->place, f->nplaces, sizeof(*to), by_id);
        for (size_t k = 0; to && k < f->q.n; k++)
            c->n[to - c->place][k] += (float)(u->units[part] >> k & 1);
    }
}

static int judge_turns(struct finding *f, struct err *e)
{
    struct counts c = {.half = TURNS_HALF, .length = TURNS_LENGTH};
    float(*size)[SAID_PARTS] = arena_array(f->a, f->nplaces + 1, sizeof(*size));
    int64_t *ids = arena_array(f->a, f->nplaces + 1, sizeof(*ids));
    int rc;

    counts_init(f, &c);
    for (size_t i = 0; i < f->nplaces; i++)
        ids[i] = c.place[i]->session_id;
    rc = said_sizes(f->db, ids, f->nplaces, size, e);
    for (int part = 0; part < SAID_PARTS && rc == 0; part++) {
        for (size_t i = 0; i < f->nplaces; i++)
            c.size[i] = size[i][part];
        count_turns(f, &c, (enum said_part)part);
        judge_counts(f, &c,
                     part == SAID_WORDS ? PLACE_EVIDENCE_SAID
                                        : PLACE_EVIDENCE_DONE);
    }
    return rc;
}

/* What has no turns was imported line by line: its members are its turns. */
static int judge_lines(struct finding *f, struct err *e)
{
    struct counts c = {.half = LINES_HALF, .length = LINES_LENGTH};

    counts_init(f, &c);
    for (size_t i = 0; i < f->nplaces; i++) {
        const struct place *p = c.place[i];
        int64_t size = p->session_id ? session_memories(f->db, p->session_id, e)
                                     : (int64_t)p->n;

        if (size < 0)
            return (int)size;
        c.size[i] = (float)size;
        for (size_t m = 0; m < members(f, p); m++)
            for (size_t k = 0; k < f->q.n; k++)
                c.n[i][k] += p->v[m]->hits[k] > 0;
    }
    judge_counts(f, &c, PLACE_EVIDENCE_MANY);
    return 0;
}

/* Beside the most that any place has. */
static void beside_most(struct finding *f, enum place_evidence v)
{
    float most = 0;

    for (size_t i = 0; i < f->nplaces; i++)
        if (f->places[i].x[v] > most)
            most = f->places[i].x[v];
    for (size_t i = 0; i < f->nplaces && most > 0; i++)
        f->places[i].x[v] /= most;
}

static int judge_all(struct finding *f, struct err *e)
{
    const struct place_weights *w = place_weights_for(f->qv != NULL);
    double top = 1e-9, best = 0, level;
    int rc;

    collect(f);
    for (size_t i = 0; i < f->nplaces; i++)
        if (f->places[i].v[0]->score > best)
            best = f->places[i].v[0]->score;
    if (odds(best) > top)
        top = odds(best);
    for (size_t i = 0; i < f->nplaces; i++)
        judge_members(f, &f->places[i], top);
    rc = f->nturns && f->rq->by == BY_SESSION ? judge_turns(f, e)
                                              : judge_lines(f, e);
    beside_most(f, PLACE_EVIDENCE_MANY);
    beside_most(f, PLACE_EVIDENCE_MEANING);
    beside_most(f, PLACE_EVIDENCE_DONE);
    level = fuse_place_level(w, f->met);
    for (size_t i = 0; i < f->nplaces; i++) {
        struct place *p = &f->places[i];

        p->score = fuse_place(w, level, p->x, p->share);
    }
    if (f->nplaces)
        qsort(f->places, f->nplaces, sizeof(*f->places), place_by_score);
    return rc;
}

static bool is_place(const struct finding *f, int64_t session_id)
{
    for (size_t i = 0; i < f->nplaces; i++)
        if (f->places[i].session_id == session_id)
            return true;
    return false;
}

/* Sessions beside the best that nothing proposed become candidates. */
static int read_beside(struct finding *f, bool *more, struct err *e)
{
    int64_t ids[LENDERS * BESIDE], near[BESIDE];
    size_t n = 0, m, was = f->c.n;
    int rc = 0;

    for (size_t i = 0; i < f->nplaces && i < LENDERS && rc == 0; i++) {
        if (f->places[i].session_id == 0)
            continue;
        rc = sessions_beside(f->db, f->places[i].session_id, GAP_MOST, BESIDE,
                             near, &m, e);
        for (size_t k = 0; rc == 0 && k < m; k++)
            if (!is_place(f, near[k]))
                ids[n++] = near[k];
    }
    if (rc == 0 && n)
        rc = said_sessions(f->db, ids, n, ids, &n, e);
    if (rc == 0 && n)
        rc = cands_read(f, ids, n, e);
    *more = f->c.n > was;
    return rc;
}

static double closeness(const struct session_span *x,
                        const struct session_span *y)
{
    int64_t from = x->from_ms > y->from_ms ? x->from_ms : y->from_ms;
    int64_t to = x->to_ms < y->to_ms ? x->to_ms : y->to_ms;

    if (x->id == y->id || (x->branch && y->branch && x->branch != y->branch) ||
        from - to > GAP_MOST)
        return 0;
    return from > to ? exp(-(double)(from - to) / GAP_MS) : 1;
}

/* The best lend to what ran at the same time. */
static int lend(struct finding *f, struct err *e)
{
    int64_t *ids = arena_array(f->a, f->nplaces + 1, sizeof(*ids));
    struct session_span *span =
        arena_array(f->a, f->nplaces + 1, sizeof(*span));
    double lender[LENDERS];
    size_t n, k = 0;
    int rc;

    for (size_t i = 0; i < f->nplaces; i++)
        ids[i] = f->places[i].session_id;
    rc = sessions_spans(f->db, ids, f->nplaces, span, &n, e);
    for (size_t i = 0; i < f->nplaces && i < LENDERS; i++)
        lender[i] = odds(f->places[i].score);
    for (size_t i = 0; i < f->nplaces && k < n && rc == 0; i++) {
        struct place *p = &f->places[i];
        double lent = 0, was = p->score;

        if (span[k].id != p->session_id)
            continue;
        for (size_t j = 0; j < n && j < LENDERS; j++) {
            double x = span[j].id == f->places[j].session_id
                           ? lender[j] * closeness(&span[j], &span[k])
                           : 0;

            lent = x > lent ? x : lent;
        }
        lent = odds(was) + LENT * lent;
        p->score = lent / (1 + lent);
        p->share[SIGNAL_PLACE] += (float)(p->score - was);
        k++;
    }
    if (f->nplaces)
        qsort(f->places, f->nplaces, sizeof(*f->places), place_by_score);
    return rc;
}

int places_find(struct finding *f, struct err *e)
{
    bool more = false;
    int rc = judge_all(f, e);

    if (rc < 0 || f->rq->by != BY_SESSION || without(f, SIGNAL_PLACE))
        return rc;
    rc = read_beside(f, &more, e);
    if (rc == 0 && more)
        rc = judge_all(f, e);
    return rc < 0 ? rc : lend(f, e);
}
