/*
 * kernel_neon.c - every 64-bit ARM: 8 products of bytes an instruction, added
 * up in pairs by another.
 */
#include "base/common.h"

#if defined(__aarch64__)

#include "embed/kernel_neon.h"
#include "embed/kernel_simd.h"

/* Rows of a tile: with two vectors of 4 channels, of two partial sums each, 8
 * sums. */
#define TILE 2

static inline int32x4_t dot4(int32x4_t sum, int8x8_t input, int8x8_t weight)
{
    return vpadalq_s16(sum, vmull_s8(input, weight));
}

/* 4 inputs, twice. */
static inline int8x8_t broadcast4(const int8_t *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    return vreinterpret_s8_u32(vdup_n_u32(v));
}

/* Rows r0, r1 (which may be one and the same) by 8 channels at c. */
static void tile(const struct kernel_product *p, const struct kernel_rows *x,
                 const size_t row[TILE], size_t c, float *out)
{
    const int8_t *w = p->w + c / MODEL_PANEL * MODEL_PANEL * p->in +
                      c % MODEL_PANEL * 4;
    const int8_t *q = x->q + row[0] * p->in, *t = x->q + row[1] * p->in;
    int32x4_t a0 = vdupq_n_s32(0), a1 = a0, a2 = a0, a3 = a0;
    int32x4_t b0 = a0, b1 = a0, b2 = a0, b3 = a0;

    for (size_t i = 0; i < p->in; i += 4, w += 4 * MODEL_PANEL) {
        int8x8_t a = broadcast4(q + i), b = broadcast4(t + i);
        int8x16_t w0 = vld1q_s8(w), w1 = vld1q_s8(w + 16);

        a0 = dot4(a0, a, vget_low_s8(w0));
        a1 = dot4(a1, a, vget_high_s8(w0));
        a2 = dot4(a2, a, vget_low_s8(w1));
        a3 = dot4(a3, a, vget_high_s8(w1));
        b0 = dot4(b0, b, vget_low_s8(w0));
        b1 = dot4(b1, b, vget_high_s8(w0));
        b2 = dot4(b2, b, vget_low_s8(w1));
        b3 = dot4(b3, b, vget_high_s8(w1));
    }
    finish(p, x, row[0], c, vpaddq_s32(a0, a1), out);
    finish(p, x, row[0], c + 4, vpaddq_s32(a2, a3), out);
    finish(p, x, row[1], c, vpaddq_s32(b0, b1), out);
    finish(p, x, row[1], c + 4, vpaddq_s32(b2, b3), out);
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    for (size_t c = 0; c < p->out; c += 8)
        for (size_t r = 0; r < rows; r += TILE)
            tile(p, x, (size_t[]){r, r + 1 < rows ? r + 1 : r}, c, out);
}

static bool usable(void)
{
    return true;
}

const struct kernel kernel_neon = {
    .name = "neon",
    .usable = usable,
    .quantise = quantise,
    .product = product,
    .gelu = gelu,
    .norm = norm,
    .attention = attention,
};

#endif
