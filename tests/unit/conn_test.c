/* conn_test.c - the client's end of the socket, and starting the worker
 * (lib/wire/conn.h). */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "test.h"
#include "wire/conn.h"

/* Long enough for a loaded machine, short enough to wait out. */
#define SOON_MS  5000
#define SHORT_MS 50

static int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static struct paths paths_here(void)
{
    struct paths p;

    CHECK_INT(paths_init(&p, NULL), 0);
    return p;
}

static int listen_here(const struct paths *p, int backlog)
{
    struct sockaddr_un sa;
    int dirfd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK_INT(conn_address(p->sock, &sa, &dirfd), 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    CHECK_INT(listen(fd, backlog), 0);
    if (dirfd >= 0)
        close(dirfd);
    return fd;
}

static struct frame event(const char *body, size_t n)
{
    struct frame f = {.type = FRAME_EVENT,
                      .kind = HOOK_STOP,
                      .time_ms = 7,
                      .body = {body, n}};

    memset(f.uid, 0xab, sizeof(f.uid));
    return f;
}

/* A child that takes one connection and answers its frames until the end. */
static pid_t serve_one(int listener)
{
    struct buf b;
    struct frame f, ack = {.type = FRAME_ACK};
    pid_t pid = fork();
    int fd;

    if (pid != 0)
        return pid;
    buf_init(&b, FRAME_BODY_MAX + FRAME_HEAD_BYTES);
    fd = accept(listener, NULL, NULL);
    while (conn_recv(fd, &b, &f, in_ms(SOON_MS)) == 0) {
        memcpy(ack.uid, f.uid, sizeof(ack.uid));
        ack.body = f.body;
        if (conn_send(fd, &ack, in_ms(SOON_MS)) < 0)
            break;
    }
    _exit(0);
}

/* Bodies below, at and far beyond what a socket buffers. */
TEST(conn, carries_frames_of_any_size_there_and_back)
{
    static const size_t sizes[] = {0, 1, 4096, 200 * 1024, 10 << 20};
    struct paths p = paths_here();
    int listener = listen_here(&p, 1), fd, status;
    pid_t pid = serve_one(listener);
    char *body = malloc(10 << 20);
    struct buf b;

    for (size_t i = 0; i < 10 << 20; i++)
        body[i] = (char)(i * 7);
    buf_init(&b, FRAME_BODY_MAX);
    fd = conn_open(&p, in_ms(SOON_MS));
    CHECK(fd >= 0);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct frame f = event(body, sizes[i]), got;

        CHECK_INT(conn_send(fd, &f, in_ms(SOON_MS)), 0);
        CHECK_INT(conn_recv(fd, &b, &got, in_ms(SOON_MS)), 0);
        CHECK_INT(got.type, FRAME_ACK);
        CHECK_INT(got.body.n, sizes[i]);
        CHECK(memcmp(got.body.p, body, sizes[i]) == 0);
        CHECK(memcmp(got.uid, f.uid, sizeof(f.uid)) == 0);
    }
    close(fd);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    close(listener);
    buf_free(&b);
    free(body);
}

TEST(conn, tells_that_nobody_listens)
{
    struct paths p = paths_here();
    int fd;

    CHECK_INT(conn_open(&p, in_ms(SOON_MS)), CM_ENOTFOUND); /* no file */
    fd = listen_here(&p, 1);
    close(fd);
    CHECK(file_exists(p.sock));
    CHECK_INT(conn_open(&p, in_ms(SOON_MS)), CM_ENOTFOUND); /* a stale one */
}

TEST(conn, refuses_a_listener_of_another_user)
{
    struct paths p = paths_here();
    int status;
    pid_t pid;

    if (geteuid() != 0)
        return;         /* only root can be somebody else */
    listen_here(&p, 1); /* root's */
    CHECK_INT(chmod(test_dir(), 0777), 0);
    CHECK_INT(chmod(p.sock, 0777), 0);
    pid = fork();
    if (pid == 0)
        _exit(setuid(65534) == 0 && conn_open(&p, in_ms(SOON_MS)) == CM_EPERM
                  ? 0
                  : 1);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(WEXITSTATUS(status), 0);
}

