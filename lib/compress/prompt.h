/*
 * prompt.h - what a language model is asked about a batch.
 *
 * The system part is one text file, compiled in (prompts/system.txt), the
 * same for every call, so that providers can cache it: at most 1,300 tokens.
 * The user part is the batch: session, previous summary, related memories,
 * events in order, each cut to what matters.
 */
#ifndef CMEM_COMPRESS_PROMPT_H
#define CMEM_COMPRESS_PROMPT_H

#include "base/buf.h"
#include "compress/digest.h"

/* Bumped whenever the texts or the reply's form change; stored with usage. */
#define PROMPT_VERSION 2

/* A memory shown to the model so that it can say "repeats 12". */
struct prompt_memory {
    int64_t id;
    struct str text; /* one line */
};

struct wishes;

struct prompt_options {
    const struct prompt_memory *related;
    size_t nrelated;
    size_t max_bytes; /* of the user part; events are cut to fit */
    const struct wishes *wishes; /* NULL: none; beside max_bytes: wishes.h */
};

struct str prompt_system(void);
/* JSON schema of the reply, for providers with structured output. */
struct str prompt_schema(void);
/* Appends the user part to out. */
void prompt_build(const struct batch *b, const struct prompt_options *o,
                  struct buf *out);
/* Asks once more after a reply that reply_parse refused with `why`. */
void prompt_again(const char *why, struct buf *out);

#endif
