/* http.c - a request's target, query and credentials, as anybody may send. */
#include "base/common.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "worker/http_guard.h"
#include "worker/http_route.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    static const char *const patterns[] = {"/", "/a/{b}", "/a/{b}/c/{d}",
                                           "/x/{rest*}"};
    struct str in = {(const char *)data, size}, out;
    struct http_pair params[HTTP_PARAMS], *pairs;
    struct http_secret secret;
    struct http_claims claims = {.authorization = in,
                                 .api_key = in,
                                 .cookie = in,
                                 .host = in,
                                 .origin = in,
                                 .fetch_site = in};
    struct arena a = {0};
    size_t n = 0;

    if (http_unescape(in, true, &a, &out)) {
        FUZZ_CHECK(out.n <= in.n && utf8_is_valid(out));
        FUZZ_CHECK(str_chr(out, '\0') < 0 || str_chr(in, '\0') >= 0);
    }
    if (http_query_parse(in, &a, &pairs, &n))
        for (size_t i = 0; i < n; i++)
            FUZZ_CHECK(utf8_is_valid(pairs[i].name) &&
                       utf8_is_valid(pairs[i].value));
    FUZZ_CHECK(n <= HTTP_QUERIES);
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (http_match(patterns[i], in, &a, params, &n))
            for (size_t k = 0; k < n; k++)
                FUZZ_CHECK(params[k].value.n > 0);
    /* A secret that no input of a fuzzer guesses. */
    http_secret_of(&secret, STR("c0ffee0123456789c0ffee0123456789"
                                "c0ffee0123456789c0ffee0123456789"));
    FUZZ_CHECK(http_admit(&secret, &claims, 8080) == HTTP_UNKNOWN);
    http_ticket_add(&secret, (const unsigned char *)secret.cookie, 0);
    claims.opens = true;
    FUZZ_CHECK(http_admit(&secret, &claims, 8080) == HTTP_UNKNOWN);
    http_ticket_end(&secret, in);
    FUZZ_CHECK(secret.tickets[0].text[0] != '\0');
    arena_free(&a);
    return 0;
}
