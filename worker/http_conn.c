/* http_conn.c - see http_conn.h. */
#include "base/common.h"

#include <llhttp/llhttp.h>
#include <time.h>

#include "base/clock.h"
#include "worker/http_conn.h"
#include "worker/mem0.h"

#define HEAD_MS  5000
#define BODY_MS  30000
#define IDLE_MS  60000
#define WRITE_MS 30000
/* A client that was refused may still be sending: it is heard out for so long,
 * or the answer would be lost with the connection. */
#define LINGER_MS 2000
#define TICK_MS   250
/* A stream's client that is further behind than this is given up. */
#define STREAM_BYTES (1u << 20)

enum phase {
    PHASE_HEAD,   /* of the first request, or of one that has begun */
    PHASE_BODY,
    PHASE_IDLE,   /* between two requests */
    PHASE_ANSWER, /* a handler has it */
    PHASE_WRITE,  /* the client takes its time */
    PHASE_STREAM,
    PHASE_END,    /* answered for the last time */
};

struct span {
    uint32_t name, nname, value, nvalue;
};

struct http_stream {
    struct http_conn *c;
    void (*gone)(void *arg);
    void *arg;
    bool chunked;
};

struct http_conn {
    uv_tcp_t tcp;
    struct http *h;
    struct http_conn *next;
    enum phase phase;
    int64_t deadline_ms; /* 0: none */
    int64_t since_ms;    /* in this phase */
    llhttp_t parser;
    struct http_request *r;
    struct http_stream stream;

    struct buf head; /* target, then names and values */
    uint32_t ntarget;
    struct span spans[HTTP_HEADERS];
    size_t nspans;
    bool in_value;

    struct buf rest;     /* read already, of requests to come */
    int status;          /* why the parser was stopped, or 0 */
    const char *code, *sentence;
    bool pumping, writing, closing;
};

/* --- life ------------------------------------------------------------------------ */

static void set_phase(struct http_conn *c, enum phase phase, int64_t most_ms)
{
    c->phase = phase;
    c->since_ms = clock_mono_ms();
    c->deadline_ms = most_ms ? c->since_ms + most_ms : 0;
}

static void request_free(struct http *h, struct http_request *r)
{
    struct http_request **at = &h->requests;

    while (*at && *at != r)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
    if (r->conn)
        r->conn->r = NULL;
    h->body_bytes -= r->in.len;
    json_free(r->body);
    buf_free(&r->in);
    arena_free(&r->a);
    free(r);
}

static void conn_gone(uv_handle_t *handle)
{
    struct http_conn *c = handle->data;

    buf_free(&c->head);
    buf_free(&c->rest);
    free(c);
}

static void drop(struct http_conn *c)
{
    struct http *h = c->h;
    struct http_conn **at = &h->conns;
    struct http_stream *s = &c->stream;

    if (c->closing)
        return;
    c->closing = true;
    while (*at && *at != c)
        at = &(*at)->next;
    if (*at) {
        *at = c->next;
        h->nconns--;
    }
    if (c->r && c->phase != PHASE_ANSWER) /* nobody has it but us */
        request_free(h, c->r);
    else if (c->r)
        c->r->conn = NULL;
    c->r = NULL;
    if (s->c) {
        h->nstreams--;
        s->c = NULL;
        if (s->gone)
            s->gone(s->arg);
    }
    uv_close((uv_handle_t *)&c->tcp, conn_gone);
}

void http_conns_drop(struct http *h)
{
    while (h->conns)
        drop(h->conns);
}

void http_requests_free(struct http *h)
{
    while (h->requests)
        request_free(h, h->requests);
}

struct http_request *http_find(struct worker *w, uint64_t id)
{
    struct http *h = w->http;

    for (struct http_request *r = h ? h->requests : NULL; r; r = r->next)
        if (r->id == id)
            return r;
    return NULL;
}

/* --- writing ------------------------------------------------------------------------ */

struct outgoing {
    uv_write_t req;
    char data[];
};

static void pump(struct http_conn *c);
static void give_room(uv_handle_t *handle, size_t hint, uv_buf_t *b);
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b);

