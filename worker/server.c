/* server.c - see server.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "wire/conn.h"
#include "worker/branches.h"
#include "worker/capture.h"
#include "worker/control.h"
#include "worker/server.h"
#include "worker/slot.h"

/* What a connection may buffer: one frame, and a little of the next. */
#define CONN_IN_MAX (FRAME_BODY_MAX + FRAME_HEAD_BYTES + 65536u)
/* Above this an emptied buffer is given back. */
#define CONN_KEEP_BYTES 65536u

struct conn {
    uv_pipe_t pipe;
    struct worker *w;
    struct conn *next;
    uint64_t serial;
    struct buf in;
    bool closing;
};

/* An event whose transaction is not committed yet. */
struct pending {
    struct asker to;
    struct context_ask ask;
    struct str answer;   /* context hooks: what they print */
};

struct server {
    uv_pipe_t listener;
    struct conn *conns;
    size_t nconns;
    uint64_t serials;
    struct pending *pending;
    size_t npending, cap_pending;
    struct arena arena; /* answers of this turn of the loop */
    ino_t inode;        /* of our socket: unlink only what is ours */
    bool open;
};

struct outgoing {
    uv_write_t req;
    char data[];
};

static void conn_gone(uv_handle_t *h)
{
    struct conn *c = h->data;

    buf_free(&c->in);
    free(c);
}

static void drop(struct conn *c)
{
    struct server *s = c->w->server;
    struct conn **at = &s->conns;

    if (c->closing)
        return;
    c->closing = true;
    while (*at && *at != c)
        at = &(*at)->next;
    if (*at) {
        *at = c->next;
        s->nconns--;
    }
    uv_close((uv_handle_t *)&c->pipe, conn_gone);
}

static struct conn *find(struct worker *w, const struct asker *to)
{
    if (!w->server) /* closed already */
        return NULL;
    for (struct conn *c = w->server->conns; c; c = c->next)
        if (c->serial == to->serial)
            return c;
    return NULL;
}

static void written(uv_write_t *req, int status)
{
    struct conn *c = req->data;

    free(req);
    if (status < 0)
        drop(c);
}

static void send_frame(struct worker *w, const struct asker *to,
                       enum frame_type type, unsigned flags, struct str body)
{
    struct conn *c = find(w, to);
    struct frame f = {.type = type, .flags = flags, .body = body};
    size_t n = FRAME_HEAD_BYTES + body.n;
    struct outgoing *o;
    uv_buf_t b;
    int sent;

    if (!c)
        return;
    memcpy(f.uid, to->uid, sizeof(f.uid));
    o = malloc(sizeof(*o) + n);
    if (!o)
        CM_BUG("out of memory");
    frame_head(&f, (unsigned char *)o->data);
    if (body.n)
        memcpy(o->data + FRAME_HEAD_BYTES, body.p, body.n);
    b = uv_buf_init(o->data, (unsigned)n);
    sent = uv_try_write((uv_stream_t *)&c->pipe, &b, 1);
    if (sent == (int)n) {
        free(o);
        return;
    }
    if (sent < 0 && sent != UV_EAGAIN) {
        free(o);
        drop(c);
        return;
    }
    sent = sent < 0 ? 0 : sent;
    b = uv_buf_init(o->data + sent, (unsigned)(n - (size_t)sent));
    o->req.data = c;
    if (uv_write(&o->req, (uv_stream_t *)&c->pipe, &b, 1, written) < 0) {
        free(o);
        drop(c);
    }
}

void server_reply(struct worker *w, const struct asker *to, struct str body)
{
    send_frame(w, to, FRAME_REPLY, 0, body);
}

static void pend(struct server *s, const struct asker *to,
                 const struct context_ask *ask)
{
    if (s->npending == s->cap_pending) {
        size_t cap = s->cap_pending ? 2 * s->cap_pending : 64;
        struct pending *p = realloc(s->pending, cap * sizeof(*p));

        if (!p)
            CM_BUG("out of memory");
        s->pending = p;
        s->cap_pending = cap;
    }
    s->pending[s->npending++] =
        (struct pending){.to = *to, .ask = *ask};
}

