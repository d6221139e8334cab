/*
 * matrix_scan_avx512.c - AVX-512: VNNI for the products, VPOPCNTDQ for signs.
 */
#include "base/common.h"

#if defined(__x86_64__)

#include "embed/kernel_target.h"
#include "search/matrix_scan.h"

TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vpopcntdq")

#include <immintrin.h>

/*
 * The instruction multiplies unsigned with signed bytes: rows are moved up by
 * 128, and 128 times the sum of q is taken off again.
 */
static inline __m512i step(__m512i sum, const int8_t *row, const int8_t *q)
{
    const __m512i up = _mm512_set1_epi8((char)0x80);

    return _mm512_dpbusd_epi32(
        sum, _mm512_xor_si512(_mm512_loadu_si512(row), up),
        _mm512_loadu_si512(q));
}

static inline int32_t total(__m512i v)
{
    return _mm512_reduce_add_epi32(v);
}

static int32_t lift(const int8_t *q, size_t stride)
{
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sum = _mm512_setzero_si512();

    for (size_t k = 0; k < stride; k += 64)
        sum = _mm512_dpbusd_epi32(sum, ones, _mm512_loadu_si512(q + k));
    return 128 * total(sum);
}

static void dots(const int8_t *q, const int8_t *rows, size_t stride, size_t n,
                 int32_t *out)
{
    const int32_t off = lift(q, stride);
    const __m512i zero = _mm512_setzero_si512();
    size_t i = 0;

    for (; i + 4 <= n; i += 4, rows += 4 * stride) {
        __m512i a = zero, b = zero, c = zero, d = zero;

        for (size_t k = 0; k < stride; k += 64) {
            a = step(a, rows + k, q + k);
            b = step(b, rows + stride + k, q + k);
            c = step(c, rows + 2 * stride + k, q + k);
            d = step(d, rows + 3 * stride + k, q + k);
        }
        out[i] = total(a) - off;
        out[i + 1] = total(b) - off;
        out[i + 2] = total(c) - off;
        out[i + 3] = total(d) - off;
    }
    for (; i < n; i++, rows += stride) {
        __m512i a = zero;

        for (size_t k = 0; k < stride; k += 64)
            a = step(a, rows + k, q + k);
        out[i] = total(a) - off;
    }
}

/* A group's eight rows are the eight lanes. */
static void signs(const uint64_t *planes, const uint64_t *groups, size_t words,
                  size_t ngroups, int32_t *out)
{
    const __m512i fifteen = _mm512_set1_epi64(15);

    for (size_t g = 0; g < ngroups; g++, groups += words * SCAN_GROUP) {
        __m512i sum[SCAN_PLANES], ones = _mm512_setzero_si512(), all;

        for (size_t b = 0; b < SCAN_PLANES; b++)
            sum[b] = _mm512_setzero_si512();
        for (size_t w = 0; w < words; w++) {
            __m512i bits = _mm512_loadu_si512(groups + w * SCAN_GROUP);

            ones = _mm512_add_epi64(ones, _mm512_popcnt_epi64(bits));
            UNROLL
            for (size_t b = 0; b < SCAN_PLANES; b++) {
                __m512i plane = _mm512_set1_epi64(
                    (long long)planes[w * SCAN_PLANES + b]);

                sum[b] = _mm512_add_epi64(
                    sum[b],
                    _mm512_popcnt_epi64(_mm512_and_si512(bits, plane)));
            }
        }
        all = _mm512_slli_epi64(sum[0], 1);
        all = _mm512_add_epi64(all, _mm512_slli_epi64(sum[1], 2));
        all = _mm512_add_epi64(all, _mm512_slli_epi64(sum[2], 3));
        all = _mm512_add_epi64(all, _mm512_slli_epi64(sum[3], 4));
        all = _mm512_sub_epi64(all, _mm512_mullo_epi64(ones, fifteen));
        _mm256_storeu_si256((__m256i *)(void *)(out + g * SCAN_GROUP),
                            _mm512_cvtepi64_epi32(all));
    }
}

TARGET_END

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512vpopcntdq");
}

const struct scan_kernel scan_avx512 = {
    .name = "avx512-vnni", .usable = usable, .dots = dots, .signs = signs};

#endif
