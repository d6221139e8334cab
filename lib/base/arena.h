/*
 * arena.h - memory that dies together.
 *
 * One arena per request, batch, file or run: allocate freely, free once.
 * Memory comes zeroed and aligned for any type. Out of memory is fatal.
 */
#ifndef CMEM_BASE_ARENA_H
#define CMEM_BASE_ARENA_H

#include "base/common.h"
#include "base/str.h"

struct arena_chunk;
struct arena {
    struct arena_chunk *head;
};

/* A zeroed struct arena is an empty one. */
void arena_free(struct arena *a);
void *arena_alloc(struct arena *a, size_t n);
/* An array of `count` elements; CM_BUG on overflow. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* Room for one more behind n elements: v, or twice as much with a copy of them.
 * Begins with v NULL and *cap 0. */
void *arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size);
/* A copy that lives in a and is terminated behind its last byte. */
struct str arena_str(struct arena *a, struct str s);
struct str arena_strz(struct arena *a, const char *z);
struct str arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
size_t arena_bytes(const struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
