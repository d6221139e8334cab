/*
 * kernel_avx512.c - AVX-512 with VNNI: 64 products of bytes an instruction.
 */
#include "base/common.h"

#if defined(__x86_64__)

#include <math.h>

#include "embed/kernel_all.h"
#include "embed/kernel_target.h"

TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")

#include <immintrin.h>

#define VF __m512
#define LANES 16
#define CODE_BYTES 1
#define CODE_FLIP true
#define v_load(p) _mm512_loadu_ps(p)
#define v_store(p, v) _mm512_storeu_ps(p, v)
#define v_set(x) _mm512_set1_ps(x)
#define v_fma(a, b, c) _mm512_fmadd_ps(a, b, c)
#define v_min(a, b) _mm512_min_ps(a, b)
#define v_max(a, b) _mm512_max_ps(a, b)
#define v_most(v) _mm512_reduce_max_ps(v)
#define v_exp2(k) _mm512_scalef_ps(_mm512_set1_ps(1), k)
#define v_round(x) _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT)

static inline float v_sum16(const VF v[1])
{
    __m256 y = _mm256_add_ps(_mm512_castps512_ps256(v[0]),
                             _mm512_extractf32x8_ps(v[0], 1));
    __m128 x = _mm_add_ps(_mm256_castps256_ps128(y),
                          _mm256_extractf128_ps(y, 1));

    x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
}

static inline void v_codes(int8_t *q, VF x, int32_t add)
{
    __m512i i = _mm512_add_epi32(_mm512_cvtps_epi32(x), _mm512_set1_epi32(add));
    __m128i b = _mm512_cvtsepi32_epi8(i);

    b = _mm_xor_si128(b, _mm_set1_epi8((char)0x80));
    _mm_storeu_si128((__m128i *)(void *)q, b);
}

#include "embed/kernel_simd.h"

/* Rows of a tile: with 4 vectors of channels 24 sums, 4 weights and the
 * broadcast input are 29 of 32 registers. */
#define TILE 6
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5)

static inline __m512i broadcast4(const int8_t *p)
{
    int32_t v;

    memcpy(&v, p, 4);
    return _mm512_set1_epi32(v);
}

/* sum += input * weight, four products a lane. Written out, since gcc copies
 * every sum to another register before its own form of it, and back. */
static inline __m512i dot4(__m512i sum, __m512i input, __m512i weight)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(input), "v"(weight));
    return sum;
}

/* 16 channels from c on of one row. */
static inline void finish(const struct kernel_product *p,
                          const struct kernel_rows *x, size_t row, size_t c,
                          __m512i sum, float *out)
{
    __m512i zero = _mm512_set1_epi32(x->zero[row]);
    VF scale = v_load(p->scale + c) * v_set(x->scale[row]);

    sum = _mm512_sub_epi32(
        sum, _mm512_mullo_epi32(zero, _mm512_loadu_si512(p->sum + c)));
    v_store(out + row * p->out + c,
            v_fma(_mm512_cvtepi32_ps(sum), scale, v_load(p->bias + c)));
}

/* Rows r0... (a constant number of them) by the four panels of channels at c. Sums
 * have names: of an array the compiler keeps copies in memory. */
static inline __attribute__((always_inline)) void
tile(const struct kernel_product *p, const struct kernel_rows *x, size_t r0,
     size_t c, const int rows, float *out)
{
    const int8_t *w = p->w + c * p->in;
    const int8_t *q = x->q + r0 * p->in;
    const size_t panel = MODEL_PANEL * p->in;

#define ROW_SUMS(r)                                                            \
    __m512i s##r##0 = _mm512_setzero_si512(), s##r##1 = s##r##0,               \
            s##r##2 = s##r##0, s##r##3 = s##r##0;
#define ROW_ADD(r)                                                             \
    if (rows > r) {                                                            \
        __m512i input = broadcast4(q + r * p->in + i);                         \
                                                                               \
        s##r##0 = dot4(s##r##0, input, w0);                     \
        s##r##1 = dot4(s##r##1, input, w1);                     \
        s##r##2 = dot4(s##r##2, input, w2);                     \
        s##r##3 = dot4(s##r##3, input, w3);                     \
    }
#define ROW_FINISH(r)                                                          \
    if (rows > r) {                                                            \
        finish(p, x, r0 + r, c, s##r##0, out);                                 \
        finish(p, x, r0 + r, c + 16, s##r##1, out);                            \
        finish(p, x, r0 + r, c + 32, s##r##2, out);                            \
        finish(p, x, r0 + r, c + 48, s##r##3, out);                            \
    }

    /* Of few rows the weights are waited for: those of the next panels are
     * fetched meanwhile, once. */
    const bool ahead = r0 == 0;

    EACH_ROW(ROW_SUMS)
    for (size_t i = 0; i < p->in; i += 4, w += 4 * MODEL_PANEL) {
        __m512i w0 = _mm512_loadu_si512(w);
        __m512i w1 = _mm512_loadu_si512(w + panel);
        __m512i w2 = _mm512_loadu_si512(w + 2 * panel);
        __m512i w3 = _mm512_loadu_si512(w + 3 * panel);

        if (ahead) {
            _mm_prefetch(w + 4 * panel, _MM_HINT_T1);
            _mm_prefetch(w + 5 * panel, _MM_HINT_T1);
            _mm_prefetch(w + 6 * panel, _MM_HINT_T1);
            _mm_prefetch(w + 7 * panel, _MM_HINT_T1);
        }

        EACH_ROW(ROW_ADD)
    }
    EACH_ROW(ROW_FINISH)
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    /* Tiles of even height: 8 rows are 4 and 4, not 6 and 2. */
    size_t tiles = (rows + TILE - 1) / TILE;

    for (size_t c = 0; c < p->out; c += 4 * MODEL_PANEL) {
        for (size_t t = 0; t < tiles; t++) {
            size_t r = rows * t / tiles;

            switch (rows * (t + 1) / tiles - r) {
            case 1: tile(p, x, r, c, 1, out); break;
            case 2: tile(p, x, r, c, 2, out); break;
            case 3: tile(p, x, r, c, 3, out); break;
            case 4: tile(p, x, r, c, 4, out); break;
            case 5: tile(p, x, r, c, 5, out); break;
            default: tile(p, x, r, c, TILE, out);
            }
        }
    }
}

TARGET_END

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
}

const struct kernel kernel_avx512 = {
    .name = "avx512-vnni",
    .usable = usable,
    .quantise = quantise,
    .product = product,
    .gelu = gelu,
    .norm = norm,
    .attention = attention,
};

#endif
