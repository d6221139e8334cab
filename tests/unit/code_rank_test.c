/* code_rank_test.c - PageRank over code; the graph; what is a test; the map. */
#include "base/common.h"

#include <math.h>

#include "code/test_file.h"
#include "code/parse.h"
#include "code_tree_rig.h"
#include "ops/code_builtin.h"
#include "ops/code_graph.h"
#include "ops/code_rank.h"
#include "test.h"

static double sum(const double *v, size_t n)
{
    double s = 0;

    for (size_t i = 0; i < n; i++)
        s += v[i];
    return s;
}

TEST(code_rank, a_hub_outranks_a_leaf)
{
    static const struct code_edge edges[] = {
        {0, 3, 1}, {1, 3, 1}, {2, 3, 1}, {2, 4, 1}};
    double t[5] = {1, 1, 1, 1, 1}, r[5];
    struct arena a = {0};

    code_rank(edges, 4, 5, t, &a, r);
    CHECK(r[3] > r[4]);
    CHECK(r[4] > r[0]);
    CHECK(fabs(sum(r, 5) - 1) < 1e-9);
    arena_free(&a);
}

/* A cycle of two and the way into it, worked out by hand: r0 = .15 (nothing
 * leads back), r1 = .85 (r0 + r2), r2 = .85 r1. */
TEST(code_rank, is_the_formula)
{
    static const struct code_edge edges[] = {{0, 1, 1}, {1, 2, 1}, {2, 1, 1}};
    double t[3] = {1, 0, 0}, r[3], r1 = .85 * .15 / (1 - .85 * .85);
    struct arena a = {0};

    code_rank(edges, 3, 3, t, &a, r);
    CHECK(fabs(r[0] - .15) < 2e-3);
    CHECK(fabs(r[1] - r1) < 2e-3);
    CHECK(fabs(r[2] - .85 * r1) < 2e-3);
    arena_free(&a);
}

TEST(code_rank, many_references_count_more_than_one)
{
    static const struct code_edge edges[] = {{0, 1, 9}, {0, 2, 1}};
    double t[3] = {1, 0, 0}, r[3];
    struct arena a = {0};

    code_rank(edges, 2, 3, t, &a, r);
    CHECK(fabs(r[1] / r[2] - 3) < 1e-6); /* the square root of nine */
    arena_free(&a);
}

TEST(code_rank, nothing_and_no_teleport_are_no_division_by_nothing)
{
    double t[2] = {0, 0}, r[2];
    struct arena a = {0};

    code_rank(NULL, 0, 0, t, &a, r);
    code_rank(NULL, 0, 2, t, &a, r);
    CHECK(fabs(r[0] - .5) < 1e-9);
    CHECK(fabs(r[1] - .5) < 1e-9);
    arena_free(&a);
}

TEST(code_test_file, is_known_by_each_languages_habits)
{
    static const char *const yes[] = {
        "tests/unit/x.c",   "a/test_x.py",     "a/x_test.py", "conftest.py",
        "x_test.go",        "a/b.spec.ts",     "a/b.test.jsx",
        "src/test/java/a/B.java", "a/StoreTest.java", "a/TestStore.kt",
        "spec/a_spec.rb",   "lib/a_test.exs",  "t/0001-x.t",  "x.bats",
        "src/__tests__/a.js", "a/x_tests.rs",  "test/fixture.json",
    };
    static const char *const no[] = {
        "src/x.c",      "latest.py",    "contest.go",     "a/testament.ts",
        "a/Latest.java", "a/Testament.java", "a/b.ts",    "attest/x.py",
        "testify.go",   "src/main/java/a/B.java", "test", "a/unittest.py",
        "",             "a/protester.rb",
    };

    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        if (!code_is_test_file(str_of(yes[i])))
            test_fail(__FILE__, __LINE__, "%s is a test", yes[i]);
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        if (code_is_test_file(str_of(no[i])))
            test_fail(__FILE__, __LINE__, "%s is no test", no[i]);
}

TEST(code_test_file, has_tests_inside_of_other_files)
{
    CHECK(code_is_test_symbol(STR("rust"), STR("tests::parses"), 0));
    CHECK(code_is_test_symbol(STR("rust"), STR("a::test::parses"), 0));
    CHECK(!code_is_test_symbol(STR("rust"), STR("latest::parses"), 0));
    CHECK(!code_is_test_symbol(STR("rust"), STR("a::tests"), 0));
    CHECK(!code_is_test_symbol(STR("python"), STR("tests::parses"), 0));
    CHECK(code_is_test_symbol(STR("javascript"), STR("adds"), CODE_TEST));
}

