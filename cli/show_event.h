/*
 * show_event.h - an event, its payload made readable.
 */
#ifndef CMEM_CLI_SHOW_EVENT_H
#define CMEM_CLI_SHOW_EVENT_H

#include "base/json.h"
#include "cli/term.h"

/* An item of the operation "show" whose kind is "event". */
void show_event(struct term *t, const struct json *event);
/* "e655  Bash  make check" for each of a list, indented; of a long one the
 * first, and how many more there are. */
void show_event_lines(struct term *t, const struct json *events);

#endif
