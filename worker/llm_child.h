/*
 * llm_child.h - runs a program: bytes to its standard input, bounded bytes
 * from its output, a deadline, and nothing of it left behind.
 *
 * The child leads a process group of its own. Past its deadline the group
 * gets SIGTERM and, after kill_ms, SIGKILL; whatever the child leaves in its
 * group when it ends is killed too.
 */
#ifndef CMEM_WORKER_LLM_CHILD_H
#define CMEM_WORKER_LLM_CHILD_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct uv_loop_s;
struct child;

struct child_reply;
typedef void (*child_done)(void *arg, const struct child_reply *r);

struct child_request {
    char **argv; /* argv[0] is looked for in PATH */
    char **env;  /* all of it */
    const char *dir;
    struct str input;
    int timeout_ms;
    int kill_ms;
    size_t max_output; /* more ends the child: CM_EFULL */
    child_done done;
    void *arg;
};

struct child_reply {
    int rc;         /* 0 when it ended by itself, whatever its status */
    struct err err; /* CM_ETIME, CM_EFULL, CM_EAGAIN (child_stop) */
    int status;     /* of exit(2), or 128 and the signal */
    struct str out;
    struct str errors; /* the beginning of its standard error */
};

/*
 * Everything in *r is copied. `done` is called exactly once, from the loop,
 * not from in here, when the child is gone and all its handles are closed.
 * Fails with CM_ENOTFOUND when there is no such program, else CM_EIO.
 */
int child_start(struct child **out, struct uv_loop_s *loop,
                const struct child_request *r, struct err *e);
/* Kills it at once; `done` follows with CM_EAGAIN. */
void child_stop(struct child *c);

#endif
