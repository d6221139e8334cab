/*
 * http_conn.h - one connection of the HTTP server; between http.c, which
 * listens, and http_route.c, which answers.
 *
 * A connection reads one request, waits for its answer, writes it, and only
 * then looks at what came behind: pipelined requests are served one at a time,
 * and a client that does not read its answers is not read either. llhttp
 * parses, in its strict form: a request whose end two parsers could see in two
 * places (two lengths, a length and chunks, a lone LF) is refused.
 *
 * Invariants:
 *   1. a request belongs to the server's list from when its head was let in
 *      until it is answered, whether or not its connection lasts;
 *   2. a connection has at most one request (c->r), and reads nothing while
 *      that is being answered;
 *   3. before the token was seen a connection holds at most HTTP_HEAD_BYTES
 *      and one read of 64 KB.
 */
#ifndef CMEM_WORKER_HTTP_CONN_H
#define CMEM_WORKER_HTTP_CONN_H

#include <uv.h>

#include "base/common.h"
#include "worker/http.h"
#include "worker/http_guard.h"
#include "worker/http_route.h"

struct http_conn;
struct http_feed;
struct mcp_call;

struct http {
    struct worker *w;
    uv_tcp_t *listener; /* NULL: does not serve */
    uv_timer_t tick;    /* looks at deadlines while there are connections */
    struct http_conn *conns;
    size_t nconns, nstreams;
    struct http_request *requests;
    uint64_t serials;
    size_t body_bytes; /* of all requests */
    struct http_secret secret;
    struct http_bucket bucket;
    struct http_feed *feed; /* http_live.c */
    struct mcp_call *calls; /* http_mcp.c: that are under way */
    int port;
    bool by_setting; /* goes with the setting */
    bool closing;
    int64_t answered, refused; /* since start */
    char read[65536];          /* where every connection reads to */
};

/* Takes the connection that waits at the listener. */
void http_conn_accept(struct http *h);
/* Drops every connection and frees requests that nobody will answer. */
void http_conns_drop(struct http *h);
void http_requests_free(struct http *h);

/* The request of that number, if it still waits for its answer. */
struct http_request *http_find(struct worker *w, uint64_t id);
/* An answer made elsewhere came: `then`, or as it is. */
void http_later(struct http_request *r, struct str result, const struct err *e);

/* http_live.c: what the live stream keeps. */
void http_live_open(struct http *h);
void http_live_close(struct http *h); /* when all connections are gone */

/* http_mcp.c: some times a second while there are connections. */
void http_mcp_tick(struct http *h);

/* http_openapi.c: a handler. */
void http_openapi(struct http_request *r);

/* Where a browser's page gets its cookie. */
#define HTTP_SESSION "/api/v1/session"

/* What a browser gets that has no cookie yet: takes the ticket out of its
 * address (#ticket=...), gets the cookie for it and comes again. */
extern const char http_unlock_page[];
/* The Content-Security-Policy that lets its script and its style be. */
#define HTTP_UNLOCK_POLICY 256
void http_unlock_policy(char out[HTTP_UNLOCK_POLICY]);

#endif
