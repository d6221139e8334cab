/* search.c - see search.h. */
#include "base/common.h"

#include "search/rank.h"
#include "search/search.h"
#include "store/read_search.h"
#include "store/read_session.h"

/* Matches held at once; when there are more, the weaker half goes. */
#define CANDS_MAX 65536
/* Of these the best by their own words are looked at closer. */
#define KEEP 2048
/* Ids further apart were not written down together. */
#define BESIDE_MAX 2
/* Words with nearest ones named. */
#define NEAR_WORDS 4

struct cand {
    int64_t id, session_id, event_ms;
    int importance;
    bool pinned, is_prompt, wanted, has_all;
    double score;
    float *hits; /* of each unit */
};

struct found {
    const struct search_request *rq;
    const struct query *q;
    struct arena *a;
    struct rank rank;
    struct cand *cands;
    size_t n, room;
    int64_t matched;           /* wanted ones, also those that were let go */
    int64_t of;                /* memories in scope */
    float found_in[FTS_UNITS]; /* rows in scope that have the unit */
};

const char *signal_name(enum signal s)
{
    static const char *const names[] = {
#define X(id, name) [SIGNAL_##id] = name,
        SIGNALS(X)
#undef X
    };

    return names[s];
}

static int by_score(const void *pa, const void *pb)
{
    const struct cand *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->event_ms != y->event_ms)
        return x->event_ms < y->event_ms ? 1 : -1;
    return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* Sessions together, each in order of time. */
static int by_place(const void *pa, const void *pb)
{
    const struct cand *x = pa, *y = pb;

    if (x->session_id != y->session_id)
        return x->session_id < y->session_id ? -1 : 1;
    if (x->event_ms != y->event_ms)
        return x->event_ms < y->event_ms ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id ? 1 : 0;
}

/* Keeps the best `most` by their own words. */
static void prune(struct found *f, size_t most)
{
    rank_init(&f->rank, f->q, (double)f->of, f->found_in);
    if (f->n <= most)
        return;
    for (size_t i = 0; i < f->n; i++)
        f->cands[i].score = rank_words(&f->rank, f->cands[i].hits).score;
    qsort(f->cands, f->n, sizeof(*f->cands), by_score);
    f->n = most;
}

/* Room for twice as many; each has its own place for hits, which moves with
 * it when they are sorted. */
static void grow(struct found *f)
{
    size_t room = f->room ? f->room * 2 : 512;
    struct cand *more = arena_array(f->a, room, sizeof(*more));
    float *hits = arena_array(f->a, (room - f->room) * f->q->n, sizeof(*hits));

    if (f->n)
        memcpy(more, f->cands, f->n * sizeof(*more));
    for (size_t i = f->room; i < room; i++)
        more[i].hits = hits + (i - f->room) * f->q->n;
    f->cands = more;
    f->room = room;
}

static int collect(void *arg, const struct words_match *m)
{
    struct found *f = arg;
    struct cand *c;

    if (f->n == CANDS_MAX)
        prune(f, CANDS_MAX / 2);
    if (f->n == f->room)
        grow(f);
    f->matched += m->wanted;
    c = &f->cands[f->n++];
    c->id = m->id;
    c->session_id = m->session_id;
    c->event_ms = m->event_ms;
    c->importance = m->importance;
    c->pinned = m->pinned;
    c->is_prompt = m->is_prompt;
    c->wanted = m->wanted;
    memcpy(c->hits, m->hits, f->q->n * sizeof(*c->hits));
    for (size_t i = 0; i < f->q->n; i++)
        f->found_in[i] += m->hits[i] > 0;
    return 0;
}

/* Written down in one go? Then their ids follow each other. */
static bool are_beside(const struct cand *x, const struct cand *y)
{
    int64_t apart = x->id < y->id ? y->id - x->id : x->id - y->id;

    return x->session_id && x->session_id == y->session_id &&
           apart <= BESIDE_MAX;
}

/* What was done after a prompt is about what the prompt asked for, and what
 * was written down side by side belongs together. */
static void lend(struct found *f)
{
    size_t n = f->q->n;
    float *own = arena_array(f->a, (f->n + 1) * n, sizeof(*own));
    size_t prompt = f->n; /* none */

    qsort(f->cands, f->n, sizeof(*f->cands), by_place);
    for (size_t i = 0; i < f->n; i++)
        memcpy(own + i * n, f->cands[i].hits, n * sizeof(*own));
    for (size_t i = 0; i < f->n; i++) {
        struct cand *c = &f->cands[i];

        if (prompt < f->n && f->cands[prompt].session_id != c->session_id)
            prompt = f->n;
        if (c->is_prompt && c->session_id)
            prompt = i;
        else if (prompt < f->n)
            rank_lend(c->hits, own + prompt * n, n, RANK_PROMPT);
        if (i > 0 && are_beside(c, c - 1))
            rank_lend(c->hits, own + (i - 1) * n, n, RANK_BESIDE);
        if (i + 1 < f->n && are_beside(c, c + 1))
            rank_lend(c->hits, own + (i + 1) * n, n, RANK_BESIDE);
    }
}

