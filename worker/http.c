/* http.c - see http.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "worker/control.h"
#include "worker/http.h"
#include "worker/http_conn.h"

#define BACKLOG 256

static struct str place(const struct worker *w, const char *name,
                        char out[PATHS_MAX + 32])
{
    snprintf(out, PATHS_MAX + 32, "%s/%s", w->paths.data, name);
    return str_of(out);
}

/* --- the token --------------------------------------------------------------------- */

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return s.n == HTTP_TOKEN_SIZE - 1;
}

/* The one that is there, if it is one and nobody else can read it; or anew. */
static int token(struct http *h, struct err *e)
{
    char path[PATHS_MAX + 32], hex[HTTP_TOKEN_SIZE];
    unsigned char bytes[32];
    struct str text;
    struct buf b;
    struct stat st;
    int rc;

    place(h->w, "http.token", path);
    buf_init(&b, 4096);
    rc = file_read(path, &b, NULL);
    text = str_trim(buf_str(&b));
    if (rc < 0 || !is_token(text) || stat(path, &st) < 0 ||
        st.st_uid != getuid() || (st.st_mode & 077)) {
        file_random(bytes, sizeof(bytes));
        hex_of(bytes, sizeof(bytes), hex);
        buf_reset(&b);
        buf_addf(&b, "%s\n", hex);
        text = str_of(hex);
        rc = file_write(path, buf_str(&b), 0600, e);
    }
    if (rc >= 0)
        http_secret_of(&h->secret, text);
    buf_free(&b);
    return rc < 0 ? rc : 0;
}

/* --- listening --------------------------------------------------------------------- */

static void freed(uv_handle_t *handle)
{
    free(handle);
}

static void stop(struct http *h)
{
    char path[PATHS_MAX + 32];

    if (!h->listener)
        return;
    place(h->w, "http.address", path);
    unlink(path);
    http_conns_drop(h);
    http_live_close(h);
    uv_close((uv_handle_t *)h->listener, freed);
    h->listener = NULL;
    h->by_setting = false;
    log_info("http: not served any more");
}

static void on_connect(uv_stream_t *listener, int status)
{
    struct http *h = listener->data;

    if (status == 0 && !h->closing)
        http_conn_accept(h);
}

static int bind_at(struct http *h, int port, struct err *e)
{
    struct sockaddr_in sa;
    struct sockaddr_storage got;
    int n = sizeof(got), rc;

    uv_ip4_addr("127.0.0.1", port, &sa);
    rc = uv_tcp_bind(h->listener, (const struct sockaddr *)&sa, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)h->listener, BACKLOG, on_connect);
    if (rc == 0)
        rc = uv_tcp_getsockname(h->listener, (struct sockaddr *)&got, &n);
    if (rc == 0) {
        memcpy(&sa, &got, sizeof(sa));
        h->port = (sa.sin_port & 0xff) << 8 | sa.sin_port >> 8;
        return 0;
    }
    return err_set(e, rc == UV_EADDRINUSE ? CM_EARG : CM_EIO,
                   "listen on 127.0.0.1:%d: %s", port, uv_strerror(rc));
}

static int start(struct http *h, int port, struct err *e)
{
    char path[PATHS_MAX + 32], address[64];
    int rc = token(h, e);

    if (rc < 0)
        return rc;
    h->listener = calloc(1, sizeof(*h->listener));
    if (!h->listener)
        CM_BUG("out of memory");
    uv_tcp_init(&h->w->loop, h->listener);
    h->listener->data = h;
    rc = bind_at(h, port, e);
    if (rc == 0) {
        snprintf(address, sizeof(address), "http://127.0.0.1:%d\n", h->port);
        place(h->w, "http.address", path);
        rc = file_write(path, str_of(address), 0600, e);
    }
    if (rc < 0) {
        uv_close((uv_handle_t *)h->listener, freed);
        h->listener = NULL;
        return rc;
    }
    h->bucket = (struct http_bucket){0};
    http_live_open(h);
    log_info("http: served on 127.0.0.1:%d", h->port);
    return 0;
}

/* --- life --------------------------------------------------------------------------- */

void http_open(struct worker *w)
{
    struct http *h = calloc(1, sizeof(*h));

    if (!h)
        CM_BUG("out of memory");
    w->http = h;
    h->w = w;
    uv_timer_init(&w->loop, &h->tick);
    http_reload(w);
}

void http_reload(struct worker *w)
{
    struct http *h = w->http;
    bool wanted = config_bool(&w->config, OPT_HTTP);
    int port = (int)config_int(&w->config, OPT_HTTP_PORT);
    struct err e = {0};

    if (!h || h->closing)
        return;
    if (h->by_setting && (!wanted || (port && port != h->port)))
        stop(h);
    if (!wanted || h->listener)
        return;
    if (start(h, port, &e) == 0)
        h->by_setting = true;
    else
        log_warn("http: %s", e.msg);
}

void http_close(struct worker *w)
{
    struct http *h = w->http;

    if (!h || h->closing)
        return;
    stop(h);
    h->closing = true;
    uv_close((uv_handle_t *)&h->tick, NULL);
}

void http_end(struct worker *w)
{
    if (!w->http)
        return;
    http_requests_free(w->http);
    free(w->http);
    w->http = NULL;
}

void http_status(const struct worker *w, struct jsonw *j)
{
    char address[64];

    if (!http_is_serving(w))
        return;
    snprintf(address, sizeof(address), "http://127.0.0.1:%d", w->http->port);
    jsonw_strz(j, "http", address);
}

bool http_is_serving(const struct worker *w)
{
    return w->http && w->http->listener;
}

/* --- cmem serve ----------------------------------------------------------------------- */

static void tell(struct http *h, const struct asker *to, bool ticket)
{
    char address[64], path[PATHS_MAX + 32];
    unsigned char bytes[HTTP_TICKET_BYTES];
    struct buf b;
    struct jsonw j;

    buf_init(&b, 16384);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_bool(&j, "serving", h->listener != NULL);
    if (h->listener) {
        snprintf(address, sizeof(address), "http://127.0.0.1:%d", h->port);
        jsonw_strz(&j, "address", address);
        jsonw_int(&j, "port", h->port);
        jsonw_str(&j, "token_file", place(h->w, "http.token", path));
        if (ticket) {
            file_random(bytes, sizeof(bytes));
            jsonw_strz(&j, "ticket",
                       http_ticket_add(&h->secret, bytes, clock_mono_ms()));
        }
        jsonw_bool(&j, "by_setting", h->by_setting);
        jsonw_int(&j, "connections", (int64_t)h->nconns);
        jsonw_int(&j, "streams", (int64_t)h->nstreams);
    }
    jsonw_int(&j, "requests", h->answered);
    jsonw_int(&j, "refused", h->refused);
    jsonw_end(&j);
    control_answer(h->w, to, buf_str(&b), NULL);
    buf_free(&b);
}

int http_serve_op(struct worker *w, const struct asker *to,
                  const struct json *args, struct err *e)
{
    struct http *h = w->http;
    int64_t port = json_get_int(args, "port", 0);
    int rc = 0;

    if (port < 0 || port > 65535)
        return err_set(e, CM_EARG, "serve: a port is between 1 and 65535");
    if (!port)
        port = config_int(&w->config, OPT_HTTP_PORT);
    if (json_get_bool(args, "stop")) {
        stop(h);
    } else if (!json_get_bool(args, "status")) {
        if (h->listener && port && port != h->port)
            stop(h);
        if (!h->listener)
            rc = start(h, (int)port, e);
    }
    if (rc == 0)
        tell(h, to, json_get_bool(args, "ticket"));
    return rc;
}
