/*
 * kernel_neon_dot.c - 64-bit ARM with the dot product extension: 16 products
 * of bytes an instruction.
 */
#include "base/common.h"

#if defined(__aarch64__)

#include <sys/auxv.h>

#include "embed/kernel_neon.h"

TARGET_BEGIN(TARGET_DOT)

#include "embed/kernel_simd.h"

/* sum += 4 channels' weights times the 4 inputs of this lane. Written out: not
 * every compiler declares it in a file that is compiled for all processors. */
#define DOT4(sum, w, q, lane)                                                  \
    __asm__("sdot %0.4s, %1.16b, %2.4b[" #lane "]"                             \
            : "+w"(sum)                                                        \
            : "w"(w), "w"(q))

/* Rows of a tile: with 4 vectors of 4 channels 16 sums, a row's 16 inputs
 * each and 4 weights are 24 of 32 registers. */
#define TILE 4
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3)

/* Rows r0... (a constant number of them) by the panel of channels at c. */
static inline __attribute__((always_inline)) void
tile(const struct kernel_product *p, const struct kernel_rows *x, size_t r0,
     size_t c, const int rows, float *out)
{
    const int8_t *w = p->w + c * p->in;
    const int8_t *q = x->q + r0 * p->in;

#define ROW_SUMS(r)                                                            \
    int32x4_t s##r##0 = vdupq_n_s32(0), s##r##1 = s##r##0, s##r##2 = s##r##0,  \
              s##r##3 = s##r##0;
#define ROW_LOAD(r) int8x16_t q##r = vld1q_s8(rows > r ? q + r * p->in : q);
#define ROW_ADD(r, lane)                                                       \
    if (rows > r) {                                                            \
        DOT4(s##r##0, w0, q##r, lane);                                         \
        DOT4(s##r##1, w1, q##r, lane);                                         \
        DOT4(s##r##2, w2, q##r, lane);                                         \
        DOT4(s##r##3, w3, q##r, lane);                                         \
    }
#define GROUP(lane)                                                            \
    {                                                                          \
        int8x16_t w0 = vld1q_s8(w), w1 = vld1q_s8(w + 16);                     \
        int8x16_t w2 = vld1q_s8(w + 32), w3 = vld1q_s8(w + 48);                \
                                                                               \
        ROW_ADD(0, lane) ROW_ADD(1, lane)                                      \
        ROW_ADD(2, lane) ROW_ADD(3, lane)                                      \
        w += 4 * MODEL_PANEL;                                                  \
    }
#define ROW_FINISH(r)                                                          \
    if (rows > r) {                                                            \
        finish(p, x, r0 + r, c, s##r##0, out);                                 \
        finish(p, x, r0 + r, c + 4, s##r##1, out);                             \
        finish(p, x, r0 + r, c + 8, s##r##2, out);                             \
        finish(p, x, r0 + r, c + 12, s##r##3, out);                            \
    }

    EACH_ROW(ROW_SUMS)
    for (size_t i = 0; i < p->in; i += 16, q += 16) {
        EACH_ROW(ROW_LOAD)
        GROUP(0)
        GROUP(1)
        GROUP(2)
        GROUP(3)
    }
    EACH_ROW(ROW_FINISH)
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    for (size_t c = 0; c < p->out; c += MODEL_PANEL) {
        size_t r = 0;

        for (; r + TILE <= rows; r += TILE)
            tile(p, x, r, c, TILE, out);
        switch (rows - r) {
        case 3: tile(p, x, r, c, 3, out); break;
        case 2: tile(p, x, r, c, 2, out); break;
        case 1: tile(p, x, r, c, 1, out); break;
        default: break;
        }
    }
}

TARGET_END

static bool usable(void)
{
    return (getauxval(AT_HWCAP) & (1ul << 20)) != 0; /* HWCAP_ASIMDDP */
}

const struct kernel kernel_neon_dot = {
    .name = "neon-dotprod",
    .usable = usable,
    .quantise = quantise,
    .product = product,
    .gelu = gelu,
    .norm = norm,
    .attention = attention,
};

#endif
