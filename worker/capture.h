/*
 * capture.h - a hook's event becomes a row, once.
 */
#ifndef CMEM_WORKER_CAPTURE_H
#define CMEM_WORKER_CAPTURE_H

#include "agent/transcript.h"
#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "store/touch.h"
#include "wire/frame.h"
#include "worker/worker.h"

/* What a context hook waits for. */
struct context_ask {
    int64_t session_id; /* 0: nothing */
    bool compact;       /* after a compaction: the block for that */
    int64_t prompt_event; /* not 0: what this prompt brings (slot.h), and not
                             the block of a session's start */
};

/*
 * Parses, redacts and stores one event in the shared transaction (worker_tx).
 * origin: "hook" or "import". *ask is set when the hook that sent it
 * will print a context block. An event that is refused on purpose (our own
 * model's, an excluded directory) is no error: nothing is stored.
 */
int capture_event(struct worker *w, const struct frame *f, const char *origin,
                  struct context_ask *ask, struct err *e);

/* Where an item of a transcript comes from. */
struct capture_from {
    const char *origin; /* "import" or "transcript" */
    struct str path;    /* the transcript's; empty when it is known */
    bool touches_looked_for; /* else touching.h does it */
    struct touch_in *touches; /* by absolute paths */
    size_t ntouches;
};

/*
 * One item of a transcript, in the caller's transaction. *added: was it new?
 * *session_id: whose it is.
 *
 * A transcript that goes on from another session begins with that one's lines,
 * under its name. They are that session's when it is known; else the file's,
 * which is the only one they can be found in.
 */
int capture_item(struct worker *w, const struct item *it,
                 const struct capture_from *from, bool *added,
                 int64_t *session_id, struct err *e);

/* An event made by the worker itself while importing ("Stop" between turns).
 * `seed` makes its identity. */
int capture_marker(struct worker *w, int64_t session_id, const char *name,
                   int64_t time_ms, struct str seed, struct err *e);

/* The project of a directory, and the top of its working tree (until the next
 * event). In the caller's transaction. */
int capture_place(struct worker *w, struct str cwd, int64_t *project_id,
                  struct str *root, struct err *e);

/* What the context hook prints; lives in a. Empty: nothing. The receipt is
 * written in the shared transaction. */
struct str capture_context(struct worker *w, const struct context_ask *ask,
                           struct arena *a);

void capture_open(struct worker *w);
void capture_close(struct worker *w);

#endif
