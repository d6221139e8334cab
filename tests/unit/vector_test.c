/* vector_test.c - vectors in the database: lib/store/vector.h. */
#include "base/common.h"

#include <math.h>

#include "seed.h"
#include "store/derive.h"
#include "store/vector.h"
#include "test.h"

#define DIM 8

static int64_t count(struct db *db, const char *sql)
{
    struct stmt *s = db_stmt(db, sql);
    int64_t n = stmt_step(s, NULL) > 0 ? col_int(s, 0) : -1;

    stmt_done(s);
    return n;
}

static struct embedder_row an_embedder(struct seed *s, const char *name)
{
    struct embedder_row em;
    bool made;

    CHECK_INT(embedder_put(s->db, str_of(name), DIM, &em, &made, NULL), 0);
    return em;
}

static void put(struct seed *s, const struct embedder_row *em, int64_t memory,
                int parts)
{
    float v[VECTOR_PARTS * DIM] = {0};
    struct vector_in in = {em->id, memory, v, parts, DIM};

    for (int i = 0; i < parts; i++)
        v[i * DIM + i % DIM] = 1;
    CHECK_INT(vectors_put(s->db, &in, NULL), 0);
}

static size_t wanted(struct seed *s, struct vector_want **w)
{
    int64_t *ids;
    size_t n;

    CHECK_INT(vectors_wanted(s->db, 100, &s->arena, &ids, &n, NULL), 0);
    CHECK_INT(vectors_texts(s->db, ids, n, &s->arena, w, &n, NULL), 0);
    return n;
}

TEST(vector, rounds_to_bytes_within_a_hundredth_of_a_scale)
{
    float v[DIM] = {0.5f, -0.25f, 0, 0.1f, -1, 0.003f, 0.7f, -0.7f};
    signed char b[DIM];
    float scale = vector_pack(v, DIM, b);

    CHECK_INT(b[4], -127);
    for (int i = 0; i < DIM; i++)
        CHECK(fabsf((float)b[i] * scale - v[i]) <= scale * 0.51f);
    memset(v, 0, sizeof(v));
    CHECK(vector_pack(v, DIM, b) == 0);
    CHECK_INT(b[0], 0);
}

TEST(vector, has_length_one_or_none)
{
    float v[3] = {3, 4, 0}, none[3] = {0}, bad[3] = {1, NAN, 0};

    CHECK(vector_normalise(v, 3));
    CHECK(fabsf(v[0] - 0.6f) < 1e-6f);
    CHECK(!vector_normalise(none, 3));
    CHECK(!vector_normalise(bad, 3));
}

TEST(vector, the_first_embedder_serves_until_another_is_told_to)
{
    struct seed s;
    struct embedder_row a, b, got;
    bool made;

    seed_open(&s);
    CHECK_INT(embedder_serving(s.db, &got, NULL), CM_ENOTFOUND);
    a = an_embedder(&s, "builtin a - t1");
    b = an_embedder(&s, "builtin b - t1");
    CHECK(a.serves);
    CHECK(!b.serves);
    CHECK(memcmp(a.uid, b.uid, sizeof(a.uid)) != 0);
    CHECK_INT(embedder_put(s.db, STR("builtin a - t1"), DIM, &got, &made, NULL),
              0);
    CHECK(!made && got.id == a.id);
    CHECK_INT(embedder_serve(s.db, b.id, NULL), 0);
    CHECK_INT(embedder_serving(s.db, &got, NULL), 0);
    CHECK_INT(got.id, b.id);
    CHECK_STR(str_of(got.name), "builtin b - t1");
    CHECK_INT(embedder_put(s.db, STR("x"), 0, &got, &made, NULL), CM_EARG);
    CHECK_INT(embedder_put(s.db, STR("x"), VECTOR_DIM_MAX + 1, &got, &made,
                           NULL),
              CM_EARG);
    seed_close(&s);
}

