/*
 * cmd_mcp.c - cmem mcp: an agent's client asks over standard input.
 *
 * Messages are lines. The main thread reads and writes them, so that a ping
 * or a cancellation is heard while an operation runs; one other thread, made
 * with the first operation, runs those, one at a time, as the terminal does.
 * Nothing is kept between them but what the client said of itself: each
 * operation reads the settings, opens the database or asks the worker anew,
 * which may have been replaced meanwhile.
 *
 * The thread has only its job; the two meet at the pipes. What a job holds
 * belongs to the thread from the byte that begins it to the byte that ends it.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cmd.h"
#include "mcp/mcp.h"

/* Messages that wait for their turn; who sends more is refused. */
#define QUEUE 256
/* A client that says it has roots and does not tell them. */
#define ROOTS_WAIT_MS 1000
/* A worker that is replaced while it is asked; what it is asked to write may
 * be said twice. */
#define TRIES 3
/* The first notification of progress, and each further one. */
#define PROGRESS_MS 1000

struct job {
    const struct op *op;
    struct json *args;
    char cwd[PATHS_MAX];
    struct json *result; /* NULL: err */
    struct err err;
};

struct server {
    struct cli *c;
    struct mcp_peer peer;
    struct mcp_message *queue[QUEUE]; /* the first may be under way */
    size_t n;
    bool running;       /* the job is the thread's */
    int64_t started_ms; /* since when */
    int64_t told;       /* notifications of progress */
    int64_t roots_until_ms;

    struct job job;
    bool has_thread;
    pthread_t thread;
    int wake[2], done[2]; /* a byte each way */

    struct buf in; /* what came and is no whole line yet */
    bool skipping; /* the rest of a line that is too long */
    bool ended;    /* nothing more will come */
    bool broken;   /* nobody reads what is written */
};

/* --- the thread ---------------------------------------------------------- */

static void run_job(const struct cli *c, struct job *j)
{
    struct cli own = *c; /* with an arena and settings for this one alone */

    own.arena = (struct arena){0};
    own.config = (struct config){0};
    config_load(&own.config, own.paths.config);
    if (j->cwd[0])
        snprintf(own.cwd, sizeof(own.cwd), "%s", j->cwd);
    for (int try = 0; try < TRIES; try++) {
        int rc;

        j->err = (struct err){0};
        rc = cli_op(&own, j->op, json_copy(j->args), &j->result, &j->err);
        if (rc < 0)
            j->result = NULL;
        if (rc != CM_ENET)
            break;
    }
    json_free(j->args);
    j->args = NULL;
    config_free(&own.config);
    arena_free(&own.arena);
}

static void *run_jobs(void *arg)
{
    struct server *s = arg;
    char byte;

    while (read(s->wake[0], &byte, 1) == 1) {
        run_job(s->c, &s->job);
        if (write(s->done[1], "", 1) != 1)
            break;
    }
    return NULL;
}

static int start_thread(struct server *s, struct err *e)
{
    int rc = pthread_create(&s->thread, NULL, run_jobs, s);

    if (rc != 0)
        return err_set(e, CM_EIO, "make a thread: %s", strerror(rc));
    s->has_thread = true;
    return 0;
}

/* --- out ----------------------------------------------------------------- */

static void send_line(struct server *s, struct buf *b)
{
    struct str rest;

    buf_addc(b, '\n');
    rest = buf_str(b);
    while (rest.n && !s->broken) {
        ssize_t n = write(STDOUT_FILENO, rest.p, rest.n);

        if (n > 0)
            rest = str_cut(rest, (size_t)n, rest.n);
        else if (errno != EINTR)
            s->broken = true;
    }
}

static void reply(struct server *s, struct mcp_message *m)
{
    struct buf b;

    buf_init(&b, 2 * MCP_REPLY_MAX);
    if (mcp_reply(m, &b) && !buf_is_full(&b))
        send_line(s, &b);
    buf_free(&b);
}

static void refuse(struct server *s, const char *why)
{
    struct buf b;

    buf_init(&b, 4096);
    mcp_refuse(&s->peer, why, &b);
    send_line(s, &b);
    buf_free(&b);
}

/* Asks for the client's roots when that is due; questions about a project
 * wait for the answer. */
static void ask_client(struct server *s)
{
    struct buf b;

    buf_init(&b, 4096);
    if (mcp_ask(&s->peer, &b)) {
        send_line(s, &b);
        s->roots_until_ms = clock_mono_ms() + ROOTS_WAIT_MS;
    }
    buf_free(&b);
}

static void tell_progress(struct server *s)
{
    struct buf b;

    buf_init(&b, 65536);
    if (mcp_progress(s->queue[0], s->told, &b))
        send_line(s, &b);
    buf_free(&b);
}

/* --- messages ------------------------------------------------------------ */

/* The first message of the queue that has no operation left is answered; the
 * next operation begins. */
