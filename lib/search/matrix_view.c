/* matrix_view.c - see matrix_view.h. */
#include "base/common.h"

#include <math.h>
#include <unistd.h>

#include "search/matrix_view.h"

/* Rows whose products are taken at once: their sums stay in the first level
 * of the cache. A multiple of SCAN_GROUP. */
#define BLOCK 1024
/*
 * Of what is asked for, this many times as much is taken from the comparison
 * with signs and looked at exactly; at least, and at most. Of 100,000 real
 * texts the ten nearest are among the first 200 in 99.5 % of cases, among the
 * first 800 in 99.9 %.
 */
#define MORE       8
#define MORE_LEAST 800
#define MORE_MOST  8192

/* --- the query --------------------------------------------------------------- */

void matrix_query(struct matrix_query *q, const float *v, int dim)
{
    float most = 0;

    memset(q, 0, sizeof(*q));
    q->dim = dim;
    q->stride = ((size_t)dim + SCAN_ALIGN - 1) / SCAN_ALIGN * SCAN_ALIGN;
    q->words = ((size_t)dim + 63) / 64;
    q->scale = vector_pack(v, dim, q->q);
    for (int i = 0; i < dim; i++)
        if (fabsf(v[i]) > most)
            most = fabsf(v[i]);
    for (int i = 0; i < dim && most > 0; i++) {
        long u = lrintf((v[i] / most + 1) * 7.5f); /* 0 to 15 */

        for (int b = 0; b < SCAN_PLANES; b++)
            q->planes[i / 64 * SCAN_PLANES + b] |=
                (uint64_t)(u >> b & 1) << (i % 64);
    }
}

/* --- the best ---------------------------------------------------------------- */

/* Is x worse than y? Of equals the older memory. */
static bool is_worse(const struct meaning_hit *x, const struct meaning_hit *y)
{
    if (x->cosine != y->cosine)
        return x->cosine < y->cosine;
    return x->memory_id < y->memory_id;
}

static void sink(struct matrix_best *b, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1;
        struct meaning_hit t;

        if (child >= b->n)
            return;
        if (child + 1 < b->n && is_worse(&b->hit[child + 1], &b->hit[child]))
            child++;
        if (!is_worse(&b->hit[child], &b->hit[i]))
            return;
        t = b->hit[i];
        b->hit[i] = b->hit[child];
        b->hit[child] = t;
        i = child;
    }
}

static void offer(struct matrix_best *b, int64_t memory_id, float cosine)
{
    struct meaning_hit h = {memory_id, cosine};

    if (b->n < b->max) {
        b->hit[b->n++] = h;
        if (b->n == b->max) /* now it is worth being a heap */
            for (size_t i = b->n / 2; i-- > 0;)
                sink(b, i);
    } else if (b->max && is_worse(&b->hit[0], &h)) {
        b->hit[0] = h;
        sink(b, 0);
    }
}

static int by_cosine(const void *px, const void *py)
{
    const struct meaning_hit *x = px, *y = py;

    return is_worse(y, x) ? -1 : is_worse(x, y) ? 1 : 0;
}

static int by_memory(const void *px, const void *py)
{
    const struct meaning_hit *x = px, *y = py;

    if (x->memory_id != y->memory_id)
        return x->memory_id < y->memory_id ? -1 : 1;
    return by_cosine(px, py);
}

void matrix_best_end(struct matrix_best *b)
{
    size_t n = 0;

    qsort(b->hit, b->n, sizeof(*b->hit), by_memory);
    for (size_t i = 0; i < b->n; i++)
        if (n == 0 || b->hit[n - 1].memory_id != b->hit[i].memory_id)
            b->hit[n++] = b->hit[i];
    b->n = n;
    qsort(b->hit, b->n, sizeof(*b->hit), by_cosine);
}

/* Parts of a memory follow each other: the best one counts. */
struct parts {
    int64_t memory_id;
    float cosine;
};

