/* graph_test.c - walks over relations (lib/search/graph.h). */
#include "base/common.h"

#include "search/graph.h"
#include "seed.h"
#include "test.h"

static int64_t note(struct seed *s, const char *text)
{
    return seed_memory(s,
                       (struct memory_in){.kind = "note",
                                          .title = str_of(text),
                                          .text = str_of(text)},
                       0);
}

static struct graph_hit *ask(struct seed *s, const char *question, size_t *n)
{
    struct graph_hit *hits;
    struct err e = {0};

    CHECK_INT(graph_find(s->db, str_of(question), s->project, 100, &s->arena,
                         &hits, n, &e),
              0);
    return hits;
}

/* The signals of one memory; zeros when it is not among the hits. */
static struct graph_hit of(struct seed *s, const char *question, int64_t id)
{
    struct graph_hit none = {0};
    size_t n;
    struct graph_hit *h = ask(s, question, &n);

    for (size_t i = 0; i < n; i++) {
        CHECK(h[i].names >= 0 && h[i].names <= 1);
        CHECK(h[i].graph >= 0 && h[i].graph <= 1);
        if (h[i].memory_id == id)
            return h[i];
    }
    return none;
}

#define CHECK_MORE(a_, b_)                                                     \
    do {                                                                       \
        double x_ = (double)(a_), y_ = (double)(b_);                           \
        if (!(x_ > y_))                                                        \
            test_fail(__FILE__, __LINE__, "%s is %f, %s is %f", #a_, x_, #b_,  \
                      y_);                                                     \
    } while (0)

TEST(graph, names_what_the_question_names)
{
    struct graph_start st[GRAPH_STARTS];
    struct seed s;
    struct err e = {0};
    int64_t a, b;
    size_t n;

    seed_open(&s);
    a = note(&s, "parseReply in src/reply.c gives ENOENT; ask Dana Reyes");
    b = note(&s, "The ledger service is owned by Grace");
    CHECK_INT(graph_named(s.db, STR("why does parseReply give enoent"),
                          &s.arena, st, &n, &e),
              0);
    CHECK_INT(n, 2);
    CHECK_STR(st[0].row.key, "parsereply");
    CHECK_MORE(st[0].sure, st[1].sure);
    CHECK_INT(graph_named(s.db, STR("what about reply.c and dana's day?"),
                          &s.arena, st, &n, &e),
              0);
    CHECK_INT(n, 2);
    CHECK_INT(graph_named(s.db, STR("who has the Ledger Service"), &s.arena, st,
                          &n, &e),
              0);
    CHECK_INT(n, 1);
    CHECK_STR(st[0].row.key, "ledger-service");
    CHECK_INT(graph_named(s.db, STR("what was it that we did then"), &s.arena,
                          st, &n, &e),
              0);
    CHECK_INT(n, 0);
    CHECK_MORE(of(&s, "src/reply.c", a).names, 0.5);
    CHECK_INT(of(&s, "src/reply.c", b).memory_id, 0);
    ask(&s, "", &n);
    CHECK_INT(n, 0);
    seed_close(&s);
}

TEST(graph, where_does_the_service_that_ada_wrote_deploy)
{
    static const char q[] = "where does the service that Ada wrote deploy";
    struct seed s;
    int64_t wrote, where, other, noise;

    seed_open(&s);
    wrote = note(&s, "Ada wrote the ledger-service");
    where = note(&s, "The ledger-service is hosted on Fly.io");
    other = note(&s, "The web-frontend is hosted on Vercel");
    noise = note(&s, "The ledger-service uses Redis");
    CHECK_MORE(of(&s, q, where).graph, 0.5);
    CHECK_MORE(of(&s, q, where).graph, of(&s, q, noise).graph);
    CHECK_MORE(of(&s, q, wrote).graph, 0.5);
    CHECK_INT(of(&s, q, other).memory_id, 0);
    seed_close(&s);
}

