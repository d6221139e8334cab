/*
 * kernel_target.h - code between TARGET_BEGIN("isa,...") and TARGET_END is
 * compiled for that instruction set, whatever the rest of the program is for.
 */
#ifndef CMEM_EMBED_KERNEL_TARGET_H
#define CMEM_EMBED_KERNEL_TARGET_H

#define TARGET_PRAGMA(x) _Pragma(#x)
#if defined(__clang__)
#define TARGET_BEGIN(isa)                                                      \
    TARGET_PRAGMA(clang attribute push(__attribute__((target(isa))),           \
                                       apply_to = function))
#define TARGET_END _Pragma("clang attribute pop")
#define TARGET_DOT "dotprod"
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define TARGET_BEGIN(isa)                                                      \
    _Pragma("GCC push_options") TARGET_PRAGMA(GCC target(isa))
#define TARGET_END _Pragma("GCC pop_options")
#define TARGET_DOT "arch=armv8.2-a+dotprod"
#define UNROLL _Pragma("GCC unroll 16")
#endif

#endif
