/*
 * prompt_words.h - what a prompt asks, as far as a search should know.
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_OPS_PROMPT_WORDS_H
#define CMEM_OPS_PROMPT_WORDS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* Bytes of a query made of a prompt: its beginning is what was asked, the rest
 * are most often pasted files, plans and output. */
#define PROMPT_QUERY_BYTES 400
/* Names (paths, identifiers, errors) taken from what is behind that. */
#define PROMPT_QUERY_NAMES 16

/*
 * Why nothing is looked up for this prompt, in a few words: it is empty, not
 * the user's own, a slash command, or says nothing that could be looked up
 * ("yes", "continue", "run the tests"). NULL: it is worth a search.
 */
const char *prompt_is_trivial(struct str prompt, struct arena *a);

/* The words to search for, one line; lives in a. */
struct str prompt_query(struct str prompt, struct arena *a);

#endif
