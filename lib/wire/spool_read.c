/*
 * spool_read.c - the worker's side of the spool (spool.h).
 *
 * A file is read through a window that holds at most one record, so memory
 * does not depend on how much waits.
 */
#include "base/common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "wire/spool.h"
#include "wire/spool_file.h"

#define RECORD_MIN  (SPOOL_HEAD_BYTES + FRAME_HEAD_BYTES)
#define RECORD_MAX  ((size_t)RECORD_MIN + FRAME_BODY_MAX)
#define WINDOW_STEP 65536
/* Writers hold the lock for microseconds. One that holds it longer is stuck;
 * its file is left for the next time. */
#define TAKE_MS 20
/* No writer lives as long as this: its temporary file was left behind, and
 * what is whole in it is good. */
#define TMP_OLD_MS 60000
/*
 * A torn record may contain text made to look like thousands of large records,
 * each of which would cost the CRC of megabytes. After n wrong ones only those
 * of at most this many bytes / (n + 1) are looked into: the first mistakes cost
 * nothing, and a file at most some seconds.
 */
#define WRONG_BYTES_MAX (UINT64_C(1) << 30)

struct scan {
    int fd;
    uint64_t size; /* of the file */
    uint64_t at;   /* where the next record is looked for */
    uint64_t base; /* offset of window.data[0]; base <= at */
    struct buf window;
    uint64_t wrong; /* candidates whose CRC was; see WRONG_BYTES_MAX */
    bool newer;     /* holds a record of a newer version: not to be removed */
    int rc;         /* CM_EIO once a read failed */
};

struct reader {
    int dirfd;
    spool_fn fn;
    int (*done)(void *arg);
    void *arg;
    struct spool_counts *counts;
    bool stop; /* fn or done refused: no other file would fare better */
};

static uint32_t get_32(const char *z)
{
    const unsigned char *p = (const unsigned char *)z;

    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/* n bytes at s->at, or NULL when the file ends before or cannot be read. The
 * pointer holds until the next call. */
static const char *view(struct scan *s, size_t n)
{
    size_t skip = (size_t)(s->at - s->base);

    if (s->at + n > s->size)
        return NULL;
    if (skip + n <= s->window.len)
        return s->window.data + skip;
    buf_consume(&s->window, skip);
    s->base = s->at;
    while (s->window.len < n) {
        size_t want = n - s->window.len;
        char *to;
        ssize_t got;

        if (want < WINDOW_STEP)
            want = WINDOW_STEP;
        to = buf_reserve(&s->window, want);
        got = pread(s->fd, to, want, (off_t)(s->base + s->window.len));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            s->rc = got < 0 ? CM_EIO : 0;
            return NULL;
        }
        buf_commit(&s->window, (size_t)got);
    }
    return s->window.data;
}

/* Moves s->at to the next "CMS1" at or behind it. */
static bool find_magic(struct scan *s)
{
    const char *p, *c;

    while ((p = view(s, RECORD_MIN))) {
        size_t seen = s->window.len - (size_t)(s->at - s->base);

        if (memcmp(p, SPOOL_MAGIC, 4) == 0)
            return true;
        c = memchr(p + 1, SPOOL_MAGIC[0], seen - 1);
        s->at += c ? (size_t)(c - p) : seen;
    }
    return false;
}

/* Bytes of the record at s->at, or 0 when there is no whole one. *f is set
 * when it holds a frame that can be given away. */
static size_t read_record(struct scan *s, struct frame *f, bool *known)
{
    const char *p = view(s, RECORD_MIN);
    uint32_t length, crc;
    size_t used = 0;
    int rc;

    *known = false;
    if (!p)
        return 0;
    length = get_32(p + 4);
    crc = get_32(p + 8);
    if (length < FRAME_HEAD_BYTES || length > FRAME_HEAD_BYTES + FRAME_BODY_MAX)
        return 0;
    /* Cheap looks at the frame's head before the CRC of it all. */
    rc = frame_decode((struct str){p + SPOOL_HEAD_BYTES, FRAME_HEAD_BYTES}, f,
                      &used);
    if (rc == CM_EFORMAT || (rc != CM_EVERSION && used != length) ||
        length > WRONG_BYTES_MAX / (s->wrong + 1))
        return 0;
    p = view(s, SPOOL_HEAD_BYTES + length);
    if (!p)
        return 0;
    if (spool_crc(0, p + SPOOL_HEAD_BYTES, length) != crc) {
        s->wrong++;
        return 0;
    }
    rc = frame_decode((struct str){p + SPOOL_HEAD_BYTES, length}, f, &used);
    *known = rc == 0;
    s->newer = s->newer || rc == CM_EVERSION;
    return SPOOL_HEAD_BYTES + length;
}

