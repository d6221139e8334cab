/* http_guard.c - see http_guard.h. */
#include "base/common.h"

#include "base/sha256.h"
#include "worker/http_guard.h"

void http_secret_of(struct http_secret *s, struct str token)
{
    struct sha256 h;
    unsigned char digest[SHA256_BYTES];

    *s = (struct http_secret){0};
    snprintf(s->token, sizeof(s->token), "%.*s", STR_ARG(token));
    sha256_init(&h);
    sha256_add(&h, STR("cmem viewer "));
    sha256_add(&h, str_of(s->token));
    sha256_end(&h, digest);
    hex_of(digest, sizeof(digest), s->cookie);
}

bool http_same(struct str a, struct str b)
{
    volatile unsigned char differ = 0;

    if (a.n != b.n) /* the length is no secret */
        return false;
    for (size_t i = 0; i < a.n; i++)
        differ |= (unsigned char)(a.p[i] ^ b.p[i]);
    return differ == 0;
}

/* "127.0.0.1:8080"; without a port only where it is 80. */
bool http_host_is_ours(struct str host, int port)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    char want[32];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        snprintf(want, sizeof(want), "%s:%d", names[i], port);
        if (str_ieq(host, str_of(want)) ||
            (port == 80 && str_ieq(host, str_of(names[i]))))
            return true;
    }
    return false;
}

bool http_origin_is_ours(struct str origin, int port)
{
    struct str scheme = STR("http://");

    return str_starts(origin, scheme) &&
           http_host_is_ours(str_cut(origin, scheme.n, origin.n), port);
}

struct str http_cookie(struct str header, const char *name)
{
    struct str part, n = str_of(name);

    while (str_split(&header, ';', &part)) {
        part = str_trim(part);
        if (part.n > n.n && str_starts(part, n) && part.p[n.n] == '=')
            return str_cut(part, n.n + 1, part.n);
    }
    return STR_NONE;
}

static struct str behind(struct str authorization, struct str scheme)
{
    if (!str_ieq(str_cut(authorization, 0, scheme.n), scheme))
        return STR_NONE;
    return str_trim(str_cut(authorization, scheme.n, authorization.n));
}

/* "Bearer x" and, as some clients say it, "Token x". */
static struct str credential(struct str authorization)
{
    struct str bearer = behind(authorization, STR("Bearer "));

    return bearer.n ? bearer : behind(authorization, STR("Token "));
}

/* --- tickets --------------------------------------------------------------------- */

const char *http_ticket_add(struct http_secret *s,
                            const unsigned char bytes[HTTP_TICKET_BYTES],
                            int64_t now_ms)
{
    struct http_ticket *t = &s->tickets[s->ntickets++ % HTTP_TICKETS];

    hex_of(bytes, HTTP_TICKET_BYTES, t->text);
    t->until_ms = now_ms + HTTP_TICKET_MS;
    return t->text;
}

/* Its row, or -1. All are compared: how long it takes tells nothing. */
static int find_ticket(const struct http_secret *s, struct str authorization)
{
    struct str text = behind(authorization, STR("Ticket "));
    int found = -1;

    for (size_t i = 0; i < HTTP_TICKETS; i++)
        if (http_same(text, str_of(s->tickets[i].text)) && text.n)
            found = (int)i;
    return found;
}

void http_ticket_end(struct http_secret *s, struct str authorization)
{
    int i = find_ticket(s, authorization);

    if (i >= 0)
        s->tickets[i] = (struct http_ticket){0};
}

/* --- letting in ------------------------------------------------------------------ */

enum http_entry http_admit(const struct http_secret *s,
                           const struct http_claims *c, int port)
{
    struct str token = str_of(s->token), cookie = str_of(s->cookie);
    bool by_header = http_same(credential(c->authorization), token);
    bool by_key = http_same(c->api_key, token), by_token = by_header || by_key;
    bool by_cookie = http_same(http_cookie(c->cookie, HTTP_COOKIE), cookie);
    int ticket = c->opens ? find_ticket(s, c->authorization) : -1;
    bool by_ticket = ticket >= 0 && c->now_ms < s->tickets[ticket].until_ms;

    if (token.n == 0 || c->twice || (!by_token && !by_cookie && !by_ticket))
        return HTTP_UNKNOWN;
    if (!http_host_is_ours(c->host, port))
        return HTTP_BAD_HOST;
    if (c->origin.p && !http_origin_is_ours(c->origin, port))
        return HTTP_FOREIGN_ORIGIN;
    if (by_token)
        return HTTP_BY_TOKEN;
    if (by_ticket)
        return HTTP_BY_TICKET;
    /* "none": typed into the address bar, opened from a terminal. */
    if (c->fetch_site.p && !str_eqz(c->fetch_site, "same-origin") &&
        !(c->safe && str_eqz(c->fetch_site, "none")))
        return HTTP_FORGED;
    if (!c->safe && !c->origin.p && !c->fetch_site.p)
        return HTTP_FORGED;
    return HTTP_BY_COOKIE;
}

const char *http_refusal(enum http_entry entry)
{
    switch (entry) {
    case HTTP_BAD_HOST:
        return "Host is not this server: use 127.0.0.1 or localhost with its "
               "port.";
    case HTTP_FOREIGN_ORIGIN:
        return "Pages of other origins are not served.";
    case HTTP_FORGED:
        return "What comes with the cookie has to come from this server's own "
               "page.";
    case HTTP_UNKNOWN:
        return "Every request needs the token: Authorization: Bearer TOKEN "
               "(cmem serve --status says where it is).";
    case HTTP_BY_TOKEN:
    case HTTP_BY_COOKIE:
    case HTTP_BY_TICKET:
        break;
    }
    return "";
}

bool http_bucket_take(struct http_bucket *b, double rate, double burst,
                      int64_t now_ms)
{
    if (rate <= 0)
        return true;
    if (b->last_ms == 0)
        b->tokens = burst;
    else if (now_ms > b->last_ms)
        b->tokens += rate * (double)(now_ms - b->last_ms) / 1000;
    b->last_ms = now_ms;
    if (b->tokens > burst)
        b->tokens = burst;
    if (b->tokens < 1)
        return false;
    b->tokens -= 1;
    return true;
}
