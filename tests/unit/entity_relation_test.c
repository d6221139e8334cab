/* entity_relation_test.c - what texts state (lib/base/entity_relation.h). */
#include "base/common.h"

#include "base/buf.h"
#include "base/entity_relation.h"
#include "test.h"

static struct str put(const struct relation *r, size_t n)
{
    static char all[2048];
    size_t len = 0;

    all[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%.*s %s %.*s",
                                len ? "; " : "", STR_ARG(r[i].from.key),
                                relation_name(r[i].word), STR_ARG(r[i].to.key));
    return (struct str){all, len};
}

static struct str said(const char *text)
{
    struct relation r[RELATIONS_MAX];
    struct arena a = {0};
    struct str all = put(r, relations_of(str_of(text), &a, r, ARRAY_LEN(r)));

    arena_free(&a);
    return all;
}

static struct str committed(const char *text)
{
    struct relation r[RELATIONS_MAX];
    struct arena a = {0};
    struct str all =
        put(r, relations_of_commits(str_of(text), &a, r, ARRAY_LEN(r)));

    arena_free(&a);
    return all;
}

TEST(entity_relation, words_and_their_reverse)
{
    for (int r = 0; r < RELATION_COUNT; r++)
        CHECK_INT(relation_find(str_of(relation_name((enum relation_word)r))),
                  r);
    CHECK_INT(relation_find(STR("DEPLOYS_TO")), RELATION_DEPLOYS_TO);
    CHECK_INT(relation_find(STR("part of")), RELATION_PART_OF);
    CHECK(!relation_is_known(STR("likes")));
    CHECK(!relation_is_known(STR("")));
    CHECK(strcmp(relation_reverse(STR("owns")), "owned by") == 0);
    CHECK(strcmp(relation_reverse(STR("likes")), "") == 0);
}

TEST(entity_relation, who_owns_and_writes)
{
    CHECK_STR(said("payments-api is owned by Dana"), "dana owns payments-api");
    CHECK_STR(said("The checkout service is maintained by Grace."),
              "grace owns checkout-service");
    CHECK_STR(said("The platform-team owns the api-gateway."),
              "platform-team owns api-gateway");
    CHECK_STR(said("Ada and Grace own the billing-worker"),
              "grace owns billing-worker; ada owns billing-worker");
    CHECK_STR(said("The owner of payments-api is Dana."),
              "dana owns payments-api");
    CHECK_STR(said("payments-api's owner is Dana"), "dana owns payments-api");
    CHECK_STR(said("Xiomara maintains the search-indexer."),
              "xiomara owns search-indexer");
    CHECK_STR(said("Ada wrote the ledger-service in Rust."),
              "ada works-on ledger-service");
    CHECK_STR(said("parseReply was written by Ada Lovelace"),
              "ada lovelace works-on parsereply");
    CHECK_STR(said("Dana is working on PR 91"), "dana works-on #91");
    CHECK_STR(said("Grace is responsible for the search-indexer"),
              "grace owns search-indexer");
}

TEST(entity_relation, what_depends_on_and_uses_what)
{
    CHECK_STR(said("The payments-api depends on the ledger service and Redis."),
              "payments-api depends-on ledger-service; "
              "payments-api depends-on redis");
    CHECK_STR(said("The billing worker relies on the ledger service"),
              "billing-worker depends-on ledger-service");
    CHECK_STR(said("billing-worker uses PostgreSQL, Redis and Kafka for it"),
              "billing-worker uses postgresql; billing-worker uses redis; "
              "billing-worker uses kafka");
    CHECK_STR(said("billing-worker connects to Kafka and writes to Postgres"),
              "billing-worker uses kafka; billing-worker uses postgresql");
    CHECK_STR(said("Redis is used by the search-indexer"),
              "search-indexer uses redis");
    CHECK_STR(said("src/main.c uses libuv"), "src/main.c uses libuv");
    CHECK_STR(said("parseReply calls json_parse()"),
              "parsereply uses json_parse");
    CHECK_STR(said("the auth-service is written in Rust"),
              "auth-service uses rust");
}

TEST(entity_relation, where_things_run_and_belong)
{
    CHECK_STR(said("Dana's team deploys the payments-api to Fly.io"),
              "payments-api deploys-to fly.io; dana works-on payments-api");
    CHECK_STR(said("We deploy the web-frontend to Vercel."),
              "web-frontend deploys-to vercel");
    CHECK_STR(said("payments-api deploys to Fly.io"),
              "payments-api deploys-to fly.io");
    CHECK_STR(said("search-indexer runs on Kubernetes"),
              "search-indexer deploys-to kubernetes");
    CHECK_STR(said("auth-service, which uses Redis, is hosted on AWS"),
              "auth-service uses redis; auth-service deploys-to aws");
    CHECK_STR(said("The ledger service was deployed to db1.internal"),
              "ledger-service deploys-to db1.internal");
    CHECK_STR(said("web-frontend is part of Project Atlas"),
              "web-frontend part-of project atlas");
    CHECK_STR(said("The ledger module belongs to payments-api"),
              "ledger-module part-of payments-api");
}

