/* tokenize.c - see tokenize.h. */
#include "base/common.h"

#include <sqlite3.h>

#include "base/utf8.h"
#include "store/tokenize.h"

/* Longest token that is folded here; others are no words. */
#define FOLD_MAX 64

typedef int (*token_fn)(void *ctx, int flags, const char *token, int n,
                        int from, int to);

bool char_is_unspaced(uint32_t cp)
{
    static const uint32_t ranges[][2] = {
        {0x0e01, 0x0e3a},   {0x0e40, 0x0eff}, /* Thai, Lao */
        {0x1000, 0x1049},   {0x1050, 0x109f}, /* Myanmar */
        {0x1100, 0x11ff},                     /* Hangul letters */
        {0x1780, 0x17d3},                     /* Khmer */
        {0x2e80, 0x2fdf},   {0x3005, 0x3007}, /* radicals, repetition */
        {0x3031, 0x3035},   {0x3041, 0x3096}, /* Hiragana */
        {0x3099, 0x309f},   {0x30a1, 0x30fa}, /* Katakana */
        {0x30fc, 0x30ff},   {0x3105, 0x312f}, /* Bopomofo */
        {0x3131, 0x318e},   {0x31a0, 0x31bf}, {0x31f0, 0x31ff},
        {0x3400, 0x4dbf},   {0x4e00, 0x9fff}, /* Han */
        {0xa960, 0xa97c},   {0xac00, 0xd7fb}, /* Hangul */
        {0xf900, 0xfaff},   {0xff66, 0xff9f}, /* half-width Katakana */
        {0x20000, 0x323af},                   /* Han, the rest */
    };
    size_t lo = 0, hi = ARRAY_LEN(ranges);

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (cp > ranges[mid][1])
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < ARRAY_LEN(ranges) && cp >= ranges[lo][0];
}

size_t unspaced_run(struct str s, size_t *chars)
{
    size_t at = 0, n;
    uint32_t cp;

    *chars = 0;
    while ((n = utf8_decode(str_cut(s, at, s.n), &cp)) && n > 2 &&
           char_is_unspaced(cp)) {
        at += n;
        ++*chars;
    }
    return at;
}

void lower_case(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        unsigned char d = i + 1 < n ? (unsigned char)p[i + 1] : 0;

        p[i] = to_lower(p[i]);
        if (c == 0xc3 && d >= 0x80 && d <= 0x9e && d != 0x97)
            p[i + 1] = (char)(d + 0x20);
        else if (c == 0xce && d >= 0x91 && d <= 0x9f)
            p[i + 1] = (char)(d + 0x20);
        else if (c == 0xce && d >= 0xa0 && d <= 0xab)
            p[i] = (char)0xcf, p[i + 1] = (char)(d - 0x20);
        else if (c == 0xd0 && d >= 0x90 && d <= 0x9f)
            p[i + 1] = (char)(d + 0x20);
        else if (c == 0xd0 && d >= 0xa0 && d <= 0xaf)
            p[i] = (char)0xd1, p[i + 1] = (char)(d - 0x20);
        else if (c == 0xd0 && d == 0x81)
            p[i] = (char)0xd1, p[i + 1] = (char)0x91;
        i += c >= 0xc0 && d >= 0x80; /* two bytes are done */
    }
}

/* Full-width forms of ASCII, three bytes each. */
static char narrow(struct str s)
{
    uint32_t cp;

    if (s.n < 3 || utf8_decode(str_cut(s, 0, 3), &cp) != 3)
        return 0;
    if ((cp >= 0xff10 && cp <= 0xff19) || (cp >= 0xff21 && cp <= 0xff3a) ||
        (cp >= 0xff41 && cp <= 0xff5a))
        return to_lower((char)(cp - 0xff10 + '0'));
    return 0;
}

/* Forms that the stemmer does not bring together. Left out is what is a word
 * of its own more often: left, lives, bit, rose, bound, shot. In order. */
