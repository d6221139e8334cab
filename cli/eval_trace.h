/*
 * eval_trace.h - which names a session met, and when: by which it is judged
 * whether what it was told turned out to be of use.
 *
 * A name is what names.h takes for one, and a file by its last component. It
 * is met where anything of the session has it, results of tools included; it
 * is dealt with where the user, the assistant or a tool's input has it.
 */
#ifndef CMEM_CLI_EVAL_TRACE_H
#define CMEM_CLI_EVAL_TRACE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

struct trace {
    struct arena *a;
    struct trace_name *at; /* places by hash, a power of two of them */
    size_t room, n;
};

void trace_init(struct trace *t, struct arena *a);
/* The session's next event; `nth` only grows. */
void trace_add(struct trace *t, const struct json *payload, size_t nth);

/* What the names of a text are worth to a session at a moment. */
struct trace_use {
    bool dealt; /* one of them is dealt with behind event `nth` */
    bool news;  /* ... and was not met until then */
};
void trace_judge(const struct trace *t, struct str text, size_t nth,
                 struct trace_use *use);

#endif
