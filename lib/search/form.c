/* form.c - who says it, when it happened, and whether it is the sort of text
 * that answers. */
#include "base/common.h"

#include <math.h>

#include "search/cands.h"
#include "search/kind.h"
#include "store/traits.h"

/* What happened is told later, and planned a little before: days at which a
 * third is left. */
#define TOLD_DAYS    10.0
#define PLANNED_DAYS 4.0
#define DAY_MS       86400e3

static const char *const counting[] = {
    "how many", "how much", "how long",        "how often",
    "how old",  "how far",  "what percentage", "average"};

static bool has_word(const struct finding *f, uint32_t hash)
{
    for (size_t i = 0; i < f->q.n; i++)
        for (size_t k = 0; k < f->w.unit[i].nhashes; k++)
            if (f->w.unit[i].hash[k] == hash)
                return true;
    return false;
}

/* The one speaker among the candidates that the question names; 0: nobody, or
 * several (*any tells). */
static uint32_t named_speaker(const struct finding *f, bool *any)
{
    uint32_t found = 0;

    *any = false;
    for (size_t i = 0; i < f->c.n; i++) {
        uint32_t s = f->c.v[i].speaker;

        if (!s || s == found || !has_word(f, s))
            continue;
        if (found)
            return 0;
        *any = true;
        found = s;
    }
    return found;
}

static bool is_first_person(struct str words)
{
    for (size_t i = 0; i < words.n; i++) {
        size_t from = i;

        while (i < words.n && is_alnum(words.p[i]))
            i++;
        if (i > from && traits_is_self(str_cut(words, from, i)))
            return true;
    }
    return false;
}

static bool is_counting(struct str words)
{
    for (size_t i = 0; i < ARRAY_LEN(counting); i++)
        if (str_ifind(words, str_of(counting[i])) >= 0)
            return true;
    return false;
}

/* "user", as a speaker. */
static int asker(struct finding *f, uint32_t *hash, struct err *e)
{
    uint32_t *hashes;
    size_t n;
    int rc;

    *hash = 0;
    rc = words_hashes(f->db, STR("user"), f->a, &hashes, &n, e);
    if (rc == 0 && n)
        *hash = hashes[0];
    return rc;
}

static void judge_time(const struct when *w, struct cand *c)
{
    double days = 0;

    c->x[EVIDENCE_TELLS_TIME] = w->asks_when && (c->traits & TRAIT_TELLS_TIME);
    if (w->kind != WHEN_IN && w->kind != WHEN_BEFORE && w->kind != WHEN_AFTER)
        return;
    if (w->anchor.n)
        return;
    if (c->event_ms < w->from_ms)
        days = (double)(w->from_ms - c->event_ms) / DAY_MS / PLANNED_DAYS;
    else if (c->event_ms >= w->until_ms)
        days = (double)(c->event_ms - w->until_ms) / DAY_MS / TOLD_DAYS;
    else
        c->x[EVIDENCE_TIME] = 1;
    c->x[EVIDENCE_TIME_NEAR] = (float)exp(-days);
}

/* The asker asks of himself: what he said answers, though it ended with a wish
 * for help, and not the article that was the reply to it. */
static void judge_self(struct cand *c, bool now)
{
    if (c->traits & TRAIT_SELF)
        c->x[EVIDENCE_SELF] = c->x[EVIDENCE_STATES] = 1;
    if (c->traits & TRAIT_LAID_OUT) {
        c->x[EVIDENCE_BEFORE_WORDS] = 0;
        c->x[EVIDENCE_REPLY] = c->x[EVIDENCE_REPLY_WORDS] = 0;
        return;
    }
    /* What is to be is not what was. */
    c->x[EVIDENCE_SPOKEN] = !now && c->traits & TRAIT_STANDING ? 0.5f : 1;
}

int form(struct finding *f, struct err *e)
{
    bool counts = is_counting(f->rq->words);
    bool told = kind_asks_reply(f->rq->words), of_speaker;
    bool self = !told && is_first_person(f->rq->words);
    uint32_t speaker = named_speaker(f, &of_speaker), user = 0;
    /* Who asks about somebody else wants nothing made. */
    bool now = !of_speaker && kind_asks_now(f->rq->words);
    bool advice = now && !counts && !f->when.asks_when;
    int rc = self ? asker(f, &user, e) : 0;

    f->met[LEVEL_SELF] = self && !without(f, SIGNAL_FORM);
    for (size_t i = 0; i < f->c.n; i++) {
        struct cand *c = &f->c.v[i];

        if (!without(f, SIGNAL_NAMES)) {
            c->x[EVIDENCE_SPEAKER] = speaker && c->speaker == speaker;
            c->x[EVIDENCE_ASKER] = user && c->speaker == user;
        }
        if (!without(f, SIGNAL_TIME))
            judge_time(&f->when, c);
        if (without(f, SIGNAL_FORM))
            continue;
        c->x[EVIDENCE_COUNTS] = counts && (c->traits & TRAIT_NUMBER);
        c->x[EVIDENCE_STATES] = !(c->traits & TRAIT_ASKS);
        if (self)
            judge_self(c, now);
        c->x[EVIDENCE_STANDING] = now && (c->traits & TRAIT_STANDING);
        c->x[EVIDENCE_PREFERS] = advice && (c->traits & TRAIT_PREFERS);
    }
    return rc;
}
