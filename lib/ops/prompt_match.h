/*
 * prompt_match.h - what a prompt and a memory have in common, in numbers.
 *
 * A search ranks what may answer a question. Whether a prompt is about the
 * matter of a memory at all is another question, and most prompts are about
 * none: there what counts is how much the two say that is rarely said. The
 * weight of a word is its idf (rank.h), in nats: 0.4 for one that half of all
 * memories have, 5 for one of a hundred and fifty; common words of whole
 * sentences together say less than two rare names.
 *
 * Judged is what would be shown of a memory, not all that it has: a long one
 * has something of everything.
 */
#ifndef CMEM_OPS_PROMPT_MATCH_H
#define CMEM_OPS_PROMPT_MATCH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"
#include "search/query.h"

struct finding;

/* What the search knows of the prompt. Lives in an arena. */
struct prompt_asked {
    struct arena *a;
    struct unit unit[FTS_UNITS];
    double weight[FTS_UNITS]; /* nats; 0: nobody has it */
    size_t n;
    double sum;
    const int64_t *ids; /* of candidates, ascending, with the cosine of each */
    const float *cosine;
    size_t ncosines;
};

/* search_request.watch: fills a struct prompt_asked. */
void prompt_asked_watch(void *asked, const struct finding *f);

struct prompt_match {
    double info;  /* nats that the shown text has of the prompt */
    double share; /* of all that the prompt says, 0 to 1 */
    float cosine; /* of prompt and memory; -2: not known */
    double sure;  /* 0 to 1: the slot's score */
};

/*
 * How sure the three together are, as calibrated by reading what prompts of
 * real sessions would have brought (docs/retrieval.md):
 *
 *     g    = info * sqrt(share) * (cosine / 0.55)^2, the last in 0.3 .. 1.4
 *     sure = 1 - e^-((g / 9.4)^2)
 *
 * Without a cosine the last factor is 0.85. From 0.55 on four in five help
 * with what the prompt is about.
 */
double prompt_match_sure(double info, double share, double cosine);

struct prompt_match prompt_match(const struct prompt_asked *asked,
                                 int64_t memory_id, struct str shown);

#endif
