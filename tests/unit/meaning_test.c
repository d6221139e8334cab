/* meaning_test.c - the signal "means the same": lib/search/meaning.h. */
#include "base/common.h"

#include <unistd.h>

#include "embed_rig.h"
#include "search/embedder.h"
#include "search/matrix.h"
#include "search/meaning.h"
#include "seed.h"
#include "store/vector.h"
#include "test.h"

static const char *const texts[] = {
    "The parser reads one token ahead and never goes back.",
    "We bake bread with rye flour and a sourdough starter.",
    "The database is locked when two writers begin at once.",
    "Trains to the coast leave every hour from platform nine.",
    "A cat slept on the warm windowsill all afternoon.",
};

struct rig {
    struct seed s;
    struct meaning *m;
    struct embedder *weights;
    struct embedder_row em;
    int64_t id[ARRAY_LEN(texts)];
};

/* As the worker does it. */
static void embed_all(struct rig *r)
{
    struct embed_run *run = embed_run_create(r->weights);
    struct vector_want *w;
    float v[EMBED_DIM];
    int64_t *ids;
    size_t n;

    CHECK_INT(vectors_wanted(r->s.db, 100, &r->s.arena, &ids, &n, NULL), 0);
    CHECK_INT(vectors_texts(r->s.db, ids, n, &r->s.arena, &w, &n, NULL), 0);
    for (size_t i = 0; i < n; i++) {
        struct vector_in in = {r->em.id, w[i].memory_id, v, 1, EMBED_DIM};

        embed_text(run, w[i].text, v);
        CHECK_INT(vectors_put(r->s.db, &in, NULL), 0);
    }
    embed_run_destroy(run);
}

static void rig_open(struct rig *r)
{
    struct embedder_choice c;
    char name[VECTOR_NAME_MAX];
    bool made;

    r->weights = rig_embedder();
    seed_open(&r->s);
    embedder_choose(&r->s.config, &c);
    CHECK_INT(embedder_name_of(&c, embedder_name(r->weights), name, NULL), 0);
    CHECK_INT(embedder_put(r->s.db, str_of(name), EMBED_DIM, &r->em, &made,
                           NULL), 0);
    r->m = meaning_open(&r->s.paths, &r->s.config);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        r->id[i] = seed_said(&r->s, 0, texts[i], texts[i]);
}

static void rig_close(struct rig *r)
{
    meaning_close(r->m);
    embedder_close(r->weights);
    seed_close(&r->s);
}

static int64_t nearest(struct rig *r, const char *q)
{
    struct meaning_hit hit[3];
    float v[VECTOR_DIM_MAX];
    size_t n = 0;

    CHECK_INT(meaning_embed(r->m, r->s.db, str_of(q), v, NULL), 0);
    CHECK_INT(meaning_nearest(r->m, r->s.db, v, NULL, 3, hit, &n, NULL), 0);
    CHECK(n == 3 && hit[0].cosine > hit[1].cosine);
    return hit[0].memory_id;
}

static void sync_file(struct rig *r)
{
    struct matrix_job job = {.path = r->s.paths.vectors, .db = r->s.db,
                             .em = &r->em};
    struct matrix_synced out;

    CHECK_INT(matrix_sync(&job, &out, NULL), 0);
    free(out.gone);
}

