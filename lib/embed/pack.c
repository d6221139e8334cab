/* pack.c - see pack.h. */
#include "base/common.h"

#include <math.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "embed/model.h"
#include "embed/pack.h"
#include "embed/run.h"

/* The published file has 45 MB; F32 would have 90. */
#define WEIGHTS_MAX (512u << 20)
#define TOKENIZER_MAX (64u << 20)

struct packer {
    const struct pack *p;
    struct arena a;
    struct buf weights, tokenizer;
    struct json *tensors, *tokens;
    struct str data; /* behind the safetensors header */
    struct model_header h;
    struct embed_seen seen[MODEL_LAYERS_MAX]; /* zero: not looked yet */
    char *file;
    struct err *e;
};

/* --- safetensors --------------------------------------------------------- */

static uint64_t get_le(const char *p, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return v;
}

static int open_weights(struct packer *k)
{
    uint64_t n;
    int rc = file_read(k->p->weights, &k->weights, k->e);

    if (rc < 0)
        return rc;
    n = k->weights.len < 8 ? UINT64_MAX : get_le(k->weights.data, 8);
    if (n > k->weights.len - 8)
        return err_set(k->e, CM_EFORMAT, "%s is no safetensors file",
                       k->p->weights);
    k->tensors = json_parse((struct str){k->weights.data + 8, n}, k->e);
    if (!k->tensors)
        return err_wrap(k->e, "%s", k->p->weights);
    k->data = str_cut(buf_str(&k->weights), 8 + n, k->weights.len);
    return 0;
}

static float half(uint32_t h)
{
    float sign = h & 0x8000 ? -1 : 1;
    int exponent = (int)(h >> 10 & 31);
    float fraction = (float)(h & 1023);

    if (exponent == 31)
        return NAN;
    if (exponent == 0)
        return sign * ldexpf(fraction, -24);
    return sign * ldexpf(1024 + fraction, exponent - 25);
}

static float single(uint32_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof(f));
    return f;
}

/* The tensor `name` as rows x columns floats; rows 0 takes as many as there
 * are, and *rows tells. Lives in the arena. */
static float *tensor(struct packer *k, const char *name, size_t *rows,
                     size_t columns)
{
    const struct json *t = json_get(k->tensors, name);
    const struct json *shape = json_get(t, "shape");
    const struct json *offsets = json_get(t, "data_offsets");
    bool is_half = str_eqz(json_get_str(t, "dtype"), "F16");
    bool is_single = str_eqz(json_get_str(t, "dtype"), "F32");
    size_t size = is_half ? 2 : 4, dims = json_len(shape), count;
    int64_t from = json_int(json_at(offsets, 0));
    int64_t to = json_int(json_at(offsets, 1));
    int64_t there = dims == 2 ? json_int(json_at(shape, 0)) : 1;
    float *out;

    if (*rows == 0 && there > 0 && there <= (1 << 20))
        *rows = (size_t)there;
    count = *rows * columns;
    if (!(is_half || is_single) || dims < 1 || dims > 2 ||
        (size_t)there != *rows ||
        json_int(json_at(shape, dims - 1)) != (int64_t)columns || from < 0 ||
        to < from || (size_t)to > k->data.n ||
        (size_t)(to - from) != count * size) {
        err_set(k->e, CM_EFORMAT, "%s: no tensor %s of %zu x %zu numbers",
                k->p->weights, name, *rows, columns);
        return NULL;
    }
    out = arena_array(&k->a, count, sizeof(*out));
    for (size_t i = 0; i < count; i++) {
        uint32_t bits =
            (uint32_t)get_le(k->data.p + (size_t)from + i * size, size);

        out[i] = is_half ? half(bits) : single(bits);
        if (!isfinite(out[i])) {
            err_set(k->e, CM_EFORMAT, "%s: %s has a number that is none",
                    k->p->weights, name);
            return NULL;
        }
    }
    return out;
}

/* --- quantising ---------------------------------------------------------- */

