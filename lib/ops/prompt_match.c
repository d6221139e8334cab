/* prompt_match.c - see prompt_match.h. */
#include "base/common.h"

#include <math.h>

#include "ops/prompt_match.h"
#include "search/cands.h"

/* Words of a shown text, of some 300 bytes. */
#define SHOWN_WORDS 256

struct words_shown {
    uint64_t hash[SHOWN_WORDS];
    size_t n;
};

/* The hash of a word without its case and its commonest endings: about what
 * the index does, without it. */
static uint64_t word_hash(struct str w)
{
    static const char *const endings[] = {"ing", "ed", "es", "s"};
    char low[64];
    size_t n = w.n < sizeof(low) ? w.n : sizeof(low);
    struct str s = {low, n};

    for (size_t i = 0; i < n; i++)
        low[i] = to_lower(w.p[i]);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (str_ends(s, str_of(endings[i])) &&
            s.n >= strlen(endings[i]) + 3) {
            s.n -= strlen(endings[i]);
            break;
        }
    return str_hash(s);
}

static bool is_word_char(char c)
{
    return is_alnum(c) || (unsigned char)c >= 0x80;
}

/* The next run of letters and digits; with `humps` a capital behind a small
 * letter begins another one. */
static bool next_word(struct str s, size_t *at, bool humps, struct str *w)
{
    size_t i = *at, from;

    while (i < s.n && !is_word_char(s.p[i]))
        i++;
    from = i;
    while (i < s.n && is_word_char(s.p[i]) &&
           !(humps && i > from && is_upper(s.p[i]) && is_lower(s.p[i - 1])))
        i++;
    *w = str_cut(s, from, i);
    *at = i;
    return i > from;
}

/* Each word, and the parts of joined ones. */
static void read_shown(struct str shown, struct words_shown *out)
{
    for (int humps = 0; humps <= 1; humps++) {
        struct str w;
        size_t at = 0;

        while (out->n < SHOWN_WORDS && next_word(shown, &at, humps, &w))
            out->hash[out->n++] = word_hash(w);
    }
}

static bool has(const struct words_shown *s, uint64_t hash)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->hash[i] == hash)
            return true;
    return false;
}

/* Written without blanks: the index knows it by pairs of characters. */
static bool is_cjk(struct str w)
{
    return w.n && (unsigned char)w.p[0] >= 0xe3 && (unsigned char)w.p[0] < 0xf0;
}

/* One of the spellings, with all of its words. */
static bool has_unit(const struct words_shown *s, const struct unit *u,
                     struct str shown)
{
    for (size_t i = 0; i < u->nphrases; i++) {
        struct str w;
        size_t at = 0, n = 0;
        bool all = true;

        while (all && next_word(u->phrase[i], &at, false, &w)) {
            all = is_cjk(w) ? str_find(shown, w) >= 0 : has(s, word_hash(w));
            n++;
        }
        if (all && n)
            return true;
    }
    return false;
}

/* See prompt_match.h. */
#define COSINE_USUAL   0.55
#define COSINE_LEAST   0.3
#define COSINE_MOST    1.4
#define COSINE_UNKNOWN 0.85
#define SURE_SCALE     9.4

double prompt_match_sure(double info, double share, double cosine)
{
    double factor = COSINE_UNKNOWN, g;

    if (cosine >= -1) {
        factor = cosine > 0 ? cosine / COSINE_USUAL : 0;
        factor *= factor;
        factor = factor < COSINE_LEAST  ? COSINE_LEAST
                 : factor > COSINE_MOST ? COSINE_MOST
                                        : factor;
    }
    g = info * sqrt(share) * factor / SURE_SCALE;
    return 1 - exp(-g * g);
}

static int by_id(const void *pa, const void *pb)
{
    const struct cand *const *x = pa, *const *y = pb;

    return (*x)->id < (*y)->id ? -1 : (*x)->id > (*y)->id;
}

void prompt_asked_watch(void *arg, const struct finding *f)
{
    struct prompt_asked *asked = arg;
    struct cand **c = arena_array(asked->a, f->c.n + 1, sizeof(struct cand *));
    int64_t *ids = arena_array(asked->a, f->c.n + 1, sizeof(*ids));
    float *cosine = arena_array(asked->a, f->c.n + 1, sizeof(*cosine));

    asked->n = f->q.n;
    for (size_t i = 0; i < f->q.n; i++) {
        asked->unit[i] = f->q.unit[i];
        asked->weight[i] = f->w.rank.idf[i];
        asked->sum += asked->weight[i];
    }
    for (size_t i = 0; i < f->c.n; i++)
        c[i] = &f->c.v[i];
    if (f->c.n)
        qsort(c, f->c.n, sizeof(*c), by_id);
    for (size_t i = 0; i < f->c.n; i++) {
        ids[i] = c[i]->id;
        cosine[i] = c[i]->cosine;
    }
    asked->ids = ids;
    asked->cosine = cosine;
    asked->ncosines = f->c.n;
}

static float cosine_of(const struct prompt_asked *asked, int64_t id)
{
    size_t from = 0, to = asked->ncosines;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (asked->ids[mid] == id)
            return asked->cosine[mid];
        if (asked->ids[mid] < id)
            from = mid + 1;
        else
            to = mid;
    }
    return -2;
}

struct prompt_match prompt_match(const struct prompt_asked *asked,
                                 int64_t memory_id, struct str shown)
{
    struct prompt_match m = {.cosine = cosine_of(asked, memory_id)};
    struct words_shown words = {.n = 0};

    read_shown(shown, &words);
    for (size_t i = 0; i < asked->n; i++)
        if (asked->weight[i] > 0 && has_unit(&words, &asked->unit[i], shown))
            m.info += asked->weight[i];
    m.share = asked->sum > 0 ? m.info / asked->sum : 0;
    m.sure = prompt_match_sure(m.info, m.share, (double)m.cosine);
    return m;
}
