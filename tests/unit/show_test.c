/*
 * show_test.c - what people see of operations' results.
 *
 * Whole outputs at a fixed width, without colour: a change of the look is a
 * change of these texts.
 */
#include "base/common.h"

#include "base/json.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "test.h"

#define WIDTH 72

struct look {
    struct term t;
    int rc;
};

/* What `render` shows of a result; the text lives until the next look. */
static struct str look(struct look *l, cmd_render render, const char *result,
                       int tty_width)
{
    struct json *j = json_parse(str_of(result), NULL);

    CHECK(j != NULL);
    setenv("TZ", "UTC", 1);
    tzset();
    term_init_plain(&l->t, tty_width ? tty_width : WIDTH, 0);
    l->t.is_tty = tty_width != 0;
    l->rc = render(&l->t, j);
    json_free(j);
    return buf_str(&l->t.out);
}

static void look_away(struct look *l)
{
    buf_free(&l->t.out);
    buf_free(&l->t.scratch);
}

/* Shows `result` into a pipe and compares. */
#define CHECK_SHOWN(render_, rc_, result_, want_)                              \
    do {                                                                       \
        struct look l_;                                                        \
        struct str got_ = look(&l_, (render_), (result_), 0);                  \
        CHECK_STR(got_, (want_));                                              \
        CHECK_INT(l_.rc, (rc_));                                               \
        look_away(&l_);                                                        \
    } while (0)

/* --- search ------------------------------------------------------------- */

#define HIT_12                                                                 \
    "{\"id\":\"#12\",\"kind\":\"observation\",\"type\":\"bugfix\","            \
    "\"title\":\"Socket paths over 107 bytes are refused\","                   \
    "\"time\":\"2026-02-07T14:02:00.000Z\",\"session\":\"s4\","                \
    "\"project\":\"app\",\"snippet\":\"...bind() cut the **path** in silence " \
    "and two workers met on one **socket**; it is checked before now, and "    \
    "the directory is named in the error that a person reads...\","            \
    "\"score\":0.7}"
#define HIT_7                                                                  \
    "{\"id\":\"#7\",\"kind\":\"prompt\",\"title\":\"why is the socket "        \
    "gone?\",\"time\":\"2026-02-06T09:00:00.000Z\",\"project\":\"web\","       \
    "\"snippet\":\"why is the **socket** gone?\"}"

TEST(show, search_puts_a_hit_on_a_line_and_its_snippet_below)
{
    CHECK_SHOWN(show_search, CLI_DONE,
                "{\"query\":\"socket path\",\"project\":\"app\","
                "\"matched\":2,\"of\":1412,\"results\":[" HIT_12 "," HIT_7
                "]}",
                "#12  2026-02-07  bugfix  Socket paths over 107 bytes are "
                "refused\n"
                "     ...bind() cut the path in silence and two workers met "
                "on one\n"
                "     socket; it is checked before now, and the directory is "
                "named in\xe2\x80\xa6\n"
                "#7   2026-02-06  prompt  why is the socket gone?\n"
                "2 of 1,412 matched in app\n");
}

TEST(show, search_in_all_projects_names_them)
{
    CHECK_SHOWN(show_search, CLI_DONE,
                "{\"query\":\"q\",\"matched\":13,\"of\":40,"
                "\"results\":[" HIT_12 "," HIT_7
                "],\"unknown\":[{\"word\":\"databse\",\"nearest\":[\"database"
                "\",\"datasets\"]}]}",
                "#12  2026-02-07  bugfix  Socket paths over 107 bytes are "
                "refused\n"
                "     app: ...bind() cut the path in silence and two workers "
                "met on one\n"
                "     socket; it is checked before now, and the directory is "
                "named in\xe2\x80\xa6\n"
                "#7   2026-02-06  prompt  why is the socket gone?  web\n"
                "13 of 40 matched, 2 shown; nearest to \"databse\": database, "
                "datasets\n");
}

TEST(show, search_without_words_lists_the_newest)
{
    CHECK_SHOWN(show_search, CLI_DONE,
                "{\"project\":\"web\",\"matched\":1,\"of\":40,"
                "\"results\":[" HIT_7 "]}",
                "#7  2026-02-06  prompt  why is the socket gone?\n"
                "1 shown, newest first, of 40 memories in web\n");
}

