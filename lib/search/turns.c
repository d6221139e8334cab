/* turns.c - the signal "said": turns that have the question's words, as they
 * were spoken or given to tools. */
#include "base/common.h"

#include <math.h>

#include "base/buf.h"
#include "search/cands.h"
#include "store/said.h"

/* Rows of one word that are walked, of all words, and turns that are ranked;
 * more of them where sessions are asked for. */
#define ROWS_MOST    4096
#define ROWS_BUDGET  16384
#define TURNS_MOST   128
#define TURNS_PLACES 512
/* Turns whose memories, and where they are asked for whose sessions, become
 * candidates. */
#define TURNS_READ    12
#define TURNS_SESSION 48
#define MEMORIES_MOST 96
/* Memories of all those turns that are looked for among the candidates. */
#define MEMORIES_ALL 2048
/* What a tool was given tells this much of what words do. */
#define DEED_PART 0.4f
/* How strongly a turn's length dampens: long ones have every word. */
#define LENGTH_B 0.4f
/* Different words of usual turns: spoken, and given to tools. */
static const float words_usual[SAID_PARTS] = {100, 180};

struct tally {
    struct turn *v; /* batch_id 0: free */
    size_t mask, n;
};

static void tally_add(struct tally *t, int64_t row, size_t unit, float weight)
{
    int64_t id = SAID_BATCH(row);
    enum said_part part = SAID_PART(row);
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20);

    for (at &= t->mask; t->v[at].batch_id && t->v[at].batch_id != id;)
        at = (at + 1) & t->mask;
    if (!t->v[at].batch_id) {
        t->v[at].batch_id = id;
        t->n++;
    }
    if (t->v[at].units[part] >> unit & 1)
        return;
    t->v[at].units[part] |= UINT64_C(1) << unit;
    t->v[at].part[part] += weight;
}

/* All words of one of its spellings: the index has no places of words. Empty:
 * it has no word. */
static int match_of(struct db *db, const struct unit *u, struct arena *a,
                    struct str *out, struct err *e)
{
    struct buf b;
    int rc = 0;

    buf_init(&b, 65536);
    for (size_t k = 0; k < u->nphrases && rc == 0; k++) {
        struct str all;

        rc = said_match(db, u->phrase[k], a, &all, e);
        if (rc == 0 && all.n)
            buf_addf(&b, "%s(%.*s%s)", b.len ? " OR " : "", STR_ARG(all),
                     u->is_prefix ? " *" : "");
    }
    *out = rc < 0 || buf_is_full(&b) ? STR_NONE : arena_str(a, buf_str(&b));
    buf_free(&b);
    return rc;
}

int turns_have(struct db *db, const struct unit *u, struct arena *a,
               struct err *e)
{
    struct str match;
    int64_t row;
    size_t n = 0;
    int rc = match_of(db, u, a, &match, e);

    if (rc == 0 && match.n)
        rc = said_rows(db, match, 1, &row, &n, e);
    return rc < 0 ? rc : n > 0;
}

struct walk {
    int64_t *rows[FTS_UNITS];
    size_t n[FTS_UNITS], all;
    float idf[FTS_UNITS], sum;
};

/* About how many turns have a unit of which the newest n rows are there: as
 * many in every thousand as among those. */
static double about(const int64_t *rows, size_t n, bool cut, double total)
{
    double turns = 0;

    for (size_t i = 0; i < n; i++)
        turns += i == 0 || SAID_BATCH(rows[i]) != SAID_BATCH(rows[i - 1]);
    if (cut && n)
        turns *= (double)rows[0] / (double)(rows[0] - rows[n - 1] + 1);
    return turns > total ? total : turns;
}

static int walk_units(struct finding *f, struct walk *k, struct err *e)
{
    double total = (double)f->out->of; /* about as many turns as memories */
    size_t left = ROWS_BUDGET;
    int rc = 0;

    for (size_t i = 0; i < f->q.n && rc == 0; i++) {
        size_t most = left / (f->q.n - i);
        struct str match;
        double turns;

        rc = match_of(f->db, &f->q.unit[i], f->a, &match, e);
        if (rc < 0 || match.n == 0)
            continue;
        most = most < ROWS_MOST ? most : ROWS_MOST;
        k->rows[i] = arena_array(f->a, most + 1, sizeof(*k->rows[i]));
        rc = said_rows(f->db, said_within(match, &f->rq->filter, f->a), most,
                       k->rows[i], &k->n[i], e);
        left -= k->n[i];
        k->all += k->n[i];
        turns = about(k->rows[i], k->n[i], k->n[i] == most, total);
        k->idf[i] = (float)log(1 + (total - turns + 0.5) / (turns + 0.5));
        k->sum += k->idf[i];
    }
    return rc;
}

static int by_score(const void *pa, const void *pb)
{
    const struct turn *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->batch_id < y->batch_id ? 1 : x->batch_id > y->batch_id ? -1 : 0;
}

