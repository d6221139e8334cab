/*
 * page.h - what was stored, made ready for a model: fenced, counted, cut.
 *
 * A reply has two forms of the same: text, and a structured object. A client
 * gives its model one of them, so both are cut by the same budget, are both
 * fenced (ops/fence.h), and both say what was left out and how to get it.
 */
#ifndef CMEM_MCP_PAGE_H
#define CMEM_MCP_PAGE_H

#include "base/common.h"
#include "mcp/request.h"

/* Tokens of a list, and of full texts. What is about a reply (a heading, how
 * to go on) comes to at most 200 more. */
#define PAGE_LIST_TOKENS  2000
#define PAGE_WHOLE_TOKENS 4000

struct page {
    struct request *r;
    struct buf *text;
    struct jsonw *w;
    size_t tokens, budget;
    size_t shown;
    /* The row that is being made: begun by page_row. */
    struct buf row_text, row_json;
    struct jsonw row;
};

/* An object `w` is open; its array "results" is opened. `about` becomes the
 * first line: what this is. */
void page_begin(struct page *p, size_t budget, struct str about);
/* A row: write into p->row_text (lines) and p->row (an open object). */
void page_row(struct page *p);
/* Appends the row unless it does not fit any more; false then. The first row
 * always fits. */
bool page_row_end(struct page *p);
/* Closes the array; `next` (may be empty) says how to go on, offset (0: none)
 * where. */
void page_end(struct page *p, struct str next, int64_t offset);

/* One line of stored text; lives in the arena. What is shaped like an
 * instruction and does not come from the user is left out, and that is said. */
struct str page_line(struct arena *a, struct str s, size_t max_bytes,
                     struct str origin);
/* Several lines, each behind `prefix`. *left: bytes behind what was taken. */
struct str page_lines(struct arena *a, struct str s, size_t max_bytes,
                      const char *prefix, size_t *left);

/* A memory as the operations give it: id, date, kind, title and what else a
 * line should say, into the row. mark: ">" for the one asked about. */
void page_memory(struct page *p, const struct json *m, const char *mark);

#endif
