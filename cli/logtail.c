/* logtail.c - see logtail.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/logtail.h"

size_t logtail_start(struct str text, size_t n)
{
    size_t at = text.n;

    if (n == 0)
        return text.n;
    if (at && text.p[at - 1] == '\n')
        at--; /* the last line's own */
    while (at > 0) {
        if (text.p[at - 1] == '\n' && --n == 0)
            return at;
        at--;
    }
    return 0;
}

/* Appends the file's last bytes, as many as b has room for. *size: where it
 * ended. */
static int read_end(int fd, const char *path, struct buf *b, int64_t *size,
                    struct err *e)
{
    struct stat st;
    int64_t room = (int64_t)(b->max - b->len), at;

    if (fstat(fd, &st) < 0)
        return err_sys(e, CM_EIO, "read %s", path);
    at = st.st_size > room ? st.st_size - room : 0;
    while (at < st.st_size) {
        size_t want = st.st_size - at < 65536 ? (size_t)(st.st_size - at)
                                              : 65536;
        char *to = buf_reserve(b, want);
        ssize_t n = to ? pread(fd, to, want, at) : 0;

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, CM_EIO, "read %s", path);
        if (n == 0)
            break;
        buf_commit(b, (size_t)n);
        at += n;
    }
    *size = at;
    return 0;
}

static int open_log(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_sys(e, errno == ENOENT || errno == ENOTDIR ? CM_ENOTFOUND
                                                              : CM_EIO,
                       "open %s", path);
    return fd;
}

static bool has_lines(const struct buf *b, size_t n)
{
    return logtail_start(buf_str(b), n) > 0;
}

/* The rotated file, then the current one, unless that is enough. */
int logtail_read(const char *path, size_t n, struct buf *b,
                 struct logtail_follow *f, struct err *e)
{
    char old[4200];
    struct buf now;
    int64_t ignored;
    int rc, fd = open_log(path, e), old_fd;

    if (fd < 0)
        return fd;
    *f = (struct logtail_follow){.path = path, .fd = fd};
    buf_init(&now, b->max / 2);
    rc = read_end(fd, path, &now, &f->offset, e);
    snprintf(old, sizeof(old), "%s.1", path);
    old_fd = rc == 0 && !has_lines(&now, n) ? open_log(old, NULL) : -1;
    if (old_fd >= 0) {
        struct buf before;

        buf_init(&before, b->max / 2);
        if (read_end(old_fd, old, &before, &ignored, NULL) == 0)
            buf_adds(b, buf_str(&before));
        buf_free(&before);
        close(old_fd);
    }
    buf_adds(b, buf_str(&now));
    buf_free(&now);
    if (rc < 0) {
        close(fd);
        f->fd = -1;
        return rc;
    }
    buf_consume(b, logtail_start(buf_str(b), n));
    return 0;
}

/* Is the file of that name another one by now, or shorter than we read? */
static bool is_replaced(const struct logtail_follow *f)
{
    struct stat ours, named;

    if (stat(f->path, &named) < 0 || fstat(f->fd, &ours) < 0)
        return false;
    return named.st_ino != ours.st_ino || named.st_dev != ours.st_dev ||
           ours.st_size < f->offset;
}

int logtail_more(struct logtail_follow *f, struct buf *b, struct err *e)
{
    for (int tries = 0; tries < 2; tries++) {
        char *to;
        ssize_t n;
        ptrdiff_t end;

        buf_reset(b);
        if (f->fd < 0) {
            f->fd = open_log(f->path, e);
            f->offset = 0;
            if (f->fd < 0)
                return f->fd == CM_ENOTFOUND ? 0 : f->fd;
        }
        to = buf_reserve(b, b->max - b->len);
        n = pread(f->fd, to, b->max, f->offset);
        if (n < 0 && errno != EINTR)
            return err_sys(e, CM_EIO, "read %s", f->path);
        if (n > 0)
            buf_commit(b, (size_t)n);
        end = str_rchr(buf_str(b), '\n');
        if (end < 0 && b->len < b->max) {
            /* Nothing whole: on to the file that took its place, if any. */
            if (!is_replaced(f))
                return 0;
            close(f->fd);
            f->fd = -1;
            continue;
        }
        if (end >= 0)
            b->len = (size_t)end + 1;
        b->data[b->len] = '\0';
        f->offset += (int64_t)b->len;
        return 1;
    }
    return 0;
}