TEST(conn, reaches_a_socket_whose_path_is_too_long)
{
    char home[700];
    struct paths p;
    int listener, fd, n;

    n = snprintf(home, sizeof(home), "%s/", test_dir());
    memset(home + n, 'd', 200);
    home[n + 200] = '\0';
    CHECK_INT(file_mkdirs(home, NULL), 0);
    setenv("CMEM_HOME", home, 1);
    p = paths_here();
    listener = listen_here(&p, 1);
    fd = conn_open(&p, in_ms(SOON_MS));
    CHECK(fd >= 0);
    close(fd);
    close(listener);
    unlink(p.sock);
    CHECK_INT(conn_open(&p, in_ms(SOON_MS)), CM_ENOTFOUND);
    CHECK_INT(rmdir(home), 0);
    CHECK_INT(conn_open(&p, in_ms(SOON_MS)), CM_ENOTFOUND);
}

TEST(conn, gives_up_at_the_deadline)
{
    struct paths p = paths_here();
    int listener = listen_here(&p, 1), fd;
    int64_t from = clock_mono_ms();
    struct frame f = event("x", 1);
    size_t big = 8 << 20;
    char *body = calloc(1, big);
    struct buf b;

    buf_init(&b, 1 << 20);
    fd = conn_open(&p, in_ms(SOON_MS));
    CHECK_INT(conn_send(fd, &f, in_ms(SHORT_MS)), 0);
    CHECK_INT(conn_recv(fd, &b, &f, in_ms(SHORT_MS)), CM_ETIME);
    f = event(body, big); /* more than the socket takes unread */
    CHECK_INT(conn_send(fd, &f, in_ms(SHORT_MS)), CM_ETIME);
    CHECK(clock_mono_ms() - from >= 2 * SHORT_MS - 2);
    CHECK(clock_mono_ms() - from < SOON_MS);
    close(fd);
    close(listener);
    buf_free(&b);
    free(body);
}

/* A worker with more connections waiting than it lets wait is busy, not
 * gone: no second one may be started for it. */
TEST(conn, takes_a_full_backlog_for_a_busy_worker)
{
    struct paths p = paths_here();
    int fds[16], n = 0, rc = 0;
    int listener = listen_here(&p, 0);

    while (n < (int)ARRAY_LEN(fds) && rc >= 0) {
        rc = conn_open(&p, in_ms(SHORT_MS));
        if (rc >= 0)
            fds[n++] = rc;
    }
    CHECK_INT(rc, CM_ETIME);
    while (n > 0)
        close(fds[--n]);
    close(listener);
}

TEST(conn, reads_one_frame_and_leaves_the_next)
{
    struct frame f = event("one", 3), got;
    int pair[2];
    struct buf b;

    buf_init(&b, 1024);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_INT(conn_send(pair[0], &f, in_ms(SOON_MS)), 0);
    f.body = STR("second");
    CHECK_INT(conn_send(pair[0], &f, in_ms(SOON_MS)), 0);
    CHECK_INT(conn_recv(pair[1], &b, &got, in_ms(SOON_MS)), 0);
    CHECK_STR(got.body, "one");
    CHECK_INT(conn_recv(pair[1], &b, &got, in_ms(SOON_MS)), 0);
    CHECK_STR(got.body, "second");
    close(pair[0]);
    CHECK_INT(conn_recv(pair[1], &b, &got, in_ms(SOON_MS)), CM_ENET);
    close(pair[1]);
    buf_free(&b);
}

TEST(conn, bounds_what_it_receives)
{
    char body[2000] = {0};
    struct frame f = event(body, sizeof(body)), got;
    int pair[2];
    struct buf b;

    buf_init(&b, 1024);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_INT(conn_send(pair[0], &f, in_ms(SOON_MS)), 0);
    CHECK_INT(conn_recv(pair[1], &b, &got, in_ms(SOON_MS)), CM_EFULL);
    buf_free(&b);
    CHECK_INT(file_write_all(pair[1],
                             "HTTP/1.1 400 Bad Request\r\n"
                             "Server: other\r\n\r\n",
                             43),
              0);
    CHECK_INT(conn_recv(pair[0], &b, &got, in_ms(SOON_MS)), CM_EFORMAT);
    f.body.n = FRAME_BODY_MAX + 1;
    CHECK_INT(conn_send(pair[1], &f, in_ms(SOON_MS)), CM_EFULL);
    buf_free(&b);
    close(pair[0]);
    close(pair[1]);
}

/* The test program stands beside no cmemd; the system tests start real ones.
 * Here: without a program it says so, and asks for nothing. */
TEST(conn, says_when_there_is_no_worker_to_start)
{
    struct paths p = paths_here();

    CHECK_INT(conn_start_worker(&p, 0), CM_ENOTFOUND);
    CHECK_INT(conn_start_worker(&p, SHORT_MS), CM_ENOTFOUND);
    CHECK(!file_exists(p.lock));
}
