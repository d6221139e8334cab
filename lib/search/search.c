/* search.c - see search.h. */
#include "base/common.h"

#include "search/cands.h"
#include "search/course.h"
#include "search/kind.h"
#include "search/pick.h"
#include "search/rank.h"
#include "search/search.h"
#include "store/read_search.h"
#include "store/tokenize.h"

/* Words with nearest ones named. */
#define NEAR_WORDS 4
/* A query of more units is a text: what it has that no memory has is new, not
 * misspelt. */
#define NEAR_UNITS 12

const char *signal_name(enum signal s)
{
    static const char *const names[] = {
#define X(id, name) [SIGNAL_##id] = name,
        SIGNALS(X)
#undef X
    };

    return names[s];
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
    out->is_list = true;
    out->from_ms = rq->filter.since_ms;
    out->until_ms = rq->filter.until_ms;
    return 0;
}

/* 1 when unit i is another one now, near to what was typed; else, with `name`,
 * what is near is only named. */
static int take_near(struct db *db, struct query *q, size_t i, bool name,
                     struct arena *a, struct search_result *out, struct err *e)
{
    struct near near;
    int rc = near_find(db, q->unit[i].phrase[0], a, &near, e);

    if (rc < 0)
        return rc;
    if (near.sure)
        query_instead(q, i, near.word_of, near.sure);
    if ((near.sure || name) && out->nnear < NEAR_WORDS) {
        if (!out->near)
            out->near = arena_array(a, NEAR_WORDS, sizeof(*out->near));
        out->near[out->nnear++] = near;
    }
    return near.sure > 0;
}

/* A quoted phrase that nothing has: its words may be there, and it may be found
 * by its meaning, but that is not what was asked for. */
static void name_phrase(const struct unit *u, struct arena *a,
                        struct search_result *out)
{
    if (!out->near)
        out->near = arena_array(a, NEAR_WORDS, sizeof(*out->near));
    if (out->nnear < NEAR_WORDS)
        out->near[out->nnear++] = (struct near){.word = u->text};
}

/* Is it news that nothing has it? Not what says a time ("2026", "before"), nor
 * two characters that were cut out of a run without blanks. */
static bool is_news(const struct finding *f, const struct unit *u)
{
    const struct when *w = &f->when;
    struct when alone;
    size_t chars;

    if (unspaced_run(u->phrase[0], &chars))
        return false;
    if (w->kind == WHEN_NONE || u->text.n == 0)
        return true;
    /* "february" of 2026-02-01 */
    when_parse(u->text, f->rq->filter.now_ms, &alone);
    return alone.kind == WHEN_NONE && !is_digit(u->text.p[0]) &&
           str_ifind(w->text, u->text) < 0;
}

/*
 * Units that nothing has are tried again in a wider form; words that are not
 * in the index get their nearest ones named, which take their place where it
 * is clear that they are meant. *again tells whether the query is another one
 * now.
 */
static int widen(struct finding *f, bool *again, struct err *e)
{
    struct db *db = f->db;
    struct query *q = &f->q;
    struct arena *a = f->a;
    struct search_result *out = f->out;
    bool is_short = q->n <= NEAR_UNITS;
    size_t i = 0;

    while (i < q->n) {
        struct unit *u = &q->unit[i];
        /* As it was planned: what was found then need not be looked up. */
        bool known = !*again && f->w.unit[i].rows > 0;
        int rows = known ? 1 : words_any(db, unit_match(u, a), e);
        bool one = is_short && str_chr(u->phrase[0], ' ') < 0;
        size_t before = q->n;
        int rc = 0;

        if (rows < 0)
            return rows;
        if (rows == 0) /* a word that was said is no misspelt one */
            rc = turns_have(db, u, a, e);
        if (rc != 0) {
            if (rc < 0)
                return rc;
            i++;
            continue;
        }
        /* Part of a name, or one that is misspelt, rather than its parts. */
        if (rows == 0 && one && u->is_name)
            rc = take_near(db, q, i, false, a, out, e);
        if (rc == 0 && rows == 0 && query_widen(q, i, a)) {
            *again = true;
            if (q->n < before || !u->is_prefix)
                continue; /* another unit stands here: judge that */
            rows = words_any(db, unit_match(u, a), e);
            if (rows < 0)
                return rows;
        }
        if (rc == 0 && rows == 0 && one)
            rc = take_near(db, q, i, is_news(f, u), a, out, e);
        if (rc == 0 && rows == 0 && u->is_quoted && !one)
            name_phrase(u, a, out);
        if (rc < 0)
            return rc;
        *again |= rc > 0;
        i++;
    }
    return 0;
}

static int run(struct db *db, const struct search_request *rq, struct arena *a,
               struct search_result *out, struct err *e);

/* Nothing of this project matched: what of others would, by its words. */
static int count_elsewhere(struct finding *f, struct err *e)
{
    struct search_request everywhere = {.words = f->rq->words,
                                        .filter = f->rq->filter,
                                        .without = f->rq->without,
                                        .no_snippets = true,
                                        .max = 1};
    struct search_result r;
    int rc;

    everywhere.filter.project_id = 0;
    everywhere.filter.on_branch = STR_NONE;
    rc = run(f->db, &everywhere, f->a, &r, e);
    f->out->elsewhere = rc == 0 ? r.matched : 0;
    return rc;
}

