/* code_resolve_test.c - what a reference means, and the index broken off. */
#include "base/common.h"

#include <unistd.h>

#include "base/file.h"
#include "code_rig.h"
#include "ops/code_index.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"
#include "store/code_find.h"
#include "test.h"

TEST(code_scope, qualified_names_end_part_by_part)
{
    CHECK(code_name_ends(STR("a::Reply::parse"), STR("Reply.parse")));
    CHECK(code_name_ends(STR("Reply.parse"), STR("parse")));
    CHECK(code_name_ends(STR("Reply.parse"), STR("Reply.parse")));
    CHECK(!code_name_ends(STR("Reply.parse"), STR("y.parse")));
    CHECK(!code_name_ends(STR("parse"), STR("Reply.parse")));
    CHECK(!code_name_ends(STR("reparse"), STR("parse")));
}

TEST(code_scope, modules_are_paths_without_what_stands_for_a_directory)
{
    CHECK_STR(code_module_path(STR("a/b.py")), "a/b");
    CHECK_STR(code_module_path(STR("a/__init__.py")), "a");
    CHECK_STR(code_module_path(STR("a/index.ts")), "a");
    CHECK_STR(code_module_path(STR("index.ts")), "index");
    CHECK_STR(code_module_path(STR("a/mod.rs")), "a");
    CHECK_STR(code_module_path(STR("a/mod.py")), "a/mod");
    CHECK_STR(code_module_path(STR("a/main.go")), "a/main");
    CHECK_STR(code_module_path(STR("a.b/c")), "a.b/c");
}

TEST(code_scope, paths_are_made_absolute_without_asking_the_disk)
{
    struct arena a = {0};
    struct op_env env = {.a = &a, .cwd = "/w/p"};

    CHECK_STR(code_absolute(&env, STR("x.c")), "/w/p/x.c");
    CHECK_STR(code_absolute(&env, STR("../q/./x.c")), "/w/q/x.c");
    CHECK_STR(code_absolute(&env, STR("/../../a//b/")), "/a/b");
    CHECK_STR(code_absolute(&env, STR("../../../..")), "/");
    CHECK_STR(code_absolute(&env, STR_NONE), "/w/p");
    arena_free(&a);
}

