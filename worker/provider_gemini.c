/*
 * provider_gemini.c - Google's generateContent.
 *
 * responseSchema is not JSON schema but a small part of OpenAPI's: names it
 * does not know make it refuse the request, so only those it knows are sent,
 * and "a or null" becomes "nullable".
 */
#include "base/common.h"

#include "base/json.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

/* Deeper schemas are given in words. Each level takes two of jsonw's 32. */
#define DEPTH_MAX 12

enum { SCHEMA, JSON_ONLY, IN_WORDS };

/* --- the schema in their dialect ----------------------------------------- */

static bool is_known(struct str key)
{
    static const char *const known[] = {
        "type",       "format",   "title",     "description",
        "nullable",   "enum",     "maxItems",  "minItems",
        "properties", "required", "anyOf",     "items",
        "minimum",    "maximum",  "minLength", "maxLength"};

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_eqz(key, known[i]))
            return true;
    return false;
}

static bool put_schema(struct jsonw *w, const char *key, const struct json *s,
                       int depth);

/* "type": ["string", "null"] as "type": "string", "nullable": true. */
static void put_type(struct jsonw *w, const struct json *type)
{
    if (json_is_str(type)) {
        jsonw_str(w, "type", json_str(type));
        return;
    }
    for (struct json *t = json_first(type); t; t = json_next(t))
        if (str_eqz(json_str(t), "null"))
            jsonw_bool(w, "nullable", true);
    for (struct json *t = json_first(type); t; t = json_next(t)) {
        if (json_is_str(t) && !str_eqz(json_str(t), "null")) {
            jsonw_str(w, "type", json_str(t));
            return;
        }
    }
}

static bool put_group(struct jsonw *w, const char *key, const struct json *v,
                      int depth)
{
    bool ok = true;

    if (json_is_array(v))
        jsonw_arr(w, key);
    else
        jsonw_obj(w, key);
    for (struct json *c = json_first(v); ok && c; c = json_next(c))
        ok = put_schema(w, json_is_array(v) ? NULL : json_key(c).p, c,
                        depth + 1);
    jsonw_end(w);
    return ok;
}

static bool put_member(struct jsonw *w, const struct json *m, int depth)
{
    struct str key = json_key(m);
    struct buf raw;
    bool ok = true;

    if (str_eqz(key, "const") && json_is_str(m)) { /* an enum of one */
        jsonw_arr(w, "enum");
        jsonw_str(w, NULL, json_str(m));
        jsonw_end(w);
    } else if (!is_known(key)) {
        return true;
    } else if (str_eqz(key, "type")) {
        put_type(w, m);
    } else if (str_eqz(key, "items")) {
        ok = put_schema(w, "items", m, depth + 1);
    } else if (str_eqz(key, "properties") || str_eqz(key, "anyOf")) {
        ok = put_group(w, key.p, m, depth);
    } else {
        buf_init(&raw, LLM_REPLY_MAX);
        json_print(m, &raw, 0);
        jsonw_raw(w, key.p, buf_str(&raw));
        buf_free(&raw);
    }
    return ok;
}

/* False when it is too deep for us; what was written is useless then. */
static bool put_schema(struct jsonw *w, const char *key, const struct json *s,
                       int depth)
{
    bool ok = depth <= DEPTH_MAX;

    jsonw_obj(w, key);
    for (struct json *m = json_first(s); ok && m; m = json_next(m))
        ok = put_member(w, m, depth);
    jsonw_end(w);
    return ok;
}

/* The schema in their dialect, or empty when it cannot be said in it. */
static struct str translate(const struct ask *q)
{
    struct json *s = json_parse(q->request->schema, NULL);
    struct str out = STR_NONE;
    struct buf b;
    struct jsonw w;

    buf_init(&b, LLM_REPLY_MAX);
    jsonw_init(&w, &b);
    if (s && put_schema(&w, NULL, s, 0) && !buf_is_full(&b))
        out = arena_str(q->a, buf_str(&b));
    buf_free(&b);
    json_free(s);
    return out;
}

/* --- requests ------------------------------------------------------------ */

static void put_parts(struct jsonw *w, struct str text)
{
    jsonw_arr(w, "parts");
    jsonw_obj(w, NULL);
    jsonw_str(w, "text", text);
    jsonw_end(w);
    jsonw_end(w);
}

static void put_generation(struct jsonw *w, const struct ask *q,
                           struct str schema)
{
    jsonw_obj(w, "generationConfig");
    jsonw_int(w, "maxOutputTokens", /* counts thinking too */
              provider_max_tokens(q) + PROVIDER_THINKING_TOKENS);
    if (q->request->schema.n && q->dialect.schema != IN_WORDS)
        jsonw_strz(w, "responseMimeType", "application/json");
    if (schema.n)
        jsonw_raw(w, "responseSchema", schema);
    jsonw_end(w);
}

