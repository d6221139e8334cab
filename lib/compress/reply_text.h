/*
 * reply_text.h - texts of a model's reply: cleaned, cut, and judged.
 *
 * Texts live in the arena; control and hidden characters are gone, and none
 * is longer than its limit, which counts characters. A cut is at a word's end
 * where there is one near, and shown by an ellipsis.
 */
#ifndef CMEM_COMPRESS_REPLY_TEXT_H
#define CMEM_COMPRESS_REPLY_TEXT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

/* The text of a value on one line. A list's texts are joined by "; ", a
 * number is written out. Empty for anything else. */
struct str reply_line(struct arena *a, const struct json *j, size_t chars);

/* The same with its line breaks; a list's texts are lines. */
struct str reply_prose(struct arena *a, const struct json *j, size_t chars);

/* Cleans and cuts a text onto one line. */
struct str reply_clean(struct arena *a, struct str s, size_t chars);

/* Is it a word for "there is none" ("None.", "n/a", "-")? */
bool reply_says_none(struct str s);

/*
 * Does a title or a statement talk about the task of remembering, or about
 * the session as such, rather than about the project? The list of patterns
 * is short on purpose: a memory lost is worse than a dull one kept.
 */
bool reply_is_filler(struct str s);

/* The text without an opening such as "In this session, ". */
struct str reply_opening_cut(struct str s);

/* Same words, whatever their case, spacing and punctuation. Bytes that are
 * not ASCII count as letters. */
bool reply_same_words(struct str a, struct str b);

#endif