static void parts_add(struct parts *p, struct matrix_best *b, int64_t memory_id,
                      float cosine)
{
    if (memory_id == p->memory_id) {
        if (cosine > p->cosine)
            p->cosine = cosine;
        return;
    }
    if (p->memory_id)
        offer(b, p->memory_id, p->cosine);
    p->memory_id = memory_id;
    p->cosine = cosine;
}

/* --- scanning ----------------------------------------------------------------- */

static bool is_in(const struct matrix_view *v, const struct matrix_scope *s,
                  size_t row)
{
    if (v->memory[row] == 0)
        return false;
    if (s->project_id && v->project[row] != (uint32_t)s->project_id &&
        v->project[row] != 0)
        return false;
    return s->session_id == 0 || v->session[row] == (uint32_t)s->session_id;
}

static size_t count_in(const struct matrix_view *v,
                       const struct matrix_scope *s)
{
    size_t n = 0;

    if (s->project_id == 0 && s->session_id == 0)
        return v->n;
    for (size_t i = 0; i < v->n; i++)
        n += is_in(v, s, i);
    return n;
}

static float cosine_of(int32_t dot, float row_scale, float query_scale)
{
    return (float)dot * row_scale * query_scale;
}

/* Every row in scope, run by run of such rows. */
static void scan_all(const struct matrix_view *v, const struct scan_kernel *k,
                     const struct matrix_query *q,
                     const struct matrix_scope *s, struct matrix_best *best)
{
    struct parts parts = {0, 0};
    int32_t dot[BLOCK];

    for (size_t row = 0; row < v->n;) {
        size_t n = 0;

        while (row < v->n && !is_in(v, s, row))
            row++;
        while (row + n < v->n && n < BLOCK && is_in(v, s, row + n))
            n++;
        if (n == 0)
            break;
        k->dots(q->q, v->v + row * v->stride, v->stride, n, dot);
        for (size_t i = 0; i < n; i++)
            parts_add(&parts, best, v->memory[row + i],
                      cosine_of(dot[i], v->scale[row + i], q->scale));
        row += n;
    }
    parts_add(&parts, best, 0, 0);
}

/* One row's product; `room` is for a row that is read. */
struct row_room {
    int8_t v[VECTOR_DIM_MAX] __attribute__((aligned(64)));
};

static float row_cosine(const struct matrix_view *v,
                        const struct scan_kernel *k,
                        const struct matrix_query *q, size_t row,
                        struct row_room *room)
{
    const int8_t *p = v->v + row * v->stride;
    int64_t at = v->at + (int64_t)(row * v->stride);
    int32_t dot;

    if (v->fd > 0 && v->stride <= sizeof(room->v) &&
        pread(v->fd, room->v, v->stride, at) == (ssize_t)v->stride)
        p = room->v;
    k->dots(q->q, p, v->stride, 1, &dot);
    return cosine_of(dot, v->scale[row], q->scale);
}

struct cand {
    int32_t score;
    uint32_t row;
};


/* Rows that are fetched ahead of the one that is multiplied: they lie anywhere
 * in the file, and each would be waited for. */
#define AHEAD 6

static void fetch(const struct matrix_view *v, size_t row)
{
    if (v->fd > 0)
        return;
    for (size_t at = 0; at < v->stride; at += 64)
        __builtin_prefetch(v->v + row * v->stride + at);
}

/* Rows that may be among the best by their signs, in the order of rows. */
struct cands {
    struct cand *c; /* room for 4 * most */
    size_t n, most;
    int32_t least; /* what is below is of no use any more */
};

#define BUCKETS 1024

