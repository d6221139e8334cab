/*
 * matrix.h - all vectors in one mapped file, for scanning.
 *
 * The file (paths.h: vectors) follows from the table of the same name
 * (store/vector.h). The worker alone writes it; whoever searches maps it and
 * reads nothing else. What the table has and the file not yet is for the
 * reader to take from there: matrix_last tells from where on.
 *
 * Invariants:
 *   1. Rows are in the order of their id in the table, which are never used
 *      twice; parts of a memory follow each other.
 *   2. A row is whole before the header counts it. What stands behind the
 *      count is no row, whatever it holds.
 *   3. A row that went is overwritten with zeros in place, and so is no
 *      memory's; its id stays.
 *   4. The file has its full length and blocks on disk from the beginning, so
 *      that neither reading nor writing the map can fail. It is never cut; one
 *      that grew out of its room is replaced by rename, and says so to those
 *      who still have it mapped: what they see stays as it was.
 *   5. A file that does not belong to the embedder that serves, or is not
 *      whole, is as good as none. It can always be made anew.
 *
 * Little-endian, as every machine is that this runs on.
 */
#ifndef CMEM_SEARCH_MATRIX_H
#define CMEM_SEARCH_MATRIX_H

#include "base/common.h"
#include "base/err.h"
#include "search/meaning.h"
#include "store/db.h"
#include "store/vector.h"

struct matrix;
struct scan_kernel;

/* --- reading -------------------------------------------------------------- */

/* CM_ENOTFOUND: no file; CM_EFORMAT: none that can be used, or another
 * embedder's. */
int matrix_open(struct matrix **out, const char *path,
                const struct embedder_row *em, struct err *e);
void matrix_close(struct matrix *m); /* NULL is fine */
/* For one question only: rows that are looked at one by one are read, because
 * mapping each of them costs more. */
void matrix_once(struct matrix *m);
/* Gives its pages back until they are touched again. */
void matrix_rest(struct matrix *m);
/* Another file has taken its place: open that one. */
bool matrix_is_replaced(const struct matrix *m);
/* The highest id of a vector that it has, or had. */
int64_t matrix_last(const struct matrix *m);
size_t matrix_rows(const struct matrix *m);
size_t matrix_bytes(const struct matrix *m); /* mapped */

/* A query, rounded once for any number of scans. */
struct matrix_query {
    int dim;
    size_t stride, words;
    float scale;
    int8_t q[VECTOR_DIM_MAX] __attribute__((aligned(64)));
    uint64_t planes[VECTOR_DIM_MAX / 64 * 4];
};
void matrix_query(struct matrix_query *q, const float *v, int dim);

enum matrix_mode {
    MATRIX_AUTO,
    MATRIX_EXACT,  /* every row */
    MATRIX_SIGNS,  /* by the signs first, then those that come out on top */
};

/* More rows in scope than this are looked at by their signs first: about where
 * the two cost the same. */
#define MATRIX_EXACT_ROWS 16384

/* The best `max` of a scan, in the making: a heap with the worst on top. */
struct matrix_best {
    struct meaning_hit *hit; /* room for max */
    size_t n, max;
};
/* Best first, each memory once. */
void matrix_best_end(struct matrix_best *b);

/* 0 in project or session: any. A project's rows are those that belong to it
 * and those that belong to none. */
struct matrix_scope {
    int64_t project_id, session_id;
    enum matrix_mode mode;
};
void matrix_nearest(const struct matrix *m, const struct scan_kernel *k,
                    const struct matrix_query *q, const struct matrix_scope *s,
                    struct matrix_best *best);
/* The best part's cosine, -2 when it has none. */
float matrix_cosine(const struct matrix *m, const struct scan_kernel *k,
                    const struct matrix_query *q, int64_t memory_id);
/* The vector of a memory's first part as floats; false when it has none. */
bool matrix_vector(const struct matrix *m, int64_t memory_id, float *out);

/* --- rows that are not in the file yet ------------------------------------ */

struct matrix_tail;
struct matrix_tail *matrix_tail_create(int dim);
void matrix_tail_destroy(struct matrix_tail *t); /* NULL is fine */
/* Fits vectors_after. A row of another length is passed over. */
int matrix_tail_add(void *tail, const struct vector_row *r);
/* Forgets what the file has by now. */
void matrix_tail_drop(struct matrix_tail *t, int64_t last);
size_t matrix_tail_rows(const struct matrix_tail *t);
int64_t matrix_tail_last(const struct matrix_tail *t); /* 0: empty */
void matrix_tail_nearest(const struct matrix_tail *t,
                         const struct scan_kernel *k,
                         const struct matrix_query *q,
                         const struct matrix_scope *s,
                         struct matrix_best *best);
float matrix_tail_cosine(const struct matrix_tail *t,
                         const struct scan_kernel *k,
                         const struct matrix_query *q, int64_t memory_id);
bool matrix_tail_vector(const struct matrix_tail *t, int64_t memory_id,
                        float *out);

/* --- writing: the worker only, one thread at a time ----------------------- */

struct matrix_synced {
    int64_t rows;     /* that it has now */
    int64_t added;
    bool made_anew;
    int64_t *gone;    /* ids that it has no more, and had: they may leave
                         vectors_gone; caller frees */
    size_t ngone;
    bool more;        /* there is more to be done: call again */
};
/*
 * Makes the file what the table says as this connection sees it: rows that
 * went are overwritten and are so on disk, new ones appended; made anew when
 * it is not one of ours, not whole, full, or for a third of nothing. CM_EAGAIN
 * when it was stopped; then there is more to be done.
 */
struct matrix_job {
    const char *path;
    struct db *db;
    const struct embedder_row *em;
    /* The first time in a process: has it as many rows as the table, and was
     * the system started anew since it was written? */
    bool check;
    const bool *stop; /* set by another thread; may be NULL */
};
int matrix_sync(const struct matrix_job *job, struct matrix_synced *out,
                struct err *e);
/* Overwrites these ids' rows, where it has them; then they are so on disk.
 * May run beside matrix_sync. No file is fine. */
int matrix_forget(const char *path, const int64_t *ids, size_t n,
                  struct err *e);

#endif
