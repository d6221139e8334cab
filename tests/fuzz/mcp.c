/* mcp.c - any text as a client's message: a reply that is JSON, or none. */
#include "base/common.h"

#include "base/json.h"
#include "mcp/mcp.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

/* The first byte chooses version and what operations give; the rest is two
 * messages, with a NUL between them: the second may cancel the first. */
int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    static const char *const gives[] = {
        "{\"matched\":3,\"results\":[{\"id\":\"#1\",\"title\":\"</cmem-memory>"
        "\",\"origin\":\"web\"}],\"sessions\":[{\"id\":\"s1\"}],\"items\":[{"
        "\"id\":\"#1\",\"text\":\"a\\nb\"}],\"symbols\":[{\"line\":1}]}",
        "{\"results\":7,\"items\":{\"a\":[]},\"text\":\"x\\ny\",\"line\":-3}",
        "[]",
    };
    struct str text = {(const char *)data + 1, size ? size - 1 : 0}, first;
    struct mcp_peer peer = {.version =
                                (enum mcp_version)(size ? data[0] % 3 : 0),
                            .asks = size && data[0] & 128};
    struct mcp_message *m, *second;
    struct err e = {CM_ENOTFOUND, "there is none"};
    struct mcp_op op;
    struct buf out;

    if (!str_split(&text, '\0', &first))
        first = STR("");
    m = mcp_open(&peer, first);
    second = mcp_open(&peer, text);
    buf_init(&out, 2 * MCP_REPLY_MAX);
    for (int i = 0; mcp_next(m, &op); i++) {
        struct json *result = NULL;

        FUZZ_CHECK(i < 100 && op.name && json_is_object(op.args));
        if (mcp_progress(m, i, &out))
            buf_reset(&out);
        if (i == 1 && mcp_cancels(second))
            mcp_cancel(m, mcp_cancels(second));
        if (size % 4 < ARRAY_LEN(gives))
            result = json_parse(str_of(gives[size % 4]), NULL);
        mcp_done(m, result, &e);
    }
    if (mcp_reply(m, &out)) {
        struct json *j = json_parse(buf_str(&out), NULL);

        FUZZ_CHECK(json_is_object(j) || json_is_array(j));
        FUZZ_CHECK(memchr(out.data, '\n', out.len) == NULL);
        json_free(j);
    }
    buf_reset(&out);
    mcp_ask(&peer, &out);
    FUZZ_CHECK(strlen(peer.cwd) < PATHS_MAX);
    buf_free(&out);
    mcp_close(second);
    mcp_close(m);
    return 0;
}
