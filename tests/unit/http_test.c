/* http_test.c - what of the HTTP server needs no connection. */
#include "base/common.h"

#include "test.h"
#include "worker/http_guard.h"
#include "worker/http_route.h"

#define FUZZ_ENTRY fuzz_http
#include "tests/fuzz/http.c"
#undef FUZZ_ENTRY

#define TOKEN                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* --- routing --------------------------------------------------------------------- */

static struct arena arena;
static struct http_pair params[HTTP_PARAMS];
static size_t nparams;

static bool matches(const char *pattern, const char *path)
{
    return http_match(pattern, str_of(path), &arena, params, &nparams);
}

TEST(http, a_pattern_matches_its_path_and_no_other)
{
    CHECK(matches("/", "/"));
    CHECK(!matches("/", "/a"));
    CHECK(matches("/v1/ping", "/v1/ping"));
    CHECK(!matches("/v1/ping", "/v1"));
    CHECK(!matches("/v1/ping", "/v1/ping/more"));
    CHECK(!matches("/v1/ping", "/v1/Ping"));
    CHECK(!matches("/v1/ping", "/v1//ping"));
    CHECK(!matches("/v1/ping", ""));
}

TEST(http, a_slash_at_the_end_makes_no_difference)
{
    CHECK(matches("/v1/memories/", "/v1/memories"));
    CHECK(matches("/v1/memories", "/v1/memories/"));
    CHECK(!matches("/v1/memories", "/v1/memories//"));
}

TEST(http, parameters_are_decoded_and_never_empty)
{
    CHECK(matches("/m/{id}/h/{v}", "/m/a%2Fb%20c/h/7"));
    CHECK_INT(nparams, 2);
    CHECK_STR(params[0].name, "id");
    CHECK_STR(params[0].value, "a/b c");
    CHECK_STR(params[1].value, "7");
    CHECK(!matches("/m/{id}", "/m/"));
    CHECK(!matches("/m/{id}", "/m/%00"));
    CHECK(!matches("/m/{id}", "/m/%ff"));
    CHECK(matches("/m/{id}", "/m/a+b"));
    CHECK_STR(params[0].value, "a+b"); /* plus is a blank in queries alone */
    arena_free(&arena);
}

TEST(http, a_parameter_with_a_star_takes_the_rest)
{
    CHECK(matches("/files/{path*}", "/files/a/b%20c/d"));
    CHECK_STR(params[0].name, "path");
    CHECK_STR(params[0].value, "a/b c/d");
    CHECK(!matches("/files/{path*}", "/files"));
    arena_free(&arena);
}

/* --- queries ------------------------------------------------------------------------ */

static bool parsed(const char *query, struct http_pair **pairs, size_t *n)
{
    return http_query_parse(str_of(query), &arena, pairs, n);
}

TEST(http, a_query_is_taken_apart_in_its_order)
{
    struct http_pair *p;
    size_t n;

    CHECK(parsed("a=1&b=x+y%26z&&a=2&flag&=v", &p, &n));
    CHECK_INT(n, 5);
    CHECK_STR(p[1].value, "x y&z");
    CHECK_STR(p[2].name, "a");
    CHECK_STR(p[2].value, "2");
    CHECK_STR(p[3].name, "flag");
    CHECK_STR(p[3].value, "");
    CHECK_STR(p[4].name, "");
    CHECK(parsed("", &p, &n));
    CHECK_INT(n, 0);
    CHECK(parsed("a=b=c", &p, &n));
    CHECK_STR(p[0].value, "b=c");
    arena_free(&arena);
}

TEST(http, a_query_that_is_not_well_formed_is_refused)
{
    static const char *const bad[] = {"a=%",     "a=%4",  "a=%zz", "%4",
                                      "a=%00",   "a=%ff", "a=%c0%af",
                                      "a=%+1", "a=%ed%a0%80"};
    struct http_pair *p;
    size_t n;
    char many[1024] = "";

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (parsed(bad[i], &p, &n))
            test_fail(__FILE__, __LINE__, "%s was taken", bad[i]);
    CHECK(parsed("a=%41", &p, &n)); /* ends with the escape */
    CHECK_STR(p[0].value, "A");
    memset(many, '&', HTTP_QUERIES);
    CHECK(!parsed(many, &p, &n));
    arena_free(&arena);
}

