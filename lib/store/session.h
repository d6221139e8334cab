/*
 * session.h - projects, sessions and their raw events: the write side.
 *
 * All of these run inside the caller's transaction (db_begin).
 */
#ifndef CMEM_STORE_SESSION_H
#define CMEM_STORE_SESSION_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

/*
 * The project that any of `keys` names (strongest first), made when there is
 * none; all keys then lead to it. *id is set.
 */
int project_put(struct db *db, const struct str *keys, size_t nkeys,
                struct str name, struct str root, int64_t now_ms, int64_t *id,
                struct err *e);

struct session_in {
    struct str uid;        /* "S", or "S:AGENT" for a subagent */
    struct str parent_uid; /* empty for a session of the user */
    struct str agent_type;
    int64_t project_id;
    struct str cwd, branch, transcript; /* empty: unchanged */
    int64_t time_ms;
    bool known_is_enough; /* a row that is there stays as it is: tool events,
                             which are most, then write one page less */
};

/* The session's row, made or brought up to date. A parent that is not known
 * yet is made too. */
int session_put(struct db *db, const struct session_in *in, int64_t *id,
                struct err *e);
/* Where it was last; empty when it is not known. Lives in a. */
int session_cwd(struct db *db, struct str uid, struct arena *a,
                struct str *out, struct err *e);
int session_ended(struct db *db, int64_t id, struct str reason, int64_t time_ms,
                  struct err *e);
/* Counts a prompt; its first words become the title if there is none. */
int session_prompted(struct db *db, int64_t id, struct str text,
                     struct err *e);

int session_title(struct db *db, int64_t id, struct str title, struct err *e);

struct event_in {
    struct str uid; /* 16 bytes */
    int64_t session_id;
    struct str name, tool, tool_use_id;
    int64_t time_ms;
    const char *origin; /* "hook", "transcript", "import" */
    int state;          /* enum event_state */
    int64_t bytes;
    struct str text;    /* prompt or message: its hash is kept */
    struct str payload;
};

#define EVENT_UID_BYTES 16

enum event_state { EVENT_WAITS, EVENT_DONE, EVENT_KEPT };

/* The uid of a tool call: a part of SHA-256 of both. Others have a random one.
 */
void event_tool_uid(struct str session_uid, struct str tool_use_id,
                    unsigned char uid[EVENT_UID_BYTES]);

/*
 * Stores an event once: *id is its row, or 0 when it is already there (same
 * uid, or, for text from a transcript, the same text in the same session).
 */
int event_put(struct db *db, const struct event_in *in, int64_t *id,
              struct err *e);

/* A tool call that a hook brought as the parent's (from_uid) turns out to be
 * the subagent's: it moves there. */
int event_claim(struct db *db, struct str from_uid, int64_t child_id,
                struct str child_uid, struct err *e);

/* How far a transcript was taken; 0 when never, or when the file is another
 * one by now (inode). */
int transcript_taken(struct db *db, struct str path, int64_t inode,
                     int64_t *offset, struct err *e);
int transcript_take(struct db *db, struct str path, int64_t inode,
                    int64_t session_id, int64_t offset, int64_t now_ms,
                    struct err *e);

/* One tool call touched a file (absolute path). */
int session_file_put(struct db *db, int64_t session_id, struct str path,
                     bool modified, int64_t time_ms, struct err *e);

#endif
