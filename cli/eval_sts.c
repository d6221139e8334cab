/* eval_sts.c - the embedder alone: do its cosines rank as people do? */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/eval.h"
#include "embed/embed.h"

#define DATA_BYTES (64u << 20)

/* What people and what the embedder say of two sentences, and the place of
 * that among all pairs. */
struct pair {
    double people, cosine;
    double people_rank, cosine_rank;
};

struct pairs {
    struct pair *at;
    size_t n, room;
};

int eval_sts_find(struct eval *ev, struct eval_parts *out, struct err *e)
{
    struct str dir = arena_fmt(ev->a, "%s/embed/sts", ev->dir), *names;
    size_t n;

    if (eval_list(ev, dir.p, ".tsv", &names, &n) < 0)
        return err_set(e, CM_ENOTFOUND, "there is no embed/sts/*.tsv");
    for (size_t i = 0; i < n; i++)
        eval_part_add(ev, out, names[i],
                      arena_fmt(ev->a, "%s/%s", dir.p, names[i].p));
    return 0;
}

static double cosine(const float *x, const float *y)
{
    double sum = 0;

    for (int i = 0; i < EMBED_DIM; i++)
        sum += (double)x[i] * (double)y[i];
    return sum;
}

/* "3.00 <tab> a sentence <tab> another"; false for what is none. */
static bool read_pair(struct embed_run *run, struct str line, struct pair *p)
{
    struct str score, x, y;
    float vx[EMBED_DIM], vy[EMBED_DIM];
    char z[32], *end;

    if (!str_split(&line, '\t', &score) || !str_split(&line, '\t', &x) ||
        !str_split(&line, '\t', &y) || score.n == 0 || score.n >= sizeof(z))
        return false;
    snprintf(z, sizeof(z), "%.*s", STR_ARG(score));
    p->people = strtod(z, &end);
    if (*end)
        return false;
    embed_text(run, x, vx);
    embed_text(run, y, vy);
    p->cosine = cosine(vx, vy);
    return true;
}

static int by_people(const void *pa, const void *pb)
{
    const struct pair *x = pa, *y = pb;

    return (x->people > y->people) - (x->people < y->people);
}

static int by_cosine(const void *pa, const void *pb)
{
    const struct pair *x = pa, *y = pb;

    return (x->cosine > y->cosine) - (x->cosine < y->cosine);
}

/* Places among all pairs; equal ones share the mean of theirs. */
static void rank(struct pairs *p, int (*order)(const void *, const void *),
                 bool people)
{
    qsort(p->at, p->n, sizeof(*p->at), order);
    for (size_t i = 0, k; i < p->n; i = k) {
        for (k = i + 1; k < p->n && order(&p->at[i], &p->at[k]) == 0;)
            k++;
        for (size_t j = i; j < k; j++) {
            double mean = (double)(i + k - 1) / 2;

            if (people)
                p->at[j].people_rank = mean;
            else
                p->at[j].cosine_rank = mean;
        }
    }
}

/* Spearman's: the correlation of the places. */
static double spearman(struct pairs *p)
{
    double mean = (double)(p->n - 1) / 2, sxy = 0, sxx = 0, syy = 0;

    rank(p, by_people, true);
    rank(p, by_cosine, false);
    for (size_t i = 0; i < p->n; i++) {
        double x = p->at[i].people_rank - mean;
        double y = p->at[i].cosine_rank - mean;

        sxy += x * y;
        sxx += x * x;
        syy += y * y;
    }
    return sxx > 0 && syy > 0 ? sxy / sqrt(sxx * syy) : 0;
}

static int embed_pairs(struct eval *ev, const struct embedder *m,
                       struct str text, struct pairs *p, struct err *e)
{
    struct embed_run *run = embed_run_create(m);
    struct str line;
    int rc = 0;

    while (rc == 0 && str_line(&text, &line)) {
        struct pair one = {0};

        if (ev->c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else if (read_pair(run, line, &one))
            *(struct pair *)eval_more(ev->a, (void **)&p->at, &p->n, &p->room,
                                      sizeof(*p->at)) = one;
    }
    embed_run_destroy(run);
    return rc;
}

int eval_sts_run(struct eval *ev, const struct eval_part *p,
                 struct eval_result *out, struct err *e)
{
    char path[EMBED_PATH_MAX];
    struct embedder *m = NULL;
    struct pairs pairs = {0};
    double figure[EVAL_FIGURES] = {0};
    struct buf b;
    int64_t began;
    int rc = embedder_find(path, e);

    buf_init(&b, DATA_BYTES);
    if (rc == 0)
        rc = embedder_open(&m, path, e);
    if (rc == 0)
        rc = file_read(p->path.p, &b, e);
    began = clock_mono_us();
    if (rc == 0)
        rc = embed_pairs(ev, m, buf_str(&b), &pairs, e);
    if (rc == 0 && pairs.n == 0)
        rc = err_set(e, CM_EFORMAT, "%s has no pair", p->path.p);
    if (rc == 0) {
        *(int64_t *)eval_more(ev->a, (void **)&out->us, &out->nus, &out->room,
                              sizeof(*out->us)) =
            (clock_mono_us() - began) / (int64_t)(2 * pairs.n);
        figure[0] = spearman(&pairs);
        eval_count_as(ev, out, p->name, figure);
        out->all.sum[0] += figure[0] * (double)pairs.n;
        out->all.of[0] += pairs.n;
        out->all.n += pairs.n;
    }
    embedder_close(m);
    buf_free(&b);
    return rc;
}
