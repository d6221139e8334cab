/* mcp_fuzz_test.c - the fuzzer of messages over seeded ones, damaged. */
#include "base/common.h"

#include "test.h"

#define FUZZ_ENTRY fuzz_mcp
#include "tests/fuzz/mcp.c"

static const char *const good[] = {
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
    "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"roots\":{}}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/list\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":"
    "{\"name\":\"search\",\"arguments\":{\"query\":\"x\",\"offset\":1}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":"
    "{\"name\":\"get_observations\",\"arguments\":{\"ids\":[1,\"#2\"]},"
    "\"_meta\":{\"progressToken\":7}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":"
    "{\"name\":\"smart_unfold\",\"arguments\":{\"file_path\":\"a\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"resources/list\",\"params\":"
    "{\"cursor\":\"s1\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"resources/read\",\"params\":"
    "{\"uri\":\"cmem://session/s1\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"prompts/get\",\"params\":"
    "{\"name\":\"recall\",\"arguments\":{\"topic\":\"x\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"completion/complete\","
    "\"params\":{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"recall\"},"
    "\"argument\":{\"name\":\"topic\",\"value\":\"x\"}}}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
    "{\"requestId\":2}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"roots\":[{\"uri\":"
    "\"file:///a%20b\"}]}}",
};

/* xorshift: the same inputs in every run, so that a failure comes back. */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Two messages, or batches of them, some bytes overwritten, cut short. */
TEST(fuzz, mcp)
{
    static const char marks[] = "\"{}[]:,\\0";

    for (uint32_t seed = 1; seed <= 3000; seed++) {
        uint32_t state = seed * 2654435761u | 1;
        struct buf b;
        char *exact;

        buf_init(&b, 65536);
        buf_addc(&b, (char)next(&state));
        for (int part = 0; part < 2; part++) {
            bool batch = next(&state) % 4 == 0;
            uint32_t n = batch ? next(&state) % 4 : 1;

            if (part)
                buf_addc(&b, '\0');
            if (batch)
                buf_addc(&b, '[');
            for (uint32_t i = 0; i < n; i++)
                buf_addf(&b, "%s%s", i ? "," : "",
                         good[next(&state) % ARRAY_LEN(good)]);
            if (batch)
                buf_addc(&b, ']');
        }
        for (uint32_t hits = next(&state) % 4; hits > 0; hits--)
            b.data[next(&state) % b.len] =
                next(&state) % 2 ? (char)next(&state)
                                 : marks[next(&state) % (sizeof(marks) - 1)];
        if (next(&state) % 5 == 0)
            b.len = next(&state) % (b.len + 1);
        exact = malloc(b.len ? b.len : 1);
        memcpy(exact, b.data, b.len);
        fuzz_mcp((const uint8_t *)exact, b.len);
        free(exact);
        buf_free(&b);
    }
}
