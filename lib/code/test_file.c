/* test_file.c - see test_file.h. */
#include "base/common.h"

#include "code/parse.h"
#include "code/test_file.h"

static bool is_listed(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(word, list[i]))
            return true;
    return false;
}

static bool is_test_directory(struct str name)
{
    static const char *const dirs[] = {"test",     "tests",   "__tests__",
                                       "spec",     "specs",   "testing",
                                       "testdata", "e2e",     "Tests",
                                       "androidTest", "unittests"};

    return is_listed(name, dirs, ARRAY_LEN(dirs));
}

static bool ends_with_one(struct str stem, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ends(stem, str_of(list[i])) && stem.n > strlen(list[i]))
            return true;
    return false;
}

/* StoreTest, TestStore; and not Latest, Testament, contest. */
static bool is_camel_test(struct str stem)
{
    static const char *const ends[] = {"Test", "Tests", "TestCase", "IT",
                                       "Spec", "Specs"};

    if (ends_with_one(stem, ends, ARRAY_LEN(ends)))
        return true;
    return str_starts(stem, STR("Test")) && stem.n > 4 && is_upper(stem.p[4]);
}

/* By its name: the suffix says whose habits count. */
static bool is_test_name(struct str base)
{
    static const char *const camel[] = {"java", "kt",    "kts", "scala",
                                        "groovy", "cs",  "swift", "php"};
    static const char *const dotted[] = {".test", ".spec", ".cy", ".e2e",
                                         ".tests", ".test-d"};
    static const char *const snake[] = {"_test", "_tests", "_spec",
                                        "_unittest", "_SUITE", "-test",
                                        "-spec"};
    ptrdiff_t dot = str_rchr(base, '.');
    struct str stem = dot > 0 ? str_cut(base, 0, (size_t)dot) : base;
    struct str suffix =
        dot > 0 ? str_cut(base, (size_t)dot + 1, base.n) : STR_NONE;

    if (str_eqz(suffix, "t") || str_eqz(suffix, "bats"))
        return true;
    if (suffix.n == 0)
        return false;
    if (str_eqz(suffix, "py") || str_eqz(suffix, "pyi"))
        return str_starts(stem, STR("test_")) || str_eqz(stem, "conftest") ||
               str_eqz(stem, "tests") || str_ends(stem, STR("_test")) ||
               str_ends(stem, STR("_tests"));
    if (is_listed(suffix, camel, ARRAY_LEN(camel)) && is_camel_test(stem))
        return true;
    return ends_with_one(stem, dotted, ARRAY_LEN(dotted)) ||
           ends_with_one(stem, snake, ARRAY_LEN(snake));
}

bool code_is_test_file(struct str path)
{
    struct str rest = path, part;

    while (str_split(&rest, '/', &part)) {
        bool last = part.p + part.n == path.p + path.n;

        if (last)
            return is_test_name(part);
        if (is_test_directory(part))
            return true;
    }
    return false;
}

bool code_is_test_symbol(struct str language, struct str qualified, int kind)
{
    struct str rest = qualified, part;

    if (kind == CODE_TEST)
        return true;
    if (!str_eqz(language, "rust"))
        return false;
    while (str_split(&rest, ':', &part))
        if ((str_eqz(part, "tests") || str_eqz(part, "test")) && rest.n)
            return true;
    return false;
}
