/* servers_test.c - our server in the client's own state file. */
#include "base/common.h"

#include "base/json.h"
#include "cli/servers.h"
#include "test.h"

static struct arena keep;

static struct str added(const char *text, const char *bin)
{
    struct err e = {0};
    struct str out;
    struct buf b;

    buf_init(&b, 65536);
    CHECK_INT(servers_add(str_of(text), bin, true, &b, &e), 0);
    out = arena_str(&keep, buf_str(&b));
    buf_free(&b);
    return out;
}

static struct str removed(struct str text, bool *was)
{
    struct err e = {0};
    struct str out;
    struct buf b;

    buf_init(&b, 65536);
    CHECK_INT(servers_remove(text, &b, was, &e), 0);
    out = arena_str(&keep, buf_str(&b));
    buf_free(&b);
    return out;
}

TEST(servers, what_was_put_in_comes_out_to_the_byte)
{
    static const char *const rows[] = {
        "",
        "{}",
        "{ }\n",
        "{\"numStartups\":5}",
        "{\n\t\"numStartups\" : 5,\r\n \"a\": [1, {\"mcpServers\": 2}]\n}\n",
        "{\n  \"mcpServers\": {}\n}",
        "{\"mcpServers\": { }, \"b\": 1}",
        "{\n  \"x\": 1,\n  \"mcpServers\": {\n    \"z\": {}\n  }\n}\n",
        "\xef\xbb\xbf{\"a\":1}",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str in = added(rows[i], "/opt/b\"in");
        struct json *j = json_parse(in, NULL);
        bool was;

        if (i + 1 < ARRAY_LEN(rows)) { /* our reader knows no such mark */
            CHECK(j != NULL);
            CHECK_STR(json_str(json_path(j, "mcpServers.cmem.command")),
                      "/opt/b\"in/cmem");
        }
        CHECK_STR(removed(in, &was), rows[i]);
        CHECK(was);
        json_free(j);
    }
}

TEST(servers, only_our_entry_goes_from_a_file_that_was_written_since)
{
    bool was;
    struct str out = removed(
        STR("{\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": \"x\"\n"
            "    },\n    \"cmem\": {\n      \"type\": \"stdio\",\n      "
            "\"command\": \"/b/cmem\",\n      \"args\": [\n        \"mcp\"\n"
            "      ]\n    }\n  },\n  \"n\": 1\n}"),
        &was);

    CHECK(was);
    CHECK_STR(out, "{\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": "
                   "\"x\"\n    }\n  },\n  \"n\": 1\n}");
    out = removed(STR("{\"mcpServers\":{\"cmem\":{\"command\":\"/b/cmem\","
                      "\"args\":[\"mcp\"]},\"z\":{}}}"),
                  &was);
    CHECK_STR(out, "{\"mcpServers\":{\"z\":{}}}");
    /* Somebody put another one beside ours. */
    out = added("{\"a\":1}", "/b");
    out = arena_fmt(&keep, "%.*s\"z\": {}, %.*s", STR_ARG(str_cut(out, 0, 20)),
                    STR_ARG(str_cut(out, 20, out.n)));
    CHECK_HAS(removed(out, &was), "\"z\": {}");
    CHECK(was);
}

TEST(servers, what_is_not_ours_stays)
{
    static const char *const rows[] = {
        "",
        "{\"mcpServers\":{\"cmem\":{\"command\":\"npx\",\"args\":[\"mcp\"]}}}",
        "{\"mcpServers\":{\"cmem\":{\"type\":\"http\",\"url\":\"x\"}}}",
        "{\"mcpServers\":[]}",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool was;

        CHECK_STR(removed(str_of(rows[i]), &was), rows[i]);
        CHECK(!was);
    }
}

TEST(servers, what_is_no_json_is_refused)
{
    static const char *const rows[] = {"{", "[]", "{\"mcpServers\": []}",
                                       "// x\n{}"};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        struct buf b;

        buf_init(&b, 65536);
        CHECK_INT(servers_add(str_of(rows[i]), "/b", false, &b, &e),
                  CM_EFORMAT);
        CHECK(e.msg[0]);
        buf_free(&b);
    }
}
