/*
 * snippet.h - the part of a text where most of a question's words stand.
 *
 * FTS5 has a function of that name, which asks the index again for each row
 * that is shown; that costs a third of a search in which common words occur.
 * This one looks at the row's text alone and gives the same bytes. It is an
 * SQL function,
 *
 *     snippet_of(match, title, text, names)
 *
 * of the text, with \2 and \3 around what matches and "..." for what was cut
 * off; NULL when the row has none of the phrases in any of its fields. `match`
 * is an expression as query.h makes it: phrases in double quotes, a star behind
 * those that end in the beginning of a word, OR between them.
 */
#ifndef CMEM_STORE_SNIPPET_H
#define CMEM_STORE_SNIPPET_H

#include "base/common.h"

struct sqlite3;
struct fts5_api;

/* 0, or an SQLite error code. */
int snippet_register(struct sqlite3 *h, struct fts5_api *api);

#endif
