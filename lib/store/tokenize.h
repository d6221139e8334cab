/*
 * tokenize.h - how a text becomes the words of the full-text index.
 *
 * The tokenizer "cmem" stands between FTS5's own two: unicode61 splits and
 * folds (case, accents), porter takes English endings off. What lies between:
 *
 *   - Scripts that put no blanks between words (Chinese, Japanese, Korean,
 *     Thai, ...) become pairs of characters: a run of n characters gives n - 1
 *     overlapping pairs and its last character alone. A phrase of pairs is
 *     found wherever it stands, so any fragment of two characters or more is;
 *     one character is found as a prefix. Korean writes blanks, but hangs
 *     its particles on the words; pairs find these, too.
 *   - The forms U+FF10 to U+FF5A of ASCII letters and digits become these.
 *   - Irregular forms become the plain one: went, gone: go.
 *
 * Texts and queries go through the same: a query has only to be quoted.
 */
#ifndef CMEM_STORE_TOKENIZE_H
#define CMEM_STORE_TOKENIZE_H

#include "base/common.h"
#include "base/str.h"

/* Is it of a script that is indexed in pairs? */
bool char_is_unspaced(uint32_t cp);
/* The length of the run of such characters that s begins with, in bytes, and
 * how many they are; 0 when it does not begin with one. */
size_t unspaced_run(struct str s, size_t *chars);

/* Lower case of ASCII, Latin-1, Greek and Cyrillic letters, in place: these
 * keep their length. The index folds case by itself; this is for what is
 * compared outside of it. */
void lower_case(char *p, size_t n);

struct fts5_api;
/* Makes the tokenizer known to a connection. 0, or an SQLite error code. */
int tokenize_register(struct fts5_api *api);

#endif
