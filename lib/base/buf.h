/*
 * buf.h - growable byte buffer with a hard ceiling.
 *
 * Every buffer names the most it may ever hold, because everything cmem
 * buffers came from somewhere else: stdin, a socket, a file, a model. An
 * append that would pass the ceiling appends nothing and makes the buffer
 * full: later appends fail too, so a writer may append freely and look once,
 * at the end, with buf_is_full.
 *
 * Invariants, true between any two calls on an initialised buffer:
 *   1. len <= max;
 *   2. data is never NULL and data[len] == '\0';
 *   3. once full, always full, until buf_reset.
 */
#ifndef CMEM_BASE_BUF_H
#define CMEM_BASE_BUF_H

#include "base/common.h"
#include "base/str.h"

struct buf {
    char *data;
    size_t len;
    size_t cap; /* bytes allocated, 0 for the static empty string */
    size_t max;
    bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b); /* accepts a zeroed one */
void buf_reset(struct buf *b); /* empty again, keeps its memory */

bool buf_add(struct buf *b, const void *p, size_t n);
bool buf_addz(struct buf *b, const char *z);
bool buf_adds(struct buf *b, struct str s);
bool buf_addc(struct buf *b, char c);
bool buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Room for n more bytes behind len, or NULL when that would pass max. The
 * caller writes there and then adds to len with buf_commit. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);
/* Takes the first n bytes away. */
void buf_consume(struct buf *b, size_t n);

static inline bool buf_is_full(const struct buf *b)
{
    return b->full;
}
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->data, b->len};
}

#endif