TEST(meaning, finds_by_sense_from_the_table_and_from_the_file)
{
    struct rig r;
    float v[EMBED_DIM], cosine[ARRAY_LEN(texts)];

    rig_open(&r);
    embed_all(&r);
    for (int i = 0; i < 2; i++) { /* then from the file */
        CHECK_INT(nearest(&r, "lookahead of a syntax analyser"), r.id[0]);
        CHECK_INT(nearest(&r, "concurrent transactions block each other"),
                  r.id[2]);
        CHECK_INT(nearest(&r, "kitten napping in the sun"), r.id[4]);
        sync_file(&r);
    }
    CHECK_INT(meaning_dim(r.m, r.s.db), EMBED_DIM);
    CHECK_INT(meaning_embed(r.m, r.s.db, str_of(texts[3]), v, NULL), 0);
    CHECK_INT(meaning_cosines(r.m, r.s.db, v, r.id, ARRAY_LEN(texts), cosine,
                              NULL), 0);
    CHECK(cosine[3] > 0.98f);
    CHECK(cosine[0] < 0.5f);
    CHECK(meaning_between(r.m, r.s.db, r.id[0], r.id[0]) > 0.98f);
    CHECK(meaning_between(r.m, r.s.db, r.id[0], r.id[1]) < 0.5f);
    CHECK(meaning_between(r.m, r.s.db, r.id[0], 9999) < -1.5f);
    rig_close(&r);
}

TEST(meaning, sees_what_comes_after_the_file_and_after_a_new_one)
{
    struct rig r;
    int64_t more;

    rig_open(&r);
    embed_all(&r);
    sync_file(&r);
    CHECK_INT(nearest(&r, "a dog barks at night"), r.id[4]);
    more = seed_said(&r.s, 0, "Dog", "Our dog barks whenever it is dark.");
    embed_all(&r);
    CHECK_INT(nearest(&r, "a dog barks at night"), more);
    sync_file(&r);
    CHECK_INT(nearest(&r, "a dog barks at night"), more);
    CHECK(unlink(r.s.paths.vectors) == 0);
    sync_file(&r);
    CHECK_INT(nearest(&r, "a dog barks at night"), more);
    rig_close(&r);
}

TEST(meaning, a_memory_counts_with_its_best_part)
{
    struct rig r;
    struct embed_run *run;
    float v[2 * EMBED_DIM];
    struct vector_in in = {.v = v, .nparts = 2, .dim = EMBED_DIM};

    rig_open(&r);
    embed_all(&r);
    run = embed_run_create(r.weights);
    embed_text(run, STR("The weather was dull."), v);
    embed_text(run, STR("She plays the violin in an orchestra."),
               v + EMBED_DIM);
    in.embedder = r.em.id;
    in.memory_id = r.id[1];
    CHECK_INT(vectors_put(r.s.db, &in, NULL), 0);
    sync_file(&r);
    CHECK_INT(nearest(&r, "a musician with a string instrument"), r.id[1]);
    embed_run_destroy(run);
    rig_close(&r);
}

TEST(meaning, says_what_is_missing)
{
    struct seed s;
    struct meaning *m;
    struct meaning_hit hit;
    float v[VECTOR_DIM_MAX] = {1};
    size_t n;
    bool ready = true;

    seed_open(&s);
    setenv("CMEM_MODEL", "/nowhere/model", 1);
    m = meaning_open(&s.paths, &s.config);
    CHECK_HAS(str_of(meaning_state(m, s.db, &ready)), "/nowhere/model");
    CHECK(!ready);
    CHECK_INT(meaning_dim(m, s.db), 0);
    CHECK_INT(meaning_embed(m, s.db, STR("x"), v, NULL), CM_ENOTFOUND);
    CHECK_INT(meaning_nearest(m, s.db, v, NULL, 1, &hit, &n, NULL),
              CM_ENOTFOUND);
    meaning_close(m);
    setenv("CMEM_EMBEDDER", "off", 1);
    config_free(&s.config);
    config_load(&s.config, s.paths.config);
    m = meaning_open(&s.paths, &s.config);
    CHECK_HAS(str_of(meaning_state(m, s.db, &ready)), "embedder builtin");
    CHECK(!ready);
    meaning_close(m);
    seed_close(&s);
}

