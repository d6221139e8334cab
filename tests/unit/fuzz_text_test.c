/*
 * fuzz_text_test.c - the fuzzers of texts over some seeded inputs: good ones,
 * put together and damaged.
 */
#include "base/common.h"

#include "test.h"

#define FUZZ_ENTRY fuzz_json
#include "tests/fuzz/json.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_redact
#include "tests/fuzz/redact.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_intake
#include "tests/fuzz/intake.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_transcript
#include "tests/fuzz/transcript.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_config
#include "tests/fuzz/config.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_tokens
#include "tests/fuzz/tokens.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_rerank
#include "tests/fuzz/rerank.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_jsonl
#include "tests/fuzz/jsonl.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_signature
#include "tests/fuzz/signature.c"

/* xorshift: the same inputs in every run, so that a failure comes back. */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint32_t below(uint32_t *state, size_t n)
{
    return next(state) % (uint32_t)n;
}

/* One damaged byte, a piece twice, a piece less, or two pieces exchanged. */
static size_t damage(uint32_t *state, char *b, size_t n, size_t max)
{
    static const char nasty[] = "\"\\{}[]:,<>=-\n\0\x80\xff u09nt/";
    size_t at, len;

    if (n == 0)
        return n;
    at = below(state, n);
    len = 1 + below(state, n - at < 40 ? n - at : 40);
    switch (below(state, 5)) {
    case 0:
        b[at] = nasty[below(state, sizeof(nasty) - 1)];
        break;
    case 1:
        if (n + len <= max) {
            memmove(b + at + len, b + at, n - at);
            n += len;
        }
        break;
    case 2:
        memmove(b + at, b + at + len, n - at - len);
        n -= len;
        break;
    case 3:
        b[at] = (char)next(state);
        break;
    default:
        n = at; /* cut off */
    }
    return n;
}

/* Some of the pieces one behind the other, damaged, in memory of exactly that
 * size, so that a byte read too far is seen. */
static void run(uint32_t seeds, const char *const *pieces, size_t count,
                int (*fuzz)(const uint8_t *, size_t))
{
    for (uint32_t seed = 0; seed < seeds; seed++) {
        uint32_t state = seed * 2654435761u | 1;
        char bytes[4096];
        uint8_t *exact;
        size_t n = 0;

        for (uint32_t k = below(&state, 6); k > 0; k--) {
            struct str piece = str_of(pieces[below(&state, count)]);

            if (n + piece.n < sizeof(bytes)) {
                memcpy(bytes + n, piece.p, piece.n);
                n += piece.n;
            }
        }
        for (uint32_t k = below(&state, 4); k > 0; k--)
            n = damage(&state, bytes, n, sizeof(bytes));
        exact = malloc(n ? n : 1);
        memcpy(exact, bytes, n);
        fuzz(exact, n);
        free(exact);
    }
}

TEST(fuzz, json)
{
    static const char *const pieces[] = {
        "{\"a\":1}",
        "[",
        "]",
        "{\"k\":",
        "}",
        ",",
        "\"\\ud83d\\ude00\\u0000\"",
        "-1.5e+3",
        "true",
        "null",
        "\"x\xc3\xa4\"",
        "{\"a\":{\"b\":[1,2,[]]}}",
    };

    run(20000, pieces, ARRAY_LEN(pieces), fuzz_json);
}

TEST(fuzz, redact)
{
    static const char *const pieces[] = {
        "<private>",
        "</private>",
        "\n<PRIVATE x>",
        "a<private>b</private>",
        "-----BEGIN RSA PRIVATE",
        " KEY-----\n",
        "-----END RSA PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA4ej0p7bQ7L9rVGUz9RN4VQWoej1Bg1mYWIDYslvKrk1\n",
        "password=",
        "\"token\": \"",
        "a1B2c3D4e5F6g7H8i9J0",
        "\\\"",
        "\"",
        "https://user:",
        "@host/",
        "Authorization: Bearer ",
        "Cookie: a=",
        " --api-key ",
        "login me password ",
        "-u me:",
        "<password>",
        "sk-",
        "ey",
        "Jhb.",
        "${X}",
        "xxxx",
        "[redacted:private]",
        "\\n",
        "\n+",
    };

    run(20000, pieces, ARRAY_LEN(pieces), fuzz_redact);
}

TEST(fuzz, intake)
{
    static const char *const pieces[] = {
        "{\"session_id\":\"s\",\"hook_event_name\":\"PostToolUse\",",
        "}",
        "\"tool_name\":\"Edit\",\"tool_input\":{\"old_string\":\"a\"},",
        "\"tool_response\":{\"originalFile\":\"",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789012345678901234567890123456789012345678"
        "9",
        "\",\"data\":\"",
        "\"},",
        "\"prompt\":\"<cmem-memory>\\n",
        "</cmem-memory>\",",
        "data:image/png;base64,",
        "\"_ts\":\"2026-01-02\"",
        "\\u0000\\ud800",
        "\xff\x80",
        "<private>",
        "{\"a\":[1,2,3]}",
        "[[[[",
        "\n",
    };

    run(5000, pieces, ARRAY_LEN(pieces), fuzz_intake);
}

