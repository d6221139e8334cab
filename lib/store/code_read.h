/*
 * code_read.h - asking the code index.
 *
 * Rows come in arrays that live in the arena of the call, with a maximum each;
 * a reader who must say what was left out asks for one more than it shows.
 * tree_id 0: all trees.
 */
#ifndef CMEM_STORE_CODE_READ_H
#define CMEM_STORE_CODE_READ_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "store/code.h"
#include "store/db.h"

struct code_tree_row {
    int64_t id, project_id, scanned_ms, ms;
    struct str root;
    int64_t files, symbols, lines; /* code_tree_count fills them */
};

struct code_file_row {
    int64_t id, tree_id;
    struct str path, language, package;
    int64_t size, mtime_ns;
    uint64_t hash;
    int status;
    int64_t lines, errors, error_bytes, symbols;
};

struct code_symbol_row {
    int64_t id, file_id;
    struct str name, qualified, signature, doc;
    int kind;
    bool exported;
    int32_t parent; /* place in the file, or -1 */
    int64_t start, end, first_line, last_line;
    uint64_t hash;
    /* of its file: */
    int64_t tree_id;
    struct str path, language;
};

static inline int32_t code_place(int64_t id)
{
    return (int32_t)(id % CODE_PER_FILE);
}

/* All trees, by root. */
int code_trees(struct db *db, struct arena *a, struct code_tree_row **v,
               size_t *n, struct err *e);
/* Counts what it has. */
int code_tree_count(struct db *db, struct code_tree_row *t, struct err *e);
/* Is an absolute path in it, or its root? */
bool code_tree_has(const struct code_tree_row *t, struct str path);
/* The innermost tree that an absolute path is in. 1, or 0. */
int code_tree_of(struct db *db, struct str path, struct arena *a,
                 struct code_tree_row *out, struct err *e);

/* Every file of a tree in the order of the bytes of its paths; with `under`
 * only this path and what lies below it. */
int code_files(struct db *db, int64_t tree_id, struct str under,
               struct arena *a, struct code_file_row **v, size_t *n,
               struct err *e);
/* What a scan compares with, in the same order: no more than that, because a
 * tree may have a million files. */
struct code_known_row {
    struct str path;
    int64_t id, size, mtime_ns;
    uint64_t hash;
};
int code_known(struct db *db, int64_t tree_id, struct arena *a,
               struct code_known_row **v, size_t *n, struct err *e);
/* 1, or 0. */
int code_file_get(struct db *db, int64_t id, struct arena *a,
                  struct code_file_row *out, struct err *e);
int code_file_find(struct db *db, int64_t tree_id, struct str path,
                   struct arena *a, struct code_file_row *out, struct err *e);

/* Of one file, in order. */
int code_symbols_of(struct db *db, int64_t file_id, struct arena *a,
                    struct code_symbol_row **v, size_t *n, struct err *e);
/* Of all of a tree's files in the order of their paths, for who needs every
 * one: without signature, doc, bytes and hash, path
 * and language. */
int code_symbols_all(struct db *db, int64_t tree_id, struct arena *a,
                     struct code_symbol_row **v, size_t *n, struct err *e);
/* By name: as it is written, or (`fold`) in any case, or (`prefix`) beginning
 * so, in any case. */
struct code_name_ask {
    struct str name;
    int64_t tree_id;
    bool fold, prefix;
    size_t max;
};
int code_symbols_named(struct db *db, const struct code_name_ask *ask,
                       struct arena *a, struct code_symbol_row **v, size_t *n,
                       struct err *e);
/* By words, all of them, the last one also as a beginning. The words are
 * anything that a person typed. */
int code_symbols_about(struct db *db, struct str text, int64_t tree_id,
                       bool any, size_t max, struct arena *a,
                       struct code_symbol_row **v, size_t *n, struct err *e);
/* How many symbols of each file have a word, among all trees; `prefix`: or one
 * that begins so. Files in the order of their ids. The word is letters and
 * digits. */
struct code_word_row {
    int64_t file_id, symbols;
};
int code_files_with(struct db *db, struct str word, bool prefix,
                    struct arena *a, struct code_word_row **v, size_t *n,
                    struct err *e);
/* 1, or 0. */
int code_symbol_get(struct db *db, int64_t id, struct arena *a,
                    struct code_symbol_row *out, struct err *e);

/* Files that use a name. Each candidate is unpacked by the caller, who gets
 * its blob with code_uses_of. */
int code_files_using(struct db *db, struct str name, int64_t tree_id,
                     struct arena *a, int64_t **ids, size_t *n, struct err *e);
/* The packed references of a file (code_pack.h); empty when there are none. */
int code_uses_of(struct db *db, int64_t file_id, struct arena *a,
                 struct str *blob, struct err *e);
int code_imports_of(struct db *db, int64_t file_id, struct arena *a,
                    struct code_import_in **v, size_t *n, struct err *e);

/* Every import of a tree, file by file. */
struct code_import_row {
    int64_t file_id;
    struct code_import_in in;
};
int code_imports_all(struct db *db, int64_t tree_id, struct arena *a,
                     struct code_import_row **v, size_t *n, struct err *e);

/* What was not parsed as a whole: files by status and language. */
struct code_coverage_row {
    struct str language;
    int status;
    int64_t files, lines, bytes, errors, error_bytes;
};
int code_coverage(struct db *db, int64_t tree_id, struct arena *a,
                  struct code_coverage_row **v, size_t *n, struct err *e);

#endif
