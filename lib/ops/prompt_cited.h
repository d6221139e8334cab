/*
 * prompt_cited.h - a definition that a prompt names and a memory is about.
 *
 * A memory need not say the name of what it is about: it cites it. Where the
 * prompt names a definition that the memory's session changed, that is said
 * beside the memory, and counts as said by it.
 *
 * Only names that are nothing but names count: with an underscore, a capital
 * or a digit inside, or a bracket behind them in the prompt. "parse" in a
 * prompt is a verb.
 */
#ifndef CMEM_OPS_PROMPT_CITED_H
#define CMEM_OPS_PROMPT_CITED_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

/* Does the prompt have any such name? Else nothing need be asked. */
bool prompt_has_name(struct str prompt);
/* The first that the memory cites and `body` does not say; 1, or 0. Lives in
 * a. */
int prompt_cited(struct db *db, int64_t memory_id, struct str prompt,
                 struct str body, struct arena *a, struct str *name,
                 struct err *e);

#endif
