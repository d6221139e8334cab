/*
 * text.h - what is told of a definition in words: its signature on one line,
 * its doc comment without comment marks, a hash of its text.
 */
#ifndef CMEM_CODE_TEXT_H
#define CMEM_CODE_TEXT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* A signature is for one line of a terminal or a prompt. */
#define SIGNATURE_MAX 240
/* The first sentences say what it is. */
#define DOC_MAX 400

/* The first line of a declaration that has no body, or more of them while a
 * bracket is open. */
struct str text_first_line(struct str text);

/* Blanks folded to one, cut at SIGNATURE_MAX; what opens the body ("{", ":",
 * "do", "=") is taken off its end, and annotations off its beginning when
 * `annotated`. A slice of text where that will do. */
struct str text_signature(struct arena *a, struct str text, bool annotated);

/* A comment, several line comments, or a string, as one line of plain text:
 * comment marks, quotes, rules of stars and decoration taken off. */
struct str text_doc(struct arena *a, struct str raw);

/* Of two parts of a text (around a name), runs of blanks counting as one.
 * Never 0. */
uint64_t text_hash(struct str before, struct str behind);

#endif
