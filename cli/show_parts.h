/*
 * show_parts.h - what the results of operations look like in parts: dates,
 * counts, a memory in a line, a text under its label.
 *
 * The functions take the JSON of docs/json.md. A field that is missing or of
 * another type is shown as if it were empty: a result never fails to be shown.
 */
#ifndef CMEM_CLI_SHOW_PARTS_H
#define CMEM_CLI_SHOW_PARTS_H

#include "base/common.h"
#include "base/json.h"
#include "cli/term.h"

/* Paragraphs stand this far in under their label. */
#define SHOW_INDENT 2

/* A time field, in milliseconds; 0 when there is none. */
int64_t show_time(const struct json *obj, const char *key);
/* "2026-02-07" and "2026-02-07 14:02", local, dimmed; blanks for 0. */
void show_date(struct term *t, int64_t ms);
void show_minute(struct term *t, int64_t ms);
/* "45s", "12m", "1h05m", "2d03h": short enough for a column. */
#define SHOW_SPAN_BYTES 32
void show_span_text(char out[SHOW_SPAN_BYTES], int64_t ms);
/* "1,234" at the right end of `width` columns. */
void show_number(struct term *t, int64_t n, int width);
/* The same for a ready word. */
void show_right(struct term *t, const char *text, int width);
/* "1 event", "1,234 events". */
void show_plural(struct term *t, int64_t n, const char *one, const char *many);
/* Puts `sep` unless *first, which becomes false. */
void show_sep(struct term *t, bool *first, const char *sep);

/* Columns of a list of memories: as wide as its widest. */
struct show_cols {
    int id, type;
    int project; /* 0: every line is of one project */
};
/* Widens the columns for the memories of a list; `with_project`: they may be
 * of several. */
void show_cols_for(struct show_cols *cols, const struct json *list,
                   bool with_project);
/* "#73  2026-02-07  feature  Title", from the current column on, with its
 * newline. Where the title begins is returned. */
int show_memory_line(struct term *t, const struct json *m,
                     const struct show_cols *cols);
/* What kind of thing: the type of an observation, else the kind. */
struct str show_type(const struct json *memory);

/* Text with **matches**, wrapped, at most `rows` rows; ends with a newline. */
void show_snippet(struct term *t, int indent, int rows, struct str text);

/* "Label" and below it the text (a string, or a list of strings), wrapped.
 * Nothing at all when there is no text. */
void show_paragraph(struct term *t, const char *label, const struct json *text);
/* The paragraphs of a summary memory: Request, Investigated, ... */
void show_summary_body(struct term *t, const struct json *memory);
/* Files [{path, modified}], those changed first. */
void show_files(struct term *t, const struct json *files);
/* "s4  2026-02-07 14:02  12m  3 prompts, 142 events  main": a session's
 * header, its title above. */
void show_session_head(struct term *t, const struct json *session);

#endif
