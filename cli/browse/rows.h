/*
 * rows.h - what was found, as the lines of one list: memories, sessions, files
 * and symbols look alike there.
 *
 * Made of the JSON that the operations give; every text is cleaned, on one
 * line, and lives in the list's arena.
 */
#ifndef CMEM_CLI_BROWSE_ROWS_H
#define CMEM_CLI_BROWSE_ROWS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

#define ROWS_MAX 400

enum row_what { ROW_MEMORY, ROW_SESSION, ROW_FILE, ROW_SYMBOL };

struct row {
    enum row_what what;
    struct str id;      /* "#12", "s4", "lib/x.c", "lib/x.c:name:7" */
    struct str label;   /* bugfix, fact, session, function, ... */
    struct str title;   /* words that were found between SHOW_MARKs */
    struct str where;   /* "lib/x.c:7" of a symbol, or empty */
    struct str fresh;   /* "code changed since", or empty */
    struct str session; /* "s4" of a memory or a session */
    struct str path;    /* absolute, of a file or a symbol */
    struct str name;    /* qualified, of a symbol */
    int64_t line;
    int64_t time_ms; /* 0: none */
    bool pinned, ended;
};

struct rows {
    struct arena a;
    struct row *v;
    size_t n;
    int64_t matched, of; /* memories; of < 0: not told */
    struct str project;  /* empty: all; of code the tree's name */
    struct str note;     /* why there is nothing, or not all */
};

struct rows *rows_new(void);
void rows_free(struct rows *r); /* NULL is fine */

/* Appends what an operation gave: search (also by session), sessions,
 * code-search, code-files; at most `max` of it. */
void rows_add(struct rows *r, const struct json *result, size_t max);
/* Memories, and beside them at most `max` symbols and sessions: those that are
 * called as the words say before, others behind. Any of them may be NULL. */
void rows_add_all(struct rows *r, const struct json *memories,
                  const struct json *symbols, const struct json *sessions,
                  struct str words, size_t max);
/* Place of a row, or -1. */
ptrdiff_t rows_find(const struct rows *r, struct str id);

#endif
