/*
 * entity_scan.h - the state of one walk over a text that looks for entities.
 * Parts of entity.c: entity_scan.c walks, entity_span.c reads what stands
 * between marks, entity_prose.c reads the words between names.
 */
#ifndef CMEM_BASE_ENTITY_SCAN_H
#define CMEM_BASE_ENTITY_SCAN_H

#include "base/arena.h"
#include "base/common.h"
#include "base/entity.h"
#include "base/names.h"
#include "base/str.h"

/* Twice ENTITIES_MAX, so that probing stays short. */
#define ENTITY_SLOTS 128

struct entity_scan {
    struct arena *a;
    struct entity *out;
    size_t n, max;
    uint64_t seen[ENTITY_SLOTS]; /* hashes of keys; 0 is free */

    struct str line;
    size_t at;
    struct names names;         /* of the line */
    struct str name;            /* the next one; n == 0: no more */
    struct str before, before2; /* the words before `at`, on this line */
    bool begins;                /* a sentence begins at `at` */
    bool adjoins; /* `before` was a name, and one blank is between */
    bool titled;  /* this sentence writes all its words large */
};

/* Adds an entity unless its key is there. */
void entity_add(struct entity_scan *s, enum entity_kind kind, struct str name);
/* The length of the word at `at`: letters, digits, and '-' or an apostrophe
 * between them. */
size_t entity_word(struct str line, size_t at);
/* The next word behind `at`, over blanks and '#'; empty at the line's end. */
struct str entity_peek(struct str line, size_t at);

/* A command or an error message that begins at the mark at `at`. */
void entity_span(struct entity_scan *s);
/* A command in running text that begins with the word `w`. */
bool entity_command(struct entity_scan *s, struct str w);
/* The error message behind "error:" at `at`. */
void entity_message_behind(struct entity_scan *s);
/* Takes the word at s->at, and those that belong to it. */
void entity_prose(struct entity_scan *s);
/* Looks ahead to the sentence's end. */
bool entity_is_titled(struct str line, size_t at);

/* The message without what varies; empty when it says too little. */
struct str entity_message(struct str text, struct arena *a);
/* "git rebase -i HEAD~3": "git rebase"; empty when it is no command. */
struct str entity_command_of(struct str text, struct arena *a);

#endif
