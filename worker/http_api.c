/* http_api.c - cmem's own routes: /api/v1/OPERATION for every row of ops/op.h.
 *
 * Arguments come from the query string or as a JSON object; both go through
 * op_check. What writes takes POST only. */
#include "base/common.h"

#include "base/log.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"
#include "worker/opened.h"

static void ping(struct http_request *r)
{
    http_json(r, 200, STR("{\"cmem\":\"" CMEM_VERSION "\"}"));
}

/* --- a browser's page ------------------------------------------------------------ */

/* Whoever has the token or a ticket gets the cookie; http_unlock.c asks. */
static void session_begin(struct http_request *r)
{
    char cookie[256];

    snprintf(cookie, sizeof(cookie),
             HTTP_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict",
             r->w->http->secret.cookie);
    http_set(r, "Set-Cookie", str_of(cookie));
    http_nothing(r, 204);
}

static void session_end(struct http_request *r)
{
    http_set(r, "Set-Cookie",
             STR(HTTP_COOKIE "=; Path=/; HttpOnly; SameSite=Strict; "
                             "Max-Age=0"));
    http_nothing(r, 204);
}

/* --- operations -------------------------------------------------------------------- */

static const struct param *param_of(const struct op *op, struct str name)
{
    for (size_t i = 0; i < op->nparams; i++)
        if (str_eqz(name, op->params[i].name))
            return &op->params[i];
    return NULL;
}

/* A value of the query string as its parameter wants it. What does not fit
 * stays text, and op_check says what it should have been. */
static void take_value(struct json *args, const struct param *p,
                       const struct http_pair *q)
{
    int64_t n;
    struct json *list;

    switch (p->type) {
    case PARAM_INT:
    case PARAM_TIME:
        if (str_int(q->value, INT64_MIN, INT64_MAX, &n) == 0) {
            json_set_int(args, p->name, n);
            return;
        }
        break;
    case PARAM_BOOL:
        if (q->value.n == 0 || str_eqz(q->value, "true") ||
            str_eqz(q->value, "1")) {
            json_set_bool(args, p->name, true);
            return;
        }
        if (str_eqz(q->value, "false") || str_eqz(q->value, "0")) {
            json_set_bool(args, p->name, false);
            return;
        }
        break;
    case PARAM_LIST:
        list = json_get(args, p->name);
        if (!list) {
            json_set(args, p->name, json_array());
            list = json_get(args, p->name);
        }
        json_push_str(list, q->value);
        return;
    case PARAM_STR:
    case PARAM_JSON:
        break;
    }
    json_set_str(args, p->name, q->value);
}

static struct json *take_args(struct http_request *r, const struct op *op)
{
    struct json *args = r->body ? r->body : json_object();

    r->body = NULL; /* the operation's now */
    for (size_t i = 0; i < r->nquery && json_is_object(args); i++) {
        const struct http_pair *q = &r->query[i];
        const struct param *p = param_of(op, q->name);
        char name[64];

        if (p) {
            take_value(args, p, q);
        } else { /* "cwd", or what op_check refuses */
            snprintf(name, sizeof(name), "%.*s", STR_ARG(q->name));
            json_set_str(args, name, q->value);
        }
    }
    return args;
}

/* `opened`: false is of the one who asks, not of the operation. */
static bool is_opening(const struct op *op, struct json *args)
{
    const struct json *told = json_get(args, "opened");
    bool is = !(json_is_bool(told) && !json_bool(told)) &&
              !str_eqz(json_str(told), "false");

    if (!(op->flags & OP_OPENS))
        return false;
    json_del(args, "opened");
    return is;
}

static void give_opened(struct http_request *r, struct str result,
                        const struct err *e)
{
    struct err why;

    if (e->code < 0) {
        http_error(r, e);
        return;
    }
    if (opened_put(r->w, r->state, &why) < 0)
        log_warn("what was opened: %s", why.msg);
    http_json(r, 200, result);
}

static void run_op(struct http_request *r)
{
    const struct op *op = op_find(http_param(r, "operation"));
    struct json *args;
    struct str cwd;

    if (!op || op->flags & OP_TERMINAL) {
        http_fail(r, 404, "not-found", "There is no operation %.*s.",
                  STR_ARG(str_cut(http_param(r, "operation"), 0, 64)));
        return;
    }
    if (op->flags & OP_WRITES && r->method == METHOD_GET) {
        http_set(r, "Allow", STR("POST, OPTIONS"));
        http_fail(r, 405, "arg", "%s changes something: use POST.", op->name);
        return;
    }
    args = take_args(r, op);
    cwd = json_get_str(args, "cwd");
    if (!json_is_object(args) || (cwd.n && cwd.p[0] != '/')) {
        http_fail(r, 400, "arg", cwd.n ? "cwd has to be an absolute path."
                                       : "The body has to be an object.");
        json_free(args);
        return;
    }
    if (is_opening(op, args)) {
        r->state = arena_alloc(&r->a, sizeof(struct opened));
        opened_take(r->state, json_get(args, "ids"));
        http_op(r, op, args, give_opened);
    } else {
        http_op(r, op, args, NULL);
    }
}

static const struct http_route rows[] = {
    {METHOD_GET, "/api/v1/ping", ping, 0},
    {METHOD_GET, "/api/v1/openapi.json", http_openapi, 0},
    {METHOD_POST, HTTP_SESSION, session_begin, HTTP_ANY_BODY},
    {METHOD_DELETE, HTTP_SESSION, session_end, HTTP_ANY_BODY},
    {METHOD_GET | METHOD_POST, "/api/v1/{operation}", run_op, 0},
};

const struct http_routes http_api = {rows, ARRAY_LEN(rows)};
