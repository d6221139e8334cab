/* model.c - see model.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "embed/model.h"

/* More would be somebody else's file. */
#define VOCAB_MAX (1u << 20)
#define POSITIONS_MAX 8192u

static uint64_t aligned(uint64_t n)
{
    return (n + MODEL_ALIGN - 1) / MODEL_ALIGN * MODEL_ALIGN;
}

void model_layout(struct model_header *h)
{
    const uint64_t bytes[MODEL_SECTIONS] = {
        [MODEL_SLOTS] = (uint64_t)h->slots * 4,
        [MODEL_OFFSETS] = ((uint64_t)h->vocab + 1) * 4,
        [MODEL_BYTES] = h->vocab_bytes,
        [MODEL_WORDS] = (uint64_t)h->vocab * MODEL_DIM,
        [MODEL_WORD_SCALES] = (uint64_t)h->vocab * sizeof(float),
        [MODEL_POSITIONS] = (uint64_t)h->positions * MODEL_DIM * sizeof(float),
        [MODEL_NORM] = 2 * MODEL_DIM * sizeof(float),
        [MODEL_LAYERS] = h->layers * sizeof(struct model_layer_file),
    };
    uint64_t at = aligned(sizeof(*h));

    for (int i = 0; i < MODEL_SECTIONS; i++) {
        h->section[i].from = at;
        h->section[i].bytes = bytes[i];
        at = aligned(at + bytes[i]);
    }
    h->header_bytes = sizeof(*h);
    h->file_bytes = at;
}

/* Does the header describe this family, and lie about nothing? */
static int check_header(const struct model_header *h, uint64_t length,
                        const char *path, struct err *e)
{
    struct model_header want;

    if (length < sizeof(*h) || memcmp(h->magic, MODEL_MAGIC, 8) != 0)
        return err_set(e, CM_EFORMAT, "%s holds no embedder's weights", path);
    if (h->version != MODEL_VERSION)
        return err_set(e, CM_EVERSION,
                       "%s has layout %u of weights, this cmem reads %u: make "
                       "install packs them anew",
                       path, h->version, MODEL_VERSION);
    if (h->dim != MODEL_DIM || h->heads != MODEL_HEADS ||
        h->inner != MODEL_INNER || h->layers < 1 ||
        h->layers > MODEL_LAYERS_MAX || h->positions < EMBED_TOKENS_MAX ||
        h->positions > POSITIONS_MAX || h->vocab <= TOKEN_LAST ||
        h->vocab > VOCAB_MAX || h->slots <= h->vocab ||
        h->slots > 4 * VOCAB_MAX || (h->slots & (h->slots - 1)) != 0 ||
        !memchr(h->name, '\0', sizeof(h->name)))
        return err_set(e, CM_EFORMAT,
                       "%s: the weights are of a model that cmem cannot run",
                       path);
    want = *h;
    model_layout(&want);
    if (memcmp(&want, h, sizeof(want)) != 0)
        return err_set(e, CM_EFORMAT, "%s: its header contradicts itself",
                       path);
    if (h->file_bytes != length)
        return err_set(e, CM_EFORMAT,
                       "%s has %llu bytes where its header says %llu: it was "
                       "not written to its end",
                       path, (unsigned long long)length,
                       (unsigned long long)h->file_bytes);
    return 0;
}

static const void *section(const struct model *m, enum model_section s)
{
    return (const char *)m->map + m->header->section[s].from;
}

void model_view(struct model *m, void *map)
{
    const struct model_header *h = map;

    m->map = map;
    m->map_bytes = h->file_bytes;
    m->header = h;
    m->vocab.slots = section(m, MODEL_SLOTS);
    m->vocab.slots_count = h->slots;
    m->vocab.offsets = section(m, MODEL_OFFSETS);
    m->vocab.count = h->vocab;
    m->vocab.bytes = section(m, MODEL_BYTES);
    m->vocab.bytes_len = h->vocab_bytes;
    m->words = section(m, MODEL_WORDS);
    m->word_scales = section(m, MODEL_WORD_SCALES);
    m->positions = section(m, MODEL_POSITIONS);
    m->norm = section(m, MODEL_NORM);
    m->layers = section(m, MODEL_LAYERS);
}

int model_open(struct model *m, const char *path, struct err *e)
{
    int rc, fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *map = MAP_FAILED;

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return err_set(e, CM_ENOTFOUND,
                       "no weights of an embedder at %s: make install with a "
                       "network puts them there",
                       path);
    if (fd < 0)
        return err_sys(e, CM_EIO, "open %s", path);
    if (fstat(fd, &st) < 0) {
        rc = err_sys(e, CM_EIO, "look at %s", path);
        goto out;
    }
    if (!S_ISREG(st.st_mode) || (size_t)st.st_size < sizeof(*m->header)) {
        rc = err_set(e, CM_EFORMAT, "%s holds no embedder's weights", path);
        goto out;
    }
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        rc = err_sys(e, CM_EIO, "map %s", path);
        goto out;
    }
    rc = check_header(map, (uint64_t)st.st_size, path, e);
    if (rc < 0) {
        munmap(map, (size_t)st.st_size);
        goto out;
    }
    model_view(m, map);
out:
    close(fd);
    return rc;
}

void model_close(struct model *m)
{
    if (m->map)
        munmap(m->map, m->map_bytes);
    *m = (struct model){0};
}

int model_verify(const struct model *m, const char *path, struct err *e)
{
    struct sha256 s;
    unsigned char got[SHA256_BYTES];
    const char *behind = (const char *)m->map + sizeof(*m->header);

    sha256_init(&s);
    sha256_add(&s, (struct str){behind, m->map_bytes - sizeof(*m->header)});
    sha256_end(&s, got);
    if (memcmp(got, m->header->sha256, sizeof(got)) != 0)
        return err_set(e, CM_EFORMAT,
                       "%s is damaged: its bytes are not those that were "
                       "packed",
                       path);
    return 0;
}
