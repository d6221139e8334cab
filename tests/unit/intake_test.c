/* intake_test.c - from a hook's stdin to what is stored. */
#include "base/common.h"

#include "agent/intake.h"
#include "agent/trim.h"
#include "base/json.h"
#include "test.h"

static struct arena arena;

static struct intake parse_str(struct str raw, size_t max)
{
    struct intake in;
    struct json *j;

    intake_parse(raw, max, &arena, &in);
    if (in.payload.n > max)
        test_fail(__FILE__, __LINE__, "%zu bytes kept of at most %zu",
                  in.payload.n, max);
    j = json_parse(in.payload, NULL);
    if (!json_is_object(j))
        test_fail(__FILE__, __LINE__, "what is kept is no JSON: %.*s",
                  STR_ARG(in.payload));
    json_free(j);
    return in;
}

static struct intake parse(const char *raw)
{
    return parse_str(str_of(raw), 4096);
}

/* n bytes of text of which no two parts are the same. */
static const char *text_of(size_t n)
{
    struct buf b;
    const char *s;

    buf_init(&b, n + 32);
    for (int i = 0; b.len < n; i++)
        buf_addf(&b, "line %d of it, ", i);
    s = arena_str(&arena, str_cut(buf_str(&b), 0, n)).p;
    buf_free(&b);
    return s;
}

static struct str member(struct str payload, const char *path)
{
    struct json *j = json_parse(payload, NULL);
    struct str s = arena_str(&arena, json_str(json_path(j, path)));

    json_free(j);
    return s;
}

TEST(intake, an_ordinary_payload_is_kept_byte_for_byte)
{
    static const char raw[] =
        "{\"session_id\": \"s1\",\"cwd\":\"/w\",  \"hook_event_name\":"
        "\"PostToolUse\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\","
        "\"tool_input\":{\"command\":\"ls \\u00e9\"}}";
    struct intake in = parse(arena_fmt(&arena, "%s\n", raw).p);

    CHECK_STR(in.payload, raw);
    CHECK_STR(in.session, "s1");
    CHECK_STR(in.name, "PostToolUse");
    CHECK_STR(in.tool, "Bash");
    CHECK_STR(in.tool_use_id, "t1");
    CHECK_STR(in.cwd, "/w");
    CHECK(in.was_json && !in.cut && !in.is_internal);
    CHECK_INT(in.bytes, sizeof(raw));
    arena_free(&arena);
}