static const struct {
    struct str form, base;
} irregular[] = {
#define IRREGULAR(f, b)                                                        \
    {                                                                          \
        {(f), sizeof(f) - 1},                                                  \
        {                                                                      \
            (b), sizeof(b) - 1                                                 \
        }                                                                      \
    }
    IRREGULAR("ate", "eat"),
    IRREGULAR("began", "begin"),
    IRREGULAR("begun", "begin"),
    IRREGULAR("bent", "bend"),
    IRREGULAR("bitten", "bite"),
    IRREGULAR("blew", "blow"),
    IRREGULAR("blown", "blow"),
    IRREGULAR("bought", "buy"),
    IRREGULAR("broke", "break"),
    IRREGULAR("broken", "break"),
    IRREGULAR("brought", "bring"),
    IRREGULAR("built", "build"),
    IRREGULAR("burnt", "burn"),
    IRREGULAR("came", "come"),
    IRREGULAR("caught", "catch"),
    IRREGULAR("children", "child"),
    IRREGULAR("chose", "choose"),
    IRREGULAR("chosen", "choose"),
    IRREGULAR("crept", "creep"),
    IRREGULAR("crises", "crisis"),
    IRREGULAR("criteria", "criterion"),
    IRREGULAR("dealt", "deal"),
    IRREGULAR("drank", "drink"),
    IRREGULAR("drawn", "draw"),
    IRREGULAR("dreamt", "dream"),
    IRREGULAR("drew", "draw"),
    IRREGULAR("driven", "drive"),
    IRREGULAR("drove", "drive"),
    IRREGULAR("drunk", "drink"),
    IRREGULAR("dug", "dig"),
    IRREGULAR("eaten", "eat"),
    IRREGULAR("fallen", "fall"),
    IRREGULAR("fed", "feed"),
    IRREGULAR("feet", "foot"),
    IRREGULAR("fell", "fall"),
    IRREGULAR("felt", "feel"),
    IRREGULAR("flew", "fly"),
    IRREGULAR("flown", "fly"),
    IRREGULAR("forgot", "forget"),
    IRREGULAR("forgotten", "forget"),
    IRREGULAR("fought", "fight"),
    IRREGULAR("found", "find"),
    IRREGULAR("froze", "freeze"),
    IRREGULAR("frozen", "freeze"),
    IRREGULAR("gave", "give"),
    IRREGULAR("given", "give"),
    IRREGULAR("gone", "go"),
    IRREGULAR("grew", "grow"),
    IRREGULAR("grown", "grow"),
    IRREGULAR("heard", "hear"),
    IRREGULAR("held", "hold"),
    IRREGULAR("hid", "hide"),
    IRREGULAR("hidden", "hide"),
    IRREGULAR("hung", "hang"),
    IRREGULAR("hypotheses", "hypothesis"),
    IRREGULAR("indices", "index"),
    IRREGULAR("kept", "keep"),
    IRREGULAR("knew", "know"),
    IRREGULAR("knives", "knife"),
    IRREGULAR("known", "know"),
    IRREGULAR("learnt", "learn"),
    IRREGULAR("led", "lead"),
    IRREGULAR("lent", "lend"),
    IRREGULAR("lost", "lose"),
    IRREGULAR("made", "make"),
    IRREGULAR("matrices", "matrix"),
    IRREGULAR("meant", "mean"),
    IRREGULAR("men", "man"),
    IRREGULAR("met", "meet"),
    IRREGULAR("mice", "mouse"),
    IRREGULAR("paid", "pay"),
    IRREGULAR("people", "person"),
    IRREGULAR("ran", "run"),
    IRREGULAR("rang", "ring"),
    IRREGULAR("ridden", "ride"),
    IRREGULAR("risen", "rise"),
    IRREGULAR("rode", "ride"),
    IRREGULAR("rung", "ring"),
    IRREGULAR("said", "say"),
    IRREGULAR("sang", "sing"),
    IRREGULAR("sank", "sink"),
    IRREGULAR("sat", "sit"),
    IRREGULAR("saw", "see"),
    IRREGULAR("seen", "see"),
    IRREGULAR("sent", "send"),
    IRREGULAR("shaken", "shake"),
    IRREGULAR("shelves", "shelf"),
    IRREGULAR("shook", "shake"),
    IRREGULAR("shown", "show"),
    IRREGULAR("slept", "sleep"),
    IRREGULAR("sold", "sell"),
    IRREGULAR("spent", "spend"),
    IRREGULAR("spoke", "speak"),
    IRREGULAR("spoken", "speak"),
    IRREGULAR("stole", "steal"),
    IRREGULAR("stolen", "steal"),
    IRREGULAR("stood", "stand"),
    IRREGULAR("struck", "strike"),
    IRREGULAR("stuck", "stick"),
    IRREGULAR("sung", "sing"),
    IRREGULAR("sunk", "sink"),
    IRREGULAR("swam", "swim"),
    IRREGULAR("swept", "sweep"),
    IRREGULAR("swum", "swim"),
    IRREGULAR("taken", "take"),
    IRREGULAR("taught", "teach"),
    IRREGULAR("teeth", "tooth"),
    IRREGULAR("thought", "think"),
    IRREGULAR("threw", "throw"),
    IRREGULAR("thrown", "throw"),
    IRREGULAR("told", "tell"),
    IRREGULAR("took", "take"),
    IRREGULAR("understood", "understand"),
    IRREGULAR("vertices", "vertex"),
    IRREGULAR("went", "go"),
    IRREGULAR("wept", "weep"),
    IRREGULAR("wives", "wife"),
    IRREGULAR("woke", "wake"),
    IRREGULAR("woken", "wake"),
    IRREGULAR("wolves", "wolf"),
    IRREGULAR("women", "woman"),
    IRREGULAR("won", "win"),
    IRREGULAR("wore", "wear"),
    IRREGULAR("worn", "wear"),
    IRREGULAR("written", "write"),
    IRREGULAR("wrote", "write"),
#undef IRREGULAR
};

