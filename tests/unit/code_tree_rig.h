/*
 * code_tree_rig.h - a small tree made for a test, indexed, and asked.
 *
 * Where the build has no grammars tree_rig_open is false and the test ends.
 */
#ifndef CMEM_TESTS_CODE_TREE_RIG_H
#define CMEM_TESTS_CODE_TREE_RIG_H

#include "base/common.h"

#include "base/json.h"
#include "ops/op.h"

struct tree_rig {
    struct db *db;
    struct arena a;
    struct op_env env;
    struct err e;
    int64_t tree;
    char root[1024];
};

bool tree_rig_open(struct tree_rig *r);
void tree_rig_close(struct tree_rig *r);
/* A file of it; directories are made. */
void tree_put(struct tree_rig *r, const char *path, const char *text);
void tree_index(struct tree_rig *r);
/* The answer of an operation that must succeed. Caller frees. */
struct json *tree_ask(struct tree_rig *r, const char *op, const char *args);

#endif