TEST(fuzz, transcript)
{
    static const char *const pieces[] = {
        "{\"type\":\"user\",\"uuid\":\"u\",\"message\":{\"content\":\"hi\"}}\n",
        "{\"type\":\"assistant\",\"uuid\":\"a\",\"message\":{\"content\":[{"
        "\"type\":\"text\",\"text\":\"x\"},{\"type\":\"tool_use\",\"id\":"
        "\"t1\","
        "\"name\":\"B\",\"input\":{}},{\"type\":\"tool_use\",\"id\":\"t2\"}]}}"
        "\n",
        "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_"
        "result\","
        "\"tool_use_id\":\"t1\",\"content\":\"r\"}]},\"toolUseResult\":{}}\n",
        "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_"
        "result\","
        "\"tool_use_id\":\"t2\",\"is_error\":true}]}}\n",
        "{\"type\":\"queue-operation\",\"operation\":\"enqueue\",\"content\":"
        "\"hi\"}\n",
        "{\"type\":\"queue-operation\",\"operation\":\"remove\"}\n",
        "{\"type\":\"attachment\",\"attachment\":{\"type\":\"queued_command\","
        "\"prompt\":\"hi\"}}\n",
        "{\"type\":\"user\",\"isCompactSummary\":true,\"message\":{\"content\":"
        "\"\\nSummary:\\nx\"}}\n",
        "{\"type\":\"user\",\"isSidechain\":true,\"message\":{\"content\":[]}}"
        "\n",
        "\n",
        "no JSON\n",
    };

    run(4000, pieces, ARRAY_LEN(pieces), fuzz_transcript);
}

TEST(fuzz, config)
{
    static const char *const pieces[] = {
        "provider = ollama\n",
        "model=x # y\n",
        "# batch_kb = 3\n",
        "batch_kb = 99\n",
        "batch_kb\n",
        "context = off\r\n",
        " = \n",
        "daily_usd = 1e3\n",
        "nothing = 1\n",
        "=",
        "\n\n",
    };

    run(300, pieces, ARRAY_LEN(pieces), fuzz_config);
}

TEST(fuzz, tokens)
{
    static const char *const pieces[] = {
        "abc",
        "Aa Bb",
        " ",
        "\n",
        "...",
        "\xc3\xa9",
        "e\xcc\x81",
        "\xe6\xbc\xa2\xe5\xad\x97",
        "\xea\xb0\x81",
        "\xf0\x9f\x98\x80",
        "\xe2\x80\x8b",
        "\xe2\x89\xa0",
        "\xef\xac\xab",
        "\xf0\xaf\xa0\x80",
        "\xc3",
        "\xff\xfe",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff",
    };

    run(20000, pieces, ARRAY_LEN(pieces), fuzz_tokens);
}

TEST(fuzz, rerank)
{
    static const char *const pieces[] = {
        "{\"scores\":[0.5,0.25]}",
        "{\"scores\":[",
        "{\"scores\":{\"1\":90}}",
        "{\"id\":1,\"score\":90},",
        "{\"id\":\"#2\",\"score\":\"40/100\"}",
        "]}",
        "-7.5,",
        "1e308,",
        "null",
        "\n",
        "The best is ",
        "```json\n",
        "{'scores': [",
        "9999999999",
        "{",
        "<think>",
    };

    run(20000, pieces, ARRAY_LEN(pieces), fuzz_rerank);
}

TEST(fuzz, jsonl)
{
    static const char *const pieces[] = {
        "{\"id\":\"a\",\"text\":\"b\"}",
        "{\"text\":\"b\",",
        "\"text\":\"\"",
        "\"id\":7,",
        "\"user\":[],",
        "\"time\":\"2026-01-01\",",
        "\"time\":1e15,",
        "\"time\":-5,",
        "\"kind\":\"fact\",",
        "\"importance\":9,",
        "\"order\":1e300,",
        "\"metadata\":{\"a\":{\"b\":[1]}},",
        "\"data\":{\"facts\":[\"x\"]},",
        "\"metadata\":7,",
        "\"pinned\":true,",
        "\"expires\":\"never\",",
        "\"x\":\"\\ud800\\u0000\"",
        "}",
        "\xff",
    };

    run(20000, pieces, ARRAY_LEN(pieces), fuzz_jsonl);
}

TEST(fuzz, signature)
{
    static const char *const pieces[] = {
        "/home/ada/app/src/main.c:12:5: ",
        "error: 'foo' undeclared ",
        "E0308 ",
        "0xdeadbeef ",
        "at 2026-01-02T03:04:05Z ",
        "TypeError: Cannot read properties of undefined (reading 'x')",
        "\x1b[31m",
        "((((",
        "\"a b\" `c`",
        "9f86d081884c7d65 ",
        " ",
        "\xc3\xa4",
        "\xff",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaa",
    };

    run(10000, pieces, ARRAY_LEN(pieces), fuzz_signature);
}
