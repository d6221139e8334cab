/*
 * llm_http.h - POST requests over libcurl on the worker's loop.
 *
 * JSON goes out, a bounded body comes back. http and https only, no
 * redirects, certificates checked, proxies by the environment as curl has it
 * but never for the loopback. Each request has a connection of its own,
 * closed behind it.
 */
#ifndef CMEM_WORKER_LLM_HTTP_H
#define CMEM_WORKER_LLM_HTTP_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct uv_loop_s;
struct llm_http;      /* all requests of a loop */
struct llm_http_call; /* one under way */

#define HTTP_HEADERS_MAX 8
/* Establishing the connection, of the whole timeout. */
#define HTTP_CONNECT_MS 10000

struct llm_http_reply;
typedef void (*llm_http_done)(void *arg, const struct llm_http_reply *r);

struct llm_http_request {
    const char *url;
    /* "Name: value", besides the JSON content type. */
    const char *headers[HTTP_HEADERS_MAX];
    size_t nheaders;
    struct str body;
    int timeout_ms;  /* of all of it */
    size_t max_body; /* of the reply */
    llm_http_done done;
    void *arg;
};

struct llm_http_reply {
    int rc;         /* 0 when there is a whole reply, whatever its status */
    struct err err; /* CM_ENET, CM_ETIME, CM_EFULL (reply too long) */
    int status;
    struct str body;
    int64_t retry_after_ms; /* 0 when the server said none */
};

int llm_http_create(struct llm_http **out, struct uv_loop_s *loop,
                    struct err *e);
/* Everything in *r is copied but the body, which must live until `done` or
 * llm_http_cancel. `done` is called once, from the loop, not from in here, and
 * may send again. */
int llm_http_send(struct llm_http_call **out, struct llm_http *h,
                  const struct llm_http_request *r, struct err *e);
/* Ends the call without calling back. */
void llm_http_cancel(struct llm_http_call *c);
/* No call may be under way. h is gone when `closed` is called, from the loop.
 */
void llm_http_close(struct llm_http *h, void (*closed)(void *arg), void *arg);

/* Does the URL lead to this machine and nowhere else? */
bool llm_http_is_loopback(struct str url);

#endif
