/* near.c - see near.h. */
#include "base/common.h"

#include "search/near.h"
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
/* Words of the index that are looked at: some milliseconds at most. */
#define TERMS_MAX 40000

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
    int limit;
    size_t seen;
    struct arena *a;
    struct {
        struct str term;
        int cost; /* of ten per letter that differs */
        int64_t rows;
    } best[NEAR_MAX + 1];
    size_t n;
};

/* A term that the word begins is near, a letter's difference is further, an
 * ending counts half a letter. */
static int cost_of(const struct search *s, struct str term)
{
    int plain = near_distance(s->word, term, s->limit, false);
    int stem = near_distance(s->word, term, 1, true);
    int cost = plain <= s->limit ? 10 * plain : -1;

    if (stem <= 1 && term.n >= 4 && (cost < 0 || 10 * stem + 5 < cost))
        cost = 10 * stem + 5;
    if (cost < 0 && s->word.n >= 3 && str_starts(term, s->word))
        cost = 5 + (int)(term.n - s->word.n);
    return cost;
}

static int consider(void *arg, struct str term, int64_t rows)
{
    struct search *s = arg;
    size_t at = s->n;
    int cost;

    if (++s->seen > TERMS_MAX)
        return CM_EFULL;
    if (term.n < 2 || is_digit(term.p[0]) != is_digit(s->word.p[0]))
        return 0;
    cost = cost_of(s, term);
    if (cost < 0)
        return 0;
    while (at > 0 &&
           (s->best[at - 1].cost > cost ||
            (s->best[at - 1].cost == cost && s->best[at - 1].rows < rows))) {
        s->best[at] = s->best[at - 1];
        at--;
    }
    if (at >= NEAR_MAX)
        return 0;
    s->best[at].term = arena_str(s->a, term);
    s->best[at].cost = cost;
    s->best[at].rows = rows;
    if (s->n < NEAR_MAX)
        s->n++;
    return 0;
}

int near_find(struct db *db, struct str word, struct arena *a, struct near *out,
              struct err *e)
{
    /* Short words have many neighbours: one letter may differ, then two. */
    struct search s = {.word = word, .limit = word.n < 6 ? 1 : 2, .a = a};
    size_t chars;
    int rc = 0;

    out->word = word;
    out->n = 0;
    if (word.n < 3 || word.n > WORD_MAX || unspaced_run(word, &chars))
        return 0;
    rc = words_walk(db, str_cut(word, 0, 1), consider, &s, e);
    if (rc == 0 && s.n == 0 && word.p[1] != word.p[0])
        rc = words_walk(db, str_cut(word, 1, 2), consider, &s, e);
    for (size_t i = 0; i < s.n && rc == 0; i++) {
        struct str *term = &out->term[out->n];

        if (s.best[i].cost > s.best[0].cost + COST_MORE)
            break;
        rc = words_spelling(db, s.best[i].term, a, term, e);
        if (rc == 0 && (out->n == 0 || !str_ieq(*term, term[-1])))
            out->n++; /* two stems may be spelled alike: parser, parse */
    }
    return rc;
}
