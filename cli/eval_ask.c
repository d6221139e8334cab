/* eval_ask.c - asking, and the figures of an answer; see eval.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "cli/eval.h"
#include "cli/queries.h"
#include "ops/jsonl.h"
#include "store/read_session.h"

/* One dumped question with its candidates. */
#define DUMP_BYTES (8u << 20)

const char *const eval_ranking_figures[] = {"R@5",   "R@10", "R@20",
                                            "hit@1", "MRR",  NULL};

struct answer {
    const struct search_hit *hit[EVAL_DEPTH];
    struct str id[EVAL_DEPTH];
    double score[EVAL_DEPTH];
    size_t n;
};

static bool is_gold(const struct eval_case *c, struct str id)
{
    for (size_t i = 0; i < c->ngold; i++)
        if (str_eq(c->gold[i], id))
            return true;
    return false;
}

void eval_judge(const struct str *ids, size_t n, const struct eval_case *c,
                double figure[EVAL_FIGURES])
{
    static const struct {
        size_t depth;
        int figure;
    } recall[] = {{5, FIG_R5}, {10, FIG_R10}, {20, FIG_R20}};
    double found = 0;
    size_t k = 0;

    memset(figure, 0, EVAL_FIGURES * sizeof(*figure));
    for (size_t i = 0; i < n; i++) {
        if (!is_gold(c, ids[i]))
            continue;
        if (figure[FIG_MRR] == 0)
            figure[FIG_MRR] = 1 / (double)(i + 1);
        found += 1;
        for (k = 0; k < ARRAY_LEN(recall); k++)
            if (i < recall[k].depth)
                figure[recall[k].figure] = found / (double)c->ngold;
    }
    for (k = 1; k < ARRAY_LEN(recall); k++) /* nothing new is no loss */
        if (figure[recall[k].figure] < figure[recall[k - 1].figure])
            figure[recall[k].figure] = figure[recall[k - 1].figure];
    figure[FIG_HIT1] = figure[FIG_MRR] == 1;
}

void *eval_more(struct arena *a, void **at, size_t *n, size_t *room,
                size_t size)
{
    if (*n == *room) {
        size_t more = *room ? 2 * *room : 16;
        void *p = arena_array(a, more, size);

        if (*n)
            memcpy(p, *at, *n * size);
        *at = p;
        *room = more;
    }
    (*n)++;
    return (char *)*at + (*n - 1) * size;
}

static void add(struct eval_row *r, const double *figure)
{
    r->n++;
    for (size_t i = 0; i < EVAL_FIGURES; i++) {
        if (isnan(figure[i]))
            continue;
        r->sum[i] += figure[i];
        r->of[i]++;
    }
}

static struct eval_row *row_of(struct eval *ev, struct eval_rows *rows,
                               struct str name)
{
    struct eval_row *r;

    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].name, name))
            return &rows->at[i];
    r = eval_more(ev->a, (void **)&rows->at, &rows->n, &rows->room, sizeof(*r));
    r->name = name;
    return r;
}

void eval_count_as(struct eval *ev, struct eval_result *out, struct str name,
                   const double *figure)
{
    add(row_of(ev, &out->categories, name), figure);
}

void eval_count(struct eval *ev, struct eval_result *out,
                const struct eval_case *c, const double *figure)
{
    add(&out->all, figure);
    if (c->category.n)
        add(row_of(ev, &out->categories, c->category), figure);
    if (c->scope.n)
        add(row_of(ev, &out->scopes, c->scope), figure);
}

/* A subagent's session counts as the one that it worked for. */
static struct str run_of(struct str uid)
{
    ptrdiff_t colon = str_chr(uid, ':');

    return colon > 0 ? str_cut(uid, 0, (size_t)colon) : uid;
}

static void take(struct answer *an, struct str id, const struct search_hit *h,
                 double score)
{
    if (id.n == 0 || an->n == EVAL_DEPTH)
        return;
    for (size_t i = 0; i < an->n; i++)
        if (str_eq(an->id[i], id))
            return;
    an->id[an->n] = id;
    an->hit[an->n] = h;
    an->score[an->n++] = score;
}

