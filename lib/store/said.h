/*
 * said.h - what was said and done, turn by turn: an index of words only.
 *
 * Memories are what was made of a turn; a search may ask for something that
 * was said in it and that nobody made a memory of. So each batch of events
 * (a turn, or a part of a long one) is a row of said_fts: its prompts, what the
 * assistant wrote, and what tools were asked to do; not what they answered,
 * which is bulky and about everything. Only which words it has is kept: not
 * their order, nor how often, and no text. Events are stored with secrets taken
 * out, so none is here.
 *
 * Derived from events. What retention_days takes away stays known by its words
 * until the index is made anew: then it holds what is still there. What is
 * forgotten is gone from here at once.
 */
#ifndef CMEM_STORE_SAID_H
#define CMEM_STORE_SAID_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/read_memory.h"

/* What was said, and what was done, are rows of their own: a tool's input is
 * longer and tells less. */
enum said_part { SAID_WORDS, SAID_DEEDS, SAID_PARTS };
#define SAID_ROW(batch_id, part) (2 * (batch_id) + (part))
#define SAID_BATCH(row)          ((row) / 2)
#define SAID_PART(row)           ((enum said_part)((row) % 2))

/* Takes in the batch's events as they stand, in place of what was there.
 * Caller's transaction. */
int said_index(struct db *db, int64_t batch_id, struct err *e);
/* Takes it out, before it is deleted. */
int said_forget(struct db *db, int64_t batch_id, struct err *e);
int said_forget_session(struct db *db, int64_t session_id, struct err *e);
/* Batches that the memory's evidence is of, in a: their words are to be taken
 * in again when that is deleted. */
int said_batches(struct db *db, int64_t memory_id, struct arena *a,
                 int64_t **ids, size_t *n, struct err *e);
/* All batches that are done. Returns how many, or an error. */
int64_t said_index_all(struct db *db, struct err *e);

/* Rows that match, the newest first, at most `max`; within adds what the
 * filter names (project, session). `match` has words and AND, OR, brackets: no
 * phrases, no columns. */
struct str said_within(struct str match, const struct memory_filter *f,
                       struct arena *a);
int said_rows(struct db *db, struct str match, size_t max, int64_t *ids,
              size_t *n, struct err *e);
/* What a text's words, all of them and in any order, are in such a match; empty
 * when it has none. In a. */
int said_match(struct db *db, struct str text, struct arena *a,
               struct str *match, struct err *e);

/* Of each of ids[n] that is there, in no order. */
struct said_row {
    int64_t batch_id, session_id;
    int words[SAID_PARTS]; /* different ones */
};
int said_read(struct db *db, const int64_t *ids, size_t n, struct said_row *out,
              size_t *nout, struct err *e);

/* Words of all turns of each of sessions[n], both parts; 0 where there are
 * none. */
int said_sizes(struct db *db, const int64_t *sessions, size_t n,
               float (*out)[SAID_PARTS], struct err *e);

/* Memories that were made of these batches, at most `max`, in the order of the
 * batches. */
struct said_memory {
    int64_t id;
    size_t at; /* of its batch, in batches[n] */
};
int said_memories(struct db *db, const int64_t *batches, size_t n, size_t max,
                  struct said_memory *out, size_t *nout, struct err *e);
/* A memory of each of these sessions that stands for it, the first prompt if
 * there is one. */
int said_sessions(struct db *db, const int64_t *sessions, size_t n,
                  int64_t *ids, size_t *nids, struct err *e);

#endif
