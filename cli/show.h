/*
 * show.h - results of operations, shown to a person: one function per
 * operation, named after it. The JSON is what the operation of lib/ops
 * writes; see cmd_render in cmd.h for what is returned.
 */
#ifndef CMEM_CLI_SHOW_H
#define CMEM_CLI_SHOW_H

#include "cli/term.h"

struct json;

int show_search(struct term *t, const struct json *result);
int show_timeline(struct term *t, const struct json *result);
int show_show(struct term *t, const struct json *result);
int show_graph(struct term *t, const struct json *result);
int show_sessions(struct term *t, const struct json *result);
int show_summary(struct term *t, const struct json *result);
int show_context(struct term *t, const struct json *result);
int show_why(struct term *t, const struct json *result);
int show_why_not(struct term *t, const struct json *result);
int show_stats(struct term *t, const struct json *result);
int show_add(struct term *t, const struct json *result);
int show_history(struct term *t, const struct json *result);
int show_fix(struct term *t, const struct json *result);
int show_edit(struct term *t, const struct json *result);
int show_pin(struct term *t, const struct json *result);
int show_forget(struct term *t, const struct json *result);
int show_stale(struct term *t, const struct json *result);
int show_blame(struct term *t, const struct json *result);
int show_code_status(struct term *t, const struct json *result);
int show_code_search(struct term *t, const struct json *result);
int show_code_outline(struct term *t, const struct json *result);
int show_code_unfold(struct term *t, const struct json *result);
int show_code_symbols(struct term *t, const struct json *result);
int show_code_refs(struct term *t, const struct json *result);
int show_code_impact(struct term *t, const struct json *result);
int show_code_files(struct term *t, const struct json *result);
int show_code_map(struct term *t, const struct json *result);
int show_code_calls(struct term *t, const struct json *result);

#endif
