/*
 * pack.h - weights as they are published, to the file that cmem maps.
 *
 * Reads a safetensors file (F16 or F32) of a BERT encoder of MiniLM's sizes
 * and the tokenizer.json beside it, quantises and lays out as model.h says.
 * The same input gives the same bytes on every machine. Run when cmem is
 * built; no program that is installed calls it.
 */
#ifndef CMEM_EMBED_PACK_H
#define CMEM_EMBED_PACK_H

#include "base/common.h"
#include "base/err.h"

struct pack {
    const char *weights;   /* path of a safetensors file */
    const char *tokenizer; /* path of a tokenizer.json */
    const char *name;      /* for the header, under 64 bytes */
    const char *out;
};

/* CM_EFORMAT when something is missing or of another shape. The file takes
 * its place whole or not at all. */
int pack_model(const struct pack *p, struct err *e);

#endif
