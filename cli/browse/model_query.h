/*
 * model_query.h - what is typed, by characters and words: the part of the model
 * that edits its query. Places are bytes, always between two characters.
 */
#ifndef CMEM_CLI_BROWSE_MODEL_QUERY_H
#define CMEM_CLI_BROWSE_MODEL_QUERY_H

#include "base/common.h"
#include "cli/browse/model.h"

/* At the cursor, cleaned and on one line; what has no room is left out. */
void query_insert(struct model *m, struct str text);
void query_erase(struct model *m, size_t from, size_t to);

/* One character to the left or right of a place; stays at the ends. */
size_t query_before(const struct model *m, size_t at);
size_t query_behind(const struct model *m, size_t at);
/* The beginning of the word before the cursor, the end of the one behind. */
size_t query_word_before(const struct model *m);
size_t query_word_behind(const struct model *m);

#endif
