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

/* What holds for the whole index. */
struct words_shape {
    double rows;
    double average[FTS_COLUMNS]; /* words that a row has in each field */
};
int words_shape(struct db *db, struct words_shape *out, struct err *e);

/* The words of a text as the index has them, hashed (terms.h), in their
 * order. */
int words_hashes(struct db *db, struct str text, struct arena *a,
                 uint32_t **hashes, size_t *n, struct err *e);

/* `match` inside the filter's project, session, group and kind. */
struct str words_within(struct str match, const struct memory_filter *f,
                        struct arena *a);

/* Rows that match, the newest ids first, at most `max`: *n were written. A
 * twentieth of a microsecond a row. */
int words_rows(struct db *db, struct str match, size_t max, int64_t *ids,
               size_t *n, struct err *e);
/* The same, of rows that the whole filter lets through: a hundred times as
 * slow, for when the filter lets little through. */
int words_rows_filtered(struct db *db, struct str match,
                        const struct memory_filter *f, size_t max, int64_t *ids,
                        size_t *n, struct err *e);

/* How strongly rows have a phrase: `nphrases` are in `match`. Newest first. */
struct words_hit {
    int64_t id;
    float hits;
};
int words_phrase(struct db *db, struct str match, size_t nphrases,
                 const double weight[FTS_COLUMNS], size_t max,
                 struct words_hit *out, size_t *n, struct err *e);

/* What ranking asks of a row. */
struct found_row {
    int64_t id, session_id, event_ms;
    int64_t order;  /* in the group */
    uint64_t group; /* hash of group_key; 0: none */
    int importance;
    bool pinned;
    bool is_prompt;
    bool wanted; /* kind, type and file are as the filter wants them */
    struct str origin, user, agent; /* borrowed */
    struct str terms;               /* terms.h; borrowed */
};

/* Those of ids that are in the filter's scope, in order of id; fn may stop it
 * by returning a negative value. */
int rows_read(struct db *db, const struct memory_filter *f, const int64_t *ids,
              size_t n, int (*fn)(void *arg, const struct found_row *r),
              void *arg, struct err *e);

/* Where a row stands: found_row has it. */
struct row_place {
    int64_t id, session_id, order;
    uint64_t group;
};
/* Rows that stand two places before and after it in its group, or in its
 * session where that has an order, or were written down beside it, and the
 * prompt before it; at most ROWS_BESIDE. */
#define ROWS_BESIDE 5
int rows_beside(struct db *db, const struct row_place *at, int64_t *ids,
                size_t *n, struct err *e);

/* How many rows of the whole index match; negative: an error. */
int64_t words_count(struct db *db, struct str match, struct err *e);
/* 1 when there is any, 0 when there is none: of a common word that costs as
 * little as of a rare one. */
int words_any(struct db *db, struct str match, struct err *e);

/* The part of the memory's text where most of the words stand, each between
 * the bytes \2 and \3, cut parts as "...". Empty when the text has none. */
int words_snippet(struct db *db, struct str match, int64_t id, struct arena *a,
                  struct str *out, struct err *e);

/* A word (letters and digits, lower case) as somebody wrote it. */
int words_spelling(struct db *db, struct str word, struct arena *a,
                   struct str *out, struct err *e);

#endif
