/*
 * related.h - the few memories a batch may repeat, refine or contradict.
 */
#ifndef CMEM_WORKER_RELATED_H
#define CMEM_WORKER_RELATED_H

#include "compress/digest.h"
#include "compress/prompt.h"
#include "store/db.h"

/* At most `max` current facts, decisions and notes of the project, the most
 * related first; texts live in b->a. How many. Never fails: none is fine. */
size_t related_memories(struct db *db, const struct batch *b,
                        int64_t project_id, struct prompt_memory *out,
                        size_t max);

#endif
