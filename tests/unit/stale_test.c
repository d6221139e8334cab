/* stale_test.c - which memories no longer hold, and who changed the code. */
#include "base/common.h"

#include "base/json.h"
#include "fresh_rig.h"
#include "store/touch.h"
#include "test.h"

#define PARSE "def parse(text):\n" RIG_BODY
#define PRINT "def show(text):\n    # shown\n" RIG_BODY

TEST(stale, says_how_to_have_the_code_indexed)
{
    struct seed s;
    struct err e;

    seed_open(&s);
    e = seed_fail(&s, "stale", "{}");
    CHECK_INT(e.code, CM_ENOTFOUND);
    CHECK_HAS(str_of(e.msg), "cmem index " SEED_ROOT);
    e = seed_fail(&s, "stale", "{\"ids\":[\"7\"]}");
    CHECK_HAS(str_of(e.msg), "there is no #7");
    e = seed_fail(&s, "stale", "{\"ids\":[\"s7\"]}");
    CHECK_INT(e.code, CM_EARG);
    s.env.cwd = "/nowhere";
    e = seed_fail(&s, "stale", "{}");
    CHECK_HAS(str_of(e.msg), "which project");
    seed_close(&s);
}

TEST(stale, lists_the_worst_first_and_file_by_file)
{
    struct fresh_rig r;
    struct json *j;
    const struct json *f;
    struct str json;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE PRINT);
    rig_put("b.py", "def gone_soon(text):\n    # b\n" RIG_BODY);
    rig_put("c.py", "def stays(text):\n    # c\n" RIG_BODY);
    rig_index(&r);
    rig_about(&r, "parse counts", "a.py", "parse");
    rig_about(&r, "show shows", "a.py", "show");
    rig_about(&r, "it will go", "b.py", "gone_soon");
    rig_about(&r, "it stays", "c.py", "stays");
    json = seed_run(&r.s, "stale", "{}");
    CHECK_HAS(json, "\"of\":4,\"counts\":{\"unknown\":0,\"fresh\":4");
    CHECK_HAS(json, "\"files\":[]");
    rig_put("a.py", "def parse(text):\n    return 1\n");
    rig_put("b.py", NULL);
    rig_put("d.py", PRINT);
    rig_index(&r);
    json = seed_run(&r.s, "stale", "{}");
    j = json_parse(json, NULL);
    CHECK_INT(json_int(json_path(j, "counts.gone")), 1);
    CHECK_INT(json_int(json_path(j, "counts.changed")), 1);
    CHECK_INT(json_int(json_path(j, "counts.moved")), 1);
    f = json_first(json_get(j, "files"));
    CHECK_STR(json_get_str(f, "file"), "b.py");
    f = json_next(f);
    CHECK_STR(json_get_str(f, "file"), "a.py");
    CHECK_INT(json_len(json_get(f, "memories")), 2);
    f = json_first(json_get(f, "memories"));
    CHECK_STR(json_get_str(f, "id"), "#1");
    CHECK_STR(json_str(json_path(f, "freshness.state")), "changed");
    CHECK(!json_get(f, "diffs"));
    json_free(j);
    json = seed_run(&r.s, "stale", "{\"max\":1}");
    CHECK_HAS(json, "\"left_out\":2");
    json = seed_run(&r.s, "stale", "{\"ids\":[\"4\"]}");
    CHECK_HAS(json, "\"state\":\"fresh\"");
    rig_close(&r);
}

