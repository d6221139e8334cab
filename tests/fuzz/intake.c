/* intake.c - any bytes as a hook's stdin, kept within any size. */
#include "base/common.h"

#include "agent/intake.h"
#include "tests/fuzz/fuzz.h"

static void keep(struct str raw, size_t max)
{
    struct arena a = {0};
    struct intake in, again;
    struct json *j;

    intake_parse(raw, max, &a, &in);
    FUZZ_CHECK(in.payload.n <= (max < 1024 ? 1024 : max));
    FUZZ_CHECK(in.bytes == raw.n && in.session.n > 0);
    FUZZ_CHECK(in.session.n <= 256 && in.tool.n <= 256 && in.cwd.n <= 4096);
    j = json_parse(in.payload, NULL);
    FUZZ_CHECK(json_is_object(j));
    json_free(j);
    /* What is kept is taken for the same event. */
    intake_parse(in.payload, max, &a, &again);
    FUZZ_CHECK(again.was_json);
    FUZZ_CHECK(!in.was_json || in.cut || str_eq(in.session, again.session));
    arena_free(&a);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str raw = {(const char *)data, size};

    keep(raw, 1u << 20);
    keep(raw, 1024);
    keep(raw, 1024 + (size ? data[size - 1] : 0u));
    return 0;
}
