/*
 * provider_claude.h - asks through the user's own Claude Code: `claude -p`.
 *
 * It costs no key: the client uses its own login. Hooks, tools, plugins, MCP
 * servers, memory files and session files are off in the child, by options
 * that depend on its version, which is asked once. CMEM_INTERNAL=1 in its
 * environment makes our own hooks leave at once should one run all the same.
 */
#ifndef CMEM_WORKER_PROVIDER_CLAUDE_H
#define CMEM_WORKER_PROVIDER_CLAUDE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "worker/provider.h"

struct uv_loop_s;
struct claude_run;

struct claude_reply;
typedef void (*claude_done)(void *arg, const struct claude_reply *r);

/* What is known of the program, kept between runs. */
struct claude {
    struct uv_loop_s *loop;
    claude_done done;
    int version; /* 2.1.329 as 2001329, 0 when it was not asked yet */
};

struct claude_reply {
    int rc;
    struct err err;
    bool transient;
    struct answer answer; /* lives until the callback returns */
};

/* *q and what it points to must live until c->done, which is called exactly
 * once, from the loop, when no process is left. */
int claude_start(struct claude_run **out, struct claude *c, const struct ask *q,
                 void *arg, struct err *e);
/* Kills it; c->done follows. */
void claude_stop(struct claude_run *r);

/* For tests: the version in "2.1.329 (Claude Code)", 0 when there is none. */
int claude_version_of(struct str text);

#endif