TEST(meaning, says_how_far_it_is)
{
    struct rig r;
    bool ready;

    rig_open(&r);
    CHECK_HAS(str_of(meaning_state(r.m, r.s.db, &ready)), "0 of 5 memories");
    embed_all(&r);
    CHECK_HAS(str_of(meaning_state(r.m, r.s.db, &ready)), "5 of 5 memories");
    CHECK_HAS(str_of(meaning_state(r.m, r.s.db, &ready)), "MiniLM");
    CHECK(ready);
    rig_close(&r);
}

static int stub(void *arg, const char *name, struct str text, float *out,
                int dim, struct err *e)
{
    int *calls = arg;

    (void)text;
    (*calls)++;
    if (!strstr(name, "model-x"))
        return err_set(e, CM_ENET, "nobody there");
    memset(out, 0, (size_t)dim * sizeof(*out));
    out[2] = 5;
    return 0;
}

TEST(meaning, asks_a_remote_embedder_once_for_one_query)
{
    struct seed s;
    struct embedder_row em;
    struct meaning *m;
    float v[3] = {0, 0, 1};
    struct vector_in in = {.v = v, .nparts = 1, .dim = 3};
    struct meaning_hit hit;
    int calls = 0;
    size_t n;
    bool made;

    setenv("CMEM_EMBEDDER", "openai", 1);
    setenv("CMEM_EMBEDDER_MODEL", "model-x", 1);
    seed_open(&s);
    CHECK_INT(embedder_put(s.db, STR("openai model-x http://h t1"), 3, &em,
                           &made, NULL), 0);
    in.embedder = em.id;
    in.memory_id = seed_said(&s, 0, "T", "x");
    CHECK_INT(vectors_put(s.db, &in, NULL), 0);
    m = meaning_open(&s.paths, &s.config);
    CHECK_INT(meaning_dim(m, s.db), 0); /* nobody to ask through */
    meaning_set_remote(m, stub, &calls);
    CHECK_INT(meaning_dim(m, s.db), 3);
    CHECK_INT(meaning_embed(m, s.db, STR("q"), v, NULL), 0);
    CHECK_INT(meaning_embed(m, s.db, STR("q"), v, NULL), 0);
    CHECK_INT(calls, 1);
    CHECK(v[2] > 0.999f && v[2] < 1.001f);
    CHECK_INT(meaning_nearest(m, s.db, v, NULL, 1, &hit, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(meaning_embed(m, s.db, STR("r"), v, NULL), 0);
    CHECK_INT(calls, 2);
    meaning_close(m);
    seed_close(&s);
}

TEST(meaning, names_of_embedders_are_read_as_they_are_written)
{
    static const struct embedder_choice all[] = {
        {EMBEDDER_OPENAI, {"a/b:c", 5}, {"https://h/v1", 12}, 256, 1},
        {EMBEDDER_OLLAMA, {"nomic#x", 7}, {"http://h:1", 10}, 0, 3},
    };
    struct embedder_choice c;
    char name[VECTOR_NAME_MAX];

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        CHECK_INT(embedder_name_of(&all[i], NULL, name, NULL), 0);
        CHECK_INT(embedder_parse(name, &c), 0);
        CHECK_INT(c.kind, all[i].kind);
        CHECK(str_eq(c.model, all[i].model) && str_eq(c.url, all[i].url));
        CHECK_INT(c.dim, all[i].dim);
        CHECK_INT(c.text_version, all[i].text_version);
    }
    CHECK_INT(embedder_parse("builtin x - t1", &c), 0);
    CHECK_INT(c.url.n, 0);
    CHECK_INT(embedder_parse("builtin x -", &c), CM_EFORMAT);
    CHECK_INT(embedder_parse("nobody x - t1", &c), CM_EFORMAT);
    CHECK_INT(embedder_parse("", &c), CM_EFORMAT);
    c = (struct embedder_choice){.kind = EMBEDDER_OPENAI,
                                 .model = STR("a b"), .url = STR("u")};
    CHECK_INT(embedder_name_of(&c, NULL, name, NULL), CM_EARG);
}
