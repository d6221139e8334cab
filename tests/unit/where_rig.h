/*
 * where_rig.h - memories and filters at random, and a model that says which of
 * the memories a filter holds for: written from lib/store/where.h alone.
 */
#ifndef CMEM_TESTS_WHERE_RIG_H
#define CMEM_TESTS_WHERE_RIG_H

#include "base/buf.h"
#include "base/json.h"

/* 2026-01-01 00:00 UTC; times of the model are multiples of six hours. */
#define WHERE_BASE INT64_C(1767225600000)
#define WHERE_STEP INT64_C(21600000)

/* A memory as the model knows it. NULL and 0 (expires) are not there. */
struct where_mem {
    const char *user, *agent, *branch, *kind, *type, *origin, *topic, *ext,
        *group, *text, *run, *app;
    int importance, pinned;
    int64_t created, updated, event, expires;
    struct json *metadata, *data; /* caller frees with json_free */
};

/* where_model.c: does the filter, a well-formed one, hold for the memory? */
bool where_model_holds(const struct where_mem *m, const struct json *tree);

/* where_random.c: the same after the same seed. */
void where_seed(uint32_t seed);
uint32_t where_rnd(uint32_t n); /* below n */
void where_make_mem(struct where_mem *m);
/* Adds a filter's text. */
void where_put_tree(struct buf *b);
/* Fails the test where it is no JSON; caller frees with json_free. */
struct json *where_parsed(const struct buf *b);

#endif
