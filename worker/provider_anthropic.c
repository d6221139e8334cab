/*
 * provider_anthropic.c - the Anthropic Messages API.
 *
 * The reply's form is a tool that the model is made to call, since every
 * model of theirs knows that. The system part is marked cacheable: it is the
 * same for every call, and read from the cache at a tenth of the price.
 */
#include "base/common.h"

#include "base/json.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

#define TOOL "reply"

/* Values of dialect.schema. */
enum { FORCED, FORCED_NO_THINKING, OFFERED, IN_WORDS };

static void put_system(struct jsonw *w, const struct ask *q)
{
    struct str text = q->dialect.schema == IN_WORDS
                          ? provider_system_with_schema(q)
                          : q->request->system;

    if (text.n == 0)
        return;
    jsonw_arr(w, "system");
    jsonw_obj(w, NULL);
    jsonw_strz(w, "type", "text");
    jsonw_str(w, "text", text);
    if (q->dialect.extra == 0) {
        jsonw_obj(w, "cache_control");
        jsonw_strz(w, "type", "ephemeral");
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
}

static void put_tool(struct jsonw *w, const struct ask *q)
{
    jsonw_arr(w, "tools");
    jsonw_obj(w, NULL);
    jsonw_strz(w, "name", TOOL);
    jsonw_strz(w, "description", "Takes the whole reply.");
    jsonw_raw(w, "input_schema", q->request->schema);
    jsonw_end(w);
    jsonw_end(w);

    jsonw_obj(w, "tool_choice");
    if (q->dialect.schema == OFFERED) {
        jsonw_strz(w, "type", "auto");
    } else {
        jsonw_strz(w, "type", "tool");
        jsonw_strz(w, "name", TOOL);
    }
    jsonw_end(w);
    /* Models that think unless told otherwise cannot be forced meanwhile. */
    if (q->dialect.schema == FORCED_NO_THINKING) {
        jsonw_obj(w, "thinking");
        jsonw_strz(w, "type", "disabled");
        jsonw_end(w);
    }
}

static void build(const struct ask *q, struct llm_http_request *out)
{
    const struct llm_config *c = q->config;
    int room = q->dialect.schema >= OFFERED ? PROVIDER_THINKING_TOKENS : 0;
    struct buf body;
    struct jsonw w;

    buf_init(&body, PROVIDER_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "model", c->model);
    jsonw_int(&w, "max_tokens", provider_max_tokens(q) + room);
    put_system(&w, q);
    if (q->request->schema.n && q->dialect.schema != IN_WORDS)
        put_tool(&w, q);
    jsonw_arr(&w, "messages");
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "role", "user");
    jsonw_str(&w, "content", q->request->user);
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);

    out->url = provider_url(q->a, c->base_url, "/v1", "/messages").p;
    out->headers[out->nheaders++] = "anthropic-version: 2023-06-01";
    if (c->key.n)
        out->headers[out->nheaders++] =
            arena_fmt(q->a, "x-api-key: %.*s", STR_ARG(c->key)).p;
    out->body = arena_str(q->a, buf_str(&body));
    buf_free(&body);
}

/* The tool's input as JSON text, else the blocks of text together. */
static struct str content_text(const struct json *content, struct arena *a)
{
    struct buf b;
    struct str text;

    buf_init(&b, LLM_REPLY_MAX);
    for (struct json *c = json_first(content); c; c = json_next(c)) {
        if (str_eqz(json_get_str(c, "type"), "tool_use")) {
            buf_reset(&b);
            json_print(json_get(c, "input"), &b, 0);
            break;
        }
        if (str_eqz(json_get_str(c, "type"), "text"))
            buf_adds(&b, json_get_str(c, "text"));
    }
    text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static void read_usage(const struct json *u, struct answer *out)
{
    int64_t fresh = provider_tokens(u, "input_tokens", -1);

    out->output_tokens = provider_tokens(u, "output_tokens", -1);
    if (fresh < 0)
        return;
    out->cached_tokens = provider_tokens(u, "cache_read_input_tokens", 0);
    out->stored_tokens = provider_tokens(u, "cache_creation_input_tokens", 0);
    /* Theirs leaves out what the cache had or took. */
    out->input_tokens = fresh + out->cached_tokens + out->stored_tokens;
}

static int read_reply(const struct json *body, struct arena *a,
                      struct answer *out, struct err *e)
{
    const struct json *content = json_get(body, "content");
    struct str stop = json_get_str(body, "stop_reason");

    if (!json_is_array(content))
        return err_set(e, CM_EFORMAT, "the reply has no content");
    out->text = content_text(content, a);
    out->model = json_get_str(body, "model");
    out->truncated = str_eqz(stop, "max_tokens");
    read_usage(json_get(body, "usage"), out);
    if (out->text.n == 0 && str_eqz(stop, "refusal"))
        return err_set(e, CM_EPERM, "the model declined to answer");
    return 0;
}

static bool adapt(struct dialect *d, struct str message)
{
    static const char *const caching[] = {"cache_control", NULL};
    static const char *const forcing[] = {"thinking", "tool_choice", NULL};
    static const char *const tools[] = {"tool", "schema", NULL};

    if (provider_says(message, caching) && d->extra == 0) {
        d->extra++;
        return true;
    }
    if (provider_says(message, forcing) && d->schema < IN_WORDS) {
        d->schema++;
        return true;
    }
    if (provider_says(message, tools) && d->schema < IN_WORDS) {
        d->schema = IN_WORDS;
        return true;
    }
    return false;
}

const struct provider provider_anthropic = {
    .name = "anthropic",
    .model = "claude-haiku-5-5",
    .url = "https://api.anthropic.com",
    .key_env = "ANTHROPIC_API_KEY",
    .build = build,
    .read = read_reply,
    .adapt = adapt,
};
