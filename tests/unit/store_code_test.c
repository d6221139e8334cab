/* store_code_test.c - the code index: rows in, rows out, nothing left over. */
#include "base/common.h"

#include "store/code.h"
#include "store/code_pack.h"
#include "store/code_read.h"
#include "store/derive.h"
#include "test.h"

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

/* A constant for what is not in a function. */
#define S(lit) {(lit), sizeof(lit) - 1}

static const struct code_symbol_in two[] = {
    {.name = S("Reply"), .qualified = S("Reply"), .kind = 4,
     .signature = S("class Reply"), .doc = S("What came back."),
     .exported = true, .start = 10, .end = 90, .first_line = 2,
     .last_line = 9, .parent = -1, .hash = UINT64_C(0x9000000000000001)},
    {.name = S("parseHTTPHead"), .qualified = S("Reply.parseHTTPHead"),
     .kind = 1, .signature = S("def parseHTTPHead(self, text)"),
     .start = 30, .end = 60, .first_line = 4, .last_line = 6, .parent = 0,
     .hash = 7},
};
static const struct code_use_in three[] = {
    {S("split"), S("text"), 0, true, 5, 1},
    {S("Base"), {NULL, 0}, 2, false, 5, 1},
    {S("split"), {NULL, 0}, 0, false, 500000, -1},
};
static const struct code_import_in one = {S("os.path"), S("join"),
                                          {NULL, 0}, 1};

