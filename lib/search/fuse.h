/*
 * fuse.h - what the signals say of a memory, made into one number.
 *
 * Each signal gives one or more evidences between 0 (nothing) and 1 (as strong
 * as it gets). They join as odds do:
 *
 *     odds = e ^ (level + w1 x1 + w2 x2 + ...)       score = odds / (1 + odds)
 *
 * The weights (weights.h) are learnt so that the score is the chance that the
 * memory answers the question; no weight is negative. `level` is the same for
 * all memories of one question: it tells how well the question is met at all,
 * so that the best of a question to which nothing fits is not worth more than
 * that. Therefore:
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
    X(WORDS, WORDS)          /* rank_words */                                  \
    X(WORDS_BEST, WORDS)     /* the same beside the best candidate's */        \
    X(WORDS_MET, WORDS)      /* each word beside whoever has it most */        \
    X(MEANING, MEANING)      /* its cosine, from the usual to the same */      \
    X(MEANING_HIGH, MEANING) /* squared: the top of it tells more */           \
    X(MEANING_BEST, MEANING) /* beside the best, from the average */           \
    X(NEAR_WORDS, NEAR)      /* what neighbours add to WORDS_MET */            \
    X(BEFORE_WORDS, NEAR)    /* what stands before it adds to WORDS */         \
    X(REPLY, NEAR)           /* it follows a question */                       \
    X(REPLY_WORDS, NEAR)     /* that has the words: BEFORE_WORDS again */      \
    X(AFTER_MEANING, NEAR)   /* of what stands after it */                     \
    X(PLACE_BEST, PLACE)     /* its session or group beside the best one */    \
    X(PLACE_MEANING, PLACE)  /* the nearest few there */                       \
    X(SAID, SAID)            /* the turn it was made of has the words */       \
    X(DONE, SAID)            /* tools were given them in that turn */          \
    X(NAMES, NAMES)          /* names that it shares, rare ones more */        \
    X(SPEAKER, NAMES)        /* whom the question names said it */             \
    X(ASKER, NAMES)          /* "I": the user said it */                       \
    X(GRAPH, GRAPH)          /* states how those stand to others */            \
    X(TIME, TIME)            /* it happened then */                            \
    X(TIME_NEAR, TIME)       /* or not long before or after */                 \
    X(TELLS_TIME, TIME)      /* asked when: it says when */                    \
    X(COUNTS, FORM)          /* asked how many: it has a number */             \
    X(STATES, FORM)          /* it does not end with a question */             \
    X(SELF, FORM)            /* asked of "I": it speaks so, too */             \
    X(SPOKEN, FORM)          /* and is not laid out like an article */         \
    X(STANDING, FORM)        /* asked for something now: holds always */       \
    X(PREFERS, FORM)         /* and says what is preferred */

/* Of a session or group; those of its members are in the first. */
#define PLACE_EVIDENCES(X)                                                     \
    X(ANY, WORDS)       /* members, beside the best of all */                  \
    X(MANY, WORDS)      /* how many have the words, without turns; most: 1 */  \
    X(MEANING, MEANING) /* the nearest one's; of the nearest place: 1 */       \
    X(SAID, SAID)       /* how much of its turns is about the words */         \
    X(DONE, SAID)       /* and of what tools were given; the most: 1 */

/* How well a question is met at all. */
#define LEVELS(X)                                                              \
    X(WORDS)   /* WORDS of the best */                                         \
    X(COVER)   /* share of the question's weight that one memory has */        \
    X(MET)     /* share of the question's weight that anybody has */           \
    X(MEANING) /* the nearest one's */                                         \
    X(ALONE)   /* 1: the best one stands in no order */                        \
    X(SELF)    /* 1: asked of "I", which most of a conversation answers to */

enum evidence {
#define X(id, signal) EVIDENCE_##id,
    EVIDENCES(X)
#undef X
        EVIDENCE_COUNT
};
enum signal evidence_signal(enum evidence v);

enum level {
#define X(id) LEVEL_##id,
    LEVELS(X)
#undef X
        LEVEL_COUNT
};

enum place_evidence {
#define X(id, signal) PLACE_EVIDENCE_##id,
    PLACE_EVIDENCES(X)
#undef X
        PLACE_EVIDENCE_COUNT
};

/* How well a question is met at all takes LEVEL_COVER and LEVEL_MEANING. */
struct place_weights {
    float bias, cover, meaning;
    float of[PLACE_EVIDENCE_COUNT];
};

/* One set of weights: which of them is for the question to choose. */
struct weights {
    float bias;
    float level[LEVEL_COUNT];
    float of[EVIDENCE_COUNT];
};

/* Evidences are cut to 0 .. 1; what is not a number counts as 0. */
double fuse_level(const struct weights *w, const float met[LEVEL_COUNT]);
/* level: what fuse_level said of the question. share, when not NULL, gets
 * SIGNAL_COUNT parts of the score that sum to it. */
double fuse(const struct weights *w, double level,
            const float x[EVIDENCE_COUNT], float *share);

/* The same for a place. */
double fuse_place_level(const struct place_weights *w,
                        const float met[LEVEL_COUNT]);
double fuse_place(const struct place_weights *w, double level,
                  const float x[PLACE_EVIDENCE_COUNT], float *share);

/* A cosine as evidence: 0 for what any two texts have, 1 for the same text. */
float fuse_cosine(float cosine);

#endif
