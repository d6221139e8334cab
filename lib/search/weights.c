/* weights.c - see weights.h. */
#include "base/common.h"

#include "search/weights.h"

/* Set by hand; to be learnt. */
static const struct weights with_meaning = {
    .bias = -4.0f,
    .of = {[EVIDENCE_WORDS] = 6.0f,
           [EVIDENCE_ALL_WORDS] = 0.3f,
           [EVIDENCE_MEANING] = 3.0f,
           [EVIDENCE_NEAR_WORDS] = 5.0f,
           [EVIDENCE_BEFORE_MEANING] = 0.7f,
           [EVIDENCE_AFTER_MEANING] = 0.4f,
           [EVIDENCE_PLACE_WORDS] = 1.0f,
           [EVIDENCE_PLACE_MEANING] = 0.5f,
           [EVIDENCE_NAMES] = 2.0f,
           [EVIDENCE_GRAPH] = 0.7f,
           [EVIDENCE_TIME] = 1.0f},
};
static const struct weights without_meaning = {
    .bias = -3.0f,
    .of = {[EVIDENCE_WORDS] = 6.5f,
           [EVIDENCE_ALL_WORDS] = 0.3f,
           [EVIDENCE_NEAR_WORDS] = 5.5f,
           [EVIDENCE_PLACE_WORDS] = 1.0f,
           [EVIDENCE_NAMES] = 2.0f,
           [EVIDENCE_GRAPH] = 0.7f,
           [EVIDENCE_TIME] = 1.0f},
};

const struct weights *weights_for(bool has_meaning)
{
    return has_meaning ? &with_meaning : &without_meaning;
}
