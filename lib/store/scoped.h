/*
 * scoped.h - memories by the scopes that programs give them.
 *
 * Programs say whose a memory is (user, agent), of which run and of which app.
 * A run is a session and an app a project; those that only a program named have
 * no directory. What sessions of a coding agent brought has one, and no user:
 * it is no program's, and what deletes by scope has to leave it alone.
 */
#ifndef CMEM_STORE_SCOPED_H
#define CMEM_STORE_SCOPED_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/read_memory.h"

/* The memories that the filter lets through, newest first: *count of them, of
 * which `offset` are passed over and at most `max` read. */
int memories_page(struct db *db, const struct memory_filter *f, size_t offset,
                  size_t max, struct arena *a, struct memory_list *out,
                  size_t *count, struct err *e);

enum scope_type { SCOPE_USER, SCOPE_AGENT, SCOPE_APP, SCOPE_RUN, SCOPE_TYPES };
/* "user", ... */
const char *scope_type_name(enum scope_type t);

struct scope_name {
    enum scope_type type;
    struct str name;
    int64_t memories, first_ms, last_ms; /* made, changed */
};
/* Every name that programs gave and that has memories, by type and name. */
int scope_names(struct db *db, struct arena *a, struct scope_name **rows,
                size_t *n, struct err *e);

/* 1: a program's, 0: a session's or a person's. */
int memory_is_programs(struct db *db, int64_t id, struct err *e);

/* What becomes of events first to last of a session: how many still wait for
 * compression, and the memories that rest on them, in order. */
int64_t events_left(struct db *db, int64_t session_id, int64_t first,
                    int64_t last, struct err *e);
int events_memories(struct db *db, int64_t first, int64_t last, size_t max,
                    struct arena *a, int64_t **ids, size_t *n, struct err *e);
/* Did the built-in rules compress any of them, whatever is configured? */
bool events_by_rules(struct db *db, int64_t session_id, int64_t first,
                     int64_t last, struct err *e);

#endif
