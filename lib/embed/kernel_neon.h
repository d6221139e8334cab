/* kernel_neon.h - vectors of 4 floats for kernel_simd.h, on 64-bit ARM. */
#ifndef CMEM_EMBED_KERNEL_NEON_H
#define CMEM_EMBED_KERNEL_NEON_H

#include <arm_neon.h>
#include <math.h>

#include "embed/kernel_all.h"
#include "embed/kernel_target.h" /* UNROLL */

#define VF float32x4_t
#define LANES 4
#define CODE_BYTES 1
#define CODE_FLIP false
#define v_load(p) vld1q_f32(p)
#define v_store(p, v) vst1q_f32(p, v)
#define v_set(x) vdupq_n_f32(x)
#define v_fma(a, b, c) vfmaq_f32(c, a, b)
#define v_min(a, b) vminq_f32(a, b)
#define v_max(a, b) vmaxq_f32(a, b)
#define v_most(v) vmaxvq_f32(v)
#define v_round(x) vrndnq_f32(x)

static inline float v_sum16(const VF v[4])
{
    VF x = vaddq_f32(vaddq_f32(v[0], v[2]), vaddq_f32(v[1], v[3]));

    return vpadds_f32(vadd_f32(vget_low_f32(x), vget_high_f32(x)));
}

static inline VF v_exp2(VF k)
{
    int32x4_t i = vaddq_s32(vcvtnq_s32_f32(k), vdupq_n_s32(127));

    return vreinterpretq_f32_s32(vshlq_n_s32(i, 23));
}

static inline void v_codes(int8_t *q, VF x, int32_t add)
{
    int32x4_t i = vaddq_s32(vcvtnq_s32_f32(x), vdupq_n_s32(add));
    int16x4_t h = vqmovn_s32(i);
    uint32_t four =
        vget_lane_u32(vreinterpret_u32_s8(vqmovn_s16(vcombine_s16(h, h))), 0);

    memcpy(q, &four, 4);
}

/* 4 channels of one row. */
static inline void finish(const struct kernel_product *p,
                          const struct kernel_rows *x, size_t row, size_t c,
                          int32x4_t sum, float *out)
{
    VF scale = vmulq_f32(v_load(p->scale + c), v_set(x->scale[row]));

    sum = vsubq_s32(sum, vmulq_n_s32(vld1q_s32(p->sum + c), x->zero[row]));
    v_store(out + row * p->out + c,
            v_fma(vcvtq_f32_s32(sum), scale, v_load(p->bias + c)));
}

#endif
