/*
 * prompt_event.h - one event as a language model is shown it.
 *
 * A header line at the margin, "[7 14:02] Bash FAILED", then content, every
 * line of it with a leading blank. What is shown of a tool call depends on
 * the tool: one row each in a table.
 */
#ifndef CMEM_COMPRESS_PROMPT_EVENT_H
#define CMEM_COMPRESS_PROMPT_EVENT_H

#include "compress/digest.h"
#include "compress/prompt_text.h"

/* Is there anything in the event that a memory could come from? */
bool prompt_event_matters(const struct ev *e);

/* Writes the event. `label` is what stands in its brackets. */
void prompt_event(struct show *s, const struct ev *e, const char *label);

#endif
