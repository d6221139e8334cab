/* weights.c - see weights.h. */
#include "base/common.h"

#include "search/weights.h"

/*
 * Learnt on 2026-11-21 from 1,175 questions of public conversations (997 of
 * LoCoMo about 5 conversations, 178 of BEAM about 10 chats): listwise softmax
 * over each question's best 150 candidates for the ratios, then a logistic
 * regression of the first hits, with the same questions asked of conversations
 * that have no answer, for the level. Cross-validated over conversations the
 * figures are the same within a hundredth (docs/retrieval.md). NAMES and GRAPH
 * are set by hand: conversations name people, and what is related to code is
 * not in them. So is ALONE: a turn is found through its neighbours, which the
 * others have learnt to wait for; what was written down to stand by itself has
 * none.
 */
static const struct weights with_meaning = {
    .bias = -9.43f,
    .level = {[LEVEL_WORDS] = 0.79f,
              [LEVEL_COVER] = 1.17f,
              [LEVEL_MET] = 2.73f,
              [LEVEL_MEANING] = 1.54f,
              [LEVEL_ALONE] = 1.20f,
              [LEVEL_SELF] = -1.65f},
    .of = {[EVIDENCE_WORDS] = 0.69f,         [EVIDENCE_WORDS_BEST] = 0.97f,
           [EVIDENCE_WORDS_MET] = 0.83f,     [EVIDENCE_MEANING] = 0.69f,
           [EVIDENCE_MEANING_HIGH] = 0.32f,  [EVIDENCE_MEANING_BEST] = 0.24f,
           [EVIDENCE_NEAR_WORDS] = 1.29f,    [EVIDENCE_BEFORE_WORDS] = 0.77f,
           [EVIDENCE_REPLY] = 0.10f,         [EVIDENCE_REPLY_WORDS] = 2.22f,
           [EVIDENCE_AFTER_MEANING] = 0.48f, [EVIDENCE_PLACE_BEST] = 1.22f,
           [EVIDENCE_PLACE_MEANING] = 0.32f, [EVIDENCE_NAMES] = 0.40f,
           [EVIDENCE_SAID] = 0.50f,          [EVIDENCE_DONE] = 0.20f,
           [EVIDENCE_SPEAKER] = 0.42f,       [EVIDENCE_ASKER] = 1.09f,
           [EVIDENCE_GRAPH] = 0.20f,         [EVIDENCE_TIME] = 0.28f,
           [EVIDENCE_TIME_NEAR] = 1.76f,     [EVIDENCE_TELLS_TIME] = 1.02f,
           [EVIDENCE_COUNTS] = 0.84f,        [EVIDENCE_STATES] = 0.30f,
           [EVIDENCE_SELF] = 0.60f,          [EVIDENCE_SPOKEN] = 1.65f,
           [EVIDENCE_STANDING] = 1.94f,      [EVIDENCE_PREFERS] = 1.93f},
};
static const struct weights without_meaning = {
    .bias = -9.44f,
    .level = {[LEVEL_COVER] = 1.56f,
              [LEVEL_MET] = 4.77f,
              [LEVEL_ALONE] = 1.20f,
              [LEVEL_SELF] = -1.58f},
    .of = {[EVIDENCE_WORDS] = 1.03f,
           [EVIDENCE_WORDS_BEST] = 1.28f,
           [EVIDENCE_WORDS_MET] = 1.07f,
           [EVIDENCE_NEAR_WORDS] = 1.83f,
           [EVIDENCE_BEFORE_WORDS] = 1.22f,
           [EVIDENCE_REPLY] = 0.11f,
           [EVIDENCE_REPLY_WORDS] = 2.69f,
           [EVIDENCE_PLACE_BEST] = 1.20f,
           [EVIDENCE_NAMES] = 0.40f,
           [EVIDENCE_SAID] = 0.50f,
           [EVIDENCE_DONE] = 0.20f,
           [EVIDENCE_SPEAKER] = 0.42f,
           [EVIDENCE_ASKER] = 1.17f,
           [EVIDENCE_GRAPH] = 0.20f,
           [EVIDENCE_TIME] = 0.21f,
           [EVIDENCE_TIME_NEAR] = 2.10f,
           [EVIDENCE_TELLS_TIME] = 1.06f,
           [EVIDENCE_COUNTS] = 0.91f,
           [EVIDENCE_STATES] = 0.29f,
           [EVIDENCE_SELF] = 0.66f,
           [EVIDENCE_SPOKEN] = 1.58f,
           [EVIDENCE_STANDING] = 1.94f,
           [EVIDENCE_PREFERS] = 1.77f},
};

const struct weights *weights_for(bool has_meaning)
{
    return has_meaning ? &with_meaning : &without_meaning;
}

/*
 * Of places: learnt in the same way on 2026-11-21 from the sessions that 997
 * questions of LoCoMo and the subjects of 265 commits of two public projects
 * lead to, each counted once. Level: as above, with the other project's
 * commits.
 */
static const struct place_weights places_with_meaning = {
    .bias = -13.49f,
    .cover = 1.95f,
    .meaning = 7.42f,
    .of = {[PLACE_EVIDENCE_ANY] = 4.24f,
           [PLACE_EVIDENCE_MANY] = 1.90f,
           [PLACE_EVIDENCE_MEANING] = 1.81f,
           [PLACE_EVIDENCE_SAID] = 2.49f,
           [PLACE_EVIDENCE_DONE] = 0.77f},
};
static const struct place_weights places_without_meaning = {
    .bias = -9.07f,
    .cover = 4.31f,
    .of = {[PLACE_EVIDENCE_ANY] = 3.97f,
           [PLACE_EVIDENCE_MANY] = 2.17f,
           [PLACE_EVIDENCE_SAID] = 3.89f,
           [PLACE_EVIDENCE_DONE] = 1.33f},
};

const struct place_weights *place_weights_for(bool has_meaning)
{
    return has_meaning ? &places_with_meaning : &places_without_meaning;
}
