/*
 * context_fill.h - what goes into the two context blocks; for context.c.
 */
#ifndef CMEM_OPS_CONTEXT_FILL_H
#define CMEM_OPS_CONTEXT_FILL_H

#include "base/err.h"
#include "ops/block.h"
#include "ops/context.h"
#include "ops/fresh.h"
#include "ops/op.h"
#include "search/files.h"
#include "store/read_session.h"

struct context_fill {
    struct op_env *env;
    const struct context_request *r;
    struct project_row project;
    struct block *block;
    struct file_roots roots;
    struct fresh *fresh; /* NULL: the code is not asked */
};

int context_fill_startup(struct context_fill *f, struct err *e);
/* CM_ENOTFOUND when nothing is known of the session. */
int context_fill_compact(struct context_fill *f, struct err *e);

/* Does it hold? *label: " (code changed since)", fenced, for behind a line's
 * id and type; empty when there is nothing to say. */
enum freshness context_fresh(struct context_fill *f, int64_t memory_id,
                             struct str *label);
/* Adds one fenced line: `prefix`, then at most max_bytes of text. NULL when
 * the text is empty or the block is full. */
struct block_line *context_add(struct context_fill *f, struct str heading,
                               struct str prefix, struct str text,
                               size_t max_bytes, int priority);
/* A field of a memory's data: a string, or strings joined by lines. Lives in
 * the arena. */
struct str context_field(const struct json *data, const char *name,
                         struct arena *a);

/* Appends "lib/{a.c,b.c}, README": files of one directory share its name. */
void context_files(const struct file_rank *rows, size_t n, struct buf *out);

#endif
