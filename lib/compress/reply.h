/*
 * reply.h - a language model's reply, checked, repaired or refused.
 */
#ifndef CMEM_COMPRESS_REPLY_H
#define CMEM_COMPRESS_REPLY_H

#include "base/err.h"
#include "compress/digest.h"
#include "compress/prompt.h"

/*
 * Reads `text` as the reply to prompt_build(b, o). Repairs what is plainly
 * meant: code fences, prose around the JSON, a cut-off end, trailing commas,
 * unknown types, over-long fields, paths given absolute. Refuses (CM_EFORMAT,
 * *e says why in words fit for the model) what has no JSON object of ours.
 * Drops drafts that are empty, that only talk about the task of compressing,
 * or that cite files or ids that are not in the batch.
 */
int reply_parse(struct str text, const struct batch *b,
                const struct prompt_options *o, struct drafts *out,
                struct err *e);

#endif
