/* http_mcp.c - the Model Context Protocol over HTTP: POST /mcp.
 *
 * The protocol's "streamable HTTP", keeping nothing between two messages: each
 * POST has one message and its own struct mcp_peer, made from the headers, so
 * that any worker can answer. Requests are answered with application/json; one
 * that takes long and wants to be told of its progress gets an event stream,
 * which begins with the first such notice and ends with the reply. What wants no
 * answer gets 202. The server has nothing to say unasked, so GET (a stream) and
 * DELETE (a session's end) are 405, which the protocol provides for.
 *
 * A session is a name and nothing else: initialize gives out a random one, and a
 * cancellation comes to the request of that id that was sent under the same
 * name. Whichever name is sent is taken, so that a session outlives the worker.
 *
 * Which project is meant says `cwd` in the query, as everywhere over HTTP: a
 * client's roots could only be asked for over a stream. */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "mcp/mcp.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"
#include "worker/opened.h"

/* More than that is parsed on the thread pool: see http_route.c. */
#define PARSE_BYTES (128u << 10)

/* The first notice of progress, and each further one. */
#define PROGRESS_MS 1000
#define SESSION     "Mcp-Session-Id"
#define EVENTS      "text/event-stream"

struct mcp_call {
    uv_work_t work;
    struct http_request *r;
    struct mcp_call *next; /* of those under way */
    struct mcp_peer peer;
    struct mcp_message *m;
    bool is_batch;
    bool on_pool;         /* c->m is being read there */
    int64_t began_ms;
    int64_t told;         /* notices of progress */
    bool cancelled;
    bool streams;         /* the answer goes into s, */
    struct http_stream *s; /* NULL: nobody is there any more */
    struct opened opened; /* by what is under way */
    struct str text;     /* to be read next: the message, then results */
    struct buf result;
    struct err err; /* instead of a result */
    void (*take)(struct mcp_call *c);
};

/* --- reading ------------------------------------------------------------------ */

static void take_message(struct mcp_call *c)
{
    c->m = mcp_open(&c->peer, c->text);
}

static void take_result(struct mcp_call *c)
{
    struct json *result = c->err.code ? NULL : json_parse(c->text, &c->err);

    mcp_done(c->m, result, &c->err);
}

static void go_on(struct mcp_call *c);

static void take_on_pool(uv_work_t *work)
{
    struct mcp_call *c = work->data;

    c->take(c);
}

static void on_taken(uv_work_t *work, int status)
{
    struct mcp_call *c = work->data;

    (void)status;
    c->on_pool = false;
    go_on(c);
}

/* Here and now what is small. Between the messages of a batch the loop has its
 * turn in any case: there may be 64 that write. */
static void read_with(struct mcp_call *c, void (*take)(struct mcp_call *c))
{
    c->take = take;
    if (c->text.n > PARSE_BYTES || c->is_batch) {
        c->on_pool = true;
        uv_queue_work(&c->r->w->loop, &c->work, take_on_pool, on_taken);
        return;
    }
    take(c);
    go_on(c);
}

/* --- running and answering ------------------------------------------------------ */

static void call_free(struct mcp_call *c)
{
    struct mcp_call **at = &c->r->w->http->calls;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    mcp_close(c->m);
    buf_free(&c->result);
    free(c);
}

static void send_event(struct http_stream *s, struct str message)
{
    struct buf b;

    buf_init(&b, message.n + 64);
    buf_addz(&b, "event: message\ndata: ");
    buf_adds(&b, message);
    buf_addz(&b, "\n\n");
    http_stream_send(s, buf_str(&b));
    buf_free(&b);
}

/* The stream's last event, which is none when the request was cancelled. */
static void end_stream(struct mcp_call *c, struct str message)
{
    if (c->s && message.n)
        send_event(c->s, message);
    if (c->s)
        http_stream_end(c->s);
    c->s = NULL;
}

/* Enough that no two clients have one, and no client another one's by chance;
 * who may ask at all says the token. */
static void give_session(struct http_request *r)
{
    unsigned char random[16];
    char hex[2 * sizeof(random) + 1];

    file_random(random, sizeof(random));
    hex_of(random, sizeof(random), hex);
    http_set(r, SESSION, str_of(hex));
}

static void answer(struct mcp_call *c)
{
    struct http_request *r = c->r;
    int status = mcp_is_refused(c->m) ? 400 : 200;
    bool any, streams = c->streams, cancelled = c->cancelled;
    struct buf b;

    buf_init(&b, 2 * MCP_REPLY_MAX);
    any = mcp_reply(c->m, &b);
    if (any && mcp_is_initialize(c->m))
        give_session(r);
    if (streams)
        end_stream(c, any && !buf_is_full(&b) ? buf_str(&b) : STR_NONE);
    call_free(c);
    if (streams)
        http_nothing(r, 204); /* it has had its answer */
    else if (!any && cancelled && http_accepts(r, EVENTS))
        http_send(r, 200, EVENTS, STR_NONE); /* a stream without a reply */
    else if (!any)
        http_nothing(r, 202);
    else if (buf_is_full(&b))
        http_fail(r, 500, "full", "The reply would be too long.");
    else
        http_json(r, status, buf_str(&b));
    buf_free(&b);
}

