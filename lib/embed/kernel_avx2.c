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
#define CODE_BYTES 2
#define CODE_FLIP false
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

static inline void v_codes(int8_t *q, VF x, int32_t add)
{
    __m256i i = _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(add));
    __m128i h;

    i = _mm256_min_epi32(i, _mm256_set1_epi32(127));
    i = _mm256_max_epi32(i, _mm256_set1_epi32(-128));
    h = _mm_packs_epi32(_mm256_castsi256_si128(i),
                        _mm256_extracti128_si256(i, 1));
    _mm_storeu_si128((__m128i *)(void *)q, h);
}

#include "embed/kernel_simd.h"

/* Rows of a tile: with two vectors of 4 channels 8 sums, 4 inputs, a weight
 * and a product are 14 of 16 registers. */
#define TILE 4
#define CHANNELS 8
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3)

/* 4 inputs again and again. */
static inline __m256i broadcast4(const int8_t *p)
{
    int64_t v;

    memcpy(&v, p, 8);
    return _mm256_set1_epi64x(v);
}

static inline __m256i wide(const int8_t *w)
{
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)w));
}

static inline __m256i dot4(__m256i sum, __m256i input, __m256i weight)
{
    return _mm256_add_epi32(sum, _mm256_madd_epi16(input, weight));
}

/* 8 channels of one row: two partial sums each in a, b. */
static inline void finish(const struct kernel_product *p,
                          const struct kernel_rows *x, size_t row, size_t c,
                          __m256i a, __m256i b, float *out)
{
    __m256i zero = _mm256_set1_epi32(x->zero[row]);
    VF scale = v_load(p->scale + c) * v_set(x->scale[row]);
    /* hadd leaves the two in the middle crossed over. */
    __m256i s = _mm256_permute4x64_epi64(_mm256_hadd_epi32(a, b), 0xd8);

    s = _mm256_sub_epi32(
        s, _mm256_mullo_epi32(
               zero, _mm256_loadu_si256((const void *)(p->sum + c))));
    v_store(out + row * p->out + c,
            v_fma(_mm256_cvtepi32_ps(s), scale, v_load(p->bias + c)));
}

/* Rows r0... (a constant number of them) by the channels at c. */
static inline __attribute__((always_inline)) void
tile(const struct kernel_product *p, const struct kernel_rows *x, size_t r0,
     size_t c, const int rows, float *out)
{
    const int8_t *w = p->w + c / MODEL_PANEL * MODEL_PANEL * p->in +
                      c % MODEL_PANEL * 4;
    const size_t width = p->in * CODE_BYTES;
    const int8_t *q = x->q + r0 * width;

#define ROW_SUMS(r) __m256i a##r = _mm256_setzero_si256(), b##r = a##r;
#define ROW_LOAD(r) __m256i q##r = broadcast4(rows > r ? q + r * width : q);
#define ROW_ADD_A(r)                                                           \
    if (rows > r)                                                              \
        a##r = dot4(a##r, q##r, weight);
#define ROW_ADD_B(r)                                                           \
    if (rows > r)                                                              \
        b##r = dot4(b##r, q##r, weight);
#define ROW_FINISH(r)                                                          \
    if (rows > r)                                                              \
        finish(p, x, r0 + r, c, a##r, b##r, out);

    EACH_ROW(ROW_SUMS)
    for (size_t i = 0; i < p->in; i += 4, q += 8, w += 4 * MODEL_PANEL) {
        __m256i weight = wide(w);

        EACH_ROW(ROW_LOAD)
        EACH_ROW(ROW_ADD_A)
        weight = wide(w + 16);
        EACH_ROW(ROW_ADD_B)
    }
    EACH_ROW(ROW_FINISH)
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    for (size_t c = 0; c < p->out; c += CHANNELS) {
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
