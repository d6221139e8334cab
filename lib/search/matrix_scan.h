/*
 * matrix_scan.h - the arithmetic of a scan, once per kind of processor.
 *
 * All kernels compute exact integers, so a search gives the same order on
 * every machine. The one in use is the fastest that this processor can run, or
 * the one that CMEM_KERNEL names (as for the embedder, embed/kernel.h).
 */
#ifndef CMEM_SEARCH_MATRIX_SCAN_H
#define CMEM_SEARCH_MATRIX_SCAN_H

#include "base/common.h"

/* Rows start at multiples of this many bytes, filled up with zeros. */
#define SCAN_ALIGN 64
/* Rows whose signs lie interleaved: word w of row r of a group is at
 * group[w * SCAN_GROUP + r], so that eight rows are summed side by side. */
#define SCAN_GROUP 8
/* Bits of an element of the query when it is compared with signs. */
#define SCAN_PLANES 4

struct scan_kernel {
    const char *name;
    bool (*usable)(void);
    /* out[i] = the sum of q[k] * rows[i * stride + k]; stride is a multiple of
     * SCAN_ALIGN, q lies aligned. */
    void (*dots)(const int8_t *q, const int8_t *rows, size_t stride, size_t n,
                 int32_t *out);
    /*
     * Of each row of ngroups groups: with s the set of its positive elements
     * and u[k] = 0 ... 15 the query's, out = sum over s of (2 * u[k] - 15).
     * planes[w * SCAN_PLANES + b] is bit b of 64 elements of u.
     */
    void (*signs)(const uint64_t *planes, const uint64_t *groups, size_t words,
                  size_t ngroups, int32_t *out);
};

/* Fastest first; the last one runs everywhere. NULL-terminated. */
extern const struct scan_kernel *const scan_kernels[];

/* `name` NULL or empty: the fastest one. NULL when there is none of this name
 * that runs here. */
const struct scan_kernel *scan_choose(const char *name);

/* For matrix_scan.c. */
extern const struct scan_kernel scan_avx512, scan_avx2; /* x86-64 */
extern const struct scan_kernel scan_neon_dot, scan_neon; /* aarch64 */
extern const struct scan_kernel scan_scalar;

#endif