static void on_result(struct http_request *r, struct str result,
                      const struct err *e)
{
    struct mcp_call *c = r->state;

    struct err why;

    if (e->code == 0 && opened_put(r->w, &c->opened, &why) < 0)
        log_warn("what was opened: %s", why.msg);
    buf_reset(&c->result); /* a copy: it goes before it is read */
    buf_adds(&c->result, result);
    c->text = buf_str(&c->result);
    c->err = *e;
    read_with(c, take_result);
}

/* --- while an operation runs ------------------------------------------------------ */

static void on_gone(void *arg)
{
    struct mcp_call *c = arg;

    c->s = NULL;
}

static void tell_progress(struct mcp_call *c)
{
    struct buf b;

    buf_init(&b, 65536);
    if (mcp_progress(c->m, c->told, &b)) {
        if (!c->streams) {
            c->s = http_stream_meanwhile(c->r, 200, EVENTS, on_gone, c);
            c->streams = c->s != NULL;
        }
        if (c->s)
            send_event(c->s, buf_str(&b));
    }
    buf_free(&b);
}

void http_mcp_tick(struct http *h)
{
    int64_t now = clock_mono_ms();

    for (struct mcp_call *c = h->calls; c; c = c->next)
        if (!c->on_pool && now >= c->began_ms + (c->told + 1) * PROGRESS_MS &&
            http_accepts(c->r, EVENTS)) {
            c->told++;
            tell_progress(c);
        }
}

/* What `by` says of a request of its own session. It is answered at once, and
 * what its operation still gives finds nobody. Of a batch the others go on. */
static void cancel(const struct mcp_call *by)
{
    const struct json *id = mcp_cancels(by->m);
    struct str session = http_header(by->r, SESSION);
    struct mcp_call *next;

    if (!id || session.n == 0)
        return;
    for (struct mcp_call *c = by->r->w->http->calls; c; c = next) {
        next = c->next;
        if (c == by || c->on_pool ||
            !str_eq(http_header(c->r, SESSION), session) ||
            !mcp_cancel(c->m, id))
            continue;
        c->cancelled = true;
        if (!c->is_batch)
            answer(c);
    }
}

/* --- one operation after the other -------------------------------------------------- */

/* The next operation, or the reply when there is none left. */
static void go_on(struct mcp_call *c)
{
    struct mcp_op want;
    const struct op *op;
    struct json *args;

    cancel(c);
    if (!mcp_next(c->m, &want)) {
        answer(c);
        return;
    }
    op = op_find(str_of(want.name));
    opened_take(&c->opened,
                op->flags & OP_OPENS ? json_get(want.args, "ids") : NULL);
    args = json_copy(want.args);
    if (want.cwd[0])
        json_set_str(args, "cwd", str_of(want.cwd));
    http_op(c->r, op, args, on_result);
}

/* --- who asks, and how ------------------------------------------------------------ */

static void refuse(struct http_request *r, int status,
                   const struct mcp_peer *peer, const char *why)
{
    struct buf b;

    buf_init(&b, 4096);
    mcp_refuse(peer, why, &b);
    http_json(r, status, buf_str(&b));
    buf_free(&b);
}

/* Before a version was agreed on, and from clients older than the header, there
 * is none: the protocol says what that means. */
static bool read_version(const struct http_request *r, struct mcp_peer *peer)
{
    struct str version = http_header(r, "MCP-Protocol-Version");

    peer->version = MCP_2025_03_26;
    return !version.p || mcp_version_of(version, &peer->version);
}

static bool read_cwd(const struct http_request *r, struct mcp_peer *peer)
{
    struct str cwd = http_query(r, "cwd");

    if (cwd.n == 0)
        return true;
    if (cwd.p[0] != '/' || cwd.n >= sizeof(peer->cwd))
        return false;
    memcpy(peer->cwd, cwd.p, cwd.n);
    return true;
}

static void post(struct http_request *r)
{
    struct mcp_peer peer = {0};
    struct mcp_call *c;

    if (!read_version(r, &peer)) {
        peer.version = MCP_NEWEST;
        refuse(r, 400, &peer,
               "MCP-Protocol-Version has to be 2025-03-26, 2025-06-18 or "
               "2025-11-25");
        return;
    }
    if (!http_accepts(r, "application/json")) {
        refuse(r, 406, &peer,
               "Accept has to have application/json (and text/event-stream)");
        return;
    }
    if (!http_has_json(r)) {
        refuse(r, 415, &peer, "the message has to be application/json");
        return;
    }
    if (!read_cwd(r, &peer)) {
        refuse(r, 400, &peer, "cwd has to be an absolute path");
        return;
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        CM_BUG("out of memory");
    c->work.data = c;
    c->r = r;
    c->peer = peer;
    c->text = str_trim(r->raw);
    c->is_batch = str_starts(c->text, STR("["));
    buf_init(&c->result, 16u << 20); /* twice what an operation may give */
    c->began_ms = clock_mono_ms();
    c->next = r->w->http->calls;
    r->w->http->calls = c;
    r->state = c;
    read_with(c, take_message);
}

static const struct http_route rows[] = {
    /* What is not JSON is answered in the protocol's own words. */
    {METHOD_POST, "/mcp", post, HTTP_ANY_BODY},
};

const struct http_routes http_mcp = {rows, ARRAY_LEN(rows)};
