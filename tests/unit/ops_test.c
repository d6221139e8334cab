/* ops_test.c - the operations and their JSON (lib/ops). */
#include "base/common.h"

#include "base/json.h"
#include "ops/fields.h"
#include "seed.h"
#include "store/session.h"
#include "test.h"

TEST(ids, are_read_in_every_form)
{
    struct id id;
    struct err e;

    CHECK_INT(id_parse(STR("#12"), &id, &e), 0);
    CHECK_INT(id.kind, ID_MEMORY);
    CHECK_INT(id.n, 12);
    CHECK_INT(id_parse(STR(" 12 "), &id, &e), 0);
    CHECK_INT(id.kind, ID_MEMORY);
    CHECK_INT(id_parse(STR("s4"), &id, &e), 0);
    CHECK_INT(id.kind, ID_SESSION);
    CHECK_INT(id.n, 4);
    CHECK_INT(id_parse(STR("e99"), &id, &e), 0);
    CHECK_INT(id.kind, ID_EVENT);
    CHECK_INT(id_parse(STR("3f2a-11"), &id, &e), 0);
    CHECK_INT(id.kind, ID_SESSION);
    CHECK_INT(id.n, 0);
    CHECK_STR(id.uid, "3f2a-11");
    CHECK_INT(id_parse(STR(""), &id, &e), CM_EARG);
    CHECK_INT(id_parse(STR("#"), &id, &e), CM_EARG);
    CHECK_INT(id_parse(STR("#-1"), &id, &e), CM_EARG);
    CHECK_INT(id_parse(STR("0"), &id, &e), CM_EARG);
    CHECK_INT(id_parse(STR("x"), &id, &e), CM_EARG);
}

TEST(ops, table_is_in_order)
{
    for (size_t i = 0; i < ops_count; i++) {
        const struct op *op = ops[i];

        CHECK(op_find(str_of(op->name)) == op);
        CHECK(op->summary && op->summary[strlen(op->summary) - 1] != '.');
        for (size_t k = 0; k < op->nparams; k++) {
            CHECK(op->params[k].help != NULL);
            for (size_t m = 0; m < k; m++) {
                CHECK(strcmp(op->params[m].name, op->params[k].name) != 0);
                CHECK(op->params[k].letter == 0 ||
                      op->params[m].letter != op->params[k].letter);
            }
        }
    }
    CHECK(op_find(STR("nothing")) == NULL);
}

static struct err check(const char *op, const char *args)
{
    struct err e = {0};
    struct json *j = json_parse(str_of(args), &e);

    CHECK(j != NULL);
    op_check(op_find(str_of(op)), j, SEED_NOW, &e);
    json_free(j);
    return e;
}

TEST(ops, refuse_what_they_do_not_take)
{
    CHECK_STR(str_of(check("search", "{\"colour\":1}").msg),
              "search has no parameter colour");
    CHECK_STR(str_of(check("search", "{\"n\":\"5\"}").msg),
              "search: n is a whole number");
    CHECK_INT(check("search", "{\"n\":1.5}").code, CM_EARG);
    CHECK_INT(check("search", "{\"all\":\"yes\"}").code, CM_EARG);
    CHECK_INT(check("search", "[]").code, CM_EARG);
    CHECK_INT(check("show", "{\"ids\":[1]}").code, CM_EARG);
    CHECK_STR(str_of(check("show", "{\"ids\":[]}").msg), "show needs ID");
    CHECK_STR(str_of(check("add", "{}").msg), "add needs TEXT");
    CHECK_STR(str_of(check("search", "{\"since\":\"soon\"}").msg),
              "search: since is a time, such as 2026-11-21, \"yesterday\" or "
              "7d, not soon");
    CHECK_INT(check("search", "{\"words\":\"x\",\"since\":5}").code, 0);
}

TEST(ops, turn_times_into_milliseconds)
{
    struct err e = {0};
    struct json *j = json_parse(STR("{\"since\":\"2d\"}"), &e);

    CHECK_INT(op_check(op_find(STR("search")), j, SEED_NOW, &e), 0);
    CHECK_INT(json_get_int(j, "since", 0), SEED_NOW - 2 * SEED_DAY);
    json_free(j);
}