TEST(show, search_that_found_nothing_names_what_is_near)
{
    CHECK_SHOWN(show_search, CLI_NOTHING,
                "{\"project\":\"app\",\"matched\":0,\"of\":275,\"elsewhere\":3,"
                "\"unknown\":[{\"word\":\"databse\",\"nearest\":[\"database"
                "\",\"data\"]}],\"results\":[]}",
                "0 of 275 matched in app; 3 in other projects (--all); "
                "nearest: database, data\n");
    CHECK_SHOWN(show_search, CLI_NOTHING,
                "{\"matched\":0,\"of\":1,\"unknown\":[{\"word\":\"a1\","
                "\"nearest\":[\"a11\"]},{\"word\":\"zq\",\"nearest\":[]}],"
                "\"results\":[]}",
                "0 of 1 matched; nearest to \"a1\": a11; nothing is like "
                "\"zq\"\n");
}

TEST(show, search_by_session_groups_under_its_title)
{
    CHECK_SHOWN(show_search, CLI_DONE,
                "{\"query\":\"q\",\"matched\":9,\"of\":40,"
                "\"sessions\":[{\"id\":\"s4\","
                "\"title\":\"fix the socket\",\"project\":\"app\","
                "\"started\":\"2026-02-07T13:00:00.000Z\",\"matched\":5,"
                "\"results\":[" HIT_12 "]},{\"matched\":1,\"results\":[" HIT_7
                "]}]}",
                "s4  2026-02-07 13:00  app  fix the socket\n"
                "  #12  2026-02-07  bugfix  Socket paths over 107 bytes are "
                "refused\n"
                "       ...bind() cut the path in silence and two workers met "
                "on one\xe2\x80\xa6\n"
                "  and 4 more\n"
                "\n"
                "of no session\n"
                "  #7   2026-02-06  prompt  why is the socket gone?\n"
                "\n"
                "9 of 40 matched\n");
}

TEST(show, search_on_a_terminal_fits_and_marks)
{
    struct look l;
    struct str got = look(&l, show_search,
                          "{\"query\":\"q\",\"project\":\"app\","
                          "\"matched\":1,\"of\":2,\"results\":[" HIT_12 "]}",
                          40);

    CHECK_STR(got,
                "#12  2026-02-07  bugfix  Socket paths\xe2\x80\xa6\n"
                "     ...bind() cut the path in silence\n"
                "     and two workers met on one socket;\xe2\x80\xa6\n"
                "1 of 2 matched in app\n");
    look_away(&l);
}

TEST(show, a_word_that_was_found_is_coloured)
{
    struct look l;
    struct json *j = json_parse(STR("{\"project\":\"app\",\"matched\":1,"
                                    "\"of\":2,\"results\":[" HIT_7 "]}"),
                                NULL);

    setenv("TZ", "UTC", 1);
    tzset();
    term_init_plain(&l.t, 80, 0);
    l.t.is_tty = l.t.colour = true;
    show_search(&l.t, j);
    CHECK_HAS(buf_str(&l.t.out), "\033[1;35msocket\033[0m");
    CHECK_HAS(buf_str(&l.t.out), "\033[33m#7\033[0m");
    json_free(j);
    look_away(&l);
}

TEST(show, stored_text_cannot_act_on_the_terminal)
{
    struct look l;
    struct str got = look(
        &l, show_search,
        "{\"query\":\"q\",\"matched\":1,\"of\":1,\"results\":[{\"id\":\"#1\","
        "\"kind\":\"note\","
        "\"title\":\"a\\u001b[31mb\\u202ec\\u0002d\\ne\",\"snippet\":"
        "\"x\\u001b]0;evil\\u0007y **z\\u0007**\",\"project\":\"p\\u001b[2J\"}"
        "]}",
        0);

    CHECK_STR(got,
                "#1              note  abcd e\n"
                "    p: xy z\n"
                "1 of 1 matched\n");
    look_away(&l);
}

/* --- timeline, sessions, summary ---------------------------------------- */

#define ITEM_8                                                                 \
    "{\"id\":\"#8\",\"kind\":\"fact\",\"title\":\"Tests need node 22\","       \
    "\"time\":\"2026-02-07T14:05:00.000Z\"}"

TEST(show, timeline_marks_what_was_asked_for)
{
    CHECK_SHOWN(show_timeline, CLI_DONE,
                "{\"project\":\"app\",\"at\":\"2026-02-07T14:05:00.000Z\","
                "\"items\":[" HIT_12 ",{\"id\":\"#8\",\"kind\":\"fact\","
                "\"title\":\"Tests need node 22\",\"anchor\":true,"
                "\"time\":\"2026-02-07T14:05:00.000Z\"}]}",
                "  #12  2026-02-07 14:02  bugfix  Socket paths over 107 bytes "
                "are refused\n"
                "> #8   2026-02-07 14:05  fact    Tests need node 22\n");
}