/* Gives every whole record of the file to fn. */
static int scan_file(struct scan *s, struct reader *r, uint64_t *given)
{
    uint64_t good = 0;
    struct frame f;
    bool known;
    int rc = 0;

    while (rc >= 0 && find_magic(s)) {
        size_t n = read_record(s, &f, &known);

        if (n == 0) {
            s->at++;
            continue;
        }
        if (known)
            rc = r->fn(r->arg, &f);
        if (known && rc >= 0)
            ++*given;
        r->stop = rc < 0;
        s->at += n;
        good += n;
    }
    if (rc >= 0)
        rc = s->rc;
    if (rc >= 0)
        r->counts->torn_bytes += s->size - good;
    return rc;
}

static bool has_suffix(const char *name, const char *suffix)
{
    return str_ends(str_of(name), str_of(suffix));
}

static bool is_old(const struct stat *st)
{
    return clock_now_ms() - (int64_t)st->st_mtim.tv_sec * 1000 > TMP_OLD_MS;
}

static int read_file(struct reader *r, const char *name, struct err *e)
{
    struct scan s = {
        .fd = openat(r->dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    struct stat st;
    uint64_t given = 0;
    int rc;

    if (s.fd < 0)
        return errno == ENOENT ? 0
                               : err_sys(e, CM_EIO, "open spool file %s", name);
    if (fstat(s.fd, &st) < 0 || !S_ISREG(st.st_mode) ||
        (has_suffix(name, SPOOL_TMP) && !is_old(&st))) {
        close(s.fd);
        return 0;
    }
    s.size = (uint64_t)st.st_size;
    buf_init(&s.window, RECORD_MAX + WINDOW_STEP);
    rc = scan_file(&s, r, &given);
    if (rc < 0)
        err_set(e, rc, "read spool file %s: %s", name, err_name(rc));
    r->counts->records += given;
    if (rc >= 0 && given > 0 && r->done) {
        rc = r->done(r->arg);
        r->stop = rc < 0;
        if (rc < 0)
            err_set(e, rc, "store what spool file %s holds", name);
    }
    if (rc >= 0 && !s.newer && unlinkat(r->dirfd, name, 0) < 0)
        rc = err_sys(e, CM_EIO, "remove spool file %s", name);
    buf_free(&s.window);
    close(s.fd);
    return rc < 0 ? rc : 0;
}

/* Renames events.spool under its lock, so that no writer is in it any more
 * and none comes. A stuck writer's file is left alone. */
static int take_events(int dirfd, struct err *e)
{
    int64_t deadline = clock_mono_ms() + TAKE_MS;
    char name[SPOOL_NAME_BYTES];
    unsigned char id[FRAME_UID_BYTES];
    struct stat st;
    int rc = 0;
    int fd = openat(dirfd, SPOOL_EVENTS, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return errno == ENOENT
                   ? 0
                   : err_sys(e, CM_EIO, "open spool file " SPOOL_EVENTS);
    if (spool_lock(fd, deadline) == 0 && fstat(fd, &st) == 0 &&
        st.st_size > 0 && spool_is_named(dirfd, SPOOL_EVENTS, &st)) {
        file_random(id, sizeof(id));
        spool_name(name, id, SPOOL_SUFFIX);
        if (renameat(dirfd, SPOOL_EVENTS, dirfd, name) < 0)
            rc = err_sys(e, CM_EIO, "rename spool file " SPOOL_EVENTS);
    }
    close(fd);
    return rc;
}

static int is_readable(const struct dirent *d)
{
    return (has_suffix(d->d_name, SPOOL_SUFFIX) &&
            strcmp(d->d_name, SPOOL_EVENTS) != 0) ||
           has_suffix(d->d_name, SPOOL_TMP);
}

int spool_read(const char *dir, spool_fn fn, int (*done)(void *arg), void *arg,
               struct spool_counts *counts, struct err *e)
{
    struct reader r = {.fn = fn, .done = done, .arg = arg, .counts = counts};
    struct dirent **files = NULL;
    int count, rc, one;

    *counts = (struct spool_counts){0};
    r.dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r.dirfd < 0)
        return errno == ENOENT ? 0 : err_sys(e, CM_EIO, "open spool %s", dir);
    rc = take_events(r.dirfd, e);
    /* Names begin with the time: sorted is oldest first. */
    count = scandir(dir, &files, is_readable, alphasort);
    if (count < 0)
        rc = err_sys(e, CM_EIO, "list spool %s", dir);
    for (int i = 0; i < count; i++) {
        one = r.stop ? 0 : read_file(&r, files[i]->d_name, rc < 0 ? NULL : e);
        if (rc >= 0)
            rc = one; /* the first failure is the one told */
        free(files[i]);
    }
    free(files);
    close(r.dirfd);
    return rc;
}
