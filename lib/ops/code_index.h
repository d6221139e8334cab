/*
 * code_index.h - a tree on disk into the code index: scan.h's items become
 * store/code.h's rows.
 *
 * Two halves, so that one writer suffices and never parses:
 *
 *   index_read   parses until a portion is full; needs no database. On the
 *                worker's thread pool.
 *   index_write  writes a portion, in a transaction of the caller's, for so
 *                many milliseconds; again until it says that all is written.
 *
 *     struct index_run *r;
 *     rc = index_begin(&r, db, root, project, &e);     reads what is known
 *     while ((rc = index_read(r, &e)) > 0)
 *         do {
 *             db_begin(db, &e);
 *             rc = index_write(r, db, 20, &e);
 *             db_commit(db, &e);
 *         } while (rc > 0);
 *     index_end(r);
 *
 * Broken off anywhere, what was committed stays, and the next run goes on.
 */
#ifndef CMEM_OPS_CODE_INDEX_H
#define CMEM_OPS_CODE_INDEX_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "code/scan.h"
#include "store/db.h"

struct index_run;

/* root: absolute. Makes the tree's row, in a transaction of its own unless one
 * is open. */
int index_begin(struct index_run **out, struct db *db, const char *root,
                int64_t project_id, struct err *e);
/* Only these files of it, paths below the root, now. p: borrowed for the run;
 * one that keeps trees makes what was edited before quick. NULL: one of its
 * own. What is known with the same text is not written again. */
int index_begin_files(struct index_run **out, struct code_parser *p,
                      int64_t tree_id, const char *root,
                      const struct str *paths, size_t n, struct err *e);
/* Of single files, at the end: which of them a hasty parser was unsure of.
 * They live until index_end. */
size_t index_unsure(const struct index_run *r, const struct str **paths);
/* 1: a portion is there to be written; 0: all was read, and the last portion
 * was written. */
int index_read(struct index_run *r, struct err *e);
/* 1: there is more of this portion; 0: it is written. Within one transaction
 * the whole rest with ms 0. */
int index_write(struct index_run *r, struct db *db, int64_t ms, struct err *e);
void index_end(struct index_run *r); /* NULL is fine */
/* From any thread: index_read ends this portion, or the next if none is being
 * read, with the file it is at. */
void index_hurry(struct index_run *r);

/* So far, for progress. total: files known from the last whole scan, 0 before
 * the first. */
const struct scan_count *index_counts(struct index_run *r, int64_t *total);
int64_t index_tree(const struct index_run *r);
/* The file read last. As the counts: between two calls, not beside one. */
void index_where(const struct index_run *r, char out[256]);

#endif