/* --- who is let in --------------------------------------------------------------------- */

static struct http_secret secret;

static enum http_entry entry(struct http_claims c)
{
    http_secret_of(&secret, STR(TOKEN));
    if (!c.host.p)
        c.host = STR("127.0.0.1:8080");
    return http_admit(&secret, &c, 8080);
}

static struct str session_cookie(void)
{
    static char text[128];

    http_secret_of(&secret, STR(TOKEN));
    snprintf(text, sizeof(text), "a=b; " HTTP_COOKIE "=%s; c=d",
             secret.cookie);
    return str_of(text);
}

TEST(http, the_token_is_asked_before_all)
{
    struct http_claims c = {.host = STR("evil"), .origin = STR("null")};

    CHECK_INT(entry(c), HTTP_UNKNOWN);
    c.authorization = STR("Bearer " TOKEN "0");
    CHECK_INT(entry(c), HTTP_UNKNOWN);
    c.authorization = STR("Basic " TOKEN);
    CHECK_INT(entry(c), HTTP_UNKNOWN);
    c.authorization = STR(TOKEN);
    CHECK_INT(entry(c), HTTP_UNKNOWN);
    c.authorization = STR("Bearer");
    CHECK_INT(entry(c), HTTP_UNKNOWN);
    c.authorization = STR("bearer  " TOKEN " ");
    c.host = c.origin = STR_NONE;
    CHECK_INT(entry(c), HTTP_BY_TOKEN);
    c.twice = true;
    CHECK_INT(entry(c), HTTP_UNKNOWN);
    CHECK_INT(entry((struct http_claims){.authorization = STR("Token " TOKEN)}),
              HTTP_BY_TOKEN);
    CHECK_INT(entry((struct http_claims){.api_key = STR(TOKEN)}),
              HTTP_BY_TOKEN);
}

/* --- tickets --- */

static const char *new_ticket(unsigned char with, int64_t now_ms)
{
    unsigned char bytes[HTTP_TICKET_BYTES];

    memset(bytes, with, sizeof(bytes));
    return http_ticket_add(&secret, bytes, now_ms);
}

static enum http_entry with_ticket(const char *text, int64_t now_ms, bool opens)
{
    char header[128];
    struct http_claims c = {.host = STR("127.0.0.1:8080"),
                            .opens = opens,
                            .now_ms = now_ms};
    enum http_entry entry;

    snprintf(header, sizeof(header), "Ticket %s", text);
    c.authorization = str_of(header);
    entry = http_admit(&secret, &c, 8080);
    if (entry == HTTP_BY_TICKET)
        http_ticket_end(&secret, c.authorization);
    return entry;
}

TEST(http, a_ticket_opens_once_and_only_the_door)
{
    char text[HTTP_TOKEN_SIZE];

    http_secret_of(&secret, STR(TOKEN));
    snprintf(text, sizeof(text), "%s", new_ticket(1, 1000));
    CHECK_INT(str_of(text).n, HTTP_TOKEN_SIZE - 1);
    CHECK_INT(with_ticket(text, 1000, false), HTTP_UNKNOWN);
    CHECK_INT(with_ticket(TOKEN, 1000, true), HTTP_UNKNOWN);
    CHECK_INT(with_ticket("", 1000, true), HTTP_UNKNOWN);
    CHECK_INT(with_ticket(text, 1000, true), HTTP_BY_TICKET);
    CHECK_INT(with_ticket(text, 1000, true), HTTP_UNKNOWN);
}

TEST(http, a_ticket_ends_with_its_minute_and_with_its_token)
{
    const char *t;

    http_secret_of(&secret, STR(TOKEN));
    t = new_ticket(1, 1000);
    CHECK_INT(with_ticket(t, 1000 + HTTP_TICKET_MS, true), HTTP_UNKNOWN);
    CHECK_INT(with_ticket(t, 999 + HTTP_TICKET_MS, true), HTTP_BY_TICKET);
    new_ticket(2, 1000);
    http_secret_of(&secret, STR(TOKEN));
    CHECK_INT(with_ticket("020202020202020202020202020202020202020202020202"
                          "0202020202020202",
                          1001, true),
              HTTP_UNKNOWN);
}

