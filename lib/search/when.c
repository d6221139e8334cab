/* when.c - see when.h. */
#include "base/common.h"

#include "search/when.h"
#include "search/when_date.h"

/* Tokens of an anchor: "the move to the new build machine". */
#define ANCHOR_MAX 8

/* What was found so far; the higher rank stands. */
struct best {
    struct when when;
    int rank;
};

/* Ranks: a day 40, a date 30, one without a year 20, and: */
#define RANK_ANCHOR 18
#define RANK_BESIDE 10 /* last week */
#define RANK_VAGUE  5
#define RANK_ORDER  4 /* first, latest */

/* The text of tokens [i, end). */
static struct str text_of(const struct when_text *x, size_t i, size_t end)
{
    const struct str *last = &x->t[end - 1].s;

    return (struct str){x->t[i].s.p, (size_t)(last->p + last->n - x->t[i].s.p)};
}

static void offer(struct best *b, const struct when *w, int rank)
{
    if (rank <= b->rank)
        return;
    b->when = *w;
    b->rank = rank;
}

static void offer_span(struct best *b, enum when_kind kind,
                       const struct when_span *s, struct str text)
{
    struct when w = {.kind = kind,
                     .from_ms = s->from_ms,
                     .until_ms = s->until_ms,
                     .text = text};

    if (w.from_ms < 0) /* memories begin in 1970 */
        w.from_ms = 0;
    if (w.from_ms < w.until_ms)
        offer(b, &w, 10 * s->rank);
}

/* between A and B, from A to B, A to B */
static size_t range_at(const struct when_text *x, size_t i, struct best *b)
{
    enum when_word w = when_at(x, i);
    size_t at = i + (w == W_BETWEEN || w == W_FROM), n, m, join;
    struct when_lead lead = {.by = w == W_BETWEEN || w == W_FROM ? W_FROM
                                                                 : W_OTHER};
    struct when_span one, two;

    n = when_span_at(x, at, &lead, &one);
    join = at + n;
    if (!n || (when_at(x, join) != (w == W_BETWEEN ? W_AND : W_TO) &&
               when_at(x, join) != W_UNTIL))
        return 0;
    lead.by = W_FROM;
    m = when_span_at(x, join + 1, &lead, &two);
    if (m && two.year && !one.year) { /* May 1 to May 9 2023 */
        lead.year = two.year;
        n = when_span_at(x, at, &lead, &one);
    }
    if (!m || two.until_ms <= one.from_ms)
        return 0;
    one.until_ms = two.until_ms;
    one.rank = two.rank > one.rank ? two.rank : one.rank;
    offer_span(b, WHEN_IN, &one, text_of(x, i, join + 1 + m));
    return join + 1 + m - i;
}

/* The preposition at i: its class, how many tokens it has. "as of", "prior
 * to" and "up to" count as one. */
static enum when_word lead_at(const struct when_text *x, size_t i, size_t *n)
{
    enum when_word w = when_at(x, i);

    *n = 2;
    if (w == W_AS && when_at(x, i + 1) == W_OF)
        return W_AS;
    if (when_is(x, i, "prior") && when_at(x, i + 1) == W_TO)
        return W_BEFORE;
    if (when_is(x, i, "up") && when_at(x, i + 1) == W_TO)
        return W_UNTIL;
    *n = 1;
    return w >= W_OF && w <= W_FROM ? w : W_OTHER;
}

static void offer_led(struct best *b, const struct when_text *x,
                      enum when_word by, struct when_span *s, struct str text)
{
    enum when_kind kind = WHEN_IN;

