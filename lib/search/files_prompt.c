/* files_prompt.c - see files_prompt.h. */
#include "base/common.h"

#include <math.h>

#include "search/files_prompt.h"

/* Bytes of a prompt that are read for names: plans name their files anywhere;
 * and for words: what is asked stands in front. */
#define NAMES_BYTES 8192
#define WORDS_BYTES 1500
/* Different names of one prompt, and places for them, a power of two. */
#define TOKENS_MAX  512
#define TOKEN_SLOTS 2048
#define TOKEN_BYTES 3
/* Words of all paths together, a power of two. */
#define WORD_SLOTS 16384
/* Words of one path. */
#define PATH_WORDS 48

#define WORTH_NAME 1.0
#define WORTH_STEM 0.5
#define WORTH_DIR  0.15
/* More files than that of one name share its worth. */
#define NAMESAKES 2
/* A name without its extension is a common word below this length, unless it
 * has a joint. */
#define STEM_BYTES 6
#define DIR_BYTES  5

/* --- names ------------------------------------------------------------------- */

/* What is written like a path or an identifier, each once; and places by hash
 * to find them by, for there may be as many paths to look for. */
struct tokens {
    struct str t[TOKENS_MAX]; /* lower case */
    size_t n;
    uint16_t at[TOKEN_SLOTS]; /* index + 1 */
};

static bool is_path_char(char c)
{
    return is_alnum(c) || (c && strchr("_-./@+", c)) ||
           (unsigned char)c >= 0x80;
}

static struct str lower(struct str s, struct arena *a)
{
    struct str copy = arena_str(a, s);
    char *p = (char *)(uintptr_t)copy.p;

    for (size_t i = 0; i < copy.n; i++)
        p[i] = to_lower(p[i]);
    return copy;
}

/* The place of s, or the free one where it would be. */
static uint16_t *token_place(struct tokens *k, struct str s)
{
    size_t at = (size_t)str_hash(s) & (TOKEN_SLOTS - 1);

    while (k->at[at] && !str_eq(k->t[k->at[at] - 1], s))
        at = (at + 1) & (TOKEN_SLOTS - 1);
    return &k->at[at];
}

static bool has_token(struct tokens *k, struct str s)
{
    return *token_place(k, s) != 0;
}

static void token_add(struct tokens *k, struct str t, struct arena *a)
{
    uint16_t *place;

    while (t.n && strchr("./-+@", t.p[0]))
        t = str_cut(t, 1, t.n);
    while (t.n && strchr("./-+", t.p[t.n - 1]))
        t.n--;
    if (t.n < TOKEN_BYTES || k->n == TOKENS_MAX)
        return;
    t = lower(t, a);
    place = token_place(k, t);
    if (*place)
        return;
    k->t[k->n++] = t;
    *place = (uint16_t)k->n;
}

static struct tokens *tokens_of(struct str prompt, struct arena *a)
{
    struct tokens *k = arena_new(a, struct tokens);
    size_t i = 0;

    prompt = str_cut(prompt, 0, NAMES_BYTES);
    while (i < prompt.n) {
        size_t from;

        while (i < prompt.n && !is_path_char(prompt.p[i]))
            i++;
        from = i;
        while (i < prompt.n && is_path_char(prompt.p[i]))
            i++;
        token_add(k, str_cut(prompt, from, i), a);
    }
    return k;
}

static struct str stem_of(struct str base)
{
    ptrdiff_t dot = str_chr(base, '.');

    return dot > 0 ? str_cut(base, 0, (size_t)dot) : base;
}

/* The path or an end of it, from a component on; or more of it than we know,
 * such as its place on another machine. */
static bool is_named(struct tokens *k, struct str path)
{
    struct str base = str_base(path);

    for (size_t at = 0; at < path.n; at++)
        if ((at == 0 || path.p[at - 1] == '/') &&
            has_token(k, str_cut(path, at, path.n)) &&
            (at + base.n < path.n || str_chr(base, '.') >= 0))
            return true;
    if (base.n == path.n)
        return false;
    for (size_t i = 0; i < k->n; i++)
        if (k->t[i].n > path.n && str_ends(k->t[i], path) &&
            k->t[i].p[k->t[i].n - path.n - 1] == '/')
            return true;
    return false;
}

/* Is a run of its directories named? */
static bool is_dir_named(struct tokens *k, struct str path)
{
    for (size_t from = 0; from < path.n; from++) {
        if (from && path.p[from - 1] != '/')
            continue;
        for (size_t to = from + DIR_BYTES; to < path.n; to++)
            if (path.p[to] == '/' && has_token(k, str_cut(path, from, to)))
                return true;
    }
    return false;
}

static double worth_of(struct tokens *k, struct str path)
{
    struct str base = str_base(path), stem = stem_of(base);

    if (is_named(k, path))
        return WORTH_NAME;
    if (has_token(k, base) ||
        ((stem.n >= STEM_BYTES || str_chr(stem, '_') >= 0 ||
          str_chr(stem, '-') >= 0) &&
         has_token(k, stem)))
        return WORTH_STEM;
    return is_dir_named(k, path) ? WORTH_DIR : 0;
}

