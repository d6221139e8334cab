/*
 * matrix_view.h - scanning rows, wherever they lie; for lib/search alone.
 */
#ifndef CMEM_SEARCH_MATRIX_VIEW_H
#define CMEM_SEARCH_MATRIX_VIEW_H

#include "base/common.h"
#include "search/matrix.h"
#include "search/matrix_scan.h"

struct matrix_view {
    size_t n;
    const int64_t *memory; /* 0: no row */
    const uint32_t *project, *session;
    const float *scale;
    const int8_t *v; /* [n][stride] */
    size_t stride;
    int fd; /* above 0: single rows are read from there and not from v, */
    int64_t at; /* which begins at this byte of it */
    const uint64_t *signs; /* NULL: there are none */
    size_t words;
};

void matrix_view_nearest(const struct matrix_view *v,
                         const struct scan_kernel *k,
                         const struct matrix_query *q,
                         const struct matrix_scope *s,
                         struct matrix_best *best);
/* The best of the memory's parts, the first of which is at `row`. */
float matrix_view_cosine(const struct matrix_view *v,
                         const struct scan_kernel *k,
                         const struct matrix_query *q, size_t row);
void matrix_view_vector(const struct matrix_view *v, size_t row, int dim,
                        float *out);

#endif
