/*
 * provider_openai.c - chat completions as OpenAI defined them and many serve
 * them: OpenRouter, DeepSeek, LM Studio, vLLM, Ollama under /v1.
 *
 * They differ in what they know of response_format and in the name of the
 * length limit. What a server refuses is not asked of it again.
 */
#include "base/common.h"

#include "base/json.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

#define OWN_URL "https://api.openai.com/v1"

enum { JSON_SCHEMA, JSON_OBJECT, IN_WORDS };
/* LIMIT_FIRST is the newer name for OpenAI itself, whose newer models know no
 * other, and the older one for the rest, who may not know the newer. */
enum { LIMIT_FIRST, LIMIT_SECOND, NO_LIMIT };

/* "http://127.0.0.1:1234" means its /v1; what has a path means that path. */
static bool has_path(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://"));

    return at >= 0 && str_chr(str_cut(url, (size_t)at + 3, url.n), '/') >= 0;
}

static void put_limit(struct jsonw *w, const struct ask *q)
{
    bool own = str_starts(q->config->base_url, STR("https://api.openai.com"));
    bool newer = own == (q->dialect.limit == LIMIT_FIRST);
    int n = provider_max_tokens(q);

    if (q->dialect.limit == NO_LIMIT)
        return;
    if (newer) /* counts reasoning too */
        jsonw_int(w, "max_completion_tokens", n + PROVIDER_THINKING_TOKENS);
    else
        jsonw_int(w, "max_tokens", n);
}

static void put_format(struct jsonw *w, const struct ask *q)
{
    if (q->request->schema.n == 0 || q->dialect.schema == IN_WORDS)
        return;
    jsonw_obj(w, "response_format");
    if (q->dialect.schema == JSON_OBJECT) {
        jsonw_strz(w, "type", "json_object");
    } else {
        jsonw_strz(w, "type", "json_schema");
        jsonw_obj(w, "json_schema");
        jsonw_strz(w, "name", "reply");
        jsonw_bool(w, "strict", true);
        jsonw_raw(w, "schema", q->request->schema);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void build(const struct ask *q, struct llm_http_request *out)
{
    const struct llm_config *c = q->config;
    struct buf body;
    struct jsonw w;

    buf_init(&body, PROVIDER_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "model", c->model);
    jsonw_arr(&w, "messages");
    provider_put_message(&w, "system",
                q->dialect.schema == JSON_SCHEMA
                    ? q->request->system
                    : provider_system_with_schema(q));
    provider_put_message(&w, "user", q->request->user);
    jsonw_end(&w);
    put_format(&w, q);
    put_limit(&w, q);
    jsonw_bool(&w, "stream", false);
    jsonw_end(&w);

    out->url =
        provider_url(q->a, c->base_url, has_path(c->base_url) ? "" : "/v1",
                     "/chat/completions")
            .p;
    if (c->key.n)
        out->headers[out->nheaders++] =
            arena_fmt(q->a, "Authorization: Bearer %.*s", STR_ARG(c->key)).p;
    out->body = arena_str(q->a, buf_str(&body));
    buf_free(&body);
}

/* A string, or parts of which some are text. */
static struct str content_text(const struct json *content, struct arena *a)
{
    struct str all = STR_NONE;

    if (json_is_str(content))
        return json_str(content);
    for (struct json *c = json_first(content); c; c = json_next(c)) {
        struct str part = json_get_str(c, "text");

        all = all.n ? arena_fmt(a, "%.*s%.*s", STR_ARG(all), STR_ARG(part))
                    : part;
    }
    return all;
}

static int read_reply(const struct json *body, struct arena *a,
                      struct answer *out, struct err *e)
{
    const struct json *choice = json_at(json_get(body, "choices"), 0);
    const struct json *message = json_get(choice, "message");
    const struct json *usage = json_get(body, "usage");

    if (!json_is_object(message))
        return err_set(e, CM_EFORMAT, "the reply has no message");
    out->text =
        provider_skip_thinking(content_text(json_get(message, "content"), a));
    out->model = json_get_str(body, "model");
    out->truncated = str_eqz(json_get_str(choice, "finish_reason"), "length");
    out->input_tokens = provider_tokens(usage, "prompt_tokens", -1);
    out->output_tokens = provider_tokens(usage, "completion_tokens", -1);
    out->cached_tokens =
        provider_tokens(usage, "prompt_tokens_details.cached_tokens", 0);
    if (out->cached_tokens == 0) /* DeepSeek's name for it */
        out->cached_tokens =
            provider_tokens(usage, "prompt_cache_hit_tokens", 0);
    if (out->text.n == 0 && json_get_str(message, "refusal").n)
        return err_set(e, CM_EPERM, "the model declined to answer");
    return 0;
}

static bool adapt(struct dialect *d, struct str message)
{
    static const char *const limits[] = {"max_tokens", "max_completion_tokens",
                                         NULL};
    static const char *const formats[] = {
        "response_format", "json_schema", "json_object", "schema",
        "structured",      "grammar",     NULL};

    if (provider_says(message, limits) && d->limit < NO_LIMIT) {
        d->limit++;
        return true;
    }
    if (provider_says(message, formats) && d->schema < IN_WORDS) {
        d->schema++;
        return true;
    }
    return false;
}

const struct provider provider_openai = {
    .name = "openai",
    .model = "gpt-5.4-mini",
    .url = OWN_URL,
    .key_env = "OPENAI_API_KEY",
    .build = build,
    .read = read_reply,
    .adapt = adapt,
};
