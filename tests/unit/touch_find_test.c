/* touch_find_test.c - which definitions a tool call touched. */
#include "base/common.h"

#include "ops/touch_find.h"
#include "code_rig.h"
#include "test.h"

struct rig {
    struct code_parser *p;
    struct arena a;
    struct touch_in v[TOUCHES_PER_EVENT];
    size_t n;
};

/* Lines that begin with '>' are new, and are told without it; ">-" is a place
 * where lines went. */
static void find_in(struct rig *r, const char *path, const char *marked,
                    bool modified)
{
    struct str rest = str_of(marked), line;
    struct line_range ranges[64];
    struct edited ed = {.path = str_of(path), .modified = modified};
    struct buf b;
    uint32_t at = 0;

    buf_init(&b, 1 << 20);
    while (str_line(&rest, &line)) {
        bool is_new = line.n && line.p[0] == '>';

        if (str_eqz(line, ">-")) {
            ranges[ed.n++] = (struct line_range){at + 1, at};
            continue;
        }
        at++;
        buf_adds(&b, is_new ? str_cut(line, 1, line.n) : line);
        buf_addc(&b, '\n');
        if (is_new && ed.n && ranges[ed.n - 1].last + 1 == at)
            ranges[ed.n - 1].last = at;
        else if (is_new)
            ranges[ed.n++] = (struct line_range){at, at};
    }
    ed.text = arena_str(&r->a, buf_str(&b));
    ed.line = ranges;
    if (!modified) {
        ranges[0] = (struct line_range){1, at};
        ed.n = 1;
    }
    r->n = touch_find(r->p, &ed, STR("/p"), &r->a, r->v, ARRAY_LEN(r->v));
    buf_free(&b);
}

static bool rig_open(struct rig *r)
{
    *r = (struct rig){.p = code_rig()};
    return r->p != NULL;
}

static void rig_close(struct rig *r)
{
    arena_free(&r->a);
    code_parser_destroy(r->p);
}

/* The symbols, a blank between; a file as such is "-". */
static const char *told(struct rig *r)
{
    struct buf b;
    const char *s;

    buf_init(&b, 4096);
    for (size_t i = 0; i < r->n; i++) {
        if (i)
            buf_addc(&b, ' ');
        buf_adds(&b, r->v[i].symbol.n ? r->v[i].symbol : STR("-"));
    }
    s = arena_str(&r->a, buf_str(&b)).p;
    buf_free(&b);
    return s;
}

#define CHECK_TOLD(r, path, text, want)                                        \
    do {                                                                       \
        find_in(r, path, text, true);                                          \
        CHECK_STR(str_of(told(r)), want);                                      \
    } while (0)

TEST(touch_find, the_definition_around_a_line)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.c",
               "int a(void)\n{\n    return 1;\n}\n\n"
               "int b(void)\n{\n>    return 2;\n}\n", "b");
    CHECK_STR(r.v[0].path, "a.c");
    CHECK_STR(r.v[0].kind, "function");
    CHECK_INT(r.v[0].first_line, 6);
    CHECK_INT(r.v[0].last_line, 9);
    CHECK_STR(r.v[0].body, "int b(void)\n{\n    return 2;\n}");
    CHECK(r.v[0].hash != 0);
    CHECK_TOLD(&r, "/elsewhere/a.c", ">int a(void) { return 1; }\n", "a");
    CHECK_STR(r.v[0].path, "/elsewhere/a.c");
    rig_close(&r);
}

TEST(touch_find, a_method_and_not_its_class)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.py",
               "class A:\n    def f(self):\n        return 1\n\n"
               "    def g(self):\n>        return 2\n", "A.g");
    CHECK_TOLD(&r, "/p/a.py",
               ">class A(B):\n    def f(self):\n        return 1\n", "A");
    CHECK_TOLD(&r, "/p/a.js",
               "class A {\n  f() {\n    return 1;\n  }\n\n  g() {\n"
               ">    return 2;\n  }\n}\n", "A.g");
    CHECK_TOLD(&r, "/p/a.go",
               "package a\n\ntype T struct{ n int }\n\n"
               "func (t *T) Get() int {\n>\treturn t.n\n}\n", "T.Get");
    CHECK_TOLD(&r, "/p/a.rs",
               "struct A;\n\nimpl A {\n    fn f(&self) -> i32 {\n>        2\n"
               "    }\n}\n", "A::f");
    rig_close(&r);
}

