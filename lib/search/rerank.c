/* rerank.c - see rerank.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "search/cands.h"
#include "search/pick.h"
#include "search/rerank.h"
#include "store/read_memory.h"

/* A reranker is sure of everything; no single opinion is worth more odds. */
#define CHANCE_LEAST 0.02
/* So that a score of 0 or 1 has odds. */
#define SCORE_LEAST 1e-4
/* Of the least that was judged: what the best that was not gets at most. */
#define BEHIND 0.999

bool rerank_put(const struct rerank_ask *ask, struct buf *out)
{
    struct jsonw w;

    jsonw_init(&w, out);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "query", ask->query);
    jsonw_arr(&w, "documents");
    for (size_t i = 0; i < ask->n; i++) {
        jsonw_obj(&w, NULL);
        jsonw_str(&w, "id", ask->doc[i].id);
        jsonw_str(&w, "text", ask->doc[i].text);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    return !buf_is_full(out);
}

int rerank_read(const struct json *reply, size_t n, double *chance,
                struct err *e)
{
    const struct json *scores = json_get(reply, "scores");
    bool logits = false;
    size_t i = 0;

    if (!json_is_array(scores))
        return err_set(e, CM_EFORMAT, "its answer has no list \"scores\"");
    if (json_len(scores) != n)
        return err_set(e, CM_EFORMAT, "it gave %zu scores for %zu documents",
                       json_len(scores), n);
    for (const struct json *s = json_first(scores); s; s = json_next(s)) {
        double x = json_num(s);

        if (!json_is_num(s) || !isfinite(x))
            return err_set(e, CM_EFORMAT, "its score %zu is no number", i + 1);
        logits = logits || x < 0 || x > 1;
        chance[i++] = x;
    }
    for (i = 0; logits && i < n; i++)
        chance[i] = 1 / (1 + exp(-chance[i]));
    return 0;
}

int rerank_read_line(struct str out, size_t n, double *chance, struct err *e)
{
    struct str text = str_trim(out);
    ptrdiff_t before = str_rchr(text, '\n');
    struct json *reply;
    int rc;

    if (text.n == 0)
        return err_set(e, CM_EFORMAT, "it printed nothing");
    reply = json_parse(str_cut(text, (size_t)(before + 1), text.n), NULL);
    if (!reply)
        return err_set(e, CM_EFORMAT, "the last line it printed is no JSON");
    rc = rerank_read(reply, n, chance, e);
    json_free(reply);
    return rc;
}

static double within(double x, double least)
{
    return x > least ? x < 1 - least ? x : 1 - least : least;
}

double rerank_blend(double score, double chance)
{
    double s = within(score, SCORE_LEAST), c = within(chance, CHANCE_LEAST);
    double odds = sqrt(s / (1 - s) * (c / (1 - c)));

    return odds / (1 + odds);
}

/* The best that may be shown, best first; at most RERANK_MAX. */
static size_t find_best(struct finding *f, struct cand **best)
{
    size_t n = 0;

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];
        size_t at = n;

        if (!c->wanted)
            continue;
        while (at > 0 && cand_by_score(&best[at - 1], &c) > 0)
            at--;
        if (at == RERANK_MAX)
            continue;
        if (n < RERANK_MAX)
            n++;
        for (size_t k = n - 1; k > at; k--)
            best[k] = best[k - 1];
        best[at] = c;
    }
    return n;
}

static int read_docs(struct finding *f, struct cand **best, size_t n,
                     struct rerank_ask *ask, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct memory_row row;
        struct str text;
        int rc = memory_read(f->db, best[i]->id, f->a, &row, e);

        if (rc < 0)
            return rc == CM_ENOTFOUND
                       ? err_set(e, rc, "memory #%lld is gone",
                                 (long long)best[i]->id)
                       : rc;
        text = row.text;
        if (row.title.n && !str_starts(row.text, row.title))
            text = arena_fmt(f->a, "%.*s\n%.*s", STR_ARG(row.title),
                             STR_ARG(row.text));
        ask->doc[i] = (struct rerank_doc){
            arena_fmt(f->a, "#%lld", (long long)row.id),
            utf8_cut(text, RERANK_BYTES)};
    }
    ask->n = n;
    return 0;
}

static void take(struct finding *f, struct cand **best, size_t n,
                 const double *chance)
{
    double least = 1, most = 0;

    for (size_t i = 0; i < n; i++) {
        struct cand *c = best[i];

        c->score = rerank_blend(c->score, chance[i]);
        c->reranked = (float)within(chance[i], CHANCE_LEAST);
        if (c->score < least)
            least = c->score;
    }
    for (size_t i = 0; i < f->c.n; i++)
        if (!(f->c.v[i].reranked > 0) && f->c.v[i].score > most)
            most = f->c.v[i].score;
    /* What it did not see comes behind, in the order that it has. */
    for (size_t i = 0; i < f->c.n && most >= least; i++)
        if (!(f->c.v[i].reranked > 0))
            f->c.v[i].score *= BEHIND * least / most;
}

int rerank(struct finding *f, struct err *e)
{
    const struct reranker *r = f->rq->reranker;
    struct rerank_note *note = &f->out->rerank;
    struct rerank_ask *ask;
    struct cand *best[RERANK_MAX];
    double chance[RERANK_MAX];
    int64_t began = clock_mono_ms();
    size_t n;
    int rc;

    if (!r)
        return 0;
    n = find_best(f, best);
    if (n == 0)
        return 0;
    ask = arena_array(f->a, 1, sizeof(*ask));
    ask->query = f->rq->words;
    rc = read_docs(f, best, n, ask, e);
    if (rc < 0)
        return rc;
    note->by = r->name;
    if (r->ask(r->arg, ask, chance, &note->problem) == 0) {
        note->judged = n;
        take(f, best, n, chance);
    }
    note->ms = r->took_ms ? r->took_ms : (int)(clock_mono_ms() - began);
    return 0;
}
