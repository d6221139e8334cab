/* fresh_test.c - whether memories still hold. */
#include "base/common.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "fresh_rig.h"
#include "ops/code_index.h"
#include "store/code.h"
#include "test.h"

#define PARSE "def parse(text):\n" RIG_BODY

static struct str state(struct fresh_rig *r, int64_t id)
{
    return str_of(freshness_name(rig_fresh(r, id).state));
}

TEST(fresh, follows_a_definition_through_its_life)
{
    struct fresh_rig r;
    struct fresh_memory m;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_index(&r);
    id = rig_about(&r, "parse counts", "a.py", "parse");
    CHECK_STR(state(&r, id), "fresh");
    rig_put("a.py", "# a line before it\n\n" PARSE);
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_SAME);
    CHECK_INT(m.cites[0].was.first_line, 1);
    CHECK_INT(m.cites[0].first_line, 3);

    rig_put("a.py", "def parse(text):\n    return 7\n");
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_CHANGED);
    CHECK_INT(m.stale, 1);
    CHECK_STR(freshness_label(&m, &r.s.arena), "code changed since");

    rig_put("a.py", "def other(): pass\n");
    rig_put("lib/b.py", "X = 1\n\n" PARSE);
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_MOVED);
    CHECK_STR(m.cites[0].path, "lib/b.py");
    CHECK_INT(m.cites[0].first_line, 3);
    CHECK_STR(freshness_label(&m, &r.s.arena), "now in lib/b.py");

    rig_put("lib/b.py", "def count(text):\n" RIG_BODY);
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_MOVED);
    CHECK_STR(m.cites[0].symbol, "count");

    rig_put("lib/b.py", NULL);
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_GONE);
    CHECK_STR(freshness_label(&m, &r.s.arena), "code gone");
    rig_close(&r);
}

TEST(fresh, a_rename_in_its_file_is_told_by_its_name)
{
    struct fresh_rig r;
    struct fresh_memory m;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_index(&r);
    id = rig_about(&r, "parse counts", "a.py", "parse");
    rig_put("a.py", "def count_all(text):\n" RIG_BODY);
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_STR(freshness_label(&m, &r.s.arena), "now count_all");
    rig_close(&r);
}

TEST(fresh, of_overloads_any_will_do)
{
    struct fresh_rig r;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.cc", "int f(int a) { return a; }\n"
                    "int f(double a) { return (int)a; }\n");
    rig_index(&r);
    id = rig_about(&r, "f takes int", "a.cc", "f");
    rig_put("a.cc", "int f(double a) { return (int)a; }\n"
                    "int f(int a) { return a; }\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "fresh");
    rig_close(&r);
}

TEST(fresh, an_empty_function_is_everywhere)
{
    struct fresh_rig r;
    int64_t empty, getter;

    if (!rig_open(&r))
        return;
    rig_put(
        "a.c",
        "void stop(void)\n{\n}\nint size(struct s *s) { return s->size; }\n");
    rig_put(
        "b.c",
        "void halt(void)\n{\n}\nint bulk(struct s *s) { return s->size; }\n");
    rig_index(&r);
    empty = rig_about(&r, "stop does nothing", "a.c", "stop");
    getter = rig_about(&r, "size is read", "a.c", "size");
    rig_put("a.c", "int main(void) { return 0; }\n");
    rig_index(&r);
    CHECK_STR(state(&r, empty), "gone");
    CHECK_STR(state(&r, getter), "gone");
    rig_put("a.c", "int extent(struct s *s) { return s->size; }\n");
    rig_put("b.c", "int main(void) { return 0; }\n");
    rig_index(&r);
    CHECK_STR(state(&r, getter), "moved"); /* its file stayed, it is alone */
    rig_close(&r);
}

TEST(fresh, a_text_in_many_places_is_in_none)
{
    struct fresh_rig r;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_index(&r);
    id = rig_about(&r, "parse counts", "a.py", "parse");
    rig_put("a.py", "def a1(text):\n" RIG_BODY "def a2(text):\n" RIG_BODY
                    "def a3(text):\n" RIG_BODY);
    rig_index(&r);
    CHECK_STR(state(&r, id), "moved");
    rig_put("b.py", "def a4(text):\n" RIG_BODY);
    rig_index(&r);
    CHECK_STR(state(&r, id), "gone");
    rig_close(&r);
}