void server_prepare(struct worker *w)
{
    struct server *s = w->server;

    for (size_t i = 0; i < s->npending; i++)
        if (s->pending[i].ask.session_id)
            s->pending[i].answer =
                capture_context(w, &s->pending[i].ask, &s->arena);
}

static void acknowledge(struct worker *w, const struct pending *p)
{
    bool more = slot_wanted(w, &p->ask);

    send_frame(w, &p->to, FRAME_ACK, more ? FRAME_MORE : 0, p->answer);
    if (more)
        slot_start(w, &p->to, &p->ask);
}

void server_acknowledge(struct worker *w, bool committed)
{
    struct server *s = w->server;

    for (size_t i = 0; i < s->npending; i++) {
        struct conn *c = committed ? NULL : find(w, &s->pending[i].to);

        if (committed)
            acknowledge(w, &s->pending[i]);
        else if (c)
            drop(c);
    }
    s->npending = 0;
    arena_free(&s->arena);
}

/* One frame is handled; false closes the connection. */
static bool handle(struct conn *c, const struct frame *f)
{
    struct worker *w = c->w;
    struct asker to = {.serial = c->serial};
    struct err e = {0};
    struct context_ask ask;

    memcpy(to.uid, f->uid, sizeof(to.uid));
    worker_active(w);
    if (f->type == FRAME_EVENT) {
        if (f->flags & FRAME_WANTS_CONTEXT) /* what it is told depends on it */
            branches_check(w, 0, BRANCHES_SESSION_MS);
        if (capture_event(w, f, "hook", &ask, &e) < 0) {
            log_error("event not stored: %s", e.msg);
            /* If the whole transaction went, so did the others' events. */
            if (!db_in_transaction(w->db))
                server_acknowledge(w, false);
            return false;
        }
        pend(w->server, &to, &ask);
        if (!db_in_transaction(w->db)) /* refused: nothing to commit */
            server_acknowledge(w, true);
        return true;
    }
    if (f->type == FRAME_ACK) {
        slot_printed(w, &to);
        return true;
    }
    if (f->type == FRAME_OP) {
        control_op(w, &to, f->body);
        return true;
    }
    return false;
}

static void give_room(uv_handle_t *h, size_t hint, uv_buf_t *b)
{
    struct conn *c = h->data;
    size_t want = hint, used;
    struct frame f;
    char *to;

    /* A large frame is read in one go once its head is known. */
    if (c->in.len >= FRAME_HEAD_BYTES &&
        frame_decode(buf_str(&c->in), &f, &used) == CM_EAGAIN &&
        used - c->in.len > want)
        want = used - c->in.len;
    else
        want = 16384;
    to = buf_reserve(&c->in, want);
    *b = uv_buf_init(to, to ? (unsigned)want : 0);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct conn *c = stream->data;
    size_t at = 0, used;
    struct frame f;
    int rc = 0;

    (void)b;
    if (n <= 0) {
        if (n < 0)
            drop(c);
        return;
    }
    buf_commit(&c->in, (size_t)n);
    while (!c->closing && at < c->in.len) {
        rc = frame_decode(str_cut(buf_str(&c->in), at, c->in.len), &f, &used);
        if (rc < 0)
            break;
        at += used;
        if (!handle(c, &f)) {
            rc = CM_EFORMAT;
            break;
        }
    }
    if (c->closing)
        return;
    buf_consume(&c->in, at);
    if (rc < 0 && rc != CM_EAGAIN)
        drop(c);
    else if (c->in.len == 0 && c->in.cap > CONN_KEEP_BYTES)
        buf_free(&c->in);
}

/* A hook sends at once what it connects for: most of the time it is there
 * already, and need not be waited for. The rest comes through the loop. */
