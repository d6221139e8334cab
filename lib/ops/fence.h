/*
 * fence.h - stored text made safe to stand in a model's context.
 *
 * What was recorded came from prompts, files, commands and web pages; some of
 * it was written to be obeyed. Three things keep it data: it is one line
 * behind a prefix of ours, it can neither open nor close a tag, and what is
 * shaped like an instruction is left out unless the user said it.
 */
#ifndef CMEM_OPS_FENCE_H
#define CMEM_OPS_FENCE_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* Appends s on one line, cleaned (utf8_clean_line), lines joined by "; ", at
 * most max_bytes of it with "..." behind what was cut. A '<' that could begin
 * a tag becomes U+2039. */
void fence_line(struct str s, size_t max_bytes, struct buf *out);

/* Is this shaped like an instruction to whoever reads it? Judged by the trust
 * its origin has: the user's words never are; "assistant" and "import" only
 * when they try to override; "tool", "web" and "repo" also when they ask,
 * demand or tell to send something somewhere. */
bool fence_is_instruction(struct str s, struct str origin);

#endif
