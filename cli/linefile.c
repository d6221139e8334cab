/* linefile.c - see linefile.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/linefile.h"

#define READ_BYTES 65536u

int linefile_open(struct linefile *f, const char *path, size_t max,
                  struct err *e)
{
    struct stat st = {0};

    *f = (struct linefile){.name = path, .fd = STDIN_FILENO, .max = max};
    buf_init(&f->in, max + READ_BYTES);
    if (strcmp(path, "-") == 0)
        f->name = "standard input";
    else
        f->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0)
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EPERM, "open %s",
                       path);
    if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode))
        f->size = st.st_size;
    if (S_ISDIR(st.st_mode))
        return err_set(e, CM_EARG, "%s is a directory", path);
    return 0;
}

void linefile_close(struct linefile *f)
{
    if (f->fd > STDIN_FILENO)
        close(f->fd);
    f->fd = -1;
    buf_free(&f->in);
}

/* More bytes into the buffer; 0 at the end. */
static int fill(struct linefile *f, struct err *e)
{
    char *room;
    ssize_t n;

    buf_consume(&f->in, f->at);
    f->at = 0;
    room = buf_reserve(&f->in, READ_BYTES);
    if (!room)
        CM_BUG("a line over its maximum was kept");
    n = read(f->fd, room, READ_BYTES);
    if (n < 0 && errno == EINTR)
        return err_set(e, CM_EAGAIN, "interrupted");
    if (n < 0)
        return err_sys(e, CM_EIO, "read %s", f->name);
    buf_commit(&f->in, (size_t)n);
    f->bytes += n;
    f->ended = n == 0;
    return n > 0;
}

int linefile_next(struct linefile *f, struct str *line, struct err *e)
{
    size_t looked = 0;
    bool skips = false;

    for (;;) {
        struct str rest = str_cut(buf_str(&f->in), f->at, f->in.len);
        const char *nl = rest.n > looked
                             ? memchr(rest.p + looked, '\n', rest.n - looked)
                             : NULL;
        int rc;

        if (nl || (f->ended && (rest.n || skips))) {
            *line = (struct str){rest.p, nl ? (size_t)(nl - rest.p) : rest.n};
            f->at += line->n + (nl != NULL);
            f->line++;
            if (line->n && line->p[line->n - 1] == '\r')
                line->n--;
            if (skips || line->n > f->max)
                return err_set(e, CM_EFULL, "the line is longer than %zu KB",
                               f->max / 1024);
            return 1;
        }
        if (f->ended)
            return 0;
        looked = rest.n;
        if (rest.n > f->max) { /* its beginning is of no use any more */
            f->at += rest.n;
            looked = 0;
            skips = true;
        }
        rc = fill(f, e);
        if (rc < 0)
            return rc;
    }
}
