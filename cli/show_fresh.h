/*
 * show_fresh.h - whether code is as it was, on the screen: a word in colour
 * before a title, and a line for each definition that a memory cites.
 */
#ifndef CMEM_CLI_SHOW_FRESH_H
#define CMEM_CLI_SHOW_FRESH_H

#include "base/common.h"
#include "base/json.h"
#include "cli/term.h"

/* "(code changed since) " of a memory whose "freshness" has a label. */
void show_fresh_label(struct term *t, const struct json *memory);

/* "worker/llm.c:12-30  retry_after  changed, now 14-31", a line each, under
 * one another. `stale`: those alone that changed, moved or went. */
void show_cites(struct term *t, const struct json *cites, int indent,
                bool stale);

#endif
