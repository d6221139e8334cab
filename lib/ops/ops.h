/*
 * ops.h - the rows of the table in op.c; one file each.
 */
#ifndef CMEM_OPS_OPS_H
#define CMEM_OPS_OPS_H

#include "ops/op.h"

extern const struct op op_search, op_timeline, op_show, op_graph, op_sessions,
    op_summary, op_context, op_why, op_why_not, op_stats, op_add, op_forget,
    op_import, op_history, op_fix, op_edit, op_pin, op_unpin, op_stale, op_blame,
    op_code_status, op_code_search, op_code_outline, op_code_unfold,
    op_code_symbols, op_code_refs, op_code_callers, op_code_callees,
    op_code_impact, op_code_files, op_code_map;

#endif
