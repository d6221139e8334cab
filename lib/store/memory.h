/*
 * memory.h - memories: written, linked, forgotten.
 *
 * Invariants:
 *   1. A memory and what is derived from it (index.h) are written in one
 *      transaction.
 *   2. Nothing that was said is overwritten: what changes is in history.
 *   3. Equal content in equal scope is one row (its hash is unique); saying
 *      it again counts in `seen`.
 *
 * All of these run inside the caller's transaction.
 */
#ifndef CMEM_STORE_MEMORY_H
#define CMEM_STORE_MEMORY_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct memory_file {
    struct str path; /* relative to the project's root when below it */
    bool modified;
};

struct memory_in {
    const char *kind; /* observation, fact, summary, note, prompt */
    struct str type, title, subtitle, text;
    struct str data; /* JSON object or empty */
    int64_t project_id, session_id, batch_id; /* 0: none */
    struct str branch, user, agent;
    const char *origin;  /* user, assistant, tool, repo, web, import */
    struct str provider; /* rules, a model's name, or empty for a person */
    int importance;      /* 1 to 5; 0 takes 3 */
    bool pinned;
    int64_t event_ms, expires_ms;
    struct str topic_key; /* not empty: replaces what the key holds */
    const struct memory_file *files;
    size_t nfiles;
    const int64_t *events; /* evidence */
    size_t nevents;
    const int64_t *cites; /* rows of touch.h that it speaks of */
    size_t ncites;
    /* Of what was imported; saying it again under the same external_id, in
     * the same scope and group, replaces the text. */
    struct str external_id, group, metadata;
    int64_t order;    /* in the group */
    struct str about; /* facts.h: subject and attribute, or empty */
    struct str commit; /* HEAD, when it belongs to its branch until merged */
    struct str weighed; /* what made its importance: "3 by rule, +1 ..." */
    /* Said to hold for this branch or this session only: then the same words
     * in another one are another memory. */
    bool own_branch, own_session;
};

/* *id is the new row, or the old one when it was said before or the topic
 * has one (which then gets a new revision). *added tells which. What was said
 * before but had ceased to hold by then is a new row. A topic's older text
 * that comes late goes to its history. */
int memory_put(struct db *db, const struct memory_in *in, int64_t now_ms,
               int64_t *id, bool *added, struct err *e);

/* from "repeats", "refines", "contradicts" or "ends" to. What is contradicted
 * or ended ceases to hold from the time of the other one on, whichever of two
 * that contradict is the newer, unless it outranks it or is of another branch
 * (revise.h). A repetition is counted, and its original is read in its place.
 * Memories that do not exist or are of two projects are passed over. */
int memory_link(struct db *db, int64_t from, int64_t to, const char *relation,
                int64_t now_ms, struct err *e);

/* Files, evidence and citations of `in`, added to those of a memory. */
int memory_put_rest(struct db *db, int64_t id, const struct memory_in *in,
                    struct err *e);

struct forgotten {
    int64_t memories, events, sessions;
};

/*
 * Deletes the memory for good: row, full text, files, history, evidence, and
 * those raw events that no other memory rests on. CM_ENOTFOUND. After the
 * commit call memory_forget_done, which empties the WAL.
 */
int memory_forget(struct db *db, int64_t id, struct forgotten *f,
                  struct err *e);
/* The session, its subagents', and everything that came from them. */
int session_forget(struct db *db, int64_t session_id, struct forgotten *f,
                   struct err *e);
int memory_forget_done(struct db *db, struct err *e);

#endif
