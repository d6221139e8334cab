/* http_unlock.c - the page that turns a token into a cookie; see http_conn.h.
 *
 * It is the same for every path and holds nothing: a request without token or
 * cookie gets no more than that there is a door. The token stands behind the
 * address's "#", which browsers do not send. */
#include "base/common.h"

#include "base/sha256.h"
#include "base/str.h"
#include "worker/http_conn.h"

#define SCRIPT                                                                 \
    "const t=new URLSearchParams(location.hash.slice(1)).get('token');"        \
    "const say=s=>{document.querySelector('p').textContent=s};"                \
    "history.replaceState(null,'',location.pathname+location.search);"         \
    "if(t)fetch('/api/v1/session',{method:'POST',"                             \
    "headers:{Authorization:'Bearer '+t}})"                                    \
    ".then(r=>r.ok?location.reload():say('This link is no longer valid. "      \
    "Run cmem view for a new one.'))"                                          \
    ".catch(()=>say('cmem does not answer.'));"                                \
    "else say('Run cmem view in a terminal: it opens this page with the key.'" \
    ");"

const char http_unlock_page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<title>cmem</title><h1>cmem</h1><p role=\"status\"></p>"
    "<script>" SCRIPT "</script></html>\n";

static void base64(const unsigned char *p, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                 "tuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16;

        v |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
        v |= i + 2 < n ? p[i + 2] : 0;
        *out++ = digits[v >> 18];
        *out++ = digits[v >> 12 & 63];
        *out++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
        *out++ = i + 2 < n ? digits[v & 63] : '=';
    }
    *out = '\0';
}

void http_unlock_policy(char out[160])
{
    unsigned char digest[SHA256_BYTES];
    char text[48];

    sha256(STR(SCRIPT), digest);
    base64(digest, sizeof(digest), text);
    snprintf(out, 160,
             "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; "
             "script-src 'sha256-%s'",
             text);
}
