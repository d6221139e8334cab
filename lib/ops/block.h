/*
 * block.h - choosing lines for a context block within a budget.
 *
 * Whoever fills a block adds lines in the order in which they are to be
 * shown, each with a priority; block_choose takes them in order of priority
 * as long as they fit, block_print writes those taken with the headings they
 * need. The outcome depends on nothing but what was added.
 */
#ifndef CMEM_OPS_BLOCK_H
#define CMEM_OPS_BLOCK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* Lines of one block, far more than any budget has room for. */
#define BLOCK_LINES 512

struct block_line {
    struct str heading; /* of its section; equal slices are one section */
    struct str group;   /* under it, such as a date; may be empty */
    struct str text;    /* one line, without its "- " */
    struct str why;     /* for --explain */
    int64_t memory_id;  /* 0: of none */
    int64_t session_id; /* which it sums up; 0: none */
    int priority;       /* smaller goes first */
    size_t tokens;
    bool taken;
};

struct block {
    struct arena *a;
    struct str head, tail; /* first and last line */
    struct block_line lines[BLOCK_LINES];
    size_t n;
    size_t tokens; /* of everything taken, head and tail too */
};

/* Room for one more line; NULL when the block is full. text is copied. */
struct block_line *block_add(struct block *b, struct str heading,
                             struct str text, int priority);
/* Is a memory, or a line with the same text, in it already? */
bool block_has(const struct block *b, int64_t memory_id, struct str text);

/* Takes lines while the block stays within max_tokens and max_units (UTF-16
 * code units of the printed text). Returns how many. */
size_t block_choose(struct block *b, size_t max_tokens, size_t max_units);
/* Appends the block; nothing when no line was taken. */
void block_print(const struct block *b, struct buf *out);

#endif
