/*
 * spool.c - see spool.h: writing, and what the two sides share.
 *
 * Files in the directory:
 *   events.spool            writers append here, under its flock
 *   <ns>-<16 bytes>.spool   taken by the reader, or one writer's own record
 *   <ns>-<16 bytes>.tmp     one writer's own record until it is whole
 *   dropped                 one byte for each event that found no room
 *
 * Runs inside hooks: nothing here allocates, and no wait is longer than the
 * caller's deadline.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "wire/spool.h"
#include "wire/spool_file.h"

/* Between two tries at a lock that another writer holds for microseconds. */
#define LOCK_PAUSE_NS 500000
/* A writer whose file was taken between open and lock opens the new one. The
 * reader takes files far less often than this many times in a row. */
#define TAKEN_TRIES 8
/* More files than this are not counted: each is a stat. */
#define FILES_MAX 100000

/* A record's three parts, ready for one write. */
struct record {
    unsigned char head[SPOOL_HEAD_BYTES + FRAME_HEAD_BYTES];
    struct str body;
    const struct frame *f;
};

static void put_32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static void record_init(struct record *r, const struct frame *f)
{
    unsigned char *frame = r->head + SPOOL_HEAD_BYTES;
    uint32_t crc;

    frame_head(f, frame);
    crc = spool_crc(0, frame, FRAME_HEAD_BYTES);
    crc = spool_crc(crc, f->body.p, f->body.n);
    memcpy(r->head, SPOOL_MAGIC, 4);
    put_32(r->head + 4, (uint32_t)(FRAME_HEAD_BYTES + f->body.n));
    put_32(r->head + 8, crc);
    r->body = f->body;
    r->f = f;
}

static size_t record_bytes(const struct frame *f)
{
    return SPOOL_HEAD_BYTES + FRAME_HEAD_BYTES + f->body.n;
}

/* One write. A short one means that the disk or a limit is full. */
static int record_write(const struct record *r, int fd)
{
    const struct iovec part[2] = {
        {(void *)(uintptr_t)r->head, sizeof(r->head)},
        {(void *)(uintptr_t)r->body.p, r->body.n},
    };
    ssize_t n = writev(fd, part, 2);

    return n >= 0 && (size_t)n == record_bytes(r->f) ? 0 : CM_EIO;
}

/* Adds up the files' sizes. Reads the directory by hand: opendir allocates. */
static void add_sizes(int dirfd, uint64_t *bytes, uint64_t *dropped)
{
    _Alignas(uint64_t) char block[4096];
    struct stat st;
    long n, at;
    int files = 0;

    *bytes = *dropped = 0;
    while ((n = syscall(SYS_getdents64, dirfd, block, sizeof(block))) > 0) {
        /* d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name */
        for (at = 0; at + 19 < n && files < FILES_MAX; files++) {
            const char *name = block + at + 19;
            uint16_t step;

            memcpy(&step, block + at + 16, sizeof(step));
            at += step;
            if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                !S_ISREG(st.st_mode))
                continue;
            if (strcmp(name, SPOOL_DROPPED) == 0)
                *dropped = (uint64_t)st.st_size;
            else
                *bytes += (uint64_t)st.st_size;
        }
        if (files >= FILES_MAX)
            return;
    }
}

void spool_state(const char *dir, uint64_t *bytes, uint64_t *dropped)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    *bytes = *dropped = 0;
    if (fd < 0)
        return;
    add_sizes(fd, bytes, dropped);
    close(fd);
}

/* Tool events are many and the transcript has them too; the others get a
 * tenth more. */
static bool has_room(int dirfd, const struct frame *f, uint64_t max_bytes)
{
    uint64_t bytes, dropped;
    uint64_t most = max_bytes;

    if (f->kind != HOOK_POST_TOOL_USE)
        most += max_bytes / 10;
    add_sizes(dirfd, &bytes, &dropped);
    return bytes + record_bytes(f) <= most;
}

