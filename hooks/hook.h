/*
 * hook.h - what all hook programs do.
 *
 * A hook takes what the client writes to its standard input, wraps it in a
 * frame without looking into it, and gives it to the worker; when the worker
 * does not answer in time, to the spool. What a user may rely on:
 *
 *   1. It exits with status 0, whatever happens.
 *   2. It writes nothing to standard error. Standard output stays empty, but
 *      for session-start and user-prompt, which may print one JSON object.
 *   3. Standard input aside it takes at most 100 ms (session-start 300 ms),
 *      and 500 ms in all: then it stops hard and leaves a line in hooks.log,
 *      "<milliseconds since 1970> <hook> hard-stop".
 *      What user-prompt prints must come within 30 ms (SLOT_BUDGET_MS) of when
 *      it sent the event, which is safe by then; else it prints nothing.
 *   4. Once it has read its input, the event is with the worker or in the
 *      spool, unless it stopped hard or the disk refused.
 *
 * Environment: CMEM_INTERNAL set (cmem's own model calls) - nothing is done.
 * CMEM_HOME and the XDG variables - see paths.h. CMEM_SPOOL_MB - most that
 * the spool may hold. CMEM_EVENT_TIME_MS - the event's time, for replays.
 *
 * Option: --capture makes session-start a hook that prints nothing, for the
 * starts where the context is still in the conversation (resume, fork).
 */
#ifndef CMEM_HOOKS_HOOK_H
#define CMEM_HOOKS_HOOK_H

#include "wire/frame.h"

/* The whole program. Returns its exit status, 0. */
int hook_main(enum hook_kind kind, int argc, char **argv);

#endif
