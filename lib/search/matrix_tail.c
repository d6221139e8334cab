/* matrix_tail.c - rows that the file has not yet: see matrix.h. */
#include "base/common.h"

#include "search/matrix_view.h"

struct matrix_tail {
    int dim;
    size_t stride, n, room;
    int64_t *id, *memory;
    uint32_t *project, *session;
    float *scale;
    int8_t *v;
};

struct matrix_tail *matrix_tail_create(int dim)
{
    struct matrix_tail *t = calloc(1, sizeof(*t));

    if (!t)
        CM_BUG("out of memory");
    t->dim = dim;
    t->stride = ((size_t)dim + SCAN_ALIGN - 1) / SCAN_ALIGN * SCAN_ALIGN;
    return t;
}

void matrix_tail_destroy(struct matrix_tail *t)
{
    if (!t)
        return;
    free(t->id);
    free(t->memory);
    free(t->project);
    free(t->session);
    free(t->scale);
    free(t->v);
    free(t);
}

static void *resize(void *p, size_t n, size_t size)
{
    p = realloc(p, n * size);
    if (!p)
        CM_BUG("out of memory");
    return p;
}

static void grow(struct matrix_tail *t)
{
    size_t room = t->room ? t->room * 2 : 64;

    t->id = resize(t->id, room, sizeof(*t->id));
    t->memory = resize(t->memory, room, sizeof(*t->memory));
    t->project = resize(t->project, room, sizeof(*t->project));
    t->session = resize(t->session, room, sizeof(*t->session));
    t->scale = resize(t->scale, room, sizeof(*t->scale));
    t->v = resize(t->v, room, t->stride);
    t->room = room;
}

int matrix_tail_add(void *tail, const struct vector_row *r)
{
    struct matrix_tail *t = tail;
    size_t i = t->n;

    if (r->v.n != (size_t)t->dim)
        return 0;
    if (t->n == t->room)
        grow(t);
    t->id[i] = r->id;
    t->memory[i] = r->memory_id;
    t->project[i] = (uint32_t)r->project_id;
    t->session[i] = (uint32_t)r->session_id;
    t->scale[i] = r->scale;
    memcpy(t->v + i * t->stride, r->v.p, r->v.n);
    memset(t->v + i * t->stride + r->v.n, 0, t->stride - r->v.n);
    t->n++;
    return 0;
}

void matrix_tail_drop(struct matrix_tail *t, int64_t last)
{
    size_t k = 0;

    while (k < t->n && t->id[k] <= last)
        k++;
    if (k == 0)
        return;
    t->n -= k;
    memmove(t->id, t->id + k, t->n * sizeof(*t->id));
    memmove(t->memory, t->memory + k, t->n * sizeof(*t->memory));
    memmove(t->project, t->project + k, t->n * sizeof(*t->project));
    memmove(t->session, t->session + k, t->n * sizeof(*t->session));
    memmove(t->scale, t->scale + k, t->n * sizeof(*t->scale));
    memmove(t->v, t->v + k * t->stride, t->n * t->stride);
}

size_t matrix_tail_rows(const struct matrix_tail *t)
{
    return t->n;
}

int64_t matrix_tail_last(const struct matrix_tail *t)
{
    return t->n ? t->id[t->n - 1] : 0;
}

static struct matrix_view view_of(const struct matrix_tail *t)
{
    return (struct matrix_view){
        .n = t->n,
        .memory = t->memory,
        .project = t->project,
        .session = t->session,
        .scale = t->scale,
        .v = t->v,
        .stride = t->stride,
    };
}

/* There are few: a batch of the worker's at most, unless none is running. */
static ptrdiff_t row_of(const struct matrix_tail *t, int64_t memory_id)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->memory[i] == memory_id)
            return (ptrdiff_t)i;
    return -1;
}

void matrix_tail_nearest(const struct matrix_tail *t,
                         const struct scan_kernel *k,
                         const struct matrix_query *q,
                         const struct matrix_scope *s,
                         struct matrix_best *best)
{
    struct matrix_view v = view_of(t);

    matrix_view_nearest(&v, k, q, s, best);
}

float matrix_tail_cosine(const struct matrix_tail *t,
                         const struct scan_kernel *k,
                         const struct matrix_query *q, int64_t memory_id)
{
    struct matrix_view v = view_of(t);
    ptrdiff_t row = row_of(t, memory_id);

    return row < 0 || v.stride != q->stride
               ? -2
               : matrix_view_cosine(&v, k, q, (size_t)row);
}

bool matrix_tail_vector(const struct matrix_tail *t, int64_t memory_id,
                        float *out)
{
    struct matrix_view v = view_of(t);
    ptrdiff_t row = row_of(t, memory_id);

    if (row >= 0)
        matrix_view_vector(&v, (size_t)row, t->dim, out);
    return row >= 0;
}
