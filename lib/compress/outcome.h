/*
 * outcome.h - errors of a session and what ended them.
 *
 * A command failed, something was done, and when the same command ran again
 * the error was gone: what was done in between ended it. What was done is the
 * files edited (those first that the error speaks of), the commands run that
 * change something, or, where the command itself was wrong, the one that then
 * worked. An error that was back later in the session was not ended by it.
 *
 * Left out: errors that are steps of ordinary work (an import forgotten, a
 * format to be applied), what passed by itself, and ends that nobody can tell:
 * too much was done in between.
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_COMPRESS_OUTCOME_H
#define CMEM_COMPRESS_OUTCOME_H

#include "compress/digest.h"

#define ENDING_EDITS    4
#define ENDING_COMMANDS 4
/* Of one session. */
#define ENDINGS_MAX 64

struct ending_edit {
    struct str path;         /* inside the project */
    struct str old, new_one; /* the beginning of what changed; may be empty */
    int spoken;              /* 2: the error names it, 1: its output does */
};

struct ending {
    struct str signature, error; /* signature.h; as it was said */
    struct str command;          /* that failed */
    struct ending_edit edits[ENDING_EDITS];
    size_t nedits, more_edits; /* further files that were changed */
    struct str commands[ENDING_COMMANDS];
    size_t ncommands;
    int64_t bad, good; /* events: the failure, the run that was rid of it */
    int64_t back;      /* the failure by which it was back, or 0 */
    int64_t time_ms;   /* of `good` */
};

struct failing {
    struct str signature;
    int64_t event, time_ms;
};

struct endings {
    struct ending *items;
    size_t n;
    struct failing *failures; /* each signature once, its first failure */
    size_t nfailures;
};

/* b: the session's events, all that are known. Everything lives in b->a. */
void endings_find(const struct batch *b, struct endings *out);

/* The line of an output that tells most about what failed; "" for none. */
struct str error_line(struct str output, struct arena *a);

#endif
