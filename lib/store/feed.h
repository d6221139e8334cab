/*
 * feed.h - what has come since one looked last: events and memories, by number.
 *
 * Numbers only grow, so that a mark says what one has seen; the database is the
 * buffer of whoever falls behind. (A number of events or history can be given
 * again when the newest row was deleted: then one change may be missed.)
 */
#ifndef CMEM_STORE_FEED_H
#define CMEM_STORE_FEED_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct feed_mark { /* seen up to here */
    int64_t event, memory, change;
};

enum feed_kind {
    FEED_EVENT,  /* a hook's event was stored */
    FEED_MEMORY, /* a memory is new */
    FEED_CHANGE, /* one was updated, superseded, restored, ... */
};

/* No payload and no text: titles at most. Lives for the call. */
struct feed_row {
    enum feed_kind kind;
    int64_t id;      /* of the event or of the memory */
    int64_t time_ms;
    struct str what; /* the event's name, or the change's */
    struct str tool; /* events of tools */
    struct str memory_kind, type, title;
    struct str project;
    int64_t session_id; /* 0: none */
};

/* Everything there is has been seen. */
int feed_now(struct db *db, struct feed_mark *m, struct err *e);
/* Calls `row` for at most `limit` rows of each kind and moves *m behind them.
 * Returns how many there were. */
int feed_after(struct db *db, struct feed_mark *m, int limit,
               void (*row)(void *arg, const struct feed_row *r,
                           const struct feed_mark *at),
               void *arg, struct err *e);

#endif