TEST(touch_find, what_is_said_above_a_definition_is_its_own)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.py",
               "import os\n\n>@cached\ndef f():\n    return 1\n", "f");
    CHECK_TOLD(&r, "/p/a.c",
               "int x;\n\n/* Says what it is,\n> * in two lines. */\n"
               "int f(void)\n{\n    return 1;\n}\n", "f");
    CHECK_TOLD(&r, "/p/a.rs",
               ">/// Tells.\n#[inline]\nfn f() -> i32 {\n    1\n}\n", "f");
    /* A line that stands alone is not. */
    CHECK_TOLD(&r, "/p/a.c",
               ">#include <stdio.h>\nint f(void)\n{\n    return 1;\n}\n", "-");
    CHECK_TOLD(&r, "/p/a.py",
               ">import os\n\ndef f():\n    return 1\n", "-");
    CHECK_STR(r.v[0].path, "a.py");
    CHECK(r.v[0].hash != 0);
    rig_close(&r);
}

TEST(touch_find, a_place_where_lines_went)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.c",
               "int a(void)\n{\n    f();\n>-\n    g();\n}\n", "a");
    CHECK_TOLD(&r, "/p/a.c",
               "int a(void)\n{\n}\n>-\nint b(void)\n{\n}\n", "-");
    CHECK_TOLD(&r, "/p/a.py",
               "class A:\n    def f(self):\n        pass\n>-\n"
               "    def g(self):\n        pass\n", "A");
    rig_close(&r);
}

TEST(touch_find, a_new_file_is_told_by_what_stands_outside_of_functions)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.py",
               ">class A:\n>    def f(self):\n>        def inner():\n"
               ">            pass\n>        return inner\n>\n"
               ">def g():\n>    pass\n", "A A.f g");
    CHECK_TOLD(&r, "/p/a.c", ">struct a {\n>    int b;\n>    int c;\n>};\n",
               "a");
    CHECK_TOLD(&r, "/p/notes.unknown", ">nothing\n", "-");
    /* Of a file that was only read the same, but not the file as such. */
    find_in(&r, "/p/a.py", "def f():\n    pass\n\nX = 1\n", false);
    CHECK(r.n >= 1 && !r.v[0].modified);
    CHECK_STR(r.v[0].symbol, "f");
    find_in(&r, "/p/notes.unknown", "nothing\n", false);
    CHECK_INT(r.n, 0);
    rig_close(&r);
}

TEST(touch_find, fields_are_told_as_the_struct_and_members_of_a_class_are_not)
{
    struct rig r;

    if (!rig_open(&r))
        return;
    CHECK_TOLD(&r, "/p/a.c",
               "struct a {\n    int b;\n>    int c;\n};\n", "a");
    rig_close(&r);
}

TEST(touch_find, is_bounded_and_keeps_no_secrets)
{
    struct rig r;
    struct buf b;
    char key[64];

    if (!rig_open(&r))
        return;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 200; i++)
        buf_addf(&b, ">int f%d(void) { return 1; }\n", i);
    find_in(&r, "/p/a.c", buf_str(&b).p, true);
    CHECK_INT(r.n, TOUCHES_PER_EVENT);
    CHECK_STR(r.v[0].symbol, "f0");
    buf_reset(&b);
    snprintf(key, sizeof(key), "AKIA%s", "QYLPMN5HHHFPZAM2");
    buf_addf(&b, ">def f():\n>    aws = \"%s\"\n", key);
    find_in(&r, "/p/a.py", buf_str(&b).p, true);
    CHECK_INT(r.n, 1);
    CHECK_LACKS(r.v[0].body, key);
    buf_reset(&b);
    buf_addz(&b, "int f(void)\n{\n>    int x;\n");
    for (int i = 0; i < 600; i++)
        buf_addf(&b, "    x = call_number(%d);\n", i);
    buf_addz(&b, "}\n");
    find_in(&r, "/p/a.c", buf_str(&b).p, true);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.v[0].body.n, 0); /* too long: a hash, and no text */
    CHECK(r.v[0].hash != 0);
    buf_free(&b);
    rig_close(&r);
}
