/* matrix_scan.c - the kernels' list, and the one that runs everywhere. */
#include "base/common.h"

#include "search/matrix_scan.h"

static void dots(const int8_t *q, const int8_t *rows, size_t stride, size_t n,
                 int32_t *out)
{
    for (size_t i = 0; i < n; i++, rows += stride) {
        int32_t sum = 0;

        for (size_t k = 0; k < stride; k++)
            sum += q[k] * rows[k];
        out[i] = sum;
    }
}

static void signs(const uint64_t *planes, const uint64_t *groups, size_t words,
                  size_t ngroups, int32_t *out)
{
    for (size_t g = 0; g < ngroups; g++, groups += words * SCAN_GROUP)
        for (size_t r = 0; r < SCAN_GROUP; r++) {
            int32_t sum = 0, ones = 0;

            for (size_t w = 0; w < words; w++) {
                uint64_t bits = groups[w * SCAN_GROUP + r];

                ones += __builtin_popcountll(bits);
                for (size_t b = 0; b < SCAN_PLANES; b++)
                    sum += __builtin_popcountll(
                               bits & planes[w * SCAN_PLANES + b])
                           << b;
            }
            out[g * SCAN_GROUP + r] = 2 * sum - 15 * ones;
        }
}

static bool usable(void)
{
    return true;
}

const struct scan_kernel scan_scalar = {
    .name = "scalar", .usable = usable, .dots = dots, .signs = signs};

const struct scan_kernel *const scan_kernels[] = {
#if defined(__x86_64__)
    &scan_avx512,
    &scan_avx2,
#elif defined(__aarch64__)
    &scan_neon_dot,
    &scan_neon,
#endif
    &scan_scalar,
    NULL,
};

const struct scan_kernel *scan_choose(const char *name)
{
    for (size_t i = 0; scan_kernels[i]; i++)
        if ((!name || !*name || strcmp(name, scan_kernels[i]->name) == 0) &&
            scan_kernels[i]->usable())
            return scan_kernels[i];
    return NULL;
}
