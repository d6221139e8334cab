/* llm_child.c - see llm_child.h. */
#include "base/common.h"

#include <errno.h>
#include <signal.h>
#include <uv.h>

#include "base/buf.h"
#include "worker/llm_child.h"

/* Of standard error: a sentence, not a log. */
#define ERRORS_MAX 4096
/* How long a grandchild that escaped the group may hold the pipes open after
 * the child is gone. */
#define LINGER_MS 500

struct child {
    uv_process_t process;
    uv_pipe_t in, out, err;
    uv_timer_t timer;
    uv_write_t write;
    struct buf output, errors;
    char rest[1024]; /* where goes what there is no room for */
    char *input;
    int kill_ms;
    int rc; /* why it was ended, 0 if it was not */
    struct err why;
    int status;
    bool exited, closing;
    int open_pipes;   /* out and err that have not ended */
    int open_handles; /* until all are closed */
    child_done done;
    void *arg;
};

static void kill_group(struct child *c, int sig)
{
    /* The child leads its group. Once it is reaped and its group with it, the
     * number may become somebody else's. */
    if (c->process.pid > 0 && !c->exited)
        kill(-c->process.pid, sig);
}

/* --- its end ------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct child *c = handle->data;
    struct child_reply r = {0};

    if (--c->open_handles > 0)
        return;
    r.rc = c->rc;
    r.err = c->why;
    r.status = c->status;
    r.out = buf_str(&c->output);
    r.errors = buf_str(&c->errors);
    c->done(c->arg, &r);
    buf_free(&c->output);
    buf_free(&c->errors);
    free(c->input);
    free(c);
}

static void close_one(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_handle_closed);
}

static void close_all(struct child *c)
{
    if (c->closing)
        return;
    c->closing = true;
    close_one((uv_handle_t *)&c->process);
    close_one((uv_handle_t *)&c->in);
    close_one((uv_handle_t *)&c->out);
    close_one((uv_handle_t *)&c->err);
    close_one((uv_handle_t *)&c->timer);
}

static void on_kill_time(uv_timer_t *t)
{
    struct child *c = t->data;

    /* Gone, but something holds its pipes. */
    if (c->exited)
        close_all(c);
    else
        kill_group(c, SIGKILL);
}

static void end(struct child *c, int sig, int rc, const char *why)
{
    if (c->rc == 0)
        c->rc = err_set(&c->why, rc, "%s", why);
    kill_group(c, sig);
    if (!c->closing)
        uv_timer_start(&c->timer, on_kill_time, (uint64_t)c->kill_ms, 0);
}

static void on_timeout(uv_timer_t *t)
{
    end(t->data, SIGTERM, CM_ETIME, "no answer in time");
}

static void on_exit_of(uv_process_t *p, int64_t status, int signal)
{
    struct child *c = p->data;

    kill_group(c, SIGKILL); /* what it left behind */
    c->exited = true;
    c->status = signal ? 128 + signal : (int)status;
    if (c->open_pipes == 0)
        close_all(c);
    else
        uv_timer_start(&c->timer, on_kill_time, LINGER_MS, 0);
}

void child_stop(struct child *c)
{
    end(c, SIGKILL, CM_EAGAIN, "stopped");
}

/* --- its pipes ----------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *to)
{
    struct child *c = handle->data;
    struct buf *b = handle == (uv_handle_t *)&c->out ? &c->output : &c->errors;
    size_t room = b->max - b->len;

    (void)suggested;
    if (room > 16384)
        room = 16384;
    *to = room > 0 ? uv_buf_init(buf_reserve(b, room), (unsigned)room)
                   : uv_buf_init(c->rest, sizeof(c->rest));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *from)
{
    struct child *c = s->data;
    bool is_out = s == (uv_stream_t *)&c->out;
    struct buf *b = is_out ? &c->output : &c->errors;

    if (n < 0) { /* its end, or an error that is one */
        uv_read_stop(s);
        if (--c->open_pipes == 0 && c->exited)
            close_all(c);
        return;
    }
    if (n == 0)
        return;
    if (from->base == b->data + b->len)
        buf_commit(b, (size_t)n);
    else if (is_out && c->rc == 0)
        end(c, SIGKILL, CM_EFULL, "the answer is too long");
}

static void on_written(uv_write_t *w, int status)
{
    struct child *c = w->data;

    /* A child that does not read its input is no failure by itself: what it
     * answers counts. */
    (void)status;
    close_one((uv_handle_t *)&c->in);
}

/* --- its start ----------------------------------------------------------- */

static void init_handles(struct child *c, uv_loop_t *loop)
{
    uv_handle_t *all[] = {
        (uv_handle_t *)&c->process, (uv_handle_t *)&c->in,
        (uv_handle_t *)&c->out,     (uv_handle_t *)&c->err,
        (uv_handle_t *)&c->timer,
    };

    uv_pipe_init(loop, &c->in, 0);
    uv_pipe_init(loop, &c->out, 0);
    uv_pipe_init(loop, &c->err, 0);
    uv_timer_init(loop, &c->timer);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        all[i]->data = c;
    c->open_handles = ARRAY_LEN(all);
}

static int spawn(struct child *c, uv_loop_t *loop,
                 const struct child_request *r)
{
    uv_stdio_container_t io[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
         .data.stream = (uv_stream_t *)&c->in},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)&c->out},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)&c->err},
    };
    uv_process_options_t o = {
        .file = r->argv[0],
        .args = r->argv,
        .env = r->env,
        .cwd = r->dir,
        .exit_cb = on_exit_of,
        .stdio = io,
        .stdio_count = 3,
        .flags = UV_PROCESS_DETACHED, /* a session and a group of its own */
    };

    return uv_spawn(loop, &c->process, &o);
}

static void ignore_reply(void *arg, const struct child_reply *r)
{
    (void)arg;
    (void)r;
}

int child_start(struct child **out, struct uv_loop_s *loop,
                const struct child_request *r, struct err *e)
{
    struct child *c = calloc(1, sizeof(*c));
    uv_buf_t input;
    int rc;

    if (!c)
        CM_BUG("out of memory");
    buf_init(&c->output, r->max_output);
    buf_init(&c->errors, ERRORS_MAX);
    c->kill_ms = r->kill_ms;
    c->done = r->done;
    c->arg = r->arg;
    c->input = malloc(r->input.n + 1);
    if (!c->input)
        CM_BUG("out of memory");
    if (r->input.n)
        memcpy(c->input, r->input.p, r->input.n);
    init_handles(c, loop);
    rc = spawn(c, loop, r);
    if (rc < 0) {
        c->done = ignore_reply;
        c->process.pid = 0;
        close_all(c);
        return err_set(e, rc == UV_ENOENT ? CM_ENOTFOUND : CM_EIO, "run %s: %s",
                       r->argv[0], uv_strerror(rc));
    }

    c->open_pipes = 2;
    uv_read_start((uv_stream_t *)&c->out, give_room, on_read);
    uv_read_start((uv_stream_t *)&c->err, give_room, on_read);
    uv_timer_start(&c->timer, on_timeout, (uint64_t)r->timeout_ms, 0);
    c->write.data = c;
    input = uv_buf_init(c->input, (unsigned)r->input.n);
    if (r->input.n == 0 ||
        uv_write(&c->write, (uv_stream_t *)&c->in, &input, 1, on_written) < 0)
        close_one((uv_handle_t *)&c->in);
    *out = c;
    return 0;
}
