/*
 * show_table.h - objects of a list as the rows of a table.
 *
 * Columns are as wide as their widest cell; words stand left, numbers right.
 * A column without a single value is left out. What a screen has no room for is
 * cut; into a pipe everything is whole.
 */
#ifndef CMEM_CLI_SHOW_TABLE_H
#define CMEM_CLI_SHOW_TABLE_H

#include "base/common.h"
#include "base/json.h"
#include "cli/term.h"

enum show_cell {
    CELL_WORD,
    CELL_TITLE,
    CELL_DIM,
    CELL_ID,
    CELL_COUNT,  /* "1,234" */
    CELL_SOME,   /* the same, empty for 0 */
    CELL_DAY,    /* "2026-02-07", local */
    CELL_UTC,    /* the same of a day that was counted in UTC */
    CELL_MINUTE, /* "2026-02-07 14:02", local */
    CELL_SPAN,   /* from `key` to "last": "12m" */
    CELL_USD,    /* millionths of a dollar; 0 is not known: empty */
};

struct show_column {
    const char *title;
    const char *key; /* NULL: left out */
    enum show_cell cell;
    int most; /* of a screen's columns; 0: as wide as needed */
};

#define SHOW_COLUMNS_MAX 10

/* With a first line of titles. Nothing for an empty list. */
void show_table(struct term *t, int indent, const struct show_column *columns,
                size_t ncolumns, const struct json *rows);

#endif
