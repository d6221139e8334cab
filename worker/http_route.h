/*
 * http_route.h - what whoever adds a route to the HTTP server needs.
 *
 * A route is a row: methods, a pattern, a handler, flags. A part of the server
 * has a table of rows in its own file and one line in `tables` (http_route.c):
 *
 *     static void get_one(struct http_request *r)
 *     {
 *         int64_t id;
 *
 *         if (str_int(http_param(r, "id"), 1, INT64_MAX, &id) < 0) {
 *             http_fail(r, 404, "not-found", "no such memory");
 *             return;
 *         }
 *         http_read(r, read_one, args, NULL);      -- on the thread pool
 *     }
 *
 *     static const struct http_route rows[] = {
 *         {METHOD_GET, "/v1/memories/{id}", get_one, 0},
 *         {METHOD_POST, "/v1/memories", add, 0},
 *     };
 *     const struct http_routes http_mem0 = {rows, ARRAY_LEN(rows)};
 *
 * with `extern const struct http_routes http_mem0;` below.
 *
 * When a handler runs, the request has passed everything in http_guard.h (the
 * token, Host, Origin) and every limit of http.h; its body is there whole and,
 * unless the row has HTTP_ANY_BODY, is one JSON value or nothing.
 *
 * A handler runs on the loop and must not take long: what reads the database
 * goes through http_read or http_op, what writes by itself uses worker_own_tx
 * and answers at once. It ANSWERS EXACTLY ONCE, now or later, with one of
 * http_send, http_json, http_fail, http_error, http_nothing, http_stream_begin,
 * or by handing the request to http_read, http_op or http_asker. `r` lives
 * until then and not a moment longer, whether or not the client is still there:
 * what comes too late is thrown away.
 *
 * HEAD is answered by the rows for GET, OPTIONS by the router. A path is
 * matched with and without a slash at its end. A row with words goes before
 * one with {parameters}, if it stands before it: first match wins.
 */
#ifndef CMEM_WORKER_HTTP_ROUTE_H
#define CMEM_WORKER_HTTP_ROUTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "ops/op.h"
#include "worker/server.h"

enum http_method {
    METHOD_GET = 1, /* HEAD, too */
    METHOD_POST = 2,
    METHOD_PUT = 4,
    METHOD_PATCH = 8,
    METHOD_DELETE = 16,
    METHOD_OPTIONS = 32, /* the router's own */
};

enum http_route_flags {
    HTTP_ANY_BODY = 1, /* any content type; the handler reads `raw` */
};

struct http_request;

struct http_route {
    unsigned methods; /* one or several of enum http_method */
    /* "/words/{one}/more"; "{rest*}" at the end takes all that follows. */
    const char *pattern;
    void (*run)(struct http_request *r);
    unsigned flags;
};

struct http_routes {
    const struct http_route *rows;
    size_t n;
};

/* The tables; one file each. */
extern const struct http_routes http_api, http_live, http_mcp, http_mem0,
    http_viewer;

struct http_pair {
    struct str name, value;
};

/*
 * Everything of a request. Slices live as long as the request does; those made
 * by http_* likewise. Handlers read, and change `then` and `state` only.
 */
struct http_request {
    struct worker *w;
    struct arena a;    /* for the handler, too */
    unsigned method;   /* one of enum http_method */
    bool head;         /* HEAD: the answer goes without its body */
    bool by_cookie;    /* a browser's page, not a program with the token */
    struct str path;   /* as it was sent, without the query */
    struct str raw;    /* the body */
    struct json *body; /* parsed; NULL without one. Freed with the request */
    void *state;       /* the handler's own, for `then` */

    /* Behind the curtain: http_route.c and http_conn.c. */
    uint64_t id;
    struct http_conn *conn; /* NULL: the client has gone */
    struct http_request *next;
    const struct http_route *route;
    struct http_pair *params, *query, *headers, *out;
    size_t nparams, nquery, nheaders, nout;
    void (*then)(struct http_request *r, struct str result,
                 const struct err *e);
    struct buf in;     /* the body as it came */
    bool close;        /* the connection ends with the answer */
};

/* --- asking ------------------------------------------------------------------ */

/* A {parameter} of the pattern, percent-decoded; never empty. */
struct str http_param(const struct http_request *r, const char *name);
/* The first of that name in the query string, percent- and plus-decoded;
 * p == NULL: not there. r->query has all of them in their order. */
