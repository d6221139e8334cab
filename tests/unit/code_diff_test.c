/* code_diff_test.c - a diff read, imports that mean a file, lines to symbols. */
#include "base/common.h"

#include "code/diff.h"
#include "ops/code_importers.h"
#include "test.h"

static const char all_kinds[] =
    "diff --git a/x.c b/x.c\n"
    "index 1..2 100644\n"
    "--- a/x.c\n"
    "+++ b/x.c\n"
    "@@ -3 +3,2 @@ int f(void)\n"
    "--- a/not a name\n"
    "+++ b/nor this\n"
    "+diff --git a/no b/no\n"
    "@@ -10,2 +11,0 @@\n"
    "-a\n"
    "-b\n"
    "\\ No newline at end of file\n"
    "diff --git a/new b/new\n"
    "new file mode 100644\n"
    "--- /dev/null\n"
    "+++ b/with blank.c\t\n"
    "@@ -0,0 +1 @@\n"
    "+x\n"
    "diff --git a/gone.c b/gone.c\n"
    "deleted file mode 100644\n"
    "--- a/gone.c\n"
    "+++ /dev/null\n"
    "@@ -1,5 +0,0 @@\n"
    "-1\n-2\n-3\n-4\n-5\n"
    "diff --git \"a/\\303\\244 \\\"q\\\".c\" b/to.c\n"
    "similarity index 100%\n"
    "rename from \"\\303\\244 \\\"q\\\".c\"\n"
    "rename to to.c\n"
    "diff --git a/mode b/mode\n"
    "old mode 100644\n"
    "new mode 100755\n"
    "diff --git a/i.png b/i.png\n"
    "Binary files a/i.png and b/i.png differ\n";

TEST(code_diff, reads_every_kind_of_change)
{
    struct arena a = {0};
    struct diff d;

    diff_read(STR(all_kinds), &a, &d);
    CHECK_INT(d.n, 4);
    CHECK_STR(d.files[0].path, "x.c");
    CHECK_STR(d.files[0].old_path, "x.c");
    CHECK_INT(d.files[0].what, DIFF_CHANGED);
    CHECK_INT(d.files[0].n_hunks, 2);
    CHECK_INT(d.files[0].hunks[0].old_first, 3);
    CHECK_INT(d.files[0].hunks[0].old_n, 1);
    CHECK_INT(d.files[0].hunks[0].new_n, 2);
    CHECK_INT(d.files[0].hunks[1].new_first, 11);
    CHECK_INT(d.files[0].hunks[1].new_n, 0);
    CHECK_INT(d.files[0].added, 2);
    CHECK_INT(d.files[0].removed, 3);
    CHECK_STR(d.files[1].path, "with blank.c");
    CHECK_INT(d.files[1].what, DIFF_ADDED);
    CHECK_INT(d.files[1].old_path.n, 0);
    CHECK_STR(d.files[2].path, "gone.c");
    CHECK_INT(d.files[2].what, DIFF_DELETED);
    CHECK_INT(d.files[2].hunks[0].old_n, 5);
    CHECK_STR(d.files[3].old_path, "\xc3\xa4 \"q\".c");
    CHECK_STR(d.files[3].path, "to.c");
    CHECK_INT(d.files[3].what, DIFF_RENAMED);
    arena_free(&a);
}

/* Cut anywhere, and with every byte made another: no more than it says. */
TEST(code_diff, survives_what_is_no_diff)
{
    char text[sizeof(all_kinds)];
    struct diff d;

    for (size_t n = 0; n < sizeof(all_kinds); n++) {
        struct arena a = {0};

        diff_read((struct str){all_kinds, n}, &a, &d);
        CHECK(d.n <= 6);
        memcpy(text, all_kinds, sizeof(text));
        text[n] = (char)(text[n] ^ (n % 255 + 1));
        diff_read((struct str){text, sizeof(text) - 1}, &a, &d);
        CHECK(d.n <= 8);
        arena_free(&a);
    }
}

#define F(p, l) {.path = {(p), sizeof(p) - 1}, .language = {(l), sizeof(l) - 1}}
static struct code_file_row files[] = {
    F("src/util.ts", "typescript"),     F("src/a/util.ts", "typescript"),
    F("json/__init__.py", "python"),    F("x/json.py", "python"),
    F("pkg/mod.py", "python"),          F("lib/base/str.h", "c"),
    F("lib/x/str.h", "c"),              F("src/a/index.ts", "typescript"),
    F("other/pkg/mod.py", "python"),    F("go/store/a.go", "go"),
    F("p/q/mod.py", "python"),          F("r/q/mod.py", "python"),
};

static bool means(const char *site, const char *module, const char *name,
                  size_t target)
{
    struct code_file_row s = {.path = str_of(site),
                              .language = files[target].language};
    struct code_import_in m = {.module = str_of(module),
                               .name = str_of(name)};

    return code_import_means(&s, &m, &files[target], files,
                             ARRAY_LEN(files));
}

TEST(code_importers, relative_imports_lead_from_the_importing_file)
{
    CHECK(means("src/b.ts", "./util", "x", 0));
    CHECK(!means("src/b.ts", "./util", "x", 1));
    CHECK(means("src/a/b.ts", "./util", "x", 1));
    CHECK(means("src/a/b.ts", "../util.js", "x", 0));
    CHECK(means("src/b.ts", "./a", "x", 7));
    CHECK(!means("src/b.ts", "../../util", "x", 0));
    CHECK(means("pkg/b.py", ".mod", "f", 4));
    CHECK(means("pkg/b.py", ".", "mod", 4));
    CHECK(means("pkg/sub/b.py", "..mod", "f", 4));
    CHECK(!means("other/b.py", ".mod", "f", 4));
}

TEST(code_importers, the_module_nearest_to_the_top_is_meant)
{
    CHECK(means("b.py", "json", "", 2));
    CHECK(!means("b.py", "json", "", 3));
    CHECK(means("b.py", "x.json", "loads", 3));
    CHECK(means("b.py", "x", "json", 3));
    CHECK(means("b.py", "pkg.mod", "f", 4));
    CHECK(!means("b.py", "pkg.mod", "f", 8));
    CHECK(!means("b.py", "q.mod", "f", 10)); /* or that in r/ */
    CHECK(!means("b.py", "q.mod", "f", 11));
}

TEST(code_importers, includes_and_packages)
{
    CHECK(means("lib/base/str.c", "str.h", "", 5));
    CHECK(!means("lib/base/str.c", "str.h", "", 6));
    CHECK(means("cli/x.c", "base/str.h", "", 5));
    CHECK(!means("cli/x.c", "str.h", "", 5)); /* which one? */
    CHECK(means("main.go", "example.org/x/go/store", "", 9));
    CHECK(!means("main.go", "example.org/x/go/other", "", 9));
}
