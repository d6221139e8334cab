/*
 * hook.c - see hook.h.
 *
 * The agent waits for every hook, so each system call here is one that the
 * user pays for at every tool call: a tool event costs about a dozen. Nothing
 * allocates; memory beyond the static blocks is only touched by input that is
 * larger than they are.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "hooks/hook.h"
#include "wire/conn.h"
#include "wire/spool.h"

/* Times in milliseconds; the promises of hook.h. */
#define HARD_STOP_MS    500
#define STDIN_MS        250 /* for a client that never closes our input */
#define BUDGET_MS       100
#define BUDGET_START_MS 300
/* Kept back from the wait for the worker, so that the spool is written in
 * time: a record of 10 MB takes 15 ms. */
#define SPOOL_MS 20
/* Kept back from the hard stop for printing and starting a worker. */
#define LAST_MS 50

/* Larger than any payload seen by an order of magnitude. */
#define INPUT_MAX (16u << 20)
/* Nearly every payload is smaller and needs no mapping. Of those that are not
 * the first part is moved, which takes 25 us. */
#define INPUT_STATIC 262144
/* A context block is at most 10,000 UTF-16 units, escaped. */
#define CONTEXT_MAX 65536
#define SPOOL_MB    64 /* the default of the option spool_mb */

static const char *const names[] = {
    [HOOK_SESSION_START] = "session-start", [HOOK_USER_PROMPT] = "user-prompt",
    [HOOK_POST_TOOL_USE] = "post-tool-use", [HOOK_STOP] = "stop",
    [HOOK_SESSION_END] = "session-end",     [HOOK_PRE_COMPACT] = "pre-compact",
};

/* Static, so that they cost nothing before they are touched. A signal handler
 * takes no argument: `halt` is what it knows. */
static char input_static[INPUT_STATIC];
static char answer[FRAME_HEAD_BYTES + CONTEXT_MAX + 1];
static struct {
    const char *name; /* of the hook */
    const struct paths *paths;
} halt;

struct hook {
    enum hook_kind kind;
    bool wants_context;
    int64_t started_ms; /* on clock_mono_ms, as all deadlines */
    int64_t read_ms;    /* when the input had been read */
    int64_t sent_ms;    /* a prompt: when the event began to be sent */
    int fd;             /* the connection */
    struct paths paths;
    struct frame frame;
};

/* --- the hard stop -------------------------------------------------------- */

/* "<ms> <hook> hard-stop\n", with what a signal handler may call. */
static void log_hard_stop(void)
{
    static const char what[] = " hard-stop\n";
    const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
    char line[80];
    size_t at = 24, n = strlen(halt.name);
    int64_t ms = clock_now_ms();
    size_t from = at;
    int fd;

    do
        line[--from] = (char)('0' + ms % 10);
    while ((ms /= 10) > 0 && from > 0);
    line[at++] = ' ';
    memcpy(line + at, halt.name, n);
    memcpy(line + at + n, what, sizeof(what) - 1);
    at += n + sizeof(what) - 1;
    fd = open(halt.paths->hook_log, flags, 0600);
    if (fd < 0 && errno == ENOENT && file_mkdirs(halt.paths->state, NULL) == 0)
        fd = open(halt.paths->hook_log, flags, 0600);
    if (fd >= 0)
        file_write_all(fd, line + from, at - from);
}

/* The line is written by a child that holds none of the client's descriptors:
 * a disk that hangs may have brought us here. clone and not fork, which may
 * take locks that the interrupted code holds. */
static void hard_stop(int sig)
{
    (void)sig;
    if (halt.paths && syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0) {
        for (int fd = 0; fd <= 2; fd++)
            close(fd);
        log_hard_stop();
    }
    _exit(0);
}

static void arm_hard_stop(void)
{
    struct sigaction sa = {.sa_handler = hard_stop};
    struct itimerval t = {.it_value = {.tv_usec = HARD_STOP_MS * 1000}};

    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &t, NULL);
}

