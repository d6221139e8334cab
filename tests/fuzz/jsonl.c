/* jsonl.c - any line as a memory to take in: one that is within its limits, or
 * a sentence. */
#include "base/common.h"

#include "base/json.h"
#include "base/utf8.h"
#include "ops/jsonl.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static void check_object(struct str text)
{
    struct json *j;

    if (text.n == 0)
        return;
    j = json_parse(text, NULL);
    FUZZ_CHECK(json_is_object(j));
    json_free(j);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str line = {(const char *)data, size};
    struct arena a = {0};
    struct jsonl m = {0};
    struct err e = {0};
    /* 2026-03-18 10:00 UTC. */
    int rc = jsonl_read(line, INT64_C(1773828000000), &a, &m, &e);

    FUZZ_CHECK(rc == 0 || (rc < 0 && e.msg[0]));
    if (rc == 0) {
        const struct str names[] = {m.id,  m.user, m.agent,
                                    m.run, m.app,  m.group};

        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            FUZZ_CHECK(names[i].n <= JSONL_NAME_BYTES);
        FUZZ_CHECK(m.text.n > 0 && m.text.n <= JSONL_TEXT_BYTES);
        FUZZ_CHECK(utf8_is_valid(m.text) && utf8_is_valid(m.title));
        FUZZ_CHECK(m.kind && m.kind[0]);
        FUZZ_CHECK(m.importance >= 0 && m.importance <= 5);
        check_object(m.metadata);
        check_object(m.data);
    }
    arena_free(&a);
    return 0;
}
