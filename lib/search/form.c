/* form.c - who says it, and whether it is the sort of text that answers. */
#include "base/common.h"

#include <math.h>

#include "search/cands.h"
#include "store/traits.h"

/* Words at which a text says half as much as one can. */
#define WORDS_HALF 20.0f
/* Speakers that a question may name. */
#define NAMED_MAX 2

static bool has_word(const struct finding *f, uint32_t hash)
{
    for (size_t i = 0; i < f->q.n; i++)
        for (size_t k = 0; k < f->w.unit[i].nhashes; k++)
            if (f->w.unit[i].hash[k] == hash)
                return true;
    return false;
}

/* The one speaker among the candidates that the question names; 0: nobody, or
 * several. */
static uint32_t named_speaker(const struct finding *f)
{
    uint32_t found = 0;

    for (size_t i = 0; i < f->c.n; i++) {
        uint32_t s = f->c.v[i].speaker;

        if (!s || s == found || !has_word(f, s))
            continue;
        if (found)
            return 0;
        found = s;
    }
    return found;
}

void form(struct finding *f)
{
    uint32_t speaker = named_speaker(f);

    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];
        struct terms t;
        float words;

        terms_open(&t, c->terms, &f->w.scale);
        words = (float)(t.length[FTS_TITLE] + t.length[FTS_TEXT]);
        if (!without(f, SIGNAL_NAMES))
            c->x[EVIDENCE_SPEAKER] = speaker && c->speaker == speaker;
        if (!without(f, SIGNAL_TIME))
            c->x[EVIDENCE_TELLS_TIME] =
                f->when.asks_when && (c->traits & TRAIT_TELLS_TIME);
        if (without(f, SIGNAL_FORM))
            continue;
        c->x[EVIDENCE_STATES] = !(c->traits & TRAIT_ASKS);
        c->x[EVIDENCE_LENGTH] = words / (words + WORDS_HALF);
    }
}
