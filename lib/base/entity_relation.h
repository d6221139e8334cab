/*
 * entity_relation.h - how the things a text names stand to each other, where
 * the text says so plainly.
 *
 * "payments-api is owned by Dana", "Dana's team deploys the payments-api to
 * Fly.io", "a1b2c3d fixes #12". Rules for plain statements only: no questions,
 * wishes, plans, conditions, denials. What is not found is missing; what is
 * found wrongly would answer questions.
 *
 * An end is an entity (entity.h), or the noun that stands there with its
 * article ("the ledger service"), which then is a NAME. Of two such nouns
 * nothing is made unless they are called services, teams and the like.
 *
 * Pure: no database, no clock. Linear in the text's length.
 */
#ifndef CMEM_BASE_ENTITY_RELATION_H
#define CMEM_BASE_ENTITY_RELATION_H

#include "base/arena.h"
#include "base/common.h"
#include "base/entity.h"
#include "base/str.h"

/* How one entity stands to another: the word, and as seen from the other. */
#define RELATIONS(X)                                                           \
    X(USES, "uses", "used by")                                                 \
    X(PART_OF, "part-of", "has part")                                          \
    X(FIXES, "fixes", "fixed by")                                              \
    X(CAUSES, "causes", "caused by")                                           \
    X(DEPENDS_ON, "depends-on", "needed by")                                   \
    X(DECIDED_IN, "decided-in", "decided")                                     \
    X(OWNS, "owns", "owned by")                                                \
    X(WORKS_ON, "works-on", "worked on by")                                    \
    X(DEPLOYS_TO, "deploys-to", "deployed from")                               \
    X(REPLACES, "replaces", "replaced by")

enum relation_word {
#define X(id, word, reverse) RELATION_##id,
    RELATIONS(X)
#undef X
        RELATION_COUNT
};

const char *relation_name(enum relation_word r);
/* -1 for a word that is none; '_' and blanks are '-'. */
int relation_find(struct str word);
bool relation_is_known(struct str word);
/* "owned by" for "owns"; "" for a word that is none. */
const char *relation_reverse(struct str word);

struct relation {
    struct entity from, to;
    enum relation_word word;
};

#define RELATIONS_MAX 32

/* Finds what the text states, each once; strings live in a or are slices of
 * the text. Returns how many were written to out[max]. */
size_t relations_of(struct str text, struct arena *a, struct relation *out,
                    size_t max);
/* Only "fixes #12" behind the hash of a commit. */
size_t relations_of_commits(struct str text, struct arena *a,
                            struct relation *out, size_t max);

#endif
