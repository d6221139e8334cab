/* child.c - see child.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/child.h"

/* Between looks at a child that closed its output but has not ended yet. */
#define LOOK_MS 5
/* The first look: a hook ends within half a millisecond. */
#define FIRST_LOOK_NS 100000L

static void move(int fd, int to)
{
    if (fd == to)
        fcntl(fd, F_SETFD, 0);
    else if (dup2(fd, to) < 0)
        _exit(126);
}

/* In the child: never returns. Tells why it could not begin through `tell`. */
static void become(const struct child *c, int in, int out, int tell)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    struct rlimit most;
    int why;

    setpgid(0, 0);
    if (c->dies_with_us)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigaction(SIGPIPE, &dfl, NULL);
    sigaction(SIGINT, &dfl, NULL);
    sigaction(SIGTERM, &dfl, NULL);
    move(in >= 0 ? in : null, STDIN_FILENO);
    move(out >= 0 ? out : null, STDOUT_FILENO);
    move(null, STDERR_FILENO);
    if (c->max_out_bytes) {
        most.rlim_cur = most.rlim_max = (rlim_t)c->max_out_bytes;
        setrlimit(RLIMIT_FSIZE, &most);
    }
    for (size_t i = 0; c->set && c->set[i]; i++) {
        const char *eq = strchr(c->set[i], '=');
        char name[64];

        if (!eq || (size_t)(eq - c->set[i]) >= sizeof(name))
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)(eq - c->set[i]), c->set[i]);
        setenv(name, eq + 1, 1);
    }
    /* execvp takes char *const[] and changes none of it. */
    execvp(c->argv[0], (char *const *)(uintptr_t)c->argv);
    why = errno;
    if (write(tell, &why, sizeof(why)) < 0)
        _exit(126);
    _exit(127);
}

static int left_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock_mono_ms();

    return left > 0 ? (int)left : 0;
}

/* Reads fd to its end. CM_ETIME when the time is up first. */
static int collect(int fd, struct buf *out, int64_t deadline_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char block[16384];

    for (;;) {
        ssize_t n;
        int ready = poll(&p, 1, left_ms(deadline_ms));

        if (ready == 0)
            return CM_ETIME;
        if (ready < 0 && errno == EINTR)
            continue;
        n = read(fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        if (out)
            buf_add(out, block, (size_t)n);
    }
}

static int await(pid_t pid, int64_t deadline_ms, int *status)
{
    struct timespec look = {.tv_nsec = FIRST_LOOK_NS};

    for (;;) {
        pid_t got = waitpid(pid, status, WNOHANG);

        if (got == pid)
            return 0;
        if (got < 0 && errno != EINTR)
            return CM_EIO;
        if (left_ms(deadline_ms) == 0)
            return CM_ETIME;
        nanosleep(&look, NULL);
        if (look.tv_nsec < LOOK_MS * 1000000L)
            look.tv_nsec *= 2;
    }
}

static int not_begun(const char *name, int why, struct err *e)
{
    int code = why == ENOENT ? CM_ENOTFOUND : why == EACCES ? CM_EPERM : CM_EIO;

    errno = why;
    return err_sys(e, code, "run %s", name);
}

/* The parent's part: output, end, and what it was. `why` comes through
 * `tell`, which ends at once when exec succeeds. */
static int attend(const struct child *c, pid_t pid, int out_fd, int tell,
                  struct buf *out, struct err *e)
{
    int64_t deadline = clock_mono_ms() + c->timeout_ms;
    int status = 0, why = 0, rc = 0;
    ssize_t told;

    do
        told = read(tell, &why, sizeof(why));
    while (told < 0 && errno == EINTR);
    if (told == (ssize_t)sizeof(why)) {
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        return not_begun(c->argv[0], why, e);
    }
    if (out_fd >= 0)
        rc = collect(out_fd, out, deadline);
    if (rc == 0)
        rc = await(pid, deadline, &status);
    if (rc < 0) {
        kill(-pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        return err_set(e, rc, "%s did not end within %d ms", c->argv[0],
                       c->timeout_ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_run(const struct child *c, struct buf *out, struct err *e)
{
    int tell[2] = {-1, -1}, pipe_fds[2] = {-1, -1};
    pid_t pid;
    int rc;

    if (pipe2(tell, O_CLOEXEC) < 0 ||
        (c->out_fd < 0 && pipe2(pipe_fds, O_CLOEXEC) < 0)) {
        rc = err_sys(e, CM_EIO, "run %s", c->argv[0]);
        goto out;
    }
    pid = fork();
    if (pid == 0)
        become(c, c->in_fd, c->out_fd < 0 ? pipe_fds[1] : c->out_fd, tell[1]);
    if (pid < 0) {
        rc = err_sys(e, CM_EIO, "run %s", c->argv[0]);
        goto out;
    }
    setpgid(pid, pid); /* whoever of the two comes first */
    close(tell[1]);
    tell[1] = -1;
    if (pipe_fds[1] >= 0)
        close(pipe_fds[1]);
    pipe_fds[1] = -1;
    rc = attend(c, pid, pipe_fds[0], tell[0], out, e);
out:
    for (int i = 0; i < 2; i++) {
        if (tell[i] >= 0)
            close(tell[i]);
        if (pipe_fds[i] >= 0)
            close(pipe_fds[i]);
    }
    return rc;
}
