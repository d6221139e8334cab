/* mcp_test.c - the protocol: handshake, errors, batches, cancellation, roots. */
#include "base/common.h"

#include "base/json.h"
#include "mcp_rig.h"
#include "test.h"

/* --- the handshake ------------------------------------------------------- */

static struct str shake(struct mcp_rig *g, const char *version)
{
    char text[512];

    snprintf(text, sizeof(text),
             "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
             "\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":"
             "{\"roots\":{}},\"clientInfo\":{\"name\":\"t\","
             "\"version\":\"1\"}}}",
             version);
    return mcp_say(g, text);
}

TEST(mcp, speaks_every_version_that_it_knows)
{
    static const char *const known[] = {"2025-03-26", "2025-06-18",
                                        "2025-11-25"};
    enum mcp_version v;

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct mcp_rig g = mcp_newest();

        CHECK_HAS(shake(&g, known[i]), known[i]);
        CHECK_INT(g.peer.version, (int)i);
        CHECK(mcp_version_of(str_of(known[i]), &v));
        CHECK_STR(str_of(mcp_version_text(v)), known[i]);
    }
    CHECK(!mcp_version_of(STR("2025-03-2"), &v));
}

TEST(mcp, offers_its_newest_version_for_one_that_it_does_not_know)
{
    struct mcp_rig g = mcp_newest();

    g.peer.version = MCP_2025_03_26;
    CHECK_HAS(shake(&g, "2031-01-01"), "\"protocolVersion\":\"2025-11-25\"");
    CHECK_INT(g.peer.version, MCP_2025_11_25);
    CHECK_HAS(mcp_say(&g, ASK("initialize", "{}")), "-32602");
}

TEST(mcp, instructions_teach_in_120_words)
{
    struct mcp_rig g = mcp_newest();
    struct json *j = json_parse(shake(&g, "2025-11-25"), NULL);
    struct str s = json_str(json_path(j, "result.instructions")), word;
    int words = 0;

    CHECK_HAS(s, "search");
    CHECK_HAS(s, "timeline");
    CHECK_HAS(s, "get_observations");
    while (str_split(&s, ' ', &word))
        words += word.n > 0;
    CHECK(words > 60 && words <= 120);
    json_free(j);
}

TEST(mcp, a_ping_is_answered_before_all)
{
    struct mcp_rig g = mcp_newest();

    CHECK_STR(mcp_say(&g, "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":"
                          "\"ping\"}"),
              "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
}

/* --- what is wrong with a message ---------------------------------------- */

TEST(mcp, tells_what_is_wrong_with_a_message)
{
    static const struct {
        const char *text, *has;
    } rows[] = {
        {"", "-32700"},
        {"{", "-32700"},
        {"nonsense", "-32700"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}", "-32700"},
        {"1", "-32600"},
        {"null", "-32600"},
        {"{}", "-32600"},
        {"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", "-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1}",
         "\"id\":1,\"error\":{\"code\":-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", "-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", "-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", "-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", "-32600"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
         "-32602"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\"}",
         "-32601"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}", "-32601"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mcp_rig g = mcp_newest();

        CHECK_HAS(mcp_say(&g, rows[i].text), rows[i].has);
    }
}

TEST(mcp, notifications_and_answers_have_no_reply)
{
    static const char *const rows[] = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"error\":{\"code\":1}}",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mcp_rig g = mcp_newest();

        CHECK_INT(mcp_say(&g, rows[i]).n, 0);
        CHECK_STR(str_of(g.ops), "");
    }
}

TEST(mcp, an_unknown_id_is_null_or_left_out_as_the_version_has_it)
{
    struct mcp_rig g = mcp_newest();
    struct buf b;

    CHECK_LACKS(mcp_say(&g, "{"), "\"id\"");
    g.peer.version = MCP_2025_06_18;
    CHECK_HAS(mcp_say(&g, "{"), "\"id\":null");
    buf_init(&b, 4096);
    mcp_refuse(&g.peer, "too long", &b);
    CHECK_HAS(buf_str(&b), "\"id\":null,\"error\":{\"code\":-32600,"
                           "\"message\":\"too long\"}");
    buf_free(&b);
}

