/* hook_times_test.c - hook times out of Claude Code's transcripts; the hooks'
 * own log. */
#include "base/common.h"

#include "base/buf.h"
#include "base/file.h"
#include "cli/doctor.h"
#include "cli/hook_times.h"
#include "test.h"

static void attachment(struct hook_times_scan *s, const char *type,
                       const char *event, const char *command, int ms)
{
    struct buf b;

    buf_init(&b, 4096);
    buf_addf(&b, "{\"type\":\"attachment\",\"attachment\":{\"type\":\"%s\","
                 "\"hookEvent\":\"%s\",\"command\":\"%s\",\"durationMs\":%d}}",
             type, event, command, ms);
    hook_times_line(s, buf_str(&b));
    buf_free(&b);
}

TEST(hook_times, names_the_program_behind_quotes_and_interpreters)
{
    static const struct {
        const char *command, *owner;
    } rows[] = {
        {"/home/u/.local/bin/cmem-hook-stop", "cmem"},
        {"'/a b/cmem-hook-session-start' --capture", "cmem"},
        {"\"${CLAUDE_PLUGIN_ROOT}/bin/hook.sh\" SessionStart", "hook.sh"},
        {"node \"${CLAUDE_PLUGIN_ROOT}/scripts/worker.js\" stop", "worker.js"},
        {"/usr/bin/env -S python3 -u /x/mem.py", "mem.py"},
        {"FOO=1 timeout 5 bash -c run-it", "run-it"},
        {"/opt/harness/hooks/record.sh Stop", "record.sh"},
        {"callback", "callback"},
        {"", "?"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_STR(hook_times_owner(str_of(rows[i].command)), rows[i].owner);
}

TEST(hook_times, gives_percentiles_by_event_and_program)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};

    for (int i = 100; i > 0; i--)
        attachment(&s, "hook_success", "SessionStart", "/b/cmem-hook-x", i);
    attachment(&s, "hook_success", "SessionStart", "/b/other.sh", 700);
    attachment(&s, "hook_cancelled", "PostToolUse", "/b/cmem-hook-x", 5);
    hook_times_rows(&s);
    CHECK_INT(s.n, 3);
    CHECK_STR(s.rows[0].event, "PostToolUse");
    CHECK_INT(s.rows[0].failures, 1);
    CHECK_STR(s.rows[1].owner, "cmem");
    CHECK_INT(s.rows[1].n, 100);
    CHECK_INT(s.rows[1].failures, 0);
    CHECK_INT(s.rows[1].p50_ms, 50);
    CHECK_INT(s.rows[1].p95_ms, 95);
    CHECK_INT(s.rows[1].p99_ms, 99);
    CHECK_INT(s.rows[1].max_ms, 100);
    CHECK_STR(s.rows[2].owner, "other.sh");
    CHECK_INT(s.rows[2].p50_ms, 700);
    arena_free(&a);
}

TEST(hook_times, of_three_the_middle_is_the_median)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};

    attachment(&s, "hook_success", "Stop", "x.sh", 30);
    attachment(&s, "hook_success", "Stop", "x.sh", 10);
    attachment(&s, "hook_success", "Stop", "x.sh", 20);
    hook_times_rows(&s);
    CHECK_INT(s.rows[0].p50_ms, 20);
    CHECK_INT(s.rows[0].p99_ms, 30);
    arena_free(&a);
}

TEST(hook_times, takes_the_summary_at_the_end_of_a_turn)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};

    hook_times_line(&s, STR("{\"type\":\"system\",\"subtype\":"
                            "\"stop_hook_summary\",\"hookInfos\":[{\"command\":"
                            "\"/b/cmem-hook-stop\",\"durationMs\":7},"
                            "{\"command\":\"x.sh\"}]}"));
    hook_times_rows(&s);
    CHECK_INT(s.n, 1);
    CHECK_STR(s.rows[0].event, "Stop");
    CHECK_INT(s.rows[0].max_ms, 7);
    arena_free(&a);
}

TEST(hook_times, passes_over_what_is_not_a_hooks_time)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};

    hook_times_line(&s, STR_NONE);
    hook_times_line(&s, STR("\"hook_ \"durationMs\" cut off"));
    hook_times_line(&s, STR("{\"attachment\":{\"type\":\"hook_success\","
                            "\"durationMs\":3}}"));
    hook_times_line(&s, STR("{\"message\":\"\\\"hook_success\\\" "
                            "\\\"durationMs\\\":3\",\"durationMs\":1}"));
    attachment(&s, "hook_success", "Stop", "x", -1);
    hook_times_rows(&s);
    CHECK_INT(s.n, 0);
    arena_free(&a);
}

TEST(hook_times, an_empty_or_missing_place_has_none)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};

    hook_times_scan(&s, "/nowhere/at/all");
    CHECK_INT(s.n, 0);
    CHECK_INT(s.files, 0);
    hook_times_scan(&s, test_dir());
    CHECK_INT(s.n, 0);
    arena_free(&a);
}

TEST(hook_times, of_a_large_transcript_the_end_is_read)
{
    struct arena a = {0};
    struct hook_times_scan s = {.a = &a};
    static const char line[] =
        "{\"attachment\":{\"type\":\"hook_success\",\"hookEvent\":\"%s\","
        "\"command\":\"x.sh\",\"durationMs\":1}}\n";
    char path[4096];
    struct buf b;

    buf_init(&b, 32u << 20);
    buf_addf(&b, line, "Beginning");
    for (size_t i = 0; i < (9u << 20); i += 64)
        buf_addf(&b, "{\"text\":\"%052zu\"}\n", i);
    buf_addf(&b, line, "End");
    snprintf(path, sizeof(path), "%s/large.jsonl", test_dir());
    CHECK_INT(file_write(path, buf_str(&b), 0600, NULL), 0);
    hook_times_scan(&s, test_dir());
    CHECK_INT(s.files, 1);
    CHECK_INT(s.bytes, HOOK_TIMES_BYTES);
    CHECK_INT(s.n, 1);
    CHECK_STR(s.rows[0].event, "End");
    buf_free(&b);
    arena_free(&a);
}

TEST(hard_stops, are_counted_since_a_time)
{
    struct hard_stops s;

    hard_stops_read(STR("100 stop hard-stop\n"
                        "300 post-tool-use hard-stop\n"
                        "200 stop hard-stop\n"
                        "no line of ours\n"
                        "400 stop\n"
                        "x stop hard-stop\n"),
                    150, &s);
    CHECK_INT(s.n, 2);
    CHECK_INT(s.last_ms, 300);
    CHECK_STR(s.last, "post-tool-use");
    hard_stops_read(STR_NONE, 0, &s);
    CHECK_INT(s.n, 0);
}
