/*
 * outline.h - definitions of languages that have no grammar, line by line.
 *
 * CMake, Dockerfile, Erlang, GraphQL, Nim and Protocol Buffers: in all of them
 * a declaration begins a line, so that a line's first words tell it and what
 * follows (an indentation, a brace, the next declaration) tells its end. Fills
 * the same struct as a parse: definitions with docs and parents, imports; no
 * references. Bounded by the text; never fails.
 */
#ifndef CMEM_CODE_OUTLINE_H
#define CMEM_CODE_OUTLINE_H

#include "base/arena.h"
#include "base/common.h"
#include "code/parse.h"

struct language;

void outline(const struct language *l, struct str text, struct arena *a,
             const struct code_limits *limits, struct code_file *f);

#endif
