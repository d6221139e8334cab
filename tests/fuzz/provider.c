/*
 * provider.c - any bytes given to the providers as a reply, as a failure's
 * body and as a schema. The first byte says which provider.
 */
#include "base/common.h"

#include "base/json.h"
#include "tests/fuzz/fuzz.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/llm_verdict.h"
#include "worker/provider.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static const struct provider *const fuzz_provider_rows[] = {
    &provider_anthropic, &provider_openai, &provider_gemini, &provider_ollama};

static void fuzz_provider_reply(const struct provider *p, struct str text)
{
    struct answer a = {.input_tokens = -1, .output_tokens = -1};
    struct verdict_on on = {p->name, STR("http://x"), STR("e")};
    struct llm_http_reply r = {.status = 429};
    struct verdict v;
    struct err e = {0};
    struct arena arena = {0};
    struct json *j = json_parse(text, NULL);
    int rc = p->read(j, &arena, &a, &e);

    FUZZ_CHECK(rc == 0 || rc == CM_EFORMAT || rc == CM_EPERM);
    FUZZ_CHECK((rc == 0) == (e.msg[0] == '\0'));
    FUZZ_CHECK(a.input_tokens >= -1 && a.output_tokens >= -1);
    FUZZ_CHECK(a.cached_tokens >= 0 && a.stored_tokens >= 0);
    FUZZ_CHECK(a.text.n <= 6 * text.n + 16);
    verdict_of_status(&v, &on, &r, j);
    FUZZ_CHECK(v.transient && v.rc == CM_EAGAIN && v.err.msg[0]);
    FUZZ_CHECK(v.retry_ms >= 0 && v.retry_ms <= LLM_RETRY_MAX_MS);
    json_free(j);
    arena_free(&arena);
}

/* Whatever the schema is, if it is JSON then so is the request. */
static void fuzz_provider_schema(const struct provider *p, struct str text)
{
    struct llm_config c = {.model = text, .base_url = STR("http://x")};
    struct llm_request q = {.user = text, .system = text, .schema = text};
    struct arena a = {0};
    struct ask ask = {.config = &c, .request = &q, .a = &a};
    struct json *schema = json_parse(text, NULL), *body;

    for (int i = 0; schema && i < 3; i++) {
        struct llm_http_request out = {0};

        ask.dialect.schema = i;
        p->build(&ask, &out);
        body = json_parse(out.body, NULL);
        FUZZ_CHECK(body);
        FUZZ_CHECK(out.nheaders <= HTTP_HEADERS_MAX);
        json_free(body);
    }
    json_free(schema);
    arena_free(&a);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    const struct provider *p;
    struct str text;

    if (size == 0)
        return 0;
    p = fuzz_provider_rows[data[0] % ARRAY_LEN(fuzz_provider_rows)];
    text = (struct str){(const char *)data + 1, size - 1};
    fuzz_provider_reply(p, text);
    fuzz_provider_schema(p, text);
    return 0;
}
