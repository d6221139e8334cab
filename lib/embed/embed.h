/*
 * embed.h - text to a vector: all-MiniLM-L6-v2, computed here.
 *
 * The weights lie in one file, packed when cmem is built (pack.h) and mapped
 * read only, so that they cost nothing until they are used and are shared by
 * all processes. Without that file everything else of cmem works: opening it
 * is CM_ENOTFOUND and a sentence that says how to get it.
 *
 * A text becomes tokens (tokens.h), these run through six layers of a BERT
 * encoder in int8 with the fastest kernels this processor has (kernel.h), the
 * mean of the last layer is scaled to length 1. Equal text gives equal bytes,
 * whatever the processor.
 *
 * Example:
 *
 *     struct embedder *m;
 *     struct embed_run *run;
 *     float v[EMBED_DIM];
 *
 *     if (embedder_open(&m, path, e) < 0) ...
 *     run = embed_run_create(m);          -- one per thread
 *     embed_text(run, STR("hello"), v);
 */
#ifndef CMEM_EMBED_EMBED_H
#define CMEM_EMBED_EMBED_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

#define EMBED_DIM 384
/* Tokens of one text that are looked at, with the two that frame it; what is
 * longer is for embed_chunks. The model was trained on 128 and takes 512. */
#define EMBED_TOKENS_MAX 256
/* Tokens of one chunk. */
#define EMBED_CHUNK_TOKENS 128

/* Bytes of a path, as embedder_find writes it. */
#define EMBED_PATH_MAX 4096

struct embedder;
struct embed_run;

/* Where the weights are looked for: CMEM_MODEL, else lib/cmem/minilm.cmem of
 * the prefix that the running program lies in. No file is touched. CM_EARG
 * when that path is too long. */
int embedder_find(char out[EMBED_PATH_MAX], struct err *e);

/* CM_ENOTFOUND: no such file; CM_EFORMAT, CM_EVERSION: not one of ours. */
int embedder_open(struct embedder **out, const char *path, struct err *e);
void embedder_close(struct embedder *m); /* NULL is fine */
/* Reads all 23 MB: CM_EFORMAT when they are not what was packed. */
int embedder_verify(const struct embedder *m, struct err *e);
/* Of weights and arithmetic; vectors of different names do not compare. */
const char *embedder_name(const struct embedder *m);
/* "avx512-vnni", "avx2", "neon", "scalar": what this process uses. */
/* Gives the weights' pages back until they are touched again: they stay in the
 * system's cache. Not while a text is embedded. */
void embedder_rest(const struct embedder *m);
const char *embedder_kernel(const struct embedder *m);

/* Scratch memory of one thread (about 3 MB for the longest text). Never NULL. */
struct embed_run *embed_run_create(const struct embedder *m);
void embed_run_destroy(struct embed_run *r); /* NULL is fine */

/* out: EMBED_DIM floats of length 1. Any bytes are fine, also none and
 * invalid UTF-8: the empty text has a vector too. */
void embed_text(struct embed_run *r, struct str text, float *out);

/*
 * Cuts a long text into pieces of at most EMBED_CHUNK_TOKENS tokens, at the
 * end of a paragraph, line, sentence or word, each beginning a little before
 * the last one ended. Slices of text, at most `max`; a short text is one
 * piece. Returns how many (0 for a text without words).
 */
size_t embed_chunks(struct embed_run *r, struct str text, struct str *out,
                    size_t max);

#endif
