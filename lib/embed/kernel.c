/* kernel.c - see kernel.h. */
#include "base/common.h"

#include "embed/kernel.h"
#include "embed/kernel_all.h"

const struct kernel *const kernels[] = {
#if defined(__x86_64__)
    &kernel_avx512,
    &kernel_avx2,
#elif defined(__aarch64__)
    &kernel_neon_dot,
    &kernel_neon,
#endif
    &kernel_scalar,
    NULL,
};

const struct kernel *kernel_choose(const char *name)
{
    for (size_t i = 0; kernels[i]; i++)
        if ((!name || strcmp(name, kernels[i]->name) == 0) &&
            kernels[i]->usable())
            return kernels[i];
    return NULL;
}
