/*
 * show_parts.h - what the results of operations have in common on the screen:
 * dates and counts, a memory in a line, a session's head, a summary's text.
 *
 * The functions take the JSON of docs/json.md. A field that is missing or of
 * another type is shown as if it were empty: a result never fails to be shown.
 */
#ifndef CMEM_CLI_SHOW_PARTS_H
#define CMEM_CLI_SHOW_PARTS_H

#include "base/common.h"
#include "base/json.h"
#include "cli/term.h"

/* "1,234", and "45s", "12m", "1h05m", "2d03h": short enough for a column. */
#define SHOW_NUMBER_BYTES 32
void show_count_text(char *out, int64_t n);
void show_span_text(char *out, int64_t ms);
/* "1 event", "1,234 events". */
void show_plural(struct term *t, int64_t n, const char *one, const char *many);

/* A time field, in milliseconds; 0 when there is none. */
int64_t show_time(const struct json *obj, const char *key);
/* "2026-02-07" and "2026-02-07 14:02", local, dimmed; nothing for 0. */
void show_date(struct term *t, int64_t ms);
void show_minute(struct term *t, int64_t ms);

/* The type of an observation, else the kind. */
struct str show_type(const struct json *memory);

/* Columns of a list of memories: as wide as the widest of them. */
struct show_cols {
    int id, type, origin;
    int project;  /* 0: not shown */
    bool minutes; /* times with hours and minutes */
};
/* Widens the columns for the memories of a list. */
void show_cols_for(struct show_cols *cols, const struct json *list);
/* The same for the column of projects. */
void show_cols_project(struct show_cols *cols, const struct json *list);
/* "#73  2026-02-07  feature  ", from the current column on. */
void show_memory_head(struct term *t, const struct json *m,
                      const struct show_cols *cols);
/* The same, the title and a newline. */
void show_memory_line(struct term *t, const struct json *m,
                      const struct show_cols *cols);

/* "2026-02-07 14:02, 12m, 3 prompts, 142 events, app (main)". */
void show_session_facts(struct term *t, const struct json *session);
/* The paragraphs of a summary (a memory): Request, Investigated, ... */
void show_summary_body(struct term *t, const struct json *memory);
/* Files [{path, modified}], those changed first; paths below `root` without
 * it. */
void show_files(struct term *t, const struct json *files, struct str root);
/* The section of a session's errors and what ended them; nothing for none. */
void show_fixes(struct term *t, const struct json *list, bool cut);

#endif
