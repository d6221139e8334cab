/*
 * read_session.h - projects, sessions and events, read.
 *
 * Rows and their texts live in the arena given.
 */
#ifndef CMEM_STORE_READ_SESSION_H
#define CMEM_STORE_READ_SESSION_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct project_row {
    int64_t id;
    struct str name, root;
};

/* The project that the first known of `keys` leads to; CM_ENOTFOUND. */
int project_by_keys(struct db *db, const struct str *keys, size_t nkeys,
                    struct arena *a, struct project_row *out, struct err *e);
/* By name, root directory or id; the most recently used one when a name is
 * not unique. CM_ENOTFOUND without a sentence. */
int project_by_name(struct db *db, struct str name, struct arena *a,
                    struct project_row *out, struct err *e);
/* How many projects have that name, or an error. */
int64_t projects_named(struct db *db, struct str name, struct err *e);
int project_by_id(struct db *db, int64_t id, struct arena *a,
                  struct project_row *out, struct err *e);

/* The most recently used ones. */
int project_ids(struct db *db, size_t max, struct arena *a, int64_t **ids,
                size_t *n, struct err *e);

struct session_info {
    int64_t id, project_id, parent_id; /* parent 0: of the user */
    struct str uid, project, agent, agent_type, cwd, branch, title;
    int64_t started_ms, last_ms, ended_ms; /* ended 0: not yet */
    struct str end_reason;
    int64_t prompts, events, memories, children;
    int64_t dropped; /* events that retention_days took */
};

/* CM_ENOTFOUND without a sentence. */
int session_read(struct db *db, int64_t id, struct arena *a,
                 struct session_info *out, struct err *e);
/* By the client's id or an unambiguous beginning of at least 4 characters.
 * CM_ENOTFOUND without a sentence, CM_EARG when several begin so. */
int session_by_uid(struct db *db, struct str uid, struct arena *a,
                   struct session_info *out, struct err *e);
/* The newest of the project with a summary, else the newest; CM_ENOTFOUND. */
int session_latest(struct db *db, int64_t project_id, struct arena *a,
                   struct session_info *out, struct err *e);

struct session_list {
    struct session_info *rows;
    size_t n;
};
/* Empty and 0 fields do not filter. */
struct session_filter {
    int64_t project_id, since_ms; /* active since then */
    const struct id_set *only; /* where.h: has one of these memories */
};
/* Newest first, subagents' left out. */
int sessions_read(struct db *db, const struct session_filter *f, size_t max,
                  struct arena *a, struct session_list *out, struct err *e);
/* How many there are of them, or an error. */
int64_t sessions_count(struct db *db, const struct session_filter *f,
                       struct err *e);
/* Subagents' sessions of one, oldest first. */
int session_children(struct db *db, int64_t id, size_t max, struct arena *a,
                     struct session_list *out, struct err *e);

/* Memories of a session (0: of none), and of the average session; 1 at
 * least, negative: an error. */
int64_t session_memories(struct db *db, int64_t id, struct err *e);
double session_memories_average(struct db *db, struct err *e);

/* When each of ids[n] ran, and on which branch (hashed; 0: not known); what is
 * not there is left out. In no order. */
struct session_span {
    int64_t id, from_ms, to_ms;
    uint64_t branch;
};
int sessions_spans(struct db *db, const int64_t *ids, size_t n,
                   struct session_span *out, size_t *nout, struct err *e);
/* Sessions of the same project that ran while that one did, or ended or began
 * within gap_ms of it; those that began over a week before are left out. */
int sessions_beside(struct db *db, int64_t id, int64_t gap_ms, size_t max,
                    int64_t *ids, size_t *n, struct err *e);

struct session_file {
    struct str path; /* absolute */
    bool modified;
    int64_t last_ms;
};
/* Newest first, each path once; its subagents' too. */
int session_files_read(struct db *db, int64_t id, size_t max, struct arena *a,
                       struct session_file **rows, size_t *n, struct err *e);

/* Git's common directories of the project's clones. */
int project_git_dirs(struct db *db, int64_t project_id, size_t max,
                     struct arena *a, struct str **dirs, size_t *n,
                     struct err *e);

/* How many sessions changed that file (absolute path). */
int64_t session_file_sessions(struct db *db, struct str path, struct err *e);

/* Distinct working directories of the project's newest sessions. */
int project_cwds(struct db *db, int64_t project_id, size_t max, struct arena *a,
                 struct str **dirs, size_t *n, struct err *e);

struct event_info {
    int64_t id, session_id, time_ms, bytes;
    struct str name, tool, tool_use_id, origin, session_uid;
    struct str payload;
};
/* CM_ENOTFOUND without a sentence. */
int event_read(struct db *db, int64_t id, struct arena *a,
               struct event_info *out, struct err *e);
/* The newest `max` events of the session with that name, newest first. */
int events_named(struct db *db, int64_t session_id, struct str name, size_t max,
                 struct arena *a, struct event_info **rows, size_t *n,
                 struct err *e);

/* Did the same shell command succeed in the session after that event? */
int session_command_passed(struct db *db, int64_t session_id, int64_t after,
                           struct str command, struct err *e);

#endif
