/* embedder_test.c - embedding services: requests and replies
 * (worker/embedder_api.h). */
#include "base/common.h"

#include <math.h>

#include "test.h"
#include "worker/embedder_api.h"
#include "worker/llm_http.h"

static const struct str two[] = {{"first \"text\"", 12}, {"second", 6}};

static struct embed_question ask(const struct embedder_choice *who)
{
    return (struct embed_question){
        .who = who, .key = STR("k-1"), .texts = two, .n = 2};
}

static struct embedder_choice service(const char *name)
{
    struct embedder_choice c;

    CHECK_INT(embedder_parse(name, &c), 0);
    return c;
}

TEST(embedder, openai_is_asked_for_all_texts_at_once)
{
    struct embedder_choice who =
        service("openai text-embedding-3-small#256 https://h/v1 t1");
    struct embed_question q = ask(&who);
    struct llm_http_request r = {0};
    struct arena a = {0};
    struct json *j;

    embed_api_build(&q, &a, &r);
    CHECK_STR(str_of(r.url), "https://h/v1/embeddings");
    CHECK_INT(r.nheaders, 1);
    CHECK_STR(str_of(r.headers[0]), "Authorization: Bearer k-1");
    j = json_parse(r.body, NULL);
    CHECK_STR(json_get_str(j, "model"), "text-embedding-3-small");
    CHECK_INT(json_get_int(j, "dimensions", 0), 256);
    CHECK_STR(json_str(json_at(json_get(j, "input"), 0)), "first \"text\"");
    CHECK_INT(json_len(json_get(j, "input")), 2);
    json_free(j);
    arena_free(&a);
}

TEST(embedder, ollama_is_told_what_a_query_is)
{
    struct embedder_choice who =
        service("ollama library/nomic-embed-text:v1.5 http://h:1 t1");
    struct embed_question q = ask(&who);
    struct llm_http_request r = {0}, query = {0};
    struct arena a = {0};

    q.key = STR_NONE;
    embed_api_build(&q, &a, &r);
    CHECK_STR(str_of(r.url), "http://h:1/api/embed");
    CHECK_INT(r.nheaders, 0);
    CHECK_HAS(r.body, "search_document: second");
    q.is_query = true;
    embed_api_build(&q, &a, &query);
    CHECK_HAS(query.body, "search_query: second");
    CHECK_LACKS(query.body, "dimensions");
    arena_free(&a);
}

TEST(embedder, gemini_has_its_own_form)
{
    struct embedder_choice who = service("gemini e-1#8 https://h/v1beta t1");
    struct embed_question q = ask(&who);
    struct llm_http_request r = {0};
    struct arena a = {0};
    struct json *j, *one;

    embed_api_build(&q, &a, &r);
    CHECK_STR(str_of(r.url), "https://h/v1beta/models/e-1:batchEmbedContents");
    CHECK_STR(str_of(r.headers[0]), "x-goog-api-key: k-1");
    j = json_parse(r.body, NULL);
    one = json_at(json_get(j, "requests"), 1);
    CHECK_STR(json_get_str(one, "model"), "models/e-1");
    CHECK_STR(json_get_str(one, "taskType"), "RETRIEVAL_DOCUMENT");
    CHECK_INT(json_get_int(one, "outputDimensionality", 0), 8);
    CHECK_STR(json_get_str(json_at(json_path(one, "content.parts"), 0), "text"),
              "second");
    json_free(j);
    arena_free(&a);
}

static int read_reply(const char *service_name, const char *body,
                      struct embed_answer *out, struct arena *a, struct err *e)
{
    struct embedder_choice who = service(service_name);
    struct embed_question q = ask(&who);
    struct json *j = json_parse(str_of(body), NULL);
    int rc = embed_api_read(&q, j, a, out, e);

    json_free(j);
    return rc;
}

#define OPENAI "openai m http://h t1"

TEST(embedder, replies_give_vectors_of_length_one_in_order)
{
    static const char *const rows[][2] = {
        {OPENAI, "{\"data\":[{\"index\":1,\"embedding\":[0,2]},"
                 "{\"index\":0,\"embedding\":[3,4]}],"
                 "\"usage\":{\"prompt_tokens\":7}}"},
        {"ollama m http://h t1",
         "{\"embeddings\":[[3,4],[0,2]],\"prompt_eval_count\":7}"},
        {"gemini m http://h t1",
         "{\"embeddings\":[{\"values\":[3,4]},{\"values\":[0,2]}]}"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct embed_answer out;
        struct err e = {0};

        if (read_reply(rows[i][0], rows[i][1], &out, &a, &e) < 0)
            test_fail(__FILE__, __LINE__, "%s: %s", rows[i][0], e.msg);
        CHECK_INT(out.dim, 2);
        CHECK(fabsf(out.v[0] - 0.6f) < 1e-6f && fabsf(out.v[1] - 0.8f) < 1e-6f);
        CHECK(out.v[2] == 0 && out.v[3] == 1);
        CHECK_INT(out.tokens, i < 2 ? 7 : -1);
    }
    arena_free(&a);
}

TEST(embedder, replies_that_are_none_are_refused)
{
    static const char *const bad[] = {
        "{}", "[]", "null", "{\"data\":{}}", "{\"data\":[]}",
        "{\"data\":[{\"embedding\":[]},{\"embedding\":[]}]}",
        "{\"data\":[{\"embedding\":[1,2]}]}",
        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1]}]}",
        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1,2,3]}]}",
        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1,\"2\"]}]}",
        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[0,0]}]}",
        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1e999,0]}]}",
        "{\"data\":[{\"embedding\":\"AAAA\"},{\"embedding\":\"AAAA\"}]}",
        "{\"data\":[{\"embedding\":{\"0\":1}},{\"embedding\":{\"0\":1}}]}",
    };
    struct arena a = {0};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct embed_answer out;
        struct err e = {0};

        if (read_reply(OPENAI, bad[i], &out, &a, &e) != CM_EFORMAT)
            test_fail(__FILE__, __LINE__, "taken: %s", bad[i]);
        CHECK(e.msg[0]);
    }
    arena_free(&a);
}

TEST(embedder, another_length_than_was_asked_for_is_refused)
{
    struct embed_answer out;
    struct arena a = {0};

    CHECK_INT(read_reply("openai m#3 http://h t1",
                         "{\"data\":[{\"embedding\":[1,2]},"
                         "{\"embedding\":[1,2]}]}", &out, &a, NULL),
              CM_EFORMAT);
    arena_free(&a);
}
