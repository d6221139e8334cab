/* words.c - see words.h. */
#include "base/common.h"

#include "base/buf.h"
#include "search/words.h"

/* Rows of one unit that are walked, the newest: four times as many find no more,
 * as pairs of such words are walked, too. */
#define ROWS_MOST 1024
/* Of all units together. */
#define ROWS_BUDGET 12288
/* Rows that have two units of which there are too many. */
#define BOTH_MOST 1024
/* Such pairs that are walked. */
#define PAIRS_MOST 6
/* Rows whose hits of a phrase or a beginning are counted. */
#define PHRASE_MOST 1024

/* Who has how much of the question's weight: an open hash table by id. */
struct tally {
    struct proposal *v; /* id 0: free */
    uint64_t *units;    /* bit for each */
    size_t mask, n;
};

static void tally_init(struct tally *t, size_t most, struct arena *a)
{
    size_t size = 1024;

    while (size < 2 * most)
        size *= 2;
    t->v = arena_array(a, size, sizeof(*t->v));
    t->units = arena_array(a, size, sizeof(*t->units));
    t->mask = size - 1;
    t->n = 0;
}

static void tally_add(struct tally *t, int64_t id, size_t unit, double weight)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20);

    for (at &= t->mask; t->v[at].id && t->v[at].id != id;)
        at = (at + 1) & t->mask;
    if (!t->v[at].id) {
        t->v[at].id = id;
        t->n++;
    }
    if (t->units[at] & UINT64_C(1) << unit)
        return;
    t->units[at] |= UINT64_C(1) << unit;
    t->v[at].bound += (float)weight;
}

/* The spellings that the row's terms cannot tell: of several words, and
 * beginnings of words. */
static struct str phrases_match(const struct unit *u, const bool *is_word,
                                size_t *n, struct arena *a)
{
    struct unit rest = *u;

    rest.nphrases = 0;
    for (size_t k = 0; k < u->nphrases; k++)
        if (!is_word[k])
            rest.phrase[rest.nphrases++] = u->phrase[k];
    *n = rest.nphrases;
    return rest.nphrases ? unit_match(&rest, a) : STR_NONE;
}

static int hit_by_id(const void *pa, const void *pb)
{
    const struct words_hit *x = pa, *y = pb;

    return x->id < y->id ? -1 : x->id > y->id;
}

/* Hashes of the words, and where phrases and beginnings are. */
static int plan_unit(struct db *db, const struct unit *u,
                     const struct memory_filter *f, struct arena *a,
                     struct words *w, struct unit_words *uw, struct err *e)
{
    bool is_word[UNIT_PHRASES] = {false};
    uint32_t *hashes, *parts = NULL;
    size_t n, nparts = 0;
    struct str match;
    int rc = 0;

    for (size_t k = 0; k < u->nphrases && !u->is_prefix && rc == 0; k++) {
        rc = words_hashes(db, u->phrase[k], a, &hashes, &n, e);
        is_word[k] = n == 1;
        if (n == 1)
            uw->hash[uw->nhashes++] = hashes[0];
        if (n > nparts) {
            parts = hashes;
            nparts = n;
        }
    }
    match = phrases_match(u, is_word, &n, a);
    if (rc < 0 || match.n == 0)
        return rc;
    uw->phrase = arena_array(a, PHRASE_MOST, sizeof(*uw->phrase));
    rc = words_phrase(db, words_within(match, f, a), n, w->scale.weight,
                      PHRASE_MOST, uw->phrase, &uw->nphrase, e);
    if (uw->nphrase)
        qsort(uw->phrase, uw->nphrase, sizeof(*uw->phrase), hit_by_id);
    if (uw->nphrase == PHRASE_MOST)
        for (size_t i = 0; i < nparts && i < ARRAY_LEN(uw->part); i++)
            uw->part[uw->nparts++] = parts[i];
    return rc;
}

struct walk {
    struct db *db;
    const struct memory_filter *f;
    struct arena *a;
    struct words *w;
    int64_t *ids[FTS_UNITS];
    size_t n[FTS_UNITS];
};

/* About how many rows have a unit of which the newest n are ids: as many in
 * every thousand as there. */
static double about(const int64_t *ids, size_t n, double total)
{
    double span = (double)(ids[0] - ids[n - 1]) + 1, all = (double)ids[0];
    double rows = (double)n * all / span;

    return rows > total ? total : rows < (double)n ? (double)n : rows;
}

static int walk_unit(struct walk *k, size_t i, size_t most, struct err *e)
{
    struct unit_words *uw = &k->w->unit[i];
    struct str match = unit_match(&k->w->q->unit[i], k->a);
    int rc;

    k->ids[i] = arena_array(k->a, most, sizeof(**k->ids));
    rc = words_rows(k->db, words_within(match, k->f, k->a), most, k->ids[i],
                    &k->n[i], e);
    uw->cut = k->n[i] == most;
    k->w->cut |= uw->cut;
    uw->rows =
        uw->cut ? about(k->ids[i], k->n[i], k->w->total) : (double)k->n[i];
    return rc;
}

static struct str both_match(const struct unit *x, const struct unit *y,
                             struct arena *a)
{
    return arena_fmt(a, "(%.*s) AND (%.*s)", STR_ARG(unit_match(x, a)),
                     STR_ARG(unit_match(y, a)));
}

/* Rows with two units of which both were cut, rarer ones first: the newest
 * ROWS_MOST of each are not those that have both. */
