/* when.c - any bytes given as a question that may speak of a time. */
#include "base/common.h"

#include "base/arena.h"
#include "search/kind.h"
#include "search/when.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static bool fuzz_when_inside(struct str part, const uint8_t *data, size_t size)
{
    const char *p = (const char *)data;

    return part.n == 0 || (part.p >= p && part.p + part.n <= p + size);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a = {0};
    struct query q;
    struct when w;

    /* 2026-03-18 10:00 UTC. */
    when_parse(text, INT64_C(1773828000000), &w);
    FUZZ_CHECK(w.from_ms < w.until_ms);
    FUZZ_CHECK(fuzz_when_inside(w.text, data, size));
    FUZZ_CHECK(fuzz_when_inside(w.anchor, data, size));
    FUZZ_CHECK((w.kind == WHEN_NONE) == (w.text.n == 0));
    query_parse(text, &a, &q);
    FUZZ_CHECK(kind_of(text, &q, &w) < QUERY_KINDS);
    arena_free(&a);
    return 0;
}