static void count_dropped(int dirfd)
{
    int fd = openat(dirfd, SPOOL_DROPPED,
                    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return;
    if (write(fd, ".", 1) != 1) {
        /* Not even one byte: there is nowhere left to say it. */
    }
    close(fd);
}

int spool_lock(int fd, int64_t deadline_ms)
{
    static const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};

    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK || clock_mono_ms() >= deadline_ms)
            return CM_ETIME;
        nanosleep(&pause, NULL);
    }
    return 0;
}

bool spool_is_named(int dirfd, const char *name, const struct stat *st)
{
    struct stat now;

    return fstatat(dirfd, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_ino == st->st_ino && now.st_dev == st->st_dev;
}

void spool_name(char out[SPOOL_NAME_BYTES], const unsigned char *id,
                const char *suffix)
{
    struct timespec now;
    int at;

    clock_gettime(CLOCK_REALTIME, &now);
    at = snprintf(out, SPOOL_NAME_BYTES, "%010lld%09ld-", (long long)now.tv_sec,
                  now.tv_nsec);
    for (int i = 0; i < FRAME_UID_BYTES; i++)
        at += snprintf(out + at, SPOOL_NAME_BYTES - (size_t)at, "%02x", id[i]);
    snprintf(out + at, SPOOL_NAME_BYTES - (size_t)at, "%s", suffix);
}

/* Opens events.spool with its lock held; *size is what is in it. The reader
 * may have taken the file between the open and the lock: then there is, or
 * will be, another one of that name. */
static int open_locked(int dirfd, int64_t deadline_ms, off_t *size)
{
    const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;

    for (int i = 0; i < TAKEN_TRIES; i++) {
        struct stat st;
        int fd = openat(dirfd, SPOOL_EVENTS, flags, 0600);
        int rc;

        if (fd < 0)
            return CM_EIO;
        rc = spool_lock(fd, deadline_ms);
        if (rc == 0 && fstat(fd, &st) == 0 &&
            spool_is_named(dirfd, SPOOL_EVENTS, &st)) {
            *size = st.st_size;
            return fd;
        }
        close(fd);
        if (rc < 0)
            return rc;
    }
    return CM_ETIME;
}

static int append(int dirfd, const struct record *r, int64_t deadline_ms)
{
    off_t size;
    int fd = open_locked(dirfd, deadline_ms, &size);
    int rc;

    if (fd < 0)
        return fd;
    rc = record_write(r, fd);
    if (rc < 0 && ftruncate(fd, size) < 0)
        rc = CM_EIO; /* stays torn: the reader passes over it */
    close(fd);
    return rc;
}

/* Somebody sits on the lock. The record gets a file of its own, which the
 * reader does not see before it is whole. */
static int write_own(int dirfd, const struct record *r)
{
    char tmp[SPOOL_NAME_BYTES], name[SPOOL_NAME_BYTES];
    int fd, rc;

    spool_name(tmp, r->f->uid, SPOOL_TMP);
    memcpy(name, tmp, sizeof(name));
    memcpy(strchr(name, '.'), SPOOL_SUFFIX, sizeof(SPOOL_SUFFIX));
    fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return CM_EIO;
    rc = record_write(r, fd);
    close(fd);
    if (rc == 0 && renameat(dirfd, tmp, dirfd, name) < 0)
        rc = CM_EIO;
    if (rc < 0)
        unlinkat(dirfd, tmp, 0);
    return rc;
}

int spool_append(const char *dir, const struct frame *f, uint64_t max_bytes,
                 int64_t deadline_ms)
{
    struct record r;
    int dirfd, rc;

    if (f->body.n > FRAME_BODY_MAX)
        return CM_EFULL;
    dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0 && errno == ENOENT && file_mkdirs(dir, NULL) == 0)
        dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return CM_EIO;
    if (!has_room(dirfd, f, max_bytes)) {
        rc = CM_EFULL;
    } else {
        record_init(&r, f);
        rc = append(dirfd, &r, deadline_ms);
        if (rc == CM_ETIME)
            rc = write_own(dirfd, &r);
    }
    if (rc < 0)
        count_dropped(dirfd);
    close(dirfd);
    return rc;
}