TEST(graph, more_stories_of_two_steps)
{
    struct seed s;
    int64_t owner, dep, host, part, fix;

    seed_open(&s);
    owner = note(&s, "Grace owns the billing-worker");
    dep = note(&s, "The checkout service depends on the billing-worker");
    host = note(&s, "billing-worker runs on db7.internal");
    part = note(&s, "web-frontend is part of Project Atlas");
    note(&s, "#44 was caused by left-pad@1.3.0");
    fix = note(&s, "a1b2c3d fixes #44");
    CHECK_MORE(
        of(&s, "who maintains what the checkout service depends on", owner)
            .graph,
        0.4);
    CHECK_MORE(
        of(&s, "on which host does the thing Grace owns run", host).graph, 0.4);
    CHECK_MORE(of(&s, "what would break if db7.internal is down", dep).graph,
               0.2);
    CHECK_MORE(of(&s, "which commit fixed what left-pad caused", fix).graph,
               0.5);
    CHECK_MORE(of(&s, "project atlas", part).graph, 0.5);
    seed_close(&s);
}

TEST(graph, what_no_longer_holds_is_not_followed)
{
    struct seed s;
    struct err e = {0};
    int64_t old, now;

    seed_open(&s);
    old = note(&s, "payments-api is hosted on Heroku");
    now = note(&s, "payments-api is hosted on Fly.io");
    CHECK_INT(db_begin(s.db, &e), 0);
    CHECK_INT(memory_link(s.db, now, old, "contradicts", SEED_NOW, &e), 0);
    CHECK_INT(db_commit(s.db, &e), 0);
    CHECK_MORE(of(&s, "where is payments-api hosted", now).graph, 0.5);
    CHECK(of(&s, "where is payments-api hosted", old).graph == 0);
    seed_close(&s);
}

TEST(graph, other_projects_state_nothing_here)
{
    struct seed s;
    int64_t id;

    seed_open(&s);
    id = seed_memory(
        &s,
        (struct memory_in){.kind = "note",
                           .title = STR("x"),
                           .text = STR("payments-api uses Redis"),
                           .project_id = seed_project(&s, "/w/other")},
        0);
    CHECK(of(&s, "what does payments-api use", id).graph == 0);
    s.project = 0;
    CHECK_MORE(of(&s, "what does payments-api use", id).graph, 0.5);
    seed_close(&s);
}

TEST(graph, a_hub_does_not_flood)
{
    char text[80];
    struct graph_hit *h;
    struct seed s;
    int64_t wanted;
    size_t n, loud = 0;

    seed_open(&s);
    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof(text), "thing%d-worker uses Redis", i);
        note(&s, text);
    }
    wanted = note(&s, "Ada wrote the ledger-service");
    note(&s, "The ledger-service uses Redis");
    h = ask(&s, "what did Ada write that uses Redis", &n);
    CHECK(n <= 100);
    for (size_t i = 0; i < n; i++)
        loud += h[i].graph > 0.3f;
    CHECK(loud <= 4);
    CHECK_MORE(of(&s, "what did Ada write that uses Redis", wanted).graph, 0.5);
    seed_close(&s);
}

TEST(graph, circles_end)
{
    struct seed s;
    int64_t a, c;

    seed_open(&s);
    a = note(&s, "alpha-api depends on beta-api");
    note(&s, "beta-api depends on gamma-api");
    c = note(&s, "gamma-api depends on alpha-api");
    CHECK_MORE(of(&s, "what depends on alpha-api", a).graph, 0.5);
    CHECK_MORE(of(&s, "what depends on alpha-api", c).graph, 0.5);
    seed_close(&s);
}

TEST(graph, things_named_together_are_near)
{
    struct seed s;
    int64_t far;

    seed_open(&s);
    note(&s, "frobnicateAll and quuxTable are slow");
    note(&s, "frobnicateAll and quuxTable are slow again");
    far = note(&s, "quuxTable has four columns");
    CHECK_MORE(of(&s, "frobnicateAll", far).graph, 0);
    CHECK_MORE(0.2, of(&s, "frobnicateAll", far).graph);
    seed_close(&s);
}