    if (by == W_SINCE || by == W_AFTER) {
        kind = WHEN_AFTER;
        s->from_ms = by == W_SINCE ? s->from_ms : s->until_ms;
        s->until_ms = INT64_MAX;
    } else if (by == W_BEFORE || by == W_UNTIL) {
        kind = WHEN_BEFORE;
        s->until_ms = by == W_BEFORE ? s->from_ms : s->until_ms;
        s->from_ms = 0;
    } else if (by == W_AS || by == W_BY) {
        /* As of today: as things stand. */
        kind = s->until_ms > x->now_ms ? WHEN_LAST : WHEN_AS_OF;
        s->from_ms = 0;
        if (kind == WHEN_LAST)
            s->until_ms = INT64_MAX;
    }
    if (kind == WHEN_IN && s->from_ms == 0) /* more than a year ago */
        kind = WHEN_BEFORE;
    offer_span(b, kind, s, text);
}

/* "in March", "since Monday", "as of 2026-01-01"; or without preposition. */
static size_t led_at(const struct when_text *x, size_t i, struct best *b)
{
    size_t n, k;
    enum when_word by = lead_at(x, i, &n);
    struct when_lead lead = {.by = by == W_AS ? W_UNTIL : by};
    struct when_span s;

    if (by == W_OTHER)
        n = 0;
    k = when_span_at(x, i + n, &lead, &s);
    if (!k)
        return 0;
    if (by == W_FROM &&
        (when_is(x, i + n + k, "on") || when_is(x, i + n + k, "onwards") ||
         when_is(x, i + n + k, "onward")))
        by = W_SINCE;
    offer_led(b, x, by, &s, text_of(x, i, i + n + k));
    return n + k;
}

/* Events of a project's life, which stand for a point in time even where the
 * question does not say that it is about the past. */
static bool is_event(const struct when_token *t)
{
    static const char *const events[] = {
        "release",   "refactor",   "refactoring", "rewrite",  "migration",
        "upgrade",   "launch",     "outage",      "incident", "freeze",
        "redesign",  "switch",     "move",        "rename",   "sprint",
        "demo",      "deployment", "rollout",     "rollback", "hackathon",
        "milestone", "beta",       "version",     "kickoff",  "cutover",
    };

    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        if (str_ieq(t->s, str_of(events[i])))
            return true;
    return false;
}

/* v2, 1.4.0, a commit's hash. */
static bool is_version_word(struct str s)
{
    bool digit = false, letter = false, hex = true, dotted = true;

    if (s.n > 1 && to_lower(s.p[0]) == 'v' && is_digit(s.p[1]))
        return true;
    for (size_t k = 0; k < s.n; k++) {
        char c = to_lower(s.p[k]);

        digit |= is_digit(c);
        letter |= is_alpha(c);
        hex &= is_digit(c) || (c >= 'a' && c <= 'f');
        dotted &= is_digit(c) || c == '.';
    }
    return (hex && digit && letter && s.n >= 7 && s.n <= 40) ||
           (dotted && digit && str_chr(s, '.') > 0);
}

/* The same, or a word before one: "version 2", "PR 12". */
static bool is_version(const struct when_text *x, size_t i)
{
    static const char *const heads[] = {"version", "release", "tag",
                                        "pr",      "issue",   "commit",
                                        "sprint",  "phase",   "milestone"};

    for (size_t k = 0; k < ARRAY_LEN(heads); k++)
        if (when_is(x, i, heads[k]) && i + 1 < x->n && !x->t[i].ends)
            return is_digit(x->t[i + 1].s.p[0]) ||
                   is_version_word(x->t[i + 1].s);
    return i < x->n && is_version_word(x->t[i].s);
}

/* May what begins at i be a point in time? "before the release", "after we
 * moved", "since v2"; not "before each commit". */
static bool is_anchor(const struct when_text *x, size_t i, size_t end,
                      bool as_of)
{
    enum when_word w = when_at(x, i);
    bool thing = w == W_THE || w == W_OUR;
    const struct when_token *t = &x->t[i];

    if (as_of || is_version(x, i))
        return true;
    for (size_t k = i + 1; k < end && thing; k++)
        if (is_event(&x->t[k]))
            return true;
    if (!x->asks_past)
        return false;
    return (thing && end > i + 1) || (w == W_PRONOUN && end > i + 1) ||
           (w == W_A && end > i + 1) ||
           (w == W_OTHER && (t->is_capital || str_ends(t->s, STR("ing"))));
}

