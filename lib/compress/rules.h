/*
 * rules.h - compression with no language model: the built-in extractor.
 *
 * It says only what the events say. From a turn it makes: one observation of
 * what was done (asked for, changed, with the functions the edit names and
 * lines added and removed, checks, commits) or, when nothing was changed, of
 * what was found out or planned; one for every failure together with what
 * ended it; one for every decision or finding that the assistant stated or
 * the person chose; facts that the user stated ("we use X", "always",
 * "never"). Idle turns make nothing.
 *
 * In reading order: rules_ask (prompts), rules_said and rules_wish (sentences
 * of assistants and of people), rules_shell with rules_kind and rules_outcome
 * (commands), rules_code (edits), rules_work with rules_tool and rules_fix
 * (all of these gathered into tables), rules_say and rules_title (wording),
 * rules.c (drafts), rules_summary.c (the summary).
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