/* One row of n numbers to int8; returns what one step is worth. */
static float quantise(const float *x, size_t n, int8_t *q)
{
    float most = 0, step;

    for (size_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(x[i]));
    step = most > 0 ? most / 127 : 1;
    for (size_t i = 0; i < n; i++)
        q[i] = (int8_t)lrintf(x[i] / step);
    return step;
}

/* Where a product lies, whatever its size. */
struct product {
    int8_t *w;
    float *scale, *bias;
    int32_t *sum;
    size_t in;
};

#define PRODUCT(member, inputs)                                                \
    (&(struct product){(member).w, (member).scale, (member).bias,              \
                       (member).sum, (inputs)})

/* A published linear layer: rows x columns weights, rows biases. */
struct linear {
    float *w, *bias;
    size_t rows, columns;
};

static int get_linear(struct packer *k, const char *layer, const char *name,
                      struct linear *l)
{
    size_t one = 1;

    l->w = tensor(k, arena_fmt(&k->a, "%s.%s.weight", layer, name).p, &l->rows,
                  l->columns);
    l->bias = l->w ? tensor(k, arena_fmt(&k->a, "%s.%s.bias", layer, name).p,
                            &one, l->rows)
                   : NULL;
    return l->bias ? 0 : CM_EFORMAT;
}

/* The channels `first`... of p. */
static void put_product(struct packer *k, const struct product *p, size_t first,
                        const struct linear *l)
{
    int8_t *q = arena_array(&k->a, p->in, 1);

    for (size_t r = 0; r < l->rows; r++) {
        size_t out = first + r;
        int8_t *panel = p->w + out / MODEL_PANEL * MODEL_PANEL * p->in;
        int32_t sum = 0;

        p->scale[out] = quantise(l->w + r * p->in, p->in, q);
        p->bias[out] = l->bias[r];
        for (size_t i = 0; i < p->in; i++) {
            panel[(i / 4 * MODEL_PANEL + out % MODEL_PANEL) * 4 + i % 4] = q[i];
            sum += q[i];
        }
        p->sum[out] = sum;
    }
}

static int put_floats(struct packer *k, float *out, const char *name,
                      size_t columns)
{
    size_t one = 1;
    float *x = tensor(k, name, &one, columns);

    if (!x)
        return CM_EFORMAT;
    memcpy(out, x, columns * sizeof(*x));
    return 0;
}

static int put_norm(struct packer *k, float out[2][MODEL_DIM], const char *name)
{
    int rc = put_floats(k, out[0], arena_fmt(&k->a, "%s.weight", name).p,
                        MODEL_DIM);

    return rc < 0 ? rc
                  : put_floats(k, out[1],
                               arena_fmt(&k->a, "%s.bias", name).p, MODEL_DIM);
}

/* --- levelling ----------------------------------------------------------- */

/* W shift, added to the bias: what the shift took away. */
static void add_shift(struct linear *l, const float *shift)
{
    for (size_t r = 0; r < l->rows; r++) {
        double sum = 0;

        for (size_t i = 0; i < l->columns; i++)
            sum += (double)l->w[r * l->columns + i] * (double)shift[i];
        l->bias[r] += (float)sum;
    }
}

static void scale_columns(struct linear *l, const float *factor)
{
    for (size_t r = 0; r < l->rows; r++)
        for (size_t i = 0; i < l->columns; i++)
            l->w[r * l->columns + i] /= factor[i];
}

static void scale_rows(struct linear *l, const float *factor)
{
    for (size_t r = 0; r < l->rows; r++) {
        l->bias[r] *= factor[r];
        for (size_t i = 0; i < l->columns; i++)
            l->w[r * l->columns + i] *= factor[r];
    }
}

static float column_most(const struct linear *l, size_t count, size_t column)
{
    float most = 0;

    for (size_t k = 0; k < count; k++)
        for (size_t r = 0; r < l[k].rows; r++)
            most = fmaxf(most, fabsf(l[k].w[r * l[k].columns + column]));
    return most;
}

