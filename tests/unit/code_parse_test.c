/* code_parse_test.c - the bounds of a parse, and what holds of its result. */
#include "base/common.h"

#include "base/arena.h"
#include "base/buf.h"
#include "code/import.h"
#include "code/language.h"
#include "code/parse.h"
#include "code_rig.h"
#include "test.h"

static struct code_file parse_as(struct code_parser *p, const char *language,
                                 struct str text, struct arena *a)
{
    struct code_file f;
    struct err e = {0};

    if (code_parse(p, language_named(str_of(language)), text, a, &f, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return f;
}

static const struct code_def *def_named(const struct code_file *f,
                                        const char *qualified)
{
    for (size_t i = 0; i < f->n_defs; i++)
        if (str_eqz(f->defs[i].qualified, qualified))
            return &f->defs[i];
    test_fail(__FILE__, __LINE__, "there is no %s", qualified);
}

/* What the header promises of every result. */
static void check_invariants(const struct code_file *f, struct str text)
{
    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];

        CHECK(i == 0 || f->defs[i - 1].start <= d->start);
        CHECK(d->start < d->end && d->end <= text.n);
        CHECK(d->first_line >= 1 && d->first_line <= d->last_line);
        CHECK(d->last_line <= f->lines);
        CHECK(d->name.n > 0 && d->qualified.n >= d->name.n);
        CHECK(d->parent < (int32_t)i);
        if (d->parent != CODE_NO_DEF)
            CHECK(f->defs[d->parent].start <= d->start &&
                  f->defs[d->parent].end >= d->end);
    }
    for (size_t i = 0; i < f->n_refs; i++) {
        CHECK(i == 0 || f->refs[i - 1].start <= f->refs[i].start);
        CHECK(f->refs[i].line >= 1 && f->refs[i].line <= f->lines);
        CHECK(f->refs[i].def < (int32_t)f->n_defs);
    }
}

TEST(code, finds_nothing_in_nothing)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    size_t n;
    const struct language *all = language_all(&n);

    if (!p)
        return;
    for (size_t i = 0; i < n; i++) {
        struct code_file f = parse_as(p, all[i].name, STR_NONE, &a);

        CHECK_INT(f.n_defs, 0);
        CHECK_INT(f.lines, 0);
    }
    arena_free(&a);
    code_parser_destroy(p);
}

/* A text cut anywhere, in every language: no crash, and the same promises. */
TEST(code, keeps_its_promises_of_a_text_that_is_cut_off)
{
    static const char text[] =
        "/* doc */\nclass A extends B {\n  int f(int x) { return g(x); }\n}\n"
        "def f(a):\n  'doc'\n  return a.b(1)\nfunction h() { k(); }\n"
        "import a from 'b'\n#include <c.h>\nmodule M where { x = 1 }\n"
        "FROM a AS b\n-export([f/1]).\nf(X) -> y.\nmessage M { int a = 1; }\n";
    struct code_parser *p = code_rig();
    size_t n;
    const struct language *all = language_all(&n);

    if (!p)
        return;
    for (size_t i = 0; i < n; i++) {
        for (size_t cut = 0; cut < sizeof(text); cut += 7) {
            struct arena a = {0};
            struct str s = {text, cut};
            struct code_file f = parse_as(p, all[i].name, s, &a);

            check_invariants(&f, s);
            arena_free(&a);
        }
    }
    code_parser_destroy(p);
}

TEST(code, refuses_what_is_too_large_or_no_text)
{
    struct code_limits limits = {100, 2000, 2000, 100, 100};
    struct code_parser *p = code_parser_create(&limits);
    struct arena a = {0};
    char big[101];

    memset(big, ' ', sizeof(big));
    CHECK_INT(parse_as(p, "c", (struct str){big, 101}, &a).status,
              CODE_TOO_LARGE);
    CHECK_INT(parse_as(p, "c", STR("int\0a;"), &a).status, CODE_BINARY);
    arena_free(&a);
    code_parser_destroy(p);
}

/* n times "open", then n times "close". */
static void nest(struct buf *b, const char *open, const char *close, int n)
{
    buf_reset(b);
    for (int i = 0; i < n; i++)
        buf_addz(b, open);
    buf_addz(b, "x");
    for (int i = 0; i < n; i++)
        buf_addz(b, close);
}