TEST(show, timeline_marks_a_moment_between_its_neighbours)
{
    CHECK_SHOWN(show_timeline, CLI_DONE,
                "{\"at\":\"2026-02-07T14:04:00.000Z\",\"items\":[" HIT_12
                "," ITEM_8 "]}",
                "  #12  2026-02-07 14:02  bugfix  app  Socket paths over 107 "
                "bytes are refused\n"
                ">      2026-02-07 14:04\n"
                "  #8   2026-02-07 14:05  fact         Tests need node 22\n");
    CHECK_SHOWN(show_timeline, CLI_DONE,
                "{\"at\":\"2026-02-08T00:00:00.000Z\",\"items\":[" ITEM_8 "]}",
                "  #8  2026-02-07 14:05  fact  Tests need node 22\n"
                ">     2026-02-08 00:00\n");
    CHECK_SHOWN(show_timeline, CLI_NOTHING,
                "{\"project\":\"app\",\"at\":\"2026-02-07T14:04:00.000Z\","
                "\"items\":[]}",
                "nothing is remembered around 2026-02-07 14:04 in app; --all "
                "looks in every project\n");
}

#define SESSION_4                                                              \
    "\"id\":\"s4\",\"uid\":\"77e148b8\",\"title\":\"fix the socket\","         \
    "\"project\":\"app\",\"branch\":\"main\",\"cwd\":\"/w/app\","              \
    "\"started\":\"2026-02-07T13:00:00.000Z\","                                \
    "\"last\":\"2026-02-07T14:05:09.000Z\",\"prompts\":1,\"events\":1142,"     \
    "\"memories\":3,\"children\":0"

TEST(show, sessions_are_a_table)
{
    CHECK_SHOWN(show_sessions, CLI_DONE,
                "{\"sessions\":[{" SESSION_4 "},{\"id\":\"s11\","
                "\"project\":\"web\",\"started\":\"2026-02-08T13:00:00.000Z\","
                "\"last\":\"2026-02-08T13:00:42.000Z\",\"prompts\":12,"
                "\"events\":40}]}",
                "ID   STARTED            TOOK  ASKED  EVENTS  PROJECT  TITLE\n"
                "s4   2026-02-07 13:00  1h05m      1   1,142  app      fix "
                "the socket\n"
                "s11  2026-02-08 13:00    42s     12      40  web\n");
    CHECK_SHOWN(show_sessions, CLI_DONE,
                "{\"project\":\"app\",\"sessions\":[{" SESSION_4 "}]}",
                "ID  STARTED            TOOK  ASKED  EVENTS  TITLE\n"
                "s4  2026-02-07 13:00  1h05m      1   1,142  fix the socket\n");
    /* Into a pipe names are whole, and what is not there is counted. */
    CHECK_SHOWN(show_sessions, CLI_DONE,
                "{\"sessions\":[{\"id\":\"s1\",\"project\":"
                "\"improve-status-output\",\"title\":\"a\"}],\"left_out\":1200}",
                "ID  TOOK  ASKED  EVENTS  PROJECT                TITLE\n"
                "s1    0s      0       0  improve-status-output  a\n"
                "and 1,200 more: -n shows them\n");
    CHECK_SHOWN(show_sessions, CLI_NOTHING,
                "{\"project\":\"app\",\"sessions\":[]}",
                "no sessions in app; --all lists those of every project\n");
    CHECK_SHOWN(show_sessions, CLI_NOTHING, "{\"sessions\":[]}",
                "no sessions\n");
}

TEST(show, sessions_on_a_narrow_screen_keep_room_for_titles)
{
    struct look l;
    struct str got =
        look(&l, show_sessions, "{\"sessions\":[{" SESSION_4 "}]}", 60);

    CHECK_STR(got,
                "ID  STARTED            TOOK  ASKED  PROJECT  TITLE\n"
                "s4  2026-02-07 13:00  1h05m      1  app      fix the "
                "socket\n");
    look_away(&l);
}

