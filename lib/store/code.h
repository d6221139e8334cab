/*
 * code.h - the code index: written file by file.
 *
 * Trees, files, symbols, references and imports; see schema.sql for the rows
 * and code_read.h for asking. Kinds are numbers of lib/code's enums; whoever
 * changes their order counts DERIVED_VERSION up.
 *
 * Invariants:
 *   1. A file's symbols, references, imports and words are written and taken
 *      away together, in the caller's transaction.
 *   2. The id of a symbol or import is its file's id times CODE_PER_FILE plus
 *      its place in the file: all of a file are a range, and need no index.
 *   3. The full-text tables have no content of their own. What was written
 *      there is worked out again from the rows when it is taken away, so that
 *      words() and tokens() in code.c must give the same for the same rows:
 *      changing them is another DERIVED_VERSION.
 */
#ifndef CMEM_STORE_CODE_H
#define CMEM_STORE_CODE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "store/db.h"

/* More than any file's symbols (code_limits.max_defs) or imports. */
#define CODE_PER_FILE (INT64_C(1) << 17)

struct code_symbol_in {
    struct str name, qualified, signature, doc;
    int kind;
    bool exported;
    uint32_t start, end, first_line, last_line;
    int32_t parent; /* place in the file, or -1 */
    uint64_t hash;
};

struct code_use_in {
    struct str name, qualifier;
    int kind;
    bool member;
    uint32_t line;
    int32_t symbol; /* that it stands in, or -1 */
};

struct code_import_in {
    struct str module, name, alias;
    uint32_t line;
};

struct code_file_in {
    int64_t tree_id, id;  /* id 0: a new one, or the one that has the path */
    struct str path, language, package;
    int64_t size, mtime_ns;
    uint64_t hash;
    int status;
    uint32_t lines, errors, error_bytes;
    const struct code_symbol_in *symbols;
    size_t n_symbols;
    const struct code_use_in *uses; /* in the order of their lines */
    size_t n_uses;
    const struct code_import_in *imports;
    size_t n_imports;
};

/* The tree of this root; made when it is new. */
int code_tree_put(struct db *db, struct str root, int64_t project_id,
                  int64_t *id, struct err *e);
/* A scan of it ended, whole. */
int code_tree_scanned(struct db *db, int64_t id, int64_t now_ms, int64_t ms,
                      struct err *e);
/* With all its files. keep_out: the row stays, unseen, to say that this one
 * is not to be indexed unless somebody asks (code_tree_put). */
int code_tree_drop(struct db *db, int64_t id, bool keep_out, struct err *e);
/* 1, or 0. */
int code_tree_is_kept_out(struct db *db, struct str root, struct err *e);

/* In place of what was known of the file. a: for the call. */
int code_file_put(struct db *db, const struct code_file_in *in,
                  struct arena *a, int64_t *id, struct err *e);
/* The same text under another time. */
int code_file_touch(struct db *db, int64_t id, int64_t size, int64_t mtime_ns,
                    struct err *e);
int code_file_drop(struct db *db, int64_t id, struct err *e);

/* Roots survive what drops everything derived (derive.h): their trees are
 * empty and not scanned then. Both inside the transaction. */
int code_roots_keep(struct db *db, struct err *e);
int code_roots_back(struct db *db, struct err *e);

#endif
