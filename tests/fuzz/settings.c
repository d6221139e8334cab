/*
 * settings.c - any bytes as somebody's settings file.
 *
 * What is accepted comes back byte for byte; after adding, all hooks are there
 * and the text is JSON; after removing, none is. What is refused is refused
 * by every function.
 */
#include "base/common.h"

#include "base/buf.h"
#include "base/json.h"
#include "cli/hook_rows.h"
#include "cli/settings.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    static const struct settings_want want = {"/x/bin", CLIENT_SKILLS_DIR};
    struct str text = {(const char *)data, size};
    struct settings_pieces pieces;
    struct settings_state state;
    struct buf clean, with, back;
    struct err e = {0};
    size_t removed;

    buf_init(&clean, 1u << 20);
    buf_init(&with, 2u << 20);
    buf_init(&back, 2u << 20);
    if (settings_remove(text, &clean, &removed, &e) < 0) {
        FUZZ_CHECK(e.code < 0 && e.msg[0]);
        goto out;
    }
    FUZZ_CHECK(removed || str_eq(buf_str(&clean), text));
    if (settings_add(buf_str(&clean), &want, &with, &pieces, &e) < 0) {
        FUZZ_CHECK(e.code < 0 && e.msg[0]);
        goto out;
    }
    FUZZ_CHECK(settings_take_out(buf_str(&with), &pieces, &back) == 0);
    FUZZ_CHECK(str_eq(buf_str(&back), buf_str(&clean)));
    if (settings_look(buf_str(&with), &want, &state, &e) == 0) {
        /* Only the tree's parser may be stricter (half a surrogate pair). */
        FUZZ_CHECK(state.ours == hook_rows_count && state.is_current);
    }
    buf_reset(&back);
    FUZZ_CHECK(settings_remove(buf_str(&with), &back, &removed, &e) == 0);
    FUZZ_CHECK(removed == hook_rows_count);
out:
    buf_free(&clean);
    buf_free(&with);
    buf_free(&back);
    return 0;
}
