/* code_keep_test.c - the next version of a file gives what it gives alone. */
#include "base/common.h"

#include "base/buf.h"
#include "code/language.h"
#include "code/parse.h"
#include "code_rig.h"
#include "test.h"

static const struct code_keep plain = {.max_bytes = CODE_KEEP_BYTES};

/* A generator of its own, so that a failure comes again. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static bool is_same_def(const struct code_def *a, const struct code_def *b)
{
    return str_eq(a->qualified, b->qualified) &&
           str_eq(a->signature, b->signature) && str_eq(a->doc, b->doc) &&
           a->hash == b->hash && a->kind == b->kind &&
           a->exported == b->exported && a->start == b->start &&
           a->end == b->end && a->first_line == b->first_line &&
           a->last_line == b->last_line && a->parent == b->parent;
}

static bool is_same_ref(const struct code_ref *a, const struct code_ref *b)
{
    return str_eq(a->name, b->name) && str_eq(a->qualifier, b->qualifier) &&
           a->kind == b->kind && a->member == b->member &&
           a->start == b->start && a->line == b->line && a->def == b->def;
}

/* All that is written of a file. */
static bool is_same(const struct code_file *a, const struct code_file *b)
{
    bool same = a->status == b->status && a->errors == b->errors &&
                a->error_bytes == b->error_bytes && a->n_defs == b->n_defs &&
                a->n_refs == b->n_refs && a->n_imports == b->n_imports;

    for (size_t i = 0; same && i < a->n_defs; i++)
        same = is_same_def(&a->defs[i], &b->defs[i]);
    for (size_t i = 0; same && i < a->n_refs; i++)
        same = is_same_ref(&a->refs[i], &b->refs[i]);
    for (size_t i = 0; same && i < a->n_imports; i++)
        same = str_eq(a->imports[i].module, b->imports[i].module) &&
               str_eq(a->imports[i].name, b->imports[i].name) &&
               a->imports[i].line == b->imports[i].line;
    return same;
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
static void fill(struct buf *b, const char *unit)
{
    buf_init(b, 1 << 20);
    for (int i = 0; i < 30; i++)
        for (const char *c = unit; *c; c++)
            if (*c == '@')
                buf_addf(b, "%d", i);
            else
                buf_addc(b, *c);
}

static void parse(struct code_parser *p, const char *path, struct str text,
                  struct arena *a, struct code_file *f)
{
    const struct language *l = language_of(str_of(path), text);

    CHECK_INT(code_parse(p, l, text, a, f, NULL), 0);
}

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
    code_parser_keep(keeps, &plain);
    fill(&b, unit);
    text = good = buf_str(&b);
    for (int i = 0; i < 150; i++) {
        struct code_file x, y;

        parse(keeps, path, text, &a, &x);
        parse(alone, path, text, &a, &y);
        CHECK(is_same(&x, &y));
        CHECK(!x.unsure && !x.confirmed);
        /* Back to what parses now and then, or errors pile up. */
        text = change(i % 3 == 2 ? good : text, &state, &a);
    }
    buf_free(&b);
    arena_free(&a);
    code_parser_destroy(keeps);
    code_parser_destroy(alone);
}

/* In haste: the same as alone, or unsure; and asked again without haste, the
 * same at any rate, `confirmed` when there was nothing to correct. */
