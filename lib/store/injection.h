/*
 * injection.h - receipts of what was put into which session.
 *
 * A receipt says what a session has: it is written only for what the hook was
 * given (session start) or said that it printed (a prompt's slot).
 */
#ifndef CMEM_STORE_INJECTION_H
#define CMEM_STORE_INJECTION_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct injection_in {
    int64_t session_id, time_ms;
    const char *source; /* startup, clear, compact, prompt */
    int64_t tokens;
    const int64_t *ids; /* memories */
    size_t nids;
    struct str text;
    struct str query;   /* prompt: what was looked for; may be empty */
    struct str explain; /* JSON: why each, and why others not; may be empty */
};

/* In the caller's transaction. */
int injection_put(struct db *db, const struct injection_in *in, struct err *e);

struct injection_row {
    int64_t id, session_id, time_ms, tokens;
    struct str source, memories, text, query, explain; /* memories: JSON */
};

/* Of one session before a moment (0: now), oldest first; the newest `max` of
 * them. Rows live in a. */
int injections_read(struct db *db, int64_t session_id, int64_t before_ms,
                    size_t max, struct arena *a, struct injection_row **rows,
                    size_t *n, struct err *e);
/* Those that gave a memory to a session, the newest first. */
int injections_of_memory(struct db *db, int64_t memory_id, size_t max,
                         struct arena *a, struct injection_row **rows,
                         size_t *n, struct err *e);

/* When the session lost what it had been given: its last compaction before a
 * moment (0: now). 0: never; negative: an error. */
int64_t injections_lost_ms(struct db *db, int64_t session_id,
                           int64_t before_ms, struct err *e);
/* Memories that the session was given before a moment (0: now) and still has,
 * each once, ascending. */
int injections_given(struct db *db, int64_t session_id, int64_t before_ms,
                     struct arena *a, int64_t **ids, size_t *n, struct err *e);

#endif
