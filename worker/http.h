/*
 * http.h - HTTP on loopback: off until asked for, for this user's programs.
 *
 * `cmem serve` (or the setting http) opens 127.0.0.1 at a port that the system
 * chooses unless one is given. In the data directory, mode 0600, are then
 *
 *     http.token     64 hex digits; made once, stays over restarts
 *     http.address   "http://127.0.0.1:PORT"; there while it is served
 *
 * While it serves, the worker does not leave for want of work: nobody could
 * start it over HTTP.
 *
 * http_guard.h says who is let in, http_route.h how routes are added,
 * http_conn.h how a connection is read, and http_api.c what there is.
 *
 * Limits. What goes beyond gets an answer that says so and is closed:
 *   request line and headers   HTTP_HEAD_BYTES, HTTP_HEADERS, in 5 seconds
 *   body                       HTTP_BODY_BYTES, in 30 seconds; all bodies that
 *                              are being worked on, HTTP_BODIES_BYTES
 *   connections                HTTP_CONNECTIONS; the one idle for longest goes
 *   idle, or not reading       60 and 30 seconds
 *   requests                   the setting http_rate a second (429)
 *   streams                    HTTP_STREAMS
 */
#ifndef CMEM_WORKER_HTTP_H
#define CMEM_WORKER_HTTP_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "worker/server.h"
#include "worker/worker.h"

#define HTTP_HEAD_BYTES 16384u
#define HTTP_HEADERS 100
#define HTTP_BODY_BYTES (8u << 20)
#define HTTP_BODIES_BYTES (64u << 20)
#define HTTP_CONNECTIONS 128
#define HTTP_STREAMS 16

/* Serves when the setting says so. */
void http_open(struct worker *w);
/* Ends every connection; answers that are under way find nobody. */
void http_close(struct worker *w);
/* After the loop ran out. */
void http_end(struct worker *w);
/* The settings are others now. */
void http_reload(struct worker *w);
bool http_is_serving(const struct worker *w);
/* For `cmem status`: "http", the address, while it serves. */
void http_status(const struct worker *w, struct jsonw *j);

/*
 * The control op "serve": {"port": N} begins (again, at another port), {"stop":
 * true} ends, {"status": true} only tells. The answer:
 *   {"serving", "address", "port", "token_file", "connections", "streams",
 *    "requests", "refused"}
 * and with {"ticket": true} a "ticket" (http_guard.h), for `cmem view`.
 */
int http_serve_op(struct worker *w, const struct asker *to,
                  const struct json *args, struct err *e);

#endif
