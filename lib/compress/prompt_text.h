/*
 * prompt_text.h - putting foreign text into a prompt.
 *
 * Everything an event holds was written by somebody else. Content therefore
 * never starts a line: each of its lines gets a leading blank, while lines of
 * ours (headers, fences) start at the margin. So no text can close the fence
 * or pose as another event, whatever it holds. Control and hidden characters
 * are taken out, absolute paths below the project's root are written from
 * "./", and every cut is stated.
 */
#ifndef CMEM_COMPRESS_PROMPT_TEXT_H
#define CMEM_COMPRESS_PROMPT_TEXT_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

struct show {
    struct buf *out;
    struct buf scratch; /* cleaned text on its way */
    struct str root;    /* of the project, without a '/' at its end */
    unsigned percent;   /* of each allowance: 100 is the usual one */
    bool headers_only;  /* nothing but one line per event */
};

/* Which part of a text that is too long matters. */
enum keep {
    KEEP_HEAD,
    KEEP_TAIL,
    KEEP_ENDS, /* a third of the head, the rest from the tail */
    KEEP_MOST, /* two thirds of the head, the rest from the tail */
};

void show_init(struct show *s, struct buf *out, struct str root);
void show_free(struct show *s);

/* Bytes that an allowance of `bytes` comes to at this percentage. */
size_t show_allowance(const struct show *s, size_t bytes);

/* Quotes text as lines of content, within an allowance of `bytes`. */
void show_text(struct show *s, struct str text, size_t bytes, enum keep keep);

/* The same with a word in front of the first line: "$ make test". */
void show_labelled(struct show *s, const char *label, struct str text,
                   size_t bytes, enum keep keep);

/* Adds text to the line being written: one line, at most `bytes` (no
 * allowance: headers stay). */
void show_inline(struct show *s, struct str text, size_t bytes);

/* A path, relative to the root when below it, on the line being written. */
void show_path(struct show *s, struct str path);

/* The path as it is shown: a slice of `path`. */
struct str show_relative(struct str root, struct str path);

#endif
