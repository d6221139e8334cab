/* code_fuzz_test.c - the fuzzers of the code index over samples, queries and
 * questions, damaged in the same ways in every run. */
#include "base/common.h"

#include "code_rig.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_code
#include "tests/fuzz/code.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_code_ask
#include "tests/fuzz/code_ask.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_code_query
#include "tests/fuzz/code_query.c"

#include "base/file.h"

#define ROUNDS 12

static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* A byte changed, a piece gone, or cut off. */
static size_t damage(uint32_t *state, char *b, size_t n)
{
    static const char nasty[] = "\"'\\{}[]():;,<>=#@/*\n\0\x80\xff";
    size_t at = next(state) % n, len = next(state) % 40;

    if (at + len > n)
        len = n - at;
    switch (next(state) % 4) {
    case 0:
        return at;
    case 1:
        memmove(b + at, b + at + len, n - at - len);
        return n - len;
    default:
        b[at] = nasty[next(state) % (sizeof(nasty) - 1)];
        return n;
    }
}

TEST(code, survives_samples_that_are_damaged)
{
    static const char *const files[][2] = {
        {"c", "c/sample.c"},          {"cpp", "cpp/sample.cpp"},
        {"python", "python/sample.py"}, {"typescript", "typescript/sample.ts"},
        {"haskell", "haskell/Sample.hs"}, {"ruby", "ruby/sample.rb"},
        {"erlang", "erlang/sample.erl"}, {"graphql", "graphql/sample.graphql"},
        {"nim", "nim/sample.nim"},    {"cmake", "cmake/CMakeLists.txt"},
        {"protobuf", "protobuf/sample.proto"},
        {"dockerfile", "dockerfile/Dockerfile"},
        {"vue", "vue/sample.vue"},    {"perl", "perl/sample.pl"}};
    struct code_parser *p = code_rig();
    size_t languages;
    const struct language *all = language_all(&languages);
    uint32_t state = 2463534242u;
    struct buf b;

    if (!p)
        return;
    code_parser_destroy(p);
    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct language *l = language_named(str_of(files[i][0]));
        char path[512];

        snprintf(path, sizeof(path), "%s/%s", test_source("tests/code"),
                 files[i][1]);
        for (int round = 0; round < ROUNDS; round++) {
            size_t n;

            buf_reset(&b);
            buf_addc(&b, (char)(l - all));
            CHECK_INT(file_read(path, &b, NULL), 0);
            n = b.len - 1;
            for (int k = 0; k < 4 && n; k++)
                n = damage(&state, b.data + 1, n);
            fuzz_code((const uint8_t *)b.data, n + 1);
        }
    }
    buf_free(&b);
}

TEST(code, refuses_or_obeys_queries_that_are_damaged)
{
    static const char *const files[] = {"c", "python", "typescript"};
    struct code_parser *p = code_rig();
    uint32_t state = 88172645u;
    struct buf b;

    if (!p)
        return;
    code_parser_destroy(p);
    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[512];

        snprintf(path, sizeof(path), "%s/%s.query",
                 test_source("grammars/queries"), files[i]);
        for (int round = 0; round < 60; round++) {
            size_t n;

            buf_reset(&b);
            buf_addc(&b, (char)i);
            CHECK_INT(file_read(path, &b, NULL), 0);
            n = b.len - 1;
            for (int k = round % 3; k >= 0 && n; k--)
                n = damage(&state, b.data + 1, n);
            fuzz_code_query((const uint8_t *)b.data, n + 1);
        }
    }
    buf_free(&b);
}

TEST(code, answers_whatever_it_is_asked)
{
    static const char *const asked[] = {
        "Reply.parse\n",      "a/reply.py:4\n",     "reply.py\nReply.parse",
        "/dev/zero\n",        "b/pair.rb\nA::b?",   "\"a\" OR b* NEAR(\na",
        "util.py:99999999999\n", "loop:1:2\n:",     "::..\n::",
        "../..//\n../",       "helper x\nfunction", "\xff\xfe(\n\xc3"};
    struct code_parser *p = code_rig();
    uint32_t state = 521288629u;
    char b[64];

    if (!p)
        return;
    code_parser_destroy(p);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        for (char op = 0; op < 10; op++)
            for (int round = 0; round < 8; round++) {
                size_t n = strlen(asked[i]);

                b[0] = op;
                memcpy(b + 1, asked[i], n);
                for (int k = 0; k < round % 4 && n; k++)
                    n = damage(&state, b + 1, n);
                fuzz_code_ask((const uint8_t *)b, n + 1);
            }
}