TEST(fresh, changed_and_moved_is_found_by_a_name_that_nothing_else_has)
{
    struct fresh_rig r;
    struct fresh_memory m;
    int64_t id, common;

    if (!rig_open(&r))
        return;
    rig_put("a.py",
            "def retry_after(x):\n" RIG_BODY "def run(x):\n    return 1\n");
    rig_index(&r);
    id = rig_about(&r, "retry_after is bounded", "a.py", "retry_after");
    common = rig_about(&r, "run is one", "a.py", "run");
    rig_put("a.py", NULL);
    rig_put("b.py",
            "def retry_after(x):\n    return x\ndef run(x):\n    return 2\n");
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_CHANGED);
    CHECK_STR(m.cites[0].path, "b.py");
    CHECK_STR(state(&r, common), "gone"); /* everybody has a run */
    rig_put("c.py", "def retry_after(x):\n    return 3\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "gone"); /* which of the two? */
    rig_close(&r);
}

TEST(fresh, what_nobody_can_say_is_unknown)
{
    struct fresh_rig r;
    struct fresh_memory m;
    int64_t parse, file, nohash, outside, notes, touch;
    struct touch_in in = {.path = STR("a.py"), .symbol = STR("parse")};

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_put(".gitignore", "out/\n");
    rig_index(&r);
    parse = rig_about(&r, "parse counts", "a.py", "parse");
    file = rig_about(&r, "a.py as such", "a.py", "");
    in.modified = true;
    CHECK_INT(touches_put(r.s.db, r.session, 0, 1, &in, 1, NULL), 0);
    touch = db_last_id(r.s.db);
    nohash = rig_memory(&r, "no hash", &touch, 1);
    in = (struct touch_in){
        .path = STR("/elsewhere/x.py"), .symbol = STR("parse"), .hash = 7};
    CHECK_INT(touches_put(r.s.db, r.session, 0, 1, &in, 1, NULL), 0);
    touch = db_last_id(r.s.db);
    outside = rig_memory(&r, "outside", &touch, 1);
    in.path = STR("out/gen.py");
    rig_put("out/gen.py", PARSE);
    CHECK_INT(touches_put(r.s.db, r.session, 0, 1, &in, 1, NULL), 0);
    touch = db_last_id(r.s.db);
    notes = rig_memory(&r, "ignored", &touch, 1);

    CHECK_STR(state(&r, nohash), "unknown");
    CHECK_STR(state(&r, outside), "unknown");
    CHECK_STR(state(&r, notes), "unknown");
    rig_put("out/gen.py", NULL);
    CHECK_STR(state(&r, notes), "gone");
    CHECK_STR(state(&r, file), "fresh");

    /* Not scanned to its end: what is missing may come. */
    CHECK_INT(db_exec(r.s.db,
                      "DELETE FROM code_symbols; DELETE FROM "
                      "code_files; UPDATE code_trees SET scanned_ms = 0",
                      NULL),
              0);
    rig_put("a.py", NULL);
    CHECK_STR(state(&r, parse), "unknown");
    CHECK_STR(state(&r, file), "unknown");
    CHECK_INT(db_exec(r.s.db, "DELETE FROM code_trees", NULL), 0);
    m = rig_fresh(&r, parse);
    CHECK_INT(m.state, FRESH_UNKNOWN);
    CHECK_INT(m.n, 1);
    CHECK_INT(freshness_label(&m, &r.s.arena).n, 0);
    rig_close(&r);
}