static int walk_pairs(struct walk *k, struct tally *t, struct err *e)
{
    const struct rank *r = &k->w->rank;
    size_t order[FTS_UNITS], n = 0, pairs = 0, got;
    int64_t *ids = arena_array(k->a, BOTH_MOST, sizeof(*ids));
    int rc = 0;

    for (size_t i = 0; i < k->w->q->n; i++) {
        size_t at = n;

        if (!k->w->unit[i].cut)
            continue;
        for (; at > 0 && r->idf[order[at - 1]] < r->idf[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
        n++;
    }
    for (size_t j = 1; j < n && rc == 0; j++)
        for (size_t i = 0; i < j && pairs < PAIRS_MOST && rc == 0; i++) {
            struct str m = both_match(&k->w->q->unit[order[i]],
                                      &k->w->q->unit[order[j]], k->a);

            pairs++;
            rc = words_rows(k->db, words_within(m, k->f, k->a), BOTH_MOST, ids,
                            &got, e);
            for (size_t x = 0; rc == 0 && x < got; x++) {
                tally_add(t, ids[x], order[i], r->idf[order[i]]);
                tally_add(t, ids[x], order[j], r->idf[order[j]]);
            }
        }
    return rc;
}

static void take_tally(const struct tally *t, struct proposals *p,
                       struct arena *a)
{
    p->v = arena_array(a, t->n + 1, sizeof(*p->v));
    p->n = p->taken = 0;
    for (size_t i = 0; i <= t->mask; i++)
        if (t->v[i].id)
            p->v[p->n++] = t->v[i];
}

int words_plan(struct db *db, const struct query *q,
               const struct memory_filter *f, double total, struct arena *a,
               struct words *w, struct proposals *p, struct err *e)
{
    struct walk k = {.db = db, .f = f, .a = a, .w = w};
    size_t left = ROWS_BUDGET, all = 0;
    float rows[FTS_UNITS] = {0};
    struct words_shape shape;
    struct tally t;
    int rc = words_shape(db, &shape, e);

    *w = (struct words){.q = q, .total = total};
    memcpy(w->scale.weight, rank_weight, sizeof(w->scale.weight));
    memcpy(w->scale.average, shape.average, sizeof(w->scale.average));
    for (size_t i = 0; i < q->n && rc == 0; i++) {
        size_t most = left / (q->n - i);

        most = most < ROWS_MOST ? most : ROWS_MOST;
        rc = plan_unit(db, &q->unit[i], f, a, w, &w->unit[i], e);
        if (rc == 0)
            rc = walk_unit(&k, i, most, e);
        left -= k.n[i];
        all += k.n[i];
        rows[i] = (float)w->unit[i].rows;
    }
    if (rc < 0)
        return rc;
    rank_init(&w->rank, q, total, rows);
    tally_init(&t, all + (w->cut ? PAIRS_MOST * BOTH_MOST : 0), a);
    for (size_t i = 0; i < q->n; i++)
        for (size_t x = 0; x < k.n[i]; x++)
            tally_add(&t, k.ids[i][x], i, w->rank.idf[i]);
    rc = walk_pairs(&k, &t, e);
    take_tally(&t, p, a);
    return rc;
}

static bool is_better(const struct proposal *x, const struct proposal *y)
{
    return x->bound != y->bound ? x->bound > y->bound : x->id > y->id;
}

static void swap(struct proposal *x, struct proposal *y)
{
    struct proposal t = *x;

    *x = *y;
    *y = t;
}

/* Moves the best k of v[n] to its front: quickselect. */
static void select_best(struct proposal *v, size_t n, size_t k)
{
    while (n > 1 && k > 0 && k < n) {
        struct proposal pivot = v[(n - 1) / 2];
        size_t i = 0, j = n - 1;

        for (;;) {
            while (is_better(&v[i], &pivot))
                i++;
            while (is_better(&pivot, &v[j]))
                j--;
            if (i >= j)
                break;
            swap(&v[i++], &v[j--]);
        }
        /* v[0..j] are not worse than v[j + 1..]. */
        if (k <= j + 1) {
            n = j + 1;
            if (k == n)
                return;
        } else {
            v += j + 1;
            n -= j + 1;
            k -= j + 1;
        }
    }
}

size_t proposals_next(struct proposals *p, size_t max,
                      const struct proposal **out)
{
    size_t left = p->n - p->taken;

    *out = p->v + p->taken;
    if (max < left)
        select_best(p->v + p->taken, left, max);
    else
        max = left;
    p->taken += max;
    return max;
}

static float phrase_hits(const struct unit_words *uw, int64_t id)
{
    struct words_hit key = {.id = id};
    const struct words_hit *h =
        uw->nphrase
            ? bsearch(&key, uw->phrase, uw->nphrase, sizeof(key), hit_by_id)
            : NULL;

    return h ? h->hits : 0;
}

void words_hits(const struct words *w, int64_t id, struct str terms,
                float *hits)
{
    struct terms t;

    terms_open(&t, terms, &w->scale);
    for (size_t i = 0; i < w->q->n; i++) {
        const struct unit_words *uw = &w->unit[i];
        float all = 0;

        hits[i] = phrase_hits(uw, id);
        for (size_t k = 0; k < uw->nhashes; k++)
            hits[i] += terms_hits(&t, uw->hash[k]);
        /* Not among the newest that have the phrase: it may have it when it
         * has all of its words. */
        for (size_t k = 0; k < uw->nparts && hits[i] <= 0; k++) {
            float one = terms_hits(&t, uw->part[k]);

            if (one <= 0) {
                all = 0;
                break;
            }
            all = k == 0 || one < all ? one : all;
        }
        if (hits[i] <= 0)
            hits[i] = all / 2;
    }
}

bool words_all_known(const struct words *w)
{
    for (size_t i = 0; i < w->q->n; i++)
        if (w->unit[i].rows <= 0)
            return false;
    return true;
}
