/*
 * reply_files.h - which files a batch really speaks of.
 *
 * A model's list of files is checked against the events: a path that no event
 * mentions is made up, and one that only reading tools mention was not
 * modified.
 */
#ifndef CMEM_COMPRESS_REPLY_FILES_H
#define CMEM_COMPRESS_REPLY_FILES_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"
#include "compress/digest.h"

#define REPLY_FILES_MAX 20

/*
 * Fills d->files from the two lists (each may be NULL, a list, or a text with
 * commas). Paths are made relative to the root; a file that is in both lists
 * is a modified one.
 */
void reply_files(const struct batch *b, const struct json *modified,
                 const struct json *read, struct draft *d);

/* The path without quotes, "./", line numbers and the project's root; empty
 * when it is none. A slice of s. */
struct str reply_path(struct str root, struct str s);

#endif
