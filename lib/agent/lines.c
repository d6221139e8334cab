/* lines.c - see lines.h. */
#include "base/common.h"

#include <errno.h>
#include <unistd.h>

#include "agent/lines.h"

/* One read. Most lines are shorter, and two of these are held at most. */
#define CHUNK_BYTES (64u * 1024u)
/* A buffer that a long line made larger than this is given back. */
#define KEEP_BYTES (1024u * 1024u)

void lines_init(struct lines *l, int fd, int64_t offset)
{
    *l = (struct lines){.fd = fd, .base = offset};
    buf_init(&l->b, (size_t)LINES_MAX_BYTES + CHUNK_BYTES);
}

void lines_free(struct lines *l)
{
    buf_free(&l->b);
}

int64_t lines_offset(const struct lines *l)
{
    return l->base + (int64_t)l->next;
}

void lines_seek(struct lines *l, int64_t offset)
{
    if (offset >= l->base && offset <= l->base + (int64_t)l->b.len &&
        !l->skipping) {
        l->next = (size_t)(offset - l->base);
    } else {
        buf_reset(&l->b);
        l->base = offset;
        l->next = 0;
        l->skipping = false;
    }
    l->seen = l->next;
}

/* Drops what has been given and reads on: bytes, 0 at the end, or an error. */
static int refill(struct lines *l, struct err *e)
{
    ssize_t n;
    char *to;

    buf_consume(&l->b, l->next);
    l->base += (int64_t)l->next;
    l->seen -= l->next;
    l->next = 0;
    if (l->b.len > LINES_MAX_BYTES && !l->skipping) {
        l->skipping = true;
        l->skipped++;
    }
    if (l->skipping) {
        l->base += (int64_t)l->b.len;
        l->seen = 0;
        buf_reset(&l->b);
    }
    if (l->b.len == 0 && l->b.cap > KEEP_BYTES)
        buf_free(&l->b);
    to = buf_reserve(&l->b, CHUNK_BYTES);
    if (!to)
        CM_BUG("lines: the buffer is too small");
    do
        n = pread(l->fd, to, CHUNK_BYTES, l->base + (int64_t)l->b.len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_sys(e, CM_EIO, "read the transcript");
    buf_commit(&l->b, (size_t)n);
    return (int)n;
}

int lines_next(struct lines *l, struct str *line, struct err *e)
{
    for (;;) {
        ptrdiff_t at =
            str_chr(str_cut(buf_str(&l->b), l->seen, l->b.len), '\n');
        size_t end = l->seen + (size_t)at;
        int n;

        if (at >= 0 && l->skipping) { /* the long line's end */
            l->skipping = false;
            l->next = l->seen = end + 1;
            continue;
        }
        if (at >= 0) {
            *line = str_cut(buf_str(&l->b), l->next, end);
            l->next = l->seen = end + 1;
            return 1;
        }
        l->seen = l->b.len;
        n = refill(l, e);
        if (n == 0 && l->finished && l->b.len) {
            *line = buf_str(&l->b);
            l->next = l->seen = l->b.len;
            return 1;
        }
        if (n <= 0)
            return n;
    }
}
