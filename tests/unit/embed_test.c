/* embed_test.c - vectors: their length, their likeness, every kernel's. */
#include "base/common.h"

#include <math.h>

#include "embed/kernel.h"
#include "embed_rig.h"
#include "test.h"

static float cosine(const float *a, const float *b)
{
    float sum = 0;

    for (size_t i = 0; i < EMBED_DIM; i++)
        sum += a[i] * b[i];
    return sum;
}

TEST(embed, what_means_the_same_is_near)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    float a[EMBED_DIM], b[EMBED_DIM], c[EMBED_DIM];

    embed_text(r, STR("The cat sat on the mat."), a);
    embed_text(r, STR("A feline was resting on a rug."), b);
    embed_text(r, STR("SQLite keeps a write-ahead log."), c);
    CHECK(fabsf(cosine(a, a) - 1) < 1e-5f);
    CHECK(cosine(a, b) > 0.5f);
    CHECK(cosine(a, c) < 0.1f);
    embed_run_destroy(r);
    embedder_close(m);
}

TEST(embed, any_bytes_have_a_vector)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    float v[EMBED_DIM], w[EMBED_DIM];
    char long_text[20000];

    embed_text(r, STR_NONE, v);
    CHECK(fabsf(cosine(v, v) - 1) < 1e-5f);
    embed_text(r, STR("\xff\xfe\x00 \xc3"), w);
    CHECK(memcmp(v, w, sizeof(v)) == 0); /* nothing is left of it */
    for (size_t i = 0; i < sizeof(long_text); i++)
        long_text[i] = "ab cd. "[i % 7];
    embed_text(r, (struct str){long_text, sizeof(long_text)}, v);
    embed_text(r, (struct str){long_text, 4000}, w);
    CHECK(memcmp(v, w, sizeof(v)) == 0); /* the beginning counts */
    embed_run_destroy(r);
    embedder_close(m);
}