/* Keeps about the best `most`; of many equals at the edge the first ones. */
static void thin(struct cands *cs)
{
    uint32_t count[BUCKETS] = {0};
    int64_t low = cs->c[0].score, high = low, span;
    size_t above = 0, n = 0, edge = BUCKETS;

    for (size_t i = 1; i < cs->n; i++) {
        if (cs->c[i].score < low)
            low = cs->c[i].score;
        if (cs->c[i].score > high)
            high = cs->c[i].score;
    }
    span = high - low + 1;
    for (size_t i = 0; i < cs->n; i++)
        count[(cs->c[i].score - low) * BUCKETS / span]++;
    while (edge > 0 && above + count[edge - 1] <= cs->most)
        above += count[--edge];
    /* Bucket edge - 1 would be too many: some of it fills up what is left. */
    for (size_t i = 0, left = cs->most - above; i < cs->n; i++) {
        size_t b = (size_t)((cs->c[i].score - low) * BUCKETS / span);

        if (b >= edge)
            cs->c[n++] = cs->c[i];
        else if (b + 1 == edge && left > 0 && left--)
            cs->c[n++] = cs->c[i];
    }
    cs->n = n;
    if (edge > 0)
        cs->least = (int32_t)(low + (int64_t)(edge - 1) * span / BUCKETS);
}

static void find_cands(const struct matrix_view *v,
                       const struct scan_kernel *k,
                       const struct matrix_query *q,
                       const struct matrix_scope *s, struct cands *cs)
{
    const bool all = s->project_id == 0 && s->session_id == 0;
    int32_t score[BLOCK];

    for (size_t row = 0; row < v->n; row += BLOCK) {
        size_t n = v->n - row < BLOCK ? v->n - row : BLOCK;

        k->signs(q->planes, v->signs + row * v->words, v->words,
                 (n + SCAN_GROUP - 1) / SCAN_GROUP, score);
        for (size_t i = 0; i < n; i++) {
            if (score[i] < cs->least)
                continue;
            if (all ? v->memory[row + i] == 0 : !is_in(v, s, row + i))
                continue;
            if (cs->n == 4 * cs->most)
                thin(cs);
            cs->c[cs->n++] = (struct cand){score[i], (uint32_t)(row + i)};
        }
    }
    if (cs->n > cs->most)
        thin(cs);
}

static void scan_signs(const struct matrix_view *v, const struct scan_kernel *k,
                       const struct matrix_query *q,
                       const struct matrix_scope *s, struct matrix_best *best)
{
    struct cands cs = {.most = best->max * MORE, .least = INT32_MIN};
    struct parts parts = {0, 0};
    struct row_room room;

    if (cs.most < MORE_LEAST)
        cs.most = MORE_LEAST;
    if (cs.most > MORE_MOST)
        cs.most = MORE_MOST;
    cs.c = malloc(4 * cs.most * sizeof(*cs.c));
    if (!cs.c)
        CM_BUG("out of memory");
    find_cands(v, k, q, s, &cs);
    for (size_t i = 0; i < cs.n; i++) {
        size_t row = cs.c[i].row;

        if (i + AHEAD < cs.n)
            fetch(v, cs.c[i + AHEAD].row);
        parts_add(&parts, best, v->memory[row],
                  row_cosine(v, k, q, row, &room));
    }
    parts_add(&parts, best, 0, 0);
    free(cs.c);
}

void matrix_view_nearest(const struct matrix_view *v,
                         const struct scan_kernel *k,
                         const struct matrix_query *q,
                         const struct matrix_scope *s,
                         struct matrix_best *best)
{
    bool signs = s->mode == MATRIX_SIGNS;

    if (v->stride != q->stride || best->max == 0)
        return;
    if (s->mode == MATRIX_AUTO && v->n > MATRIX_EXACT_ROWS)
        signs = count_in(v, s) > MATRIX_EXACT_ROWS;
    if (signs && v->signs)
        scan_signs(v, k, q, s, best);
    else
        scan_all(v, k, q, s, best);
}

float matrix_view_cosine(const struct matrix_view *v,
                         const struct scan_kernel *k,
                         const struct matrix_query *q, size_t row)
{
    int64_t memory = v->memory[row];
    struct row_room room;
    float best = -2;

    for (; row < v->n && v->memory[row] == memory; row++) {
        float cosine = row_cosine(v, k, q, row, &room);

        if (cosine > best)
            best = cosine;
    }
    return best;
}

void matrix_view_vector(const struct matrix_view *v, size_t row, int dim,
                        float *out)
{
    for (int i = 0; i < dim; i++)
        out[i] = v->v[row * v->stride + (size_t)i] * v->scale[row];
}
