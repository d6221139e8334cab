/*
 * fuse.h - what the signals say of a memory, made into one number.
 *
 * Each signal gives one or more evidences between 0 (nothing) and 1 (as strong
 * as it gets). They join as odds do:
 *
 *     odds = e ^ (bias + w1 x1 + w2 x2 + ...)        score = odds / (1 + odds)
 *
 * The weights (weights.h) are learnt so that the score is the chance that the
 * memory answers the question; no weight is negative. Therefore:
 *
 *   1. the score is between 0 and 1 and never falls when an evidence grows;
 *   2. taking a signal away changes nothing between two memories of which it
 *      said the same;
 *   3. scores of different questions can be compared.
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_SEARCH_FUSE_H
#define CMEM_SEARCH_FUSE_H

#include "base/common.h"
#include "search/search.h"

#define EVIDENCES(X)                                                           \
    X(WORDS, WORDS)         /* rank_words */                                   \
    X(ALL_WORDS, WORDS)     /* every word that anything has */                 \
    X(MEANING, MEANING)     /* its cosine, from the usual to the same */       \
    X(NEAR_WORDS, NEAR)     /* what neighbours' words add to its own */        \
    X(BEFORE_MEANING, NEAR) /* of what stands before it */                     \
    X(AFTER_MEANING, NEAR)  /* and after it */                                 \
    X(PLACE_WORDS, PLACE)   /* of all of its session or group */               \
    X(PLACE_MEANING, PLACE) /* the nearest few there */                        \
    X(NAMES, NAMES)         /* names that it shares, rare ones more */         \
    X(SPEAKER, NAMES)       /* whom the question names said it */              \
    X(GRAPH, GRAPH)         /* names related to those asked for */             \
    X(TIME, TIME)           /* it happened then */                             \
    X(TELLS_TIME, TIME)     /* asked when: it says when */                     \
    X(STATES, FORM)         /* it does not end with a question */              \
    X(LENGTH, FORM)         /* it says enough to be an answer */

enum evidence {
#define X(id, signal) EVIDENCE_##id,
    EVIDENCES(X)
#undef X
        EVIDENCE_COUNT
};
enum signal evidence_signal(enum evidence v);

/* One set of weights: which of them is for the question to choose. */
struct weights {
    float bias;
    float of[EVIDENCE_COUNT];
};

/* x: evidences, cut to 0 .. 1 (what is not a number counts as 0). share, when
 * not NULL, gets SIGNAL_COUNT parts of the score that sum to it. */
double fuse(const struct weights *w, const float x[EVIDENCE_COUNT],
            float *share);

/* A cosine as evidence: 0 for what any two texts have, 1 for the same text. */
float fuse_cosine(float cosine);

#endif