TEST(stale, shows_then_and_now)
{
    struct fresh_rig r;
    struct str json;
    int64_t touch[3];

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE PRINT);
    rig_index(&r);
    touch[0] = rig_touch(&r, "a.py", "parse", "def parse(text):\n" RIG_BODY);
    touch[1] = rig_touch(&r, "a.py", "show", PRINT);
    touch[2] = rig_touch(&r, "a.py", "", "");
    rig_memory(&r, "both", touch, 3);
    rig_put("a.py", "X = 1\n\ndef parse(text):\n    total = 1\n"
                    "    for line in text.split(\"\\n\"):\n"
                    "        total += len(line)\n    return total\n");
    rig_index(&r);
    json = seed_run(&r.s, "stale", "{\"diff\":true}");
    CHECK_HAS(json, "\"symbol\":\"parse\",\"diff\":\"@@ -1,5 +3,5 @@\\n"
                    " def parse(text):\\n-    total = 0\\n+    total = 1\\n");
    CHECK_HAS(json, "\"symbol\":\"show\",\"diff\":\"@@ -6,6 +0,0 @@\\n-def");
    CHECK_HAS(json, "no text is kept");
    rig_put("a.py", "Y = 2\n"); /* and not indexed */
    json = seed_run(&r.s, "stale", "{\"diff\":true}");
    CHECK_HAS(json, "changed since it was indexed");
    rig_close(&r);
}

/* --- blame ------------------------------------------------------------------ */

static int64_t event_id(struct fresh_rig *r)
{
    struct stmt *q = db_stmt(r->s.db, "SELECT max(id) FROM events");
    int64_t id;

    CHECK_INT(stmt_step(q, NULL), 1);
    id = col_int(q, 0);
    stmt_done(q);
    return id;
}

/* A session that is asked something and changes a definition, so many minutes
 * after the first day. */
static int64_t change(struct fresh_rig *r, const char *session,
                      const char *prompt, struct touch_in in, int64_t minute)
{
    int64_t s = seed_session(&r->s, session, "main", 5, NULL);

    seed_event(&r->s, s, "UserPromptSubmit", NULL, prompt);
    seed_event(&r->s, s, "PostToolUse", "Edit", "{}");
    CHECK_INT(db_exec(r->s.db, "UPDATE events SET time_ms = 0", NULL), 0);
    in.modified = true;
    if (in.body.n == 0)
        in.body = STR(PARSE "# long enough to be nobody else's");
    CHECK_INT(
        touches_put(r->s.db, s, event_id(r), minute * 60000, &in, 1, NULL), 0);
    return db_last_id(r->s.db);
}

static struct touch_in def(const char *path, const char *symbol, uint64_t hash)
{
    return (struct touch_in){.path = str_of(path),
                             .symbol = str_of(symbol),
                             .kind = STR("function"),
                             .first_line = 3,
                             .last_line = 9,
                             .hash = hash};
}

TEST(blame, tells_sessions_newest_first_with_what_was_asked)
{
    struct fresh_rig r = {0};
    struct str json;
    struct json *j;
    const struct json *s;
    int64_t t;

    seed_open(&r.s);
    change(&r, "sess-one", "{\"prompt\":\"write a parser\"}",
           def("src/a.py", "parse", 1), 1);
    t = change(&r, "sess-two", "{\"prompt\":\"make it strict\"}",
               def("src/a.py", "parse", 2), 2);
    change(&r, "sess-three", "{\"prompt\":\"print it\"}",
           def("src/a.py", "Out.show", 3), 3);
    r.session = 2;
    rig_memory(&r, "Parsing is strict", &t, 1);
    json = seed_run(&r.s, "blame", "{\"file\":\"src/a.py:parse\"}");
    j = json_parse(json, NULL);
    CHECK_INT(json_len(json_get(j, "sessions")), 2);
    s = json_first(json_get(j, "sessions"));
    CHECK_STR(json_get_str(s, "session"), "s2");
    CHECK_STR(json_str(json_path(json_first(json_get(s, "prompts")), "text")),
              "make it strict");
    CHECK_STR(json_get_str(json_first(json_get(s, "memories")), "title"),
              "Parsing is strict");
    CHECK_INT(json_get_int(json_first(json_get(s, "definitions")), "line", 0),
              3);
    json_free(j);
    json = seed_run(&r.s, "blame", "{\"file\":\"a.py\",\"symbol\":\"show\"}");
    CHECK_HAS(json, "\"symbol\":\"Out.show\"");
    CHECK_LACKS(json, "strict");
    json = seed_run(&r.s, "blame", "{\"file\":\"/w/app/src/a.py\"}");
    CHECK_HAS(json, "print it");
    CHECK_HAS(json, "write a parser");
    json = seed_run(&r.s, "blame", "{\"file\":\"src/a.py\",\"max\":1}");
    CHECK_HAS(json, "\"left_out\":2");
    seed_close(&r.s);
}

