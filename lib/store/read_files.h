/*
 * read_files.h - which sessions changed and read which files.
 */
#ifndef CMEM_STORE_READ_FILES_H
#define CMEM_STORE_READ_FILES_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct file_edit {
    int64_t session_id;
    size_t place;      /* of the session: the newest is 0 */
    struct str branch; /* of the session */
    struct str path;   /* absolute */
    int64_t times;     /* tool calls that changed, or read it */
    bool modified;     /* else it was read; a file may have both rows */
};

/*
 * Files that the project's newest `max` sessions (each with its subagents)
 * had changed or read by as_of_ms (0: now), those of the newest first; of a
 * session in the order of their paths. `except` (0: none) is left out. Rows live in a.
 */
struct file_edits_of {
    int64_t project_id, except, as_of_ms;
    size_t max;
};
int file_edits_read(struct db *db, const struct file_edits_of *of,
                    struct arena *a, struct file_edit **rows, size_t *n,
                    struct err *e);

#endif