static void score_all(struct found *f)
{
    int64_t now = f->rq->filter.now_ms;

    for (size_t i = 0; i < f->n; i++) {
        struct cand *c = &f->cands[i];
        struct rank_words w = rank_words(&f->rank, c->hits);
        struct rank_about about = {w.score, now - c->event_ms, c->importance,
                                   c->pinned};

        c->has_all = w.all;
        c->score = rank_score(&about);
    }
}

static int fill_hit(struct db *db, struct found *f, const struct cand *c,
                    struct str match, struct search_hit *h, struct err *e)
{
    int rc = memory_read(db, c->id, f->a, &h->row, e);

    h->score = c->score;
    h->has_all = c->has_all;
    if (rc == CM_ENOTFOUND) /* forgotten meanwhile */
        return err_set(e, CM_EDB,
                       "memory #%lld is in the index but not in "
                       "the store",
                       (long long)c->id);
    if (rc == 0 && !f->rq->no_snippets)
        rc = words_snippet(db, match, c->id, f->a, &h->snippet, e);
    return rc;
}

static int take_hits(struct db *db, struct found *f, struct str match,
                     struct search_result *out, struct err *e)
{
    int rc = 0;

    qsort(f->cands, f->n, sizeof(*f->cands), by_score);
    out->hits = arena_array(f->a, f->rq->max, sizeof(*out->hits));
    for (size_t i = 0; i < f->n && out->n < f->rq->max && rc == 0; i++)
        if (f->cands[i].wanted)
            rc = fill_hit(db, f, &f->cands[i], match, &out->hits[out->n++], e);
    return rc;
}

struct group {
    size_t from, to; /* of cands in order of place */
    double score;
    int64_t newest_ms;
    size_t matched;
};

static int group_by_score(const void *pa, const void *pb)
{
    const struct group *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->newest_ms != y->newest_ms)
        return x->newest_ms < y->newest_ms ? 1 : -1;
    return x->from < y->from ? -1 : 1;
}

/* The score of the session whose candidates are [g->from, g->to). */
static void score_group(struct found *f, struct group *g, double size)
{
    float hits[FTS_UNITS] = {0};
    struct rank_about about = {0, 0, 1, false};

    for (size_t i = g->from; i < g->to; i++) {
        const struct cand *c = &f->cands[i];

        if (!c->wanted)
            continue;
        g->matched++;
        for (size_t k = 0; k < f->q->n; k++)
            hits[k] += c->hits[k];
        if (c->event_ms > g->newest_ms)
            g->newest_ms = c->event_ms;
        if (c->importance > about.importance)
            about.importance = c->importance;
        about.pinned |= c->pinned;
    }
    about.words = rank_session(&f->rank, hits, size).score;
    about.age_ms = f->rq->filter.now_ms - g->newest_ms;
    g->score = g->matched ? rank_score(&about) : 0;
}

static int fill_group(struct db *db, struct found *f, struct group *g,
                      struct str match, struct search_group *out, struct err *e)
{
    int rc = 0;

    out->session_id = f->cands[g->from].session_id;
    out->score = g->score;
    out->matched = g->matched;
    qsort(f->cands + g->from, g->to - g->from, sizeof(*f->cands), by_score);
    for (size_t i = g->from; i < g->to && rc == 0; i++)
        if (f->cands[i].wanted && out->n < SEARCH_PER_SESSION)
            rc = fill_hit(db, f, &f->cands[i], match, &out->hit[out->n++], e);
    return rc;
}

static int take_groups(struct db *db, struct found *f, struct str match,
                       struct search_result *out, struct err *e)
{
    struct group *groups = arena_array(f->a, f->n + 1, sizeof(*groups));
    size_t n = 0;
    double average;
    int rc = 0;

    qsort(f->cands, f->n, sizeof(*f->cands), by_place);
    for (size_t i = 0; i < f->n; i++) {
        if (i == 0 || f->cands[i].session_id != f->cands[i - 1].session_id)
            groups[n++] = (struct group){.from = i};
        groups[n - 1].to = i + 1;
    }
    average = session_memories_average(db, e);
    if (average < 0)
        return (int)average;
    for (size_t i = 0; i < n; i++) {
        int64_t size =
            session_memories(db, f->cands[groups[i].from].session_id, e);

        if (size < 0)
            return (int)size;
        score_group(f, &groups[i], (double)size / average);
    }
    qsort(groups, n, sizeof(*groups), group_by_score);
    out->groups = arena_array(f->a, f->rq->max, sizeof(*out->groups));
    for (size_t i = 0; i < n && out->ngroups < f->rq->max && rc == 0; i++)
        if (groups[i].matched)
            rc = fill_group(db, f, &groups[i], match,
                            &out->groups[out->ngroups++], e);
    return rc;
}