TEST(blame, what_it_does_not_know_it_says)
{
    struct fresh_rig r = {0};
    struct err e;

    seed_open(&r.s);
    change(&r, "sess-one", "{\"prompt\":\"write it\"}",
           def("src/a.py", "parse", 1), 1);
    change(&r, "sess-one", "{\"prompt\":\"write it\"}",
           def("lib/a.py", "parse", 1), 2);
    e = seed_fail(&r.s, "blame", "{\"file\":\"none.py\"}");
    CHECK_INT(e.code, CM_ENOTFOUND);
    e = seed_fail(&r.s, "blame", "{\"file\":\"a.py\"}");
    CHECK_HAS(str_of(e.msg), "lib/a.py and src/a.py");
    e = seed_fail(&r.s, "blame", "{\"file\":\"src/a.py:none\"}");
    CHECK_HAS(str_of(e.msg), "nothing called none");
    e = seed_fail(&r.s, "blame", "{\"file\":\"src/a.py:17\"}");
    CHECK_HAS(str_of(e.msg), "cmem index");
    seed_close(&r.s);
}

TEST(blame, follows_a_definition_back_to_where_it_was)
{
    struct fresh_rig r;
    struct str json;
    int64_t id;
    struct stmt *q;
    uint64_t hash;

    if (!rig_open(&r))
        return;
    rig_put("new.py", "X = 1\n" PARSE);
    rig_index(&r);
    id = rig_about(&r, "h", "new.py", "parse");
    q = db_stmt(r.s.db, "SELECT hash FROM touches");
    CHECK_INT(stmt_step(q, NULL), 1);
    hash = (uint64_t)col_int(q, 0);
    stmt_done(q);
    CHECK(id);
    CHECK_INT(db_exec(r.s.db, "DELETE FROM touches", NULL), 0);
    change(&r, "sess-one", "{\"prompt\":\"write a parser\"}",
           def("old.py", "parse_it", 7), 1);
    change(&r, "sess-two", "{\"prompt\":\"count all\"}",
           def("old.py", "parse_it", hash), 2);
    /* Later it was something else. */
    change(&r, "sess-three", "{\"prompt\":\"another one\"}",
           def("older.py", "first", 7), 0);
    change(&r, "sess-four", "{\"prompt\":\"not of it\"}",
           def("older.py", "first", 99), 9);

    json = seed_run(&r.s, "blame", "{\"file\":\"new.py:3\"}");
    CHECK_HAS(json, "\"before\":[{\"path\":\"old.py\",\"symbol\":\"parse_it\"},"
                    "{\"path\":\"older.py\",\"symbol\":\"first\"}]");
    CHECK_HAS(json, "count all");
    CHECK_HAS(json, "write a parser");
    CHECK_HAS(json, "another one");
    CHECK_LACKS(json, "not of it");

    /* Two that it may have been: neither. */
    change(&r, "sess-five", "{\"prompt\":\"a copy\"}",
           def("copy.py", "parse_it", hash), 2);
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py:3\"}");
    CHECK_LACKS(json, "before");
    CHECK_INT(
        db_exec(r.s.db, "DELETE FROM touches WHERE path = 'copy.py'", NULL), 0);
    /* What is still there is no past. */
    rig_put("old.py", "def parse_it(text):\n" RIG_BODY);
    rig_index(&r);
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py:3\"}");
    CHECK_LACKS(json, "before");

    /* Asked by the old name it says where it went. */
    rig_put("old.py", NULL);
    rig_index(&r);
    json = seed_run(&r.s, "blame", "{\"file\":\"old.py:parse_it\"}");
    CHECK_HAS(json, "\"state\":\"moved\",\"now\":{\"path\":\"new.py\","
                    "\"symbol\":\"parse\",\"line\":2,\"end_line\":6}");
    rig_close(&r);
}