TEST(entity_relation, what_takes_whose_place)
{
    CHECK_STR(said("We replaced Memcached with Redis."),
              "redis replaces memcached");
    CHECK_STR(said("Redis replaced Memcached"), "redis replaces memcached");
    CHECK_STR(said("the api-gateway was replaced by envoy-proxy"),
              "envoy-proxy replaces api-gateway");
    CHECK_STR(said("We migrated from Heroku to Fly.io in March."),
              "fly.io replaces heroku");
}

TEST(entity_relation, causes_fixes_decisions)
{
    CHECK_STR(said("PR #91 fixes #12"), "#91 fixes #12");
    CHECK_STR(said("a1b2c3d fixes #12 and #13."),
              "a1b2c3d fixes #12; a1b2c3d fixes #13");
    CHECK_STR(said("#12 was fixed in PR 14"), "#14 fixes #12");
    CHECK_STR(said("#12 was caused by left-pad@1.3.0"), "left-pad causes #12");
    CHECK_STR(said("TypeError is caused by parseReply"),
              "parsereply causes typeerror");
    CHECK_STR(said("Dana decided to use Kafka for the events"),
              "kafka decided-in dana");
    CHECK_STR(said("Kafka was decided in PR 12"), "kafka decided-in #12");
}

TEST(entity_relation, several_sentences_and_quotes)
{
    CHECK_STR(said("The user said: \"payments-api uses Stripe\""),
              "payments-api uses stripe");
    CHECK_STR(said("- payments-api uses Stripe\n- Dana owns payments-api; "
                   "payments-api uses Stripe. Ok?"),
              "payments-api uses stripe; dana owns payments-api");
}

TEST(entity_relation, denials_questions_wishes_state_nothing)
{
    static const char *const texts[] = {
        "payments-api no longer uses Redis",
        "payments-api doesn't depend on Kafka",
        "payments-api does not use Redis",
        "payments-api never ran on Heroku",
        "Redis is not owned by Dana",
        "Nobody owns the api-gateway.",
        "Does payments-api use Redis?",
        "Who owns payments-api?",
        "who owns payments-api",
        "how does Ada deploy the ledger-service to Heroku",
        "payments-api uses Redis?",
        "payments-api should use Redis",
        "payments-api will be deployed to Fly.io",
        "We could deploy payments-api to Heroku",
        "Dana may own the api-gateway",
        "If payments-api uses Redis, we need a password.",
        "Dana asked whether payments-api uses Redis",
        "Let's replace Redis with Kafka",
        "Use Redis for caching",
        "I want to use Kafka",
        "make sure the api-gateway uses TLS",
        "Dana used to own payments-api",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (said(texts[i]).n)
            test_fail(__FILE__, __LINE__, "%s: %.*s", texts[i],
                      STR_ARG(said(texts[i])));
}

TEST(entity_relation, prose_states_nothing)
{
    static const char *const texts[] = {
        "The tests of payments-api use Redis",
        "The function owns the buffer.",
        "parseReply owns the buffer",
        "It uses a lot of memory",
        "This depends on the weather",
        "The code uses tabs",
        "The fix depends on time",
        "parseReply uses tree",
        "Deployment works and caching works",
        "It was built on Monday and fixed by lunch.",
        "src/a.c is part of src/b.c",
        "I worked on it, and we use it",
        "uses owns depends on is owned by",
        "",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (said(texts[i]).n)
            test_fail(__FILE__, __LINE__, "%s: %.*s", texts[i],
                      STR_ARG(said(texts[i])));
}

TEST(entity_relation, commits_close_issues)
{
    CHECK_STR(committed("Committed 19729ce \"Stop the leak, fixes #12\": it "
                        "also closes #15, and mentions #16."),
              "19729ce fixes #12; 19729ce fixes #15");
    CHECK_STR(committed("Committed \"Stop the leak, fixes #12\""), "");
    CHECK_STR(committed("19729ce fixes #12"), "");
}

TEST(entity_relation, any_bytes)
{
    struct relation r[RELATIONS_MAX];
    struct arena a = {0};
    struct buf b;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_addf(&b, "%s%s", i % 3 ? "uses " : "and Redis ",
                 i % 7 ? ", the " : "; is owned by Dana ");
    CHECK(relations_of(buf_str(&b), &a, r, ARRAY_LEN(r)) <= RELATIONS_MAX);
    CHECK_INT(relations_of(buf_str(&b), &a, r, 0), 0);
    for (size_t n = 0; n < 400; n++) {
        char *exact = malloc(n + 1);

        memcpy(exact, b.data, n);
        relations_of((struct str){exact, n}, &a, r, ARRAY_LEN(r));
        relations_of_commits((struct str){exact, n}, &a, r, ARRAY_LEN(r));
        free(exact);
    }
    buf_free(&b);
    arena_free(&a);
}
