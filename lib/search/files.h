/*
 * files.h - which files a session will change, as far as the past can tell.
 *
 * Candidates are the files that the project's sessions changed, each once
 * whichever worktree it was changed in, named by its path below the project's
 * root. Without a prompt (a session's start) they are ranked by how lately and
 * how often they were changed, by what the last sessions left unfinished and
 * by the branch. With one (the slot of a prompt) also by what it names, by
 * what the sessions that a search found for it changed, and by what is
 * usually changed together with these.
 *
 * The same store and request give the same list: no clock, a total order.
 */
#ifndef CMEM_SEARCH_FILES_H
#define CMEM_SEARCH_FILES_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "search/search.h"
#include "store/db.h"
#include "store/read_session.h"

/* Files of one list at most. */
#define FILES_MAX 100

struct files_request {
    int64_t project_id;
    int64_t session_id; /* who asks: its own work is no forecast; 0: nobody */
    struct str branch;  /* of the session, or empty */
    struct str prompt;  /* empty: a session's start */
    /* What a search found for the prompt, best first; may be NULL. */
    const struct search_result *found;
    int64_t as_of_ms; /* 0: now */
};

struct file_rank {
    struct str path;
    double score;    /* descending */
    double evidence; /* 0 to 1: what the prompt adds to the past; 0 without */
    const char *why; /* "named in the prompt", "changed lately", ... */
};

/* At most `max` files, the likeliest first. Rows live in a. */
int files_rank(struct db *db, const struct files_request *rq, size_t max,
               struct arena *a, struct file_rank **out, size_t *n,
               struct err *e);

/* Where a project's files are: its working tree, and the worktrees that its
 * sessions worked in. A directory inside of these is not another tree. */
#define FILE_ROOTS 17
struct file_roots {
    struct str dir[FILE_ROOTS];
    size_t n;
};
int file_roots_find(struct db *db, const struct project_row *project,
                    struct arena *a, struct file_roots *out, struct err *e);
/* The path below the longest root that it is in; a relative one is below
 * already. False when it is outside of all. */
bool file_below(const struct file_roots *r, struct str path,
                struct str *below);

#endif
