/* run.h - what a thread works with; for lib/embed alone. */
#ifndef CMEM_EMBED_RUN_H
#define CMEM_EMBED_RUN_H

#include "base/common.h"
#include "embed/kernel.h"
#include "embed/model.h"

struct embed_run {
    const struct model *model;
    const struct token_vocab *vocab;
    const struct kernel *kernel;
    float *x, *y;     /* [rows][MODEL_DIM] */
    float *wide;      /* [rows][MODEL_INNER], also queries, keys, values */
    float *attention; /* KERNEL_SCRATCH */
    struct kernel_rows q;
    struct embed_seen *seen; /* NULL, or filled with what the layers see */
};

/* The largest number of each column that a layer's products were given: how
 * the packer learns what to level. */
struct embed_seen {
    float qkv[MODEL_DIM], up[MODEL_DIM];
};

/* m and k are borrowed. */
struct embed_run *embed_run_of(const struct model *m, const struct kernel *k);

#endif