/* What the words are in the index; once more when they had to be widened. */
static int plan(struct finding *f, struct err *e)
{
    const struct memory_filter *filter = &f->rq->filter;
    double total = (double)f->out->of;
    bool again = false;
    int rc = words_plan(f->db, &f->q, filter, total, f->a, &f->w, &f->words, e);

    if (rc == 0 && !words_all_known(&f->w))
        rc = widen(f, &again, e);
    if (rc == 0 && again)
        rc = words_plan(f->db, &f->q, filter, total, f->a, &f->w, &f->words, e);
    return rc;
}

/* Everything that matches was counted, or it is about as many as the most
 * frequent word has. */
static void count_matched(struct finding *f)
{
    struct search_result *out = f->out;
    double most = 0;

    for (size_t i = 0; i < f->c.n; i++)
        out->matched += f->c.v[i].wanted;
    out->about = f->w.cut || f->words.taken < f->words.n;
    out->matched += (int64_t)(f->words.n - f->words.taken);
    for (size_t i = 0; i < f->q.n; i++)
        if (f->w.unit[i].rows > most)
            most = f->w.unit[i].rows;
    if (out->about && (double)out->matched < most)
        out->matched = (int64_t)most;
}

/* 1 when the project is all there is: then asking each row costs for nothing. */
static int is_whole(const struct finding *f, struct err *e)
{
    int64_t all;

    if (!f->rq->filter.project_id)
        return 0;
    all = memories_count(f->db, 0, e);
    return all < 0 ? (int)all : all == f->out->of;
}

/* "as of December, where were orders kept": what held then is asked for, and
 * 1 when there is anything. */
static int ask_as_of(const struct finding *f, const struct search_request *rq,
                     struct search_result *out, struct err *e)
{
    struct search_request then = *rq;
    struct str said = f->when.text;
    struct search_result r;
    size_t from;
    int rc;

    if (f->when.kind != WHEN_AS_OF || f->when.anchor.n || f->when.is_vague ||
        rq->filter.as_of_ms || without(f, SIGNAL_TIME))
        return 0;
    then.filter.as_of_ms = f->when.until_ms - 1;
    if (said.p >= rq->words.p && said.p < rq->words.p + rq->words.n) {
        /* Its words are no longer looked for: the release is not the answer. */
        from = (size_t)(said.p - rq->words.p);
        said = str_cut(rq->words, from + said.n, rq->words.n);
        then.words = arena_fmt(f->a, "%.*s %.*s", (int)from, rq->words.p,
                               STR_ARG(said));
    }
    rc = run(f->db, &then, f->a, &r, e);
    if (rc < 0)
        return rc;
    if (r.n + r.ngroups == 0) { /* the words are asked, and that is said */
        out->until_ms = f->when.until_ms;
        return 0;
    }
    *out = r;
    out->as_of_ms = then.filter.as_of_ms;
    return 1;
}

static int run(struct db *db, const struct search_request *rq, struct arena *a,
               struct search_result *out, struct err *e)
{
    struct finding f = {.db = db, .rq = rq, .a = a, .out = out};
    struct search_request dated, whole;
    int rc;

    memset(out, 0, sizeof(*out));
    out->of = memories_count(db, rq->filter.project_id, e);
    if (out->of < 0)
        return (int)out->of;
    f.about = course_topic(rq->words, a);
    query_parse(f.about, a, &f.q);
    when_parse(rq->words, rq->filter.now_ms, &f.when);
    if (f.q.n == 0)
        return browse(db, rq, a, out, e);
    dated = *rq;
    if (kind_time_bounds(&f.q, &f.when, &dated.filter)) {
        rc = browse(db, &dated, a, out, e);
        if (rc < 0 || out->n)
            return rc; /* of a time without memories the words are asked */
        out->is_list = false;
    }
    rc = anchor_find(&f, e);
    if (rc == 0)
        rc = ask_as_of(&f, rq, out, e);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = is_whole(&f, e);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        whole = *rq;
        whole.filter.project_id = 0;
        f.rq = &whole;
    }
    like_open(&f);
    rc = plan(&f, e);
    if (rc == 0)
        rc = gather(&f, e);
    if (rc < 0)
        return rc;
    count_matched(&f);
    if (f.c.n == 0)
        return rq->filter.project_id ? count_elsewhere(&f, e) : 0;
    rc = beside(&f, e);
    if (rc == 0)
        rc = form(&f, e);
    if (rc == 0)
        rc = judge(&f, e);
    if (rc < 0)
        return rc;
    if (rq->watch && rq->by == BY_MEMORY)
        rq->watch(rq->watch_arg, &f);
    rc = rerank(&f, e);
    if (rc < 0)
        return rc;
    return rq->by == BY_MEMORY ? pick_memories(&f, e) : pick_places(&f, e);
}

int search_run(struct db *db, const struct search_request *rq, struct arena *a,
               struct search_result *out, struct err *e)
{
    bool began = db_read_begin(db);
    int rc = run(db, rq, a, out, e);

    db_read_end(db, began);
    return rc;
}