TEST(http, there_are_few_tickets_and_the_oldest_goes)
{
    char first[HTTP_TOKEN_SIZE], second[HTTP_TOKEN_SIZE];

    http_secret_of(&secret, STR(TOKEN));
    snprintf(first, sizeof(first), "%s", new_ticket(1, 1000));
    snprintf(second, sizeof(second), "%s", new_ticket(2, 1000));
    for (unsigned char i = 3; i < 3 + HTTP_TICKETS - 1; i++)
        new_ticket(i, 1000);
    CHECK_INT(with_ticket(first, 1001, true), HTTP_UNKNOWN);
    CHECK_INT(with_ticket(second, 1001, true), HTTP_BY_TICKET);
}

/* Nor is it spent by whoever may not come in. */
TEST(http, a_ticket_does_not_open_for_a_foreign_page)
{
    struct http_claims c = {.host = STR("127.0.0.1:8080"), .opens = true};
    char header[128];

    http_secret_of(&secret, STR(TOKEN));
    snprintf(header, sizeof(header), "Ticket %s", new_ticket(1, 1000));
    c.authorization = str_of(header);
    c.now_ms = 1001;
    c.origin = STR("http://example.org");
    CHECK_INT(http_admit(&secret, &c, 8080), HTTP_FOREIGN_ORIGIN);
    c.origin = STR_NONE;
    c.host = STR("rebind.example.org:8080");
    CHECK_INT(http_admit(&secret, &c, 8080), HTTP_BAD_HOST);
    c.host = STR("127.0.0.1:8080");
    c.twice = true;
    CHECK_INT(http_admit(&secret, &c, 8080), HTTP_UNKNOWN);
    c.twice = false;
    CHECK_INT(http_admit(&secret, &c, 8080), HTTP_BY_TICKET);
}

TEST(http, no_token_is_not_the_empty_token)
{
    struct http_secret none = {.token = ""};
    struct http_claims c = {.api_key = STR(""), .host = STR("127.0.0.1:8080")};

    CHECK_INT(http_admit(&none, &c, 8080), HTTP_UNKNOWN);
}

TEST(http, only_its_own_names_are_its_host)
{
    CHECK(http_host_is_ours(STR("127.0.0.1:8080"), 8080));
    CHECK(http_host_is_ours(STR("LocalHost:8080"), 8080));
    CHECK(http_host_is_ours(STR("[::1]:8080"), 8080));
    CHECK(http_host_is_ours(STR("localhost"), 80));
    CHECK(!http_host_is_ours(STR("localhost"), 8080));
    CHECK(!http_host_is_ours(STR("127.0.0.1:80800"), 8080));
    CHECK(!http_host_is_ours(STR("127.0.0.1:8080.example.org"), 8080));
    CHECK(!http_host_is_ours(STR("localhost.example.org:8080"), 8080));
    CHECK(!http_host_is_ours(STR("127.0.0.2:8080"), 8080));
    CHECK(!http_host_is_ours(STR(""), 8080));
    CHECK(!http_host_is_ours(STR_NONE, 8080));
}

TEST(http, only_its_own_pages_are_its_origin)
{
    CHECK(http_origin_is_ours(STR("http://127.0.0.1:8080"), 8080));
    CHECK(!http_origin_is_ours(STR("https://127.0.0.1:8080"), 8080));
    CHECK(!http_origin_is_ours(STR("http://127.0.0.1:8081"), 8080));
    CHECK(!http_origin_is_ours(STR("http://127.0.0.1:8080/"), 8080));
    CHECK(!http_origin_is_ours(STR("null"), 8080));
    CHECK(!http_origin_is_ours(STR(""), 8080));
    CHECK_INT(entry((struct http_claims){.api_key = STR(TOKEN),
                                         .origin = STR("null")}),
              HTTP_FOREIGN_ORIGIN);
    CHECK_INT(entry((struct http_claims){.api_key = STR(TOKEN),
                                         .origin = STR("")}),
              HTTP_FOREIGN_ORIGIN);
}

