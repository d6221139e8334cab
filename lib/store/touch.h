/*
 * touch.h - definitions that tool calls changed or read, and which memories
 * speak of them.
 *
 * A touch is one definition as one tool call left it (or, read, found it):
 * where it stood, a hash of its text, and the text itself unless it is long.
 * It is written from the event, at a time when nobody knows yet what will be
 * said of it. A memory cites touches; whether it still holds is asked in
 * ops/fresh.h by comparing hashes with the code index.
 *
 * Paths are below the top of the working tree that the session ran in, so that
 * worktrees and clones of a project agree; absolute outside of it.
 *
 * Invariants:
 *   1. Touches are truth: they outlive their event (retention) but neither
 *      their session nor the forgetting of the event.
 *   2. The hash is code_def's (code/parse.h). Whoever changes how that is made
 *      works it out again from the bodies, in a migration.
 */
#ifndef CMEM_STORE_TOUCH_H
#define CMEM_STORE_TOUCH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

/* Of one event; a rewrite of a large file touches what stands first. */
#define TOUCHES_PER_EVENT 24
/* Longer bodies are not kept: there is a hash, and no diff. */
#define TOUCH_BODY_MAX 8192

struct touch_in {
    struct str path, symbol, kind;
    bool modified;
    uint32_t first_line, last_line;
    uint64_t hash;   /* 0: not known */
    struct str body; /* redacted; empty: none */
};

/* In the caller's transaction. Of an event that has some already nothing is
 * written: it came twice. */
int touches_put(struct db *db, int64_t session_id, int64_t event_id,
                int64_t time_ms, const struct touch_in *v, size_t n,
                struct err *e);

/* Calls that wrote a file, wait for their batch and have no touches: a worker
 * was killed before they were found. The newest first. */
struct touch_lost {
    int64_t event_id, session_id, time_ms;
    struct str payload; /* as it is stored: without the original file */
};
int touches_lost(struct db *db, size_t max, struct arena *a,
                 struct touch_lost **v, size_t *n, struct err *e);

struct touch_row {
    int64_t id, session_id, event_id, time_ms; /* event_id 0: dropped */
    struct str path, symbol, kind;
    bool modified;
    uint32_t first_line, last_line;
    uint64_t hash;
    struct str body;
};

/* Of the session's events with these ids and between, in their order. */
int touches_of_events(struct db *db, int64_t session_id, int64_t first_event,
                      int64_t last_event, struct arena *a, struct touch_row **v,
                      size_t *n, struct err *e);
/* That the memory cites, by path and place; at most max. */
int touches_of_memory(struct db *db, int64_t memory_id, size_t max,
                      struct arena *a, struct touch_row **v, size_t *n,
                      struct err *e);
/* The same without the bodies. */
int cites_of_memory(struct db *db, int64_t memory_id, size_t max,
                    struct arena *a, struct touch_row **v, size_t *n,
                    struct err *e);
/* Memories of the project that hold and cite something, newest first. */
int memories_citing(struct db *db, int64_t project_id, int64_t now_ms,
                    size_t max, struct arena *a, int64_t **ids, size_t *n,
                    struct err *e);
/* What a session changed: the last touch of each path and symbol, by path and
 * place. */
int touches_of_session(struct db *db, int64_t session_id, size_t max,
                       struct arena *a, struct touch_row **v, size_t *n,
                       struct err *e);
/* Who changed a path (and, unless empty, a symbol of it), newest first; those
 * of sessions of the project only. */
int touches_of_path(struct db *db, int64_t project_id, struct str path,
                    struct str symbol, size_t max, struct arena *a,
                    struct touch_row **v, size_t *n, struct err *e);

#endif
