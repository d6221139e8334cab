/* http_live.c - what is new, told as it happens: GET /api/v1/events.
 *
 * Server-sent events. The database is the buffer: a client has a mark
 * (store/feed.h), which is also the id of what it was sent last, so that one
 * that comes again goes on where it was. One that takes little is sent little;
 * one that is too far behind is told "reset" (load anew) and goes on from now,
 * or, when it takes nothing at all, is dropped with its connection.
 *
 *   event   {"id", "name", "tool", "project", "session", "time"}
 *   memory  {"id", "change", "kind", "type", "title", "project", ...}
 *   index   how far the code index is, as `cmem index --status` has it
 *   reset   {"reason"} */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/feed.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"
#include "worker/indexing.h"

#define LOOK_MS      200   /* while somebody listens */
#define HEARTBEAT_MS 15000
#define ROWS         100   /* of a kind, a look and a client */
#define WAITING      65536 /* bytes not taken: no more for now */
#define BEHIND       2000  /* rows: it had better load anew */
#define TEXT_MAX     (1u << 20)

struct client {
    struct http_feed *f;
    struct client *next;
    struct http_stream *s;
    struct feed_mark mark;
};

struct http_feed {
    struct http *h;
    uv_timer_t timer;
    struct client *clients;
    int64_t commits; /* looked at up to here */
    int64_t beat_ms;
    struct buf index; /* as it was told last */
};

/* --- clients ------------------------------------------------------------------- */

static void gone(void *arg)
{
    struct client *c = arg;
    struct client **at = &c->f->clients;

    while (*at && *at != c)
        at = &(*at)->next;
    if (*at)
        *at = c->next;
    free(c);
}

static void put_id(struct buf *b, const struct feed_mark *m)
{
    buf_addf(b, "id: %lld-%lld-%lld\n", (long long)m->event,
             (long long)m->memory, (long long)m->change);
}

static bool read_id(struct str s, struct feed_mark *m)
{
    int64_t *out[] = {&m->event, &m->memory, &m->change};
    struct str part;

    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        if (!str_split(&s, '-', &part) ||
            str_int(part, 0, INT64_MAX, out[i]) < 0)
            return false;
    return s.n == 0;
}

static void put_some(struct jsonw *j, const char *key, struct str s)
{
    if (s.n)
        jsonw_str(j, key, s);
}

static void put_row(void *arg, const struct feed_row *r,
                    const struct feed_mark *at)
{
    struct buf *b = arg;
    struct jsonw j;
    char time[32], id[32], session[32];

    put_id(b, at);
    buf_addf(b, "event: %s\ndata: ", r->kind == FEED_EVENT ? "event" : "memory");
    jsonw_init(&j, b);
    jsonw_obj(&j, NULL);
    snprintf(id, sizeof(id), "%s%lld", r->kind == FEED_EVENT ? "e" : "#",
             (long long)r->id);
    jsonw_strz(&j, "id", id);
    jsonw_str(&j, r->kind == FEED_EVENT ? "name" : "change", r->what);
    put_some(&j, "tool", r->tool);
    put_some(&j, "kind", r->memory_kind);
    put_some(&j, "type", r->type);
    put_some(&j, "title", r->title);
    put_some(&j, "project", r->project);
    snprintf(session, sizeof(session), "s%lld", (long long)r->session_id);
    if (r->session_id)
        jsonw_strz(&j, "session", session);
    clock_iso(r->time_ms, time);
    jsonw_strz(&j, "time", time);
    jsonw_end(&j);
    buf_addz(b, "\n\n");
}

static bool is_behind(const struct feed_mark *m, const struct feed_mark *now)
{
    return now->event - m->event > BEHIND || now->memory - m->memory > BEHIND ||
           now->change - m->change > BEHIND;
}

/* Sends what is new to this one; false: it is gone. */
static bool feed_one(struct client *c, const struct feed_mark *now)
{
    struct http_feed *f = c->f;
    struct buf b;
    struct err e;
    int rc = 0;

    if (http_stream_waiting(c->s) > WAITING)
        return true;
    buf_init(&b, TEXT_MAX);
    if (is_behind(&c->mark, now)) {
        c->mark = *now;
        put_id(&b, now);
        buf_addz(&b, "event: reset\ndata: {\"reason\":\"too far behind\"}\n\n");
    } else {
        rc = feed_after(f->h->w->db, &c->mark, ROWS, put_row, &b, &e);
    }
    if (rc < 0)
        log_warn("live stream: %s", e.msg);
    if (b.len && !buf_is_full(&b))
        http_stream_send(c->s, buf_str(&b)); /* c may be gone now */
    buf_free(&b);
    return rc >= 0;
}