TEST(vector, a_new_memory_waits_until_it_is_dealt_with)
{
    struct seed s;
    struct embedder_row em;
    struct vector_want *w;
    int64_t a, b, have, all;

    seed_open(&s);
    em = an_embedder(&s, "builtin a - t1");
    a = seed_said(&s, 0, "One", "first text");
    b = seed_said(&s, 0, "Two", "second text");
    CHECK_INT(wanted(&s, &w), 2);
    CHECK_INT(w[0].memory_id, b); /* the newest first */
    CHECK_STR(w[1].text, "One\nfirst text");
    put(&s, &em, b, 2);
    put(&s, &em, a, 0); /* nothing in it: never again */
    CHECK_INT(wanted(&s, &w), 0);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors"), 2);
    CHECK_INT(vectors_count(s.db, &have, &all, NULL), 0);
    CHECK_INT(have, 2);
    CHECK_INT(all, 2);
    put(&s, &em, b + 100, 1); /* forgotten meanwhile */
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors"), 2);
    seed_close(&s);
}

TEST(vector, a_changed_text_loses_its_vectors_and_waits_again)
{
    struct seed s;
    struct embedder_row em;
    struct memory_in in = {.kind = "note", .origin = "user",
                           .title = STR("T"), .text = STR("one"),
                           .topic_key = STR("k")};
    struct vector_want *w;
    int64_t id, *gone;
    size_t n;

    seed_open(&s);
    em = an_embedder(&s, "builtin a - t1");
    id = seed_memory(&s, in, 0);
    CHECK_INT(wanted(&s, &w), 1);
    CHECK(vectors_is_wanted(s.db, id, w[0].revision));
    put(&s, &em, id, 3);
    CHECK(!vectors_is_wanted(s.db, id, w[0].revision));
    in.text = STR("two");
    CHECK_INT(seed_memory(&s, in, 0), id);
    CHECK(!vectors_is_wanted(s.db, id, w[0].revision)); /* another text */
    CHECK_INT(wanted(&s, &w), 1);
    CHECK_STR(w[0].text, "T\ntwo");
    CHECK_INT(vectors_gone(s.db, 100, &s.arena, &gone, &n, NULL), 0);
    CHECK_INT(n, 3);
    CHECK_INT(vectors_gone_done(s.db, gone, n, NULL), 0);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors_gone"), 0);
    seed_close(&s);
}

