/* provider_fuzz_test.c - the fuzzer of the providers over seeded inputs. */
#include "base/common.h"

#include "test.h"

#define FUZZ_ENTRY fuzz_provider
#include "tests/fuzz/provider.c"

static const char *const replies[] = {
    "{\"content\":[{\"type\":\"tool_use\",\"input\":{\"a\":[1]}}],"
    "\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}",
    "{\"choices\":[{\"message\":{\"content\":[{\"text\":\"a\"}]}}],"
    "\"usage\":{\"prompt_tokens\":9e99,\"completion_tokens\":-1}}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],"
    "\"error\":{\"details\":[{\"retryDelay\":\"9s\"}]}}",
    "{\"message\":{\"content\":\"<think></think>x\"},\"eval_count\":1}",
    "{\"type\":[\"string\",\"null\"],\"properties\":{\"a\":{\"items\":"
    "{\"const\":\"x\"}}},\"anyOf\":[{\"enum\":[1]}]}",
};

static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

TEST(fuzz, provider)
{
    for (uint32_t seed = 1; seed <= 4000; seed++) {
        uint32_t state = seed * 2654435761u | 1;
        const char *good = replies[next(&state) % ARRAY_LEN(replies)];
        size_t n = strlen(good), cut = next(&state) % 4 ? n : next(&state) % n;
        uint8_t *bytes = malloc(cut + 1);

        CHECK(bytes);
        bytes[0] = (uint8_t)next(&state);
        memcpy(bytes + 1, good, cut);
        for (uint32_t hits = next(&state) % 3; cut && hits > 0; hits--)
            bytes[1 + next(&state) % cut] = (uint8_t)(next(&state) % 128);
        fuzz_provider(bytes, cut + 1);
        free(bytes);
    }
}
