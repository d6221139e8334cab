/* matrix.c - reading the file: see matrix.h. */
#include "base/common.h"

#include <sys/mman.h>

#include "search/matrix_file.h"
#include "search/matrix_view.h"

struct matrix {
    struct matrix_map map;
    bool is_once;
};

int matrix_open(struct matrix **out, const char *path,
                const struct embedder_row *em, struct err *e)
{
    struct matrix_map map;
    struct matrix *m;
    int rc = matrix_map_open(&map, path, false, e);

    if (rc < 0)
        return rc;
    if (!matrix_map_fits(&map, em)) {
        matrix_map_close(&map);
        return err_set(e, CM_EFORMAT, "%s is not of %s", path, em->name);
    }
    m = calloc(1, sizeof(*m));
    if (!m)
        CM_BUG("out of memory");
    m->map = map;
    *out = m;
    return 0;
}

void matrix_close(struct matrix *m)
{
    if (!m)
        return;
    matrix_map_close(&m->map);
    free(m);
}

void matrix_rest(struct matrix *m)
{
    madvise(m->map.h, m->map.bytes, MADV_DONTNEED);
}

void matrix_once(struct matrix *m)
{
    m->is_once = true;
}

bool matrix_is_replaced(const struct matrix *m)
{
    return __atomic_load_n(&m->map.h->replaced, __ATOMIC_ACQUIRE) != 0;
}

/* Read before the rows are counted, it is too low at worst: then some rows
 * come from the table as well, and count once. */
int64_t matrix_last(const struct matrix *m)
{
    return __atomic_load_n(&m->map.h->last_id, __ATOMIC_ACQUIRE);
}

size_t matrix_rows(const struct matrix *m)
{
    return matrix_map_rows(&m->map);
}

size_t matrix_bytes(const struct matrix *m)
{
    return m->map.bytes;
}

static struct matrix_view view_of(const struct matrix *matrix)
{
    const struct matrix_map *m = &matrix->map;

    return (struct matrix_view){
        .fd = matrix->is_once ? m->fd : 0,
        .at = (const char *)m->v - (const char *)m->h,
        .n = matrix_map_rows(m),
        .memory = m->memory,
        .project = m->project,
        .session = m->session,
        .scale = m->scale,
        .v = m->v,
        .stride = m->stride,
        .signs = m->signs,
        .words = m->words,
    };
}

void matrix_nearest(const struct matrix *m, const struct scan_kernel *k,
                    const struct matrix_query *q, const struct matrix_scope *s,
                    struct matrix_best *best)
{
    struct matrix_view v = view_of(m);

    matrix_view_nearest(&v, k, q, s, best);
}

float matrix_cosine(const struct matrix *m, const struct scan_kernel *k,
                    const struct matrix_query *q, int64_t memory_id)
{
    struct matrix_view v = view_of(m);
    int64_t row = matrix_row_of(&m->map, memory_id);

    return row < 0 || v.stride != q->stride
               ? -2
               : matrix_view_cosine(&v, k, q, (size_t)row);
}

bool matrix_vector(const struct matrix *m, int64_t memory_id, float *out)
{
    struct matrix_view v = view_of(m);
    int64_t row = matrix_row_of(&m->map, memory_id);

    if (row >= 0)
        matrix_view_vector(&v, (size_t)row, (int)m->map.h->dim, out);
    return row >= 0;
}
