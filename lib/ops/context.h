/*
 * context.h - what a new session is told: the block put into it at its start.
 *
 * Two blocks. At startup and after /clear: where the last session left off,
 * what is still open, notes, files changed lately, and an index of recent and
 * important memories to be read with `cmem show`. After a compaction: what
 * this session itself was about, so that it can go on.
 *
 * Invariants:
 *   1. The same store, request and configuration give the same bytes: no
 *      clock, no counters, a total order everywhere. (Two exceptions, which a
 *      reader would insist on: a memory leaves when it expires, and whether
 *      its code is gone may need a look at the disk.)
 *   2. Stored text is data: one line each, fenced (fence.h); nothing of a
 *      subagent's session, nothing superseded or expired.
 *   3. An empty store gives an empty text, never an empty block.
 *   4. Never over CONTEXT_UNITS_MAX UTF-16 units: the client cuts at 10,000.
 *
 * A memory whose code has changed or gone (fresh.h) says so in its line, and
 * gives way to those that hold. Without a code index nothing is said.
 *
 * A block begins with "<cmem-memory" and ends with "</cmem-memory>", by which
 * intake knows it again.
 */
#ifndef CMEM_OPS_CONTEXT_H
#define CMEM_OPS_CONTEXT_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "ops/op.h"

#define CONTEXT_UNITS_MAX 9500
/* After a compaction the session has its own summary already. */
#define CONTEXT_COMPACT_TOKENS 400

enum context_source { CONTEXT_STARTUP, CONTEXT_CLEAR, CONTEXT_COMPACT };

/* "startup", "clear", "compact"; false for anything else. */
bool context_source_of(struct str s, enum context_source *out);
const char *context_source_name(enum context_source source);

struct context_request {
    int64_t project_id;
    struct str branch; /* of the new session, or empty */
    enum context_source source;
    struct str session_uid; /* compact: which one */
    int64_t tokens;         /* 0: as configured */
    int64_t as_of_ms;       /* 0: now */
    const char *dir; /* of the new session: which tree of code it stands in;
                      * NULL: env->cwd */
};

struct context_line {
    struct str text, section, why;
    int64_t memory_id; /* 0: of none */
    size_t tokens;
    bool taken; /* else there was no room */
};

/* Everything lives in env->a. */
struct context {
    struct str text;    /* empty: there is nothing to say */
    struct str json;    /* what the hook prints, one line; empty with text */
    const int64_t *ids; /* memories in it */
    size_t nids;
    size_t tokens;
    const struct context_line *lines; /* everything considered, as shown */
    size_t nlines;
};

int context_render(struct op_env *env, const struct context_request *r,
                   struct context *out, struct err *e);

/* What a hook prints so that the client puts `text` into the context; `event`
 * is the hook's own, "SessionStart". Lives in a. */
struct str context_hook_json(struct arena *a, const char *event,
                             struct str text);

/*
 * Renders the startup block and writes it where the session-start hook finds
 * it without the worker (paths_context): for the project's root and the
 * directories of its recent sessions. A file is replaced only when its bytes
 * change and removed when there is nothing to say. project_id 0 (a memory of
 * every project) does so for all of them.
 */
int context_cache_write(struct op_env *env, int64_t project_id, struct err *e);
/* Removes all of them: hooks read no setting, so that with context off none may
 * lie there. */
int context_cache_clear(const struct paths *p, struct err *e);

#endif
