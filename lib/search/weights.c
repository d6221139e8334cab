/* weights.c - see weights.h. */
#include "base/common.h"

#include "search/weights.h"

/*
 * Learnt on 2026-11-21 from 1,175 questions of public conversations (997 of
 * LoCoMo about 5 conversations, 178 of BEAM about 10 chats): listwise softmax
 * over each question's best 150 candidates for the ratios, then a logistic
 * regression with the same questions asked of conversations that have no
 * answer for the level. Cross-validated over conversations the figures are the
 * same within a hundredth (docs/retrieval.md). NAMES and GRAPH are set by hand:
 * conversations name people, and what is related to code is not in them. So is
 * ALONE: a turn is found through its neighbours, which the others have learnt to
 * wait for; what was written down to stand by itself has none.
 */
static const struct weights with_meaning = {
    .bias = -11.85f,
    .level = {[LEVEL_MET] = 3.67f, [LEVEL_ALONE] = 3.0f},
    .of = {[EVIDENCE_WORDS] = 1.07f,
           [EVIDENCE_WORDS_BEST] = 1.53f,
           [EVIDENCE_WORDS_MET] = 1.19f,
           [EVIDENCE_MEANING] = 1.03f,
           [EVIDENCE_MEANING_HIGH] = 0.59f,
           [EVIDENCE_MEANING_BEST] = 0.41f,
           [EVIDENCE_NEAR_WORDS] = 1.99f,
           [EVIDENCE_BEFORE_WORDS] = 1.09f,
           [EVIDENCE_REPLY] = 0.17f,
           [EVIDENCE_REPLY_WORDS] = 3.40f,
           [EVIDENCE_AFTER_MEANING] = 0.78f,
           [EVIDENCE_PLACE_BEST] = 1.81f,
           [EVIDENCE_PLACE_MEANING] = 0.46f,
           [EVIDENCE_NAMES] = 0.60f,
           [EVIDENCE_SPEAKER] = 0.63f,
           [EVIDENCE_ASKER] = 1.48f,
           [EVIDENCE_GRAPH] = 0.30f,
           [EVIDENCE_TIME] = 0.43f,
           [EVIDENCE_TIME_NEAR] = 2.70f,
           [EVIDENCE_TELLS_TIME] = 1.48f,
           [EVIDENCE_COUNTS] = 1.24f,
           [EVIDENCE_STATES] = 0.45f},
};
static const struct weights without_meaning = {
    .bias = -11.70f,
    .level = {[LEVEL_MET] = 5.20f, [LEVEL_ALONE] = 3.0f},
    .of = {[EVIDENCE_WORDS] = 1.42f,
           [EVIDENCE_WORDS_BEST] = 1.76f,
           [EVIDENCE_WORDS_MET] = 1.48f,
           [EVIDENCE_NEAR_WORDS] = 2.56f,
           [EVIDENCE_BEFORE_WORDS] = 1.67f,
           [EVIDENCE_REPLY] = 0.17f,
           [EVIDENCE_REPLY_WORDS] = 3.65f,
           [EVIDENCE_PLACE_BEST] = 1.63f,
           [EVIDENCE_NAMES] = 0.60f,
           [EVIDENCE_SPEAKER] = 0.56f,
           [EVIDENCE_ASKER] = 1.61f,
           [EVIDENCE_GRAPH] = 0.30f,
           [EVIDENCE_TIME] = 0.23f,
           [EVIDENCE_TIME_NEAR] = 2.94f,
           [EVIDENCE_TELLS_TIME] = 1.46f,
           [EVIDENCE_COUNTS] = 1.24f,
           [EVIDENCE_STATES] = 0.38f},
};

const struct weights *weights_for(bool has_meaning)
{
    return has_meaning ? &with_meaning : &without_meaning;
}
