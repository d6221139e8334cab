/* kernel_all.h - the kernels there are; for kernel.c and their own files. */
#ifndef CMEM_EMBED_KERNEL_ALL_H
#define CMEM_EMBED_KERNEL_ALL_H

#include "embed/kernel.h"

extern const struct kernel kernel_avx512, kernel_avx2; /* x86-64 */
extern const struct kernel kernel_neon_dot, kernel_neon; /* aarch64 */
extern const struct kernel kernel_scalar;

#endif
