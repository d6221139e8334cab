/*
 * embed_golden_test.c - tokens and vectors beside an independent tokenizer's
 * and runtime's, for five hundred texts: see tests/embed/. The sanitizers make
 * the kernels slow: here some of the texts, in tests/t/0600-embed.sh all.
 */
#include "base/common.h"

#include <math.h>

#include "base/file.h"
#include "base/json.h"
#include "embed/kernel.h"
#include "embed/run.h"
#include "embed_rig.h"
#include "test.h"

#define TEXTS 500
/* The reference is not cut off, so that long texts are compared whole. */
#define IDS_MAX 4096

struct golden {
    struct buf lines, vectors;
    struct str rest;
    struct json *line;
    struct str text;
    const int8_t *vector;
    size_t n; /* lines read */
};

static void golden_open(struct golden *g)
{
    *g = (struct golden){.n = 0};
    buf_init(&g->lines, 1 << 20);
    buf_init(&g->vectors, 1 << 20);
    CHECK_INT(file_read(test_source("tests/embed/golden.jsonl"), &g->lines,
                        NULL),
              0);
    CHECK_INT(file_read(test_source("tests/embed/golden.vectors"), &g->vectors,
                        NULL),
              0);
    CHECK_INT(g->vectors.len, TEXTS * EMBED_DIM);
    g->rest = buf_str(&g->lines);
}

static bool golden_next(struct golden *g)
{
    struct str line;

    json_free(g->line);
    g->line = NULL;
    if (!str_line(&g->rest, &line))
        return false;
    g->line = json_parse(line, NULL);
    CHECK(g->line != NULL);
    g->text = json_get_str(g->line, "text");
    g->vector = (const int8_t *)g->vectors.data + g->n * EMBED_DIM;
    g->n++;
    return true;
}

static void golden_close(struct golden *g)
{
    CHECK_INT(g->n, TEXTS);
    json_free(g->line);
    buf_free(&g->lines);
    buf_free(&g->vectors);
}

TEST(embed, tokens_are_the_reference_s)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    static uint32_t ids[IDS_MAX];
    struct golden g;

    golden_open(&g);
    while (golden_next(&g)) {
        const struct json *want = json_get(g.line, "ids");
        size_t n = token_ids(r->vocab, g.text, ids, IDS_MAX), i = 0;

        for (struct json *id = json_first(want); id; id = json_next(id), i++)
            if (i >= n || ids[i] != json_int(id))
                test_fail(__FILE__, __LINE__, "token %zu of \"%.*s\"", i,
                          STR_ARG(g.text));
        if (n != i)
            test_fail(__FILE__, __LINE__, "%zu tokens, not %zu: \"%.*s\"", n, i,
                      STR_ARG(g.text));
    }
    golden_close(&g);
    embed_run_destroy(r);
    embedder_close(m);
}

static double cosine(const float *a, const int8_t *b)
{
    double ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < EMBED_DIM; i++) {
        ab += (double)a[i] * b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * b[i];
    }
    return ab / sqrt(aa * bb);
}

TEST(embed, vectors_are_the_reference_s)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    float v[EMBED_DIM];
    struct golden g;

    golden_open(&g);
    while (golden_next(&g)) {
        double c;

        if (g.n % 10 || g.text.n > 400)
            continue;
        embed_text(r, g.text, v);
        c = cosine(v, g.vector);
        if (!(c >= 0.99))
            test_fail(__FILE__, __LINE__, "cosine %.5f: \"%.*s\"", c,
                      STR_ARG(g.text));
    }
    golden_close(&g);
    embed_run_destroy(r);
    embedder_close(m);
}

TEST(embed, every_kernel_gives_the_same_bytes)
{
    static float want[TEXTS][EMBED_DIM];
    size_t compared = 0;

    for (size_t k = 0; kernels[k]; k++) {
        struct embedder *m;
        struct embed_run *r;
        struct golden g;

        if (!kernels[k]->usable())
            continue;
        setenv("CMEM_KERNEL", kernels[k]->name, 1);
        m = rig_embedder();
        r = embed_run_create(m);
        golden_open(&g);
        while (golden_next(&g)) {
            float v[EMBED_DIM];

            if (g.n % 50 || g.text.n > 200)
                continue;
            embed_text(r, g.text, v);
            if (compared == 0)
                memcpy(want[g.n - 1], v, sizeof(v));
            else if (memcmp(v, want[g.n - 1], sizeof(v)) != 0)
                test_fail(__FILE__, __LINE__, "%s: \"%.*s\"", kernels[k]->name,
                          STR_ARG(g.text));
        }
        golden_close(&g);
        embed_run_destroy(r);
        embedder_close(m);
        compared++;
    }
}
