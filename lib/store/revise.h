/*
 * revise.h - what becomes of a memory after it was written.
 *
 * Invariants:
 *   1. Nothing that was said is overwritten without a trace: the text that
 *      was there is in history, with who changed it and when.
 *   2. A memory that no longer holds stays. valid_to is the time at which
 *      what took its place happened, not the time at which cmem learnt of it,
 *      so that a transcript that is imported late finds its place between.
 *   3. Time decides, then standing (base/trust.h): what a person said is not
 *      superseded by what anybody else says. Such a pair is linked and both
 *      hold: they are disputed.
 *   4. What belongs to a branch supersedes nothing outside of it before it is
 *      merged.
 *
 * All of these run inside the caller's transaction.
 */
#ifndef CMEM_STORE_REVISE_H
#define CMEM_STORE_REVISE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/memory.h"
#include "store/read_memory.h"

/* Events of history: what each row of it tells. */
#define HISTORY_EVENTS(X)                                                      \
    X("add", "said")                                                           \
    X("update", "changed")                                                     \
    X("late", "an older text came later")                                      \
    X("restate", "said again")                                                 \
    X("supersede", "no longer holds")                                          \
    X("restore", "holds again")                                                \
    X("promote", "belongs to every branch")                                    \
    X("pin", "pinned")                                                         \
    X("unpin", "no longer pinned")                                             \
    X("title", "title changed")                                                \
    X("type", "type changed")                                                  \
    X("importance", "importance changed")                                      \
    X("expires", "expiry changed")                                             \
    X("metadata", "metadata changed")                                          \
    X("time", "its time changed")

/* "said", "changed", ...; the word itself for one that is not known. */
const char *history_words(struct str event);

/* actor empty: a person. time_ms: when it was so, else when it was done. */
int history_put(struct db *db, int64_t id, const char *event, struct str old,
                struct str text, struct str actor, int64_t time_ms,
                struct err *e);

/* `in` says what memory `id` says, perhaps in other words: it is counted, its
 * evidence and files join, and the words go to history when they differ. A
 * higher standing is taken over; said outside of its branch the memory belongs
 * to every branch from now on. */
int memory_repeat(struct db *db, int64_t id, const struct memory_in *in,
                  int64_t now_ms, struct err *e);

/* Is there such a memory of that project (0: of none)? */
bool memory_is_of(struct db *db, int64_t id, int64_t project_id, struct err *e);

/* A memory that no longer held holds again. */
int memory_restore(struct db *db, int64_t id, struct str actor, int64_t now_ms,
                   struct err *e);

/* It was merged: it belongs to every branch, and takes the places that it
 * could not take before. `why` goes to history. */
int memory_promote(struct db *db, int64_t id, struct str why, int64_t now_ms,
                   struct err *e);

/* The session's prompts of that time belong to their branch until `commit` is
 * merged. */
int memories_bind(struct db *db, int64_t session_id, int64_t from_ms,
                  int64_t to_ms, struct str commit, struct err *e);

/* What a person changes. NULL slices and negative numbers leave alone. */
struct memory_edit {
    struct str title, text, type;
    struct str about;   /* with text: facts.h */
    struct str metadata; /* a JSON object, or empty */
    int importance;     /* 1 to 5; 0 leaves alone */
    int pinned;         /* 1, 0; -1 leaves alone */
    int64_t expires_ms; /* 0: never; -1 leaves alone */
    int64_t event_ms;   /* when it happened; 0 leaves alone */
};
/* CM_ENOTFOUND without a sentence; *changed: was there anything new? */
int memory_edit(struct db *db, int64_t id, const struct memory_edit *ed,
                int64_t now_ms, bool *changed, struct err *e);

/* Statements of the same scope under a key of facts.h, newest first, also those
 * that no longer hold. */
struct standing {
    int64_t id, event_ms, valid_to;
    struct str kind, type, title, text;
};
int memories_about(struct db *db, struct str about, const struct memory_in *in,
                   size_t max, struct arena *a, struct standing **rows,
                   size_t *n, struct err *e);

/* What a memory took the place of, oldest first. */
int memories_before_it(struct db *db, int64_t id, size_t max, struct arena *a,
                       int64_t **ids, size_t *n, struct err *e);

/* Puts the text that the row had at as_of_ms in place of the present one; the
 * title follows from it. For reading as of then. */
int memory_as_of(struct db *db, struct memory_row *row, int64_t as_of_ms,
                 struct arena *a, struct err *e);

/* What belongs to branches until they are merged: each pair once, the newest
 * first. */
struct bound {
    struct str branch, commit; /* "~" before one that says nothing yet */
};
int memories_bound(struct db *db, int64_t project_id, size_t max,
                   struct arena *a, struct bound **rows, size_t *n,
                   struct err *e);
int projects_bound(struct db *db, int64_t *ids, size_t max, size_t *n,
                   struct err *e);
/* Promotes those of a pair; how many, or an error. */
int64_t memories_unbind(struct db *db, int64_t project_id, struct str branch,
                        struct str commit, struct str why, int64_t now_ms,
                        struct err *e);
/* Another commit of their branch takes the place of `commit`. */
int memories_rebind(struct db *db, int64_t project_id, struct str branch,
                    struct str commit, struct str to, struct err *e);

/* How many memories of the project (0: all) belong to other branches than
 * `on`, not merged: what reading from there leaves out. */
int64_t memories_on_others(struct db *db, int64_t project_id, struct str on,
                           struct err *e);

#endif
