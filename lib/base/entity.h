/*
 * entity.h - what a text names: files, symbols, commits, errors, people, ...
 *
 * names.h finds words that look like names; here they get a kind and a key, so
 * that two ways to write one thing are one thing: "./src/Main.c" and
 * "src/Main.c", "a1b2c3d" and its forty digits (an alias), "#12" and "GH-12".
 *
 * Rules only, the same for stored texts and for queries. A kind that cannot be
 * told from the text alone (is Foo a class or a product?) is SYMBOL for joined
 * words and NAME for capitalised ones; a model that compresses may say better.
 *
 * Pure: no database, no clock. Linear in the text's length.
 */
#ifndef CMEM_BASE_ENTITY_H
#define CMEM_BASE_ENTITY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

#define ENTITY_KINDS(X)                                                        \
    X(PATH, "path", "src/main.c, ~/x, docs/")                                  \
    X(SYMBOL, "symbol", "parseReply, Foo::bar, os.path.join")                  \
    X(COMMIT, "commit", "a hash of 7 to 40 digits")                            \
    X(BRANCH, "branch", "feature/x beside the word branch, origin/main")       \
    X(ISSUE, "issue", "#12, PR 12, ABC-123")                                   \
    X(ERROR, "error", "ENOENT, E0308, HTTP 429, TypeError, a quoted message")  \
    X(COMMAND, "command", "git rebase, npm run build, make check")             \
    X(PACKAGE, "package", "@scope/name, left-pad@1.3.0, libuv")                \
    X(URL, "url", "https://...")                                               \
    X(HOST, "host", "db1.internal, 10.0.0.7:5432")                             \
    X(VERSION, "version", "v2.1.3")                                            \
    X(PERSON, "person", "@handle, name <mail>, a first name that speaks")      \
    X(NAME, "name", "PostgreSQL, Project Atlas: capitalised in running text")

enum entity_kind {
#define X(id, word, example) ENTITY_##id,
    ENTITY_KINDS(X)
#undef X
        ENTITY_KIND_COUNT
};
const char *entity_kind_name(enum entity_kind k);
/* -1 for a word that is none. */
int entity_kind_find(struct str word);

struct entity {
    enum entity_kind kind;
    struct str key;  /* normalised, lower case where case does not matter */
    struct str name; /* as written, a slice of the text */
};

/* Entities of one text at most: what names more is a listing. */
#define ENTITIES_MAX 64

/* Finds the entities of text, each key once, in order; keys live in a. Returns
 * how many were written to out[max]. */
size_t entities_of(struct str text, struct arena *a, struct entity *out,
                   size_t max);
/* The key under which a name of this kind is kept. */
struct str entity_key(enum entity_kind kind, struct str name, struct arena *a);
/* Other keys by which it may be asked for: the last component of a path, the
 * last part of Foo::bar, the first seven digits of a commit. At most 4. */
size_t entity_aliases(const struct entity *en, struct arena *a,
                      struct str out[4]);

#endif
