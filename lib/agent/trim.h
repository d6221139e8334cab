/*
 * trim.h - a payload made smaller before it is stored.
 *
 * Works on the parsed tree. What goes is named in its place, so that a reader
 * knows that something was there: "[original file left out: 5120 bytes]".
 */
#ifndef CMEM_AGENT_TRIM_H
#define CMEM_AGENT_TRIM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/json.h"

/* Takes out what is to be had elsewhere: whole original files of an edit,
 * base64 of images and documents, strings of tool_response that repeat one of
 * tool_input, and blocks of our own (see intake.h). `raw` is the text that j
 * was read from. How many strings were changed. */
size_t trim_bulk(struct json *j, struct str raw);

/* Prints j into out in at most max bytes. When it is longer, the longest
 * strings lose their middles, all down to one length; a tree that is large
 * without long strings becomes {..., "raw": "cut text"} with its identity
 * members. True when something was cut. */
bool trim_print(struct json *j, size_t max, struct buf *out);

/* Appends {"raw": text} in at most max bytes. True when text was cut. */
bool trim_raw(struct str text, size_t max, struct buf *out);

/* Appends text without the blocks of our own; how many there were. */
size_t trim_own(struct str text, struct buf *out);

#endif
