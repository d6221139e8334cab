/* llm_http.c - see llm_http.h. */
#include "base/common.h"

#include <uv.h>

#include "base/buf.h"
#include "worker/llm_curl.h"
#include "worker/llm_http.h"

struct llm_http {
    uv_loop_t *loop;
    uv_timer_t timer; /* curl's one timeout */
    CURLM *multi;
    struct curl_api curl;
    void (*closed)(void *);
    void *closed_arg;
};

struct llm_http_call {
    struct llm_http *h;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    llm_http_done done;
    void *arg;
    char error[CURL_ERROR_SIZE];
};

/* One socket of curl's, watched. */
struct watch {
    uv_poll_t poll; /* first: a handle's address is its watch's */
    struct llm_http *h;
    curl_socket_t fd;
};

/* --- replies ------------------------------------------------------------- */

static void call_free(struct llm_http_call *c)
{
    struct curl_api *curl = &c->h->curl;

    if (c->easy) {
        curl->multi_remove_handle(c->h->multi, c->easy);
        curl->easy_cleanup(c->easy);
    }
    curl->slist_free_all(c->headers);
    buf_free(&c->body);
    free(c);
}

static int code_of(CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return CM_ETIME;
    case CURLE_WRITE_ERROR: /* on_body refused it */
        return CM_EFULL;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return CM_EARG;
    default:
        return CM_ENET;
    }
}

static void finish(struct llm_http_call *c, CURLcode code)
{
    struct curl_api *curl = &c->h->curl;
    struct llm_http_reply r = {0};
    long status = 0;
    curl_off_t retry_s = 0;

    curl->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &retry_s);
    r.status = (int)status;
    r.body = buf_str(&c->body);
    /* A date far away must not overflow; nobody waits for a day. */
    r.retry_after_ms = (retry_s > 86400 ? 86400 : retry_s) * 1000;
    if (code != CURLE_OK && buf_is_full(&c->body))
        r.rc = err_set(&r.err, CM_EFULL, "the reply is longer than %zu bytes",
                       c->body.max);
    else if (code != CURLE_OK)
        r.rc = err_set(&r.err, code_of(code), "%s",
                       c->error[0] ? c->error : curl->easy_strerror(code));
    c->done(c->arg, &r);
    call_free(c);
}

/* Everything that curl has finished. `done` may send or cancel, so that the
 * list is asked anew for each. */
static void drain(struct llm_http *h)
{
    CURLMsg *m;
    int left;

    while ((m = h->curl.multi_info_read(h->multi, &left))) {
        struct llm_http_call *c = NULL;
        CURLcode code = m->data.result;

        if (m->msg != CURLMSG_DONE)
            continue;
        h->curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
        finish(c, code);
    }
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct llm_http_call *c = arg;

    return buf_add(&c->body, p, size * n) ? size * n : 0;
}

/* --- curl's sockets and timer on the loop -------------------------------- */

static void on_timer(uv_timer_t *t)
{
    struct llm_http *h = t->data;
    int running;

    h->curl.multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    drain(h);
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
    struct llm_http *h = arg;

    (void)multi;
    if (ms < 0)
        return uv_timer_stop(&h->timer);
    /* The loop's idea of now may be old, and the wait would be too short. */
    uv_update_time(h->loop);
    return uv_timer_start(&h->timer, on_timer, (uint64_t)ms, 0);
}

static void on_socket(uv_poll_t *p, int status, int events)
{
    struct watch *w = (struct watch *)p;
    struct llm_http *h = w->h;
    int running, bits = 0;

    if (status < 0)
        bits = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        bits |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        bits |= CURL_CSELECT_OUT;
    h->curl.multi_socket_action(h->multi, w->fd, bits, &running);
    drain(h);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void unwatch(struct watch *w)
{
    w->h->curl.multi_assign(w->h->multi, w->fd, NULL);
    uv_close((uv_handle_t *)&w->poll, free_handle);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                      void *socket_arg)
{
    struct llm_http *h = arg;
    struct watch *w = socket_arg;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            unwatch(w);
        return 0;
    }
    if (!w) {
        w = calloc(1, sizeof(*w));
        if (!w)
            CM_BUG("out of memory");
        w->h = h;
        w->fd = fd;
        if (uv_poll_init_socket(h->loop, &w->poll, fd) < 0) {
            free(w);
            return -1;
        }
        h->curl.multi_assign(h->multi, fd, w);
    }
    if (what & CURL_POLL_IN)
        events |= UV_READABLE;
    if (what & CURL_POLL_OUT)
        events |= UV_WRITABLE;
    return uv_poll_start(&w->poll, events, on_socket) < 0 ? -1 : 0;
}

