/* embed_rig.c - see embed_rig.h. */
#include "base/common.h"

#include "base/file.h"
#include "embed_rig.h"
#include "test.h"

struct embedder *rig_embedder(void)
{
    char path[EMBED_PATH_MAX], absent[EMBED_PATH_MAX + 16];
    struct embedder *m;
    struct err e;

    unsetenv("CMEM_MODEL");
    CHECK_INT(embedder_find(path, &e), 0);
    snprintf(absent, sizeof(absent), "%s.absent", path);
    if (file_exists(absent)) {
        printf("# skipped: the build left the embedder's weights out\n");
        exit(0);
    }
    if (embedder_open(&m, path, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s (make puts it there)", e.msg);
    return m;
}

static void fill_vocab(struct model_header *h)
{
    char *file = (char *)h;
    uint32_t *slots = (void *)(file + h->section[MODEL_SLOTS].from);
    uint32_t *offsets = (void *)(file + h->section[MODEL_OFFSETS].from);
    char *bytes = file + h->section[MODEL_BYTES].from;
    char entry[16];

    for (uint32_t id = 0; id < h->vocab; id++) {
        uint32_t at;

        snprintf(entry, sizeof(entry), "%c%03u", 'a' + (char)(id % 26), id);
        memcpy(bytes + 4 * id, entry, 4);
        offsets[id + 1] = 4 * (id + 1);
        at = token_hash((struct str){entry, 4}) & (h->slots - 1);
        while (slots[at])
            at = (at + 1) & (h->slots - 1);
        slots[at] = id + 1;
    }
}

struct model_header *rig_model(size_t *bytes)
{
    struct model_header h = {
        .magic = MODEL_MAGIC,
        .version = MODEL_VERSION,
        .vocab = 412,
        .slots = 1024,
        .vocab_bytes = 4 * 412,
        .dim = MODEL_DIM,
        .heads = MODEL_HEADS,
        .inner = MODEL_INNER,
        .layers = 1,
        .positions = EMBED_TOKENS_MAX,
        .name = "made-up",
    };
    struct model_header *out;
    float *scales, *positions;
    char *file;

    model_layout(&h);
    file = calloc(1, h.file_bytes);
    CHECK(file != NULL);
    out = (void *)file;
    *out = h;
    fill_vocab(out);
    scales = (void *)(file + h.section[MODEL_WORD_SCALES].from);
    positions = (void *)(file + h.section[MODEL_POSITIONS].from);
    for (uint32_t i = 0; i < h.vocab; i++)
        scales[i] = 0.01f;
    for (uint32_t i = 0; i < h.positions * MODEL_DIM; i++)
        positions[i] = (float)(i % 7) / 7;
    *bytes = h.file_bytes;
    return out;
}

const char *rig_write(const char *name, const void *p, size_t bytes)
{
    static char path[512];
    struct err e;

    snprintf(path, sizeof(path), "%s/%s", test_dir(), name);
    if (file_write(path, (struct str){p, bytes}, 0600, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return path;
}
