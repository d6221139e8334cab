/*
 * provider_test.c - what goes over the wire to each service, and what is read
 * from its answer.
 */
#include "test.h"

#include "llm_rig.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

#define PATH(n) str_cut(stub_request(&g.a, n), 0, 200)

static struct str at(const struct json *j, const char *path)
{
    return json_str(json_path(j, path));
}

static bool has(const struct json *j, const char *path)
{
    return json_path(j, path) != NULL;
}

/* --- anthropic ----------------------------------------------------------- */

#define ANTHROPIC_OK                                                           \
    "{\"type\":\"message\",\"model\":\"claude-haiku-4-5-20251001\","           \
    "\"content\":[{\"type\":\"text\",\"text\":\"Here:\"},"                     \
    "{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"reply\","                  \
    "\"input\":{\"title\":\"a\"}}],\"stop_reason\":\"tool_use\","              \
    "\"usage\":{\"input_tokens\":100,\"cache_creation_input_tokens\":20,"      \
    "\"cache_read_input_tokens\":300,\"output_tokens\":50}}"

TEST(provider, anthropic_forces_the_schema_as_a_tool)
{
    static const struct stub_step steps[] = {{200, ANTHROPIC_OK, NULL, 0}};
    struct rig g;
    struct json *body;
    struct str head;

    rig_init(&g, "anthropic", steps, 1);
    CHECK_INT(rig_ask(&g)->rc, 0);
    head = stub_request(&g.a, 1);
    CHECK(str_starts(head, STR("POST /v1/messages HTTP/1.1\r\n")));
    CHECK_HAS(head, "x-api-key: " RIG_KEY "\r\n");
    CHECK_HAS(head, "anthropic-version: 2023-06-01\r\n");
    CHECK_HAS(head, "Content-Type: application/json\r\n");
    CHECK_LACKS(head, "Expect:");

    body = rig_body(&g, 1);
    CHECK_STR(at(body, "model"), "some-model");
    CHECK_INT(json_get_int(body, "max_tokens", 0), 500);
    CHECK_STR(json_get_str(json_at(json_get(body, "system"), 0), "text"),
              "You keep notes.");
    CHECK_STR(at(json_at(json_get(body, "system"), 0), "cache_control.type"),
              "ephemeral");
    CHECK_STR(at(json_at(json_get(body, "tools"), 0), "input_schema.type"),
              "object");
    CHECK_STR(at(body, "tool_choice.type"), "tool");
    CHECK_STR(at(body, "tool_choice.name"),
              json_get_str(json_at(json_get(body, "tools"), 0), "name").p);
    CHECK_STR(json_get_str(json_at(json_get(body, "messages"), 0), "content"),
              "Two events.");
    CHECK(!has(body, "thinking"));
    json_free(body);
    rig_end(&g);
}

