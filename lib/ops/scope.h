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

struct scope {
    struct project_row project; /* id 0: all projects */
};

/* "all", or the project named by "project", or that of env->cwd when the
 * store knows it; else all. CM_ENOTFOUND for an unknown name. */
int scope_find(struct op_env *env, const struct json *args, struct scope *out,
               struct err *e);
/* "project": its name; nothing when all are meant. */
void put_scope(struct jsonw *w, const struct scope *s);

/* kind, type, file, since, until, as-of, session, branch, history. */
int scope_filter(struct op_env *env, const struct json *args,
                 const struct scope *s, struct memory_filter *f, struct err *e);

#endif