static void send_all(struct http_feed *f, struct str text)
{
    for (struct client *c = f->clients, *next; c; c = next) {
        next = c->next;
        if (http_stream_waiting(c->s) <= WAITING)
            http_stream_send(c->s, text);
    }
}

/* --- looking -------------------------------------------------------------------- */

static void on_index(struct worker *w, const struct asker *to,
                     struct str result, const struct err *e)
{
    struct http_feed *f = w->http ? w->http->feed : NULL;
    struct buf b;

    (void)to;
    if (!f || e || str_eq(result, buf_str(&f->index)))
        return;
    buf_reset(&f->index);
    buf_adds(&f->index, result);
    buf_init(&b, TEXT_MAX);
    buf_addf(&b, "event: index\ndata: %.*s\n\n", STR_ARG(result));
    send_all(f, buf_str(&b));
    buf_free(&b);
}

static void look_at_index(struct http_feed *f)
{
    struct asker to = {.answer = on_index};
    struct json *args = json_object();
    struct err e;

    indexing_op(f->h->w, &to, args, &e);
    json_free(args);
}

static void on_look(uv_timer_t *t)
{
    struct http_feed *f = t->data;
    struct worker *w = f->h->w;
    int64_t now_ms = clock_mono_ms();
    struct feed_mark now;
    struct err e;

    if (!f->clients) {
        uv_timer_stop(t);
        return;
    }
    worker_flush(w); /* nobody is told what may yet be undone */
    /* Those that were full have rows to come, whatever was written since. */
    if (feed_now(w->db, &now, &e) == 0)
        for (struct client *c = f->clients, *next; c; c = next) {
            next = c->next;
            if (memcmp(&c->mark, &now, sizeof(now)) != 0)
                feed_one(c, &now);
        }
    if (indexing_busy(w) || f->index.len == 0 || f->commits != db_commits(w->db))
        look_at_index(f);
    f->commits = db_commits(w->db);
    if (now_ms - f->beat_ms >= HEARTBEAT_MS) {
        f->beat_ms = now_ms;
        send_all(f, STR(": still here\n\n"));
    }
}

static void listen_to(struct http_request *r)
{
    struct http_feed *f = r->w->http->feed;
    struct str last = http_header(r, "Last-Event-ID");
    struct client *c = calloc(1, sizeof(*c));
    struct err e = {0};

    if (!c)
        CM_BUG("out of memory");
    c->f = f;
    if (!f || feed_now(r->w->db, &c->mark, &e) < 0) {
        free(c);
        http_fail(r, 503, "again", "The live stream is not there now.");
        return;
    }
    if (last.p && !read_id(last, &c->mark)) {
        free(c);
        http_fail(r, 400, "arg", "Last-Event-ID is not one of this stream's.");
        return;
    }
    c->s = http_stream_begin(r, 200, "text/event-stream", gone, c);
    if (!c->s) {
        free(c);
        return;
    }
    c->next = f->clients;
    f->clients = c;
    http_stream_send(c->s, STR("retry: 2000\n\n"));
    buf_reset(&f->index); /* the new one is told, too */
    f->timer.data = f;
    if (!uv_is_active((uv_handle_t *)&f->timer)) {
        f->beat_ms = clock_mono_ms();
        uv_timer_start(&f->timer, on_look, 0, LOOK_MS);
    }
}

/* --- life ------------------------------------------------------------------------ */

void http_live_open(struct http *h)
{
    struct http_feed *f = calloc(1, sizeof(*f));

    if (!f)
        CM_BUG("out of memory");
    f->h = h;
    buf_init(&f->index, TEXT_MAX);
    uv_timer_init(&h->w->loop, &f->timer);
    f->timer.data = f;
    h->feed = f;
}

static void on_closed(uv_handle_t *handle)
{
    struct http_feed *f = handle->data;

    buf_free(&f->index);
    free(f);
}

/* After the last connection, so that no client is left. */
void http_live_close(struct http *h)
{
    struct http_feed *f = h->feed;

    h->feed = NULL;
    if (f)
        uv_close((uv_handle_t *)&f->timer, on_closed);
}

static const struct http_route rows[] = {
    {METHOD_GET, "/api/v1/events", listen_to, 0},
};

const struct http_routes http_live = {rows, ARRAY_LEN(rows)};