TEST(intake, the_events_own_words_are_its_text)
{
    static const char *const rows[][3] = {
        {"UserPromptSubmit", "prompt", "fix it"},
        {"Stop", "last_assistant_message", "done"},
        {"StopFailure", "last_assistant_message", "no"},
        {"SubagentStop", "last_assistant_message", "report"},
        {"PreCompact", "custom_instructions", "short"},
        {"PostCompact", "compact_summary", "we did"},
        {"Notification", "message", "waiting"},
        {"Assistant", "text", "hm"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct intake in = parse(arena_fmt(&arena,
                                           "{\"hook_event_name\":\"%s\","
                                           "\"%s\":\"%s\"}",
                                           rows[i][0], rows[i][1], rows[i][2])
                                     .p);

        CHECK_STR(in.text, rows[i][2]);
        CHECK_STR(in.name, rows[i][0]);
    }
    CHECK_INT(
        parse("{\"hook_event_name\":\"PostToolUse\",\"prompt\":\"x\"}").text.n,
        0);
    arena_free(&arena);
}

TEST(intake, the_rest_of_the_identity_is_read)
{
    struct intake in = parse(
        "{\"hook_event_name\":\"SessionEnd\",\"transcript_path\":\"/t.jsonl\","
        "\"source\":\"startup\",\"reason\":\"other\",\"agent_id\":\"a1\","
        "\"agent_type\":\"Explore\",\"_ts\":\"2026-01-02T03:04:05.678Z\"}");

    CHECK_STR(in.transcript, "/t.jsonl");
    CHECK_STR(in.source, "startup");
    CHECK_STR(in.reason, "other");
    CHECK_STR(in.agent_id, "a1");
    CHECK_STR(in.agent_type, "Explore");
    CHECK_STR(in.session, "unknown");
    CHECK_INT(in.time_ms, INT64_C(1767323045678));
    CHECK_INT(parse("{\"_ts\":1767323045678}").time_ms, INT64_C(1767323045678));
    CHECK_INT(parse("{\"_ts\":\"yesterday evening\"}").time_ms, 0);
    arena_free(&arena);
}

TEST(intake, a_value_of_the_wrong_type_is_an_absent_one)
{
    struct intake in = parse("{\"session_id\":7,\"hook_event_name\":null,"
                             "\"cwd\":[\"/w\"],\"prompt\":{}}");

    CHECK_STR(in.session, "unknown");
    CHECK_INT(in.name.n, 0);
    CHECK_INT(in.cwd.n, 0);
    CHECK(in.was_json);
    arena_free(&arena);
}

TEST(intake, a_name_that_is_too_long_is_cut)
{
    struct intake in =
        parse(arena_fmt(&arena, "{\"session_id\":\"%s\"}", text_of(1000)).p);

    CHECK_INT(in.session.n, 256);
    arena_free(&arena);
}

TEST(intake, what_is_not_json_is_wrapped)
{
    struct intake in = parse("no \"JSON\" at all\n");

    CHECK_STR(in.payload, "{\"raw\":\"no \\\"JSON\\\" at all\"}");
    CHECK_STR(in.session, "unknown");
    CHECK(!in.was_json);
    CHECK_STR(parse("").payload, "{\"raw\":\"\"}");
    CHECK_STR(parse("[1,2]").payload, "{\"raw\":\"[1,2]\"}");
    CHECK_STR(parse("{\"a\":1").payload, "{\"raw\":\"{\\\"a\\\":1\"}");
    CHECK_STR(parse_str((struct str){"\0\xff", 2}, 4096).payload,
              "{\"raw\":\"\\u0000\xef\xbf\xbd\"}");
    arena_free(&arena);
}

/* The parser lets pass what strict readers of JSON do not. */
TEST(intake, what_is_kept_is_strict_json)
{
    CHECK_STR(parse("{\"a\":\"x\xff\"}").payload, "{\"a\":\"x\xef\xbf\xbd\"}");
    CHECK_STR(parse("{\"session_id\":\"x\xff\"}").session, "x\xef\xbf\xbd");
    CHECK_STR(parse("{\"a\":\"x\ty\"}").payload, "{\"a\":\"x\\ty\"}");
    CHECK_STR(parse("{\n \"a\": 1\n}").payload, "{\"a\":1}");
    arena_free(&arena);
}

TEST(intake, original_files_are_left_out)
{
    const char *file = text_of(3000);
    struct intake in = parse(
        arena_fmt(
            &arena,
            "{\"tool_name\":\"Edit\",\"tool_input\":{\"old_string\":\"a\","
            "\"new_string\":\"b\"},\"tool_response\":{\"filePath\":\"/f\","
            "\"originalFile\":\"%s\",\"structuredPatch\":[{\"lines\":["
            "\"-a\",\"+b\"]}]}}",
            file)
            .p);

    CHECK_STR(member(in.payload, "tool_response.originalFile"),
              "[original file left out: 3000 bytes]");
    CHECK_HAS(in.payload, "[\"-a\",\"+b\"]");
    CHECK_STR(member(in.payload, "tool_input.new_string"), "b");
    CHECK(!in.cut);
    in = parse(arena_fmt(&arena,
                         "{\"tool_response\":{\"edits\":[],"
                         "\"originalFileContents\":\"%s\"}}",
                         file)
                   .p);
    CHECK_LACKS(in.payload, "line 1");
    /* Only in a response; elsewhere it may be what somebody said. */
    in = parse(
        arena_fmt(&arena, "{\"prompt\":\"x\",\"originalFile\":\"%s\"}", file)
            .p);
    CHECK_HAS(in.payload, "line 1");
    arena_free(&arena);
}

TEST(intake, a_response_that_repeats_the_input_says_so)
{
    const char *text = text_of(500), *other = text_of(501);
    struct intake in = parse(
        arena_fmt(&arena,
                  "{\"tool_name\":\"Write\",\"tool_input\":{\"content\":\"%s\","
                  "\"file_path\":\"/f\"},\"tool_response\":{\"content\":\"%s\","
                  "\"filePath\":\"/f\",\"other\":\"%s\"}}",
                  text, text, other)
            .p);

    CHECK_STR(member(in.payload, "tool_input.content"), text);
    CHECK_STR(member(in.payload, "tool_response.content"),
              "[same text as in the input left out: 500 bytes]");
    CHECK_STR(member(in.payload, "tool_response.filePath"), "/f");
    CHECK_STR(member(in.payload, "tool_response.other"), other);
    arena_free(&arena);
}

static const char *base64(size_t n)
{
    char *p = arena_alloc(&arena, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = "iVBORw0KGgo"[i % 11];
    return p;
}

TEST(intake, images_and_documents_are_left_out)
{
    struct intake in = parse(
        arena_fmt(&arena,
                  "{\"tool_response\":{\"type\":\"image\",\"file\":{\"base64\":"
                  "\"%s\",\"type\":\"image/png\"}}}",
                  base64(1000))
            .p);

    CHECK_STR(member(in.payload, "tool_response.file.base64"),
              "[base64 left out: 1000 bytes]");
    in = parse(arena_fmt(&arena,
                         "{\"tool_response\":[{\"type\":\"image\",\"source\":{"
                         "\"type\":\"base64\",\"data\":\"%s\"}}]}",
                         base64(2000))
                   .p);
    CHECK_HAS(in.payload, "[base64 left out: 2000 bytes]");
    in = parse(arena_fmt(&arena,
                         "{\"tool_response\":{\"stdout\":\"see "
                         "data:image/png;base64,%s!\"}}",
                         base64(300))
                   .p);
    CHECK_STR(member(in.payload, "tool_response.stdout"),
              "see data:image/png;base64,[base64 left out: 300 bytes]!");
    /* Text in a member of that name is text. */
    in = parse(arena_fmt(&arena, "{\"tool_response\":{\"data\":\"%s\"}}",
                         text_of(1000))
                   .p);
    CHECK_HAS(in.payload, "line 1");
    arena_free(&arena);
}

TEST(intake, what_cmem_put_in_is_not_stored_again)
{
    struct intake in = parse(
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"before\\n"
        "<cmem-memory project=\\\"x\\\">\\nold\\n</cmem-memory>\\nafter\"}");

    CHECK_STR(in.text, "before\n[cmem memory left out]\nafter");
    CHECK_LACKS(in.payload, "old");
    in = parse("{\"tool_response\":{\"stdout\":\"<cmem-memory>\\na\\n"
               "</cmem-memory> b <cmem-memory>c</cmem-memory>\"}}");
    CHECK_STR(member(in.payload, "tool_response.stdout"),
              "[cmem memory left out] b [cmem memory left out]");
    /* What our own tools answered, whatever form it has. */
    in = parse("{\"tool_name\":\"mcp__plugin_cmem_cmem__search\","
               "\"tool_response\":[{\"type\":\"text\",\"text\":\"old\"}]}");
    CHECK_STR(member(in.payload, "tool_response"), "[cmem memory left out]");
    in = parse("{\"tool_name\":\"mcp__other__search\","
               "\"tool_response\":{\"a\":\"kept\"}}");
    CHECK_STR(member(in.payload, "tool_response.a"), "kept");
    /* The end may be cut off. */
    in = parse("{\"prompt\":\"x\\n<cmem-memory>\\nold and cut\"}");
    CHECK_STR(member(in.payload, "prompt"), "x\n[cmem memory left out]");
    /* But who writes about it is not us. */
    in = parse("{\"prompt\":\"the tag \\\"<cmem-memory>\\\" opens it\"}");
    CHECK_STR(member(in.payload, "prompt"),
              "the tag \"<cmem-memory>\" opens it");
    CHECK(intake_is_own(STR(" <cmem-memory project=\"x\">\n")));
    CHECK(!intake_is_own(STR("see <cmem-memory>")));
    CHECK(!intake_is_own(STR("")));
    arena_free(&arena);
}

TEST(intake, a_prompt_of_cmem_itself_is_refused)
{
    CHECK(parse("{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":"
                "\"project: x\\n\\n<record>\\n[1] USER\\n hi\\n</record>\\n\\n"
                "Reply with the JSON object only.\\n\"}")
              .is_internal);
    CHECK(!parse("{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":"
                 "\"Reply with the JSON object only.\"}")
               .is_internal);
    arena_free(&arena);
}

TEST(intake, secrets_go_before_anything_is_kept)
{
    struct intake in = parse(
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"my name is "
        "<private>Ann</private>\",\"x\":{\"password\":\"hunter-2\"}}");

    CHECK_INT(in.redacted, 2);
    CHECK_STR(in.text, "my name is [redacted:private]");
    CHECK_LACKS(in.payload, "Ann");
    CHECK_LACKS(in.payload, "hunter");
    in = parse("not JSON <private>Ann</private>");
    CHECK_INT(in.redacted, 1);
    CHECK_LACKS(in.payload, "Ann");
    /* Escaped, it is the same tag. */
    in = parse("{\"prompt\":\"\\u003cprivate>Ann\\u003c/private>\"}");
    CHECK_LACKS(in.payload, "Ann");
    arena_free(&arena);
}

TEST(intake, a_long_string_keeps_head_and_tail_and_states_the_cut)
{
    const char *text = text_of(50000);
    struct intake in = parse_str(
        arena_fmt(&arena,
                  "{\"session_id\":\"s\",\"tool_response\":{\"stdout\":"
                  "\"%s\",\"stderr\":\"short\"}}",
                  text),
        4096);
    struct str got = member(in.payload, "tool_response.stdout");
    ptrdiff_t at = str_find(got, STR("\n[... "));
    size_t left_out = 0;

    CHECK(in.cut);
    CHECK(in.payload.n > 4000); /* as much as may be */
    CHECK(at > 2000);
    CHECK(str_starts(str_of(text), str_cut(got, 0, (size_t)at)));
    CHECK(str_ends(got, str_cut(str_of(text), 49000, 50000)));
    for (size_t i = (size_t)at + 6; is_digit(got.p[i]); i++)
        left_out = left_out * 10 + (size_t)(got.p[i] - '0');
    CHECK_HAS(got, " bytes cut ...]\n");
    CHECK_INT((size_t)at + left_out +
                  (got.n - (size_t)str_find(got, STR("...]\n")) - 5),
              50000);
    CHECK_STR(member(in.payload, "tool_response.stderr"), "short");
    CHECK_STR(in.session, "s");
    arena_free(&arena);
}

TEST(intake, a_cut_neither_splits_characters_nor_passes_the_limit)
{
    static const char *const units[] = {
        "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\\n",  "\\u0001", "\\\"",
        "\\\\",         "a\xc3\xa4",        "\xc3", "\x80",
    };

    for (size_t u = 0; u < ARRAY_LEN(units); u++)
        for (size_t max = 1024; max < 1040; max++) {
            struct buf b;
            struct intake in;

            buf_init(&b, 100000);
            buf_addz(&b, "{\"a\":\"");
            for (int i = 0; i < 3000; i++)
                buf_addz(&b, units[u]);
            buf_addz(&b, "\"}");
            in = parse_str(buf_str(&b), max);
            CHECK(in.cut);
            CHECK(in.payload.n > 900);
            CHECK_HAS(member(in.payload, "a"), "bytes cut"); /* in place */
            if (u < 2) /* whole characters before and behind the note */
                CHECK_LACKS(in.payload, "\xef\xbf\xbd");
            buf_free(&b);
            arena_free(&arena);
        }
}

TEST(intake, all_long_strings_are_cut_to_one_length)
{
    const char *text = text_of(20000);
    struct intake in = parse_str(
        arena_fmt(&arena, "{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%.300s\"}", text,
                  text, text),
        8000);

    CHECK_INT(member(in.payload, "a").n, member(in.payload, "b").n);
    CHECK(member(in.payload, "a").n > 3500);
    CHECK_INT(member(in.payload, "c").n, 300);
    arena_free(&arena);
}

TEST(intake, a_large_tree_of_small_things_keeps_its_identity)
{
    struct buf b;
    struct intake in;

    buf_init(&b, 1u << 20);
    buf_addz(&b, "{\"session_id\":\"s\",\"hook_event_name\":\"PostToolUse\","
                 "\"tool_name\":\"X\",\"tool_use_id\":\"t\",\"cwd\":\"/w\","
                 "\"tool_response\":[0");
    for (int i = 0; i < 20000; i++)
        buf_addf(&b, ",%d", i);
    buf_addz(&b, ",\"<private>Ann</private>\"]}");
    in = parse_str(buf_str(&b), 4096);
    CHECK(in.cut);
    CHECK_STR(in.session, "s");
    CHECK_STR(member(in.payload, "session_id"), "s");
    CHECK_STR(member(in.payload, "tool_use_id"), "t");
    CHECK_HAS(member(in.payload, "raw"), "bytes cut");
    CHECK_HAS(member(in.payload, "raw"), "19999,");
    CHECK_LACKS(in.payload, "Ann");
    buf_free(&b);
    arena_free(&arena);
}

TEST(intake, garbage_is_cut_to_the_limit)
{
    char *p = arena_alloc(&arena, 100000);
    struct intake in;

    memset(p, 1, 100000);
    in = parse_str((struct str){p, 100000}, 2048);
    CHECK(in.cut && !in.was_json);
    CHECK_HAS(in.payload, "bytes cut");
    CHECK(in.payload.n > 1900);
    arena_free(&arena);
}

TEST(intake, what_was_kept_is_kept_again)
{
    const char *text = text_of(30000);
    struct intake first =
        parse(arena_fmt(&arena,
                        "{\"tool_name\":\"Edit\",\"tool_input\":{"
                        "\"password\":\"hunter-2\"},\"tool_response\":{"
                        "\"originalFile\":\"%s\",\"x\":\"%s\"}}",
                        text, text)
                  .p);
    struct intake second = parse_str(first.payload, 4096);

    CHECK_STR(second.payload, first.payload.p);
    CHECK(!second.cut);
    CHECK_INT(second.redacted, 0);
    arena_free(&arena);
}
