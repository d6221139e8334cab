/*
 * kernel_avx2.c - AVX2 and FMA.
 *
 * Products are of 16-bit numbers (vpmaddwd): the instruction for bytes adds
 * pairs in 16 bits and would overflow there. Weights are widened as they are
 * loaded, once for all rows of a tile.
 */
#include "base/common.h"

#if defined(__x86_64__)

#include <math.h>

#include "embed/kernel_all.h"
#include "embed/kernel_target.h"

TARGET_BEGIN("avx2,fma")

#include <immintrin.h>

#define VF __m256
#define LANES 8
#define BYTES_FLIP false
#define v_load(p) _mm256_loadu_ps(p)
#define v_store(p, v) _mm256_storeu_ps(p, v)
#define v_set(x) _mm256_set1_ps(x)
#define v_fma(a, b, c) _mm256_fmadd_ps(a, b, c)
#define v_min(a, b) _mm256_min_ps(a, b)
#define v_max(a, b) _mm256_max_ps(a, b)
#define v_round(x)                                                             \
    _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

static inline float v_sum16(const VF v[2])
{
    __m256 y = _mm256_add_ps(v[0], v[1]);
    __m128 x = _mm_add_ps(_mm256_castps256_ps128(y),
                          _mm256_extractf128_ps(y, 1));

    x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
}

static inline float v_most(VF v)
{
    __m128 x = _mm_max_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));

    x = _mm_max_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
}

static inline VF v_exp2(VF k)
{
    __m256i i = _mm256_add_epi32(_mm256_cvtps_epi32(k), _mm256_set1_epi32(127));

    return _mm256_castsi256_ps(_mm256_slli_epi32(i, 23));
}

static inline void v_bytes(int8_t *q, VF x, int32_t add)
{
    __m256i i = _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(add));
    __m128i h = _mm_packs_epi32(_mm256_castsi256_si128(i),
                                _mm256_extracti128_si256(i, 1));

    _mm_storel_epi64((__m128i *)(void *)q, _mm_packs_epi16(h, h));
}

#include "embed/kernel_simd.h"

/* Channels and rows of a tile: 4 vectors of weights for 4 channels each, 2
 * rows: 8 sums, 4 weights, an input. */
#define TILE 2
#define VECTORS 4

/* 4 inputs as 16-bit numbers, again and again. */
static inline __m256i broadcast4(const int8_t *p)
{
    int32_t v;

    memcpy(&v, p, 4);
    return _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(_mm_cvtsi32_si128(v)));
}

static inline void finish(const struct kernel_product *p,
                          const struct kernel_rows *x, size_t row, size_t c,
                          const __m256i sum[VECTORS], float *out)
{
    __m256i zero = _mm256_set1_epi32(x->zero[row]);
    VF scale = v_set(x->scale[row]);

    UNROLL
    for (int v = 0; v < VECTORS; v += 2) {
        size_t at = c + 4 * (size_t)v;
        /* Two partial sums a channel; hadd leaves the middle crossed over. */
        __m256i s = _mm256_hadd_epi32(sum[v], sum[v + 1]);
        __m256i of = _mm256_loadu_si256((const void *)(p->sum + at));

        s = _mm256_permute4x64_epi64(s, 0xd8);
        s = _mm256_sub_epi32(s, _mm256_mullo_epi32(zero, of));
        v_store(out + row * p->out + at,
                v_fma(_mm256_cvtepi32_ps(s), v_load(p->scale + at) * scale,
                      v_load(p->bias + at)));
    }
}

static inline __attribute__((always_inline)) void
tile(const struct kernel_product *p, const struct kernel_rows *x, size_t r0,
     size_t c, const int rows, float *out)
{
    const int8_t *w = p->w + c / MODEL_PANEL * MODEL_PANEL * p->in +
                      c % MODEL_PANEL * 4;
    const int8_t *q = x->q + r0 * p->in;
    __m256i sum[TILE][VECTORS];

    UNROLL
    for (int r = 0; r < rows; r++)
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = _mm256_setzero_si256();
    for (size_t i = 0; i < p->in; i += 4, w += 4 * MODEL_PANEL) {
        __m256i input[TILE];

        UNROLL
        for (int r = 0; r < rows; r++)
            input[r] = broadcast4(q + (size_t)r * p->in + i);
        UNROLL
        for (int v = 0; v < VECTORS; v++) {
            __m256i weight = _mm256_cvtepi8_epi16(
                _mm_loadu_si128((const void *)(w + 16 * v)));

            UNROLL
            for (int r = 0; r < rows; r++)
                sum[r][v] = _mm256_add_epi32(
                    sum[r][v], _mm256_madd_epi16(input[r], weight));
        }
    }
    UNROLL
    for (int r = 0; r < rows; r++)
        finish(p, x, r0 + (size_t)r, c, sum[r], out);
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    for (size_t c = 0; c < p->out; c += 4 * VECTORS) {
        size_t r = 0;

        for (; r + TILE <= rows; r += TILE)
            tile(p, x, r, c, TILE, out);
        if (r < rows)
            tile(p, x, r, c, 1, out);
    }
}

TARGET_END

static bool usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct kernel kernel_avx2 = {
    .name = "avx2",
    .usable = usable,
    .quantise = quantise,
    .product = product,
    .gelu = gelu,
    .norm = norm,
    .attention = attention,
};

#endif