static size_t anchor_at(const struct when_text *x, size_t i, struct best *b)
{
    size_t n, at, end;
    enum when_word by = lead_at(x, i, &n);
    struct when w = {.until_ms = INT64_MAX};

    if (by != W_SINCE && by != W_BEFORE && by != W_AFTER && by != W_AS)
        return 0;
    at = end = i + n;
    while (end < x->n && end < at + ANCHOR_MAX) {
        enum when_word c = x->t[end].w;

        if (end > at &&
            (c == W_ASK || c == W_BEFORE || c == W_AFTER || c == W_SINCE ||
             (c == W_PAST && x->t[at].w != W_PRONOUN)))
            break;
        end++;
        if (x->t[end - 1].ends)
            break;
    }
    if (end == at || (n == 1 && x->t[i].ends) || when_is(x, at, "now") ||
        !is_anchor(x, at, end, by == W_AS))
        return 0;
    w.kind = by == W_AS       ? WHEN_AS_OF
             : by == W_BEFORE ? WHEN_BEFORE
                              : WHEN_AFTER;
    w.anchor = text_of(x, at, end);
    w.text = text_of(x, i, end);
    offer(b, &w, RANK_ANCHOR);
    return end - i;
}

struct phrase {
    const char *words; /* blanks between */
    enum when_kind kind;
    bool is_vague;
};

static const struct phrase phrases[] = {
    {"recently", WHEN_LAST, true},
    {"recent", WHEN_LAST, true},
    {"lately", WHEN_LAST, true},
    {"latest", WHEN_LAST, false},
    {"newest", WHEN_LAST, false},
    {"most recent", WHEN_LAST, false},
    {"most recently", WHEN_LAST, false},
    {"last time", WHEN_LAST, false},
    {"currently", WHEN_LAST, false},
    {"right now", WHEN_LAST, false},
    {"as of now", WHEN_LAST, false},
    {"at the moment", WHEN_LAST, false},
    {"at present", WHEN_LAST, false},
    {"nowadays", WHEN_LAST, false},
    {"these days", WHEN_LAST, true},
    {"the other day", WHEN_LAST, true},
    {"originally", WHEN_FIRST, false},
    {"initially", WHEN_FIRST, false},
    {"earliest", WHEN_FIRST, false},
    {"oldest", WHEN_FIRST, false},
    {"first time", WHEN_FIRST, false},
    {"in the beginning", WHEN_FIRST, false},
    {"at first", WHEN_FIRST, false},
    {"a while ago", WHEN_BEFORE, true},
    {"a while back", WHEN_BEFORE, true},
    {"some time ago", WHEN_BEFORE, true},
    {"a long time ago", WHEN_BEFORE, true},
    {"long ago", WHEN_BEFORE, true},
    {"ages ago", WHEN_BEFORE, true},
};

/* Two weeks: what is told to be "a while ago" is older. */
#define WHILE_MS (14 * INT64_C(86400000))

static size_t phrase_len(const struct when_text *x, size_t i, const char *words)
{
    struct str rest = str_of(words), word;
    size_t n = 0;

    while (str_split(&rest, ' ', &word)) {
        if (i + n >= x->n || !str_ieq(x->t[i + n].s, word))
            return 0;
        n++;
    }
    return n;
}

/* "when did we first see it", "who last touched it", "which came first"; not
 * "his first tournament", "the last commit", "won first place". */