static void read_at_once(struct conn *c)
{
    uv_buf_t b;
    uv_os_fd_t fd;
    ssize_t n;

    give_room((uv_handle_t *)&c->pipe, 0, &b);
    if (!b.len || uv_fileno((uv_handle_t *)&c->pipe, &fd) < 0)
        return;
    n = recv(fd, b.base, b.len, MSG_DONTWAIT);
    if (n > 0)
        on_read((uv_stream_t *)&c->pipe, n, &b);
}

static bool is_own_user(uv_pipe_t *pipe)
{
    struct ucred cred;
    socklen_t len = sizeof(cred);
    uv_os_fd_t fd;

    return uv_fileno((uv_handle_t *)pipe, &fd) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 &&
           cred.uid == getuid();
}

static void on_connect(uv_stream_t *listener, int status)
{
    struct worker *w = listener->data;
    struct server *s = w->server;
    struct conn *c;

    if (status < 0 || w->closing)
        return;
    c = calloc(1, sizeof(*c));
    if (!c)
        CM_BUG("out of memory");
    c->w = w;
    c->serial = ++s->serials;
    buf_init(&c->in, CONN_IN_MAX);
    uv_pipe_init(&w->loop, &c->pipe, 0);
    c->pipe.data = c;
    if (uv_accept(listener, (uv_stream_t *)&c->pipe) < 0 ||
        !is_own_user(&c->pipe)) {
        c->closing = true;
        uv_close((uv_handle_t *)&c->pipe, conn_gone);
        return;
    }
    c->next = s->conns;
    s->conns = c;
    if (++s->nconns > SERVER_CONNECTIONS) {
        struct conn *last = s->conns;

        while (last->next)
            last = last->next;
        drop(last);
    }
    uv_read_start((uv_stream_t *)&c->pipe, give_room, on_read);
    read_at_once(c);
}

/* A bound, listening socket at the agreed place, mode 0600. */
static int listen_at(struct server *s, const char *path, struct err *e)
{
    struct sockaddr_un sa;
    struct stat st;
    int dir = -1, fd = -1, rc;
    mode_t old;

    rc = conn_address(path, &sa, &dir);
    if (rc < 0)
        return err_set(e, rc, "the socket's path is too long: %s", path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    unlink(path); /* the lock is ours, so nobody listens there */
    old = umask(0177);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
        listen(fd, 256) < 0) {
        rc = err_sys(e, CM_EIO, "listen at %s", path);
        if (fd >= 0)
            close(fd);
        fd = rc;
    }
    umask(old);
    if (dir >= 0)
        close(dir);
    if (fd >= 0 && stat(path, &st) == 0)
        s->inode = st.st_ino;
    return fd;
}

int server_open(struct worker *w, struct err *e)
{
    struct server *s = calloc(1, sizeof(*s));
    int fd, rc;

    if (!s)
        CM_BUG("out of memory");
    w->server = s;
    fd = listen_at(s, w->paths.sock, e);
    if (fd < 0)
        return fd;
    uv_pipe_init(&w->loop, &s->listener, 0);
    s->listener.data = w;
    s->open = true;
    rc = uv_pipe_open(&s->listener, fd);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&s->listener, 256, on_connect);
    return rc < 0 ? err_set(e, CM_EIO, "listen at %s: %s", w->paths.sock,
                            uv_strerror(rc))
                  : 0;
}

static void listener_gone(uv_handle_t *h)
{
    struct worker *w = h->data;

    free(w->server->pending);
    free(w->server);
    w->server = NULL;
}

void server_close(struct worker *w)
{
    struct server *s = w->server;
    struct stat st;

    if (!s || !s->open)
        return;
    s->open = false;
    if (stat(w->paths.sock, &st) == 0 && st.st_ino == s->inode)
        unlink(w->paths.sock);
    while (s->conns)
        drop(s->conns);
    uv_close((uv_handle_t *)&s->listener, listener_gone);
}
