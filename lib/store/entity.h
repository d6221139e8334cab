/*
 * entity.h - entities and relations in the database: written and asked.
 *
 * Derived: made of a memory's texts and files by rule, and of "entities"
 * ([{"name","kind"}]) and "relations" ([{"from","relation","to"}]) in its data,
 * where a model wrote them. Writing is part of index_memory (index.h).
 *
 * Invariants:
 *   1. entities.memories is the number of rows of entity_memories.
 *   2. Both ends of a memory's relation are among its entities.
 *   3. An entity that no memory names is not there, nor are its aliases.
 */
#ifndef CMEM_STORE_ENTITY_H
#define CMEM_STORE_ENTITY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/entity.h"
#include "base/entity_relation.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"
#include "store/read_memory.h"

/* Replaces what is known of the memory's entities and relations. */
int entity_index(struct db *db, int64_t memory_id, struct err *e);
/* One more relation that the memory states; what it is between is made when
 * it is not there. For those who know of relations that no text tells, such as
 * the code index: after entity_index, in its transaction. */
int entity_relate(struct db *db, int64_t memory_id, const struct relation *r,
                  struct err *e);
/* Takes the memory's part out; entities that nothing names go, too. */
int entity_forget(struct db *db, int64_t memory_id, struct err *e);

struct entity_row {
    int64_t id;
    struct str kind, key, name;
    int64_t memories; /* that name it */
};

/* Entities that a key names, itself or as an alias; those with most memories
 * first. */
int entity_find(struct db *db, struct str key, size_t max, struct arena *a,
                struct entity_row **out, size_t *n, struct err *e);

struct entity_memory {
    int64_t memory_id;
    int strength; /* 1 to 3 */
};
/* Memories that name the entity, the newest first. */
int entity_memories(struct db *db, int64_t entity_id, size_t max,
                    struct arena *a, struct entity_memory **out, size_t *n,
                    struct err *e);
int memory_entities(struct db *db, int64_t memory_id, size_t max,
                    struct arena *a, struct entity_row **out, size_t *n,
                    struct err *e);

struct relation_row {
    struct entity_row other;
    struct str relation; /* as seen from the entity asked for */
    bool incoming;
    int64_t memory_id; /* that says so: the newest one */
    int64_t memories;  /* how many say so */
};
struct relation_ask {
    int64_t entity_id;
    int64_t project_id; /* what its memories say; 0: all */
    bool together; /* also some that are often named in the same memories
                      (relation "with"), where there is room */
    size_t max;
};
/* Edges of one entity, those that most memories tell of first. What no longer
 * holds says nothing. */
int entity_relations(struct db *db, const struct relation_ask *ask,
                     struct arena *a, struct relation_row **out, size_t *n,
                     struct err *e);

/* One statement: a row of relations. For walks, which read many. */
struct entity_edge {
    int64_t other, memory_id;
    int64_t other_memories; /* that name the other */
    enum relation_word word;
    bool incoming;
};
/* At most `max` in each direction, in no order, of what holds now; `word` < 0:
 * of any relation. Takes no longer for an entity that has thousands. */
int entity_edges(struct db *db, const struct relation_ask *ask, int word,
                 struct arena *a, struct entity_edge **out, size_t *n,
                 struct err *e);
/* The same for entities that its newest memories name, too: other and how many
 * of them (in memory_id). Of those that at most `rare` memories name. */
int entity_company(struct db *db, const struct relation_ask *ask, int64_t rare,
                   struct arena *a, struct entity_edge **out, size_t *n,
                   struct err *e);

/* Of the memories that name it, those of a project (0: of any) that hold; more
 * than `limit` are not counted. */
int64_t entity_count(struct db *db, int64_t entity_id, int64_t project_id,
                     int64_t limit, struct err *e);

struct entity_top {
    struct entity_row row; /* memories: of the project */
    int64_t relations;     /* statements it is an end of */
};
/* The most connected: much is stated of them, then much names them. kind NULL:
 * of every kind but commands, which are in all that was done. */
int entity_tops(struct db *db, int64_t project_id, const char *kind,
                size_t max, struct arena *a, struct entity_top **out, size_t *n,
                struct err *e);
/* Whose key has the text in it or begins with its first bytes: those to look
 * among for what was meant. */
int entity_like(struct db *db, struct str text, size_t max, struct arena *a,
                struct entity_row **out, size_t *n, struct err *e);

#endif