static bool is_adverb(const struct when_text *x, size_t i)
{
    static const char *const nouns[] = {"place", "prize", "class",  "name",
                                        "aid",   "party", "party's"};
    enum when_word before = i ? when_at(x, i - 1) : W_OTHER;
    size_t verb = i;

    if (i == 0 || x->t[i - 1].has_s || x->t[i - 1].ends ||
        (before != W_OTHER && before != W_PRONOUN && before != W_PAST &&
         before != W_ASK))
        return false;
    if (i + 1 == x->n || x->t[i].ends) /* "... came first" */
        return x->t[i].w == W_ORDINAL && x->t[0].w == W_ASK;
    if (x->t[i + 1].w != W_OTHER)
        return false;
    for (size_t k = 0; k < ARRAY_LEN(nouns); k++)
        if (when_is(x, i + 1, nouns[k]))
            return false;
    if (before == W_ASK)
        return true;
    while (verb > 0 &&
           (x->t[verb - 1].w == W_OTHER || x->t[verb - 1].w == W_PRONOUN))
        verb--; /* back over the subject */
    return verb > 1 && x->t[verb - 1].w == W_PAST && x->t[verb - 2].w == W_ASK;
}

static size_t order_at(const struct when_text *x, size_t i, struct best *b)
{
    struct when w = {.until_ms = INT64_MAX};
    size_t n = 0;

    for (size_t k = 0; k < ARRAY_LEN(phrases) && !n; k++) {
        n = phrase_len(x, i, phrases[k].words);
        w.kind = phrases[k].kind;
        w.is_vague = phrases[k].is_vague;
    }
    if (n && i > 0 && when_is(x, i - 1, "how")) /* how long ago */
        return 0;
    if (!n)
        w.is_vague = false;
    if (!n && (when_is(x, i, "first") || when_is(x, i, "last")) &&
        is_adverb(x, i)) {
        w.kind = x->t[i].w == W_LAST ? WHEN_LAST : WHEN_FIRST;
        n = 1;
    }
    if (!n && when_is(x, i, "current") && x->t[0].w == W_ASK &&
        !when_is(x, 0, "how")) {
        w.kind = WHEN_LAST;
        n = 1;
    }
    if (!n)
        return 0;
    if (w.kind == WHEN_BEFORE)
        w.until_ms = x->now_ms - WHILE_MS;
    w.text = text_of(x, i, i + n);
    offer(b, &w, w.is_vague ? RANK_VAGUE : RANK_ORDER);
    return n;
}

static bool asks_when(const struct when_text *x)
{
    static const char *const names[] = {"day",  "date",  "time",   "year",
                                        "week", "month", "weekday"};
    static const char *const verbs[] = {"is",   "are", "do",  "does",
                                        "will", "am",  "can", "should"};

    for (size_t i = 0; i + 1 < x->n; i++) {
        if (when_is(x, i, "when")) {
            if (x->t[i + 1].w == W_PAST)
                return true;
            for (size_t k = 0; k < ARRAY_LEN(verbs); k++)
                if (when_is(x, i + 1, verbs[k]))
                    return true;
        }
        if (when_is(x, i, "what") || when_is(x, i, "which"))
            for (size_t k = 0; k < ARRAY_LEN(names); k++)
                if (when_is(x, i + 1, names[k]))
                    return true;
        if (phrase_len(x, i, "how long ago") || phrase_len(x, i, "since when"))
            return true;
    }
    return false;
}

void when_parse(struct str query, int64_t now_ms, struct when *out)
{
    struct when_text x;
    struct best b = {.when = {.until_ms = INT64_MAX}};

    when_words(query, now_ms, &x);
    for (size_t i = 0; i < x.n;) {
        size_t n = range_at(&x, i, &b);

        if (!n)
            n = led_at(&x, i, &b);
        if (!n)
            anchor_at(&x, i, &b); /* a date may stand in it: go on there */
        if (!n)
            n = order_at(&x, i, &b);
        i += n ? n : 1;
    }
    *out = b.when;
    out->asks_when = asks_when(&x);
}