TEST(fresh, a_file_that_does_not_parse_hides_what_it_still_names)
{
    struct fresh_rig r;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_index(&r);
    id = rig_about(&r, "parse counts", "a.py", "parse");
    rig_put("a.py", "def (((\n  parse ] }\n\nclass\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "unknown");
    rig_put("a.py", "def (((\n  other ] }\n\nclass\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "gone");
    rig_close(&r);
}

TEST(fresh, of_several_citations_all_must_be_gone)
{
    struct fresh_rig r;
    struct fresh_memory m;
    int64_t t[3], id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", "def one(a):\n    return a + 1 + 1 + 1\n"
                    "def two(a):\n    return a + 2 + 2 + 2\n");
    rig_index(&r);
    t[0] = rig_touch(&r, "a.py", "one", "");
    t[1] = rig_touch(&r, "a.py", "two", "");
    t[2] = rig_touch(&r, "a.py", "", "");
    id = rig_memory(&r, "one and two", t, 3);
    CHECK_STR(state(&r, id), "fresh");
    rig_put("a.py", "# another file\ndef one(a):\n    return a + 1 + 1 + 1\n"
                    "def two(a):\n    return a + 2 + 2 + 2\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "fresh"); /* files weigh when there is no more */
    rig_put("a.py", "def one(a):\n    return a + 1 + 1 + 1\n");
    rig_index(&r);
    m = rig_fresh(&r, id);
    CHECK_INT(m.state, FRESH_CHANGED);
    CHECK_INT(m.stale, 1);
    rig_put("a.py", "x = 1\n");
    rig_index(&r);
    CHECK_STR(state(&r, id), "gone");
    rig_close(&r);
}

TEST(fresh, a_tree_that_begins_below_the_top_is_the_same)
{
    struct fresh_rig r;
    struct index_run *run;
    struct fresh *f;
    struct touch_in in;
    struct fresh_cite c;
    struct touch_row was;
    char root[1024];

    if (!rig_open(&r))
        return;
    rig_put(".git/HEAD", "ref: refs/heads/main\n");
    rig_put(".git/objects/x", "");
    rig_put(".git/refs/x", "");
    rig_put("src/a.py", PARSE);
    snprintf(root, sizeof(root), "%s/src", rig_root());
    CHECK_INT(index_begin(&run, r.s.db, root, r.s.project, NULL), 0);
    while (index_read(run, NULL) > 0) {
        CHECK_INT(db_begin(r.s.db, NULL), 0);
        CHECK_INT(index_write(run, r.s.db, 0, NULL), 0);
        CHECK_INT(db_commit(r.s.db, NULL), 0);
    }
    index_end(run);
    CHECK_INT(fresh_open(&r.s.env, r.s.project, &f, NULL), 0);
    CHECK(fresh_knows(f));
    in = (struct touch_in){.path = STR("src/a.py")};
    was =
        (struct touch_row){.path = in.path, .symbol = STR("parse"), .hash = 7};
    CHECK_INT(fresh_touch(f, &was, &c, NULL), 0);
    CHECK_INT(c.state, FRESH_CHANGED);
    CHECK_STR(c.path, "src/a.py");
    was.path = STR("other/a.py");
    CHECK_INT(fresh_touch(f, &was, &c, NULL), 0);
    CHECK_INT(c.state, FRESH_UNKNOWN); /* outside of what is indexed */
    CHECK_STR(fresh_on_disk(f, STR("src/a.py")),
              arena_fmt(&r.s.arena, "%s/a.py", root).p);
    rig_close(&r);
}

TEST(fresh, json_has_each_citation_when_asked_for_all)
{
    struct fresh_rig r;
    struct fresh_memory m;
    struct jsonw w;
    struct buf b;
    int64_t id;

    if (!rig_open(&r))
        return;
    rig_put("a.py", PARSE);
    rig_index(&r);
    id = rig_about(&r, "parse counts", "a.py", "parse");
    rig_put("a.py", NULL);
    rig_put("b.py", PARSE);
    rig_index(&r);
    m = rig_fresh(&r, id);
    buf_init(&b, 4096);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    put_freshness(&w, &m, true);
    jsonw_end(&w);
    CHECK_STR(buf_str(&b),
              "{\"freshness\":{\"state\":\"moved\",\"label\":\"now in b.py\","
              "\"cites\":[{\"path\":\"a.py\",\"symbol\":\"parse\",\"line\":1,"
              "\"end_line\":5,\"kind\":\"function\",\"modified\":true,"
              "\"state\":\"moved\",\"now\":{\"path\":\"b.py\",\"symbol\":"
              "\"parse\",\"line\":1,\"end_line\":5}}]}}");
    buf_free(&b);
    rig_close(&r);
}