/* Files of one name: the prompt means one of them. */
static void share(const struct str *low, size_t n, struct arena *a,
                  double *named)
{
    size_t *hit = arena_array(a, n + 1, sizeof(*hit)), nhit = 0;

    for (size_t i = 0; i < n; i++)
        if (named[i] >= WORTH_STEM)
            hit[nhit++] = i;
    for (size_t i = 0; i < nhit; i++) {
        size_t same = 0;

        for (size_t k = 0; k < nhit; k++)
            same += str_eq(str_base(low[hit[i]]), str_base(low[hit[k]]));
        if (same > NAMESAKES)
            named[hit[i]] *= NAMESAKES / (double)same;
    }
}

void files_named(struct str prompt, const struct str *path, size_t n,
                 struct arena *a, double *named)
{
    struct str *low = arena_array(a, n + 1, sizeof(*low));
    struct tokens *k = tokens_of(prompt, a);

    for (size_t i = 0; i < n; i++) {
        low[i] = lower(path[i], a);
        named[i] = worth_of(k, low[i]);
    }
    share(low, n, a, named);
}

/* --- words ------------------------------------------------------------------- */

struct word {
    uint64_t hash;  /* 0: a free place */
    uint32_t paths; /* that have it */
    uint32_t seen;  /* the last path that was counted, + 1 */
    uint32_t asked; /* how often the prompt says it */
};

/* One form for most of a word's forms. */
static uint64_t word_hash(struct str w)
{
    static const char *const endings[] = {"ing", "ed", "es", "s", "er"};
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
    return str_hash(s) | 1;
}

/* The next word from *at on: letters, a capital beginning another one. */
static bool next_word(struct str s, size_t *at, struct str *w)
{
    size_t i = *at, from;

    for (;;) {
        while (i < s.n && !is_alpha(s.p[i]) && (unsigned char)s.p[i] < 0x80)
            i++;
        if (i == s.n)
            return false;
        from = i++;
        while (i < s.n &&
               (is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80) &&
               !(is_upper(s.p[i]) && is_lower(s.p[i - 1])))
            i++;
        if (i - from < 2)
            continue;
        *w = str_cut(s, from, i);
        *at = i;
        return true;
    }
}

static struct word *word_at(struct word *table, uint64_t hash, bool make)
{
    size_t at = (size_t)(hash >> 1) & (WORD_SLOTS - 1);

    for (size_t tries = 0; tries < 64; tries++) {
        struct word *w = &table[(at + tries) & (WORD_SLOTS - 1)];

        if (w->hash == hash)
            return w;
        if (w->hash == 0) {
            if (make)
                w->hash = hash;
            return make ? w : NULL;
        }
    }
    return NULL; /* full: a word less */
}

static void count_words(const struct str *path, size_t n, struct word *table)
{
    for (size_t i = 0; i < n; i++) {
        struct str w;
        size_t at = 0;

        while (next_word(path[i], &at, &w)) {
            struct word *row = word_at(table, word_hash(w), true);

            if (row && row->seen != i + 1) {
                row->seen = (uint32_t)i + 1;
                row->paths++;
            }
        }
    }
}

/* Rare words count more, again in the prompt a little more, in the directory
 * half; each word of the path once. */
static double weigh(struct str path, size_t n, struct word *table)
{
    size_t base = path.n - str_base(path).n, at = 0, nseen = 0;
    struct word *seen[PATH_WORDS];
    bool counted_in_base[PATH_WORDS] = {false};
    double sum = 0;
    struct str w;

    while (nseen < PATH_WORDS && next_word(path, &at, &w)) {
        struct word *row = word_at(table, word_hash(w), false);
        bool in_base = (size_t)(w.p - path.p) >= base;
        size_t k = 0;
        double worth;

        if (!row || row->asked == 0)
            continue;
        worth = log(1 + (double)n / row->paths) *
                (1 + 0.3 * log((double)row->asked)) / 2;
        while (k < nseen && seen[k] != row)
            k++;
        if (k < nseen && (counted_in_base[k] || !in_base))
            continue;
        if (k == nseen) {
            seen[nseen++] = row;
            sum += in_base ? 2 * worth : worth;
        } else {
            sum += worth; /* the other half */
        }
        counted_in_base[k] |= in_base;
    }
    return sum;
}

void files_worded(struct str prompt, const struct str *path, size_t n,
                  struct arena *a, double *worded)
{
    struct word *table = arena_array(a, WORD_SLOTS, sizeof(*table));
    double best = 0;
    struct str w;
    size_t at = 0;

    prompt = str_cut(prompt, 0, WORDS_BYTES);
    count_words(path, n, table);
    while (next_word(prompt, &at, &w)) {
        struct word *row = word_at(table, word_hash(w), false);

        if (row)
            row->asked++;
    }
    for (size_t i = 0; i < n; i++) {
        worded[i] = weigh(path[i], n, table);
        best = worded[i] > best ? worded[i] : best;
    }
    for (size_t i = 0; i < n && best > 0; i++)
        worded[i] /= best;
}
