/* weights.c - see weights.h. */
#include "base/common.h"

#include "search/weights.h"

/* Set by hand; to be learnt. */
static const struct weights with_meaning = {
    .bias = -6.0f,
    .of = {[EVIDENCE_WORDS] = 1.5f,
           [EVIDENCE_WORDS_BEST] = 1.3f,
           [EVIDENCE_WORDS_MET] = 1.4f,
           [EVIDENCE_MEANING_HIGH] = 1.6f,
           [EVIDENCE_NEAR_WORDS] = 1.4f,
           [EVIDENCE_BEFORE_WORDS] = 1.4f,
           [EVIDENCE_REPLY_WORDS] = 3.8f,
           [EVIDENCE_AFTER_MEANING] = 0.8f,
           [EVIDENCE_PLACE_BEST] = 2.0f,
           [EVIDENCE_PLACE_MEANING] = 0.4f,
           [EVIDENCE_NAMES] = 1.0f,
           [EVIDENCE_SPEAKER] = 0.75f,
           [EVIDENCE_ASKER] = 1.6f,
           [EVIDENCE_GRAPH] = 0.5f,
           [EVIDENCE_TIME] = 2.0f,
           [EVIDENCE_TIME_NEAR] = 1.0f,
           [EVIDENCE_TELLS_TIME] = 1.6f,
           [EVIDENCE_COUNTS] = 1.3f,
           [EVIDENCE_STATES] = 0.6f},
};
static const struct weights without_meaning = {
    .bias = -5.0f,
    .of = {[EVIDENCE_WORDS] = 2.5f,
           [EVIDENCE_WORDS_BEST] = 1.3f,
           [EVIDENCE_WORDS_MET] = 1.4f,
           [EVIDENCE_NEAR_WORDS] = 1.4f,
           [EVIDENCE_BEFORE_WORDS] = 1.4f,
           [EVIDENCE_REPLY_WORDS] = 3.8f,
           [EVIDENCE_PLACE_BEST] = 2.0f,
           [EVIDENCE_NAMES] = 1.0f,
           [EVIDENCE_SPEAKER] = 0.75f,
           [EVIDENCE_ASKER] = 1.6f,
           [EVIDENCE_GRAPH] = 0.5f,
           [EVIDENCE_TIME] = 2.0f,
           [EVIDENCE_TIME_NEAR] = 1.0f,
           [EVIDENCE_TELLS_TIME] = 1.6f,
           [EVIDENCE_COUNTS] = 1.3f,
           [EVIDENCE_STATES] = 0.6f},
};

const struct weights *weights_for(bool has_meaning)
{
    return has_meaning ? &with_meaning : &without_meaning;
}
