/*
 * blame.h - who changed a file or a definition, as the store knows it.
 *
 * From touches (touch.h) as far as there are any, and from session_files for
 * what was recorded before, or was changed in a way that tells no lines. Rows
 * live in the arena given, at most `max`.
 */
#ifndef CMEM_STORE_BLAME_H
#define CMEM_STORE_BLAME_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct change_row {
    int64_t id; /* the touch's */
    int64_t session_id, event_id, time_ms;
    struct str path, symbol, kind;
    uint32_t first_line, last_line;
    uint64_t hash;
    int64_t bytes; /* of the text; 0: it was too long, or there is none */
};

/* Newest first, none later than until_ms. symbol empty: every one of the path
 * and what is outside of any. */
int changes_of_path(struct db *db, int64_t project_id, struct str path,
                    struct str symbol, int64_t until_ms, size_t max,
                    struct arena *a, struct change_row **v, size_t *n,
                    struct err *e);
/* That left a definition with this hash, newest first. */
int changes_of_hash(struct db *db, int64_t project_id, uint64_t hash,
                    size_t max, struct arena *a, struct change_row **v,
                    size_t *n, struct err *e);
/* Changed paths of the project that are this one or end with it. */
int changed_paths(struct db *db, int64_t project_id, struct str end, size_t max,
                  struct arena *a, struct str **v, size_t *n, struct err *e);

struct file_change_row {
    int64_t session_id, last_ms, times;
};
/* Sessions of the project that changed the file at this absolute path, newest
 * first. */
int file_changes(struct db *db, int64_t project_id, struct str path, size_t max,
                 struct arena *a, struct file_change_row **v, size_t *n,
                 struct err *e);

struct prompt_row {
    int64_t event_id, time_ms; /* event_id 0: dropped, its memory is left */
    struct str text;
};
/* What the user had asked last, in the session or the one that it was begun
 * by. 1, or 0. */
int change_prompt(struct db *db, const struct change_row *c, struct arena *a,
                  struct prompt_row *out, struct err *e);
/* Memories that cite it and hold, the most important first. */
int change_memories(struct db *db, int64_t touch_id, size_t max, int64_t *ids,
                    size_t *n, struct err *e);

#endif
