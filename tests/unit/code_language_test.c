/* code_language_test.c - which language a file is of. */
#include "base/common.h"

#include "code/language.h"
#include "test.h"

static const char *name_of(const char *path, const char *text)
{
    const struct language *l = language_of(str_of(path), str_of(text));

    return l ? l->name : "none";
}

#define CHECK_LANGUAGE(path, text, want)                                       \
    CHECK_STR(str_of(name_of(path, text)), want)

TEST(code, knows_a_language_by_its_extension)
{
    CHECK_LANGUAGE("src/a.c", "", "c");
    CHECK_LANGUAGE("a.PY", "", "python");
    CHECK_LANGUAGE("a.d.ts", "", "typescript");
    CHECK_LANGUAGE("a.test.tsx", "", "tsx");
    CHECK_LANGUAGE("a.jsx", "", "jsx");
    CHECK_LANGUAGE("lib/a.ex", "", "elixir");
    CHECK_LANGUAGE("a.unknown", "", "none");
    CHECK_LANGUAGE("c", "", "none");
    CHECK_LANGUAGE(".c", "", "none");
    CHECK_LANGUAGE("", "", "none");
}

TEST(code, knows_a_language_by_its_name_first)
{
    CHECK_LANGUAGE("x/CMakeLists.txt", "", "cmake");
    CHECK_LANGUAGE("Makefile", "", "make");
    CHECK_LANGUAGE("Dockerfile.dev", "", "dockerfile");
    CHECK_LANGUAGE("Gemfile", "", "ruby");
    CHECK_LANGUAGE("Cargo.lock", "", "toml");
}

TEST(code, knows_a_language_by_its_shebang)
{
    CHECK_LANGUAGE("run", "#!/bin/sh\n", "bash");
    CHECK_LANGUAGE("run", "#!/usr/bin/env python3.12\n", "python");
    CHECK_LANGUAGE("run", "#!/usr/bin/env -S node --x\n", "javascript");
    CHECK_LANGUAGE("run", "#!/usr/bin/env A=b ruby\n", "ruby");
    CHECK_LANGUAGE("run", "#!", "none");
    CHECK_LANGUAGE("run", "#!/bin/true\n", "none");
    CHECK_LANGUAGE("run", "no #!/bin/sh\n", "none");
    /* The path knows better. */
    CHECK_LANGUAGE("a.rb", "#!/bin/sh\n", "ruby");
}

TEST(code, tells_a_header_by_what_is_in_it)
{
    CHECK_LANGUAGE("a.h", "int f(void);\n", "c");
    CHECK_LANGUAGE("a.h", "#ifdef X\nnamespace a {\n}\n", "cpp");
    CHECK_LANGUAGE("a.h", "@interface A : B\n@end\n", "objc");
    /* MATLAB's. */
    CHECK_LANGUAGE("a.m", "function y = f(x)\n", "none");
    CHECK_LANGUAGE("a.m", "#import <A/A.h>\n", "objc");
}

TEST(code, says_which_paths_may_be_code)
{
    CHECK(language_may_be(STR("a/b.go")));
    CHECK(language_may_be(STR("bin/run")));
    CHECK(!language_may_be(STR("a/b.png")));
}

/* Two rows that both want an extension: the second never gets it. */
TEST(code, has_one_language_per_extension)
{
    size_t n;
    const struct language *all = language_all(&n);

    CHECK(n >= 40);
    for (size_t i = 0; i < n; i++) {
        struct str rest = str_of(all[i].extensions), ext;

        while (str_split(&rest, ' ', &ext)) {
            char path[64];
            const struct language *l;

            if (!ext.n)
                continue;
            snprintf(path, sizeof(path), "x.%.*s", STR_ARG(ext));
            l = language_of(str_of(path), STR("#import <x>\n"));
            if (l != &all[i] && !str_eqz(ext, "h"))
                test_fail(__FILE__, __LINE__, ".%.*s is %s, not %s",
                          STR_ARG(ext), l ? l->name : "none", all[i].name);
        }
        CHECK(all[i].grammar || all[i].outliner);
    }
}