#define SUMMARY                                                                \
    "{\"id\":\"#9\",\"kind\":\"summary\",\"title\":\"Fix the socket\","        \
    "\"time\":\"2026-02-07T14:05:00.000Z\",\"text\":\"all\",\"data\":{"        \
    "\"request\":\"Find out why two workers run at once, and make sure that "  \
    "it cannot happen again.\",\"investigated\":\"\",\"completed\":"           \
    "\"- Changed wire/conn.c\\n- `make check` passed\","                       \
    "\"next_steps\":[\"Tell the path in the error\",\"Release\"]}}"

TEST(show, summary_leaves_empty_paragraphs_out)
{
    CHECK_SHOWN(show_summary, CLI_DONE,
                "{\"session\":{" SESSION_4 "},\"summary\":" SUMMARY
                ",\"subagents\":[{\"id\":\"s5\",\"agent_type\":\"Explore\","
                "\"started\":\"2026-02-07T13:30:00.000Z\","
                "\"last\":\"2026-02-07T13:31:00.000Z\",\"prompts\":1,"
                "\"events\":9,\"title\":\"where is bind called\"}]}",
                "s4  2026-02-07 13:00, 1h05m, 1 prompt, 1,142 events, app "
                "(main)\n"
                "\n"
                "Request\n"
                "  Find out why two workers run at once, and make sure that "
                "it cannot\n"
                "  happen again.\n"
                "\n"
                "Completed\n"
                "  - Changed wire/conn.c\n"
                "  - `make check` passed\n"
                "\n"
                "Next steps\n"
                "  - Tell the path in the error\n"
                "  - Release\n"
                "\n"
                "s5  where is bind called\n"
                "2026-02-07 13:30, 1m, subagent Explore, 1 prompt, 9 events\n");
    CHECK_SHOWN(show_summary, CLI_NOTHING,
                "{\"session\":{" SESSION_4 "},\"subagents\":[]}",
                "s4  fix the socket\n"
                "2026-02-07 13:00, 1h05m, 1 prompt, 1,142 events, app (main)\n"
                "\n"
                "no summary yet: it is made at the end of a turn\n");
}

/* --- show --------------------------------------------------------------- */

TEST(show, a_memory_comes_with_all_that_is_known_of_it)
{
    CHECK_SHOWN(
        show_show, CLI_DONE,
        "{\"items\":[{\"id\":\"#12\",\"kind\":\"observation\","
        "\"type\":\"bugfix\",\"title\":\"Socket paths over 107 bytes are "
        "refused\",\"time\":\"2026-02-07T14:02:00.000Z\",\"session\":\"s4\","
        "\"project\":\"app\",\"branch\":\"main\",\"pinned\":true,"
        "\"ended\":\"2026-02-09T10:00:00.000Z\",\"superseded_by\":\"#30\","
        "\"text\":\"bind() cut the path in silence, so that two workers met on "
        "one socket.\",\"data\":{\"facts\":[\"sun_path has 108 bytes\"],"
        "\"concepts\":[\"gotcha\",\"sockets\"]},\"origin\":\"tool\","
        "\"provider\":\"rules\",\"importance\":4,\"seen\":2,\"revision\":3,"
        "\"files\":[{\"path\":\"wire/conn.h\",\"modified\":false},{\"path\":"
        "\"wire/conn.c\",\"modified\":true}],\"evidence\":[{\"id\":\"e99\","
        "\"name\":\"PostToolUse\",\"tool\":\"Bash\",\"time\":"
        "\"2026-02-07T14:01:00.000Z\",\"text\":\"make check\"},{\"id\":"
        "\"e100\",\"name\":\"Stop\",\"time\":\"2026-02-07T14:02:00.000Z\"}],"
        "\"links\":[{\"relation\":\"contradicts\",\"incoming\":true,\"id\":"
        "\"#20\",\"kind\":\"fact\",\"title\":\"Any path will do\",\"time\":"
        "\"2026-02-08T14:02:00.000Z\"}],\"history\":[{\"event\":\"add\","
        "\"actor\":\"rules\",\"time\":\"2026-02-07T14:03:00.000Z\"},{"
        "\"event\":\"update\",\"actor\":\"user\",\"time\":"
        "\"2026-02-07T15:00:00.000Z\",\"old\":\"bind() cut it\"}],"
        "\"successors\":[{\"id\":\"#30\",\"kind\":\"note\",\"title\":\"Paths "
        "are checked\",\"time\":\"2026-02-09T10:00:00.000Z\"}]}],"
        "\"missing\":[]}",
        "#12  Socket paths over 107 bytes are refused\n"
        "bugfix, 2026-02-07 14:02, app, branch main, s4, from tool, by rules,\n"
        "importance 4, pinned, said 2 times, revision 3, no longer true since\n"
        "2026-02-09\n"
        "\n"
        "bind() cut the path in silence, so that two workers met on one "
        "socket.\n"
        "\n"
        "Facts\n"
        "  - sun_path has 108 bytes\n"
        "\n"
        "Concepts: gotcha, sockets\n"
        "\n"
        "Files changed\n"
        "  wire/conn.c\n"
        "\n"
        "Files read\n"
        "  wire/conn.h\n"
        "\n"
        "Superseded by\n"
        "  #30  2026-02-09 10:00  note  Paths are checked\n"
        "\n"
        "Links\n"
        "  contradicted by  #20  2026-02-08  fact  Any path will do\n"
        "\n"
        "History\n"
        "  2026-02-07 14:03  add by rules\n"
        "  2026-02-07 15:00  update by user\n"
        "    before: bind() cut it\n"
        "\n"
        "Evidence\n"
        "  e99   2026-02-07 14:01  Bash  make check\n"
        "  e100  2026-02-07 14:02  Stop\n");
}

