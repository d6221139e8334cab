/* llm_verdict.c - see llm_verdict.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/llm_verdict.h"
#include "worker/provider.h"

/* Of a provider's message in a sentence of ours. */
#define QUOTE_MAX 240

/* Appends text without the key. */
static void add_masked(struct buf *b, struct str text, struct str key)
{
    ptrdiff_t at;

    while (key.n && (at = str_find(text, key)) >= 0) {
        buf_add(b, text.p, (size_t)at);
        buf_addz(b, "[key]");
        text = str_cut(text, (size_t)at + key.n, text.n);
    }
    buf_adds(b, text);
}

struct str verdict_quote(const struct verdict_on *on, struct arena *a,
                         struct str text)
{
    struct buf masked, line;
    struct str out;

    /* Cut behind masking: a part of the key must not be left. */
    buf_init(&masked, 4 * LLM_REPLY_MAX);
    buf_init(&line, 4 * QUOTE_MAX);
    add_masked(&masked, str_trim(text), on->key);
    utf8_clean_line(&line, utf8_cut(buf_str(&masked), QUOTE_MAX));
    out = arena_str(a, buf_str(&line));
    buf_free(&masked);
    buf_free(&line);
    return out;
}

/* "34s" or "1.5s" in google.rpc.RetryInfo, which Gemini sends instead of a
 * Retry-After header. */
static int64_t retry_info_ms(const struct json *body)
{
    const struct json *details = json_path(body, "error.details");

    for (struct json *d = json_first(details); d; d = json_next(d)) {
        struct str s = json_get_str(d, "retryDelay");
        ptrdiff_t end = str_chr(s, '.');
        int64_t seconds;

        if (end < 0)
            end = str_chr(s, 's');
        if (end > 0 &&
            str_int(str_cut(s, 0, (size_t)end), 0, 86400, &seconds) == 0)
            return (seconds + 1) * 1000;
    }
    return 0;
}

static bool is_transient(int status)
{
    return status == 408 || status == 409 || status == 425 || status == 429 ||
           status >= 500;
}

static int code_of(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 422:
        return CM_EARG;
    case 401:
    case 402:
    case 403:
        return CM_EPERM;
    case 404:
        return CM_ENOTFOUND;
    case 429:
        return CM_EAGAIN;
    default:
        return CM_ENET;
    }
}

void verdict_of_status(struct verdict *v, const struct verdict_on *on,
                       const struct llm_http_reply *r, const struct json *body)
{
    struct arena a = {0};
    struct str words = verdict_quote(on, &a, provider_error_text(body));

    *v = (struct verdict){.rc = code_of(r->status),
                          .retry_ms = r->retry_after_ms};
    v->transient = v->again = is_transient(r->status);
    if (v->retry_ms == 0)
        v->retry_ms = retry_info_ms(body);
    if (v->retry_ms > LLM_RETRY_MAX_MS)
        v->retry_ms = LLM_RETRY_MAX_MS;
    if (words.n)
        err_set(&v->err, v->rc, "%s answers %d: %.*s", on->provider, r->status,
                STR_ARG(words));
    else
        err_set(&v->err, v->rc, "%s at %.*s answers %d with no reason",
                on->provider, STR_ARG(on->base_url), r->status);
    arena_free(&a);
}

void verdict_of_transport(struct verdict *v, const struct verdict_on *on,
                          const struct llm_http_reply *r)
{
    struct arena a = {0};
    struct str words = verdict_quote(on, &a, str_of(r->err.msg));

    *v = (struct verdict){.rc = r->rc};
    /* A URL that is none and a reply without end will be so again. */
    v->transient = v->again = r->rc != CM_EARG && r->rc != CM_EFULL;
    err_set(&v->err, r->rc, "%s at %.*s: %.*s", on->provider,
            STR_ARG(on->base_url), STR_ARG(words));
    arena_free(&a);
}
