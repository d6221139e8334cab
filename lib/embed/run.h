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
};

#endif
