/* file.c - see file.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

int file_read(const char *path, struct buf *b, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = 0;
    ssize_t n;
    char *to;

    if (fd < 0)
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "open %s",
                       path);
    for (;;) {
        size_t room = b->max - b->len < 65536 ? b->max - b->len : 65536;
        char probe;

        if (room == 0) { /* full: is there more? */
            n = read(fd, &probe, 1);
            if (n < 0 && errno == EINTR)
                continue;
            if (n > 0)
                rc = err_set(e, CM_EFULL, "%s is larger than %zu bytes", path,
                             b->max);
            if (n < 0)
                rc = err_sys(e, CM_EIO, "read %s", path);
            break;
        }
        to = buf_reserve(b, room);
        n = read(fd, to, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            rc = err_sys(e, CM_EIO, "read %s", path);
        if (n <= 0)
            break;
        buf_commit(b, (size_t)n);
    }
    close(fd);
    return rc;
}

int file_write_all(int fd, const void *p, size_t n)
{
    const char *at = p;

    while (n) {
        ssize_t w = write(fd, at, n);

        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return CM_EIO;
        at += w;
        n -= (size_t)w;
    }
    return 0;
}

int file_write(const char *path, struct str text, unsigned mode, struct err *e)
{
    char real[PATH_MAX], tmp[PATH_MAX + 32];
    unsigned char r[6];
    int fd, rc = 0;

    if (!realpath(path, real)) /* not there yet: written at its own name */
        snprintf(real, sizeof(real), "%s", path);
    file_random(r, sizeof(r));
    snprintf(tmp, sizeof(tmp), "%s.%02x%02x%02x%02x%02x%02x.tmp", real, r[0],
             r[1], r[2], r[3], r[4], r[5]);
    fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "write %s",
                       path);
    if (fchmod(fd, mode) < 0 || file_write_all(fd, text.p, text.n) < 0 ||
        fsync(fd) < 0)
        rc = err_sys(e, CM_EIO, "write %s", path);
    if (close(fd) < 0 && rc == 0)
        rc = err_sys(e, CM_EIO, "write %s", path);
    if (rc == 0 && rename(tmp, real) < 0)
        rc = err_sys(e, CM_EIO, "rename to %s", path);
    if (rc < 0)
        unlink(tmp);
    return rc;
}

int file_mkdirs(const char *path, struct err *e)
{
    char p[PATH_MAX];
    struct stat st;
    size_t n = strlen(path);

    if (n == 0 || n >= sizeof(p))
        return err_set(e, CM_EARG, "make directory: the path is too long");
    memcpy(p, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (p[i] != '/' && p[i] != '\0')
            continue;
        p[i] = '\0';
        if (mkdir(p, 0700) < 0 && errno != EEXIST)
            return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO,
                           "make directory %s", p);
        if (i < n)
            p[i] = '/';
    }
    if (stat(p, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, CM_EIO, "make directory %s: something else is there",
                       path);
    return 0;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

void file_random(void *p, size_t n)
{
    unsigned char *at = p;

    while (n) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0) {
            if (errno == EINTR)
                continue;
            CM_BUG("getrandom refused"); /* Linux >= 3.17 has it */
        }
        at += got;
        n -= (size_t)got;
    }
}
