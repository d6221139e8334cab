/* http_unlock.c - the page that turns a ticket into a cookie; see http_conn.h.
 *
 * It is the same for every path and holds nothing: a request without token or
 * cookie gets no more than that there is a door. The ticket stands behind the
 * address's "#", which browsers do not send. */
#include "base/common.h"

#include "base/sha256.h"
#include "base/str.h"
#include "worker/http_conn.h"

/* The viewer's colours; its style sheet is behind the door. */
#define STYLE                                                                  \
    ":root{color-scheme:light "                                                \
    "dark;--paper:#faf9f6;--card:#fff;--sunk:#f1efe9;"                         \
    "--line:#e2dfd6;--ink:#1f1e1b;--soft:#615d54;--accent:#0f766e}"            \
    "@media(prefers-color-scheme:dark){:root{--paper:#161614;--card:#1f1f1c;"  \
    "--sunk:#272723;--line:#35342f;--ink:#eceae4;--soft:#aaa69b;"              \
    "--accent:#5eead4}}"                                                       \
    "body{margin:0;min-height:100vh;display:grid;place-items:center;"          \
    "background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,"   \
    "system-ui,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',"                \
    "'Liberation Sans',sans-serif}"                                            \
    "main{box-sizing:border-box;width:min(460px,calc(100vw - 32px));"          \
    "padding:28px 30px;background:var(--card);border:1px solid var(--line);"   \
    "border-radius:14px}"                                                      \
    "h1{margin:0 0 10px;font-size:1.35rem;letter-spacing:-.015em;"             \
    "display:flex;gap:10px;align-items:center}"                                \
    "svg{width:24px;fill:none;stroke:var(--accent);stroke-width:1.7;"          \
    "stroke-linecap:round;stroke-linejoin:round}"                              \
    "p{margin:0;color:var(--soft)}"                                            \
    "code{font:.88em ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',"          \
    "monospace;background:var(--sunk);color:var(--ink);border-radius:4px;"     \
    "padding:.12em .4em;white-space:nowrap}"

/* The sentence stands in the page; the script says what comes of a ticket. */
#define SCRIPT                                                                 \
    "const t=new URLSearchParams(location.hash.slice(1)).get('ticket'),"       \
    "p=document.querySelector('p'),"                                           \
    "say=s=>{p.firstChild.data=s};"                                            \
    "if(t){history.replaceState(null,'',location.pathname+location.search);"   \
    "say('This address was good once, and for a minute. For a new one, run '"  \
    ");p.hidden=true;"                                                         \
    "fetch('" HTTP_SESSION "',{method:'POST',"                                 \
    "headers:{Authorization:'Ticket '+t}})"                                    \
    ".then(r=>{if(r.ok)location.reload();else p.hidden=false})"                \
    ".catch(()=>{say('cmem does not answer. To start it, run ');"              \
    "p.hidden=false})}"

const char http_unlock_page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<title>cmem</title><style>" STYLE "</style>"
    "<main><h1><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
    "<path d=\"M6 11V8a6 6 0 0 1 12 0v3M5 11h14v10H5zM12 "
    "15v2\"/></svg>cmem</h1>"
    "<p role=\"status\">To open this page, run <code>cmem view</code> in a "
    "terminal.</p></main><script>" SCRIPT "</script></html>\n";

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

static void hash_of(struct str text, char out[48])
{
    unsigned char digest[SHA256_BYTES];

    sha256(text, digest);
    base64(digest, sizeof(digest), out);
}

void http_unlock_policy(char out[HTTP_UNLOCK_POLICY])
{
    char script[48], style[48];

    hash_of(STR(SCRIPT), script);
    hash_of(STR(STYLE), style);
    snprintf(out, HTTP_UNLOCK_POLICY,
             "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; "
             "script-src 'sha256-%s'; style-src 'sha256-%s'",
             script, style);
}
