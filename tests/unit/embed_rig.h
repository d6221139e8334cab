/*
 * embed_rig.h - weights to test with: the real ones, and small made-up ones.
 */
#ifndef CMEM_TESTS_EMBED_RIG_H
#define CMEM_TESTS_EMBED_RIG_H

#include "base/common.h"
#include "embed/embed.h"
#include "embed/model.h"

/* The weights that the build packed, open. When the build left them out it
 * says so (minilm.cmem.absent), and the test ends here, passed. */
struct embedder *rig_embedder(void);

/* A whole file's bytes, with one layer and 4 * 103 entries of vocabulary, all
 * weights a pattern. Caller frees. */
struct model_header *rig_model(size_t *bytes);
/* Writes it to "<test_dir>/NAME", as many bytes as given, and returns that
 * path (static). */
const char *rig_write(const char *name, const void *p, size_t bytes);

#endif
