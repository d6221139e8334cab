/* tokens.c - see tokens.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "embed/tokens.h"

enum token_char {
    CHAR_WORD,
    CHAR_GONE,
    CHAR_SPACE,
    CHAR_PUNCT,
    CHAR_IDEOGRAPH,
};

#include "embed/tokens_unicode.h"

static enum token_char ascii_kind(uint32_t cp)
{
    if (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r')
        return CHAR_SPACE;
    if (cp < ' ' || cp == 0x7f)
        return CHAR_GONE;
    return is_alnum((char)cp) ? CHAR_WORD : CHAR_PUNCT;
}

static enum token_char char_kind(uint32_t cp)
{
    size_t low = 0, high = ARRAY_LEN(char_kinds);

    if (cp < 0x80)
        return ascii_kind(cp);
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (cp > char_kinds[mid].last)
            low = mid + 1;
        else if (cp < char_kinds[mid].first)
            high = mid;
        else
            return char_kinds[mid].kind;
    }
    return CHAR_WORD;
}

/* A Hangul syllable is its two or three letters, by the standard's formula. */
static size_t split_hangul(uint32_t cp, uint32_t out[4])
{
    uint32_t s = cp - 0xac00;

    out[0] = 0x1100 + s / (21 * 28);
    out[1] = 0x1161 + s % (21 * 28) / 28;
    out[2] = 0x11a7 + s % 28;
    return s % 28 ? 3 : 2;
}

static size_t split_listed(uint32_t cp, uint32_t out[4])
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(char_splits); i++) {
        if (char_splits[i].cp != cp)
            continue;
        while (n < 4 && char_splits[i].to[n]) {
            out[n] = char_splits[i].to[n];
            n++;
        }
        return n;
    }
    out[0] = cp;
    return 1;
}

/* Decomposed, without marks, in lower case. */
static size_t char_form(uint32_t cp, uint32_t out[4])
{
    size_t low = 0, high = ARRAY_LEN(char_moves);

    out[0] = cp;
    if (cp < 0x80) {
        out[0] = (uint32_t)to_lower((char)cp);
        return 1;
    }
    if (cp >= 0xac00 && cp <= 0xd7a3)
        return split_hangul(cp, out);
    if (cp >= 0xf900 && cp - 0xf900 < ARRAY_LEN(ideographs_f900)) {
        out[0] = ideographs_f900[cp - 0xf900];
        return 1;
    }
    if (cp >= 0x2f800 && cp - 0x2f800 < ARRAY_LEN(ideographs_2f800)) {
        out[0] = ideographs_2f800[cp - 0x2f800];
        return 1;
    }
    while (low < high) { /* the last row that begins at cp or before */
        size_t mid = (low + high) / 2;

        if (char_moves[mid].first <= cp)
            low = mid + 1;
        else
            high = mid;
    }
    if (low > 0 && cp <= char_moves[low - 1].last) {
        uint32_t from_first = cp - char_moves[low - 1].first;

        if (from_first % char_moves[low - 1].step == 0)
            out[0] = (uint32_t)((int32_t)cp + char_moves[low - 1].delta);
        return 1;
    }
    return split_listed(cp, out);
}

/* A character as words see it. */
struct part {
    uint32_t cp;
    enum token_char kind;
    size_t from, to;
};

/* The next one that is not taken out; false at the end. */
static bool part_next(struct token_words *w, struct part *out)
{
    while (w->rest_len == 0) {
        struct str left = str_cut(w->text, w->at, w->text.n);
        enum token_char kind;
        uint32_t cp = 0;
        size_t n;

        if (left.n == 0)
            return false;
        n = utf8_decode(left, &cp);
        if (n == 0) { /* becomes U+FFFD, which is taken out */
            w->at++;
            continue;
        }
        kind = char_kind(cp);
        w->rest_from = w->at;
        w->rest_to = w->at + n;
        w->at += n;
        if (kind == CHAR_GONE)
            continue;
        if (kind == CHAR_SPACE || kind == CHAR_IDEOGRAPH) {
            uint32_t form[4] = {cp, 0, 0, 0};

            if (kind == CHAR_IDEOGRAPH)
                char_form(cp, form);
            *out = (struct part){form[0], kind, w->rest_from, w->rest_to};
            return true;
        }
        w->rest_len = char_form(cp, w->rest);
    }
    *out = (struct part){w->rest[0], char_kind(w->rest[0]), w->rest_from,
                         w->rest_to};
    w->rest_len--;
    memmove(w->rest, w->rest + 1, w->rest_len * sizeof(w->rest[0]));
    return true;
}

