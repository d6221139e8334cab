/* code_keep_test.c - the next version of a file gives what it gives alone. */
#include "base/common.h"

#include "base/buf.h"
#include "code/language.h"
#include "code/parse.h"
#include "code_rig.h"
#include "test.h"

/* A generator of its own, so that a failure comes again. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void check_same(const struct code_file *a, const struct code_file *b)
{
    CHECK_INT(a->status, b->status);
    CHECK_INT(a->errors, b->errors);
    CHECK_INT(a->n_defs, b->n_defs);
    CHECK_INT(a->n_refs, b->n_refs);
    CHECK_INT(a->n_imports, b->n_imports);
    for (size_t i = 0; i < a->n_defs && i < b->n_defs; i++) {
        CHECK(str_eq(a->defs[i].qualified, b->defs[i].qualified));
        CHECK(a->defs[i].hash == b->defs[i].hash);
        CHECK_INT(a->defs[i].first_line, b->defs[i].first_line);
        CHECK_INT(a->defs[i].last_line, b->defs[i].last_line);
        CHECK_INT(a->defs[i].parent, b->defs[i].parent);
    }
}

/* Takes some bytes out, or puts a part of the text in elsewhere: often no
 * program any more, and sometimes half a character. */
static struct str change(struct str s, uint32_t *state, struct arena *a)
{
    size_t at = next(state) % s.n, n = next(state) % 40;
    size_t from = next(state) % s.n;
    struct str part = str_cut(s, from, from + next(state) % 60);

    if (next(state) & 1)
        return arena_fmt(a, "%.*s%.*s", (int)at, s.p,
                         STR_ARG(str_cut(s, at + n, s.n)));
    return arena_fmt(a, "%.*s%.*s%.*s", (int)at, s.p, STR_ARG(part),
                     STR_ARG(str_cut(s, at, s.n)));
}

/* unit: with a number for each '@', thirty times. */
static void versions(const char *path, const char *unit)
{
    struct code_parser *keeps = code_rig(), *alone;
    struct arena a = {0};
    struct buf b;
    struct str good, text;
    uint32_t state = 7;

    if (!keeps)
        return;
    alone = code_parser_create(NULL);
    code_parser_keep(keeps);
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 30; i++)
        for (const char *c = unit; *c; c++)
            if (*c == '@')
                buf_addf(&b, "%d", i);
            else
                buf_addc(&b, *c);
    text = good = buf_str(&b);
    for (int i = 0; i < 150; i++) {
        const struct language *l = language_of(str_of(path), text);
        struct code_file x, y;

        CHECK_INT(code_parse(keeps, l, text, &a, &x, NULL), 0);
        CHECK_INT(code_parse(alone, l, text, &a, &y, NULL), 0);
        check_same(&x, &y);
        /* Back to what parses now and then, or errors pile up. */
        text = change(i % 3 == 2 ? good : text, &state, &a);
    }
    buf_free(&b);
    arena_free(&a);
    code_parser_destroy(keeps);
    code_parser_destroy(alone);
}

TEST(code_keep, versions_of_c)
{
    versions("a.c", "/* f@: gives \xc3\xa9 */\nint f@(int a)\n{\n    return "
                    "g(a) + @;\n}\n\n");
}

TEST(code_keep, versions_of_python)
{
    versions("a.py", "class A@:\n    #wrap\n    def f@(self, x):\n"
                     "        return self.y(x) + @\n\n");
}

TEST(code_keep, versions_of_typescript)
{
    versions("a.ts", "export class A@ {\n  f@(x: number): string {\n    "
                     "return `${x} \xc3\xa9` + this.g(@);\n  }\n}\n");
}

TEST(code_keep, versions_of_go)
{
    versions("a.go", "// F@ tells.\nfunc (t *T) F@(x int) int {\n\treturn "
                     "t.g(x) + @\n}\n\n");
}

TEST(code_keep, versions_of_markdown)
{
    versions("a.md", "# Part @\n\nwords\n\n## Chapter @\n\n- item @\n\n");
}

TEST(code_keep, many_files_take_turns)
{
    struct code_parser *keeps = code_rig(), *alone;
    struct arena a = {0};

    if (!keeps)
        return;
    alone = code_parser_create(NULL);
    code_parser_keep(keeps);
    for (int i = 0; i < 60; i++) {
        struct str text = arena_fmt(&a, "int f%d(void)\n{\n    return %d;\n}\n"
                                        "int g(void);\n", i % 20, i * i);
        struct code_file x, y;

        CHECK_INT(code_parse(keeps, language_of(STR("a.c"), text), text, &a,
                             &x, NULL), 0);
        CHECK_INT(code_parse(alone, language_of(STR("a.c"), text), text, &a,
                             &y, NULL), 0);
        check_same(&x, &y);
    }
    arena_free(&a);
    code_parser_destroy(keeps);
    code_parser_destroy(alone);
}
