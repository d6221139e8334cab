/* intake_test.c - from a hook's stdin to what is stored. */
#include "base/common.h"

#include "agent/intake.h"
#include "test.h"

static struct arena arena;

static struct intake parse(const char *raw)
{
    struct intake in;

    intake_parse(str_of(raw), 4096, &arena, &in);
    return in;
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

TEST(intake, what_is_not_json_is_wrapped)
{
    struct intake in = parse("no \"JSON\" at all\n");

    CHECK_STR(in.payload, "{\"raw\":\"no \\\"JSON\\\" at all\"}");
    CHECK_STR(in.session, "unknown");
    CHECK(!in.was_json);
    arena_free(&arena);
}
