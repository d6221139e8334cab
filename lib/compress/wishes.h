/*
 * wishes.h - what a program wishes of the memories that are made of its events.
 *
 * It may say in its own words what to keep and how, name subjects that alone
 * are to be kept or that are to be left out, and give categories to sort the
 * memories by. A language model is told all of it (wishes_show); the rules
 * understand the subjects, as words, and categories by their names.
 *
 * Wishes are somebody's words: bounded here, quoted in the prompt, and unable
 * to change the form of the reply, which is checked as always.
 */
#ifndef CMEM_COMPRESS_WISHES_H
#define CMEM_COMPRESS_WISHES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "compress/digest.h"

/* Bytes of each text, of a category's name and of what it is about. */
#define WISHES_TEXT_MAX       8000u
#define WISHES_NAME_MAX       64u
#define WISHES_ABOUT_MAX      300u
#define WISHES_CATEGORIES_MAX 64u

struct show; /* prompt_text.h */

struct wish_category {
    struct str name, about; /* about may be empty */
};

/* All zero: no wishes. Slices live where wishes_read put them. */
struct wishes {
    struct str instructions;       /* what to keep, and how to word it */
    struct str agent_instructions; /* the same of what the assistant says */
    struct str includes, excludes; /* subjects, with commas between them */
    struct wish_category *categories;
    size_t ncategories;
};

/*
 * Checks what a program sent and gives it in the form that is kept: an object
 * that the caller frees, or NULL for no wishes. Of each member "other" is asked
 * where `from` has none (it may be NULL): a project's settings below a
 * request's. CM_EARG and a sentence for what is too long or of another type.
 *
 *   custom_instructions, agent_custom_instructions: texts
 *   includes, excludes: texts, or lists of them
 *   custom_categories: [{name: about}], [name] or {name: about}
 */
int wishes_take(const struct json *from, const struct json *other,
                struct json **out, struct err *e);
/* Reads that form, which may be NULL or damaged, into the arena. */
void wishes_read(const struct json *kept, struct arena *a, struct wishes *out);
/* Are there none? */
bool wishes_are_none(const struct wishes *w);

/* Has the text a subject of `includes`, if there are any, and none of
 * `excludes`? A subject is found as a word or as words in a row. */
bool wishes_let(const struct wishes *w, struct str text);
/* The categories whose names are words of the text; in the arena, NULL where
 * there are no categories. */
size_t wishes_sort(const struct wishes *w, struct str text, struct arena *a,
                   struct str **names);
/* The category that is called so, however it is spelt; an empty slice. */
struct str wishes_category(const struct wishes *w, struct str name);

/* For drafts of the rules: drops what is not let, gives the others their
 * categories. */
void wishes_obey(const struct wishes *w, struct arena *a, struct drafts *d);

/* Appends to a prompt what a model is told of them; nothing for none. */
void wishes_show(const struct wishes *w, struct show *s);
/* A reply's schema, in which items have categories if the wishes do. False: it
 * is as it was given. */
bool wishes_schema(const struct wishes *w, struct str schema, struct buf *out);

#endif