/* --- input ---------------------------------------------------------------- */

/* One read of at most n bytes by the deadline: their number, 0 at the end of
 * the input (or when there is none to have), CM_ETIME. */
static ssize_t read_some(char *to, size_t n, int64_t deadline_ms)
{
    for (;;) {
        struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
        int64_t left = deadline_ms - clock_mono_ms();
        ssize_t got;

        if (poll(&p, 1, left > 0 ? (int)left : 0) == 0)
            return CM_ETIME;
        got = read(STDIN_FILENO, to, n);
        if (got >= 0)
            return got;
        if (errno != EINTR && errno != EAGAIN)
            return 0;
    }
}

/* Room for the largest input; `have` bytes are moved into it. In huge pages
 * where they are to be had: a megabyte is 256 page faults otherwise. */
static char *map_input(size_t have)
{
    char *p = mmap(NULL, INPUT_MAX, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED)
        return NULL;
    madvise(p, INPUT_MAX, MADV_HUGEPAGE);
    memcpy(p, input_static, have);
    return p;
}

/* Reads to the end, the limit or the deadline. *cut: there was, or may have
 * been, more. */
static struct str read_input(int64_t deadline_ms, bool *cut)
{
    char *p = input_static, *mapped, probe;
    size_t n = 0, max = INPUT_STATIC;
    ssize_t got;

    for (;;) {
        if (n == INPUT_STATIC && max == INPUT_STATIC) {
            mapped = map_input(n);
            if (mapped) {
                p = mapped;
                max = INPUT_MAX;
            }
        }
        if (n == max)
            got = read_some(&probe, 1, deadline_ms);
        else
            got = read_some(p + n, max - n, deadline_ms);
        if (got <= 0 || n == max)
            break;
        n += (size_t)got;
    }
    *cut = got != 0;
    return (struct str){p, n};
}

/* --- output --------------------------------------------------------------- */

/* Only an object is printed: other text the client would take as it is. */
static bool is_object(struct str s)
{
    s = str_trim(s);
    return s.n >= 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

/* True when all of it was taken. */
static bool print(struct str s)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

    if (!is_object(s))
        return false;
    signal(SIGPIPE, SIG_IGN);
    while (s.n > 0) {
        ssize_t n = write(STDOUT_FILENO, s.p, s.n);

        if (n > 0)
            s = str_cut(s, (size_t)n, s.n);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
        else if (errno == EAGAIN)
            poll(&p, 1, HARD_STOP_MS);
    }
    return true;
}

/* Prints the block the worker left for this directory, if there is one. */
static bool print_cached(const struct hook *h, const char *dir)
{
    char path[PATHS_MAX + 32];
    struct buf b = {.data = answer, .cap = sizeof(answer), .max = CONTEXT_MAX};

    paths_context(&h->paths, dir, path);
    if (file_read(path, &b, NULL) < 0)
        return false;
    print(buf_str(&b));
    return true;
}

static void print_without_worker(const struct hook *h)
{
    char dir[PATHS_MAX];
    const char *project = getenv("CLAUDE_PROJECT_DIR");

    if (getcwd(dir, sizeof(dir)) && print_cached(h, dir))
        return;
    if (project)
        print_cached(h, project);
}

/* --- the event's way ------------------------------------------------------ */

static int64_t soonest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t env_number(const char *name, int64_t max, int64_t otherwise)
{
    int64_t v;

    if (str_int(str_of(getenv(name)), 0, max, &v) < 0)
        return otherwise;
    return v;
}

/* The worker's next frame, if it is an answer of this type to our event. */
static int receive(const struct hook *h, int fd, enum frame_type type,
                   int64_t deadline_ms, struct frame *f)
{
    /* A buffer that cannot grow: its memory is there. */
    struct buf b = {
        .data = answer, .cap = sizeof(answer), .max = sizeof(answer) - 1};
    int rc = conn_recv(fd, &b, f, deadline_ms);

    if (rc == 0 && (f->type != type ||
                    memcmp(f->uid, h->frame.uid, FRAME_UID_BYTES) != 0))
        rc = CM_EFORMAT;
    return rc;
}

