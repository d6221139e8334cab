/*
 * as_if.h - an operation's answer as it would be with other settings.
 *
 * An operation that rests on settings has PARAM_AS_IF and names those that it
 * rests on. Whoever is to choose a value then sees first what it does, from
 * every door, and nothing is written:
 *
 *     cmem context --set context_tokens=400
 */
#ifndef CMEM_OPS_AS_IF_H
#define CMEM_OPS_AS_IF_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "ops/op.h"

#define PARAM_AS_IF                                                            \
    {                                                                          \
        "set", 0, PARAM_LIST, 0, "NAME=VALUE",                                 \
            "as if this setting were so; for this answer alone"                \
    }

/*
 * Without "set" *env becomes *out. With it *out has a configuration of its own,
 * made in env->a. CM_EARG for a setting that is not among `known`: what has no
 * effect must not look as if it had.
 */
int as_if(const struct op_env *env, const struct json *args,
          const enum opt_id *known, size_t nknown, struct op_env *out,
          struct err *e);

#endif
