/* near.c - see near.h. */
#include "base/common.h"

#include "search/near.h"
#include "store/fragment.h"
#include "store/read_search.h"
#include "store/tokenize.h"

#define WORD_MAX 32
/* What a stem may lack, and the longest of them. */
#define ENDING_MAX 5
static const char *const endings[] = {
    "e",    "s",    "es",   "ed",    "er",    "or",   "ly",
    "al",   "ing",  "ion",  "ity",   "ive",   "ions", "able",
    "ment", "ness", "ings", "ation", "ments",
};

/* Words that cost this much more than the nearest are not meant. */
#define COST_MORE 4
/* The best by their cost, of which the frequent ones are preferred. */
#define BEST 8
/* Part of a word: two letters differing cost more. */
#define COST_PART 12
/* Shortest part that is looked for within words, and shortest words in which
 * a letter, and two, may be wrong without asking the person. */
#define PART_MIN     4
#define SURE_ONE_MIN 5
#define SURE_TWO_MIN 8

static bool is_ending(struct str s)
{
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (str_eqz(s, endings[i]))
            return true;
    return false;
}

/* Row i of the table is the distance of a's first i bytes to b's prefixes. */
int near_distance(struct str a, struct str b, int limit, bool ending)
{
    int rows[3][WORD_MAX + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    size_t longer = (size_t)limit + (ending ? ENDING_MAX : 0);
    int best = limit + 1;

    if (a.n > WORD_MAX || b.n > WORD_MAX || b.n > a.n + (size_t)limit ||
        a.n > b.n + longer)
        return best;
    for (size_t k = 0; k <= b.n; k++)
        last[k] = (int)k;
    if (a.n == 0 && !ending)
        return last[b.n] < best ? last[b.n] : best;
    for (size_t i = 1; i <= a.n; i++) {
        int least = now[0] = (int)i, *spare = before;

        for (size_t k = 1; k <= b.n; k++) {
            int d = last[k - 1] + (a.p[i - 1] != b.p[k - 1]);

            if (last[k] + 1 < d)
                d = last[k] + 1;
            if (now[k - 1] + 1 < d)
                d = now[k - 1] + 1;
            if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
                a.p[i - 2] == b.p[k - 1] && before[k - 2] + 1 < d)
                d = before[k - 2] + 1;
            now[k] = d;
            if (d < least)
                least = d;
        }
        if (now[b.n] < best &&
            (ending ? is_ending(str_cut(a, i, a.n)) : i == a.n))
            best = now[b.n];
        if (least > limit)
            break;
        before = last;
        last = now;
        now = spare;
    }
    return best;
}

struct search {
    struct str word;
    uint32_t letters; /* a bit for each */
    int limit;
    struct arena *a;
    struct best {
        struct str term;
        int cost; /* ten per letter that differs */
        bool is_part;
        int64_t rows;
    } best[BEST];
    size_t n;
};

static uint32_t letters_of(struct str s)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < s.n; i++)
        bits |= (uint32_t)1 << ((unsigned char)s.p[i] & 31);
    return bits;
}

/* A letter put in or left out changes one bit, another one in its place two:
 * what differs in more bits need not be looked at closer. */
static bool may_be_near(const struct search *s, uint32_t letters)
{
    uint32_t other = s->letters ^ letters;
    int bits = 0;

    for (; other && bits <= 2 * s->limit; other &= other - 1)
        bits++;
    return bits <= 2 * s->limit;
}

/* A letter's difference counts ten, an ending five, the word within another
 * one more the longer that is. */
static int cost_of(const struct search *s, struct str term, bool *is_part)
{
    uint32_t letters = letters_of(term);
    int cost = -1, d;

    *is_part = false;
    if (may_be_near(s, letters)) {
        d = near_distance(s->word, term, s->limit, false);
        if (d <= s->limit)
            cost = 10 * d;
    }
    if (term.n < s->word.n && term.p[0] == s->word.p[0]) {
        d = near_distance(s->word, term, 1, true);
        if (d <= 1 && (cost < 0 || 10 * d + 5 < cost))
            cost = 10 * d + 5;
    }
    if (s->word.n >= PART_MIN && term.n > s->word.n &&
        (s->letters & ~letters) == 0 && str_find(term, s->word) >= 0) {
        d = COST_PART + (int)(term.n - s->word.n) / 4;
        if (cost < 0 || d < cost) {
            cost = d;
            *is_part = true;
        }
    }
    return cost;
}

static void keep(struct search *s, const struct best *b)
{
    size_t at = s->n;

    while (at > 0 && s->best[at - 1].cost > b->cost) {
        if (at < BEST)
            s->best[at] = s->best[at - 1];
        at--;
    }
    if (at == BEST)
        return;
    s->best[at] = *b;
    s->best[at].term = arena_str(s->a, b->term);
    if (s->n < BEST)
        s->n++;
}

static int consider(void *arg, size_t length, struct str v)
{
    struct search *s = arg;

    for (size_t at = 0; at < v.n; at += length) {
        struct best b = {.term = str_cut(v, at, at + length)};

        if (is_digit(b.term.p[0]) != is_digit(s->word.p[0]))
            continue;
        b.cost = cost_of(s, b.term, &b.is_part);
        if (b.cost >= 0)
            keep(s, &b);
    }
    return 0;
}

static int by_cost(const void *px, const void *py)
{
    const struct best *x = px, *y = py;

    if (x->cost != y->cost)
        return x->cost - y->cost;
    return x->rows != y->rows ? (x->rows < y->rows ? 1 : -1) : 0;
}

/* May it be taken for what was meant? */
static bool is_sure(const struct search *s, const struct best *b)
{
    return b->is_part || (b->cost <= 15 && s->word.n >= SURE_ONE_MIN) ||
           (b->cost <= 20 && s->word.n >= SURE_TWO_MIN);
}

static int take(struct db *db, struct search *s, struct near *out,
                struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < s->n; i++) {
        s->best[i].rows = words_count(
            db, arena_fmt(s->a, "\"%.*s\"", STR_ARG(s->best[i].term)), e);
        if (s->best[i].rows < 0)
            return (int)s->best[i].rows;
    }
    qsort(s->best, s->n, sizeof(*s->best), by_cost);
    for (size_t i = 0; i < s->n && out->n < NEAR_MAX && rc == 0; i++) {
        const struct best *b = &s->best[i];

        if (b->cost > s->best[0].cost + COST_MORE)
            break;
        if (b->rows == 0)
            continue;
        out->word_of[out->n] = b->term;
        if (out->sure == out->n && is_sure(s, b))
            out->sure++;
        rc = words_spelling(db, b->term, s->a, &out->term[out->n++], e);
    }
    return rc;
}

int near_find(struct db *db, struct str word, struct arena *a, struct near *out,
              struct err *e)
{
    /* Short words have many neighbours: one letter may differ, then two. */
    struct search s = {.word = word,
                       .letters = letters_of(word),
                       .limit = word.n < 6 ? 1 : 2,
                       .a = a};
    size_t chars, least;
    int rc;

    *out = (struct near){.word = word};
    if (word.n < 3 || word.n > WORD_MAX || unspaced_run(word, &chars))
        return 0;
    least = word.n > ENDING_MAX + 1 ? word.n - ENDING_MAX - 1 : 1;
    rc = fragments_walk(db, least, FRAGMENT_MAX, consider, &s, e);
    return rc < 0 ? rc : take(db, &s, out, e);
}
