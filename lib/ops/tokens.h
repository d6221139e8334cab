/*
 * tokens.h - how many tokens a text is for a language model, about.
 */
#ifndef CMEM_OPS_TOKENS_H
#define CMEM_OPS_TOKENS_H

#include "base/common.h"
#include "base/str.h"

/*
 * An estimate that needs no vocabulary: a word of up to six letters is one
 * token and each further six are another; every three digits are one; a run
 * of the same mark is one; a character outside ASCII is one. Blanks belong to
 * the word behind them. For paths, identifiers and prose it is nearer than a
 * quarter of the bytes, and rather too high than too low.
 */
size_t text_tokens(struct str s);

#endif
