/*
 * fts.h - what a full-text match is made of, told row by row.
 *
 * SQLite's own bm25() gives one number for a row; ranking wants to know which
 * of the query's words the row has and how strongly. fts_register adds the
 * function words(memories_fts, map, weights...) to a connection: for a row of
 * a MATCH it returns a float for each unit of the query, the weight of its
 * hits in the row, as a blob.
 *
 * A query is a list of units (a word, or an identifier with its several
 * spellings), a unit is one or more phrases of the MATCH string. `map` has a
 * character for each phrase, in the order of the MATCH string: FTS_UNIT_0 plus
 * the number of the unit it belongs to; phrases behind the map's end count for
 * none.
 *
 * shape(memories_fts) gives, for any row, what holds for the whole index: four
 * doubles as a blob, its rows and the words that each field has on average.
 */
#ifndef CMEM_STORE_FTS_H
#define CMEM_STORE_FTS_H

#include "base/common.h"

/* Most units of a query: what people type has under ten; a whole first prompt
 * as a query is cut to its first ones. */
#define FTS_UNITS  48
#define FTS_UNIT_0 '0'
/* Most phrases of one MATCH string: an identifier has up to four spellings. */
#define FTS_PHRASES 128

enum fts_column { FTS_TITLE, FTS_TEXT, FTS_NAMES, FTS_COLUMNS };

struct sqlite3;

/* Adds words() and the tokenizer of tokenize.h. 0, or an SQLite error code. */
int fts_register(struct sqlite3 *h);

#endif