/* Why something matters is told where it says more than who said so; of a long
 * list of evidence the beginning. */
TEST(show, a_memory_leaves_out_what_says_nothing)
{
    struct look l;
    struct str text;
    struct buf b;

    buf_init(&b, 1u << 20);
    buf_addz(&b, "{\"items\":[{\"id\":\"#1\",\"kind\":\"fact\",\"text\":\"x\","
                 "\"provider\":\"rules\",\"importance\":4,"
                 "\"importance_why\":\"4 by rules\",\"evidence\":[");
    for (int i = 1; i <= 54; i++)
        buf_addf(&b, "%s{\"id\":\"e%d\",\"name\":\"Stop\"}",
                 i > 1 ? "," : "", i);
    buf_addz(&b, "]}]}");
    text = look(&l, show_show, b.data, 0);
    CHECK_HAS(text, "importance 4\n");
    CHECK_HAS(text, "  e20");
    CHECK_LACKS(text, "  e21");
    CHECK_HAS(text, "  and 34 more: --json has all\n");
    look_away(&l);
    buf_free(&b);
}

TEST(show, a_text_is_not_said_twice_as_title_and_as_text)
{
    CHECK_SHOWN(show_show, CLI_DONE,
                "{\"items\":[{\"id\":\"#3\",\"kind\":\"prompt\",\"title\":"
                "\"make it faster and\",\"text\":\"make it faster\\n\\nand "
                "smaller\",\"time\":\"2026-02-07T14:02:00.000Z\","
                "\"history\":[{\"event\":\"add\",\"actor\":\"user\"}]}],"
                "\"missing\":[]}",
                "#3  prompt, 2026-02-07 14:02\n"
                "\n"
                "make it faster\n"
                "\n"
                "and smaller\n");
}

TEST(show, a_session_comes_with_its_summary_and_memories)
{
    CHECK_SHOWN(show_show, CLI_DONE,
                "{\"items\":[{\"kind\":\"session\"," SESSION_4 ",\"summary\":"
                SUMMARY ",\"results\":[" HIT_12 "," SUMMARY "],\"files\":["
                "{\"path\":\"/w/app/wire/conn.c\",\"modified\":true},"
                "{\"path\":\"/w/apple\",\"modified\":false}],"
                "\"subagents\":[{\"id\":\"s5\",\"agent_type\":\"Explore\","
                "\"started\":\"2026-02-07T13:30:00.000Z\","
                "\"last\":\"2026-02-07T13:31:00.000Z\",\"prompts\":1,"
                "\"events\":9}]}],\"missing\":[]}",
                "s4  fix the socket\n"
                "2026-02-07 13:00, 1h05m, 1 prompt, 1,142 events, app (main)\n"
                "77e148b8 in /w/app\n"
                "\n"
                "Request\n"
                "  Find out why two workers run at once, and make sure that "
                "it cannot\n"
                "  happen again.\n"
                "\n"
                "Completed\n"
                "  - Changed wire/conn.c\n"
                "  - `make check` passed\n"
                "\n"
                "Next steps\n"
                "  - Tell the path in the error\n"
                "  - Release\n"
                "\n"
                "Memories\n"
                "  #12  2026-02-07 14:02  bugfix   Socket paths over 107 "
                "bytes are refused\n"
                "\n"
                "Files changed\n"
                "  wire/conn.c\n"
                "\n"
                "Files read\n"
                "  /w/apple\n"
                "\n"
                "Subagents\n"
                "  s5  2026-02-07 13:30, 1m, subagent Explore, 1 prompt, 9 "
                "events\n");
}