static void fill(struct seed *s)
{
    struct memory_file file = {STR("src/parse.c"), true};
    int64_t one = seed_session(s, "3f2a77aa-0001", "main", 2, NULL), event = 1;

    seed_session(s, "3f2a77aa-0001:a7", "main", 2, "3f2a77aa-0001");
    seed_event(s, one, "PostToolUse", "Edit",
               "{\"tool_input\":{\"file_path\":\"/w/app/src/parse.c\"}}");
    seed_file(s, one, SEED_ROOT "/src/parse.c", true, 2);
    seed_memory(s,
                (struct memory_in){.type = STR("bugfix"),
                                   .session_id = one,
                                   .title = STR("Parser loops at the end"),
                                   .text = STR("parseReply read **past** it"),
                                   .data = STR("{\"facts\":[\"one\"]}"),
                                   .branch = STR("main"),
                                   .files = &file,
                                   .nfiles = 1,
                                   .events = &event,
                                   .nevents = 1},
                2);
    seed_summary(s, one, "main", 1.5,
                 "{\"request\":\"Fix the parser\",\"completed\":\"Fixed\"}");
}

TEST(op_search, answers_in_a_stable_form)
{
    struct seed s;
    struct str r;
    ptrdiff_t score;

    seed_open(&s);
    fill(&s);
    r = seed_run(&s, "search",
                 "{\"words\":\"parseReply past\",\"kind\":\"observation\"}");
    score = str_find(r, STR("\"score\":0."));
    CHECK(score > 0); /* its value is ranking's affair */
    CHECK_STR(
        str_cut(r, 0, (size_t)score),
        "{\"query\":\"parseReply past\",\"project\":\"app\",\"matched\":1,"
        "\"of\":2,\"results\":[{\"id\":\"#1\",\"kind\":\"observation\","
        "\"type\":\"bugfix\",\"title\":\"Parser loops at the end\","
        "\"time\":\"2026-02-27T12:00:00.000Z\",\"session\":\"s1\","
        "\"project\":\"app\",\"branch\":\"main\",\"origin\":\"assistant\","
        "\"trust\":4,\"snippet\":\"**parseReply** "
        "read **past** it one\",");
    CHECK(str_ends(r, STR(",\"all_words\":true}]}")));
    seed_close(&s);
}

TEST(op_search, says_why_it_found_nothing)
{
    struct seed s;

    seed_open(&s);
    fill(&s);
    CHECK_STR(seed_run(&s, "search", "{\"words\":\"pasr xyzzy\"}"),
              "{\"query\":\"pasr xyzzy\",\"project\":\"app\",\"matched\":0,"
              "\"of\":2,\"elsewhere\":0,\"unknown\":[{\"word\":\"pasr\","
              "\"nearest\":[\"past\"]},{\"word\":\"xyzzy\",\"nearest\":[]}],"
              "\"results\":[]}");
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"pasrer xyzzy\"}"),
              "\"unknown\":[{\"word\":\"pasrer\",\"nearest\":[\"Parser\"],"
              "\"used\":1},{\"word\":\"xyzzy\",\"nearest\":[]}]");
    s.env.cwd = "/nowhere/known";
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"parser\"}"),
              "\"matched\":2,\"of\":2,\"results\":[{\"id\"");
    CHECK_STR(str_of(seed_fail(&s, "search", "{\"project\":\"other\"}").msg),
              "there is no project other; `cmem stats` lists them");
    CHECK_INT(seed_fail(&s, "search", "{\"n\":0}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "search", "{\"by\":\"day\"}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "search", "{\"kind\":\"thing\"}").code, CM_EARG);
    seed_close(&s);
}

TEST(op_search, groups_sessions)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    fill(&s);
    out = seed_run(&s, "search", "{\"words\":\"parser\",\"by\":\"session\"}");
    CHECK_HAS(out, "\"sessions\":[{\"id\":\"s1\",\"uid\":\"3f2a77aa-0001\"");
    CHECK_HAS(out, "\"matched\":2,\"results\":[{\"id\":\"#");
    seed_close(&s);
}