static int64_t put(struct db *db, int64_t tree, const char *path,
                   size_t symbols)
{
    struct code_file_in in = {.tree_id = tree, .path = str_of(path),
                              .language = STR("python"), .size = 100,
                              .mtime_ns = 5, .hash = 9, .lines = 12,
                              .symbols = two, .n_symbols = symbols,
                              .uses = three, .n_uses = 3,
                              .imports = &one, .n_imports = 1};
    struct arena a = {0};
    struct err e = {0};
    int64_t id = 0;

    if (code_file_put(db, &in, &a, &id, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    arena_free(&a);
    return id;
}

static size_t about(struct db *db, const char *words)
{
    struct arena a = {0};
    struct code_symbol_row *v;
    size_t n;

    CHECK_INT(code_symbols_about(db, str_of(words), 0, false, 10, &a, &v, &n,
                                 NULL),
              0);
    arena_free(&a);
    return n;
}

static size_t using(struct db *db, const char *name)
{
    struct arena a = {0};
    int64_t *ids;
    size_t n;

    CHECK_INT(code_files_using(db, str_of(name), 0, &a, &ids, &n, NULL), 0);
    arena_free(&a);
    return n;
}

TEST(store_code, what_was_put_is_found)
{
    struct db *db = open_db();
    struct arena a = {0};
    struct code_symbol_row *v;
    struct code_import_in *m;
    struct code_file_row *f;
    int64_t tree, file;
    size_t n;

    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    file = put(db, tree, "a/b.py", 2);
    CHECK_INT(code_symbols_of(db, file, &a, &v, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK_STR(v[1].qualified, "Reply.parseHTTPHead");
    CHECK_STR(v[0].doc, "What came back.");
    CHECK_STR(v[1].path, "a/b.py");
    CHECK_INT(v[1].parent, 0);
    CHECK_INT(v[0].parent, -1);
    CHECK_INT(v[1].end, 60);
    CHECK_INT(v[1].last_line, 6);
    CHECK(v[0].hash == UINT64_C(0x9000000000000001));
    CHECK_INT(about(db, "http head"), 1);
    CHECK_INT(about(db, "came reply"), 1);
    CHECK_INT(about(db, "pars"), 1); /* a beginning */
    CHECK_INT(about(db, "parseHTTPHead"), 1);
    CHECK_INT(about(db, "nothing"), 0);
    CHECK_INT(about(db, "\"*:("), 0);
    CHECK_INT(using(db, "split"), 1);
    CHECK_INT(using(db, "text"), 0); /* qualifies, is not used */
    CHECK_INT(code_imports_of(db, file, &a, &m, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_STR(m[0].module, "os.path");
    put(db, tree, "a0.py", 0);
    CHECK_INT(code_files(db, tree, STR("a"), &a, &f, &n, NULL), 0);
    CHECK_INT(n, 1);
    arena_free(&a);
    db_close(db);
}

static size_t named(struct db *db, const char *name, bool fold, bool prefix)
{
    struct code_name_ask ask = {str_of(name), 0, fold, prefix, 10};
    struct arena a = {0};
    struct code_symbol_row *v;
    size_t n;

    CHECK_INT(code_symbols_named(db, &ask, &a, &v, &n, NULL), 0);
    arena_free(&a);
    return n;
}

TEST(store_code, names_as_written_folded_and_begun)
{
    struct db *db = open_db();
    int64_t tree;

    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    put(db, tree, "a.py", 2);
    CHECK_INT(named(db, "Reply", false, false), 1);
    CHECK_INT(named(db, "reply", false, false), 0);
    CHECK_INT(named(db, "reply", true, false), 1);
    CHECK_INT(named(db, "PARSE", false, true), 1);
    CHECK_INT(named(db, "parseHTTPHeads", false, true), 0);
    db_close(db);
}

TEST(store_code, a_file_put_again_or_dropped_leaves_nothing)
{
    struct db *db = open_db();
    struct err e = {0};
    int64_t tree, file;

    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    file = put(db, tree, "a.py", 2);
    CHECK_INT(put(db, tree, "a.py", 1), file);
    CHECK_INT(about(db, "head"), 0);
    CHECK_INT(about(db, "reply"), 1);
    CHECK_INT(using(db, "split"), 1);
    CHECK_INT(code_file_drop(db, file, &e), 0);
    CHECK_INT(about(db, "reply"), 0);
    CHECK_INT(using(db, "split"), 0);
    CHECK_INT(db_exec(db, "INSERT INTO code_fts(code_fts) "
                          "VALUES ('integrity-check')", &e), 0);
    put(db, tree, "b.py", 2);
    CHECK_INT(code_tree_drop(db, tree, false, &e), 0);
    CHECK_INT(about(db, "reply"), 0);
    db_close(db);
}

TEST(store_code, roots_outlive_what_makes_everything_anew)
{
    struct db *db = open_db();
    struct arena a = {0};
    struct code_tree_row *t;
    struct err e = {0};
    int64_t tree;
    size_t n;

    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    put(db, tree, "a.py", 2);
    CHECK_INT(code_tree_scanned(db, tree, 1000, 1, NULL), 0);
    CHECK(derive_all(db, &e) >= 0);
    CHECK_INT(code_trees(db, &a, &t, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_STR(t[0].root, "/w/p");
    CHECK_INT(t[0].scanned_ms, 0);
    CHECK_INT(about(db, "reply"), 0);
    CHECK_INT(code_tree_of(db, STR("/w/p/x.c"), &a, t, NULL), 1);
    CHECK_INT(code_tree_of(db, STR("/w/px"), &a, t, NULL), 0);
    arena_free(&a);
    db_close(db);
}

TEST(store_code, a_tree_kept_out_is_not_seen_until_somebody_asks)
{
    struct db *db = open_db();
    struct arena a = {0};
    struct code_tree_row *t;
    int64_t tree;
    size_t n;

    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    put(db, tree, "a.py", 2);
    CHECK_INT(code_tree_is_kept_out(db, STR("/w/p"), NULL), 0);
    CHECK_INT(code_tree_drop(db, tree, true, NULL), 0);
    CHECK_INT(about(db, "reply"), 0);
    CHECK(derive_all(db, NULL) >= 0);
    CHECK_INT(code_tree_is_kept_out(db, STR("/w/p"), NULL), 1);
    CHECK_INT(code_trees(db, &a, &t, &n, NULL), 0);
    CHECK_INT(n, 0);
    CHECK_INT(code_tree_put(db, STR("/w/p"), 0, &tree, NULL), 0);
    CHECK_INT(code_tree_is_kept_out(db, STR("/w/p"), NULL), 0);
    CHECK_INT(code_trees(db, &a, &t, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(t[0].scanned_ms, 0);
    arena_free(&a);
    db_close(db);
}

TEST(store_code, packed_references_come_back_whole)
{
    struct arena a = {0};
    struct buf b;
    struct code_unpack u;
    struct code_use_in got;

    buf_init(&b, 1 << 20);
    code_pack(three, 3, &a, &b);
    code_unpack_begin(&u, buf_str(&b), &a);
    for (size_t i = 0; i < 3; i++) {
        CHECK(code_unpack_next(&u, &got));
        CHECK(str_eq(got.name, three[i].name));
        CHECK(str_eq(got.qualifier, three[i].qualifier));
        CHECK_INT(got.kind, three[i].kind);
        CHECK_INT(got.member, three[i].member);
        CHECK_INT(got.line, three[i].line);
        CHECK_INT(got.symbol, three[i].symbol);
    }
    CHECK(!code_unpack_next(&u, &got));
    /* Cut or broken anywhere, it ends. */
    for (size_t cut = 0; cut < b.len; cut++)
        for (int flip = 0; flip < 256; flip += 51) {
            struct str s = arena_str(&a, str_cut(buf_str(&b), 0, cut));

            if (cut)
                ((char *)(uintptr_t)s.p)[cut / 2] ^= (char)flip;
            code_unpack_begin(&u, s, &a);
            while (code_unpack_next(&u, &got))
                CHECK(got.name.n <= b.len);
        }
    arena_free(&a);
    buf_free(&b);
}
