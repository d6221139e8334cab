/*
 * read_memory.h - memories, read: one, several, and what hangs on them.
 *
 * Rows and their texts live in the arena given. Lists are in the order of
 * (event_ms, id), which is total and does not depend on the clock.
 */
#ifndef CMEM_STORE_READ_MEMORY_H
#define CMEM_STORE_READ_MEMORY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct memory_row {
    int64_t id, project_id, session_id; /* 0: none */
    int64_t event_ms, created_ms, updated_ms;
    int64_t valid_from, valid_to, superseded_by, expires_ms; /* 0: none */
    struct str kind, type, title, subtitle, text;
    struct str data; /* JSON, or empty */
    struct str branch, origin, provider, topic_key;
    struct str user, agent, external_id, group, metadata;
    int64_t order;      /* in the group */
    struct str project; /* its name */
    struct str session_uid;
    int importance, seen, revision;
    bool pinned;
    bool is_child;      /* of a subagent's session */
    bool bound;         /* belongs to its branch until that is merged */
    bool disputed;      /* another one that holds contradicts it */
    struct str weighed; /* what made its importance, or empty */
};

struct id_set;

/* Empty and 0 fields do not filter. */
struct memory_filter {
    int64_t project_id; /* its memories, and those of no project */
    int64_t session_id;
    struct str kind, type, branch;
    struct str user, agent; /* scopes; a run is a session */
    struct str group;
    const struct id_set *only;  /* where.h; NULL: all */
    struct str file;            /* whole components of a path; */
    bool file_begins;           /* and these at its project's top */
    int64_t since_ms, until_ms; /* event_ms in [since, until) */
    int64_t as_of_ms;           /* as things stood then; 0: now */
    int64_t now_ms;             /* what has expired by then is left out */
    bool with_history;          /* also what was superseded or expired */
    bool with_expired;          /* also what expired */
    int importance;             /* at least */
    bool pinned;                /* only those */
    /* Asked from this branch: what was born on another one and is not merged
     * yet (born_commit) is left out. Empty: every branch's. */
    struct str on_branch;
    bool with_children; /* subagents' too; session_id alone includes them */
};

/* Is there a file or directory of this path below a project's top, that a
 * memory is about or a session touched? 1, or 0. */
int memory_path_is_known(struct db *db, struct str path, struct err *e);

/* CM_ENOTFOUND without a sentence when there is no such memory. */
int memory_read(struct db *db, int64_t id, struct arena *a,
                struct memory_row *out, struct err *e);

struct memory_list {
    struct memory_row *rows;
    size_t n;
};

/* A place in time: rows strictly before or after it. */
struct memory_place {
    int64_t event_ms, id;
};
#define PLACE_END   ((struct memory_place){INT64_MAX, INT64_MAX})
#define PLACE_START ((struct memory_place){INT64_MIN, INT64_MIN})

/* At most `max` rows next to `from`: before it newest first, or after it
 * oldest first. */
int memories_before(struct db *db, const struct memory_filter *f,
                    struct memory_place from, size_t max, struct arena *a,
                    struct memory_list *out, struct err *e);
int memories_after(struct db *db, const struct memory_filter *f,
                   struct memory_place from, size_t max, struct arena *a,
                   struct memory_list *out, struct err *e);

/* How many memories are in the filter's project (or everywhere), whatever
 * else the filter says: the "412" of "0 of 412 matched". */
int64_t memories_count(struct db *db, int64_t project_id, struct err *e);

struct memory_file_row {
    struct str path;
    bool modified;
};
int memory_files_read(struct db *db, int64_t id, size_t max, struct arena *a,
                      struct memory_file_row **rows, size_t *n, struct err *e);

struct history_row {
    struct str event, old_text, new_text, actor;
    int64_t time_ms;
};
int memory_history(struct db *db, int64_t id, size_t max, struct arena *a,
                   struct history_row **rows, size_t *n, struct err *e);

/* Links in both directions. */
struct link_row {
    int64_t other;
    struct str relation;
    bool incoming;
};
int memory_links(struct db *db, int64_t id, size_t max, struct arena *a,
                 struct link_row **rows, size_t *n, struct err *e);

/* Ids of the events it rests on, in order. */
int memory_evidence(struct db *db, int64_t id, size_t max, struct arena *a,
                    int64_t **ids, size_t *n, struct err *e);

#endif
