/*
 * pen.h - a row of the screen, written from left to right and never over its
 * end. Widths are columns of a terminal: a wide character takes two, and none
 * is cut in half.
 */
#ifndef CMEM_CLI_BROWSE_PEN_H
#define CMEM_CLI_BROWSE_PEN_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"
#include "cli/term.h"

struct pen {
    struct buf *b;
    int col, end; /* next column, and the first that is not to be written */
    bool colour;  /* else bold, dim and reverse only */
};

/* Clean text; what has no room is cut. false: it was. */
bool pen_put(struct pen *p, enum term_style style, struct str text);
bool pen_printf(struct pen *p, enum term_style style, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Cut with an ellipsis where it ends before `end`. */
void pen_cut(struct pen *p, enum term_style style, struct str text, int end);
/* The same of a text with SHOW_MARKs around what was found. */
void pen_marked(struct pen *p, enum term_style style, struct str text, int end);
/* A row that struct term wrote: its colours are kept. */
void pen_term(struct pen *p, struct str line);
/* White on black, or the other way round. */
void pen_reverse(struct pen *p, struct str text);
/* Blanks up to a column. */
void pen_pad(struct pen *p, int col);

/* Columns of a row as pens write it. */
int pen_columns(struct str row);

#endif