/* The columns that `count` linear layers read are seen[i] large. The factor
 * shares the difference out between the inputs and the weights. */
static void find_factor(const struct linear *l, size_t count, const float *seen,
                        float *factor)
{
    for (size_t i = 0; i < l->columns; i++) {
        float w = fmaxf(column_most(l, count, i), 1e-5f);

        factor[i] = seen[i] > 0 ? sqrtf(w / fmaxf(seen[i], 1e-5f)) : 1;
    }
}

/* Inputs that come out of a normalisation, whose bias is where they lie. */
static void level_normalised(struct linear *l, size_t count,
                             float norm[2][MODEL_DIM], const float *seen,
                             struct model_level *out)
{
    memcpy(out->shift, norm[1], sizeof(out->shift));
    find_factor(l, count, seen, out->factor);
    for (size_t k = 0; k < count; k++) {
        add_shift(&l[k], out->shift);
        scale_columns(&l[k], out->factor);
    }
}

enum linears { QUERY, KEY, VALUE, OUT, UP, DOWN, LINEARS };

/* `before`: the normalisation that the layer's input comes out of. */
static int put_layer(struct packer *k, unsigned i, float before[2][MODEL_DIM],
                     struct model_layer_file *l)
{
    static const char *const name[LINEARS] = {
        "attention.self.query",   "attention.self.key",
        "attention.self.value",   "attention.output.dense",
        "intermediate.dense",     "output.dense",
    };
    const size_t d = MODEL_DIM;
    const struct embed_seen *seen = &k->seen[i];
    struct linear part[LINEARS];
    float attention[MODEL_DIM];
    const char *layer = arena_fmt(&k->a, "encoder.layer.%u", i).p;
    int rc = put_norm(
        k, l->norm1,
        arena_fmt(&k->a, "%s.attention.output.LayerNorm", layer).p);

    if (rc == 0)
        rc = put_norm(k, l->norm2,
                      arena_fmt(&k->a, "%s.output.LayerNorm", layer).p);
    for (int p = 0; p < LINEARS && rc == 0; p++) {
        part[p] = (struct linear){.rows = p == UP ? MODEL_INNER : d,
                                  .columns = p == DOWN ? MODEL_INNER : d};
        rc = get_linear(k, layer, name[p], &part[p]);
    }
    if (rc < 0)
        return rc;
    for (size_t r = 0; r < d; r++)
        attention[r] = 1 / sqrtf(MODEL_HEAD_DIM);
    scale_rows(&part[QUERY], attention);
    level_normalised(part, 3, before, seen->qkv, &l->qkv_level);
    level_normalised(&part[UP], 1, l->norm1, seen->up, &l->up_level);
    put_product(k, PRODUCT(l->qkv, d), 0, &part[QUERY]);
    put_product(k, PRODUCT(l->qkv, d), d, &part[KEY]);
    put_product(k, PRODUCT(l->qkv, d), 2 * d, &part[VALUE]);
    put_product(k, PRODUCT(l->out, d), 0, &part[OUT]);
    put_product(k, PRODUCT(l->up, d), 0, &part[UP]);
    put_product(k, PRODUCT(l->down, MODEL_INNER), 0, &part[DOWN]);
    return 0;
}

/* --- the vocabulary ------------------------------------------------------ */

static int open_tokenizer(struct packer *k)
{
    struct json *vocab;
    size_t bytes = 0;
    int rc = file_read(k->p->tokenizer, &k->tokenizer, k->e);

    if (rc < 0)
        return rc;
    k->tokens = json_parse(buf_str(&k->tokenizer), k->e);
    if (!k->tokens)
        return err_wrap(k->e, "%s", k->p->tokenizer);
    vocab = json_path(k->tokens, "model.vocab");
    for (struct json *t = json_first(vocab); t; t = json_next(t)) {
        if (json_key(t).n > TOKEN_BYTES_MAX || json_key(t).n == 0)
            return err_set(k->e, CM_EFORMAT, "%s: an entry of %zu bytes",
                           k->p->tokenizer, json_key(t).n);
        bytes += json_key(t).n;
    }
    k->h.vocab = (uint32_t)json_len(vocab);
    k->h.vocab_bytes = (uint32_t)bytes;
    /* Half empty at least, so that what is not there is soon found out. */
    for (k->h.slots = 256; k->h.slots < 2 * k->h.vocab;)
        k->h.slots *= 2;
    return 0;
}