TEST(op_search, takes_files_however_they_are_written)
{
    static const char *const files[] = {
        "src/parse.c",        "./src/parse.c", "parse.c",
        "/w/app/src/parse.c", "src",           "src/",
    };
    struct seed s;
    char args[128];

    seed_open(&s);
    fill(&s);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(args, sizeof(args),
                 "{\"file\":\"%s\",\"kind\":\"observation\"}", files[i]);
        CHECK_HAS(seed_run(&s, "search", args), "\"matched\":1");
    }
    CHECK_HAS(seed_run(&s, "search", "{\"file\":\"arse.c\"}"), "\"matched\":0");
    seed_close(&s);
}

TEST(op_timeline, shows_both_sides)
{
    struct seed s;
    struct str out;
    char title[32];

    seed_open(&s);
    for (int i = 0; i < 9; i++) {
        snprintf(title, sizeof(title), "thing %d", i);
        seed_memory(
            &s,
            (struct memory_in){.title = str_of(title), .text = str_of(title)},
            9 - i);
    }
    out = seed_run(&s, "timeline", "{\"id\":\"#5\",\"before\":1,\"after\":2}");
    CHECK_HAS(out, "\"items\":[{\"id\":\"#4\"");
    CHECK_HAS(out, "{\"id\":\"#5\",\"kind\":\"observation\",\"title\":\"thing "
                   "4\",\"time\":\"2026-02-24T12:00:00.000Z\",\"project\":"
                   "\"app\",\"origin\":\"assistant\",\"trust\":4,"
                   "\"anchor\":true},{\"id\":\"#6\"");
    CHECK_HAS(out, "\"id\":\"#7\"");
    CHECK_LACKS(out, "\"id\":\"#8\"");
    out = seed_run(&s, "timeline", "{\"at\":\"36h\",\"before\":1,\"after\":1}");
    CHECK_HAS(out, "\"items\":[{\"id\":\"#8\"");
    CHECK_HAS(out, "{\"id\":\"#9\"");
    CHECK_INT(seed_fail(&s, "timeline", "{}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "timeline", "{\"id\":\"#77\"}").code, CM_ENOTFOUND);
    seed_close(&s);
}

TEST(op_timeline, stays_in_the_project_of_its_anchor)
{
    struct seed s;
    int64_t other;

    seed_open(&s);
    other = seed_project(&s, "/w/other");
    seed_said(&s, 0, "here", "x");
    seed_memory(&s,
                (struct memory_in){.title = STR("there"),
                                   .text = STR("y"),
                                   .project_id = other},
                1);
    CHECK_STR(seed_run(&s, "timeline", "{\"id\":\"2\"}"),
              "{\"project\":\"other\",\"at\":\"2026-02-28T12:00:00.000Z\","
              "\"items\":[{\"id\":\"#2\",\"kind\":\"observation\",\"title\":"
              "\"there\",\"time\":\"2026-02-28T12:00:00.000Z\",\"project\":"
              "\"other\",\"origin\":\"assistant\",\"trust\":4,\"anchor\":true}]}");
    CHECK_HAS(seed_run(&s, "timeline", "{\"id\":\"2\",\"all\":true}"),
              "\"here\"");
    seed_close(&s);
}

TEST(op_show, gives_a_memory_whole)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    fill(&s);
    out = seed_run(&s, "show", "{\"ids\":[\"#1\",\"#99\",\"e1\"]}");
    CHECK_HAS(out, "\"text\":\"parseReply read **past** it\",\"data\":{"
                   "\"facts\":[\"one\"]},\"session_uid\":\"3f2a77aa-0001\"");
    CHECK_HAS(out, "\"files\":[{\"path\":\"src/parse.c\",\"modified\":true}]");
    CHECK_HAS(out, "\"evidence\":[{\"id\":\"e1\",\"name\":\"PostToolUse\","
                   "\"tool\":\"Edit\",\"time\":\"2026-03-01T12:00:00.000Z\","
                   "\"text\":\"/w/app/src/parse.c\"}]");
    CHECK_HAS(out, "\"history\":[{\"event\":\"add\"");
    CHECK_HAS(out, "\"missing\":[\"#99\"]");
    CHECK_HAS(out, "\"payload\":{\"tool_input\":{\"file_path\":");
    seed_close(&s);
}

