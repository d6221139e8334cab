/*
 * rules.h - compression with no language model: the built-in extractor.
 *
 * It says only what the events say. From a turn it makes: one observation of
 * what was done (asked for, changed, with the functions the edit names and
 * lines added and removed), one for every error together with what ended it,
 * one for every decision or finding that the assistant stated, facts that the
 * user stated ("we use X", "always", "never"). Idle turns make nothing.
 */
#ifndef CMEM_COMPRESS_RULES_H
#define CMEM_COMPRESS_RULES_H

#include "compress/digest.h"

/* Observations and facts of the batch. out->items live in b->a. */
void rules_extract(const struct batch *b, struct drafts *out);

/* The session's summary from all its events so far (b holds all of them, not
 * only the new ones). out->summary.set is false when there is nothing to say.
 */
void rules_summarise(const struct batch *b, struct drafts *out);

#endif
