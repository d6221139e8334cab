/*
 * jtext.h - JSON as text: where its values stand.
 *
 * For changing somebody's file by hand-sized edits: a tree would lose the
 * formatting. jtext_root checks the whole text; after it said yes, walking is
 * a matter of offsets and cannot fail. Strict JSON: no comments, no trailing
 * commas, as the client itself reads it. A byte order mark is passed over.
 *
 * Example, the members of an object:
 *
 *     struct jtext_child c = {0};
 *     while (jtext_next(text, object, &c))
 *         if (jtext_key_is(&c, "hooks"))
 *             use(c.value);
 */
#ifndef CMEM_CLI_JTEXT_H
#define CMEM_CLI_JTEXT_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

#define JTEXT_DEPTH 128

/* A value: text[from, to). */
struct jtext {
    size_t from, to;
};

/* Nothing but JSON's white space: a file that holds no value yet. */
bool jtext_is_blank(struct str text);
/* CM_EFORMAT with the line that is wrong. */
int jtext_root(struct str text, struct jtext *root, struct err *e);

/* A member of an object or an element of an array. */
struct jtext_child {
    struct str key; /* as it is written, with its quotes; empty in arrays */
    size_t from;    /* where it begins: its key, or its value */
    struct jtext value;
};

/* The child behind *c (zeroed: the first). False at the end. */
bool jtext_next(struct str text, struct jtext container, struct jtext_child *c);
bool jtext_key_is(const struct jtext_child *c, const char *key);
/* '{', '[', '"', or the first byte of anything else. */
char jtext_kind(struct str text, struct jtext value);

#endif