/* Hands the event to the worker. 0: it is in the database, *reply is its
 * answer. CM_ENOTFOUND or CM_ENET: there is no worker, or none any more. */
static int send_event(struct hook *h, int64_t deadline_ms, struct frame *reply)
{
    int rc;

    h->fd = conn_open(&h->paths, deadline_ms);
    if (h->fd < 0)
        return h->fd;
    if (h->kind == HOOK_USER_PROMPT)
        h->sent_ms = clock_mono_ms();
    rc = conn_send(h->fd, &h->frame, deadline_ms);
    if (rc == 0)
        rc = receive(h, h->fd, FRAME_ACK, deadline_ms, reply);
    return rc; /* the end of the process closes fd */
}

/* What the prompt brings, when it comes in time; what was printed is said to
 * the worker, which writes the receipt then and not before. */
static void print_slot(const struct hook *h)
{
    int64_t end = h->sent_ms + SLOT_BUDGET_MS;
    struct frame reply, ack = {.type = FRAME_ACK, .kind = h->kind};

    if (receive(h, h->fd, FRAME_REPLY, end, &reply) < 0 || !print(reply.body))
        return;
    memcpy(ack.uid, h->frame.uid, FRAME_UID_BYTES);
    conn_send(h->fd, &ack, clock_mono_ms() + LAST_MS / 2);
}

static void deliver(struct hook *h)
{
    bool starts = h->kind == HOOK_SESSION_START;
    int64_t end = soonest(h->read_ms + (starts ? BUDGET_START_MS : BUDGET_MS),
                          h->started_ms + HARD_STOP_MS - LAST_MS);
    uint64_t spool_max = (uint64_t)env_number("CMEM_SPOOL_MB", 4096, SPOOL_MB)
                         << 20;
    struct frame reply;
    int rc = send_event(h, end - SPOOL_MS, &reply);

    if (rc < 0) {
        signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error, too */
        /* A refusal is counted there; there is nobody else to tell. */
        spool_append(h->paths.spool, &h->frame, spool_max, end);
    }
    if (rc == CM_ENOTFOUND || rc == CM_ENET)
        conn_start_worker(&h->paths, 0);
    if (!h->wants_context)
        return;
    if (starts && rc == 0)
        print(reply.body);
    else if (starts)
        print_without_worker(h);
    else if (rc == 0 && (reply.flags & FRAME_MORE))
        print_slot(h);
}

static bool has_option(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

int hook_main(enum hook_kind kind, int argc, char **argv)
{
    /* Static: the handler uses its paths. */
    static struct hook h;
    bool cut;

    if (getenv("CMEM_INTERNAL"))
        return 0;
    h.kind = kind;
    h.wants_context = (kind == HOOK_SESSION_START ||
                       kind == HOOK_USER_PROMPT) &&
                      !has_option(argc, argv, "--capture") &&
                      /* else the socket could become descriptor 1 */
                      fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    arm_hard_stop();
    h.started_ms = clock_mono_ms();
    if (paths_init(&h.paths, NULL) < 0 || file_exists(h.paths.off))
        return 0;
    halt.name = names[kind];
    halt.paths = &h.paths;
    h.frame.body = read_input(h.started_ms + STDIN_MS, &cut);
    if (h.frame.body.n == 0)
        return 0;
    h.read_ms = clock_mono_ms();
    h.frame.type = FRAME_EVENT;
    h.frame.kind = kind;
    h.frame.flags =
        (h.wants_context ? FRAME_WANTS_CONTEXT : 0u) | (cut ? FRAME_CUT : 0u);
    h.frame.time_ms =
        env_number("CMEM_EVENT_TIME_MS", INT64_MAX, clock_now_ms());
    file_random(h.frame.uid, FRAME_UID_BYTES);
    deliver(&h);
    return 0;
}
