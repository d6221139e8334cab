/* matrix_file.h - how the matrix lies in its file; for lib/search alone. */
#ifndef CMEM_SEARCH_MATRIX_FILE_H
#define CMEM_SEARCH_MATRIX_FILE_H

#include "base/common.h"
#include "base/err.h"
#include "search/matrix.h"
#include "search/matrix_scan.h"

#define MATRIX_MAGIC   "cmem-vec"
#define MATRIX_VERSION 1
#define MATRIX_HEADER  4096
#define MATRIX_BOOT    40

/* Ids of projects and sessions are held in 32 bits: a database with more of
 * them than that is not one of a person. */
struct matrix_header {
    char magic[8];
    uint32_t version;
    uint32_t dim;
    uint64_t room;    /* rows that fit, a multiple of SCAN_GROUP */
    uint64_t id_room; /* memories with an id below this have a place in
                         `first` */
    unsigned char uid[VECTOR_UID_BYTES]; /* of the embedder */
    char name[VECTOR_NAME_MAX];          /* for people: the embedder */
    char boot[MATRIX_BOOT]; /* of the system that wrote it last */
    uint64_t generation; /* counts files made anew */
    /* What follows changes while others read: whole words, written last. */
    uint64_t rows;
    int64_t last_id;
    uint64_t dead;     /* of rows: overwritten */
    uint32_t replaced; /* by another file at the same path */
};

/* Pointers into the map. */
struct matrix_map {
    struct matrix_header *h;
    size_t bytes;
    int fd; /* open for reading; 0: none */
    int64_t *id, *memory; /* [room] */
    uint32_t *project, *session;
    float *scale;
    uint32_t *sum;   /* of the row, to know a torn one by */
    uint32_t *first; /* [id_room]: row of a memory's first part, and 1 */
    uint64_t *signs; /* [room / SCAN_GROUP][words][SCAN_GROUP] */
    int8_t *v;       /* [room][stride] */
    size_t stride, words;
};

static inline size_t matrix_stride(int dim)
{
    return ((size_t)dim + SCAN_ALIGN - 1) / SCAN_ALIGN * SCAN_ALIGN;
}
static inline size_t matrix_words(int dim)
{
    return ((size_t)dim + 63) / 64;
}
static inline size_t matrix_map_rows(const struct matrix_map *m)
{
    uint64_t n = __atomic_load_n(&m->h->rows, __ATOMIC_ACQUIRE);

    return n < m->h->room ? (size_t)n : (size_t)m->h->room;
}

/* Maps the file; `write` for changing it in place. CM_ENOTFOUND, CM_EFORMAT,
 * CM_EIO. */
int matrix_map_open(struct matrix_map *m, const char *path, bool write,
                    struct err *e);
/* A new file of that many rows and ids, mapped for writing: header filled in,
 * everything else zero. CM_EFULL when the disk is full. */
int matrix_map_make(struct matrix_map *m, const char *path,
                    const struct embedder_row *em, uint64_t room,
                    uint64_t id_room, struct err *e);
void matrix_map_close(struct matrix_map *m); /* zeroed is fine */
bool matrix_map_fits(const struct matrix_map *m, const struct embedder_row *em);
/* Of one row as it stands in the map. */
uint32_t matrix_row_sum(const struct matrix_map *m, size_t row);
/* Its row, or -1. */
int64_t matrix_row_of(const struct matrix_map *m, int64_t memory_id);
/* What tells one start of the system from another. */
void matrix_boot(char out[MATRIX_BOOT]);

#endif
