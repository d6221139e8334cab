/* embed.c - see embed.h: the encoder, from tokens to a vector. */
#include "base/common.h"

#include <math.h>
#include <sys/mman.h>

#include "embed/embed.h"
#include "embed/kernel.h"
#include "embed/model.h"
#include "embed/run.h"

struct embedder {
    struct model model;
    const struct kernel *kernel;
    char name[96];
};

int embedder_open(struct embedder **out, const char *path, struct err *e)
{
    const char *wanted = getenv("CMEM_KERNEL");
    struct embedder *m;
    struct model model;
    int rc;

    if (wanted && !*wanted)
        wanted = NULL;
    if (!kernel_choose(wanted))
        return err_set(e, CM_EARG, "CMEM_KERNEL: no kernel %s runs here",
                       wanted);
    rc = model_open(&model, path, e);
    if (rc < 0)
        return rc;
    m = calloc(1, sizeof(*m));
    if (!m)
        CM_BUG("out of memory");
    m->model = model;
    m->kernel = kernel_choose(wanted);
    snprintf(m->name, sizeof(m->name), "%s/int8-%u", model.header->name,
             MODEL_ARITHMETIC);
    *out = m;
    return 0;
}

void embedder_close(struct embedder *m)
{
    if (!m)
        return;
    model_close(&m->model);
    free(m);
}

const char *embedder_name(const struct embedder *m)
{
    return m->name;
}

const char *embedder_kernel(const struct embedder *m)
{
    return m->kernel->name;
}

void embedder_rest(const struct embedder *m)
{
    madvise(m->model.map, m->model.map_bytes, MADV_DONTNEED);
}

int embedder_verify(const struct embedder *m, struct err *e)
{
    return model_verify(&m->model, m->name, e);
}

/* Aligned for every kernel's vectors; untouched pages cost nothing. */
static void *scratch(size_t bytes)
{
    void *p = aligned_alloc(64, bytes);

    if (!p)
        CM_BUG("out of memory");
    return p;
}

struct embed_run *embed_run_create(const struct embedder *m)
{
    return embed_run_of(&m->model, m->kernel);
}

struct embed_run *embed_run_of(const struct model *m, const struct kernel *k)
{
    const size_t rows = KERNEL_ROWS_MAX;
    struct embed_run *r = calloc(1, sizeof(*r));

    if (!r)
        CM_BUG("out of memory");
    r->vocab = &m->vocab;
    r->model = m;
    r->kernel = k;
    r->x = scratch(rows * MODEL_DIM * sizeof(float));
    r->y = scratch(rows * MODEL_DIM * sizeof(float));
    r->wide = scratch(rows * MODEL_INNER * sizeof(float));
    r->attention = scratch(KERNEL_SCRATCH * sizeof(float));
    r->q.q = scratch(rows * MODEL_INNER * 2);
    r->q.scale = scratch(rows * sizeof(float));
    r->q.zero = scratch(rows * sizeof(int32_t));
    return r;
}

void embed_run_destroy(struct embed_run *r)
{
    if (!r)
        return;
    free(r->x);
    free(r->y);
    free(r->wide);
    free(r->attention);
    free(r->q.q);
    free(r->q.scale);
    free(r->q.zero);
    free(r);
}

/* Words and their positions. */
static void look_up(struct embed_run *r, const uint32_t *ids, size_t rows)
{
    const struct model *m = r->model;

    for (size_t i = 0; i < rows; i++) {
        const int8_t *word = m->words + (size_t)ids[i] * MODEL_DIM;
        const float *position = m->positions + i * MODEL_DIM;
        float scale = m->word_scales[ids[i]];
        float *x = r->x + i * MODEL_DIM;

        for (size_t d = 0; d < MODEL_DIM; d++)
            x[d] = (float)word[d] * scale + position[d];
        r->kernel->norm(x, NULL, m->norm);
    }
}

static void quantise(struct embed_run *r, const float *in, size_t n,
                     const struct model_level *level, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        r->kernel->quantise(in + i * n, n, level, &r->q, i);
}

#define PRODUCT(member, inputs)                                                \
    (&(const struct kernel_product){(member).w, (member).scale, (member).bias, \
                                    (member).sum, (inputs),                    \
                                    ARRAY_LEN((member).bias)})

static void add_norm(struct embed_run *r, const float *norm, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        r->kernel->norm(r->x + i * MODEL_DIM, r->y + i * MODEL_DIM, norm);
}

/* What is to be quantised goes into `most`, in its own measure. */
static void see(const float *x, size_t rows, float *most)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t d = 0; d < MODEL_DIM; d++)
            most[d] = fmaxf(most[d], fabsf(x[i * MODEL_DIM + d]));
}

static void layer(struct embed_run *r, const struct model_layer_file *l,
                  struct embed_seen *seen, size_t rows)
{
    const struct kernel *k = r->kernel;

    if (seen)
        see(r->x, rows, seen->qkv);
    quantise(r, r->x, MODEL_DIM, &l->qkv_level, rows);
    k->product(PRODUCT(l->qkv, MODEL_DIM), &r->q, rows, r->wide);
    k->attention(r->wide, rows, r->attention, r->y);
    quantise(r, r->y, MODEL_DIM, NULL, rows);
    k->product(PRODUCT(l->out, MODEL_DIM), &r->q, rows, r->y);
    add_norm(r, l->norm1[0], rows);
    if (seen)
        see(r->x, rows, seen->up);
    quantise(r, r->x, MODEL_DIM, &l->up_level, rows);
    k->product(PRODUCT(l->up, MODEL_DIM), &r->q, rows, r->wide);
    k->gelu(r->wide, rows * MODEL_INNER);
    quantise(r, r->wide, MODEL_INNER, NULL, rows);
    k->product(PRODUCT(l->down, MODEL_INNER), &r->q, rows, r->y);
    add_norm(r, l->norm2[0], rows);
}

/* The mean of all rows, of length 1. */
static void pool(const struct embed_run *r, size_t rows, float *out)
{
    float squares = 0, factor;

    for (size_t d = 0; d < MODEL_DIM; d++)
        out[d] = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t d = 0; d < MODEL_DIM; d++)
            out[d] += r->x[i * MODEL_DIM + d];
    for (size_t d = 0; d < MODEL_DIM; d++)
        squares += out[d] * out[d];
    factor = squares > 0 ? 1 / sqrtf(squares) : 0;
    for (size_t d = 0; d < MODEL_DIM; d++)
        out[d] *= factor;
}

void embed_text(struct embed_run *r, struct str text, float *out)
{
    uint32_t ids[EMBED_TOKENS_MAX];
    size_t n = 1;

    ids[0] = TOKEN_FIRST;
    n += token_ids(r->vocab, text, ids + n, EMBED_TOKENS_MAX - 2);
    ids[n++] = TOKEN_LAST;
    look_up(r, ids, n);
    for (size_t i = 0; i < r->model->header->layers; i++)
        layer(r, &r->model->layers[i], r->seen ? &r->seen[i] : NULL, n);
    pool(r, n, out);
}