TEST(op_show, follows_what_took_its_place)
{
    struct seed s;
    struct err e;
    struct str out;

    seed_open(&s);
    for (int i = 0; i < 3; i++)
        seed_said(&s, 0, "a", i == 0 ? "one" : i == 1 ? "two" : "three");
    CHECK_INT(memory_link(s.db, 2, 1, "contradicts", SEED_NOW, &e), 0);
    CHECK_INT(memory_link(s.db, 3, 2, "contradicts", SEED_NOW, &e), 0);
    out = seed_run(&s, "show", "{\"ids\":[\"1\"]}");
    CHECK_HAS(out, "\"superseded_by\":\"#2\"");
    CHECK_HAS(out, "\"successors\":[{\"id\":\"#2\"");
    CHECK_HAS(out, "\"superseded_by\":\"#3\"},{\"id\":\"#3\"");
    CHECK_HAS(out, "\"links\":[{\"relation\":\"contradicts\",\"incoming\":true,"
                   "\"id\":\"#2\"");
    seed_close(&s);
}

TEST(op_show, finds_a_session_by_the_beginning_of_its_id)
{
    struct seed s;

    seed_open(&s);
    fill(&s);
    seed_session(&s, "3f2a77aa-0002", "main", 1, NULL);
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"3f2a77aa-0001\"]}"),
              "{\"items\":[{\"kind\":\"session\",\"id\":\"s1\"");
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"s1\"]}"),
              "\"subagents\":[{\"id\":\"s2\"");
    CHECK_STR(str_of(seed_fail(&s, "show", "{\"ids\":[\"3f2a77\"]}").msg),
              "several sessions begin with 3f2a77");
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"ffff0000\"]}"),
              "\"missing\":[\"ffff0000\"]");
    seed_close(&s);
}

TEST(op_sessions, lists_the_users_newest_first)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    fill(&s);
    seed_session(&s, "newer-one", "main", 1, NULL);
    out = seed_run(&s, "sessions", "{}");
    CHECK_HAS(out, "\"sessions\":[{\"id\":\"s3\",\"uid\":\"newer-one\"");
    CHECK_HAS(out, "\"events\":1,\"memories\":2,\"children\":1}]");
    CHECK_LACKS(out, ":a7");
    CHECK_LACKS(seed_run(&s, "sessions", "{\"since\":\"36h\"}"), "\"s1\"");
    CHECK_LACKS(seed_run(&s, "sessions", "{\"n\":1}"), "\"s1\"");
    seed_close(&s);
}

TEST(op_summary, takes_the_latest_that_has_one)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    CHECK_STR(str_of(seed_fail(&s, "summary", "{}").msg),
              "there is no session yet in this project");
    fill(&s);
    seed_session(&s, "newer-one", "main", 1, NULL);
    out = seed_run(&s, "summary", "{}");
    CHECK_HAS(out, "{\"session\":{\"id\":\"s1\"");
    CHECK_HAS(out, "\"summary\":{\"id\":\"#2\",\"kind\":\"summary\"");
    CHECK_HAS(out, "\"data\":{\"request\":\"Fix the parser\"");
    CHECK_HAS(out, "\"subagents\":[{\"id\":\"s2\"");
    out = seed_run(&s, "summary", "{\"session\":\"newer-one\"}");
    CHECK_LACKS(out, "\"summary\"");
    CHECK_INT(seed_fail(&s, "summary", "{\"session\":\"s99\"}").code,
              CM_ENOTFOUND);
    seed_close(&s);
}