TEST(http, a_cookie_reads_and_changes_from_our_own_page_only)
{
    struct http_claims c = {.cookie = session_cookie(), .safe = true};

    CHECK_INT(entry(c), HTTP_BY_COOKIE);
    c.fetch_site = STR("none");
    CHECK_INT(entry(c), HTTP_BY_COOKIE);
    c.fetch_site = STR("same-site");
    CHECK_INT(entry(c), HTTP_FORGED);
    c.fetch_site = STR_NONE;
    c.safe = false;
    CHECK_INT(entry(c), HTTP_FORGED);
    c.fetch_site = STR("none");
    CHECK_INT(entry(c), HTTP_FORGED);
    c.fetch_site = STR("cross-site");
    CHECK_INT(entry(c), HTTP_FORGED);
    c.fetch_site = STR("same-origin");
    CHECK_INT(entry(c), HTTP_BY_COOKIE);
    c.fetch_site = STR_NONE;
    c.origin = STR("http://localhost:8080");
    CHECK_INT(entry(c), HTTP_BY_COOKIE);
    c.origin = STR("http://localhost:1");
    CHECK_INT(entry(c), HTTP_FOREIGN_ORIGIN);
}

TEST(http, the_cookie_is_not_the_token)
{
    session_cookie();
    CHECK(strcmp(secret.cookie, secret.token) != 0);
    CHECK_INT(strlen(secret.cookie), HTTP_TOKEN_SIZE - 1);
    CHECK_INT(entry((struct http_claims){.api_key = str_of(secret.cookie)}),
              HTTP_UNKNOWN);
    CHECK_INT(entry((struct http_claims){.cookie = STR(HTTP_COOKIE "=" TOKEN)}),
              HTTP_UNKNOWN);
}

TEST(http, a_cookie_is_found_by_its_whole_name)
{
    CHECK_STR(http_cookie(STR("a=1; b=2"), "b"), "2");
    CHECK_STR(http_cookie(STR("ab=1;b=2=3"), "b"), "2=3");
    CHECK(http_cookie(STR("ab=1"), "b").p == NULL);
    CHECK(http_cookie(STR("b"), "b").p == NULL);
    CHECK(http_cookie(STR_NONE, "b").p == NULL);
}

/* --- how often --------------------------------------------------------------------------- */

TEST(http, a_bucket_gives_a_burst_and_then_its_rate)
{
    struct http_bucket b = {0};
    int n = 0;

    for (int i = 0; i < 100; i++)
        n += http_bucket_take(&b, 10, 20, 1000);
    CHECK_INT(n, 20);
    CHECK(!http_bucket_take(&b, 10, 20, 1050));
    CHECK(http_bucket_take(&b, 10, 20, 1150));
    CHECK(!http_bucket_take(&b, 10, 20, 1150));
    CHECK(!http_bucket_take(&b, 10, 20, 900)); /* a clock that went back */
    for (int i = n = 0; i < 100; i++)
        n += http_bucket_take(&b, 10, 20, 1000000);
    CHECK_INT(n, 20);
    b = (struct http_bucket){0};
    for (int i = n = 0; i < 100; i++)
        n += http_bucket_take(&b, 0, 0, 1000);
    CHECK_INT(n, 100);
}

TEST(http, errors_have_a_status)
{
    CHECK_INT(http_status_of(CM_EARG), 400);
    CHECK_INT(http_status_of(CM_ENOTFOUND), 404);
    CHECK_INT(http_status_of(CM_EAGAIN), 503);
    CHECK_INT(http_status_of(CM_EDB), 500);
}

TEST(http, fuzz)
{
    static const char alphabet[] = "/%+&=;:. {}0aAfF2\xc3\xa9\0b?[]*";
    uint32_t state = 1;

    for (int i = 0; i < 20000; i++) {
        unsigned char text[64], *exact;
        size_t n;

        state = state * 1664525 + 1013904223;
        n = state >> 8 & 63;
        for (size_t k = 0; k < n; k++) {
            state = state * 1664525 + 1013904223;
            text[k] = (unsigned char)
                alphabet[(state >> 8) % (sizeof(alphabet) - 1)];
        }
        exact = malloc(n ? n : 1); /* a byte read too far is found */
        if (!exact)
            CM_BUG("out of memory");
        memcpy(exact, text, n);
        fuzz_http(exact, n);
        free(exact);
    }
}