#define IRREGULAR_MIN 3
#define IRREGULAR_MAX 10

struct tokenizer {
    fts5_tokenizer base;
    Fts5Tokenizer *inner;
    unsigned char first[27]; /* of irregular, for each letter */
};

static void index_irregular(struct tokenizer *t)
{
    size_t row = 0;

    for (size_t c = 0; c < 26; c++) {
        while (row < ARRAY_LEN(irregular) &&
               irregular[row].form.p[0] < (char)('a' + c))
            row++;
        t->first[c] = (unsigned char)row;
    }
    t->first[26] = ARRAY_LEN(irregular);
}

/* The plain form of a word in lower case, or the word itself. */
static struct str plain(const struct tokenizer *t, struct str word)
{
    size_t letter;

    if (word.n < IRREGULAR_MIN || word.n > IRREGULAR_MAX ||
        !is_lower(word.p[0]))
        return word;
    letter = (size_t)(word.p[0] - 'a');
    for (size_t i = t->first[letter]; i < t->first[letter + 1]; i++)
        if (irregular[i].form.n == word.n &&
            memcmp(irregular[i].form.p, word.p, word.n) == 0)
            return irregular[i].base;
    return word;
}

/* Where the tokens of a part of the text go. */
struct sink {
    const struct tokenizer *t;
    void *ctx;
    token_fn fn;
    int offset; /* of the part */
};

static int forward(void *arg, int flags, const char *token, int n, int from,
                   int to)
{
    struct sink *k = arg;
    struct str word = plain(k->t, (struct str){token, (size_t)n});

    return k->fn(k->ctx, flags, word.p, (int)word.n, k->offset + from,
                 k->offset + to);
}

