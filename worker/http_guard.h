/*
 * http_guard.h - who may ask over HTTP. Pure: no loop, no file, no clock.
 *
 * Every user and every web page of this machine can connect to 127.0.0.1. What
 * keeps them out, in this order:
 *
 *   1. a token of 32 random bytes that only this user can read. Without it the
 *      answer is 401 whatever is asked, before anything else is looked at. One
 *      request may bring a ticket instead, the one for the cookie: as random,
 *      but good once and for a minute, so that it may stand in the address
 *      that a browser is started with, which everybody on the machine can see;
 *   2. Host names this server by address or as localhost, with its port: a name
 *      that somebody let point to 127.0.0.1 (DNS rebinding) does not;
 *   3. Origin, where a browser sends one, is this server's own. "null" and
 *      every other one are refused, and no CORS header is ever sent;
 *   4. a page that comes with the cookie instead of the token must not say that
 *      it is another's (Sec-Fetch-Site) and, to change anything, must show that
 *      it is ours: Origin, or Sec-Fetch-Site: same-origin. The cookie alone is
 *      sent by any page of 127.0.0.1, on whatever port.
 */
#ifndef CMEM_WORKER_HTTP_GUARD_H
#define CMEM_WORKER_HTTP_GUARD_H

#include "base/common.h"
#include "base/str.h"

#define HTTP_TOKEN_SIZE 65 /* 64 hex digits and a NUL */
#define HTTP_COOKIE     "cmem_session"

/* A browser starts, and the page asks, in less. */
#define HTTP_TICKET_MS 60000
/* At most so many at once: then the oldest is worth nothing any more. */
#define HTTP_TICKETS 8

struct http_ticket {
    char text[HTTP_TOKEN_SIZE]; /* as a token; empty: none */
    int64_t until_ms;
};

struct http_secret {
    char token[HTTP_TOKEN_SIZE];
    /* What a viewer's cookie holds: follows from the token, which does not
     * follow from it. */
    char cookie[HTTP_TOKEN_SIZE];
    struct http_ticket tickets[HTTP_TICKETS];
    size_t ntickets; /* that were made so far */
};

/* No ticket of another token is good. */
void http_secret_of(struct http_secret *s, struct str token);

#define HTTP_TICKET_BYTES 32
/* A new ticket of these random bytes; its text lives in s until it is used or
 * HTTP_TICKETS others were made. Times are a monotonic clock's. */
const char *http_ticket_add(struct http_secret *s,
                            const unsigned char bytes[HTTP_TICKET_BYTES],
                            int64_t now_ms);
/* Whoever came with it (HTTP_BY_TICKET) was the one. */
void http_ticket_end(struct http_secret *s, struct str authorization);

/* What of a request these checks look at; p == NULL: not there. */
struct http_claims {
    struct str authorization, api_key, cookie, host, origin, fetch_site;
    bool twice; /* one of them more than once */
    bool safe;  /* GET, HEAD, OPTIONS */
    bool opens; /* asks for the cookie: a ticket will do */
    int64_t now_ms;
};

enum http_entry {
    HTTP_BY_TOKEN,
    HTTP_BY_COOKIE,
    HTTP_BY_TICKET,
    HTTP_UNKNOWN,  /* 401 */
    HTTP_BAD_HOST, /* 403, and so on */
    HTTP_FOREIGN_ORIGIN,
    HTTP_FORGED, /* a cookie, and nothing that says whose page it is */
};

enum http_entry http_admit(const struct http_secret *s,
                           const struct http_claims *c, int port);
/* The sentence to an entry that was refused. */
const char *http_refusal(enum http_entry entry);

/* Parts of it. */
bool http_host_is_ours(struct str host, int port);
bool http_origin_is_ours(struct str origin, int port);
bool http_same(struct str a, struct str b); /* in constant time */
struct str http_cookie(struct str header, const char *name);

/* --- how often ------------------------------------------------------------------ */

/* `rate` a second on average, `burst` at once; rate 0: no limit. */
struct http_bucket {
    double tokens;
    int64_t last_ms;
};
bool http_bucket_take(struct http_bucket *b, double rate, double burst,
                      int64_t now_ms);

#endif
