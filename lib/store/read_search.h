/*
 * read_search.h - the full-text index, asked.
 *
 * The MATCH string comes from lib/search/query.h, which builds it safely; one
 * that SQLite does not accept is CM_EARG here, never a crash.
 */
#ifndef CMEM_STORE_READ_SEARCH_H
#define CMEM_STORE_READ_SEARCH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/fts.h"
#include "store/read_memory.h"

struct words_query {
    struct str match;           /* FTS5 */
    struct str map;             /* phrases to units: see fts.h */
    double weight[FTS_COLUMNS]; /* of a hit in each field */
};

/* A row that has at least one unit. */
struct words_match {
    int64_t id, session_id, event_ms;
    int importance;
    bool pinned;
    bool is_prompt;
    bool wanted;  /* kind, type and file are as the filter wants them */
    size_t nunits;
    float hits[FTS_UNITS]; /* weighted hits of each unit in this row */
};

/* Calls fn for each matching row inside the filter's scope, in no particular
 * order, until fn returns a negative value. */
int words_search(struct db *db, const struct words_query *q,
                 const struct memory_filter *f,
                 int (*fn)(void *arg, const struct words_match *m), void *arg,
                 struct err *e);

/* How many rows of the whole index match; negative: an error. */
int64_t words_count(struct db *db, struct str match, struct err *e);

/* The part of the memory's text where most of the words stand, each between
 * the bytes \2 and \3, cut parts as "...". Empty when the text has none. */
int words_snippet(struct db *db, struct str match, int64_t id, struct arena *a,
                  struct str *out, struct err *e);

/* Walks the index's words (stemmed, lower case) that begin with `prefix` in
 * order, with the number of rows that have them. fn may stop it by returning a
 * negative value. */
int words_walk(struct db *db, struct str prefix,
               int (*fn)(void *arg, struct str term, int64_t rows), void *arg,
               struct err *e);

/* A word as somebody wrote it, for a term of the index; the term itself when
 * it cannot be told. */
int words_spelling(struct db *db, struct str term, struct arena *a,
                   struct str *out, struct err *e);

#endif
