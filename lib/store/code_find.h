/*
 * code_find.h - definitions found again: what comparing a memory's citations
 * with the code index asks (ops/fresh.h).
 *
 * Asked for every citation of every memory that is shown, so each is a probe of
 * an index or a walk over one file's rows, and what is nearly always the case
 * (the same text under the same name in the same file) gives back no texts.
 */
#ifndef CMEM_STORE_CODE_FIND_H
#define CMEM_STORE_CODE_FIND_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct code_file_state {
    int64_t id;
    uint64_t hash; /* of the text; 0: not read */
    int status;    /* code/scan.h */
    int64_t mtime_ns;
};
/* 1, or 0. */
int code_file_state(struct db *db, int64_t tree_id, struct str path,
                    struct code_file_state *out, struct err *e);

struct code_found {
    struct str path, symbol; /* below the tree's root; qualified */
    int kind;
    uint32_t first_line, last_line, bytes;
    uint64_t hash;
};

/* Has the file a definition of that qualified name with that hash? 1, and its
 * lines (out has no texts); or 0. */
int code_find_same(struct db *db, int64_t file_id, struct str symbol,
                   uint64_t hash, struct code_found *out, struct err *e);
/* Has it one of that name at all? The first; out has no texts. */
int code_find_named(struct db *db, int64_t file_id, struct str symbol,
                    struct code_found *out, struct err *e);
/* Definitions of the tree with that hash, by their ids; at most max. */
int code_find_hashed(struct db *db, int64_t tree_id, uint64_t hash, size_t max,
                     struct arena *a, struct code_found **v, size_t *n,
                     struct err *e);
/* The path of the only file of the tree with that text: 1, or 0. Looks at
 * every file's row. */
int code_find_file(struct db *db, int64_t tree_id, uint64_t hash,
                   struct arena *a, struct str *path, struct err *e);

#endif