static void go_on(struct server *s)
{
    struct mcp_op op;
    struct err e = {0};

    while (s->n && !s->running) {
        struct mcp_message *m = s->queue[0];

        if (!mcp_next(m, &op)) {
            reply(s, m);
            mcp_close(m);
            memmove(s->queue, s->queue + 1, --s->n * sizeof(s->queue[0]));
            continue;
        }
        if (s->peer.awaits_roots && !s->ended &&
            clock_mono_ms() < s->roots_until_ms)
            return;
        s->job = (struct job){.op = op_find(str_of(op.name)),
                              .args = json_copy(op.args)};
        snprintf(s->job.cwd, sizeof(s->job.cwd), "%s", op.cwd);
        if (!s->has_thread && start_thread(s, &e) < 0) {
            json_free(s->job.args);
            mcp_done(m, NULL, &e);
            continue;
        }
        s->running = write(s->wake[1], "", 1) == 1;
        s->started_ms = clock_mono_ms();
        s->told = 0;
    }
}

static void job_done(struct server *s)
{
    char byte;

    if (read(s->done[0], &byte, 1) != 1)
        return;
    s->running = false;
    mcp_done(s->queue[0], s->job.result, &s->job.err);
    s->job.result = NULL;
}

static void cancel(struct server *s, const struct json *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (mcp_cancel(s->queue[i], id))
            return;
}

static void take_line(struct server *s, struct str line)
{
    struct mcp_message *m;
    struct mcp_op op;

    line = str_trim(line);
    if (line.n == 0)
        return;
    m = mcp_open(&s->peer, line);
    if (mcp_cancels(m))
        cancel(s, mcp_cancels(m));
    if (!mcp_next(m, &op)) { /* nothing to run: before those that wait */
        reply(s, m);
        mcp_close(m);
    } else if (s->n == QUEUE) {
        refuse(s, "too many requests are waiting");
        mcp_close(m);
    } else {
        s->queue[s->n++] = m;
    }
    ask_client(s);
}

static void take_lines(struct server *s)
{
    ptrdiff_t end;

    while ((end = str_chr(buf_str(&s->in), '\n')) >= 0) {
        if (!s->skipping)
            take_line(s, str_cut(buf_str(&s->in), 0, (size_t)end));
        s->skipping = false;
        buf_consume(&s->in, (size_t)end + 1);
    }
    if (s->in.len > MCP_MESSAGE_MAX) {
        if (!s->skipping)
            refuse(s, "the message is longer than 4 MB");
        s->skipping = true;
        buf_reset(&s->in);
    }
}

static void read_input(struct server *s)
{
    char *room = buf_reserve(&s->in, 65536);
    ssize_t n = room ? read(STDIN_FILENO, room, 65536) : 0;

    if (n < 0 && errno == EINTR)
        return;
    if (n > 0) {
        buf_commit(&s->in, (size_t)n);
        take_lines(s);
        return;
    }
    s->ended = true;
    if (s->in.len && !s->skipping) /* a last line without its end */
        take_line(s, buf_str(&s->in));
    buf_reset(&s->in);
}

/* Until something is to be done by the clock; -1: never. */
static int wait_ms(const struct server *s)
{
    int64_t now = clock_mono_ms(), until;

    if (s->running)
        until = s->started_ms + (s->told + 1) * PROGRESS_MS;
    else if (s->n)
        until = s->roots_until_ms;
    else
        return -1;
    return until > now ? (int)(until - now) : 0;
}

static void serve(struct server *s)
{
    while (!s->broken && !(s->ended && s->n == 0)) {
        struct pollfd fds[] = {
            {.fd = s->ended ? -1 : STDIN_FILENO, .events = POLLIN},
            {.fd = s->done[0], .events = POLLIN},
        };

        if (poll(fds, 2, wait_ms(s)) < 0 && errno != EINTR)
            break;
        if (fds[1].revents)
            job_done(s);
        if (fds[0].revents)
            read_input(s);
        if (s->running &&
            clock_mono_ms() >= s->started_ms + (s->told + 1) * PROGRESS_MS) {
            s->told++;
            tell_progress(s);
        }
        go_on(s);
    }
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct server *s = calloc(1, sizeof(*s));
    int rc = CLI_DONE;

    (void)args;
    if (!s)
        CM_BUG("out of memory");
    s->c = c;
    s->peer = (struct mcp_peer){.version = MCP_NEWEST, .asks = true};
    buf_init(&s->in, MCP_MESSAGE_MAX + 2 * 65536);
    signal(SIGPIPE, SIG_IGN); /* told by write */
    if (pipe2(s->wake, O_CLOEXEC) < 0 || pipe2(s->done, O_CLOEXEC) < 0) {
        rc = err_sys(e, CM_EIO, "make a pipe");
        goto out;
    }
    serve(s);
    /* A client that is gone is not worked for any more. */
    if (s->running)
        _exit(CLI_DONE);
    close(s->wake[1]);
    if (s->has_thread)
        pthread_join(s->thread, NULL);
    close(s->wake[0]);
    close(s->done[0]);
    close(s->done[1]);
out:
    while (s->n)
        mcp_close(s->queue[--s->n]);
    buf_free(&s->in);
    free(s);
    return rc;
}

const struct cmd cmd_mcp = {
    .name = "mcp",
    .group = "Run",
    .summary = "serve an agent over standard input (MCP)",
    .details =
        "The plugin and cmem install register it with Claude Code; another "
        "client is told to run \"cmem mcp\" as a server of the kind stdio. It "
        "speaks JSON-RPC, a message a line, and ends with its input. Tools: "
        "search, timeline, get_observations, remember, forget, smart_search, "
        "smart_outline and smart_unfold; the project is that of the client's "
        "first root, else of the current directory.",
    .example = "cmem mcp",
    .run = run,
};
