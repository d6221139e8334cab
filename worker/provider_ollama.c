/*
 * provider_ollama.c - a local Ollama, by its own interface.
 *
 * Its window is small unless it is asked for more, and what does not fit is
 * dropped without a word. So every request says how much it needs.
 */
#include "base/common.h"

#include "base/json.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

#define BYTES_PER_TOKEN 3 /* on the safe side */
#define WINDOW_MIN      8192
#define WINDOW_MAX      131072

enum { SCHEMA, JSON_ONLY, IN_WORDS };

/* A power of two: every new size makes the server load the model anew. */
static int window(const struct ask *q)
{
    const struct llm_request *r = q->request;
    size_t need = (r->system.n + r->user.n + r->schema.n) / BYTES_PER_TOKEN +
                  (size_t)provider_max_tokens(q);
    size_t n = WINDOW_MIN;

    while (n < need && n < WINDOW_MAX)
        n *= 2;
    return (int)n;
}

static void build(const struct ask *q, struct llm_http_request *out)
{
    const struct llm_config *c = q->config;
    bool has_schema = q->request->schema.n > 0;
    struct buf body;
    struct jsonw w;

    buf_init(&body, PROVIDER_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "model", c->model);
    jsonw_bool(&w, "stream", false);
    /* Thinking takes minutes on a small machine. */
    if (q->dialect.extra == 0)
        jsonw_bool(&w, "think", false);
    if (has_schema && q->dialect.schema == SCHEMA)
        jsonw_raw(&w, "format", q->request->schema);
    else if (has_schema && q->dialect.schema == JSON_ONLY)
        jsonw_strz(&w, "format", "json");
    jsonw_obj(&w, "options");
    jsonw_int(&w, "num_ctx", window(q));
    jsonw_int(&w, "num_predict", provider_max_tokens(q));
    jsonw_end(&w);
    jsonw_arr(&w, "messages");
    /* Also with `format`: it constrains the model, but does not tell it. */
    provider_put_message(&w, "system", provider_system_with_schema(q));
    provider_put_message(&w, "user", q->request->user);
    jsonw_end(&w);
    jsonw_end(&w);

    out->url = provider_url(q->a, c->base_url, "/api", "/chat").p;
    if (c->key.n)
        out->headers[out->nheaders++] =
            arena_fmt(q->a, "Authorization: Bearer %.*s", STR_ARG(c->key)).p;
    out->body = arena_str(q->a, buf_str(&body));
    buf_free(&body);
}

static int read_reply(const struct json *body, struct arena *a,
                      struct answer *out, struct err *e)
{
    const struct json *message = json_get(body, "message");

    (void)a;
    if (!json_is_object(message))
        return err_set(e, CM_EFORMAT, "the reply has no message");
    out->text = provider_skip_thinking(json_get_str(message, "content"));
    out->model = json_get_str(body, "model");
    out->truncated = str_eqz(json_get_str(body, "done_reason"), "length");
    out->input_tokens = provider_tokens(body, "prompt_eval_count", -1);
    out->output_tokens = provider_tokens(body, "eval_count", -1);
    return 0;
}

static bool adapt(struct dialect *d, struct str message)
{
    static const char *const thinking[] = {"think", NULL};
    static const char *const formats[] = {"format", "schema", "grammar", NULL};

    if (provider_says(message, thinking) && d->extra == 0) {
        d->extra++;
        return true;
    }
    if (provider_says(message, formats) && d->schema < IN_WORDS) {
        d->schema++;
        return true;
    }
    return false;
}

const struct provider provider_ollama = {
    .name = "ollama",
    .model = "qwen3:8b",
    .url = "http://127.0.0.1:11434",
    .is_free = true,
    .build = build,
    .read = read_reply,
    .adapt = adapt,
};