TEST(vector, what_is_forgotten_leaves_its_ids_for_the_matrix)
{
    struct seed s;
    struct embedder_row em;
    struct forgotten f = {0};
    int64_t id, *gone;
    size_t n;

    seed_open(&s);
    em = an_embedder(&s, "builtin a - t1");
    id = seed_said(&s, 0, "One", "text");
    put(&s, &em, id, 2);
    CHECK_INT(memory_forget(s.db, id, &f, NULL), 0);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors"), 0);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors_wanted"), 0);
    CHECK_INT(vectors_gone(s.db, 100, &s.arena, &gone, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK_INT(gone[1], gone[0] + 1);
    seed_close(&s);
}

TEST(vector, another_embedder_wants_everything_and_takes_over)
{
    struct seed s;
    struct embedder_row a, b;
    struct vector_want *w;
    int64_t id[5];

    seed_open(&s);
    a = an_embedder(&s, "builtin a - t1");
    for (int i = 0; i < 5; i++) {
        id[i] = seed_said(&s, 0, i % 2 ? "Odd" : "Even",
                          arena_fmt(&s.arena, "text %d", i).p);
        put(&s, &a, id[i], 2);
    }
    b = an_embedder(&s, "builtin b - t1");
    CHECK_INT(vectors_want_all(s.db, b.id, NULL), 0);
    CHECK_INT(wanted(&s, &w), 5);
    for (int i = 0; i < 5; i++)
        put(&s, &b, id[i], 1);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors"), 15);
    CHECK_INT(embedder_others(s.db, b.id, a.id, NULL), 0);
    CHECK_INT(embedder_drop_others(s.db, b.id, a.id, 7, NULL), 0);
    CHECK_INT(embedder_serve(s.db, b.id, NULL), 0);
    CHECK_INT(embedder_others(s.db, b.id, b.id, NULL), 1);
    CHECK_INT(embedder_drop_others(s.db, b.id, 0, 7, NULL), 7);
    CHECK_INT(embedder_drop_others(s.db, b.id, 0, 7, NULL), 3);
    CHECK_INT(embedder_drop_others(s.db, b.id, 0, 7, NULL), 0);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors"), 5);
    CHECK_INT(count(s.db, "SELECT count(*) FROM embedders"), 1);
    seed_close(&s);
}

TEST(vector, everything_derived_anew_waits_anew)
{
    struct seed s;
    struct embedder_row em;
    struct vector_want *w;

    seed_open(&s);
    em = an_embedder(&s, "builtin a - t1");
    put(&s, &em, seed_said(&s, 0, "One", "text"), 1);
    CHECK_INT(derive_all(s.db, NULL), 1);
    CHECK_INT(wanted(&s, &w), 1);
    CHECK_INT(embedder_serving(s.db, &em, NULL), CM_ENOTFOUND);
    CHECK_INT(count(s.db, "SELECT count(*) FROM vectors_gone"), 0);
    seed_close(&s);
}

TEST(vector, text_says_the_title_once_and_the_facts)
{
    struct arena a = {0};
    struct vector_source m = {
        .title = STR("Fix the par..."), .text = STR("Fix the parser: it fell"),
        .data = STR("{\"facts\":[\"Parser has a limit\"],\"concepts\":[\"x\"]}"),
    };

    CHECK_STR(vector_text(&m, &a),
              "Fix the parser: it fell\nParser has a limit");
    m = (struct vector_source){.title = STR("T"), .subtitle = STR("S"),
                               .text = STR("body")};
    CHECK_STR(vector_text(&m, &a), "T\nS\nbody");
    m = (struct vector_source){.title = STR("  "), .text = STR("")};
    CHECK_INT(vector_text(&m, &a).n, 0);
    arena_free(&a);
}

TEST(vector, text_of_a_turn_begins_with_the_end_of_the_one_before)
{
    struct seed s;
    struct memory_in in = {.kind = "note", .origin = "import",
                           .title = STR("Where?"), .text = STR("Where?"),
                           .group = STR("g"), .external_id = STR("1"),
                           .order = 1};
    struct vector_want *w;
    char longer[1000];

    seed_open(&s);
    seed_memory(&s, in, 0);
    in.title = in.text = STR("In Lisbon.");
    in.external_id = STR("2");
    in.order = 2;
    seed_memory(&s, in, 0);
    memset(longer, 'x', sizeof(longer));
    for (size_t i = 9; i < sizeof(longer); i += 10)
        longer[i] = ' ';
    in.text = (struct str){longer, sizeof(longer)};
    in.title = STR("x");
    in.external_id = STR("3");
    in.order = 3;
    seed_memory(&s, in, 0);
    in.title = in.text = STR("I see.");
    in.external_id = STR("4");
    in.order = 4;
    seed_memory(&s, in, 0);
    CHECK_INT(wanted(&s, &w), 4);
    CHECK_STR(w[3].text, "Where?");
    CHECK_STR(w[2].text, "Where?\nIn Lisbon.");
    CHECK(w[0].text.n > 200 && w[0].text.n < 310);
    CHECK(str_starts(w[0].text, STR("xxxxxxxxx xxx")));
    CHECK(str_ends(w[0].text, STR("x\nI see.")));
    seed_close(&s);
}

/* The last words of an article ("let me know if you need more") say nothing of
 * what is said next. */
TEST(vector, text_of_a_turn_stands_alone_behind_an_article)
{
    struct seed s;
    struct memory_in in = {.kind = "note", .origin = "import",
                           .title = STR("An article"), .group = STR("g"),
                           .external_id = STR("1"), .order = 1};
    struct vector_want *w;
    char article[1300];

    seed_open(&s);
    memset(article, 'x', sizeof(article));
    in.text = (struct str){article, sizeof(article)};
    seed_memory(&s, in, 0);
    in.title = in.text = STR("I moved to port 5001.");
    in.external_id = STR("2");
    in.order = 2;
    seed_memory(&s, in, 0);
    CHECK_INT(wanted(&s, &w), 2);
    CHECK_STR(w[0].text, "I moved to port 5001.");
    seed_close(&s);
}