static int browse(struct db *db, const struct search_request *rq,
                  struct arena *a, struct search_result *out, struct err *e)
{
    struct memory_list l;
    int rc = memories_before(db, &rq->filter, PLACE_END, rq->max, a, &l, e);

    if (rc < 0)
        return rc;
    out->hits = arena_array(a, l.n + 1, sizeof(*out->hits));
    for (size_t i = 0; i < l.n; i++)
        out->hits[out->n++].row = l.rows[i];
    out->matched = (int64_t)l.n;
    return 0;
}

static int add_near(struct db *db, struct str word, struct arena *a,
                    struct search_result *out, struct err *e)
{
    struct near *near;

    if (out->nnear == NEAR_WORDS)
        return 0;
    if (!out->near)
        out->near = arena_array(a, NEAR_WORDS, sizeof(*out->near));
    near = &out->near[out->nnear];
    out->nnear++;
    return near_find(db, word, a, near, e);
}

/*
 * Units that nothing has are tried again in a wider form, and words that are
 * not in the index get their nearest ones named. *again tells whether the
 * query is another one now.
 */
static int widen(struct db *db, struct query *q, struct arena *a, bool *again,
                 struct search_result *out, struct err *e)
{
    size_t i = 0;

    while (i < q->n) {
        struct unit *u = &q->unit[i];
        int64_t rows = words_count(db, unit_match(u, a), e);
        struct str word = u->phrase[0];
        size_t before = q->n;
        int rc = 0;

        if (rows < 0)
            return (int)rows;
        if (rows == 0 && query_widen(q, i, a)) {
            *again = true;
            if (q->n < before || !u->is_prefix)
                continue; /* another unit stands here: judge that */
            rows = words_count(db, unit_match(u, a), e);
            if (rows < 0)
                return (int)rows;
        }
        if (rows == 0 && str_chr(word, ' ') < 0)
            rc = add_near(db, word, a, out, e);
        if (rc < 0)
            return rc;
        i++;
    }
    return 0;
}

static int find(struct db *db, struct found *f, struct str *match,
                struct err *e)
{
    struct words_query wq;

    memcpy(wq.weight, rank_weight, sizeof(wq.weight));
    query_match(f->q, f->a, &wq.match, &wq.map);
    *match = wq.match;
    if (wq.match.n == 0)
        return 0;
    return words_search(db, &wq, &f->rq->filter, collect, f, e);
}

/* Has some memory in scope each of the units? */
static bool all_known(const struct found *f)
{
    for (size_t i = 0; i < f->q->n; i++)
        if (f->found_in[i] <= 0)
            return false;
    return true;
}

static int count_elsewhere(struct db *db, const struct query *q,
                           struct arena *a, struct search_result *out,
                           struct err *e)
{
    struct str match, map;

    query_match(q, a, &match, &map);
    out->elsewhere = match.n ? words_count(db, match, e) : 0;
    return out->elsewhere < 0 ? (int)out->elsewhere : 0;
}

int search_run(struct db *db, const struct search_request *rq, struct arena *a,
               struct search_result *out, struct err *e)
{
    struct query q;
    struct found f = {.rq = rq, .q = &q, .a = a};
    struct str match;
    bool again = false;
    int rc;

    memset(out, 0, sizeof(*out));
    out->of = memories_count(db, rq->filter.project_id, e);
    if (out->of < 0)
        return (int)out->of;
    f.of = out->of;
    query_parse(rq->words, a, &q);
    if (q.n == 0)
        return browse(db, rq, a, out, e);
    rc = find(db, &f, &match, e);
    if (rc == 0 && !all_known(&f))
        rc = widen(db, &q, a, &again, out, e);
    if (rc == 0 && again) {
        f = (struct found){.rq = rq, .q = &q, .a = a, .of = out->of};
        rc = find(db, &f, &match, e);
    }
    if (rc < 0)
        return rc;
    out->matched = f.matched;
    if (f.matched == 0)
        return rq->filter.project_id ? count_elsewhere(db, &q, a, out, e) : 0;
    prune(&f, rq->by_session ? CANDS_MAX : KEEP);
    if (!rq->by_session) /* there all of a session counts together anyway */
        lend(&f);
    score_all(&f);
    return rq->by_session ? take_groups(db, &f, match, out, e)
                          : take_hits(db, &f, match, out, e);
}
