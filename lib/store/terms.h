/*
 * terms.h - the words of one row, so that it can be scored without the index.
 *
 * The full-text index tells which rows have a word. Ranking asks the other way
 * round: a row that something else proposed, which of the question's words
 * does it have? memory_terms keeps that: for each memory a blob of the hashes
 * of its words with how often the title, the text and the names have them.
 *
 * The words are those of the full-text index: terms_register makes SQL
 * functions of its own tokenizer,
 *
 *     row_terms(title, text, names, speaker, traits)   the blob
 *     word_terms(text)                   hashes of the words in their order
 *     word_match(text)                   "one" AND "two": each as it stands
 *
 * A hash has 32 bits: two words of a question and a row of a hundred words
 * meet by accident once in twenty million. The blob also says who speaks and
 * how (traits.h).
 */
#ifndef CMEM_STORE_TERMS_H
#define CMEM_STORE_TERMS_H

#include "base/common.h"
#include "base/str.h"
#include "store/fts.h"

struct sqlite3;
struct fts5_api;

/* 0, or an SQLite error code. */
int terms_register(struct sqlite3 *h, struct fts5_api *api);

/* For SQL functions that need the index's tokenizer: an instance of it is
 * their user data. All return an SQLite code. */
struct terms_tokenizer;
struct sqlite3_context;
struct sqlite3_value;
int terms_function(struct sqlite3 *h, struct fts5_api *api, const char *name,
                   int nargs,
                   void (*fn)(struct sqlite3_context *, int,
                              struct sqlite3_value **));
int terms_tokenize(struct terms_tokenizer *t, int reason, struct str text,
                   void *arg,
                   int (*fn)(void *arg, int flags, const char *word, int n,
                             int from, int to));

/* How hits count: see rank.h for the weights. */
struct term_scale {
    double weight[FTS_COLUMNS];
    double average[FTS_COLUMNS]; /* words a row has there */
};

/* A row's blob, opened. */
struct terms {
    const unsigned char *hash; /* n x 4 bytes, ascending */
    const unsigned char *freq; /* n x 2 bytes */
    size_t n;
    float per_hit[FTS_COLUMNS];   /* weight, less where a field is long */
    unsigned length[FTS_COLUMNS]; /* words, at most 65,535 */
    unsigned traits;
    uint32_t speaker; /* the first word of who speaks, hashed; 0: not said */
};

/* A blob that is not one gives no terms. The blob is borrowed. */
void terms_open(struct terms *t, struct str blob, const struct term_scale *s);
/* Of the i-th word, i < n. */
uint32_t terms_hash(const struct terms *t, size_t i);
/* Weighted hits of a word; 0: not there. */
float terms_hits(const struct terms *t, uint32_t hash);

#endif