TEST(code_builtin, knows_the_languages_own_names)
{
    CHECK(code_is_builtin(STR("python"), STR("property")));
    CHECK(code_is_builtin(STR("python"), STR("abs")));
    CHECK(code_is_builtin(STR("python"), STR("GeneratorExit")));
    CHECK(!code_is_builtin(STR("python"), STR("prop")));
    CHECK(!code_is_builtin(STR("python"), STR("parse_reply")));
    CHECK(!code_is_builtin(STR("c"), STR("property")));
    CHECK(!code_is_builtin(STR("go"), STR_NONE));
    CHECK(code_is_builtin(STR("tsx"), STR("Promise")));
}

static int64_t edges_to(const struct code_graph *g, const char *name)
{
    int64_t n = 0;

    for (size_t i = 0; i < g->n_edges; i++)
        if (g->edges[i].to < g->n_symbols &&
            str_eqz(g->symbols[g->edges[i].to].name, name))
            n += g->edges[i].n;
    return n;
}

static void hub_and_leaf(struct tree_rig *r)
{
    tree_put(r, "hub.py", "def hub():\n    pass\n\n\ndef leaf():\n    hub()\n");
    tree_put(r, "a.py", "from hub import hub\n\n\ndef a():\n    hub()\n"
                        "    hub()\n    same()\n");
    tree_put(r, "b.py", "from hub import hub\nimport os\n\n\ndef b():\n"
                        "    hub()\n    os()\n    property()\n");
    tree_put(r, "x.py", "def same(): pass\ndef os(): pass\n"
                        "def property(): pass\n");
    tree_put(r, "y.py", "def same(): pass\ndef only_y():\n    return 1\n");
    tree_index(r);
}

TEST(code_graph, has_what_is_resolved_and_counts_what_is_not)
{
    struct tree_rig r;
    struct code_graph g;

    if (!tree_rig_open(&r))
        return;
    hub_and_leaf(&r);
    CHECK_INT(code_graph_read(&r.env, r.tree, &g, &r.e), 0);
    CHECK_INT(edges_to(&g, "hub"), 4);
    CHECK_INT(edges_to(&g, "same"), 0); /* ambiguous: no edge, no rank */
    CHECK_INT(g.ambiguous, 1);
    CHECK_INT(edges_to(&g, "os"), 0); /* is a module there */
    CHECK_INT(edges_to(&g, "property"), 0); /* is the language's own */
    for (size_t i = 1; i < g.n_edges; i++)
        CHECK(g.edges[i - 1].from < g.edges[i].from ||
              (g.edges[i - 1].from == g.edges[i].from &&
               g.edges[i - 1].to < g.edges[i].to));
    tree_rig_close(&r);
}

TEST(code_map, has_the_hub_first_and_moves_with_the_focus)
{
    struct tree_rig r;
    struct json *j;

    if (!tree_rig_open(&r))
        return;
    hub_and_leaf(&r);
    j = tree_ask(&r, "code-map", "{}");
    CHECK_STR(json_get_str(json_at(json_get(j, "files"), 0), "file"),
              "hub.py");
    CHECK(json_get_int(j, "tokens", 0) <= 1000);
    json_free(j);
    j = tree_ask(&r, "code-map", "{\"focus\":[\"y.py\"]}");
    CHECK_STR(json_get_str(json_at(json_get(j, "files"), 0), "file"), "y.py");
    json_free(j);
    tree_rig_close(&r);
}

TEST(code_map, keeps_to_its_tokens_and_says_what_it_left_out)
{
    struct tree_rig r;
    struct json *j, *again;
    struct buf x, y;

    if (!tree_rig_open(&r))
        return;
    for (int i = 0; i < 40; i++) {
        char name[32], text[128];

        snprintf(name, sizeof(name), "f%d.py", i);
        snprintf(text, sizeof(text),
                 "def function_number_%d(argument, another):\n    pass\n", i);
        tree_put(&r, name, text);
    }
    tree_put(&r, "tests/test_f.py", "def test_it():\n    pass\n");
    tree_index(&r);
    j = tree_ask(&r, "code-map", "{\"tokens\":100}");
    again = tree_ask(&r, "code-map", "{\"tokens\":100}");
    CHECK(json_get_int(j, "tokens", 0) <= 100);
    CHECK(json_get_int(j, "tokens", 0) > 50);
    CHECK_INT(json_get_int(j, "left_out", 0) +
                  (int64_t)json_len(json_get(j, "files")), 40);
    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    json_print(j, &x, 0);
    json_print(again, &y, 0);
    CHECK(str_eq(buf_str(&x), buf_str(&y)));
    CHECK(str_find(buf_str(&x), STR("test_it")) < 0);
    buf_free(&x);
    buf_free(&y);
    json_free(j);
    json_free(again);
    tree_rig_close(&r);
}
