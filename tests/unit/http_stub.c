/* http_stub.c - see http_stub.h. */
#include "base/common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "http_stub.h"
#include "test.h"

#define REQUEST_MAX (8u * 1024u * 1024u)

struct stub_counts {
    atomic_int taken, now, most, gate, pid;
};

static void request_path(int n, char out[512])
{
    snprintf(out, 512, "%s/request.%d", test_dir(), n);
}

/* Reads headers and as much body as they promise. */
static void take_request(int fd, struct buf *b)
{
    size_t want = 0;

    while (want == 0 || b->len < want) {
        char part[4096];
        ssize_t n = read(fd, part, sizeof(part));
        ptrdiff_t end, length;

        if (n <= 0)
            _exit(1);
        buf_add(b, part, (size_t)n);
        end = str_find(buf_str(b), STR("\r\n\r\n"));
        if (end < 0)
            continue;
        want = (size_t)end + 4;
        length = str_ifind(buf_str(b), STR("content-length:"));
        if (length >= 0)
            want += (size_t)strtoul(b->data + length + 15, NULL, 10);
    }
}

static void send_answer(int fd, const struct stub_step *s)
{
    size_t n = strlen(s->body);
    struct buf b;

    buf_init(&b, REQUEST_MAX);
    buf_addf(&b, "HTTP/1.1 %d Said\r\n%sContent-Length: %zu\r\n\r\n", s->status,
             s->headers ? s->headers : "", s->how == STUB_CUT ? n + 100 : n);
    buf_add(&b, s->body, n);
    if (file_write_all(fd, b.data, b.len) < 0)
        _exit(1);
    buf_free(&b);
}

/* One connection, in a process of its own. */
static void serve(int fd, const struct stub_step *s, int n,
                  struct stub_counts *c)
{
    char path[512];
    struct buf b;
    int now;

    buf_init(&b, REQUEST_MAX);
    take_request(fd, &b);
    request_path(n, path);
    if (file_write(path, buf_str(&b), 0600, NULL) < 0)
        _exit(1);
    now = atomic_fetch_add(&c->now, 1) + 1;
    if (now > atomic_load(&c->most))
        atomic_store(&c->most, now);
    atomic_fetch_add(&c->taken, 1);
    while (s->how == STUB_GATE && !atomic_load(&c->gate))
        usleep(1000);
    atomic_fetch_sub(&c->now, 1);
    if (s->how == STUB_HANG)
        while (read(fd, path, sizeof(path)) > 0)
            ;
    else if (s->how != STUB_RESET)
        send_answer(fd, s);
    close(fd);
    buf_free(&b);
    _exit(0);
}

static void serve_all(int listener, const struct stub_step *steps, size_t n,
                      struct stub_counts *c)
{
    signal(SIGCHLD, SIG_IGN);
    for (int i = 1;; i++) {
        const struct stub_step *s =
            &steps[(size_t)i <= n ? (size_t)i - 1 : n - 1];
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            _exit(1);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            alarm(50);
            close(listener);
            serve(fd, s, i, c);
        }
        close(fd);
    }
}

void stub_start(struct stub *s, const struct stub_step *steps, size_t n)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t pid;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 ||
        listen(fd, 16) < 0 || getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        test_fail(__FILE__, __LINE__, "listen: %s", strerror(errno));
    s->port = ntohs(at.sin_port);
    snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", s->port);
    s->counts = mmap(NULL, sizeof(*s->counts), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s->counts == MAP_FAILED)
        test_fail(__FILE__, __LINE__, "mmap: %s", strerror(errno));
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(50);
        serve_all(fd, steps, n, s->counts);
    }
    setpgid(pid, pid);
    atomic_store(&s->counts->pid, pid);
    close(fd);
}

void stub_stop(struct stub *s)
{
    pid_t pid = atomic_load(&s->counts->pid);

    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
    munmap(s->counts, sizeof(*s->counts));
    s->counts = NULL;
}

int stub_requests(const struct stub *s)
{
    return atomic_load(&s->counts->taken);
}

int stub_most_at_once(const struct stub *s)
{
    return atomic_load(&s->counts->most);
}

void stub_open_gate(struct stub *s)
{
    atomic_store(&s->counts->gate, 1);
}

struct str stub_request(struct arena *a, int n)
{
    char path[512];
    struct err e = {0};
    struct buf b;
    struct str text;

    request_path(n, path);
    buf_init(&b, REQUEST_MAX);
    if (file_read(path, &b, &e) < 0)
        test_fail(__FILE__, __LINE__, "request %d: %s", n, e.msg);
    text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

struct str stub_body(struct arena *a, int n)
{
    struct str r = stub_request(a, n);
    ptrdiff_t end = str_find(r, STR("\r\n\r\n"));

    return str_cut(r, (size_t)end + 4, r.n);
}
