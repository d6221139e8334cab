/*
 * reply_names.h - what a model says that an item names, and how it relates.
 *
 * Kept are names that the record has, whole, in any case; kinds and relations
 * that entity.h and entity_relation.h know; relations of two different names.
 * The rest is left out: a made-up name would answer questions.
 */
#ifndef CMEM_COMPRESS_REPLY_NAMES_H
#define CMEM_COMPRESS_REPLY_NAMES_H

#include "base/common.h"
#include "base/json.h"
#include "compress/digest.h"

#define REPLY_NAMES_MAX 12

/* Fills d->names and d->stated from the lists (each may be NULL or of any
 * type). */
void reply_names(const struct batch *b, const struct json *entities,
                 const struct json *relations, struct draft *d);

#endif
