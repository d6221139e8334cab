/* conn.c - see conn.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "wire/conn.h"

/* How long a connect waits before it tries a full backlog again. */
#define BACKLOG_WAIT_NS 1000000
/* An answer is asked for again and again this long before the wait becomes a
 * sleep: about as long as a commit takes. Being woken costs an agent's hook
 * more than that on an idle processor. Yielding lets the worker run where
 * there is only one. */
#define SPIN_US 300

int conn_address(const char *path, struct sockaddr_un *sa, int *dirfd)
{
    const char *slash = strrchr(path, '/');
    char dir[PATHS_MAX];
    size_t n = strlen(path);
    int fd, len;

    *dirfd = -1;
    *sa = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (n < sizeof(sa->sun_path)) {
        memcpy(sa->sun_path, path, n + 1);
        return 0;
    }
    if (!slash || slash == path || (size_t)(slash - path) >= sizeof(dir))
        return CM_EARG;
    memcpy(dir, path, (size_t)(slash - path));
    dir[slash - path] = '\0';
    fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? CM_ENOTFOUND : CM_EPERM;
    len = snprintf(sa->sun_path, sizeof(sa->sun_path), "/proc/self/fd/%d%s", fd,
                   slash);
    if (len < 0 || (size_t)len >= sizeof(sa->sun_path)) {
        close(fd);
        return CM_EARG;
    }
    *dirfd = fd;
    return 0;
}

/* 0 when fd is ready for `events`, CM_ETIME, CM_ENET. Also 0 on hang-up: the
 * read or write that follows says what is the matter. */
static int wait_for(int fd, short events, int64_t deadline_ms)
{
    struct pollfd p = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline_ms - clock_mono_ms();
        int n;

        if (left < 0)
            left = 0;
        n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return 0;
        if (n == 0 && left < 60000)
            return CM_ETIME;
        if (n < 0 && errno != EINTR)
            return CM_ENET;
    }
}

static int error_of_connect(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED: /* a socket file whose worker is gone */
        return CM_ENOTFOUND;
    case EACCES:
    case EPERM:
        return CM_EPERM;
    default:
        return CM_ENET;
    }
}

/* A full backlog (EAGAIN) is a worker that is busy: try until the deadline. */
static int connect_by(int fd, const struct sockaddr_un *sa, int64_t deadline_ms)
{
    static const struct timespec wait = {.tv_nsec = BACKLOG_WAIT_NS};

    while (connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) < 0) {
        if (errno != EAGAIN && errno != EINTR)
            return error_of_connect(errno);
        if (clock_mono_ms() >= deadline_ms)
            return CM_ETIME;
        nanosleep(&wait, NULL);
    }
    return 0;
}

/* Whoever listens must be this user: events are not for others. */
static int check_peer(int fd)
{
    struct ucred who;
    socklen_t n = sizeof(who);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) < 0)
        return CM_ENET;
    return who.uid == geteuid() ? 0 : CM_EPERM;
}

int conn_open(const struct paths *p, int64_t deadline_ms)
{
    struct sockaddr_un sa;
    int fd, dirfd, rc;

    rc = conn_address(p->sock, &sa, &dirfd);
    if (rc < 0)
        return rc;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    rc = fd < 0 ? CM_ENET : connect_by(fd, &sa, deadline_ms);
    if (rc == 0)
        rc = check_peer(fd);
    if (dirfd >= 0)
        close(dirfd);
    if (rc < 0 && fd >= 0)
        close(fd);
    return rc < 0 ? rc : fd;
}

int conn_send(int fd, const struct frame *f, int64_t deadline_ms)
{
    unsigned char head[FRAME_HEAD_BYTES];
    size_t total = FRAME_HEAD_BYTES + f->body.n, sent = 0;

    if (f->body.n > FRAME_BODY_MAX)
        return CM_EFULL;
    frame_head(f, head);
    while (sent < total) {
        size_t skip = sent < sizeof(head) ? 0 : sent - sizeof(head);
        struct iovec part[2] = {
            {head + (sent < sizeof(head) ? sent : 0), sizeof(head) - sent},
            {(void *)((uintptr_t)f->body.p + skip), f->body.n - skip},
        };
        bool in_head = sent < sizeof(head);
        struct msghdr m = {.msg_iov = in_head ? part : part + 1,
                           .msg_iovlen = in_head ? 2 : 1};
        ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
        int rc = 0;

        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            rc = wait_for(fd, POLLOUT, deadline_ms);
        else if (errno != EINTR)
            rc = CM_ENET;
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Reads until b holds `want` bytes. */
static int fill(int fd, struct buf *b, size_t want, int64_t deadline_ms)
{
    int64_t spin_until = clock_mono_us() + SPIN_US;

    while (b->len < want) {
        char *to = buf_reserve(b, want - b->len);
        ssize_t n;
        int rc = 0;

        if (!to)
            return CM_EFULL;
        n = recv(fd, to, want - b->len, MSG_DONTWAIT);
        if (n > 0)
            buf_commit(b, (size_t)n);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return CM_ENET;
        else if (clock_mono_us() < spin_until)
            sched_yield();
        else
            rc = wait_for(fd, POLLIN, deadline_ms);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Reads exactly one frame's bytes: what the peer sent behind it stays in the
 * socket for the next call. */
int conn_recv(int fd, struct buf *b, struct frame *f, int64_t deadline_ms)
{
    size_t want = FRAME_HEAD_BYTES;
    int rc;

    buf_reset(b);
    do {
        rc = fill(fd, b, want, deadline_ms);
        if (rc < 0)
            return rc;
        rc = frame_decode(buf_str(b), f, &want);
    } while (rc == CM_EAGAIN);
    return rc;
}