TEST(mcp, a_message_that_is_too_long_is_not_read)
{
    struct mcp_rig g = mcp_newest();
    char *big = malloc(MCP_MESSAGE_MAX + 2);

    memset(big, ' ', MCP_MESSAGE_MAX + 1);
    big[MCP_MESSAGE_MAX + 1] = '\0';
    CHECK_HAS(mcp_say(&g, big), "-32600");
    free(big);
}

/* --- batches ------------------------------------------------------------- */

#define PING(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"ping\"}"
#define NOTE     "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}"

TEST(mcp, a_batch_is_answered_in_one_where_the_version_has_them)
{
    struct mcp_rig g = mcp_newest();

    g.peer.version = MCP_2025_03_26;
    CHECK_STR(mcp_say(&g, "[" PING("1") "," NOTE ",7," PING("\"a\"") "]"),
              "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},"
              "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,"
              "\"message\":\"a message is an object with \\\"jsonrpc\\\": "
              "\\\"2.0\\\"\"}},{\"jsonrpc\":\"2.0\",\"id\":\"a\","
              "\"result\":{}}]");
    CHECK_INT(mcp_say(&g, "[" NOTE "," NOTE "]").n, 0);
    CHECK_HAS(mcp_say(&g, "[]"), "-32600");
    CHECK_HAS(mcp_say(&g, "[" ASK("initialize", "{\"protocolVersion\":"
                                                "\"2025-11-25\"}") "]"),
              "-32600");
    g.peer.version = MCP_2025_06_18;
    CHECK_HAS(mcp_say(&g, "[" PING("1") "]"), "-32600");
}

TEST(mcp, a_batch_has_a_limit)
{
    struct mcp_rig g = mcp_newest();
    struct buf b;

    g.peer.version = MCP_2025_03_26;
    buf_init(&b, 65536);
    buf_addc(&b, '[');
    for (int i = 0; i < 65; i++)
        buf_addf(&b, "%s" PING("1"), i ? "," : "");
    buf_addc(&b, ']');
    CHECK_HAS(mcp_say(&g, b.data), "at most 64");
    buf_free(&b);
}

TEST(mcp, operations_of_a_batch_run_one_after_the_other)
{
    struct mcp_rig g = mcp_newest();
    struct str out;

    g.peer.version = MCP_2025_03_26;
    g.answer = "{\"id\":\"#8\",\"added\":true}";
    out = mcp_say(&g, "[" CALL("1", "remember", "{\"text\":\"a\"}") "," CALL(
                          "2", "remember", "{\"text\":\"b\"}") "]");
    CHECK_HAS(str_of(g.ops), "add {\"text\":\"a\",\"origin\":\"assistant\"}\n"
                             "add {\"text\":\"b\"");
    CHECK_HAS(out, "\"id\":1,");
    CHECK_HAS(out, "\"id\":2,");
    CHECK_LACKS(out, "structuredContent");
}

/* --- cancellation, progress, roots --------------------------------------- */

TEST(mcp, what_is_cancelled_is_neither_run_nor_answered)
{
    struct mcp_rig g = mcp_newest();
    struct mcp_message *m, *c;
    struct mcp_op op;
    struct buf b;

    m = mcp_open(&g.peer, STR(CALL("\"x\"", "search", "{}")));
    c = mcp_open(&g.peer, STR("{\"jsonrpc\":\"2.0\",\"method\":"
                              "\"notifications/cancelled\",\"params\":"
                              "{\"requestId\":\"x\",\"reason\":\"late\"}}"));
    CHECK(mcp_next(m, &op));
    CHECK(mcp_cancels(c) != NULL);
    CHECK(mcp_cancels(m) == NULL);
    CHECK(mcp_cancel(m, mcp_cancels(c)));
    CHECK(!mcp_next(m, &op));
    buf_init(&b, 4096);
    CHECK(!mcp_reply(m, &b));
    CHECK(!mcp_progress(m, 1, &b));
    mcp_close(c);
    c = mcp_open(&g.peer, STR("{\"jsonrpc\":\"2.0\",\"method\":"
                              "\"notifications/cancelled\",\"params\":"
                              "{\"requestId\":\"y\"}}"));
    CHECK(!mcp_cancel(m, mcp_cancels(c)));
    mcp_close(c);
    mcp_close(m);
    /* In the middle of its operation: the result comes too late. */
    m = mcp_open(&g.peer, STR(CALL("7", "search", "{}")));
    c = mcp_open(&g.peer, STR("{\"jsonrpc\":\"2.0\",\"method\":"
                              "\"notifications/cancelled\",\"params\":"
                              "{\"requestId\":7}}"));
    CHECK(mcp_next(m, &op));
    CHECK(mcp_cancel(m, mcp_cancels(c)));
    mcp_done(m, json_object(), NULL);
    CHECK(!mcp_next(m, &op));
    CHECK(!mcp_reply(m, &b));
    mcp_close(c);
    mcp_close(m);
    buf_free(&b);
}