TEST(code, cuts_a_tree_that_is_too_deep)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;
    struct buf b;

    if (!p)
        return;
    buf_init(&b, 1u << 20);
    nest(&b, "[", "]", 20000);
    f = parse_as(p, "json", buf_str(&b), &a);
    CHECK(f.status == CODE_CUT || f.status == CODE_TIMED_OUT);
    nest(&b, "f(", ")", 20000);
    f = parse_as(p, "python", buf_str(&b), &a);
    CHECK(f.status == CODE_CUT || f.status == CODE_TIMED_OUT);
    check_invariants(&f, buf_str(&b));
    buf_free(&b);
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code, stops_at_its_number_of_definitions_and_references)
{
    struct code_limits limits = {1u << 20, 20000, 2000, 10, 20};
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;
    struct buf b;

    if (!p)
        return;
    code_parser_destroy(p);
    p = code_parser_create(&limits);
    buf_init(&b, 1u << 20);
    for (int i = 0; i < 100; i++)
        buf_addf(&b, "def f%d(): g%d()\n", i, i);
    f = parse_as(p, "python", buf_str(&b), &a);
    CHECK_INT(f.status, CODE_CUT);
    CHECK_INT(f.n_defs, 10);
    CHECK_INT(f.n_refs, 20);
    check_invariants(&f, buf_str(&b));
    buf_free(&b);
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code, gives_a_parse_up_that_takes_too_long)
{
    struct code_limits limits = {8u << 20, 0, 2000, 1000, 1000};
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct buf b;

    if (!p)
        return;
    code_parser_destroy(p);
    p = code_parser_create(&limits);
    buf_init(&b, 8u << 20);
    for (int i = 0; i < 100000; i++)
        buf_addz(&b, "int f(void) { return 1 + 2; }\n");
    CHECK_INT(parse_as(p, "c", buf_str(&b), &a).status, CODE_TIMED_OUT);
    /* It goes on with the next text as if nothing had been. */
    CHECK_INT(parse_as(p, "c", STR("int x;\n"), &a).n_defs, 1);
    buf_free(&b);
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code, says_how_much_did_not_parse)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;

    if (!p)
        return;
    f = parse_as(p, "c", STR("int a;\nint b = = ;\nint f(void) { }\n"), &a);
    CHECK_INT(f.status, CODE_PARTIAL);
    CHECK(f.errors > 0 && f.error_bytes > 0);
    def_named(&f, "f");
    CHECK_INT(parse_as(p, "c", STR("int a;\n"), &a).status, CODE_OK);
    arena_free(&a);
    code_parser_destroy(p);
}

/* Moved or renamed is the same; changed is not. */
TEST(code, hashes_what_a_definition_does_and_not_its_name_or_place)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file x, y, z;

    if (!p)
        return;
    x = parse_as(p, "python", STR("def f(a):\n    return a + 1\n"), &a);
    y = parse_as(p, "python",
                 STR("class C:\n    def g(a):\n        return a + 1\n"), &a);
    z = parse_as(p, "python", STR("def f(a):\n    return a + 2\n"), &a);
    CHECK(def_named(&x, "f")->hash == def_named(&y, "C.g")->hash);
    CHECK(def_named(&x, "f")->hash != def_named(&z, "f")->hash);
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code, finds_the_same_whatever_was_parsed_before)
{
    static const char text[] = "def f(a):\n    b = a\n    return g(b, other)\n";
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file x, y;

    if (!p)
        return;
    x = parse_as(p, "python", STR(text), &a);
    parse_as(p, "python", STR("def h(c, g):\n    return g(c)\n"), &a);
    parse_as(p, "c", STR("int x(int y) { return z(y); }\n"), &a);
    y = parse_as(p, "python", STR(text), &a);
    CHECK_INT(x.n_refs, 2);
    CHECK_INT(y.n_refs, 2);
    CHECK_STR(y.refs[0].name, "g");
    CHECK_STR(y.refs[1].name, "other");
    arena_free(&a);
    code_parser_destroy(p);
}

TEST(code, says_where_a_query_is_wrong)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"comment comment\nnonsense x\n", "line 2: what is \"nonsense\""},
        {"def function no_such_kind\n", "no kind \"no_such_kind\""},
        {"def fonction function_definition\n", "no such definition"},
        {"def function function_definition name=nofield\n", "no field"},
        {"def function function_definition colour=red\n", "what is"},
        {"ref call\n", "there is no kind"},
        {"tail\n", "tail KIND PATH"},
    };
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;

    if (!p)
        return;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err e = {0};

        code_parser_set_query(p, "c", wrong[i].text);
        CHECK_INT(code_parse(p, language_named(STR("c")), STR("int a;\n"), &a,
                             &f, &e),
                  CM_EFORMAT);
        CHECK_HAS(str_of(e.msg), wrong[i].message);
    }
    arena_free(&a);
    code_parser_destroy(p);
}

/* A language whose shared object is not there is said to be so, once looked
 * for, and the others go on. */
TEST(code, goes_on_without_a_grammar)
{
    struct code_parser *p = code_parser_create(NULL);
    struct arena a = {0};

    setenv("CMEM_GRAMMARS", test_dir(), 1);
    CHECK_INT(parse_as(p, "swift", STR("func f() {}\n"), &a).status,
              CODE_NO_GRAMMAR);
    CHECK_INT(parse_as(p, "dockerfile", STR("FROM a AS b\n"), &a).n_defs, 1);
    arena_free(&a);
    code_parser_destroy(p);
}

