/* graph_show_test.c - the operation graph and what people see of it. */
#include "base/common.h"

#include "base/json.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "seed.h"
#include "test.h"

static void note(struct seed *s, const char *text)
{
    seed_memory(s,
                (struct memory_in){.kind = "note",
                                   .title = str_of(text),
                                   .text = str_of(text)},
                0);
}

#define CHECK_SHOWN(rc_, result_, want_)                                       \
    do {                                                                       \
        struct json *j_ = json_parse((result_), NULL);                         \
        struct term t_;                                                        \
        CHECK(j_ != NULL);                                                     \
        term_init_plain(&t_, 72, 0);                                           \
        CHECK_INT(show_graph(&t_, j_), (rc_));                                 \
        CHECK_STR(buf_str(&t_.out), (want_));                                  \
        buf_free(&t_.out);                                                     \
        buf_free(&t_.scratch);                                                 \
        json_free(j_);                                                         \
    } while (0)

TEST(graph_show, a_tree_of_two_steps)
{
    struct seed s;

    seed_open(&s);
    note(&s, "payments-api is owned by Dana");
    note(&s, "payments-api depends on Redis");
    note(&s, "search-indexer uses Redis");
    note(&s, "payments-api depends on Redis, still");
    CHECK_SHOWN(CLI_DONE,
                seed_run(&s, "graph", "{\"entity\":\"Payments-API\"}"),
                "payments-api (name)  3 memories\n"
                "  depends on     Redis (name)  #4 and 1 more\n"
                "    used by        search-indexer (name)  #3\n"
                "  owned by       Dana (person)  #1\n");
    CHECK_SHOWN(
        CLI_DONE,
        seed_run(&s, "graph", "{\"entity\":\"redis\",\"hops\":1,\"max\":1}"),
        "Redis (name)  3 memories\n"
        "  needed by      payments-api (name)  #4 and 1 more\n"
        "  and 1 more\n");
    seed_close(&s);
}

TEST(graph_show, circles_are_told_once)
{
    struct seed s;

    seed_open(&s);
    note(&s, "alpha-api depends on beta-api");
    note(&s, "beta-api depends on gamma-api");
    note(&s, "gamma-api depends on alpha-api");
    CHECK_SHOWN(CLI_DONE,
                seed_run(&s, "graph", "{\"entity\":\"alpha-api\",\"hops\":4}"),
                "alpha-api (name)  2 memories\n"
                "  needed by      gamma-api (name)  #3\n"
                "  depends on     beta-api (name)  #1\n");
    seed_close(&s);
}

TEST(graph_show, others_of_the_name_and_names_beside)
{
    struct seed s;

    seed_open(&s);
    note(&s, "src/a/reply.c and frobTable are slow");
    note(&s, "src/a/reply.c and frobTable are slow again");
    note(&s, "src/b/reply.c is new");
    CHECK_SHOWN(CLI_DONE, seed_run(&s, "graph", "{\"entity\":\"reply.c\"}"),
                "src/a/reply.c (path)  2 memories\n"
                "also called so: src/b/reply.c (path)\n"
                "  with           frobTable (symbol)  #2 and 1 more\n");
    CHECK_SHOWN(CLI_DONE,
                seed_run(&s, "graph", "{\"entity\":\"src/b/reply.c\"}"),
                "src/b/reply.c (path)  1 memory\n"
                "nothing is stated of it; cmem search finds what names it\n");
    seed_close(&s);
}

TEST(graph_show, a_path_is_not_beside_its_own_end)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    note(&s, "src/a/reply.c, or a/reply.c, and frobTable are slow");
    note(&s, "src/a/reply.c, or a/reply.c, and frobTable are slow again");
    out = seed_run(&s, "graph", "{\"entity\":\"src/a/reply.c\"}");
    CHECK_HAS(out, "\"relation\":\"with\"");
    CHECK_HAS(out, "frobTable");
    CHECK(str_find(out, STR("\"name\":\"a/reply.c\"")) < 0);
    seed_close(&s);
}

TEST(graph_show, nothing_and_lists)
{
    struct seed s;

    seed_open(&s);
    CHECK_SHOWN(CLI_NOTHING, seed_run(&s, "graph", "{\"all\":true}"),
                "nothing is named\n");
    note(&s, "frobnicateAll uses quuxTable, as `make check` tells");
    CHECK_SHOWN(CLI_NOTHING,
                seed_run(&s, "graph", "{\"entity\":\"frobnicateAl1\"}"),
                "nothing is called frobnicateAl1; near to it: frobnicateAll\n");
    CHECK_SHOWN(CLI_NOTHING, seed_run(&s, "graph", "{\"entity\":\"zzz\"}"),
                "nothing is called zzz\n");
    CHECK_SHOWN(CLI_DONE, seed_run(&s, "graph", "{\"all\":true}"),
                "MEMORIES  STATED  KIND    NAME\n"
                "       1       1  symbol  frobnicateAll\n"
                "       1       1  symbol  quuxTable\n");
    CHECK_SHOWN(CLI_DONE, seed_run(&s, "graph", "{\"kind\":\"command\"}"),
                "MEMORIES  KIND     NAME\n"
                "       1  command  make check\n");
    CHECK_HAS(str_of(seed_fail(&s, "graph", "{\"hops\":0}").msg), "1 to 4");
    CHECK_HAS(str_of(seed_fail(&s, "graph", "{\"max\":0}").msg), "1 to 500");
    CHECK_HAS(str_of(seed_fail(&s, "graph", "{\"kind\":\"x\"}").msg),
              "no kind");
    seed_close(&s);
}