static int put_vocab(struct packer *k)
{
    uint32_t *slots = (void *)(k->file + k->h.section[MODEL_SLOTS].from);
    uint32_t *offsets = (void *)(k->file + k->h.section[MODEL_OFFSETS].from);
    char *bytes = k->file + k->h.section[MODEL_BYTES].from;
    struct str *entry = arena_array(&k->a, k->h.vocab, sizeof(*entry));
    struct json *vocab = json_path(k->tokens, "model.vocab");

    for (struct json *t = json_first(vocab); t; t = json_next(t)) {
        int64_t id = json_is_num(t) ? json_int(t) : -1;

        if (id < 0 || id >= k->h.vocab || entry[id].n)
            return err_set(k->e, CM_EFORMAT, "%s: entry %lld twice or beyond",
                           k->p->tokenizer, (long long)id);
        entry[id] = json_key(t);
    }
    if (!str_eqz(entry[TOKEN_UNKNOWN], "[UNK]") ||
        !str_eqz(entry[TOKEN_FIRST], "[CLS]") ||
        !str_eqz(entry[TOKEN_LAST], "[SEP]"))
        return err_set(k->e, CM_EFORMAT, "%s: not BERT's vocabulary",
                       k->p->tokenizer);
    memset(slots, 0, k->h.slots * sizeof(slots[0]));
    for (uint32_t id = 0; id < k->h.vocab; id++) {
        uint32_t at = token_hash(entry[id]) & (k->h.slots - 1);

        while (slots[at])
            at = (at + 1) & (k->h.slots - 1);
        slots[at] = id + 1;
        memcpy(bytes + offsets[id], entry[id].p, entry[id].n);
        offsets[id + 1] = offsets[id] + (uint32_t)entry[id].n;
    }
    return 0;
}

/* --- all of it ----------------------------------------------------------- */

static int put_embeddings(struct packer *k)
{
    size_t vocab = k->h.vocab, positions = k->h.positions, types = 2;
    int8_t *words = (void *)(k->file + k->h.section[MODEL_WORDS].from);
    float *scales = (void *)(k->file + k->h.section[MODEL_WORD_SCALES].from);
    float *pos = (void *)(k->file + k->h.section[MODEL_POSITIONS].from);
    float(*norm)[MODEL_DIM] = (void *)(k->file + k->h.section[MODEL_NORM].from);
    float *w = tensor(k, "embeddings.word_embeddings.weight", &vocab,
                      MODEL_DIM);
    float *p = tensor(k, "embeddings.position_embeddings.weight", &positions,
                      MODEL_DIM);
    float *t = tensor(k, "embeddings.token_type_embeddings.weight", &types,
                      MODEL_DIM);

    if (!w || !p || !t)
        return CM_EFORMAT;
    for (size_t i = 0; i < vocab; i++)
        scales[i] = quantise(w + i * MODEL_DIM, MODEL_DIM,
                             words + i * MODEL_DIM);
    for (size_t i = 0; i < positions * MODEL_DIM; i++)
        pos[i] = p[i] + t[i % MODEL_DIM];
    return put_norm(k, norm, "embeddings.LayerNorm");
}

