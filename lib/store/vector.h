/*
 * vector.h - what memories mean, as numbers: kept in the database.
 *
 * A vector has length 1. It is stored as a signed byte an element and one
 * scale (element = byte * scale; the scale is the largest element / 127), which
 * loses less than 0.004 of any cosine. A long text has several, its parts,
 * under ids that follow each other. These rows are the truth from which the
 * mapped matrix is made (matrix.h).
 *
 * Two embedders may have vectors at once: the one that serves searches, and
 * the one that is to take its place as soon as it has all.
 *
 * A memory that is new or was changed waits in vectors_wanted until the
 * embedder that is filled has dealt with it. Rows that go, for whatever
 * reason, leave their id in vectors_gone, until the matrix has them no more.
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
#define VECTOR_UID_BYTES 16
/* Of an embedder, terminated. */
#define VECTOR_NAME_MAX 256

/* Of vector_text: another number means another text of the same memory, so
 * that all are embedded anew. Part of an embedder's name. */
#define VECTOR_TEXT_VERSION 2

struct embedder_row {
    int64_t id;
    int dim;
    bool serves;
    unsigned char uid[VECTOR_UID_BYTES];
    char name[VECTOR_NAME_MAX];
};

/* The embedder of that name; made when it is new, and then serving at once if
 * there is no other one. *made tells. Caller's transaction. */
int embedder_put(struct db *db, struct str name, int dim,
                 struct embedder_row *out, bool *made, struct err *e);
/* CM_ENOTFOUND without a sentence when there is none. */
int embedder_get(struct db *db, struct str name, struct embedder_row *out,
                 struct err *e);
int embedder_serving(struct db *db, struct embedder_row *out, struct err *e);
/* From now on this one serves. Caller's transaction. */
int embedder_serve(struct db *db, int64_t id, struct err *e);
/* How many there are besides these two (0: none). */
int64_t embedder_others(struct db *db, int64_t id, int64_t also, struct err *e);
/* At most `max` vectors of embedders other than these two, and the embedders
 * when they have none left. Returns how many went; 0: nothing is left. Caller's
 * transaction. */
int64_t embedder_drop_others(struct db *db, int64_t id, int64_t also,
                             int64_t max, struct err *e);

/* Rounds v[dim] to bytes; the scale to multiply them with. */
float vector_pack(const float *v, int dim, signed char *out);
/* Makes v's length 1. False when it has none, or what is not a number. */
bool vector_normalise(float *v, int dim);

struct vector_in {
    int64_t embedder, memory_id;
    const float *v; /* nparts x dim */
    int nparts;     /* 0: nothing in it to embed; it waits no more */
    int dim;
};
/* In place of those it had, and it waits no more. Nothing when the memory is
 * gone meanwhile. Caller's transaction. */
int vectors_put(struct db *db, const struct vector_in *in, struct err *e);
/* Its text changed, or it is new: it has no vectors and waits. */
int vectors_stale(struct db *db, int64_t memory_id, struct err *e);

/* A memory that waits, and the text that is to be embedded. */
struct vector_want {
    int64_t memory_id;
    int64_t revision; /* of the text: vectors of an older one are no use */
    struct str text;
};
/* Ids of the next `max` that wait, newest first. */
int vectors_wanted(struct db *db, size_t max, struct arena *a, int64_t **ids,
                   size_t *n, struct err *e);
/* These memories' texts (vector_text), in this order; those that are gone are
 * left out. */
int vectors_texts(struct db *db, const int64_t *ids, size_t nids,
                  struct arena *a, struct vector_want **out, size_t *n,
                  struct err *e);
/* All memories wait that have no vector of this embedder. */
int vectors_want_all(struct db *db, int64_t embedder, struct err *e);
/* Does it wait still, and has the text that was read? */
bool vectors_is_wanted(struct db *db, int64_t memory_id, int64_t revision);

/*
 * What is embedded of a memory: title, subtitle, text and facts, no more than
 * fit VECTOR_PARTS; a title that the text begins with is not said twice. What
 * was said in a conversation means little without what it answers: before it
 * stands the end of the text before it in the group, unless that is an article
 * rather than a turn. In one place, so that it can be changed
 * (VECTOR_TEXT_VERSION).
 */
struct vector_source {
    struct str title, subtitle, text, data;
    struct str before; /* the whole text before it in its group, or empty */
};
struct str vector_text(const struct vector_source *m, struct arena *a);

/* How many memories have been dealt with, and how many there are. */
int vectors_count(struct db *db, int64_t *have, int64_t *all, struct err *e);

/* --- for the matrix ------------------------------------------------------- */

/* A row as the matrix has it. Slices live until the callback returns. */
struct vector_row {
    int64_t id, memory_id;
    int64_t project_id, session_id; /* 0: none */
    float scale;
    struct str v; /* dim bytes */
};
/* Rows of the embedder with ids above `after`, in order of id; at most `max`.
 * The callback ends it by a negative number. */
int vectors_after(struct db *db, int64_t embedder, int64_t after, int64_t max,
                  int (*fn)(void *arg, const struct vector_row *r), void *arg,
                  struct err *e);
/* How many there are of the embedder (0: not counted), the highest id that was
 * ever given to a vector, and the highest id of a memory. */
struct vector_extent {
    int64_t rows, last_id, last_memory;
};
int vectors_extent(struct db *db, int64_t embedder, struct vector_extent *out,
                   struct err *e);
/* Ids of vectors_gone, ascending, at most `max`. */
int vectors_gone(struct db *db, size_t max, struct arena *a, int64_t **ids,
                 size_t *n, struct err *e);
/* The matrix has none of these any more. Caller's transaction. */
int vectors_gone_done(struct db *db, const int64_t *ids, size_t n,
                      struct err *e);

#endif
