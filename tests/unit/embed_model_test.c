/* embed_model_test.c - the file of weights: whole, cut off, of others. */
#include "base/common.h"

#include <unistd.h>

#include "embed/kernel.h"
#include "embed_rig.h"
#include "test.h"

static int open_bytes(const void *p, size_t n, struct err *e)
{
    struct embedder *m = NULL;
    int rc = embedder_open(&m, rig_write("weights", p, n), e);

    embedder_close(m);
    return rc;
}

TEST(embed, a_file_that_is_not_there_is_one_sentence)
{
    struct embedder *m = NULL;
    struct err e;

    CHECK_INT(embedder_open(&m, "/nowhere/x.cmem", &e), CM_ENOTFOUND);
    CHECK_STR(str_of(e.msg),
              "no weights of an embedder at /nowhere/x.cmem: "
              "make install with a network puts them there");
    CHECK(m == NULL);
    CHECK_INT(embedder_open(&m, test_dir(), &e), CM_EFORMAT);
    CHECK_HAS(str_of(e.msg), "holds no embedder's weights");
}

TEST(embed, a_file_cut_off_anywhere_is_refused)
{
    size_t bytes;
    struct model_header *h = rig_model(&bytes);
    struct err e;

    CHECK_INT(open_bytes(h, bytes, &e), 0);
    CHECK_INT(open_bytes(h, 0, &e), CM_EFORMAT);
    CHECK_INT(open_bytes(h, sizeof(*h) - 1, &e), CM_EFORMAT);
    CHECK_HAS(str_of(e.msg), "holds no embedder's weights");
    for (size_t n = sizeof(*h); n < bytes; n += bytes / 7) {
        CHECK_INT(open_bytes(h, n, &e), CM_EFORMAT);
        CHECK_HAS(str_of(e.msg), "it was not written to its end");
    }
    CHECK_INT(open_bytes(h, bytes - 1, &e), CM_EFORMAT);
    free(h);
}

TEST(embed, a_header_that_lies_is_refused)
{
    size_t bytes;
    struct model_header *h = rig_model(&bytes), good = *h;
    struct err e;
    unsigned char *p = (void *)h;

    /* Any one byte of the header: the name may change, and the hash, which is
     * looked at by embedder_verify; nothing else. */
    for (size_t i = 0; i < sizeof(*h); i++) {
        size_t name = offsetof(struct model_header, name);
        int rc;

        if (i >= name && i < name + sizeof(h->name) + sizeof(h->sha256))
            continue;
        p[i] ^= 0x41;
        rc = open_bytes(h, sizeof(*h), &e);
        if (rc != CM_EFORMAT && rc != CM_EVERSION)
            test_fail(__FILE__, __LINE__, "byte %zu: %d", i, rc);
        if (i >= offsetof(struct model_header, version) && i < 12)
            CHECK_INT(rc, CM_EVERSION);
        *h = good;
    }
    memset(h->name, 'x', sizeof(h->name));
    CHECK_INT(open_bytes(h, bytes, &e), CM_EFORMAT);
    free(h);
}

TEST(embed, a_damaged_vocabulary_is_never_read_beyond)
{
    size_t bytes;
    struct model_header *h = rig_model(&bytes);
    char *file = (void *)h;
    uint32_t *slots = (void *)(file + h->section[MODEL_SLOTS].from);
    uint32_t *offsets = (void *)(file + h->section[MODEL_OFFSETS].from);
    struct embedder *m;
    struct embed_run *r;
    float v[EMBED_DIM];

    for (uint32_t i = 0; i < h->slots; i++)
        slots[i] = i * 2654435761u | 1; /* none is free, most lead nowhere */
    for (uint32_t i = 0; i <= h->vocab; i++)
        offsets[i] = i % 3 ? i * 7919u : UINT32_MAX - i;
    CHECK_INT(embedder_open(&m, rig_write("weights", h, bytes), NULL), 0);
    r = embed_run_create(m);
    embed_text(r, STR("a000 b001 anything at all, [SEP] \xf0\x9f\x98\x80"), v);
    embed_run_destroy(r);
    embedder_close(m);
    free(h);
}

TEST(embed, verifying_finds_a_changed_byte)
{
    size_t bytes;
    struct model_header *h = rig_model(&bytes);
    struct embedder *m;
    struct err e;

    CHECK_INT(embedder_open(&m, rig_write("weights", h, bytes), &e), 0);
    CHECK_INT(embedder_verify(m, &e), CM_EFORMAT);
    CHECK_HAS(str_of(e.msg), "is damaged");
    embedder_close(m);
    free(h);
    m = rig_embedder();
    CHECK_INT(embedder_verify(m, &e), 0);
    embedder_close(m);
}

TEST(embed, a_kernel_is_chosen_by_name)
{
    struct embedder *m;
    struct err e;
    size_t bytes;
    struct model_header *h = rig_model(&bytes);
    const char *path = rig_write("weights", h, bytes);

    free(h);
    setenv("CMEM_KERNEL", "scalar", 1);
    CHECK_INT(embedder_open(&m, path, &e), 0);
    CHECK_STR(str_of(embedder_kernel(m)), "scalar");
    CHECK_STR(str_of(embedder_name(m)), "made-up/int8-2");
    embedder_close(m);
    setenv("CMEM_KERNEL", "abacus", 1);
    CHECK_INT(embedder_open(&m, path, &e), CM_EARG);
    CHECK_STR(str_of(e.msg), "CMEM_KERNEL: no kernel abacus runs here");
    setenv("CMEM_KERNEL", "", 1);
    CHECK_INT(embedder_open(&m, path, &e), 0);
    CHECK_STR(str_of(embedder_kernel(m)), kernel_choose(NULL)->name);
    embedder_close(m);
}

TEST(embed, the_weights_are_looked_for_beside_the_programs)
{
    char path[EMBED_PATH_MAX], self[EMBED_PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char long_path[EMBED_PATH_MAX + 1];
    struct err e;

    CHECK(n > 0);
    self[n] = '\0';
    unsetenv("CMEM_MODEL");
    CHECK_INT(embedder_find(path, &e), 0);
    CHECK(str_ends(str_of(path), STR("/lib/cmem/minilm.cmem")));
    CHECK(strncmp(path, self, strlen(path) - strlen("lib/cmem/minilm.cmem")) ==
          0);
    setenv("CMEM_MODEL", "/some/where", 1);
    CHECK_INT(embedder_find(path, &e), 0);
    CHECK_STR(str_of(path), "/some/where");
    memset(long_path, 'x', EMBED_PATH_MAX);
    long_path[EMBED_PATH_MAX] = '\0';
    setenv("CMEM_MODEL", long_path, 1);
    CHECK_INT(embedder_find(path, &e), CM_EARG);
}
