/* buf.c - see buf.h. */
#include "base/common.h"

#include <stdarg.h>

#include "base/buf.h"

/* Shared by every empty buffer, so that data is never NULL; never written:
 * cap == 0 makes the first append allocate. */
static char empty[1];

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.data = empty, .max = max};
}

void buf_free(struct buf *b)
{
    if (b->cap)
        free(b->data);
    *b = (struct buf){.data = empty, .max = b->max};
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->full = false;
    if (b->cap)
        b->data[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t n)
{
    size_t want, cap;
    char *grown;

    if (b->full || n > b->max - b->len) {
        b->full = true;
        return NULL;
    }
    want = b->len + n + 1;
    if (want > b->cap) {
        cap = b->cap < 64 ? 64 : b->cap;
        while (cap < want)
            cap += cap / 2;
        grown = realloc(b->cap ? b->data : NULL, cap);
        if (!grown)
            CM_BUG("out of memory");
        b->data = grown;
        b->cap = cap;
    }
    return b->data + b->len;
}

void buf_commit(struct buf *b, size_t n)
{
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_consume(struct buf *b, size_t n)
{
    if (n > b->len)
        CM_BUG("buf_consume past the end");
    if (n == 0)
        return;
    memmove(b->data, b->data + n, b->len - n);
    b->len -= n;
    b->data[b->len] = '\0';
}

bool buf_add(struct buf *b, const void *p, size_t n)
{
    char *to = buf_reserve(b, n);

    if (!to)
        return false;
    if (n)
        memcpy(to, p, n);
    buf_commit(b, n);
    return true;
}

bool buf_addz(struct buf *b, const char *z)
{
    return buf_add(b, z, strlen(z));
}

bool buf_adds(struct buf *b, struct str s)
{
    return buf_add(b, s.p, s.n);
}

bool buf_addc(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

bool buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    int n;
    char *to;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    to = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        buf_commit(b, (size_t)n);
    }
    va_end(again);
    return to != NULL;
}