static void word_add(struct token_word *word, const struct part *p)
{
    char *at = word->form + word->len;
    uint32_t cp = p->cp;

    if (word->chars == 0)
        word->from = p->from;
    word->to = p->to;
    if (word->chars == TOKEN_WORD_CHARS) {
        word->too_long = true;
        return;
    }
    word->chars++;
    if (cp < 0x80) {
        at[0] = (char)cp;
        word->len += 1;
    } else if (cp < 0x800) {
        at[0] = (char)(0xc0 | cp >> 6);
        at[1] = (char)(0x80 | (cp & 0x3f));
        word->len += 2;
    } else if (cp < 0x10000) {
        at[0] = (char)(0xe0 | cp >> 12);
        at[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        at[2] = (char)(0x80 | (cp & 0x3f));
        word->len += 3;
    } else {
        at[0] = (char)(0xf0 | cp >> 18);
        at[1] = (char)(0x80 | (cp >> 12 & 0x3f));
        at[2] = (char)(0x80 | (cp >> 6 & 0x3f));
        at[3] = (char)(0x80 | (cp & 0x3f));
        word->len += 4;
    }
}

bool token_word_next(struct token_words *w, struct token_word *out)
{
    struct token_words before = *w;
    struct part p;

    out->chars = out->len = out->from = out->to = 0;
    out->too_long = false;
    while (part_next(w, &p)) {
        /* Whatever an ideograph decomposes to stays one. */
        bool alone = p.kind == CHAR_PUNCT || p.kind == CHAR_IDEOGRAPH;

        if (p.kind == CHAR_SPACE || alone) {
            if (out->chars && alone)
                *w = before; /* it is the next word */
            if (out->chars)
                return true;
        }
        if (p.kind != CHAR_SPACE)
            word_add(out, &p);
        if (alone)
            return true;
        before = *w;
    }
    return out->chars > 0;
}

/* FNV-1a, 32 bits: a prefix's hash goes on where the shorter one's ended. */
#define HASH_START 2166136261u
static uint32_t hash_on(uint32_t h, char c)
{
    return (h ^ (uint8_t)c) * 16777619u;
}

uint32_t token_hash(struct str entry)
{
    uint32_t h = HASH_START;

    for (size_t i = 0; i < entry.n; i++)
        h = hash_on(h, entry.p[i]);
    return h;
}

/* Is entry `id` prefix + s? Its place in the file may be damaged. */
static bool is_entry(const struct token_vocab *v, uint32_t id,
                     struct str prefix, struct str s)
{
    size_t from, to;

    if (id >= v->count)
        return false;
    from = v->offsets[id];
    to = v->offsets[id + 1];
    if (from > to || to > v->bytes_len || to - from != prefix.n + s.n)
        return false;
    return (prefix.n == 0 || memcmp(v->bytes + from, prefix.p, prefix.n) == 0) &&
           memcmp(v->bytes + from + prefix.n, s.p, s.n) == 0;
}

static bool find_entry(const struct token_vocab *v, uint32_t hash,
                       struct str prefix, struct str s, uint32_t *id)
{
    size_t mask = v->slots_count - 1;

    for (size_t i = 0; i < v->slots_count; i++) {
        uint32_t slot = v->slots[(hash + i) & mask];

        if (slot == 0)
            return false;
        if (is_entry(v, slot - 1, prefix, s)) {
            *id = slot - 1;
            return true;
        }
    }
    return false;
}

/* The longest entry at the beginning of s; returns its bytes of s, or 0. */
static size_t longest(const struct token_vocab *v, struct str s, bool first,
                      uint32_t *id)
{
    uint32_t hash[TOKEN_BYTES_MAX + 1];
    struct str prefix = first ? STR_NONE : STR("##");
    size_t n = s.n < TOKEN_BYTES_MAX ? s.n : TOKEN_BYTES_MAX;

    hash[0] = token_hash(prefix);
    for (size_t i = 0; i < n; i++)
        hash[i + 1] = hash_on(hash[i], s.p[i]);
    for (; n > 0; n--) {
        bool inside = n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80;

        if (!inside && find_entry(v, hash[n], prefix, str_cut(s, 0, n), id))
            return n;
    }
    return 0;
}

size_t token_pieces(const struct token_vocab *v, const struct token_word *word,
                    uint32_t *ids, size_t max)
{
    uint32_t piece[TOKEN_WORD_CHARS];
    struct str rest = {word->form, word->len};
    size_t n = 0;

    /* All of it first: a word whose end is unknown is unknown. */
    while (rest.n && !word->too_long && n < TOKEN_WORD_CHARS) {
        size_t len = longest(v, rest, n == 0, &piece[n]);

        if (len == 0)
            break;
        rest = str_cut(rest, len, rest.n);
        n++;
    }
    if (rest.n || n == 0) {
        piece[0] = TOKEN_UNKNOWN;
        n = 1;
    }
    if (n > max)
        n = max;
    if (n)
        memcpy(ids, piece, n * sizeof(ids[0]));
    return n;
}

size_t token_ids(const struct token_vocab *v, struct str text, uint32_t *ids,
                 size_t max)
{
    struct token_words w = {.text = text};
    struct token_word word;
    size_t n = 0;

    while (n < max && token_word_next(&w, &word))
        n += token_pieces(v, &word, ids + n, max - n);
    return n;
}