static void rank_turns(struct finding *f)
{
    for (size_t i = 0; i < f->nturns; i++) {
        struct turn *t = &f->turns[i];

        t->score = t->part[SAID_WORDS] + DEED_PART * t->part[SAID_DEEDS];
    }
    if (f->nturns)
        qsort(f->turns, f->nturns, sizeof(*f->turns), by_score);
}

static void take_tally(struct finding *f, const struct tally *t, float sum)
{
    size_t most = f->rq->by == BY_MEMORY ? TURNS_MOST : TURNS_PLACES;

    f->turns = arena_array(f->a, t->n + 1, sizeof(*f->turns));
    for (size_t i = 0; i <= t->mask; i++) {
        if (!t->v[i].batch_id)
            continue;
        f->turns[f->nturns] = t->v[i];
        for (int k = 0; k < SAID_PARTS; k++)
            f->turns[f->nturns].part[k] /= sum;
        f->nturns++;
    }
    rank_turns(f);
    if (f->nturns > most)
        f->nturns = most;
}

/* Their sessions, and what their length costs. */
static int read_turns(struct finding *f, struct err *e)
{
    int64_t *ids = arena_array(f->a, f->nturns + 1, sizeof(*ids));
    struct said_row *rows = arena_array(f->a, f->nturns + 1, sizeof(*rows));
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < f->nturns; i++)
        ids[i] = f->turns[i].batch_id;
    rc = said_read(f->db, ids, f->nturns, rows, &n, e);
    for (size_t i = 0, k = 0; i < n && rc == 0; i++) {
        while (f->turns[k].batch_id != rows[i].batch_id)
            k++; /* in the order asked for; what is gone is passed over */
        f->turns[k].session_id = rows[i].session_id;
        for (int p = 0; p < SAID_PARTS; p++)
            f->turns[k].part[p] /=
                sqrtf(1 - LENGTH_B +
                      LENGTH_B * (float)rows[i].words[p] / words_usual[p]);
    }
    rank_turns(f);
    return rc;
}

/* Memories of the best turns, and one for each session. */
static int propose(struct finding *f, struct err *e)
{
    int64_t *of = arena_array(f->a, f->nturns + 1, sizeof(*of));
    int64_t *ids =
        arena_array(f->a, MEMORIES_MOST + TURNS_SESSION, sizeof(*ids));
    struct said_memory *m = arena_array(f->a, MEMORIES_ALL + 1, sizeof(*m));
    size_t n = 0, nof = 0, more = 0;
    int rc;

    for (; nof < f->nturns; nof++)
        of[nof] = f->turns[nof].batch_id;
    rc = said_memories(f->db, of, nof, MEMORIES_ALL, m, &f->nof_turns, e);
    f->of_turns = m;
    for (size_t i = 0; i < f->nof_turns && n < MEMORIES_MOST; i++)
        if (m[i].at < TURNS_READ)
            ids[n++] = m[i].id;
    while (f->rq->by != BY_MEMORY && more < f->nturns && more < TURNS_SESSION) {
        of[more] = f->turns[more].session_id;
        more++;
    }
    if (rc == 0)
        rc = said_sessions(f->db, of, more, ids + n, &more, e);
    return rc < 0 ? rc : cands_read(f, ids, n + more, e);
}

int turns_propose(struct finding *f, struct err *e)
{
    struct walk k = {.sum = 0};
    struct tally t = {.mask = 1023};
    int rc;

    if (without(f, SIGNAL_SAID) || f->rq->filter.group.n)
        return 0;
    rc = walk_units(f, &k, e);
    if (rc < 0 || k.all == 0 || k.sum <= 0)
        return rc;
    while (t.mask < 2 * k.all)
        t.mask = 2 * t.mask + 1;
    t.v = arena_array(f->a, t.mask + 1, sizeof(*t.v));
    for (size_t i = 0; i < f->q.n; i++)
        for (size_t x = 0; x < k.n[i]; x++)
            tally_add(&t, k.rows[i][x], i, k.idf[i]);
    take_tally(f, &t, k.sum);
    f->turn_idf = arena_array(f->a, f->q.n + 1, sizeof(*f->turn_idf));
    for (size_t i = 0; i < f->q.n; i++)
        f->turn_idf[i] = k.idf[i] / k.sum;
    rc = read_turns(f, e);
    return rc < 0 ? rc : propose(f, e);
}

void turns_judge(struct finding *f)
{
    for (size_t i = 0; i < f->nof_turns; i++) {
        const struct turn *t = &f->turns[f->of_turns[i].at];
        struct cand *c = cands_find(&f->c, f->of_turns[i].id);

        if (c) {
            c->x[EVIDENCE_SAID] = t->part[SAID_WORDS];
            c->x[EVIDENCE_DONE] = t->part[SAID_DEEDS];
        }
    }
}