TEST(provider, anthropic_reads_tool_usage_and_price)
{
    static const struct stub_step steps[] = {{200, ANTHROPIC_OK, NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "anthropic", steps, 1);
    r = rig_ask(&g);
    CHECK_STR(r->text, "{\"title\":\"a\"}");
    CHECK_STR(r->model, "claude-haiku-4-5-20251001");
    CHECK_STR(r->provider, "anthropic");
    CHECK_INT(r->input_tokens, 420);
    CHECK_INT(r->cached_tokens, 300);
    CHECK_INT(r->output_tokens, 50);
    /* 100 * 1 + 300 * 0.1 + 20 * 1.25 + 50 * 5 */
    CHECK_INT(r->micro_usd, 405);
    CHECK(r->price_known);
    CHECK(!r->estimated);
    CHECK_INT(r->tries, 1);
    rig_end(&g);
}

TEST(provider, anthropic_turns_thinking_off_where_it_forbids_forcing)
{
    static const struct stub_step steps[] = {
        {400,
         "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
         "\"message\":\"Thinking may not be enabled when tool_choice forces "
         "tool use.\"}}",
         NULL, 0},
        {200, ANTHROPIC_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "anthropic", steps, 2);
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK_INT(g.r[0].tries, 1); /* asking otherwise is no retry */
    body = rig_body(&g, 2);
    CHECK_STR(at(body, "thinking.type"), "disabled");
    CHECK_STR(at(body, "tool_choice.type"), "tool");
    json_free(body);
    /* It is remembered. */
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK_INT(stub_requests(&g.stub), 3);
    body = rig_body(&g, 3);
    CHECK_STR(at(body, "thinking.type"), "disabled");
    json_free(body);
    rig_end(&g);
}

TEST(provider, anthropic_takes_text_when_no_tool_was_called)
{
    static const struct stub_step steps[] = {
        {200,
         "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},"
         "{\"type\":\"text\",\"text\":\"{}\"}],"
         "\"stop_reason\":\"max_tokens\"}",
         NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "anthropic", steps, 1);
    r = rig_ask(&g);
    CHECK_STR(r->text, "{}");
    CHECK(r->truncated);
    CHECK(r->estimated);
    /* "You keep notes." "Two events." and the schema, four bytes a token */
    CHECK_INT(r->input_tokens, (15 + 11 + sizeof(RIG_SCHEMA) - 1 + 3) / 4);
    CHECK_INT(r->output_tokens, 1);
    CHECK_STR(r->model, "some-model");
    CHECK(!r->price_known);
    CHECK_INT(r->micro_usd, 0);
    rig_end(&g);
}

/* --- openai -------------------------------------------------------------- */

#define OPENAI_OK                                                              \
    "{\"model\":\"gpt-5.4-mini\",\"choices\":[{\"index\":0,"                   \
    "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","          \
    "\"content\":\"{\\\"title\\\":\\\"b\\\"}\"}}],"                            \
    "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,"             \
    "\"prompt_tokens_details\":{\"cached_tokens\":400}}}"

TEST(provider, openai_asks_for_a_strict_schema)
{
    static const struct stub_step steps[] = {{200, OPENAI_OK, NULL, 0}};
    struct rig g;
    struct json *body;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_STR(r->text, "{\"title\":\"b\"}");
    CHECK_INT(r->input_tokens, 1000);
    CHECK_INT(r->cached_tokens, 400);
    /* 600 * 0.75 + 400 * 0.075 + 100 * 4.5 */
    CHECK_INT(r->micro_usd, 930);
    CHECK(str_starts(PATH(1), STR("POST /v1/chat/completions ")));
    CHECK_HAS(stub_request(&g.a, 1), "Authorization: Bearer " RIG_KEY "\r\n");

    body = rig_body(&g, 1);
    CHECK_STR(at(body, "response_format.type"), "json_schema");
    CHECK(json_bool(json_path(body, "response_format.json_schema.strict")));
    CHECK_STR(at(body, "response_format.json_schema.schema.type"), "object");
    CHECK_INT(json_get_int(body, "max_tokens", 0), 500);
    CHECK(!has(body, "max_completion_tokens"));
    CHECK_STR(json_get_str(json_at(json_get(body, "messages"), 0), "role"),
              "system");
    CHECK_STR(json_get_str(json_at(json_get(body, "messages"), 1), "content"),
              "Two events.");
    json_free(body);
    rig_end(&g);
}

TEST(provider, openai_falls_back_from_schema_to_object_to_words)
{
    static const struct stub_step steps[] = {
        {400,
         "{\"error\":{\"message\":\"This response_format type is unavailable "
         "now\",\"type\":\"invalid_request_error\"}}",
         NULL, 0},
        {400, "{\"error\":\"'response_format.type' must be 'text'\"}", NULL, 0},
        {200, OPENAI_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "openai", steps, 3);
    CHECK_INT(rig_ask(&g)->rc, 0);
    body = rig_body(&g, 2);
    CHECK_STR(at(body, "response_format.type"), "json_object");
    CHECK_HAS(json_get_str(json_at(json_get(body, "messages"), 0), "content"),
              RIG_SCHEMA);
    json_free(body);
    body = rig_body(&g, 3);
    CHECK(!has(body, "response_format"));
    CHECK_HAS(json_get_str(json_at(json_get(body, "messages"), 0), "content"),
              RIG_SCHEMA);
    json_free(body);
    CHECK_INT(rig_ask(&g)->rc, 0);
    body = rig_body(&g, 4);
    CHECK(!has(body, "response_format"));
    json_free(body);
    rig_end(&g);
}

TEST(provider, openai_finds_the_name_of_the_length_limit)
{
    static const struct stub_step steps[] = {
        {400,
         "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is "
         "not supported with this model. Use 'max_completion_tokens' "
         "instead.\"}}",
         NULL, 0},
        {422, "{\"detail\":[{\"msg\":\"max_completion_tokens: unknown\"}]}",
         NULL, 0},
        {200, OPENAI_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "openai", steps, 3);
    CHECK_INT(rig_ask(&g)->rc, 0);
    body = rig_body(&g, 2);
    CHECK(!has(body, "max_tokens"));
    CHECK(json_get_int(body, "max_completion_tokens", 0) > 500);
    CHECK_STR(at(body, "response_format.type"), "json_schema");
    json_free(body);
    body = rig_body(&g, 3);
    CHECK(!has(body, "max_tokens"));
    CHECK(!has(body, "max_completion_tokens"));
    json_free(body);
    rig_end(&g);
}

TEST(provider, two_refusals_of_one_kind_teach_one_thing)
{
    static const struct stub_step steps[] = {
        {400, "{\"error\":\"response_format\"}", NULL, STUB_GATE},
        {400, "{\"error\":\"response_format\"}", NULL, STUB_GATE},
        {200, OPENAI_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "openai", steps, 3);
    rig_start(&g);
    rig_submit(&g);
    rig_submit(&g);
    while (stub_requests(&g.stub) < 2)
        uv_run(&g.loop, UV_RUN_NOWAIT);
    stub_open_gate(&g.stub);
    rig_wait(&g, 2);
    for (int i = 3; i <= 4; i++) {
        body = rig_body(&g, i);
        CHECK_STR(at(body, "response_format.type"), "json_object");
        json_free(body);
    }
    rig_end(&g);
}

TEST(provider, openai_stops_adapting)
{
    static const struct stub_step steps[] = {
        {400, "{\"error\":{\"message\":\"response_format: no\"}}", NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EARG);
    CHECK(!r->transient);
    CHECK_INT(stub_requests(&g.stub), 3);
    rig_end(&g);
}

TEST(provider, openai_reads_parts_thinking_and_refusals)
{
    static const struct stub_step steps[] = {
        {200,
         "{\"choices\":[{\"finish_reason\":\"length\",\"message\":"
         "{\"content\":[{\"type\":\"text\",\"text\":\"{\"},"
         "{\"type\":\"text\",\"text\":\"}\"}]}}]}",
         NULL, 0},
        {200,
         "{\"choices\":[{\"message\":{\"content\":"
         "\"<think>\\n{no}</think>\\n\\n{}\"}}]}",
         NULL, 0},
        {200,
         "{\"choices\":[{\"message\":{\"content\":null,"
         "\"refusal\":\"I cannot\"}}]}",
         NULL, 0}};
    struct rig g;

    rig_init(&g, "openai", steps, 3);
    CHECK_STR(rig_ask(&g)->text, "{}");
    CHECK(g.r[0].truncated);
    CHECK_STR(rig_ask(&g)->text, "{}");
    CHECK(!g.r[1].truncated);
    CHECK_INT(rig_ask(&g)->rc, CM_EPERM);
    CHECK(!g.r[2].transient);
    rig_end(&g);
}

TEST(provider, openai_keeps_the_path_of_its_base)
{
    static const struct stub_step steps[] = {{200, OPENAI_OK, NULL, 0}};
    struct rig g;
    char base[100];

    rig_init(&g, "openai", steps, 1);
    snprintf(base, sizeof(base), "%s/api/v1", g.stub.url);
    g.config.base_url = str_of(base);
    g.config.key = STR_NONE;
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK(str_starts(PATH(1), STR("POST /api/v1/chat/completions ")));
    CHECK_LACKS(stub_request(&g.a, 1), "Authorization");
    rig_end(&g);
}

/* --- gemini -------------------------------------------------------------- */

#define GEMINI_OK                                                              \
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["            \
    "{\"text\":\"hm\",\"thought\":true},{\"text\":\"{\\\"title\\\":\"},"       \
    "{\"text\":\"\\\"c\\\"}\"}]},\"finishReason\":\"STOP\"}],"                 \
    "\"usageMetadata\":{\"promptTokenCount\":200,"                             \
    "\"cachedContentTokenCount\":40,\"candidatesTokenCount\":10,"              \
    "\"thoughtsTokenCount\":5},\"modelVersion\":\"gemini-3.5-flash-lite\"}"

TEST(provider, gemini_sends_key_in_a_header_and_schema_in_its_dialect)
{
    static const struct stub_step steps[] = {{200, GEMINI_OK, NULL, 0}};
    struct rig g;
    struct json *body;
    const struct llm_result *r;

    rig_init(&g, "gemini", steps, 1);
    g.config.model = STR("models/some-model");
    r = rig_ask(&g);
    CHECK_STR(r->text, "{\"title\":\"c\"}");
    CHECK_INT(r->input_tokens, 200);
    CHECK_INT(r->cached_tokens, 40);
    CHECK_INT(r->output_tokens, 15);
    CHECK_STR(r->model, "gemini-3.5-flash-lite");
    CHECK(str_starts(
        PATH(1), STR("POST /v1beta/models/some-model:generateContent HTTP")));
    CHECK_HAS(stub_request(&g.a, 1), "x-goog-api-key: " RIG_KEY "\r\n");

    body = rig_body(&g, 1);
    CHECK_STR(at(body, "generationConfig.responseMimeType"),
              "application/json");
    CHECK_STR(at(body, "generationConfig.responseSchema.type"), "object");
    CHECK_STR(at(body, "generationConfig.responseSchema.properties.title.type"),
              "string");
    CHECK(!has(body, "generationConfig.responseSchema.additionalProperties"));
    CHECK_STR(
        json_get_str(json_at(json_path(body, "systemInstruction.parts"), 0),
                     "text"),
        "You keep notes.");
    json_free(body);
    rig_end(&g);
}

/* The schema as Gemini gets it, compact; built, not sent. */
static struct str in_gemini(struct arena *a, const char *schema)
{
    struct llm_config c = {.model = STR("m"), .base_url = STR("http://x")};
    struct llm_request r = {.user = STR("u"), .schema = str_of(schema)};
    struct ask q = {.config = &c, .request = &r, .a = a};
    struct llm_http_request out = {0};
    struct json *body;
    struct str text;
    struct buf b;

    provider_gemini.build(&q, &out);
    body = json_parse(out.body, NULL);
    CHECK(body);
    buf_init(&b, 1 << 20);
    if (has(body, "generationConfig.responseSchema"))
        json_print(json_path(body, "generationConfig.responseSchema"), &b, 0);
    text = arena_str(a, buf_str(&b));
    buf_free(&b);
    json_free(body);
    return text;
}

TEST(provider, gemini_schema_says_null_and_const_its_own_way)
{
    struct arena a = {0};

    CHECK_STR(in_gemini(&a, "{\"$schema\":\"x\",\"type\":[\"string\","
                            "\"null\"],\"default\":1}"),
              "{\"nullable\":true,\"type\":\"string\"}");
    CHECK_STR(in_gemini(&a, "{\"type\":\"string\",\"const\":\"x\"}"),
              "{\"type\":\"string\",\"enum\":[\"x\"]}");
    /* A property may have the name of a keyword. */
    CHECK_STR(in_gemini(&a, "{\"properties\":{\"additionalProperties\":"
                            "{\"type\":\"object\",\"additionalProperties\":"
                            "false}},\"anyOf\":[{\"pattern\":\"x\"}],"
                            "\"items\":{\"enum\":[\"a\"],\"pattern\":1}}"),
              "{\"properties\":{\"additionalProperties\":{\"type\":"
              "\"object\"}},\"anyOf\":[{}],\"items\":{\"enum\":[\"a\"]}}");
    arena_free(&a);
}

TEST(provider, gemini_leaves_a_bottomless_schema_to_words)
{
    struct arena a = {0};
    struct buf b;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 60; i++)
        buf_addz(&b, "{\"items\":");
    buf_addz(&b, "{}");
    for (int i = 0; i < 60; i++)
        buf_addz(&b, "}");
    CHECK_STR(in_gemini(&a, b.data), "");
    buf_free(&b);
    arena_free(&a);
}

TEST(provider, gemini_falls_back_when_the_schema_is_refused)
{
    static const struct stub_step steps[] = {
        {400,
         "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\","
         "\"message\":\"Unknown name at 'generation_config.response_schema'"
         "\"}}",
         NULL, 0},
        {400, "[{\"error\":{\"message\":\"JSON mode is not enabled\"}}]", NULL,
         0},
        {200, GEMINI_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "gemini", steps, 3);
    CHECK_INT(rig_ask(&g)->rc, 0);
    body = rig_body(&g, 2);
    CHECK(has(body, "generationConfig.responseMimeType"));
    CHECK(!has(body, "generationConfig.responseSchema"));
    CHECK_HAS(
        json_get_str(json_at(json_path(body, "systemInstruction.parts"), 0),
                     "text"),
        RIG_SCHEMA);
    json_free(body);
    body = rig_body(&g, 3);
    CHECK(!has(body, "generationConfig.responseMimeType"));
    json_free(body);
    rig_end(&g);
}

TEST(provider, gemini_says_why_it_was_blocked)
{
    static const struct stub_step steps[] = {
        {200, "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED\"}}", NULL, 0},
        {200, "{\"candidates\":[{\"finishReason\":\"SAFETY\"}]}", NULL, 0}};
    struct rig g;

    rig_init(&g, "gemini", steps, 2);
    CHECK_INT(rig_ask(&g)->rc, CM_EPERM);
    CHECK_HAS(str_of(g.r[0].err.msg), "PROHIBITED");
    CHECK_INT(rig_ask(&g)->rc, CM_EPERM);
    CHECK_HAS(str_of(g.r[1].err.msg), "SAFETY");
    rig_end(&g);
}

/* --- ollama -------------------------------------------------------------- */

#define OLLAMA_OK                                                              \
    "{\"model\":\"qwen3:8b\",\"message\":{\"role\":\"assistant\","             \
    "\"content\":\"{\\\"title\\\":\\\"d\\\"}\"},\"done\":true,"                \
    "\"done_reason\":\"stop\",\"prompt_eval_count\":70,\"eval_count\":7}"

TEST(provider, ollama_gives_the_schema_as_format_and_asks_for_room)
{
    static const struct stub_step steps[] = {{200, OLLAMA_OK, NULL, 0}};
    struct rig g;
    struct json *body;
    const struct llm_result *r;

    rig_init(&g, "ollama", steps, 1);
    g.config.key = STR_NONE;
    r = rig_ask(&g);
    CHECK_STR(r->text, "{\"title\":\"d\"}");
    CHECK_INT(r->input_tokens, 70);
    CHECK_INT(r->output_tokens, 7);
    CHECK(r->price_known);
    CHECK_INT(r->micro_usd, 0);
    CHECK(str_starts(PATH(1), STR("POST /api/chat ")));

    body = rig_body(&g, 1);
    CHECK(json_is_bool(json_get(body, "stream")));
    CHECK(!json_get_bool(body, "stream"));
    CHECK_STR(at(body, "format.type"), "object");
    CHECK_INT(json_int(json_path(body, "options.num_ctx")), 8192);
    CHECK_INT(json_int(json_path(body, "options.num_predict")), 500);
    json_free(body);
    rig_end(&g);
}

TEST(provider, ollama_drops_what_an_older_one_does_not_know)
{
    static const struct stub_step steps[] = {
        {400, "{\"error\":\"\\\"x\\\" does not support thinking\"}", NULL, 0},
        {500, "{\"error\":\"invalid format: no grammar\"}", NULL, 0},
        {200, OLLAMA_OK, NULL, 0}};
    struct rig g;
    struct json *body;

    rig_init(&g, "ollama", steps, 3);
    CHECK_INT(rig_ask(&g)->rc, 0);
    body = rig_body(&g, 2);
    CHECK(!has(body, "think"));
    CHECK_STR(at(body, "format.type"), "object");
    json_free(body);
    body = rig_body(&g, 3);
    CHECK_STR(at(body, "format"), "json");
    json_free(body);
    rig_end(&g);
}

/* --- what they share ----------------------------------------------------- */

TEST(provider, finds_the_sentence_of_an_error_wherever_it_stands)
{
    static const char *const bodies[] = {"{\"error\":{\"message\":\"no\"}}",
                                         "{\"error\":\"no\"}",
                                         "{\"message\":\"no\"}",
                                         "{\"detail\":\"no\"}",
                                         "{\"detail\":[{\"msg\":\"no\"}]}",
                                         "[{\"error\":{\"message\":\"no\"}}]"};

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct json *j = json_parse(str_of(bodies[i]), NULL);

        CHECK_STR(provider_error_text(j), "no");
        json_free(j);
    }
    CHECK_INT(provider_error_text(NULL).n, 0);
}

TEST(provider, no_answer_is_a_reply_of_another_protocol)
{
    static const struct stub_step steps[] = {{200, "{\"hello\":1}", NULL, 0}};
    static const char *const names[] = {"anthropic", "openai", "gemini",
                                        "ollama"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct rig g;
        const struct llm_result *r;

        rig_init(&g, names[i], steps, 1);
        r = rig_ask(&g);
        CHECK_INT(r->rc, CM_EFORMAT);
        CHECK(r->transient);
        CHECK_INT(r->tries, 1); /* it may have cost: not again at once */
        rig_end(&g);
    }
}
