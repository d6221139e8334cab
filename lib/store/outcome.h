/*
 * outcome.h - errors and what ended them, kept and asked (compress/outcome.h
 * finds them).
 *
 * A row is one way by which one error ended in one project. It counts how often
 * that was so and the error stayed away (held), and how often it was back
 * (failed): later in that session, or in a later one of the project within
 * OUTCOME_BACK_DAYS. Each occurrence counts once, whenever it is told.
 */
#ifndef CMEM_STORE_OUTCOME_H
#define CMEM_STORE_OUTCOME_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

#define OUTCOME_BACK_DAYS 30
/* Occurrences that a row remembers; older ones are only counted. */
#define OUTCOME_TIMES 12

struct outcome_in {
    int64_t project_id, session_id;
    struct str signature, error, command;
    struct str what;         /* JSON object: commands, edits */
    struct str same;         /* what makes two ways one */
    int64_t bad, good, back; /* events; back 0: it stayed away */
    int64_t time_ms;         /* of good */
};

/* Caller's transaction. */
int outcome_put(struct db *db, const struct outcome_in *in, struct err *e);
/* The error came again in session_id at time_ms: the change that last ended it
 * before, in another session, did not hold. */
int outcome_back(struct db *db, int64_t project_id, int64_t session_id,
                 struct str signature, int64_t event_id, int64_t time_ms,
                 struct err *e);

struct outcome_row {
    int64_t id, project_id, session_id;
    struct str signature, error, command;
    struct str fix; /* JSON: commands, edits, times [{session,bad,good,back}] */
    struct str project, session_uid;
    int64_t held, failed, first_ms, last_ms;
};
/* Of the project, or of all others (and project 0: of all), newest first. */
int outcomes_read(struct db *db, int64_t project_id, bool others, size_t max,
                  struct arena *a, struct outcome_row **rows, size_t *n,
                  struct err *e);
/* Of errors that ended in the session, in the order in which they did: as far
 * as the rows remember it (OUTCOME_TIMES). */
int outcomes_of_session(struct db *db, int64_t session_id, size_t max,
                        struct arena *a, struct outcome_row **rows, size_t *n,
                        struct err *e);
int outcomes_count(struct db *db, int64_t *n, struct err *e);
/* Memories that rest on one of two events, best first. */
int memories_on_events(struct db *db, int64_t bad, int64_t good, size_t max,
                       struct arena *a, int64_t **ids, size_t *n,
                       struct err *e);

#endif
