/* http_mcp.c - the Model Context Protocol over HTTP: POST /mcp.
 *
 * The protocol's "streamable HTTP" without its streams and its sessions: each
 * POST has one message and its own struct mcp_peer, made from the headers, so
 * that nothing is kept and any worker can answer. Requests are answered with
 * application/json; what wants no answer gets 202. The server has nothing to
 * say unasked, so GET (a stream) and DELETE (a session's end) are 405, which
 * the protocol provides for.
 *
 * Which project is meant says `cwd` in the query, as everywhere over HTTP: a
 * client's roots could only be asked for over a stream. */
#include "base/common.h"

#include "mcp/mcp.h"
#include "worker/control.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"

/* More than that is parsed on the thread pool: see http_route.c. */
#define PARSE_BYTES (128u << 10)

struct call {
    uv_work_t work;
    struct http_request *r;
    struct mcp_peer peer;
    struct mcp_message *m;
    bool is_batch;
    bool shows;          /* what is under way: `show` */
    struct json *opened; /* numbers of the memories that it gave */
    struct str text;     /* to be read next: the message, then results */
    struct buf result;
    struct err err; /* instead of a result */
    void (*take)(struct call *c);
};

/* --- reading ------------------------------------------------------------------ */

static void take_message(struct call *c)
{
    c->m = mcp_open(&c->peer, c->text);
}

static void note_opened(struct call *c, const struct json *items)
{
    int64_t n;

    c->opened = json_array();
    for (const struct json *m = json_first(items); m; m = json_next(m)) {
        struct str id = json_get_str(m, "id");

        if (str_starts(id, STR("#")) &&
            str_int(str_cut(id, 1, id.n), 1, INT64_MAX, &n) == 0)
            json_push(c->opened, json_new_int(n));
    }
}

static void take_result(struct call *c)
{
    struct json *result = c->err.code ? NULL : json_parse(c->text, &c->err);

    if (c->shows)
        note_opened(c, json_get(result, "items"));
    mcp_done(c->m, result, &c->err);
}

static void go_on(struct call *c);

static void take_on_pool(uv_work_t *work)
{
    struct call *c = work->data;

    c->take(c);
}

static void on_taken(uv_work_t *work, int status)
{
    (void)status;
    go_on(work->data);
}

/* Here and now what is small. Between the messages of a batch the loop has its
 * turn in any case: there may be 64 that write. */
static void read_with(struct call *c, void (*take)(struct call *c))
{
    c->take = take;
    if (c->text.n > PARSE_BYTES || c->is_batch) {
        uv_queue_work(&c->r->w->loop, &c->work, take_on_pool, on_taken);
        return;
    }
    take(c);
    go_on(c);
}

/* --- running and answering ------------------------------------------------------ */

static void not_listening(struct worker *w, const struct asker *to,
                          struct str result, const struct err *e)
{
    (void)w, (void)to, (void)result, (void)e;
}

/* What an agent opened counts as used, as it does when cmem mcp says so. */
static void tell_opened(struct call *c)
{
    const struct asker nobody = {.answer = not_listening};
    struct json *op = json_object(), *args = json_object();
    struct buf b;

    json_set(args, "ids", c->opened);
    json_set_str(op, "op", STR("accessed"));
    json_set(op, "args", args);
    buf_init(&b, 1u << 20);
    json_print(op, &b, 0);
    control_op(c->r->w, &nobody, buf_str(&b));
    buf_free(&b);
    json_free(op);
    c->opened = NULL; /* with it */
}

static void call_free(struct call *c)
{
    mcp_close(c->m);
    buf_free(&c->result);
    free(c);
}

static void answer(struct call *c)
{
    struct http_request *r = c->r;
    int status = mcp_is_refused(c->m) ? 400 : 200;
    bool any;
    struct buf b;

    buf_init(&b, 2 * MCP_REPLY_MAX);
    any = mcp_reply(c->m, &b);
    call_free(c);
    if (!any)
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
    struct call *c = r->state;

    buf_reset(&c->result); /* a copy: it goes before it is read */
    buf_adds(&c->result, result);
    c->text = buf_str(&c->result);
    c->err = *e;
    read_with(c, take_result);
}

/* The next operation, or the reply when there is none left. */
static void go_on(struct call *c)
{
    struct mcp_op op;
    struct json *args;

    if (json_len(c->opened))
        tell_opened(c);
    json_free(c->opened);
    c->opened = NULL;
    if (!mcp_next(c->m, &op)) {
        answer(c);
        return;
    }
    c->shows = strcmp(op.name, "show") == 0;
    args = json_copy(op.args);
    if (op.cwd[0])
        json_set_str(args, "cwd", str_of(op.cwd));
    http_op(c->r, op_find(str_of(op.name)), args, on_result);
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
    struct call *c;

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
    r->state = c;
    read_with(c, take_message);
}

static const struct http_route rows[] = {
    /* What is not JSON is answered in the protocol's own words. */
    {METHOD_POST, "/mcp", post, HTTP_ANY_BODY},
};

const struct http_routes http_mcp = {rows, ARRAY_LEN(rows)};
