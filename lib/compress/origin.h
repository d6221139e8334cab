/*
 * origin.h - where a draft comes from, told by the events that it rests on.
 *
 * A draft that claims to be the user's has been checked by whoever wrote it
 * (reply.h, rules.h). Of the others, what rests on pages of the web alone is
 * the web's, also in the assistant's words: a page that was read and retold is
 * no conclusion. What rests on files that were read is the project's, what
 * rests on commands is a tool's.
 */
#ifndef CMEM_COMPRESS_ORIGIN_H
#define CMEM_COMPRESS_ORIGIN_H

#include "compress/digest.h"

/* "user", "assistant", "repo", "tool" or "web": see base/trust.h. */
const char *draft_origin(const struct batch *b, const struct draft *d);

#endif
