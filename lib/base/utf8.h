/*
 * utf8.h - UTF-8 checking, cutting, cleaning and terminal width.
 */
#ifndef CMEM_BASE_UTF8_H
#define CMEM_BASE_UTF8_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* Bytes of the well-formed character at the start of s (1 to 4), or 0.
 * Overlong forms, surrogates and values over U+10FFFF are not well formed. */
size_t utf8_len(struct str s);
/* As utf8_len, and *cp is its code point. */
size_t utf8_decode(struct str s, uint32_t *cp);
/* Nothing in s but well-formed characters? */
bool utf8_is_valid(struct str s);
/* Appends s with U+FFFD for each byte that is part of none. */
bool utf8_mend(struct buf *b, struct str s);
/* Appends a code point. */
bool utf8_put(struct buf *b, uint32_t cp);
/* The longest prefix of at most n bytes that does not split a character. */
struct str utf8_cut(struct str s, size_t n);
/* UTF-16 code units of s: how the client counts its cap. */
size_t utf8_utf16_units(struct str s);
/* Columns on a terminal: 0 for combining, 2 for wide (East Asian, emoji). */
int utf8_width(uint32_t cp);
size_t utf8_columns(struct str s);

/*
 * Appends s with everything taken out that could act on a terminal or hide
 * from a reader: C0 and C1 controls except newline and tab, ANSI escape
 * sequences, bidirectional controls, zero-width and tag characters. Bytes
 * that are not UTF-8 become U+FFFD.
 */
bool utf8_clean(struct buf *b, struct str s);
/* As utf8_clean, on one line: runs of white space become one blank. */
bool utf8_clean_line(struct buf *b, struct str s);

#endif
