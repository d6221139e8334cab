/*
 * model.h - the packed weights: the layout of the file, and reading it.
 *
 * Little-endian, sections at multiples of 64 bytes in the order of enum
 * model_section, and a header that gives where each begins and how long it is.
 * What the sizes must be follows from the header's counts: opening a file
 * compares every one of them, and the whole with the file's length, so that a
 * file that was cut off or belongs to another version is one clear sentence.
 * The contents are not looked at (that would read 23 MB); model_verify does.
 *
 * Weights of a product are int8, each output channel with its own scale, laid
 * out for the kernels: panels of MODEL_PANEL channels; within a panel, groups
 * of 4 inputs; within a group the 4 bytes of one channel next to each other:
 *
 *     w[panel][in / 4][MODEL_PANEL][4]
 *
 * What is divided out later is in already: the attention's 1/sqrt(32) in the
 * query's channels, token type 0 in the positions.
 */
#ifndef CMEM_EMBED_MODEL_H
#define CMEM_EMBED_MODEL_H

#include "base/common.h"
#include "base/err.h"
#include "embed/embed.h"
#include "embed/tokens.h"

#define MODEL_MAGIC "cmem-emb"
/* Of the layout: another one is refused. */
#define MODEL_VERSION 2
/* Of what is computed: part of the embedder's name, since vectors of different
 * arithmetic do not compare. */
#define MODEL_ARITHMETIC 2
#define MODEL_ALIGN 64
#define MODEL_PANEL 16

/* The family: other sizes would need other kernels. */
#define MODEL_DIM EMBED_DIM
#define MODEL_HEADS 12
#define MODEL_HEAD_DIM (MODEL_DIM / MODEL_HEADS)
#define MODEL_INNER 1536
#define MODEL_LAYERS_MAX 24

enum model_section {
    MODEL_SLOTS,      /* uint32_t[slots] */
    MODEL_OFFSETS,    /* uint32_t[vocab + 1] */
    MODEL_BYTES,      /* the vocabulary's entries, one behind the other */
    MODEL_WORDS,      /* int8_t[vocab][DIM] */
    MODEL_WORD_SCALES,/* float[vocab] */
    MODEL_POSITIONS,  /* float[positions][DIM] */
    MODEL_NORM,       /* float[2][DIM]: weight, bias */
    MODEL_LAYERS,     /* struct model_layer_file[layers] */
    MODEL_SECTIONS,
};

struct model_header {
    char magic[8];
    uint32_t version;
    uint32_t header_bytes;
    uint64_t file_bytes;
    uint32_t vocab, slots, vocab_bytes;
    uint32_t dim, heads, inner, layers, positions;
    char name[64]; /* of the weights, terminated */
    uint8_t sha256[32]; /* of everything behind the header */
    struct {
        uint64_t from, bytes;
    } section[MODEL_SECTIONS];
};

/* out = x w + bias, before its weights' scales; see MODEL_PRODUCT. */
#define MODEL_PRODUCT(in, out)                                                 \
    struct {                                                                   \
        int8_t w[(in) * (out)];                                                \
        float scale[out], bias[out];                                           \
        int32_t sum[out]; /* of a channel's weights: for asymmetric inputs */  \
    }

/* How a normalised row is levelled before it is quantised, x to
 * (x - shift) * factor: a few of its numbers are far larger than the others,
 * and would leave those a few steps. The product's weights and bias undo it. */
struct model_level {
    float shift[MODEL_DIM], factor[MODEL_DIM];
};

/* One layer, every member at a multiple of 64 bytes. */
struct model_layer_file {
    struct model_level qkv_level, up_level;
    MODEL_PRODUCT(MODEL_DIM, 3 * MODEL_DIM) qkv;
    MODEL_PRODUCT(MODEL_DIM, MODEL_DIM) out;
    MODEL_PRODUCT(MODEL_DIM, MODEL_INNER) up;
    MODEL_PRODUCT(MODEL_INNER, MODEL_DIM) down;
    float norm1[2][MODEL_DIM], norm2[2][MODEL_DIM];
};

struct model {
    void *map;
    size_t map_bytes;
    const struct model_header *header;
    struct token_vocab vocab;
    const int8_t *words;
    const float *word_scales;
    const float *positions;
    const float *norm;
    const struct model_layer_file *layers;
};

/* Fills in where the sections lie and how long they are, from the counts. */
void model_layout(struct model_header *h);

/* The parts of a whole file at `map`, which is borrowed: not to be closed. */
void model_view(struct model *m, void *map);
/* CM_ENOTFOUND, CM_EFORMAT, CM_EVERSION as embedder_open. */
int model_open(struct model *m, const char *path, struct err *e);
void model_close(struct model *m); /* a zeroed one is fine */
/* Reads all of it: CM_EFORMAT when it is not what was packed. */
int model_verify(const struct model *m, const char *path, struct err *e);

#endif