#define EVENT_HEAD                                                             \
    "{\"items\":[{\"kind\":\"event\",\"id\":\"e99\",\"session\":\"s4\","       \
    "\"origin\":\"hook\",\"time\":\"2026-02-07T14:01:00.000Z\","

TEST(show, an_edit_is_shown_as_a_diff)
{
    CHECK_SHOWN(
        show_show, CLI_DONE,
        EVENT_HEAD
        "\"name\":\"PostToolUse\",\"tool\":\"Edit\",\"bytes\":2048,"
        "\"payload\":{\"session_id\":\"x\",\"cwd\":\"/w/app\",\"tool_name\":"
        "\"Edit\",\"tool_input\":{\"file_path\":\"/w/app/a.c\",\"old_string\":"
        "\"int a;\",\"new_string\":\"long a;\",\"replace_all\":false},"
        "\"tool_response\":{\"filePath\":\"/w/app/a.c\",\"oldString\":\"int "
        "a;\",\"newString\":\"long a;\",\"originalFile\":\"int a;\\n\","
        "\"userModified\":false,\"structuredPatch\":[{\"oldStart\":1,"
        "\"oldLines\":2,\"newStart\":1,\"newLines\":2,\"lines\":[\" \\tx\","
        "\"-int a;\",\"+long a;\"]}]}}}],\"missing\":[]}",
        "e99  PostToolUse Edit\n"
        "2026-02-07 14:01, session s4, by hook, 2.0 KB\n"
        "\n"
        "Input\n"
        "  file path     /w/app/a.c\n"
        "\n"
        "Result\n"
        "  @@ -1,2 +1,2 @@\n"
        "   \tx\n"
        "  -int a;\n"
        "  +long a;\n");
}

TEST(show, an_event_without_a_tool_shows_its_words)
{
    CHECK_SHOWN(show_show, CLI_DONE,
                EVENT_HEAD "\"name\":\"Stop\",\"bytes\":1,\"payload\":{"
                           "\"session_id\":\"x\",\"reason\":\"other\","
                           "\"stop_hook_active\":false,\"background_tasks\":[],"
                           "\"last_assistant_message\":\"Done.\\n\\n- one\\n- "
                           "two\"}}],\"missing\":[]}",
                "e99  Stop\n"
                "2026-02-07 14:01, session s4, by hook, 1 B\n"
                "\n"
                "  reason        other\n"
                "\n"
                "last assistant message\n"
                "  Done.\n"
                "\n"
                "  - one\n"
                "  - two\n");
    CHECK_SHOWN(show_show, CLI_DONE,
                EVENT_HEAD "\"name\":\"PostToolUse\",\"tool\":\"mcp__x__y\","
                           "\"bytes\":1,\"payload\":{\"tool_input\":{\"n\":3,"
                           "\"deep\":{\"q\":\"who\"},\"list\":[1,2]},"
                           "\"tool_response\":[{\"type\":\"text\",\"text\":"
                           "\"found\\n  it\"}]}}],\"missing\":[]}",
                "e99  PostToolUse mcp__x__y\n"
                "2026-02-07 14:01, session s4, by hook, 1 B\n"
                "\n"
                "Input\n"
                "  n             3\n"
                "  q             who\n"
                "  list          [1,2]\n"
                "\n"
                "Result\n"
                "  found\n"
                "    it\n");
    CHECK_SHOWN(show_show, CLI_DONE,
                EVENT_HEAD "\"name\":\"PostToolUse\",\"bytes\":9,"
                           "\"payload\":\"{\\\"cut\"}],\"missing\":[]}",
                "e99  PostToolUse\n"
                "2026-02-07 14:01, session s4, by hook, 9 B\n"
                "\n"
                "{\"cut\n");
}

