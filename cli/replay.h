/*
 * replay.h - recorded hook payloads, given to the real hooks one by one, and
 * the account of what became of them.
 */
#ifndef CMEM_CLI_REPLAY_H
#define CMEM_CLI_REPLAY_H

#include "cli/cmd.h"

/* What the store and the worker counted at one moment. */
struct replay_counts {
    /* of the database */
    int64_t events, sessions, memories;
    int64_t calls, input_tokens, output_tokens;
    /* of the worker, since it started */
    int64_t pid, started_ms, known, refused, spooled, dropped;
};

#define REPLAY_KINDS 8

struct replay {
    int64_t lines;    /* not empty */
    int64_t sent;     /* handed to a hook that ended with 0 */
    int64_t bad;      /* lines that are no JSON object, */
    int64_t foreign;  /* events that no hook is for, */
    int64_t failed;   /* hooks that could not be run or ended otherwise */
    int64_t sessions; /* distinct ones in the file */
    int64_t ms;       /* from the first line until the worker was done */
    int64_t hook_ms;  /* of these, in hooks */
    int64_t left;     /* events that still wait for compression */
    bool interrupted;
    struct err problem; /* the first failure */
    struct replay_counts before, after;
    struct {
        char name[24];
        int64_t before, after;
    } kind[REPLAY_KINDS]; /* memories */
    size_t nkinds;
};

/* Did the worker go on counting from `before` to `after`, or is it another
 * one by now? */
bool replay_same_worker(const struct replay *r);
/* Events sent that were neither stored nor known nor refused; 0 when all are
 * accounted for. A transcript that is read beside the hooks adds events, so
 * there may be more than were sent. */
int64_t replay_missing(const struct replay *r);
bool replay_is_whole(const struct replay *r);
void replay_print(struct term *t, const struct replay *r);
void replay_json(const struct replay *r, struct buf *b);

#endif
