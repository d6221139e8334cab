/*
 * fake-worker.c - a listener in the worker's place, for tests and benchmarks.
 *
 *     fake-worker MODE [FILE]
 *
 * Listens on the socket of CMEM_HOME (or the XDG places), prints "ready" and
 * serves one connection after the other until it is killed:
 *
 *   ack      answers every frame; to those that want context with FILE's text
 *   record   as ack, and appends the frame's bytes to FILE
 *   more     says with the ACK that more follows and sends FILE's text; when
 *            the hook says that it printed that, makes FILE.printed
 *   late     the same, but what follows never comes
 *   hang     takes connections and never reads
 *   deaf     listens with a backlog of none and never takes a connection
 *   mute     reads frames and never answers
 *   close    closes each connection at once
 *   other    answers with another event's id
 *   garbage  answers with bytes that are no frame
 *
 * `fake-worker drain` listens to nobody: it empties the spool, prints what
 * kind of event each was and how many bytes ("3 4096"), and with FILE appends
 * their frames to it.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "wire/conn.h"
#include "wire/spool.h"

#define ANSWER_MS 5000

static int fail(const char *what)
{
    fprintf(stderr, "fake-worker: %s: %s\n", what, strerror(errno));
    return 1;
}

static int listen_at(const struct paths *p, int backlog)
{
    struct sockaddr_un sa;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), dirfd;

    if (fd < 0 || paths_make(p, NULL) < 0 ||
        conn_address(p->sock, &sa, &dirfd) < 0)
        return -1;
    unlink(p->sock);
    umask(0177);
    if (bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
        listen(fd, backlog) < 0)
        return -1;
    umask(077);
    return fd;
}

/* What a prompt brings. */
static int answer_more(int fd, const struct frame *f, const char *mode,
                       const char *file, struct str text)
{
    struct frame a = {.type = FRAME_ACK, .flags = FRAME_MORE};
    char name[4096];
    int rc;

    if (f->type == FRAME_ACK) {
        snprintf(name, sizeof(name), "%s.printed", file);
        return file_write(name, STR("yes"), 0600, NULL);
    }
    memcpy(a.uid, f->uid, sizeof(a.uid));
    rc = conn_send(fd, &a, clock_mono_ms() + ANSWER_MS);
    if (rc < 0 || strcmp(mode, "late") == 0)
        return rc;
    a.type = FRAME_REPLY;
    a.flags = 0;
    a.body = text;
    return conn_send(fd, &a, clock_mono_ms() + ANSWER_MS);
}

static int answer(int fd, const struct frame *f, const char *mode,
                  struct str text)
{
    struct frame ack = {.type = FRAME_ACK, .time_ms = f->time_ms};

    memcpy(ack.uid, f->uid, sizeof(ack.uid));
    if (strcmp(mode, "other") == 0)
        ack.uid[0] ^= 1;
    if (f->flags & FRAME_WANTS_CONTEXT)
        ack.body = text;
    return conn_send(fd, &ack, clock_mono_ms() + ANSWER_MS);
}

static void record(const char *file, const struct frame *f)
{
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    unsigned char head[FRAME_HEAD_BYTES];

    frame_head(f, head);
    if (fd < 0 || file_write_all(fd, head, sizeof(head)) < 0 ||
        file_write_all(fd, f->body.p, f->body.n) < 0)
        exit(fail(file));
    close(fd);
}

static int show(void *arg, const struct frame *f)
{
    const char *file = arg;

    printf("%d %zu\n", (int)f->kind, f->body.n);
    if (file)
        record(file, f);
    return 0;
}

static int drain(const struct paths *p, const char *file)
{
    struct spool_counts counts;
    struct err e = {0};
    int rc =
        spool_read(p->spool, show, NULL, (void *)(uintptr_t)file, &counts, &e);

    if (rc < 0)
        fprintf(stderr, "fake-worker: %s\n", e.msg);
    return rc < 0;
}

static void serve(int fd, const char *mode, const char *file, struct str text)
{
    static struct buf b; /* keeps its memory from one connection to the next */
    struct frame f;

    if (!b.max)
        buf_init(&b, FRAME_HEAD_BYTES + FRAME_BODY_MAX);
    while (conn_recv(fd, &b, &f, clock_mono_ms() + ANSWER_MS) == 0) {
        if (strcmp(mode, "mute") == 0)
            continue;
        if (strcmp(mode, "record") == 0)
            record(file, &f);
        if (strcmp(mode, "garbage") == 0) {
            if (file_write_all(fd,
                               "HTTP/1.1 400 Bad Request\r\n\r\n"
                               "............",
                               40) < 0)
                return;
        } else if (strcmp(mode, "more") == 0 || strcmp(mode, "late") == 0) {
            if (answer_more(fd, &f, mode, file, text) < 0)
                return;
        } else if (answer(fd, &f, mode, text) < 0) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "ack";
    const char *file = argc > 2 ? argv[2] : NULL;
    bool deaf = strcmp(mode, "deaf") == 0;
    struct paths p;
    struct err e = {0};
    struct buf text;
    int fd;

    signal(SIGPIPE, SIG_IGN);
    buf_init(&text, 1 << 20);
    if (paths_init(&p, &e) < 0 ||
        (file && strcmp(mode, "record") != 0 &&
         strcmp(mode, "drain") != 0 && file_read(file, &text, &e) < 0)) {
        fprintf(stderr, "fake-worker: %s\n", e.msg);
        return 1;
    }
    if (strcmp(mode, "drain") == 0)
        return drain(&p, file);
    fd = listen_at(&p, deaf ? 0 : 128);
    if (fd < 0)
        return fail(p.sock);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int peer = deaf ? -1 : accept(fd, NULL, NULL);

        if (deaf) {
            pause();
        } else if (peer < 0) {
            return fail("accept");
        } else if (strcmp(mode, "hang") != 0) {
            if (strcmp(mode, "close") != 0)
                serve(peer, mode, file, buf_str(&text));
            close(peer);
        }
    }
}