/* Pairs of the characters of run, which begins at `from`. */
static int put_pairs(struct sink *k, struct str run, int from, bool is_query)
{
    size_t at = 0, first = utf8_len(run), second;
    int rc = SQLITE_OK;

    for (;; at += first, first = second) {
        second = utf8_len(str_cut(run, at + first, run.n));
        if (second == 0)
            break;
        rc = k->fn(k->ctx, 0, run.p + at, (int)(first + second), from + (int)at,
                   from + (int)(at + first + second));
        if (rc != SQLITE_OK)
            return rc;
    }
    /* In a query the last one is in its pair already. */
    if (is_query && at > 0)
        return rc;
    return k->fn(k->ctx, 0, run.p + at, (int)first, from + (int)at,
                 from + (int)(at + first));
}

/* A run of full-width letters and digits that s begins with, as one token.
 * *n is its bytes. */
static int put_wide(struct sink *k, struct str s, int from, size_t *n)
{
    char word[FOLD_MAX];
    size_t len = 0;

    *n = 0;
    while (len < FOLD_MAX && (word[len] = narrow(str_cut(s, *n, s.n)))) {
        len++;
        *n += 3;
    }
    return len ? k->fn(k->ctx, 0, word, (int)len, from, from + (int)*n)
               : SQLITE_OK;
}

/* The first byte at or behind i where a character of ours may begin: all of
 * them have three bytes or more. */
static size_t next_high(struct str s, size_t i)
{
    while (i < s.n && (unsigned char)s.p[i] < 0xe0)
        i++;
    return i;
}

static int tokenize(Fts5Tokenizer *self, void *ctx, int flags, const char *text,
                    int n, token_fn fn)
{
    struct tokenizer *t = (struct tokenizer *)self;
    struct str s = {text, (size_t)(n > 0 ? n : 0)};
    struct sink k = {t, ctx, fn, 0};
    size_t from = 0, at = next_high(s, 0), run = 0, chars;
    int rc = SQLITE_OK;

    while (rc == SQLITE_OK && from < s.n) {
        while (at < s.n && !(run = unspaced_run(str_cut(s, at, s.n), &chars)) &&
               !narrow(str_cut(s, at, s.n)))
            at = next_high(s, at + 1);
        if (at > from) { /* what stands before it is unicode61's */
            k.offset = (int)from;
            rc = t->base.xTokenize(t->inner, &k, flags, text + from,
                                   (int)(at - from), forward);
            from = at;
        } else if (run) {
            rc = put_pairs(&k, str_cut(s, at, at + run), (int)at,
                           (flags & FTS5_TOKENIZE_QUERY) != 0);
            from = at + run;
            at = next_high(s, from);
        } else {
            rc = put_wide(&k, str_cut(s, at, s.n), (int)at, &run);
            from = at + run;
            at = next_high(s, from);
        }
    }
    return rc;
}

static int create(void *arg, const char **args, int n, Fts5Tokenizer **out)
{
    static const char *const fold[] = {"remove_diacritics", "2"};
    fts5_api *api = arg;
    struct tokenizer *t = sqlite3_malloc(sizeof(*t));
    const char *inner[ARRAY_LEN(fold)];
    void *data = NULL;
    int rc;

    (void)args;
    (void)n;
    if (!t)
        return SQLITE_NOMEM;
    index_irregular(t);
    memcpy(inner, fold, sizeof(inner));
    rc = api->xFindTokenizer(api, "unicode61", &data, &t->base);
    if (rc == SQLITE_OK)
        rc = t->base.xCreate(data, inner, ARRAY_LEN(inner), &t->inner);
    if (rc == SQLITE_OK)
        *out = (Fts5Tokenizer *)t;
    else
        sqlite3_free(t);
    return rc;
}

static void delete (Fts5Tokenizer *self)
{
    struct tokenizer *t = (struct tokenizer *)self;

    if (!t)
        return;
    t->base.xDelete(t->inner);
    sqlite3_free(t);
}

int tokenize_register(fts5_api *api)
{
    fts5_tokenizer t = {create, delete, tokenize};

    return api->xCreateTokenizer(api, "cmem", api, &t, NULL);
}