TEST(mcp, the_handshake_cannot_be_cancelled)
{
    struct mcp_rig g = mcp_newest();
    struct mcp_message *m =
        mcp_open(&g.peer, STR(ASK("initialize", "{\"protocolVersion\":"
                                                "\"2025-11-25\"}")));
    struct json *id = json_new_int(1);

    CHECK(mcp_is_initialize(m));
    CHECK(!mcp_cancel(m, id));
    json_free(id);
    mcp_close(m);
}

TEST(mcp, progress_is_told_to_who_asked_for_it)
{
    struct mcp_rig g = mcp_newest();
    struct mcp_message *m;
    struct mcp_op op;
    struct buf b;

    buf_init(&b, 4096);
    m = mcp_open(&g.peer, STR(CALL("1", "search", "{}")));
    CHECK(mcp_next(m, &op));
    CHECK(!mcp_progress(m, 1, &b));
    mcp_close(m);
    m = mcp_open(&g.peer,
                 STR(ASK("tools/call", "{\"name\":\"search\",\"_meta\":"
                                       "{\"progressToken\":\"t\"}}")));
    CHECK(mcp_next(m, &op));
    CHECK(mcp_progress(m, 3, &b));
    CHECK_HAS(buf_str(&b), "\"params\":{\"progressToken\":\"t\","
                           "\"progress\":3");
    mcp_done(m, NULL, NULL);
    CHECK(!mcp_progress(m, 4, &b));
    mcp_close(m);
    buf_free(&b);
}

TEST(mcp, works_where_the_clients_first_root_is)
{
    struct mcp_rig g = mcp_newest();
    struct buf b;

    g.peer.asks = true;
    buf_init(&b, 4096);
    shake(&g, "2025-11-25");
    CHECK(!mcp_ask(&g.peer, &b));
    mcp_say(&g,
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    CHECK(mcp_ask(&g.peer, &b));
    CHECK_STR(buf_str(&b),
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}");
    CHECK(!mcp_ask(&g.peer, &b));
    CHECK(g.peer.awaits_roots);
    mcp_say(&g, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"roots\":[{\"uri\":"
                "\"file:///other\"}]}}");
    CHECK_STR(str_of(g.peer.cwd), "");
    mcp_say(&g, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"roots\":[{\"uri\":"
                "\"https://x/y\"},{\"uri\":\"file:///a%20b/%C3%A4/\"},{\"uri\":"
                "\"file:///c\"}]}}");
    CHECK_STR(str_of(g.peer.cwd), "/a b/\xc3\xa4");
    CHECK(!g.peer.awaits_roots);
    /* They changed: asked again, under another id. */
    mcp_say(&g, "{\"jsonrpc\":\"2.0\",\"method\":"
                "\"notifications/roots/list_changed\"}");
    buf_reset(&b);
    CHECK(mcp_ask(&g.peer, &b));
    CHECK_HAS(buf_str(&b), "\"id\":2");
    mcp_say(&g, "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,"
                "\"message\":\"no\"}}");
    CHECK(!g.peer.awaits_roots);
    CHECK_STR(str_of(g.peer.cwd), "/a b/\xc3\xa4");
    buf_free(&b);
}

TEST(mcp, a_transport_that_cannot_ask_does_not)
{
    struct mcp_rig g = mcp_newest();
    struct buf b;

    buf_init(&b, 64);
    shake(&g, "2025-11-25");
    mcp_say(&g,
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    CHECK(!mcp_ask(&g.peer, &b));
    buf_free(&b);
}
