/* arena.c - see arena.h. */
#include "base/common.h"

#include <stdarg.h>

#include "base/arena.h"

/* A chunk is 16 KB: large enough that a batch needs few, small enough that a
 * request of a few hundred bytes wastes little. */
#define CHUNK_BYTES (16u * 1024u)
#define ALIGN       16u

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, cap;
    _Alignas(16) char data[];
};

void arena_free(struct arena *a)
{
    struct arena_chunk *c = a->head, *next;

    for (; c; c = next) {
        next = c->next;
        free(c);
    }
    a->head = NULL;
}

void *arena_alloc(struct arena *a, size_t n)
{
    struct arena_chunk *c = a->head;
    size_t cap;
    void *p;

    if (n > SIZE_MAX / 2)
        CM_BUG("arena_alloc: size overflow");
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!c || c->cap - c->used < n) {
        cap = n > CHUNK_BYTES ? n : CHUNK_BYTES;
        c = malloc(sizeof(*c) + cap);
        if (!c)
            CM_BUG("out of memory");
        c->used = 0;
        c->cap = cap;
        /* A big block goes behind the head, whose room is still good. */
        if (a->head && n > CHUNK_BYTES / 2) {
            c->next = a->head->next;
            a->head->next = c;
        } else {
            c->next = a->head;
            a->head = c;
        }
    }
    p = c->data + c->used;
    c->used += n;
    return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        CM_BUG("arena_array: size overflow");
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
    void *more;

    if (n < *cap)
        return v;
    *cap = *cap ? 2 * *cap : 16;
    more = arena_array(a, *cap, size);
    if (n)
        memcpy(more, v, n * size);
    return more;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

struct str arena_strz(struct arena *a, const char *z)
{
    return arena_str(a, str_of(z));
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    int n;
    char *p;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        CM_BUG("arena_fmt: bad format");
    p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

size_t arena_bytes(const struct arena *a)
{
    size_t n = 0;

    for (const struct arena_chunk *c = a->head; c; c = c->next)
        n += c->cap;
    return n;
}