TEST(blame, follows_a_file_back_through_its_names)
{
    struct fresh_rig r;
    struct str json;
    struct stmt *q;
    uint64_t hash;
    int64_t old;

    if (!rig_open(&r))
        return;
    rig_put("new.py", "X = 1\n" PARSE);
    rig_index(&r);
    CHECK(rig_about(&r, "h", "new.py", "parse"));
    q = db_stmt(r.s.db, "SELECT hash FROM touches");
    CHECK_INT(stmt_step(q, NULL), 1);
    hash = (uint64_t)col_int(q, 0);
    stmt_done(q);
    CHECK_INT(db_exec(r.s.db, "DELETE FROM touches", NULL), 0);
    /* older.py became old.py (Write and rm), that new.py (git mv). */
    change(&r, "sess-one", "{\"prompt\":\"write a parser\"}",
           def("older.py", "parse", 7), 1);
    change(&r, "sess-two", "{\"prompt\":\"call it otherwise\"}",
           def("old.py", "parse", 7), 2);
    change(&r, "sess-three", "{\"prompt\":\"count all\"}",
           def("old.py", "parse", hash), 3);
    old = seed_session(&r.s, "sess-old", "main", 0, NULL);
    seed_file(&r.s, old, SEED_ROOT "/older.py", true, 0); /* later: another file */
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py\"}");
    CHECK_LACKS(json, "file_only");
    CHECK_INT(db_exec(r.s.db, "UPDATE session_files SET last_ms = 1", NULL), 0);
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py\"}");
    CHECK_HAS(json, "\"file_only\":true");
    CHECK_HAS(json, "\"before\":[{\"path\":\"old.py\"},"
                    "{\"path\":\"older.py\"}]");
    CHECK_HAS(json, "count all");
    CHECK_HAS(json, "call it otherwise");
    CHECK_HAS(json, "write a parser");

    /* What most of the old file's definitions did not come along from. */
    change(&r, "sess-four", "{\"prompt\":\"two more\"}",
           def("old.py", "other", 71), 2);
    change(&r, "sess-four", "{\"prompt\":\"two more\"}",
           def("old.py", "third", 72), 2);
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py\"}");
    CHECK_LACKS(json, "before");
    CHECK_INT(db_exec(r.s.db, "DELETE FROM touches WHERE hash IN (71, 72)",
                      NULL), 0);
    /* Two that it may have been; one that is still there. */
    change(&r, "sess-five", "{\"prompt\":\"a copy\"}",
           def("copy.py", "parse", hash), 2);
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py\"}");
    CHECK_LACKS(json, "before");
    CHECK_INT(
        db_exec(r.s.db, "DELETE FROM touches WHERE path = 'copy.py'", NULL), 0);
    rig_put("old.py", "Y = 1\n");
    json = seed_run(&r.s, "blame", "{\"file\":\"new.py\"}");
    CHECK_LACKS(json, "before");
    rig_close(&r);
}

TEST(blame, sessions_of_which_only_the_file_is_known_are_told)
{
    struct fresh_rig r = {0};
    struct str json;
    int64_t old;

    seed_open(&r.s);
    change(&r, "sess-one", "{\"prompt\":\"write a parser\"}",
           def("src/a.py", "parse", 1), 1);
    old = seed_session(&r.s, "sess-old", "main", 50, NULL);
    seed_file(&r.s, old, SEED_ROOT "/src/a.py", true, 50);
    seed_file(&r.s, 1, SEED_ROOT "/src/a.py", true, 5);
    json = seed_run(&r.s, "blame", "{\"file\":\"src/a.py:parse\"}");
    CHECK_HAS(json, "\"session\":\"s2\"");
    CHECK_HAS(json, "\"file_only\":true");
    json = seed_run(&r.s, "blame", "{\"file\":\"" SEED_ROOT "/src/a.py\"}");
    CHECK_HAS(json, "\"session\":\"s1\"");
    CHECK_HAS(json, "\"session\":\"s2\"");
    seed_close(&r.s);
}