struct str http_query(const struct http_request *r, const char *name);
/* A header by its name, in any case; p == NULL: not there. Of several with one
 * name the first: those on which safety rests are there once. */
struct str http_header(const struct http_request *r, const char *name);
/* Does the client take this type? "*" and no Accept at all take everything. */
bool http_accepts(const struct http_request *r, const char *type);
/* Does it say that its body is JSON? Asked already without HTTP_ANY_BODY. */
bool http_has_json(const struct http_request *r);

/* --- answering --------------------------------------------------------------- */

/* A header of the answer, before it is given. Takes the place of a standing one
 * (Cache-Control, Content-Security-Policy, ...) with that name. Control
 * characters in the value become blanks. */
void http_set(struct http_request *r, const char *name, struct str value);

void http_send(struct http_request *r, int status, const char *type,
               struct str body);
void http_json(struct http_request *r, int status, struct str json);
/* Status 204, or another one that has no body. */
void http_nothing(struct http_request *r, int status);
/* {"error": {"code": CODE, "message": one sentence}} */
void http_fail(struct http_request *r, int status, const char *code,
               const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The same for an error of ours: its status follows from e->code. */
void http_error(struct http_request *r, const struct err *e);
int http_status_of(int code); /* an enum cm_err */

/* --- answering later ---------------------------------------------------------- */

/*
 * What is made of a result: `result` is JSON, or e->code is set. It answers.
 * NULL gives the result as it is with status 200, or the error.
 */
typedef void (*http_then)(struct http_request *r, struct str result,
                          const struct err *e);

/* Runs on the thread pool, with a database and a meaning of its own; what it
 * writes to out is the result. As the `run` of an operation (ops/op.h). */
typedef int (*http_run)(struct op_env *env, const struct json *args,
                        struct jsonw *out, struct err *e);

/* `args` are taken over; "cwd" among them is the directory that is meant (and
 * is taken out of them). Many may wait; past that the answer is 503. */
void http_read(struct http_request *r, http_run run, struct json *args,
               http_then then);
/* An operation, checked by op_check: reading ones as http_read, writing ones
 * here and now. */
void http_op(struct http_request *r, const struct op *op, struct json *args,
             http_then then);
/* For everything that answers through control_answer (control.h). */
struct asker http_asker(struct http_request *r, http_then then);

/* --- answering without end ----------------------------------------------------- */

struct http_stream;

/*
 * The answer's head goes out with chunks to follow; `r` is gone then. `gone` is
 * called once, when the client went, was too slow or the server ends, and never
 * after http_stream_end. NULL: too many streams (503 is answered) or nobody
 * there; then `gone` is not called.
 */
struct http_stream *http_stream_begin(struct http_request *r, int status,
                                      const char *type, void (*gone)(void *arg),
                                      void *arg);
/*
 * The same while a request waits for an answer that it was handed over for
 * (http_op, ...): `then` comes as ever, r has to be answered as ever, and
 * nobody hears that: what the client is to have goes into the stream. NULL: all
 * streams are taken, or nobody is there any more; r is as it was.
 */
struct http_stream *http_stream_meanwhile(struct http_request *r, int status,
                                          const char *type,
                                          void (*gone)(void *arg), void *arg);
/* Bytes that the client has not taken yet: wait while there are many. */
size_t http_stream_waiting(const struct http_stream *s);
void http_stream_send(struct http_stream *s, struct str bytes);
void http_stream_end(struct http_stream *s);

/* --- for http_conn.c ------------------------------------------------------------ */

/* Finds the row and runs it, or answers 404, 405, 415, 400. r->headers, method,
 * raw and path with its query are set. */
void http_route(struct http_request *r, struct str target);

/* --- parts of it, for tests ------------------------------------------------------ */

/* Does the path match? Parameters go into params (HTTP_PARAMS at most). */
#define HTTP_PARAMS 8
bool http_match(const char *pattern, struct str path, struct arena *a,
                struct http_pair params[HTTP_PARAMS], size_t *n);
/* "%41" to "A", with plus "+" to " ". false: not well formed, or a NUL. */
bool http_unescape(struct str s, bool plus, struct arena *a, struct str *out);
/* "a=1&b=2"; at most HTTP_QUERIES. false: not well formed, too many. */
#define HTTP_QUERIES 256
bool http_query_parse(struct str s, struct arena *a, struct http_pair **pairs,
                      size_t *n);

#endif
