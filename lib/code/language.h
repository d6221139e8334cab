/*
 * language.h - the languages cmem knows: one row each.
 *
 * A row says how files of the language are recognised, what parses them, and
 * how its qualified names are written. Everything else a language needs is in
 * its query (query.h) and its grammar (grammar.h); adding one is a row, a
 * query and a fixture under tests/code.
 *
 * Recognition, best first: the whole file name ("Makefile"), the longest
 * extension ("d.ts" before "ts"), the interpreter in a "#!" line, an editor's
 * mode line is not read. A ".h" is C unless its text says C++ or Objective-C.
 *
 *     const struct language *l = language_of(STR("src/a.py"), text);
 *     if (l) printf("%s\n", l->label);
 */
#ifndef CMEM_CODE_LANGUAGE_H
#define CMEM_CODE_LANGUAGE_H

#include "base/common.h"
#include "base/str.h"

/* A line outliner of our own, for what no grammar is to be had. */
enum outliner {
    OUTLINE_NONE,
    OUTLINE_CMAKE,
    OUTLINE_DOCKER,
    OUTLINE_ERLANG,
    OUTLINE_GRAPHQL,
    OUTLINE_NIM,
    OUTLINE_PROTOBUF,
};

struct language {
    const char *name;       /* "c_sharp": in options and JSON */
    const char *label;      /* "C#": for people */
    const char *extensions; /* "cs csx": no dots, a blank between */
    const char *files;      /* whole names, "Makefile GNUmakefile" */
    const char *shebangs;   /* interpreters, "bash sh" */
    const char *grammar;    /* NAME of NAME.so; NULL: an outliner's */
    const char *query;      /* NAME of grammars/queries/NAME.query */
    const char *separator;  /* between the parts of a qualified name */
    enum outliner outliner;
    bool first_class;       /* references, imports and docs, too */
};

/* All rows; *n is how many. */
const struct language *language_all(size_t *n);
/* By its name; NULL when there is none. */
const struct language *language_named(struct str name);
/* By the path, and where that is not enough by the first 4 KB of the text,
 * which may be empty. NULL: not code. */
const struct language *language_of(struct str path, struct str text);
/* Can the path alone say that it is code of some language, or might a "#!"
 * line? For walking trees without opening every file. */
bool language_may_be(struct str path);

#endif