static void finished(struct http_conn *c)
{
    c->writing = false;
    if (c->phase == PHASE_STREAM) {
        c->deadline_ms = 0;
    } else if (c->phase == PHASE_END) {
        uv_os_fd_t fd;

        /* No more from here; what still comes is read and forgotten. */
        if (uv_fileno((uv_handle_t *)&c->tcp, &fd) == 0)
            shutdown(fd, SHUT_WR);
        set_phase(c, PHASE_END, LINGER_MS);
    } else if (c->phase == PHASE_WRITE) {
        set_phase(c, PHASE_IDLE, IDLE_MS);
        pump(c);
    }
}

static void written(uv_write_t *req, int status)
{
    struct http_conn *c = req->data;

    free(req);
    if (status < 0)
        drop(c);
    else if (!c->closing &&
             uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
        finished(c);
}

/* Two pieces, so that a large body need not be copied to be sent. */
static void write_out(struct http_conn *c, struct str head, struct str body)
{
    uv_buf_t b[2] = {
        {.base = (char *)(uintptr_t)head.p, .len = head.n},
        {.base = (char *)(uintptr_t)body.p, .len = body.n},
    };
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    size_t n = head.n + body.n, at, from_head;
    int sent = c->writing ? 0 : uv_try_write(stream, b, body.n ? 2 : 1);
    struct outgoing *o;

    if (sent < 0 && sent != UV_EAGAIN) {
        drop(c);
        return;
    }
    at = sent < 0 ? 0 : (size_t)sent;
    if (at == n)
        return;
    o = malloc(sizeof(*o) + n - at);
    if (!o)
        CM_BUG("out of memory");
    from_head = at < head.n ? head.n - at : 0;
    if (from_head)
        memcpy(o->data, head.p + at, from_head);
    at = at > head.n ? at - head.n : 0;
    if (body.n > at)
        memcpy(o->data + from_head, body.p + at, body.n - at);
    o->req.data = c;
    b[0] = uv_buf_init(o->data, (unsigned)(from_head + body.n - at));
    c->writing = true;
    if (c->phase == PHASE_STREAM && !c->deadline_ms)
        c->deadline_ms = clock_mono_ms() + WRITE_MS;
    if (uv_write(&o->req, stream, b, 1, written) < 0) {
        free(o);
        drop(c);
    }
}

/* Every answer has them unless the handler set its own. */
static const struct {
    const char *name, *value;
} standing[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
};

static const char *status_text(int status)
{
    const char *name = llhttp_status_name((llhttp_status_t)status);

    return name ? name : "Unknown";
}

static void add_headers(struct buf *b, const struct http_request *r)
{
    for (size_t i = 0; i < ARRAY_LEN(standing); i++) {
        bool set = false;

        for (size_t k = 0; k < r->nout && !set; k++)
            set = str_ieq(r->out[k].name, str_of(standing[i].name));
        if (!set)
            buf_addf(b, "%s: %s\r\n", standing[i].name, standing[i].value);
    }
    for (size_t i = 0; i < r->nout; i++)
        buf_addf(b, "%.*s: %.*s\r\n", STR_ARG(r->out[i].name),
                 STR_ARG(r->out[i].value));
}

static void begin_head(struct buf *b, const struct http_request *r, int status,
                       const char *type)
{
    time_t now = (time_t)(clock_now_ms() / 1000);
    char date[64];
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    buf_addf(b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, status_text(status),
             date);
    if (type)
        buf_addf(b, "Content-Type: %s\r\n", type);
    add_headers(b, r);
    if (r->close)
        buf_addz(b, "Connection: close\r\n");
}

/* The connection goes on, or ends, with what was just written. */
static void answered(struct http_conn *c, bool close)
{
    if (c->closing)
        return;
    if (close)
        uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
    set_phase(c, close ? PHASE_END : PHASE_WRITE, WRITE_MS);
    if (!c->writing)
        finished(c);
}

void http_send(struct http_request *r, int status, const char *type,
               struct str body)
{
    struct http *h = r->w->http;
    struct http_conn *c = r->conn;
    struct buf head;
    bool close = r->close;

    h->answered++;
    if (!c) { /* it did not wait */
        request_free(h, r);
        return;
    }
    buf_init(&head, 65536);
    begin_head(&head, r, status, type);
    if (status != 204 && status != 304)
        buf_addf(&head, "Content-Length: %zu\r\n", body.n);
    buf_addz(&head, "\r\n");
    c->phase = PHASE_WRITE;
    c->r = NULL;
    r->conn = NULL;
    write_out(c, buf_str(&head), r->head ? STR_NONE : body);
    buf_free(&head);
    request_free(h, r);
    answered(c, close);
}

/* --- streams -------------------------------------------------------------------------- */

/* The head of an answer goes out, and r has no client any more. */
static struct http_stream *open_stream(struct http_request *r, int status,
                                       const char *type,
                                       void (*gone)(void *arg), void *arg)
{
    struct http_conn *c = r->conn;
    struct buf head;

    r->w->http->nstreams++;
    c->stream = (struct http_stream){
        .c = c, .arg = arg, .chunked = c->parser.http_minor > 0};
    buf_init(&head, 65536);
    r->close = true; /* what would come behind is not waited for */
    begin_head(&head, r, status, type);
    buf_addz(&head, c->stream.chunked ? "Transfer-Encoding: chunked\r\n\r\n"
                                      : "\r\n");
    c->r = NULL;
    r->conn = NULL;
    set_phase(c, PHASE_STREAM, 0);
    write_out(c, buf_str(&head), STR_NONE);
    buf_free(&head);
    if (c->closing)
        return NULL;
    c->stream.gone = gone;
    uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
    return &c->stream;
}

struct http_stream *http_stream_begin(struct http_request *r, int status,
                                      const char *type, void (*gone)(void *arg),
                                      void *arg)
{
    struct http *h = r->w->http;
    struct http_stream *s;

    if (!r->conn || r->head) {
        http_send(r, status, type, STR_NONE);
        return NULL;
    }
    if (h->nstreams >= HTTP_STREAMS) {
        http_set(r, "Retry-After", STR("10"));
        http_fail(r, 503, "full", "All %d streams are taken.", HTTP_STREAMS);
        return NULL;
    }
    h->answered++;
    s = open_stream(r, status, type, gone, arg);
    request_free(h, r);
    return s;
}

struct http_stream *http_stream_meanwhile(struct http_request *r, int status,
                                          const char *type,
                                          void (*gone)(void *arg), void *arg)
{
    if (!r->conn || r->head || r->w->http->nstreams >= HTTP_STREAMS)
        return NULL;
    return open_stream(r, status, type, gone, arg);
}

size_t http_stream_waiting(const struct http_stream *s)
{
    return uv_stream_get_write_queue_size((uv_stream_t *)&s->c->tcp);
}

void http_stream_send(struct http_stream *s, struct str bytes)
{
    struct http_conn *c = s->c;
    struct buf b;

    if (bytes.n == 0) /* an empty chunk would be the end */
        return;
    if (http_stream_waiting(s) > STREAM_BYTES) {
        drop(c);
        return;
    }
    buf_init(&b, bytes.n + 64);
    if (s->chunked)
        buf_addf(&b, "%zx\r\n", bytes.n);
    buf_adds(&b, bytes);
    if (s->chunked)
        buf_addz(&b, "\r\n");
    write_out(c, buf_str(&b), STR_NONE);
    buf_free(&b);
}

void http_stream_end(struct http_stream *s)
{
    struct http_conn *c = s->c;

    s->gone = NULL;
    if (s->chunked)
        write_out(c, STR("0\r\n\r\n"), STR_NONE);
    if (c->closing)
        return;
    s->c = NULL;
    c->h->nstreams--;
    answered(c, true);
}

/* --- the head of a request ---------------------------------------------------------------- */

/* The parser is to stop: that is the answer. */
static int refuse(struct http_conn *c, int status, const char *code,
                  const char *sentence)
{
    if (!c->status) {
        c->status = status;
        c->code = code;
        c->sentence = sentence;
    }
    return HPE_USER;
}

static int on_target(llhttp_t *p, const char *at, size_t n)
{
    struct http_conn *c = p->data;

    if (!buf_add(&c->head, at, n))
        return refuse(c, 414, "full", "The request's target is too long.");
    c->ntarget += (uint32_t)n;
    return 0;
}

static int too_large(struct http_conn *c)
{
    return refuse(c, 431, "full", "The headers are too large.");
}

static int on_name(llhttp_t *p, const char *at, size_t n)
{
    struct http_conn *c = p->data;
    struct span *s;

    if (p->flags & F_TRAILING) /* behind the last chunk: not looked at */
        return 0;
    if (c->in_value || c->nspans == 0) {
        if (c->nspans == HTTP_HEADERS)
            return too_large(c);
        c->spans[c->nspans++] = (struct span){.name = (uint32_t)c->head.len};
        c->in_value = false;
    }
    s = &c->spans[c->nspans - 1];
    s->nname += (uint32_t)n;
    return buf_add(&c->head, at, n) ? 0 : too_large(c);
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
    struct http_conn *c = p->data;
    struct span *s;

    if (p->flags & F_TRAILING)
        return 0;
    s = &c->spans[c->nspans - 1];
    if (!c->in_value)
        s->value = (uint32_t)c->head.len;
    c->in_value = true;
    s->nvalue += (uint32_t)n;
    return buf_add(&c->head, at, n) ? 0 : too_large(c);
}

static unsigned method_of(unsigned char method, bool *head)
{
    *head = method == HTTP_HEAD;
    switch (method) {
    case HTTP_GET:
    case HTTP_HEAD:
        return METHOD_GET;
    case HTTP_POST:
        return METHOD_POST;
    case HTTP_PUT:
        return METHOD_PUT;
    case HTTP_PATCH:
        return METHOD_PATCH;
    case HTTP_DELETE:
        return METHOD_DELETE;
    case HTTP_OPTIONS:
        return METHOD_OPTIONS;
    default:
        return 0;
    }
}

static struct http_request *request_create(struct http_conn *c)
{
    struct http *h = c->h;
    struct http_request *r = calloc(1, sizeof(*r));
    struct str head;

    if (!r)
        CM_BUG("out of memory");
    r->w = h->w;
    r->id = ++h->serials;
    r->conn = c;
    r->next = h->requests;
    h->requests = r;
    c->r = r;
    buf_init(&r->in, HTTP_BODY_BYTES);
    r->method = method_of(c->parser.method, &r->head);
    head = arena_str(&r->a, buf_str(&c->head));
    r->path = str_cut(head, 0, c->ntarget);
    r->nheaders = c->nspans;
    r->headers = arena_array(&r->a, c->nspans + 1, sizeof(*r->headers));
    for (size_t i = 0; i < c->nspans; i++) {
        const struct span *s = &c->spans[i];

        r->headers[i].name = str_cut(head, s->name, s->name + s->nname);
        r->headers[i].value =
            str_trim(str_cut(head, s->value, s->value + s->nvalue));
    }
    return r;
}

static void claim(const struct http_request *r, const char *name,
                  struct str *out, bool *twice)
{
    size_t n = 0;

    for (size_t i = 0; i < r->nheaders; i++)
        n += str_ieq(r->headers[i].name, str_of(name));
    *out = http_header(r, name);
    *twice |= n > 1;
}

static enum http_entry admit(struct http_conn *c, struct http_request *r)
{
    struct http_claims claims = {
        .safe = r->method == METHOD_GET || r->method == METHOD_OPTIONS,
        .opens = r->method == METHOD_POST && str_eqz(r->path, HTTP_SESSION),
        .now_ms = clock_mono_ms(),
    };
    enum http_entry entry;

    claim(r, "Authorization", &claims.authorization, &claims.twice);
    claim(r, "X-API-Key", &claims.api_key, &claims.twice);
    claim(r, "Cookie", &claims.cookie, &claims.twice);
    claim(r, "Host", &claims.host, &claims.twice);
    claim(r, "Origin", &claims.origin, &claims.twice);
    claim(r, "Sec-Fetch-Site", &claims.fetch_site, &claims.twice);
    entry = http_admit(&c->h->secret, &claims, c->h->port);
    if (entry == HTTP_BY_TICKET)
        http_ticket_end(&c->h->secret, claims.authorization);
    return entry;
}

/* The body that was announced: is it wanted? */
static int expect_body(struct http_conn *c, struct http_request *r)
{
    struct str expect = http_header(r, "Expect");

    if (c->parser.content_length > HTTP_BODY_BYTES &&
        c->parser.flags & F_CONTENT_LENGTH)
        return refuse(c, 413, "full", "A body has at most 8 MB.");
    if (c->h->body_bytes > HTTP_BODIES_BYTES)
        return refuse(c, 503, "again", "Too much is being worked on.");
    if (!expect.p)
        return 0;
    if (!str_ieq(expect, STR("100-continue")))
        return refuse(c, 417, "arg", "Only 100-continue can be expected.");
    if (c->parser.http_minor > 0 &&
        (c->parser.content_length > 0 || c->parser.flags & F_CHUNKED))
        write_out(c, STR("HTTP/1.1 100 Continue\r\n\r\n"), STR_NONE);
    return 0;
}

static int on_head(llhttp_t *p)
{
    struct http_conn *c = p->data;
    struct http_request *r = request_create(c);
    enum http_entry entry = admit(c, r);
    double rate = (double)config_int(&c->h->w->config, OPT_HTTP_RATE);

    set_phase(c, PHASE_BODY, BODY_MS);
    p->upgrade = 0; /* not offered: an ordinary request */
    r->by_cookie = entry == HTTP_BY_COOKIE;
    if (*http_refusal(entry))
        return refuse(c, entry == HTTP_UNKNOWN ? 401 : 403, "perm",
                      http_refusal(entry));
    if (p->http_major != 1)
        return refuse(c, 505, "arg", "This server speaks HTTP/1.1.");
    if (!http_bucket_take(&c->h->bucket, rate, 2 * rate, clock_mono_ms()))
        return refuse(c, 429, "again", "More requests than the setting "
                                       "http_rate allows.");
    if (!r->method)
        return refuse(c, 405, "arg", "No path takes that method.");
    return expect_body(c, r);
}

static int on_body(llhttp_t *p, const char *at, size_t n)
{
    struct http_conn *c = p->data;

    if (!buf_add(&c->r->in, at, n))
        return refuse(c, 413, "full", "A body has at most 8 MB.");
    c->h->body_bytes += n;
    return 0;
}

static int on_whole(llhttp_t *p)
{
    (void)p;
    return HPE_PAUSED; /* what comes behind waits for the answer */
}

static const llhttp_settings_t *parser_settings(void)
{
    static const llhttp_settings_t s = {
        .on_url = on_target,
        .on_header_field = on_name,
        .on_header_value = on_value,
        .on_headers_complete = on_head,
        .on_body = on_body,
        .on_message_complete = on_whole,
    };

    return &s;
}

/* --- reading ------------------------------------------------------------------------------ */

static void next_head(struct http_conn *c)
{
    buf_reset(&c->head);
    c->ntarget = 0;
    c->nspans = 0;
    c->in_value = false;
}

/* An answer from here, the last one of this connection. */
static void answer_refusal(struct http_conn *c)
{
    struct http_request *r = c->r;
    char policy[HTTP_UNLOCK_POLICY];

    if (!r) /* its head was not whole */
        r = request_create(c);
    c->h->refused++;
    r->close = true;
    c->phase = PHASE_ANSWER;
    /* Browsers name it; what takes everything is a program. */
    if (c->status == 401 &&
        str_ifind(http_header(r, "Accept"), STR("text/html")) >= 0) {
        http_unlock_policy(policy);
        http_set(r, "Content-Security-Policy", str_of(policy));
        http_send(r, 401, "text/html; charset=utf-8",
                  str_of(http_unlock_page));
        return;
    }
    if (c->status == 401)
        http_set(r, "WWW-Authenticate", STR("Bearer realm=\"cmem\""));
    if (c->status == 429 || c->status == 503)
        http_set(r, "Retry-After", STR("1"));
    if (c->status == 405)
        http_set(r, "Allow",
                 STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    if (c->status != 401 || !mem0_refuse(r))
        http_fail(r, c->status, c->code, "%s", c->sentence);
}

/* Gives bytes to the parser: until a request is whole, or wrong. What is
 * behind it goes to c->rest. */
static void feed(struct http_conn *c, const char *p, size_t n)
{
    enum llhttp_errno rc = llhttp_execute(&c->parser, p, n);
    const char *at = llhttp_get_error_pos(&c->parser);
    struct http_request *r = c->r;

    if (rc == HPE_OK)
        return;
    if (rc != HPE_PAUSED) {
        refuse(c, 400, "format", "This is not a request of HTTP/1.1.");
        answer_refusal(c);
        return;
    }
    if (at < p + n)
        buf_add(&c->rest, at, (size_t)(p + n - at));
    llhttp_resume(&c->parser);
    r->close = !llhttp_should_keep_alive(&c->parser);
    r->raw = buf_str(&r->in);
    next_head(c);
    set_phase(c, PHASE_ANSWER, 0);
    uv_read_stop((uv_stream_t *)&c->tcp);
    worker_active(c->h->w);
    worker_reload(c->h->w);
    http_route(r, r->path);
}

/* What was read already, as long as nobody is waited for; then the socket. */
static void pump(struct http_conn *c)
{
    struct buf now;

    if (c->pumping)
        return;
    c->pumping = true;
    while (!c->closing && c->phase == PHASE_IDLE && c->rest.len) {
        now = c->rest;
        buf_init(&c->rest, sizeof(c->h->read));
        set_phase(c, PHASE_HEAD, HEAD_MS);
        feed(c, now.data, now.len);
        buf_free(&now);
    }
    c->pumping = false;
    if (!c->closing && c->phase <= PHASE_IDLE)
        uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
}

static void give_room(uv_handle_t *handle, size_t hint, uv_buf_t *b)
{
    struct http_conn *c = handle->data;

    (void)hint;
    *b = uv_buf_init(c->h->read, sizeof(c->h->read));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct http_conn *c = stream->data;

    if (n < 0) {
        drop(c);
        return;
    }
    if (n == 0 || c->phase > PHASE_IDLE) /* nothing is expected any more */
        return;
    if (c->phase == PHASE_IDLE)
        set_phase(c, PHASE_HEAD, HEAD_MS);
    c->pumping = true;
    feed(c, b->base, (size_t)n);
    c->pumping = false;
    if (!c->closing && c->phase == PHASE_IDLE)
        pump(c);
}

/* --- connections ------------------------------------------------------------------------------ */

static void on_tick(uv_timer_t *t)
{
    struct http *h = t->data;
    int64_t now = clock_mono_ms();

    http_mcp_tick(h);
    for (struct http_conn *c = h->conns, *next; c; c = next) {
        next = c->next;
        if (!c->deadline_ms || now < c->deadline_ms)
            continue;
        if (c->phase == PHASE_BODY ||
            (c->phase == PHASE_HEAD && c->head.len > 0)) {
            refuse(c, 408, "time", "The request took too long.");
            answer_refusal(c);
        } else {
            drop(c);
        }
    }
    if (h->nconns == 0)
        uv_timer_stop(t);
}

/* The one that has waited for longest with nothing under way, or NULL. */
static struct http_conn *idlest(struct http *h)
{
    struct http_conn *best = NULL;

    for (struct http_conn *c = h->conns; c; c = c->next)
        if ((c->phase == PHASE_IDLE || c->phase == PHASE_HEAD ||
             c->phase == PHASE_END) &&
            (!best || c->since_ms <= best->since_ms))
            best = c;
    return best;
}

void http_conn_accept(struct http *h)
{
    struct http_conn *c = calloc(1, sizeof(*c)), *idle;

    if (!c)
        CM_BUG("out of memory");
    c->h = h;
    buf_init(&c->head, HTTP_HEAD_BYTES);
    buf_init(&c->rest, sizeof(h->read));
    llhttp_init(&c->parser, HTTP_REQUEST, parser_settings());
    c->parser.data = c;
    uv_tcp_init(&h->w->loop, &c->tcp);
    c->tcp.data = c;
    idle = h->nconns >= HTTP_CONNECTIONS ? idlest(h) : NULL;
    if (uv_accept((uv_stream_t *)h->listener, (uv_stream_t *)&c->tcp) < 0 ||
        (h->nconns >= HTTP_CONNECTIONS && !idle)) {
        c->closing = true;
        uv_close((uv_handle_t *)&c->tcp, conn_gone);
        return;
    }
    if (idle)
        drop(idle);
    c->next = h->conns;
    h->conns = c;
    h->nconns++;
    uv_tcp_nodelay(&c->tcp, 1);
    set_phase(c, PHASE_HEAD, HEAD_MS);
    if (!uv_is_active((uv_handle_t *)&h->tick)) {
        h->tick.data = h;
        uv_timer_start(&h->tick, on_tick, TICK_MS, TICK_MS);
    }
    uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
}
