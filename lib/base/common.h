/*
 * common.h - what every source file of cmem includes first.
 *
 * Feature macros, attributes, the bug trap and the list of banned functions.
 * Nothing in here allocates or fails.
 */
#ifndef CMEM_BASE_COMMON_H
#define CMEM_BASE_COMMON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CMEM_VERSION "0.1.0"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))

/* A broken invariant of our own. Never for input: input is never a bug. */
#define CM_BUG(what)                                                           \
    do {                                                                       \
        fprintf(stderr, "cmem: bug: %s at %s:%d\n", what, __FILE__, __LINE__); \
        abort();                                                               \
    } while (0)

#include "base/banned.h"

#endif
