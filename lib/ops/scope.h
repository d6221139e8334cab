/*
 * scope.h - which project an operation is about.
 */
#ifndef CMEM_OPS_SCOPE_H
#define CMEM_OPS_SCOPE_H

#include "base/common.h"
#include "ops/op.h"
#include "store/read_memory.h"
#include "store/read_session.h"

/* The parameters that every operation with a scope has. */
#define PARAM_PROJECT                                                          \
    {                                                                          \
        "project", 'p', PARAM_STR, 0, "NAME",                                  \
            "another project: its name or directory"                           \
    }
#define PARAM_ALL                                                              \
    {                                                                          \
        "all", 'a', PARAM_BOOL, 0, NULL, "every project"                       \
    }

/* What reading leaves out by itself, asked for. */
#define PARAM_ALL_BRANCHES                                                     \
    {                                                                          \
        "all-branches", 0, PARAM_BOOL, 0, NULL,                                \
            "also what belongs to other branches until they are merged"        \
    }
#define PARAM_SUBAGENTS                                                        \
    {                                                                          \
        "subagents", 0, PARAM_BOOL, 0, NULL, "also what subagents brought"     \
    }

/* Any condition: store/where.h. */
#define PARAM_FILTER                                                           \
    {                                                                          \
        "filter", 0, PARAM_JSON, 0, "JSON",                                    \
            "any condition: {\"AND\": [{\"user_id\": \"ada\"}, "               \
            "{\"importance\": {\"gte\": 4}}]}"                                 \
    }

/* Whose: the scopes of what programs store. A run is a session by its whole
 * id, an app a project by its whole name. */
#define PARAM_SCOPES                                                           \
    {"user", 0, PARAM_STR, 0, "NAME", "of this person"},                       \
        {"agent", 0, PARAM_STR, 0, "NAME", "of this agent"},                   \
        {"run", 0, PARAM_STR, 0, "ID", "of this run"},                         \
        {"app", 0, PARAM_STR, 0, "NAME", "of this app, and of none"},          \
    {                                                                          \
        "group", 0, PARAM_STR, 0, "NAME", "of this conversation or document"   \
    }

struct scope {
    struct project_row project; /* id 0: all projects */
    int64_t namesakes; /* other projects of the name it was asked for by */
};

/* "all", or the project named by "project" or "app", or that of env->cwd when
 * the store knows it; else all. CM_ENOTFOUND for an unknown name. */
int scope_find(struct op_env *env, const struct json *args, struct scope *out,
               struct err *e);
/* The project that an app is. CM_ENOTFOUND without a sentence. */
int scope_app(struct op_env *env, struct str app, struct project_row *out,
              struct err *e);
/* "project": its name; nothing when all are meant. Of one of several that are
 * called so "project_root" and "namesakes" (how many others) too. */
void put_scope(struct jsonw *w, const struct scope *s);

/* The session named by "session", else the latest of scope_find()'s project.
 * CM_ENOTFOUND with a sentence. */
int scope_session(struct op_env *env, const struct json *args,
                  struct session_info *out, struct err *e);

/* kind, type, file, since, until, as-of, session, branch, history, user, agent,
 * run, group and filter; and from where one stands, unless all-branches or
 * subagents say otherwise. */
int scope_filter(struct op_env *env, const struct json *args,
                 const struct scope *s, struct memory_filter *f, struct err *e);
/* The memories that "filter", an object or the text of one, lets through; NULL
 * when there is none. Lives in env->a. */
int scope_where(struct op_env *env, const struct json *args,
                const struct id_set **out, struct err *e);

#endif