static struct db *open_db(void)
{
    struct db *db;
    struct err e = {0};
    char path[1024];

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    if (db_open(&db, path, DB_WRITE, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return db;
}

static void put(const char *name, const char *text)
{
    char path[1024];

    snprintf(path, sizeof(path), "%s/w", test_dir());
    CHECK_INT(file_mkdirs(path, NULL), 0);
    snprintf(path, sizeof(path), "%s/w/%s", test_dir(), name);
    CHECK_INT(file_write(path, str_of(text), 0644, NULL), 0);
}

static int64_t symbols(struct db *db, int64_t *scanned)
{
    struct arena a = {0};
    struct code_tree_row *t;
    int64_t all;
    size_t n;

    CHECK_INT(code_trees(db, &a, &t, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(code_tree_count(db, t, NULL), 0);
    *scanned = t->scanned_ms;
    all = t->symbols;
    arena_free(&a);
    return all;
}

/* Portions until `most` were written; the rest is left. */
static void index_tree_(struct db *db, int most, bool hurry)
{
    char root[1024];
    struct index_run *r;
    struct err e = {0};
    int rc;

    snprintf(root, sizeof(root), "%s/w", test_dir());
    if (index_begin(&r, db, root, 0, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    while (most--) {
        if (hurry)
            index_hurry(r);
        rc = index_read(r, &e);
        if (rc <= 0)
            break;
        CHECK_INT(db_begin(db, &e), 0);
        rc = index_write(r, db, 0, &e);
        CHECK_INT(rc, 0);
        CHECK_INT(db_commit(db, &e), 0);
    }
    index_end(r);
}

TEST(code_index, broken_off_it_keeps_what_was_written_and_goes_on)
{
    struct db *db = open_db();
    struct code_parser *p = code_rig();
    int64_t scanned;
    char name[64];

    if (!p)
        return;
    code_parser_destroy(p);
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "f%d.py", i);
        put(name, "def f(): pass\n");
    }
    index_tree_(db, 2, true); /* a file a portion */
    CHECK_INT(symbols(db, &scanned), 2);
    CHECK_INT(scanned, 0);
    index_tree_(db, 100, false);
    CHECK_INT(symbols(db, &scanned), 5);
    CHECK(scanned > 0);
    db_close(db);
}

TEST(code_index, single_files_come_and_go)
{
    struct db *db = open_db();
    struct code_parser *p = code_rig();
    struct str paths[3] = {STR("a.py"), STR("gone.py"), STR("new.py")};
    char root[1024], path[1100];
    struct index_run *r;
    struct err e = {0};
    int64_t scanned;

    if (!p)
        return;
    code_parser_destroy(p);
    put("a.py", "def f(): pass\n");
    put("gone.py", "def g(): pass\ndef h(): pass\n");
    index_tree_(db, 100, false);
    CHECK_INT(symbols(db, &scanned), 3);
    snprintf(root, sizeof(root), "%s/w", test_dir());
    snprintf(path, sizeof(path), "%s/gone.py", root);
    CHECK_INT(unlink(path), 0);
    put("a.py", "def f(): pass\ndef f2(): pass\ndef f3(): pass\n");
    put("new.py", "def n(): pass\n");
    CHECK_INT(index_begin_files(&r, NULL, 1, root, paths, 3, &e), 0);
    CHECK_INT(db_begin(db, &e), 0);
    while (index_read(r, &e) > 0)
        CHECK_INT(index_write(r, db, 0, &e), 0);
    CHECK_INT(db_commit(db, &e), 0);
    index_end(r);
    CHECK_INT(symbols(db, &scanned), 4);
    db_close(db);
}

static int64_t known_time(struct db *db, struct str path)
{
    struct code_file_state was = {0};

    CHECK_INT(code_file_state(db, 1, path, &was, NULL), 1);
    return was.mtime_ns;
}

/* One file again; the row's time tells whether it is sure. */
static int64_t again(struct db *db, struct code_parser *p, size_t *unsure)
{
    struct str path = STR("a.c");
    const struct str *v;
    struct index_run *r;
    struct err e = {0};
    char root[1024];

    snprintf(root, sizeof(root), "%s/w", test_dir());
    CHECK_INT(index_begin_files(&r, p, 1, root, &path, 1, &e), 0);
    CHECK_INT(db_begin(db, &e), 0);
    while (index_read(r, &e) > 0)
        CHECK_INT(index_write(r, db, 0, &e), 0);
    CHECK_INT(db_commit(db, &e), 0);
    *unsure = index_unsure(r, &v);
    CHECK(*unsure == 0 || str_eqz(v[0], "a.c"));
    index_end(r);
    return known_time(db, path);
}

#define TORN                                                                   \
    "int f(void) { return 1; }\nint g( { return }\n"                           \
    "/* Most of a text has to be as it was. */\nint last(void);\n"

TEST(code_index, what_was_said_in_haste_is_made_sure)
{
    struct code_keep keep = {.max_bytes = CODE_KEEP_BYTES, .hasty = true};
    struct db *db = open_db();
    struct code_parser *p = code_rig();
    int64_t scanned;
    size_t unsure;

    if (!p)
        return;
    put("a.c", TORN);
    index_tree_(db, 100, false);
    code_parser_keep(p, &keep);
    CHECK_INT(again(db, p, &unsure), 0); /* the first version is whole */
    CHECK_INT(unsure, 0);
    put("a.c", TORN "int h(void) { return 2; }\n");
    CHECK_INT(again(db, p, &unsure), SCAN_UNSURE);
    CHECK_INT(unsure, 1);
    CHECK(symbols(db, &scanned) >= 2);
    CHECK_INT(again(db, p, &unsure), SCAN_UNSURE); /* told once more */
    keep.hasty = false;
    code_parser_keep(p, &keep);
    CHECK_INT(again(db, p, &unsure), 0);
    CHECK_INT(unsure, 0);
    /* A worker that was killed before that: a scan does it. */
    keep.hasty = true;
    code_parser_keep(p, &keep);
    put("a.c", TORN "int i(void) { return 3; }\n");
    CHECK_INT(again(db, p, &unsure), SCAN_UNSURE);
    index_tree_(db, 100, false);
    CHECK(known_time(db, STR("a.c")) != SCAN_UNSURE);
    code_parser_destroy(p);
    db_close(db);
}
