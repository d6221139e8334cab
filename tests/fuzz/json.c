/* json.c - any bytes as JSON: what is read prints, and reads again the same. */
#include "base/common.h"

#include "base/json.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct json *j = json_parse((struct str){(const char *)data, size}, NULL);
    struct json *again, *node;
    struct json_walk w, v;
    struct buf one, two;
    struct str rest;

    if (!j)
        return 0;
    buf_init(&one, SIZE_MAX / 4);
    buf_init(&two, SIZE_MAX / 4);
    FUZZ_CHECK(json_print(j, &one, 0));
    for (rest = buf_str(&one); rest.n;) { /* strict: UTF-8, no controls */
        size_t n = utf8_len(rest);

        FUZZ_CHECK(n > 0 && (unsigned char)rest.p[0] >= ' ');
        rest = str_cut(rest, n, rest.n);
    }
    again = json_parse(buf_str(&one), NULL);
    FUZZ_CHECK(again != NULL);
    json_print(again, &two, 0);
    FUZZ_CHECK(str_eq(buf_str(&one), buf_str(&two)));
    /* A walk of either meets the same nodes. */
    json_walk_init(&w, j);
    json_walk_init(&v, again);
    while ((node = json_walk_next(&w))) {
        FUZZ_CHECK(json_walk_next(&v) != NULL);
        FUZZ_CHECK(w.depth == v.depth);
    }
    FUZZ_CHECK(json_walk_next(&v) == NULL);
    buf_free(&one);
    buf_free(&two);
    json_free(again);
    json_free(j);
    return 0;
}