/* In a URL's path; "models/x" is also written as x. */
static struct str path_of(const struct ask *q)
{
    struct str model = q->config->model;
    struct buf b;
    struct str path;

    if (str_starts(model, STR("models/")))
        model = str_cut(model, strlen("models/"), model.n);
    buf_init(&b, 4096);
    buf_addz(&b, "/models/");
    for (size_t i = 0; i < model.n; i++) {
        char c = model.p[i];

        if (is_alnum(c) || c == '-' || c == '_' || c == '.')
            buf_addc(&b, c);
        else
            buf_addf(&b, "%%%02X", (unsigned char)c);
    }
    buf_addz(&b, ":generateContent");
    path = arena_str(q->a, buf_str(&b));
    buf_free(&b);
    return path;
}

static void build(const struct ask *q, struct llm_http_request *out)
{
    const struct llm_config *c = q->config;
    struct str schema = STR_NONE, system = q->request->system;
    struct buf body;
    struct jsonw w;

    if (q->request->schema.n && q->dialect.schema == SCHEMA)
        schema = translate(q);
    if (schema.n == 0)
        system = provider_system_with_schema(q);

    buf_init(&body, PROVIDER_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_obj(&w, NULL);
    if (system.n) {
        jsonw_obj(&w, "systemInstruction");
        put_parts(&w, system);
        jsonw_end(&w);
    }
    jsonw_arr(&w, "contents");
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "role", "user");
    put_parts(&w, q->request->user);
    jsonw_end(&w);
    jsonw_end(&w);
    put_generation(&w, q, schema);
    jsonw_end(&w);

    out->url = provider_url(q->a, c->base_url, "/v1beta", path_of(q).p).p;
    /* In a header: URLs end up in the logs of proxies. */
    if (c->key.n)
        out->headers[out->nheaders++] =
            arena_fmt(q->a, "x-goog-api-key: %.*s", STR_ARG(c->key)).p;
    out->body = arena_str(q->a, buf_str(&body));
    buf_free(&body);
}

/* --- replies ------------------------------------------------------------- */

static struct str parts_text(const struct json *parts, struct arena *a)
{
    struct buf b;
    struct str text;

    buf_init(&b, LLM_REPLY_MAX);
    for (struct json *p = json_first(parts); p; p = json_next(p))
        if (!json_get_bool(p, "thought"))
            buf_adds(&b, json_get_str(p, "text"));
    text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static int read_reply(const struct json *body, struct arena *a,
                      struct answer *out, struct err *e)
{
    const struct json *first = json_at(json_get(body, "candidates"), 0);
    const struct json *usage = json_get(body, "usageMetadata");
    struct str finish = json_get_str(first, "finishReason");
    struct str block = json_str(json_path(body, "promptFeedback.blockReason"));

    if (!first && block.n == 0)
        return err_set(e, CM_EFORMAT, "the reply has no candidates");
    out->text = parts_text(json_path(first, "content.parts"), a);
    out->model = json_get_str(body, "modelVersion");
    out->truncated = str_eqz(finish, "MAX_TOKENS");
    out->input_tokens = provider_tokens(usage, "promptTokenCount", -1);
    out->cached_tokens = provider_tokens(usage, "cachedContentTokenCount", 0);
    out->output_tokens = provider_tokens(usage, "candidatesTokenCount", -1);
    if (out->output_tokens >= 0)
        out->output_tokens += provider_tokens(usage, "thoughtsTokenCount", 0);
    if (out->text.n == 0 && !out->truncated && !str_eqz(finish, "STOP"))
        return err_set(e, CM_EPERM, "the model declined to answer: %.*s",
                       STR_ARG(block.n ? block : finish));
    return 0;
}

static bool adapt(struct dialect *d, struct str message)
{
    static const char *const formats[] = {"response_schema",
                                          "responseSchema",
                                          "response_mime_type",
                                          "responseMimeType",
                                          "schema",
                                          "json mode",
                                          "function calling",
                                          NULL};

    if (provider_says(message, formats) && d->schema < IN_WORDS) {
        d->schema++;
        return true;
    }
    return false;
}

const struct provider provider_gemini = {
    .name = "gemini",
    /* Their own name for the newest of the kind; replies say which. */
    .model = "gemini-flash-lite-latest",
    .url = "https://generativelanguage.googleapis.com/v1beta",
    .key_env = "GEMINI_API_KEY",
    .build = build,
    .read = read_reply,
    .adapt = adapt,
};