static void hasty_versions(const char *path, const char *unit)
{
    struct code_keep hasty = {.max_bytes = CODE_KEEP_BYTES, .hasty = true};
    struct code_parser *keeps = code_rig(), *alone;
    struct arena a = {0};
    struct buf b;
    struct str good, text;
    uint32_t state = 11;
    int unsure = 0, confirmed = 0;

    if (!keeps)
        return;
    alone = code_parser_create(NULL);
    fill(&b, unit);
    text = good = buf_str(&b);
    for (int i = 0; i < 300; i++) {
        struct code_file x, y, z;

        code_parser_keep(keeps, &hasty);
        parse(keeps, path, text, &a, &x);
        parse(alone, path, text, &a, &y);
        CHECK(x.unsure || is_same(&x, &y));
        CHECK(!x.unsure || x.errors);
        unsure += x.unsure;
        if (x.unsure && i % 5 == 0) {
            code_parser_keep(keeps, &plain);
            parse(keeps, path, text, &a, &z);
            CHECK(!z.unsure && is_same(&z, &y));
            CHECK_INT(z.confirmed, is_same(&x, &y));
            confirmed += z.confirmed;
        }
        text = change(i % 8 == 7 ? good : text, &state, &a);
    }
    CHECK(unsure > 50);
    CHECK(confirmed > 5);
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

/* A macro without a semicolon before a function is an error to a grammar: most
 * large files of C have some. */
TEST(code_keep, hasty_versions_of_torn_c)
{
    hasty_versions("a.c", "MACRO(a@) OTHER\n/* f@: gives */\nint f@(int a)\n{\n"
                          "    FOREACH(x, y) { g(a) }\n    return g(a) + @;\n"
                          "}\n#if A\nvoid h@(void)\n{\n}\n#endif\n\n");
}

TEST(code_keep, hasty_versions_of_cpp)
{
    hasty_versions("a.cc", "namespace n@ {\nclass A : public B<C> {\n  public:\n"
                           "    int f@(const T &x) { return x->y(x) + @; }\n"
                           "};\n}\nDECLARE(x@)\n");
}

TEST(code_keep, hasty_versions_of_python)
{
    hasty_versions("a.py", "class A@:\n    #wrap\n    def f@(self, x):\n"
                           "        return self.y(x) + @\n\n");
}

TEST(code_keep, hasty_versions_of_typescript)
{
    hasty_versions("a.ts", "export class A@ {\n  f@(x: number): string {\n    "
                           "return `${x} \xc3\xa9` + this.g(@);\n  }\n}\n");
}

TEST(code_keep, small_texts_and_too_large_ones_are_not_kept)
{
    struct code_keep keep = {.min_bytes = 40, .max_bytes = 200, .hasty = true};
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;
    const char *small = "int f( { return }\n";
    const char *fits = "int f( { return }\nint g(void) { return 1; }\n";

    if (!p)
        return;
    code_parser_keep(p, &keep);
    for (int i = 0; i < 2; i++) {
        parse(p, "a.c", str_of(small), &a, &f);
        CHECK(!f.unsure);
        parse(p, "a.c", str_of(fits), &a, &f);
        CHECK_INT(f.unsure, i == 1);
    }
    for (int i = 0; i < 2; i++) {
        parse(p, "b.c", arena_fmt(&a, "%s/*%200s*/\n", fits, "x"), &a, &f);
        CHECK(!f.unsure);
    }
    /* Room for one: the next text takes the first one's. */
    parse(p, "c.py", arena_fmt(&a, "def f(:\n  x = '%160s'\n", "y"), &a, &f);
    parse(p, "a.c", str_of(fits), &a, &f);
    CHECK(!f.unsure);
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code_keep, many_files_take_turns)
{
    struct code_parser *keeps = code_rig(), *alone;
    struct arena a = {0};

    if (!keeps)
        return;
    alone = code_parser_create(NULL);
    code_parser_keep(keeps, &plain);
    for (int i = 0; i < 60; i++) {
        struct str text = arena_fmt(&a, "int f%d(void)\n{\n    return %d;\n}\n"
                                        "int g(void);\n", i % 20, i * i);
        struct code_file x, y;

        CHECK_INT(code_parse(keeps, language_of(STR("a.c"), text), text, &a,
                             &x, NULL), 0);
        CHECK_INT(code_parse(alone, language_of(STR("a.c"), text), text, &a,
                             &y, NULL), 0);
        CHECK(is_same(&x, &y));
    }
    arena_free(&a);
    code_parser_destroy(keeps);
    code_parser_destroy(alone);
}
