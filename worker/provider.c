/* provider.c - see provider.h. */
#include "base/common.h"

#include "base/json.h"
#include "worker/llm.h"
#include "worker/provider.h"

static const struct provider *const providers[] = {
    &provider_anthropic, &provider_openai, &provider_gemini,
    &provider_ollama,    &provider_claude,
};

const struct provider *provider_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(providers); i++)
        if (str_eqz(name, providers[i]->name))
            return providers[i];
    return NULL;
}

struct str provider_url(struct arena *a, struct str base, const char *version,
                        const char *path)
{
    if (str_ends(base, str_of(version)))
        version = "";
    return arena_fmt(a, "%.*s%s%s", STR_ARG(base), version, path);
}

struct str provider_system_with_schema(const struct ask *q)
{
    const struct llm_request *r = q->request;

    if (r->schema.n == 0)
        return r->system;
    return arena_fmt(q->a,
                     "%.*s\n\nReply with one JSON object and nothing else. It "
                     "must be valid against this JSON schema:\n%.*s",
                     STR_ARG(r->system), STR_ARG(r->schema));
}

void provider_put_message(struct jsonw *w, const char *role, struct str text)
{
    if (text.n == 0)
        return;
    jsonw_obj(w, NULL);
    jsonw_strz(w, "role", role);
    jsonw_str(w, "content", text);
    jsonw_end(w);
}

struct str provider_error_text(const struct json *body)
{
    /* Gemini's streaming end point and some gateways wrap it in an array. */
    const struct json *o = json_is_array(body) ? json_at(body, 0) : body;
    static const char *const places[] = {"error.message", "error", "message",
                                         "detail", "detail.message"};

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct str s = json_str(json_path(o, places[i]));

        if (s.n)
            return s;
    }
    return json_get_str(json_at(json_get(o, "detail"), 0), "msg");
}

int64_t provider_tokens(const struct json *usage, const char *key,
                        int64_t absent)
{
    const struct json *n = json_path(usage, key);

    if (!json_is_num(n) || json_num(n) < 0 || json_num(n) > 1e9)
        return absent;
    return json_int(n);
}

bool provider_says(struct str message, const char *const *words)
{
    for (; *words; words++)
        if (str_ifind(message, str_of(*words)) >= 0)
            return true;
    return false;
}

struct str provider_skip_thinking(struct str text)
{
    struct str t = str_trim(text);
    ptrdiff_t end;

    if (!str_starts(t, STR("<think>")))
        return text;
    end = str_find(t, STR("</think>"));
    if (end < 0)
        return text;
    return str_trim(str_cut(t, (size_t)end + strlen("</think>"), t.n));
}

int provider_max_tokens(const struct ask *q)
{
    int n = q->request->max_tokens;

    return n > 0 ? n : PROVIDER_MAX_TOKENS;
}