static void check_import(enum import_style style, const char *text,
                         const char *want)
{
    struct arena a = {0};
    struct code_import room[IMPORT_NAMES];
    struct import_list l = {.a = &a, .v = room};
    struct buf b;

    buf_init(&b, 65536);
    import_read(style, str_of(text), &l);
    for (size_t i = 0; i < l.n; i++)
        buf_addf(&b, "%s%.*s:%.*s:%.*s", i ? " " : "", STR_ARG(room[i].module),
                 STR_ARG(room[i].name), STR_ARG(room[i].alias));
    CHECK_STR(buf_str(&b), want);
    buf_free(&b);
    arena_free(&a);
}

TEST(code, reads_imports_of_every_style)
{
    check_import(IMPORT_C, "#include <a/b.h>", "a/b.h::");
    check_import(IMPORT_C, "#include \"b.h\" /* <c> */", "b.h::");
    check_import(IMPORT_C, "#include MACRO", "");
    check_import(IMPORT_PATH, "use a::b::{self, c::{d as e, *}};",
                 "a::b:: a::b::c:d:e a::b::c:*:");
    check_import(IMPORT_PATH, "import java.util.*;", "java.util:*:");
    check_import(IMPORT_PATH, "import a.b.{c => d, _}", "a.b:c:d a.b:*:");
    check_import(IMPORT_PATH, "use A\\{B, C as D}, E\\F;",
                 "A:B: A:C:D E:F:");
    check_import(IMPORT_MODULE, "using X = A.B.C;", "A.B.C::X");
    check_import(IMPORT_PYTHON, "from ..a import (b as c,\n  d, # x\n)",
                 "..a:b:c ..a:d: ..a:x:");
    check_import(IMPORT_PYTHON, "import a.b as c, d", "a.b::c d::");
    check_import(IMPORT_SCRIPT, "import A, * as B from 'm'",
                 "m:default:A m:*:B");
    check_import(IMPORT_SCRIPT, "import type { T } from 'm'", "m:T:");
    check_import(IMPORT_SCRIPT, "import { type } from 'm'", "m:type:");
    check_import(IMPORT_SCRIPT, "{ a, b: c } = require('m')", "m:a: m:b:c");
    check_import(IMPORT_SCRIPT, "x = require('m')", "m::x");
    check_import(IMPORT_SCRIPT, "x = require('m').f", "m:f:x");
    check_import(IMPORT_SCRIPT, "f = require('m').f;", "m:f:");
    check_import(IMPORT_QUOTED, "x \"a/b\"", "a/b::x");
    check_import(IMPORT_QUOTED, "require 'a'", "a::");
    check_import(IMPORT_QUOTED, "local j = require(\"a\")", "a::j");
    check_import(IMPORT_DART, "import 'm' as p show A, B", "m:A: m:B:");
    check_import(IMPORT_WORD, "source ./a.sh x", "./a.sh::");
    check_import(IMPORT_HASKELL, "import qualified A.B as C (d, E(..), f')",
                 "A.B:d:C A.B:E:C A.B:f':C");
    check_import(IMPORT_ELIXIR, "alias A.{B, C}", "A:B: A:C:");
    /* Cut off, and nonsense. */
    check_import(IMPORT_PATH, "use a::{", "");
    check_import(IMPORT_SCRIPT, "import {", "");
    check_import(IMPORT_PYTHON, "from", "");
    check_import(IMPORT_QUOTED, "require '", "");
}

/* A byte order mark, line ends of another system, Latin-1, tabs, and an end
 * in the middle: what is whole is found where it is. */
TEST(code, reads_texts_of_other_systems)
{
    struct code_parser *p = code_rig();
    struct arena a = {0};
    struct code_file f;

    if (!p)
        return;
    CHECK_INT(code_parse(p, language_named(STR("c")),
                         STR("\xef\xbb\xbfint f(void)\r\n{\r\n\treturn 1;\r\n}"
                             "\r\n/* caf\xe9 */\r\nint g(void) { return 2; }"
                             "\r\nint open(int a\r\n{ /* to the end"),
                         &a, &f, NULL),
              0);
    CHECK_INT(f.status, CODE_PARTIAL);
    CHECK_INT(f.n_defs, 2);
    CHECK_STR(f.defs[0].signature, "int f(void)");
    CHECK_INT(f.defs[0].first_line, 1);
    CHECK_INT(f.defs[0].last_line, 4);
    CHECK_STR(f.defs[1].doc, "caf\xe9");
    CHECK_INT(f.defs[1].first_line, 6);
    CHECK_INT(f.lines, 8);
    arena_free(&a);
    code_parser_destroy(p);
}
