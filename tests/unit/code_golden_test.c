/* code_golden_test.c - what lib/code finds in the samples of tests/code, a
 * directory per language: samples, and expect.txt that a person has read.
 * `make golden-code` writes them anew. */
#include "base/common.h"

#include <dirent.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "code/language.h"
#include "code_rig.h"
#include "tools/listing.h"
#include "test.h"

#define SAMPLE_MAX (1u << 20)

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, in order; in an arena. */
static size_t names_in(const char *dir, struct arena *a, char *names[],
                       size_t max)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    size_t n = 0;

    CHECK(d != NULL);
    while ((e = readdir(d)) && n < max)
        if (e->d_name[0] != '.')
            names[n++] = (char *)(uintptr_t)arena_strz(a, e->d_name).p;
    closedir(d);
    qsort(names, n, sizeof(*names), by_name);
    return n;
}

/* Where they begin to differ. */
static void compare(const char *language, struct str got, struct str want)
{
    struct str g, w, g_rest = got, w_rest = want;
    int line = 0;

    for (;;) {
        bool has_g = str_line(&g_rest, &g), has_w = str_line(&w_rest, &w);

        line++;
        if (!has_g && !has_w)
            return;
        if (!has_g)
            test_fail(__FILE__, __LINE__, "%s: line %d is missing:\n  %.*s",
                      language, line, STR_ARG(w));
        if (!has_w || !str_eq(g, w))
            test_fail(__FILE__, __LINE__,
                      "%s: line %d is\n  %.*s\nand not\n  %.*s", language, line,
                      STR_ARG(g), STR_ARG(has_w ? w : STR("the end")));
    }
}

static void check_language(struct code_parser *p, const char *name)
{
    struct arena a = {0};
    char *names[64], path[1024];
    struct buf text, out, want;
    size_t n;

    buf_init(&text, SAMPLE_MAX);
    buf_init(&out, SAMPLE_MAX);
    buf_init(&want, SAMPLE_MAX);
    snprintf(path, sizeof(path), "%s/%s", test_source("tests/code"), name);
    n = names_in(path, &a, names, ARRAY_LEN(names));
    CHECK(n >= 2);
    for (size_t i = 0; i < n; i++) {
        const struct language *l;
        struct buf *b = strcmp(names[i], "expect.txt") == 0 ? &want : &text;

        buf_reset(b);
        snprintf(path, sizeof(path), "%s/%s/%s", test_source("tests/code"),
                 name, names[i]);
        CHECK_INT(file_read(path, b, NULL), 0);
        if (b == &want)
            continue;
        l = language_of(str_of(names[i]), buf_str(&text));
        if (!l)
            test_fail(__FILE__, __LINE__, "%s: no language", path);
        CHECK_INT(listing(p, l, buf_str(&text), &out), 0);
    }
    compare(name, buf_str(&out), buf_str(&want));
    buf_free(&text);
    buf_free(&out);
    buf_free(&want);
    arena_free(&a);
}

TEST(code, finds_what_a_person_has_read_in_every_sample)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    char *names[128];
    size_t n;

    if (!p)
        return;
    n = names_in(test_source("tests/code"), &a, names, ARRAY_LEN(names));
    CHECK(n >= 40);
    for (size_t i = 0; i < n; i++)
        check_language(p, names[i]);
    arena_free(&a);
    code_parser_destroy(p);
}

/* Every language has a sample, and a query that its grammar knows. */
TEST(code, has_a_sample_of_every_language)
{
    size_t n;
    const struct language *all = language_all(&n);
    char path[1024];

    CHECK(n >= 40);
    for (size_t i = 0; i < n; i++) {
        const char *name = all[i].name;

        if (strcmp(name, "ocaml_interface") == 0)
            continue; /* stands beside OCaml's */
        snprintf(path, sizeof(path), "%s/%s/expect.txt",
                 test_source("tests/code"), name);
        if (access(path, R_OK) != 0)
            test_fail(__FILE__, __LINE__, "no %s", path);
    }
}