/* The end of a program's output is what one looks for. */
TEST(show, long_output_is_shown_by_its_end)
{
    struct buf b;
    struct look l;
    struct str got;

    buf_init(&b, 65536);
    buf_addz(&b, EVENT_HEAD "\"name\":\"PostToolUse\",\"tool\":\"Bash\","
                            "\"bytes\":1,\"payload\":{\"tool_input\":{"
                            "\"command\":\"make\"},\"tool_response\":{"
                            "\"stdout\":\"");
    for (int i = 1; i <= 61; i++)
        buf_addf(&b, "line %d\\n", i);
    buf_addz(&b, "\",\"stderr\":\"\",\"interrupted\":false}}}]}");
    got = look(&l, show_show, b.data, 0);
    CHECK_HAS(got, "    (1 line left out; --json has all)\n    line 2\n");
    CHECK(str_ends(got, STR("    line 61\n")));
    CHECK_LACKS(got, "line 1\n");
    CHECK_LACKS(got, "interrupted");
    look_away(&l);
    buf_free(&b);
}

TEST(show, what_is_missing_is_named_and_is_the_status)
{
    CHECK_SHOWN(show_show, CLI_NOTHING,
                "{\"items\":[],\"missing\":[\"#99\",\"98\",\"s7\"]}",
                "there is no #99\n"
                "there is no #98\n"
                "there is no s7\n");
}

/* --- context, stats, add, forget ---------------------------------------- */

TEST(show, context_is_the_text_as_it_is)
{
    CHECK_SHOWN(show_context, CLI_DONE,
                "{\"project\":\"app\",\"tokens\":9,\"text\":\"<cmem-memory>\\n"
                "- a line that is longer than the screen is wide and yet is "
                "not wrapped\\n</cmem-memory>\",\"memories\":[\"#1\"]}",
                "<cmem-memory>\n"
                "- a line that is longer than the screen is wide and yet is "
                "not wrapped\n"
                "</cmem-memory>\n");
    CHECK_SHOWN(show_context, CLI_NOTHING, "{\"tokens\":0,\"text\":\"\"}",
                "a session that starts here is told nothing yet\n");
}

TEST(show, context_explains_every_line)
{
    CHECK_SHOWN(
        show_context, CLI_DONE,
        "{\"tokens\":1012,\"text\":\"x\",\"lines\":[{\"taken\":true,"
        "\"section\":\"Where we left off\",\"text\":\"Asked: why\",\"why\":"
        "\"request of the last session\",\"id\":\"#9\",\"tokens\":57},{"
        "\"taken\":true,\"section\":\"Notes\",\"text\":\"#2 note: a\","
        "\"why\":\"pinned\",\"tokens\":4},{\"taken\":false,\"section\":"
        "\"Notes\",\"text\":\"#3 note: b\",\"why\":\"importance 2\","
        "\"tokens\":1200}]}",
        "Where we left off\n"
        "in     57  request of the last session  Asked: why\n"
        "\n"
        "Notes\n"
        "in      4  pinned                       #2 note: a\n"
        "out 1,200  importance 2                 #3 note: b\n"
        "\n"
        "2 lines in, 1 left out; about 1,012 tokens\n");
}

TEST(show, stats_are_tables)
{
    CHECK_SHOWN(
        show_stats, CLI_DONE,
        "{\"totals\":{\"memories\":1276,\"current\":1275,\"pinned\":1,"
        "\"sessions\":1,\"subagents\":2,\"events\":2102,\"waiting\":1,"
        "\"db_bytes\":8704000,\"first\":\"2026-01-05T13:54:16.903Z\",\"last\":"
        "\"2026-02-23T14:09:43.364Z\"},\"since\":\"2026-01-24T00:00:00.000Z\","
        "\"kinds\":[{\"kind\":\"observation\",\"type\":\"bugfix\","
        "\"memories\":1200},{\"kind\":\"summary\",\"memories\":76}],"
        "\"projects\":[{\"name\":\"app\",\"root\":\"/w/app\",\"memories\":1276,"
        "\"sessions\":1,\"events\":2102,\"last\":\"2026-02-23T14:09:43.364Z\"}"
        "],\"usage\":[{\"day\":\"2026-02-23T00:00:00.000Z\",\"provider\":"
        "\"anthropic\",\"model\":\"small\",\"calls\":12,\"input_tokens\":"
        "120000,\"cached_tokens\":0,\"output_tokens\":9000,\"micro_usd\":"
        "1234567,\"failed\":1},{\"day\":\"2026-02-22T00:00:00.000Z\","
        "\"provider\":\"ollama\",\"model\":\"tiny\",\"calls\":1,"
        "\"input_tokens\":1,\"output_tokens\":1,\"micro_usd\":0,\"failed\":0}]"
        ",\"contexts\":[{\"source\":\"startup\",\"blocks\":22,\"tokens\":17439,"
        "\"last\":\"2026-02-23T14:09:43.364Z\"}]}",
        "1,276 memories (1 no longer true) of 2,102 events in 1 session and 2 "
        "subagents\n"
        "2026-01-05 to 2026-02-23; 8.3 MB on disk; 1 event waits\n"
        "\n"
        "Memories\n"
        "  KIND         TYPE    MEMORIES\n"
        "  observation  bugfix     1,200\n"
        "  summary                    76\n"
        "\n"
        "Projects\n"
        "  NAME  MEMORIES  SESSIONS  EVENTS  LAST        DIRECTORY\n"
        "  app      1,276         1   2,102  2026-02-23  /w/app\n"
        "\n"
        "Context given since 2026-01-24\n"
        "  SOURCE   BLOCKS  TOKENS  LAST\n"
        "  startup      22  17,439  2026-02-23\n"
        "\n"
        "Model calls since 2026-01-24\n"
        "  DAY (UTC)   CALLS  TOKENS IN    OUT   COST  FAILED  PROVIDER   "
        "MODEL\n"
        "  2026-02-23     12    120,000  9,000  $1.23       1  anthropic  "
        "small\n"
        "  2026-02-22      1          1      1                 ollama     "
        "tiny\n"
        "  13 calls (1 failed), 120,001 tokens in, 9,001 out, $1.23\n");
}