static void take_result(struct arena *a, const struct search_result *r,
                        struct answer *an)
{
    an->n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct search_hit *h = &r->hits[i];
        struct str id = h->row.external_id;

        if (id.n == 0)
            id = arena_fmt(a, "#%lld", (long long)h->row.id);
        take(an, id, h, h->score);
    }
    for (size_t i = 0; i < r->ngroups; i++)
        if (r->groups[i].n)
            take(an, run_of(r->groups[i].hit[0].row.session_uid),
                 &r->groups[i].hit[0], r->groups[i].score);
}

static void dump(struct eval *ev, const struct eval_case *c,
                 const struct answer *an)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, DUMP_BYTES);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "task", ev->task->name);
    jsonw_str(&w, "scope", c->scope);
    jsonw_str(&w, "category", c->category);
    jsonw_str(&w, "id", c->id);
    jsonw_str(&w, "query", c->query);
    jsonw_arr(&w, "gold");
    for (size_t i = 0; i < c->ngold; i++)
        jsonw_str(&w, NULL, c->gold[i]);
    jsonw_end(&w);
    jsonw_arr(&w, "candidates");
    for (size_t i = 0; i < an->n; i++) {
        const struct search_hit *h = an->hit[i];

        jsonw_obj(&w, NULL);
        jsonw_str(&w, "id", an->id[i]);
        jsonw_bool(&w, "gold", is_gold(c, an->id[i]));
        jsonw_num(&w, "score", an->score[i]);
        queries_put_signals(&w, h->signal);
        jsonw_num(&w, "age", (double)h->age);
        jsonw_num(&w, "use", (double)h->use);
        jsonw_num(&w, "weight", (double)h->weight);
        jsonw_num(&w, "trust", (double)h->trust);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    buf_addc(&b, '\n');
    fwrite(b.data, 1, b.len, ev->dump);
    buf_free(&b);
}

static int find_app(struct eval *ev, struct str app, struct arena *a,
                    int64_t *id, struct err *e)
{
    struct str key = arena_fmt(a, "app:%.*s", STR_ARG(app));
    struct project_row p;
    int rc = project_by_keys(ev->db, &key, 1, a, &p, e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, CM_EDB, "%.*s has no %.*s: was it filled?",
                       STR_ARG(ev->home), STR_ARG(app));
    *id = rc == 0 ? p.id : 0;
    return rc;
}

static int ask_one(struct eval *ev, const struct eval_case *c,
                   struct eval_result *out, struct err *e)
{
    struct search_request rq = {.words = c->query,
                                .max = EVAL_DEPTH,
                                .meaning = ev->meaning,
                                .reranker = ev->reranker,
                                .without = ev->without,
                                .by = ev->task->by,
                                .no_snippets = true};
    double figure[EVAL_FIGURES];
    struct search_result r;
    struct arena a = {0};
    struct answer an;
    int64_t began;
    int rc = 0;

    rq.filter.now_ms = c->now_ms;
    if (c->app.n)
        rc = find_app(ev, c->app, &a, &rq.filter.project_id, e);
    began = clock_mono_us();
    if (rc == 0)
        rc = search_run(ev->db, &rq, &a, &r, e);
    if (rc == 0 && r.rerank.problem.code) /* no figures of something else */
        rc = err_set(e, r.rerank.problem.code, "reranker: %s",
                     r.rerank.problem.msg);
    if (rc == 0) {
        *(int64_t *)eval_more(ev->a, (void **)&out->us, &out->nus, &out->room,
                              sizeof(*out->us)) = clock_mono_us() - began;
        take_result(&a, &r, &an);
        eval_judge(an.id, an.n, c, figure);
        eval_count(ev, out, c, figure);
        if (ev->dump)
            dump(ev, c, &an);
    }
    arena_free(&a);
    return rc < 0 ? err_wrap(e, "%.*s", STR_ARG(c->id)) : 0;
}

int eval_ask(struct eval *ev, const struct eval_cases *cases,
             struct eval_result *out, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < cases->n && rc == 0; i++) {
        if (ev->c->is_interrupted())
            return err_set(e, CM_EAGAIN, "interrupted");
        rc = ask_one(ev, &cases->at[i], out, e);
    }
    return rc;
}
