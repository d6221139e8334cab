/*
 * kernel.h - the arithmetic, once per kind of processor.
 *
 * All kernels do the same: activations are quantised a row at a time to 8
 * bits with a zero of their own (x = scale * (q - zero)), products are exact
 * integers, everything between the products is f32. They also give the same
 * bytes, so that a vector made on one machine compares on another:
 *
 *   - what is written as one fused multiply and add is rounded once, and the
 *     compiler fuses nothing by itself (-ffp-contract=off);
 *   - a sum over a row has 16 lanes, number i goes to lane i % 16; then lanes
 *     8 apart are added, 4 apart, 2, 1;
 *   - all other sums go from the first to the last;
 *   - functions are the polynomials below.
 *
 * The one in use is the fastest that this processor can run, or the one that
 * CMEM_KERNEL names.
 */
#ifndef CMEM_EMBED_KERNEL_H
#define CMEM_EMBED_KERNEL_H

#include "base/common.h"
#include "embed/model.h"

/* Rows that kernels may be handed at once, and floats of scratch memory that
 * attention needs for them: the keys and values of a head, four rows of
 * weights; each a multiple of 16 rows long. */
#define KERNEL_ROWS_MAX EMBED_TOKENS_MAX
#define KERNEL_SCRATCH ((2 * MODEL_HEAD_DIM + 4) * KERNEL_ROWS_MAX)

/* A product of the model: see model.h for how w lies. */
struct kernel_product {
    const int8_t *w;
    const float *scale, *bias;
    const int32_t *sum;
    size_t in, out;
};

/* Quantised rows: what q holds is between quantise and product of a kernel. */
struct kernel_rows {
    int8_t *q; /* [rows][in], two bytes each where a kernel wants them wide */
    float *scale;
    int32_t *zero;
};

/*
 * erf(x / sqrt(2)) / x as a polynomial in x squared, from the constant on,
 * fitted by least squares for |x| <= 4.25, where x is cut off: what gelu
 * gives is within 1e-4.
 */
#define GELU_END 4.25f
#define GELU_TERMS                                                             \
    0.797710644f, -0.13249759f, 0.019504367f, -0.00217692505f, 1.79928605e-4f, \
        -1.056742e-5f, 4.11904483e-7f, -9.4574022e-9f, 9.61213041e-11f

/* 2 to the x, -0.5 <= x <= 0.5, within 1e-7. */
#define EXP2_TERMS                                                             \
    1, 0.693147207f, 0.240221074f, 0.0555032721f, 0.0096760371f, 0.00134004322f
#define EXP2_LAST 5
#define LOG2_E 1.44269504f

struct kernel {
    const char *name;
    bool (*usable)(void);
    /* Row `row` of out from n (a multiple of 64) numbers, levelled before that
     * when level is not NULL (n is MODEL_DIM then). */
    void (*quantise)(const float *x, size_t n, const struct model_level *level,
                     const struct kernel_rows *out, size_t row);
    /* out: float[rows][p->out] */
    void (*product)(const struct kernel_product *p,
                    const struct kernel_rows *x, size_t rows, float *out);
    /* x / 2 * (1 + erf(x / sqrt(2))) of n (a multiple of 64) numbers. */
    void (*gelu)(float *x, size_t n);
    /* x = norm(x + add) of MODEL_DIM numbers; add may be NULL; w: as many
     * weights, then as many biases. */
    void (*norm)(float *x, const float *add, const float *w);
    /* qkv: float[rows][3 * MODEL_DIM]; out: float[rows][MODEL_DIM]. */
    void (*attention)(const float *qkv, size_t rows, float *scratch,
                      float *out);
};

/* Fastest first; the last one runs everywhere. NULL-terminated. */
extern const struct kernel *const kernels[];

/* `name` NULL: the fastest one. NULL when there is none of this name that
 * runs here. */
const struct kernel *kernel_choose(const char *name);

#endif