/* --- requests ------------------------------------------------------------ */

/* The host of a URL, without its port. */
static struct str host_of(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://")), end;

    if (at < 0)
        return STR_NONE;
    url = str_cut(url, (size_t)at + 3, url.n);
    end = str_chr(url, '/');
    if (end >= 0)
        url.n = (size_t)end;
    end = str_chr(url, ']');
    if (end >= 0)
        return str_cut(url, 0, (size_t)end + 1);
    end = str_chr(url, ':');
    return end < 0 ? url : str_cut(url, 0, (size_t)end);
}

bool llm_http_is_loopback(struct str url)
{
    struct str host = host_of(url);

    if (str_ieq(host, STR("localhost")) || str_eq(host, STR("[::1]")))
        return true;
    if (!str_starts(host, STR("127.")))
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (!is_digit(host.p[i]) && host.p[i] != '.')
            return false;
    return true;
}

static void add_header(struct llm_http_call *c, const char *line)
{
    struct curl_slist *l = c->h->curl.slist_append(c->headers, line);

    if (!l)
        CM_BUG("out of memory");
    c->headers = l;
}

static void set_safety(struct curl_api *curl, CURL *easy, const char *url)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS,
                      (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    /* Signals are the program's own. */
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Do not stop the loop for a name server that does not answer: the
     * thread that asks it ends by itself. */
    curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    if (llm_http_is_loopback(str_of(url)))
        curl->easy_setopt(easy, CURLOPT_PROXY, "");
}

static void set_up(struct llm_http_call *c, const struct llm_http_request *r)
{
    struct curl_api *curl = &c->h->curl;
    long connect_ms =
        r->timeout_ms < HTTP_CONNECT_MS ? r->timeout_ms : HTTP_CONNECT_MS;

    add_header(c, "Content-Type: application/json");
    add_header(c, "Accept: application/json");
    /* curl would ask for permission to send a long body, and wait for it. */
    add_header(c, "Expect:");
    for (size_t i = 0; i < r->nheaders; i++)
        add_header(c, r->headers[i]);

    set_safety(curl, c->easy, r->url);
    curl->easy_setopt(c->easy, CURLOPT_URL, r->url);
    curl->easy_setopt(c->easy, CURLOPT_USERAGENT, "cmem/" CMEM_VERSION);
    curl->easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
    curl->easy_setopt(c->easy, CURLOPT_POST, 1L);
    curl->easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                      (curl_off_t)r->body.n);
    curl->easy_setopt(c->easy, CURLOPT_POSTFIELDS, r->body.p);
    curl->easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
    curl->easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    curl->easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
    curl->easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->error);
    curl->easy_setopt(c->easy, CURLOPT_PRIVATE, c);
}

int llm_http_send(struct llm_http_call **out, struct llm_http *h,
                  const struct llm_http_request *r, struct err *e)
{
    struct llm_http_call *c = calloc(1, sizeof(*c));

    if (!c)
        CM_BUG("out of memory");
    c->h = h;
    c->done = r->done;
    c->arg = r->arg;
    buf_init(&c->body, r->max_body);
    c->easy = h->curl.easy_init();
    if (c->easy)
        set_up(c, r);
    if (!c->easy || h->curl.multi_add_handle(h->multi, c->easy) != CURLM_OK) {
        call_free(c);
        return err_set(e, CM_ENET, "libcurl refuses the request");
    }
    *out = c;
    return 0;
}

void llm_http_cancel(struct llm_http_call *c)
{
    if (c)
        call_free(c);
}

int llm_http_create(struct llm_http **out, struct uv_loop_s *loop,
                    struct err *e)
{
    struct llm_http *h = calloc(1, sizeof(*h));
    int rc;

    if (!h)
        CM_BUG("out of memory");
    h->loop = loop;
    rc = curl_load(&h->curl, e);
    if (rc < 0) {
        free(h);
        return rc;
    }
    h->multi = h->curl.multi_init();
    if (!h->multi)
        CM_BUG("out of memory");
    uv_timer_init(loop, &h->timer);
    h->timer.data = h;
    h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    h->curl.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    h->curl.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    *out = h;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct llm_http *h = handle->data;
    void (*closed)(void *) = h->closed;
    void *arg = h->closed_arg;

    free(h);
    if (closed)
        closed(arg);
}

void llm_http_close(struct llm_http *h, void (*closed)(void *arg), void *arg)
{
    h->closed = closed;
    h->closed_arg = arg;
    h->curl.multi_cleanup(h->multi);
    uv_close((uv_handle_t *)&h->timer, on_closed);
}
