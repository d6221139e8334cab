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
 * meant: code fences, prose around the JSON, a cut-off end, bare quotes,
 * trailing commas, unknown types, over-long fields, paths given absolute.
 *
 * Nothing is believed that the batch does not bear out: files that no event
 * mentions, events that were not shown and relations to memories that were
 * not shown are taken out; a statement is the user's only where events with
 * the user's words bear it. Drafts that are empty, said twice, or only talk
 * about the session or the task of remembering are dropped.
 *
 * A reply that says "nothing" is valid: out->n is 0. Refused (CM_EFORMAT, *e
 * says why in words fit for prompt_again) is what has no JSON object of ours,
 * and what was cut off before anything was complete. Then *out is left alone.
 */
int reply_parse(struct str text, const struct batch *b,
                const struct prompt_options *o, struct drafts *out,
                struct err *e);

#endif