TEST(show, stats_of_nothing)
{
    CHECK_SHOWN(show_stats, CLI_DONE,
                "{\"project\":\"app\",\"totals\":{\"memories\":1,\"current\":1,"
                "\"sessions\":0,\"events\":1,\"db_bytes\":512},\"kinds\":[],"
                "\"projects\":[],\"usage\":[],\"contexts\":[]}",
                "app: 1 memory of 1 event in 0 sessions\n"
                "512 B on disk\n");
}

TEST(show, add_says_under_which_id)
{
    CHECK_SHOWN(show_add, CLI_DONE, "{\"id\":\"#276\",\"added\":true}",
                "remembered as #276\n");
    CHECK_SHOWN(show_add, CLI_DONE,
                "{\"id\":\"#276\",\"added\":false,\"revision\":1}",
                "known already: #276\n");
    CHECK_SHOWN(show_add, CLI_DONE,
                "{\"id\":\"#276\",\"added\":false,\"revision\":3}",
                "changed #276, revision 3\n");
}

TEST(show, forget_counts_what_is_gone)
{
    CHECK_SHOWN(show_forget, CLI_DONE,
                "{\"memories\":1,\"events\":0,\"sessions\":0}",
                "deleted 1 memory\n");
    CHECK_SHOWN(show_forget, CLI_DONE,
                "{\"memories\":12,\"events\":1142,\"sessions\":1}",
                "deleted 12 memories, 1,142 events and 1 session\n");
    CHECK_SHOWN(show_forget, CLI_NOTHING,
                "{\"memories\":0,\"events\":0,\"sessions\":0}",
                "there was nothing to delete\n");
}

/* Results come from another process, perhaps of another version. */
TEST(show, a_result_of_another_shape_is_shown_as_empty)
{
    static const cmd_render renders[] = {
        show_search,  show_timeline, show_show, show_sessions, show_summary,
        show_context, show_stats,    show_add,  show_forget,
    };
    static const char *const results[] = {
        "{}",
        "[]",
        "{\"items\":[{}],\"results\":[{}],\"sessions\":[{}],\"session\":{},"
        "\"summary\":{},\"subagents\":[{}],\"lines\":[{}],\"kinds\":[{}],"
        "\"projects\":[{}],\"usage\":[{}],\"contexts\":[{}],\"missing\":[{}],"
        "\"text\":\"t\",\"unknown\":[{}]}",
        "{\"items\":[{\"kind\":\"event\"},{\"kind\":\"session\"},7,null],"
        "\"results\":7,\"sessions\":\"x\",\"lines\":\"x\",\"totals\":[1]}",
    };

    for (size_t i = 0; i < ARRAY_LEN(renders); i++)
        for (size_t k = 0; k < ARRAY_LEN(results); k++) {
            struct look l;

            look(&l, renders[i], results[k], 0);
            CHECK(l.rc == CLI_DONE || l.rc == CLI_NOTHING);
            look_away(&l);
            look(&l, renders[i], results[k], 20);
            look_away(&l);
        }
}
