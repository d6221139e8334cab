/*
 * entity_clause.h - a sentence as words and entities. A part of
 * entity_relation.c.
 */
#ifndef CMEM_BASE_ENTITY_CLAUSE_H
#define CMEM_BASE_ENTITY_CLAUSE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/entity.h"
#include "base/str.h"

/* A longer sentence states nothing plainly. */
#define CLAUSE_TOKENS 64

struct token {
    struct str s;            /* a word, a mark, or an entity's name */
    const struct entity *en; /* NULL: none */
};

struct clause {
    struct arena *a;
    struct token t[CLAUSE_TOKENS];
    size_t n;
    struct entity en[ENTITIES_MAX];
    size_t nen;
};

/* Takes the next sentence off *rest; false at the end. It ends at . ! ? ;
 * before white space, or with its line. */
bool clause_sentence(struct str *rest, struct str *sentence);
/* Fills c; false when it is longer than CLAUSE_TOKENS. */
bool clause_read(struct clause *c, struct str sentence);

/* Is the token at i one of these words? False outside of the clause. */
bool clause_is(const struct clause *c, size_t i, const char *words);

/*
 * What is spoken of before place i (it ends there) or behind it: one or more
 * entities, joined by "and", or a noun. Returns how many were put into out,
 * and the place before its first token, or behind its last.
 */
#define CLAUSE_ENDS 4
size_t clause_before(struct clause *c, size_t i,
                     struct entity out[CLAUSE_ENDS]);
size_t clause_behind(struct clause *c, size_t i, struct entity out[CLAUSE_ENDS],
                     size_t *next);
/* Was the end a noun that nothing but its place made an entity, and is not
 * called a service, a team or the like? */
bool clause_is_bare(const struct entity *en);

#endif
