/*
 * graph.h - what a question names, and what is related to that.
 *
 * Two signals of one walk. `names`: memories that name what the question
 * names, by any of its spellings. `graph`: memories that state how those
 * things stand to others, up to two steps away, so that "where does the service
 * that Ada wrote deploy" finds the memory about the deployment, which has
 * neither Ada nor "wrote".
 *
 * A step from a thing with many relations is worth little to each of them, and
 * a name that half of all memories have tells little: hubs do not flood. A
 * relation that the question asks for ("deploy", "owner") is worth more than
 * one it does not. Things only named side by side are worth least.
 *
 * Work is bounded: at most GRAPH_STARTS things, GRAPH_NODES steps, some hundred
 * rows, however large the store is.
 */
#ifndef CMEM_SEARCH_GRAPH_H
#define CMEM_SEARCH_GRAPH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/entity.h"

/* Things of a question that are followed, and things reached. */
#define GRAPH_STARTS 8
#define GRAPH_NODES  32

/* A thing that the question names. */
struct graph_start {
    struct entity_row row;
    float sure; /* 1: written as its name; less: a part of it, or a word */
};
/* The surest first. Names, and words and runs of up to three words that are
 * the key of an entity: people write "redis" and "ledger service". */
int graph_named(struct db *db, struct str question, struct arena *a,
                struct graph_start out[GRAPH_STARTS], size_t *n, struct err *e);

struct graph_hit {
    int64_t memory_id;
    float names; /* 0 to 1: it names what the question names */
    float graph; /* 0 to 1: it states what the question follows */
};

/* At most `max` memories, those with the largest signal first. project_id 0:
 * of all projects; else no statement of another project is followed, though
 * `names` may be of any: filter what comes. */
int graph_find(struct db *db, struct str question, int64_t project_id,
               size_t max, struct arena *a, struct graph_hit **out, size_t *n,
               struct err *e);

#endif
