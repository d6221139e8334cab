/*
 * view.h - the model drawn into the rows of a frame. No terminal: a frame is
 * text, and what is to be where is decided here alone.
 *
 *     query                                 repository cmem  12 of 555
 *     all  observations  facts  notes  prompts  sessions  files  symbols
 *     > bugfix    title of a memory   3h | #12  bugfix
 *       fact      another one         2d | what it says, its evidence
 *     what was done, or the keys
 *
 * The preview stands beside the list where there are VIEW_WIDE columns, below
 * it where there are VIEW_TALL rows, else nowhere.
 */
#ifndef CMEM_CLI_BROWSE_VIEW_H
#define CMEM_CLI_BROWSE_VIEW_H

#include "base/buf.h"
#include "base/common.h"
#include "cli/browse/model.h"

#define VIEW_WIDE 100
#define VIEW_TALL 15
/* Larger terminals are drawn as if they were so large. */
#define VIEW_ROWS    300
#define VIEW_COLUMNS 1000

struct box {
    int top, left, rows, cols; /* rows 0: not there */
};

struct layout {
    int tabs, status; /* rows; -1: not there */
    struct box list, preview;
    bool beside; /* the preview, and a line between */
};

struct frame {
    int w, h;
    int cursor_row, cursor_col;
    struct buf row[VIEW_ROWS];
};

/* What is to be read of the chosen row, wrapped at a width. */
struct preview {
    struct str id;   /* of the row; borrowed from `json`'s owner */
    struct buf text; /* as struct term wrote it */
    int lines;
};

struct view {
    bool colour;
    int64_t now_ms;
    const struct preview *preview; /* of another row: nothing is shown */
    bool busy;                     /* an answer is on its way */
};

void frame_init(struct frame *f);
void frame_free(struct frame *f);

/* Any size from 1 by 1 on. */
void layout_make(struct layout *l, int w, int h, bool preview, bool read);
/* Draws all of it at f->w by f->h, and tells the model how much is seen. */
void view_draw(const struct view *v, struct model *m, struct frame *f);
/* "now", "5m", "3h", "2d", "6w", "4mo", "2y". */
void view_age(int64_t ms, int64_t now_ms, char out[32]);

#endif
