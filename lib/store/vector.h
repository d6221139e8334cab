/*
 * vector.h - what memories mean, as numbers: kept in the database.
 *
 * A vector has length 1. It is stored as a signed byte an element and one
 * scale (element = byte * scale; the scale is the largest element / 127), which
 * loses less than 0.004 of any cosine. A long text has several, its parts.
 * These rows are the truth from which the mapped matrix is made (matrix.h).
 *
 * A memory without a row for the embedder in use waits to be embedded.
 */
#ifndef CMEM_STORE_VECTOR_H
#define CMEM_STORE_VECTOR_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

/* Most elements of a vector: the largest that remote embedders give. */
#define VECTOR_DIM_MAX 4096
/* Parts of one memory at most: what is longer is represented by its beginning
 * and by its words. */
#define VECTOR_PARTS 16

/* The id of an embedder; made when it is new (caller's transaction). */
int embedder_put(struct db *db, struct str name, int dim, int64_t *id,
                 struct err *e);
/* CM_ENOTFOUND without a sentence. For readers. */
int embedder_find(struct db *db, struct str name, int64_t *id, struct err *e);

/* Rounds v[dim] to bytes; the scale to multiply them with. */
float vector_pack(const float *v, int dim, signed char *out);

/* Parts of one memory, in place of those it had; v is nparts x dim floats.
 * Nothing when the memory is gone meanwhile. Caller's transaction. */
int vectors_put(struct db *db, int64_t embedder, int64_t memory_id,
                const float *v, int nparts, int dim, struct err *e);
/* Everything of other embedders. */
int vectors_drop_others(struct db *db, int64_t embedder, struct err *e);

/* A memory that waits, and the text that is to be embedded. */
struct vector_want {
    int64_t memory_id;
    struct str text;
};
/* The next `max` that wait, newest first. */
int vectors_wanted(struct db *db, int64_t embedder, size_t max,
                   struct arena *a, struct vector_want **out, size_t *n,
                   struct err *e);
/* How many memories have vectors, and how many there are. */
int vectors_count(struct db *db, int64_t embedder, int64_t *have, int64_t *all,
                  struct err *e);

#endif