/* Layers and positions: as many as the file has. */
static int count(struct packer *k)
{
    size_t positions = 0;
    char name[64];

    for (;; k->h.layers++) {
        snprintf(name, sizeof(name), "encoder.layer.%u.output.dense.bias",
                 k->h.layers);
        if (k->h.layers == MODEL_LAYERS_MAX || !json_get(k->tensors, name))
            break;
    }
    if (!tensor(k, "embeddings.position_embeddings.weight", &positions,
                MODEL_DIM))
        return CM_EFORMAT;
    k->h.positions = (uint32_t)positions;
    return 0;
}

static int put_all(struct packer *k)
{
    struct model_layer_file *layers;
    float(*before)[MODEL_DIM];
    int rc = put_vocab(k);

    if (rc == 0)
        rc = put_embeddings(k);
    layers = (void *)(k->file + k->h.section[MODEL_LAYERS].from);
    before = (void *)(k->file + k->h.section[MODEL_NORM].from);
    for (unsigned i = 0; i < k->h.layers && rc == 0; i++) {
        rc = put_layer(k, i, before, &layers[i]);
        before = layers[i].norm2;
    }
    return rc;
}

/* Runs what was packed without levelling, to see what the layers see: texts as
 * they come. Which ones hardly matters: the few large columns are the same
 * ones in all. */
static void look(struct packer *k)
{
    static const char *const texts[] = {
        "Why does the session start twice when the laptop wakes up?",
        "The worker commits every event before it answers the hook; a killed "
        "worker loses nothing, since the hooks write to the spool.",
        "src/net/socket.c:118: error: bind: address already in use (EADDRINUSE)",
        "def load(path: str) -> dict:\n    with open(path) as f:\n        "
        "return json.load(f)\n",
        "In March 2024 we decided to keep one database, and to drop the cache.",
        "Bitte die Tests vor dem Zusammenf\u00fchren noch einmal laufen lassen.",
        "\u30c6\u30b9\u30c8\u306f\u901a\u308a\u307e\u3057\u305f\u3002",
        "SELECT id, title FROM memories WHERE project_id = ?1 ORDER BY id DESC",
        "ok",
        "",
    };
    struct model m;
    struct embed_run *r;
    float v[EMBED_DIM];

    memcpy(k->file, &k->h, sizeof(k->h));
    model_view(&m, k->file);
    r = embed_run_of(&m, kernel_choose(NULL));
    r->seen = k->seen;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        embed_text(r, str_of(texts[i]), v);
    embed_run_destroy(r);
}

static int write_file(struct packer *k)
{
    struct str all = {k->file, k->h.file_bytes};
    struct sha256 s;

    sha256_init(&s);
    sha256_add(&s, str_cut(all, sizeof(k->h), all.n));
    sha256_end(&s, k->h.sha256);
    memcpy(k->file, &k->h, sizeof(k->h));
    return file_write(k->p->out, all, 0444, k->e);
}

int pack_model(const struct pack *p, struct err *e)
{
    struct packer k = {.p = p, .e = e};
    int rc;

    memcpy(k.h.magic, MODEL_MAGIC, sizeof(k.h.magic));
    k.h.version = MODEL_VERSION;
    k.h.dim = MODEL_DIM;
    k.h.heads = MODEL_HEADS;
    k.h.inner = MODEL_INNER;
    snprintf(k.h.name, sizeof(k.h.name), "%s", p->name);
    buf_init(&k.weights, WEIGHTS_MAX);
    buf_init(&k.tokenizer, TOKENIZER_MAX);

    rc = open_weights(&k);
    if (rc == 0)
        rc = open_tokenizer(&k);
    if (rc == 0)
        rc = count(&k);
    if (rc == 0) {
        model_layout(&k.h);
        k.file = arena_alloc(&k.a, k.h.file_bytes);
        rc = put_all(&k);
        if (rc == 0)
            look(&k);
        if (rc == 0)
            rc = put_all(&k);
    }
    if (rc == 0)
        rc = write_file(&k);

    json_free(k.tensors);
    json_free(k.tokens);
    buf_free(&k.weights);
    buf_free(&k.tokenizer);
    arena_free(&k.a);
    return rc;
}
