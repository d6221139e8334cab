/* matrix_scan_avx2.c - AVX2: 32 products of bytes in two instructions. */
#include "base/common.h"

#if defined(__x86_64__)

#include "embed/kernel_target.h"
#include "search/matrix_scan.h"

TARGET_BEGIN("avx2,popcnt")

#include <immintrin.h>

/* Unsigned by signed: |q| by the row with q's sign. Two products are at most
 * 2 * 127 * 128, which 16 bits hold. */
static inline __m256i step(__m256i sum, const int8_t *row, const int8_t *q)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)q);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)row);
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(a),
                                         _mm256_sign_epi8(b, a));

    return _mm256_add_epi32(sum,
                            _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

static inline int32_t total(__m256i v)
{
    __m128i x = _mm_add_epi32(_mm256_castsi256_si128(v),
                              _mm256_extracti128_si256(v, 1));

    x = _mm_add_epi32(x, _mm_shuffle_epi32(x, 0x4e));
    x = _mm_add_epi32(x, _mm_shuffle_epi32(x, 0xb1));
    return _mm_cvtsi128_si32(x);
}

static void dots(const int8_t *q, const int8_t *rows, size_t stride, size_t n,
                 int32_t *out)
{
    for (size_t i = 0; i < n; i++, rows += stride) {
        __m256i a = _mm256_setzero_si256(), b = a;

        for (size_t k = 0; k < stride; k += 64) {
            a = step(a, rows + k, q + k);
            b = step(b, rows + k + 32, q + k + 32);
        }
        out[i] = total(_mm256_add_epi32(a, b));
    }
}

static void signs(const uint64_t *planes, const uint64_t *groups, size_t words,
                  size_t ngroups, int32_t *out)
{
    for (size_t g = 0; g < ngroups; g++, groups += words * SCAN_GROUP)
        for (size_t r = 0; r < SCAN_GROUP; r++) {
            int64_t sum[SCAN_PLANES] = {0}, ones = 0;

            for (size_t w = 0; w < words; w++) {
                const uint64_t *plane = planes + w * SCAN_PLANES;
                uint64_t bits = groups[w * SCAN_GROUP + r];

                ones += _mm_popcnt_u64(bits);
                UNROLL
                for (size_t b = 0; b < SCAN_PLANES; b++)
                    sum[b] += _mm_popcnt_u64(bits & plane[b]);
            }
            out[g * SCAN_GROUP + r] =
                (int32_t)(2 * (sum[0] + 2 * sum[1] + 4 * sum[2] + 8 * sum[3]) -
                          15 * ones);
        }
}

TARGET_END

static bool usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
}

const struct scan_kernel scan_avx2 = {
    .name = "avx2", .usable = usable, .dots = dots, .signs = signs};

#endif
