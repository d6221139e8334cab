/*
 * start.c - starting the worker on demand (conn_start_worker in conn.h).
 *
 * Who may start it is settled by the lock file. The worker holds flock on it
 * as long as it lives. Whoever finds it free writes a byte into it under the
 * lock (its modification time is the claim), lets go and starts the worker,
 * which takes the lock for itself. Between the two nobody holds it: the file's
 * time tells others that a start is under way. A start in vain (two at once
 * after all) is harmless: the worker that comes second leaves when it finds
 * the first one listening.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "wire/conn.h"

/* From exec to holding the lock a worker takes a few milliseconds, on a busy
 * machine some tens. Longer than this it has failed. */
#define START_MS 300
/* Asking a worker that starts whether it listens yet. */
#define POLL_NS 2000000
/* One that cannot start (its database is damaged) is tried again at growing
 * intervals: each try is a process and a line of its log. */
#define RETRY_MIN_MS 4
#define RETRY_MAX_MS 500

extern char **environ;

/* Variables that belong to one session of the client. A worker outlives the
 * session that started it; what logs a model in or says where things lie
 * stays. A name that ends in '_' stands for all that begin so. */
static const char *const session_vars[] = {
    "CLAUDECODE",         "CLAUDE_CODE_",       "CLAUDE_PID",
    "CLAUDE_ENV_FILE",    "CLAUDE_EFFORT",      "CLAUDE_PROJECT_DIR",
    "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA", "CMEM_EVENT_TIME_MS",
};
static const char *const login_vars[] = {
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CODE_USE_",
};

static bool is_listed(const char *var, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(list[i]);

        if (strncmp(var, list[i], n) == 0 &&
            (list[i][n - 1] == '_' || var[n] == '='))
            return true;
    }
    return false;
}

static void clean_environment(void)
{
    char **to = environ;

    for (char **from = environ; from && *from; from++)
        if (!is_listed(*from, session_vars, ARRAY_LEN(session_vars)) ||
            is_listed(*from, login_vars, ARRAY_LEN(login_vars)))
            *to++ = *from;
    if (to)
        *to = NULL;
}

/* The client waits for every descriptor a hook leaves open. */
static void close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
        return;
#endif
    for (int fd = first; fd < 4096; fd++) /* kernels before 5.9 */
        close(fd);
}

static void become_worker(const char *program)
{
    char *const argv[] = {(char *)(uintptr_t)program, NULL};
    sigset_t none;
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd <= 2; fd++)
        if (null < 0)
            close(fd);
        else if (fd != null)
            dup2(null, fd);
    close_from(3);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* whatever the client ignores */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (chdir("/") == 0) { /* hold no directory of anybody's */
        clean_environment();
        execve(program, argv, environ);
    }
    _exit(127);
}

/* Twice forked, so that the worker is nobody's child and leaves no zombie in
 * a caller that lives long. */
static int spawn(const char *program)
{
    int status;
    pid_t pid = fork();

    if (pid < 0)
        return CM_EIO;
    if (pid == 0) {
        setsid();
        pid = fork();
        if (pid == 0)
            become_worker(program);
        _exit(pid < 0);
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return CM_EIO;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : CM_EIO;
}

/* "<directory of this executable>/cmemd" */
static int worker_program(char out[PATHS_MAX])
{
    static const char name[] = "/cmemd";
    ssize_t n = readlink("/proc/self/exe", out, PATHS_MAX - sizeof(name));
    char *slash;

    if (n <= 0 || n >= (ssize_t)(PATHS_MAX - sizeof(name)))
        return CM_ENOTFOUND;
    out[n] = '\0';
    slash = strrchr(out, '/');
    if (!slash)
        return CM_ENOTFOUND;
    memcpy(slash, name, sizeof(name));
    return access(out, X_OK) == 0 ? 0 : CM_ENOTFOUND;
}

/* Written to a moment ago: a worker that holds the lock may not listen yet. */
static bool is_young(const struct stat *st)
{
    int64_t age = clock_now_ms() - ((int64_t)st->st_mtim.tv_sec * 1000 +
                                    st->st_mtim.tv_nsec / 1000000);

    return age >= 0 && age < START_MS;
}

/* A claim is a file of one byte. An empty one was only just made; a longer one
 * has a worker's pid in it, dead or alive. */
static bool is_claimed(const struct stat *st)
{
    return st->st_size == 1 && is_young(st);
}

static int open_lock(const struct paths *p)
{
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC;
    int fd = open(p->lock, flags, 0600);

    if (fd < 0 && errno == ENOENT && file_mkdirs(p->data, NULL) == 0)
        fd = open(p->lock, flags, 0600);
    return fd;
}

/*
 * 1: it is ours to start; 0: somebody has started or starts it. A lock that
 * is held, though nobody listens and no start is under way, is a worker's that
 * is leaving or was just killed: the next one waits for it.
 */
static int claim(const struct paths *p)
{
    struct stat st = {0};
    int fd, rc = 1;

    /* Looked at before the lock is touched: a worker that comes up must not
     * find it held by a hook that only asks. */
    if (stat(p->lock, &st) == 0 && is_claimed(&st))
        return 0;
    fd = open_lock(p);
    if (fd < 0)
        return CM_EIO;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        rc = errno == EWOULDBLOCK && !is_young(&st) ? 1 : 0;
    else if (fstat(fd, &st) == 0 && is_claimed(&st))
        rc = 0;
    else if (pwrite(fd, "\n", 1, 0) != 1 || ftruncate(fd, 1) < 0)
        rc = CM_EIO; /* a worker could write nothing either */
    close(fd);
    return rc;
}

static int start_once(const struct paths *p)
{
    char program[PATHS_MAX];
    int rc = worker_program(program);

    if (rc == 0)
        rc = claim(p);
    if (rc > 0)
        rc = spawn(program);
    return rc;
}

int conn_start_worker(const struct paths *p, int wait_ms)
{
    static const struct timespec pause = {.tv_nsec = POLL_NS};
    int64_t now = clock_mono_ms(), deadline = now + wait_ms;
    int64_t retry_ms = RETRY_MIN_MS, retry_at = now + retry_ms;
    int rc = start_once(p);

    if (wait_ms <= 0 || rc < 0)
        return rc;
    for (;;) {
        int fd = conn_open(p, deadline);

        if (fd >= 0) {
            close(fd);
            return 0;
        }
        now = clock_mono_ms();
        if (now >= deadline)
            return CM_ETIME;
        nanosleep(&pause, NULL);
        if (now < retry_at)
            continue;
        rc = start_once(p); /* the one we waited for may have left */
        if (rc < 0)
            return rc;
        retry_ms = retry_ms * 2 < RETRY_MAX_MS ? retry_ms * 2 : RETRY_MAX_MS;
        retry_at = now + retry_ms;
    }
}