TEST(op_stats, counts_everything)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    fill(&s);
    out = seed_run(&s, "stats", "{}");
    CHECK_HAS(out, "\"totals\":{\"memories\":2,\"current\":2,\"pinned\":0,"
                   "\"sessions\":1,\"subagents\":1,\"events\":1,\"waiting\":1,"
                   "\"db_bytes\":");
    CHECK_HAS(out, "\"kinds\":[{\"kind\":\"observation\",\"type\":\"bugfix\","
                   "\"memories\":1},{\"kind\":\"summary\",\"memories\":1}]");
    CHECK_HAS(out, "\"projects\":[{\"name\":\"app\",\"root\":\"/w/app\","
                   "\"memories\":2,\"sessions\":1,\"events\":1,\"last\":");
    CHECK_HAS(out, "\"usage\":[],\"contexts\":[]");
    seed_close(&s);
}

TEST(op_add, remembers_a_note)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    out = seed_run(&s, "add",
                   "{\"text\":\"Release on Fridays.\\nNever before.\","
                   "\"pin\":true,\"type\":\"decision\"}");
    CHECK_STR(out, "{\"added\":true,\"id\":\"#1\",\"kind\":\"note\",\"type\":"
                   "\"decision\",\"title\":\"Release on Fridays.\",\"time\":"
                   "\"2026-03-01T12:00:00.000Z\",\"project\":\"app\","
                   "\"origin\":\"user\",\"trust\":5,\"pinned\":true,"
                   "\"revision\":1,\"seen\":1}");
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"friday\"}"),
              "\"matched\":1");
    CHECK_INT(seed_fail(&s, "add", "{\"text\":\" \\n \"}").code, CM_EARG);
    seed_close(&s);
}

TEST(op_add, replaces_what_its_topic_said)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    seed_run(&s, "add", "{\"text\":\"port 80\",\"topic\":\"port\"}");
    out = seed_run(&s, "add", "{\"text\":\"port 81\",\"topic\":\"port\"}");
    CHECK_HAS(out, "\"added\":false,\"id\":\"#1\"");
    CHECK_HAS(out, "\"revision\":2");
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"1\"]}"), "\"old\":\"port 80\"");
    seed_close(&s);
}

TEST(op_add, keeps_no_secret)
{
    struct seed s;
    struct str args, out;

    seed_open(&s);
    args = arena_fmt(&s.arena, "{\"text\":\"the key is %s%s\"}", "AKIA",
                     "IOSFODNN7EXAMPLQ");
    seed_run(&s, "add", args.p);
    out = seed_run(&s, "show", "{\"ids\":[\"1\"]}");
    CHECK_LACKS(out, "IOSFODNN7");
    CHECK_HAS(out, "[redacted:");
    seed_close(&s);
}

TEST(op_add, makes_a_project_that_is_new)
{
    struct seed s;

    seed_open(&s);
    s.env.cwd = "/w/brand-new";
    CHECK_HAS(seed_run(&s, "add", "{\"text\":\"hello\"}"),
              "\"project\":\"brand-new\"");
    CHECK_LACKS(seed_run(&s, "add", "{\"text\":\"for all\",\"all\":true}"),
                "\"project\"");
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"\"}"), "\"matched\":2");
    seed_close(&s);
}

TEST(op_forget, deletes_from_the_index_too)
{
    struct seed s;

    seed_open(&s);
    fill(&s);
    CHECK_STR(seed_run(&s, "forget", "{\"ids\":[\"1\",\"#1\"]}"),
              "{\"memories\":1,\"events\":1,\"sessions\":0}");
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"loops\"}"), "\"matched\":0");
    CHECK_STR(seed_run(&s, "forget", "{\"session\":\"s1\"}"),
              "{\"memories\":1,\"events\":0,\"sessions\":2}");
    seed_close(&s);
}

TEST(op_forget, deletes_nothing_when_an_id_is_unknown)
{
    struct seed s;

    seed_open(&s);
    fill(&s);
    CHECK_STR(str_of(seed_fail(&s, "forget", "{\"ids\":[\"1\",\"77\"]}").msg),
              "there is no memory #77");
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"1\"]}"), "\"missing\":[]");
    CHECK_INT(seed_fail(&s, "forget", "{\"ids\":[\"e1\"]}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "forget", "{}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "forget", "{\"session\":\"#1\"}").code, CM_EARG);
    seed_close(&s);
}
