/*
 * entity_kind.h - what kind of thing one name is, by its form and the words
 * beside it. A part of entity.c.
 */
#ifndef CMEM_BASE_ENTITY_KIND_H
#define CMEM_BASE_ENTITY_KIND_H

#include "base/common.h"
#include "base/entity.h"
#include "base/str.h"

/* What stands around a name. Words are slices of the text, or empty. */
struct entity_near {
    struct str before, after;
    bool marked; /* written as `word` or word() */
};

#define ENTITY_NOT_ONE (-1)

/* The kind of the name that names.h found, or ENTITY_NOT_ONE. May take off
 * what does not belong to it (the '@' of "@src/main.c"). */
int entity_kind_of(struct str *name, const struct entity_near *near);

/* A commit hash: 7 to 40 hexadecimal digits, of both sorts. */
bool entity_is_commit(struct str w);
/* "10.0.0.7", with or without a port. */
bool entity_is_address(struct str w);
/* Does it end like a file of a known sort? */
bool entity_is_file(struct str w);
/* "@dana", not "@param" and "@Override". */
bool entity_is_handle(struct str w);
/* "example.com": ends like the name of a host? */
bool entity_is_host(struct str w);

#endif
