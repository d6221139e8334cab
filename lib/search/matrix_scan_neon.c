/* matrix_scan_neon.c - NEON, with the dot product instruction and without. */
#include "base/common.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <sys/auxv.h>

#include "embed/kernel_target.h"
#include "search/matrix_scan.h"

/* HWCAP_ASIMDDP, where the system's header is too old to know it. */
#define HAS_DOT_PRODUCT (1ul << 20)

/* Products of bytes fit 16 bits, and pairs of sums are widened at once. */
static void dots(const int8_t *q, const int8_t *rows, size_t stride, size_t n,
                 int32_t *out)
{
    for (size_t i = 0; i < n; i++, rows += stride) {
        int32x4_t sum = vdupq_n_s32(0);

        for (size_t k = 0; k < stride; k += 16) {
            int8x16_t a = vld1q_s8(q + k), b = vld1q_s8(rows + k);

            sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
            sum = vpadalq_s16(sum, vmull_high_s8(a, b));
        }
        out[i] = vaddvq_s32(sum);
    }
}

/* In every byte the weighted count is at most 8 * 15. */
static void signs(const uint64_t *planes, const uint64_t *groups, size_t words,
                  size_t ngroups, int32_t *out)
{
    for (size_t g = 0; g < ngroups; g++, groups += words * SCAN_GROUP)
        for (size_t r = 0; r < SCAN_GROUP; r += 2) {
            uint64x2_t sum = vdupq_n_u64(0), ones = sum;

            for (size_t w = 0; w < words; w++) {
                const uint64_t *plane = planes + w * SCAN_PLANES;
                uint8x16_t bits = vreinterpretq_u8_u64(
                    vld1q_u64(groups + w * SCAN_GROUP + r));
                uint8x16_t bytes = vdupq_n_u8(0);

#define PLANE(b)                                                               \
    bytes = vaddq_u8(                                                          \
        bytes, vshlq_n_u8(vcntq_u8(vandq_u8(                                   \
                              bits, vreinterpretq_u8_u64(                      \
                                        vdupq_n_u64(plane[b])))),              \
                          b))
                PLANE(0);
                PLANE(1);
                PLANE(2);
                PLANE(3);
#undef PLANE
                sum = vpadalq_u32(sum, vpaddlq_u16(vpaddlq_u8(bytes)));
                ones = vpadalq_u32(
                    ones, vpaddlq_u16(vpaddlq_u8(vcntq_u8(bits))));
            }
            for (size_t k = 0; k < 2; k++) {
                uint64_t s = k ? vgetq_lane_u64(sum, 1)
                               : vgetq_lane_u64(sum, 0);
                uint64_t o = k ? vgetq_lane_u64(ones, 1)
                               : vgetq_lane_u64(ones, 0);

                out[g * SCAN_GROUP + r + k] = 2 * (int32_t)s - 15 * (int32_t)o;
            }
        }
}

static bool usable(void)
{
    return true;
}

const struct scan_kernel scan_neon = {
    .name = "neon", .usable = usable, .dots = dots, .signs = signs};

TARGET_BEGIN("arch=armv8.2-a+dotprod")

static void dots_dot(const int8_t *q, const int8_t *rows, size_t stride,
                     size_t n, int32_t *out)
{
    for (size_t i = 0; i < n; i++, rows += stride) {
        int32x4_t a = vdupq_n_s32(0), b = a;

        for (size_t k = 0; k < stride; k += 32) {
            a = vdotq_s32(a, vld1q_s8(q + k), vld1q_s8(rows + k));
            b = vdotq_s32(b, vld1q_s8(q + k + 16), vld1q_s8(rows + k + 16));
        }
        out[i] = vaddvq_s32(vaddq_s32(a, b));
    }
}

TARGET_END

static bool usable_dot(void)
{
    return getauxval(AT_HWCAP) & HAS_DOT_PRODUCT;
}

const struct scan_kernel scan_neon_dot = {.name = "neon-dot",
                                          .usable = usable_dot,
                                          .dots = dots_dot,
                                          .signs = signs};

#endif
