/* redact.c - any bytes redacted, as a text and as the lines of a patch. */
#include "base/common.h"

#include "base/redact.h"
#include "tests/fuzz/fuzz.h"

static void fuzz_lines(struct str text)
{
    struct json *j = json_array();
    struct str rest = text, line;
    size_t lines = 0, n;

    while (lines < 100 && str_line(&rest, &line)) {
        if (memchr(line.p, '\0', line.n)) /* no string of a tree has one */
            line.n = strlen(line.p);
        json_push_str(j, line);
        lines++;
    }
    n = redact_json(j);
    FUZZ_CHECK(json_len(j) == lines);
    FUZZ_CHECK(n <= text.n);
    json_free(j);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct buf out;
    size_t n;

    buf_init(&out, 8 * size + 64); /* what redact_json allows */
    n = redact_text(text, &out);
    FUZZ_CHECK(!buf_is_full(&out));
    FUZZ_CHECK(redact_maybe(text) == (n > 0));
    FUZZ_CHECK(n > 0 || str_eq(buf_str(&out), text));
    /* The last "<private>" that stands free is gone, with all behind it. */
    FUZZ_CHECK(str_ifind(buf_str(&out), STR("\n<private>")) < 0);
    buf_free(&out);
    fuzz_lines(text);
    return 0;
}
