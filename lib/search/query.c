/* query.c - see query.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/names.h"
#include "base/utf8.h"
#include "search/query.h"
#include "search/stop.h"
#include "search/when_words.h"
#include "store/tokenize.h"

/* Longest query that is read: a long first prompt fits. */
#define QUERY_BYTES_MAX 8192
/* A shorter beginning would match half of the index. */
#define PREFIX_MIN 3

/* Characters of a window for scripts that write words with few letters each,
 * and how far the next one is. */
#define WINDOW      4
#define WINDOW_STEP 2

/* What holds while a query is read. */
struct reader {
    struct query *q;
    struct arena *a;
    enum stop_language lang;
    bool all; /* also stop words */
};

/* Bytes of the character at i when it is part of a word, else 0: letters and
 * digits, and all beyond ASCII but punctuation and symbols. */
static size_t word_char(struct str s, size_t i)
{
    uint32_t cp;
    size_t n;

    if ((unsigned char)s.p[i] < 0x80)
        return is_alnum(s.p[i]);
    n = utf8_decode(str_cut(s, i, s.n), &cp);
    if (n == 0)
        return 1; /* no UTF-8: FTS5 makes something of it */
    if (cp < 0xc0 || (cp >= 0x2000 && cp < 0x2c00) ||
        (cp >= 0x3000 && cp < 0x3005) || (cp >= 0x3008 && cp < 0x3031) ||
        (cp >= 0xfe10 && cp < 0xfe70) || (cp >= 0xff01 && cp < 0xff10) ||
        (cp >= 0xff1a && cp < 0xff21) || (cp >= 0xff3b && cp < 0xff41) ||
        (cp >= 0xff5b && cp < 0xff66) || (cp >= 0x1f000 && cp < 0x1fb00))
        return cp == 0xaa || cp == 0xb5 || cp == 0xba ? n : 0;
    return n;
}

static size_t char_len(struct str s, size_t i)
{
    size_t n = utf8_len(str_cut(s, i, s.n));

    return n ? n : 1;
}

/* The words of s in lower case with blanks between, as the index has them. */
static struct str words_of(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0, len;
    bool gap = false;

    for (size_t i = 0; i < s.n; i += char_len(s, i)) {
        len = word_char(s, i);
        if (!len) {
            gap = n > 0;
            continue;
        }
        if (gap)
            p[n++] = ' ';
        gap = false;
        memcpy(p + n, s.p + i, len);
        n += len;
    }
    lower_case(p, n);
    return (struct str){p, n};
}

static void unit_spell(struct unit *u, struct str phrase)
{
    if (phrase.n == 0 || u->nphrases == UNIT_PHRASES)
        return;
    for (size_t i = 0; i < u->nphrases; i++)
        if (str_eq(u->phrase[i], phrase))
            return;
    u->phrase[u->nphrases++] = phrase;
}

static bool query_has(const struct query *q, struct str phrase)
{
    for (size_t i = 0; i < q->n; i++)
        for (size_t k = 0; k < q->unit[i].nphrases; k++)
            if (str_eq(q->unit[i].phrase[k], phrase))
                return true;
    return false;
}

static void query_add(struct query *q, const struct unit *u)
{
    if (q->n < FTS_UNITS && u->nphrases && !query_has(q, u->phrase[0]))
        q->unit[q->n++] = *u;
}

static struct str joined(struct str phrase, struct arena *a)
{
    char *p = arena_alloc(a, phrase.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < phrase.n; i++)
        if (phrase.p[i] != ' ')
            p[n++] = phrase.p[i];
    return (struct str){p, n};
}

/* The spellings of a name: whole, its parts, the parts run together, and for
 * a path its last component. */
static void add_name(struct reader *r, struct str name)
{
    struct arena *a = r->a;
    struct unit u = {.text = name, .is_name = true};
    struct str whole = words_of(name, a);
    struct buf parts;

    buf_init(&parts, 2 * NAME_MAX_BYTES + 16);
    name_parts(name, &parts);
    unit_spell(&u, whole);
    unit_spell(&u, arena_str(a, buf_str(&parts)));
    buf_free(&parts);
    if (str_chr(name, '/') >= 0)
        unit_spell(&u, words_of(str_base(name), a));
    else if (str_chr(name, '.') < 0 && str_chr(name, ':') < 0)
        unit_spell(&u, joined(whole, a));
    if (name.n > 2 && to_lower(name.p[0]) == 'v' && is_digit(name.p[1]))
        unit_spell(&u, words_of(str_cut(name, 1, name.n), a));
    query_add(r->q, &u);
}

/* Does a run of one character end the words? The index has it as the beginning
 * of a pair. */
static bool ends_single(struct str words)
{
    size_t at = 0, chars = 0;

    while (at < words.n) {
        size_t run = unspaced_run(str_cut(words, at, words.n), &chars);

        at += run ? run : 1;
        if (run == 0)
            chars = 0;
    }
    return chars == 1;
}

static void add_quoted(struct reader *r, struct str text)
{
    struct unit u = {.text = text, .is_quoted = true};

    u.is_prefix = ends_single(text);
    unit_spell(&u, words_of(text, r->a));
    query_add(r->q, &u);
}

/* Words between names. */
static void add_prose(struct reader *r, struct str text)
{
    size_t i = 0, len;

    while (i < text.n) {
        size_t from = i;
        struct unit u = {0};

        while (i < text.n && (len = word_char(text, i)))
            i += len;
        if (i == from) {
            i += char_len(text, i);
            continue;
        }
        u.text = str_cut(text, from, i);
        u.is_prefix = i < text.n && text.p[i] == '*' && i - from > 1;
        unit_spell(&u, words_of(u.text, r->a));
        if (r->all || u.is_prefix || !stop_is(r->lang, u.phrase[0]))
            query_add(r->q, &u);
    }
}

/* Text of one script: names, and the prose between them. */
static void add_spaced(struct reader *r, struct str text)
{
    struct names walk = {text, 0};
    struct str name;
    size_t at = 0;

    while (names_next(&walk, &name)) {
        size_t from = (size_t)(name.p - text.p);
        size_t end = from + name.n;

        add_prose(r, str_cut(text, at, from));
        at = end;
        if (end < text.n && text.p[end] == '*') {
            struct unit u = {.text = name, .is_prefix = true};

            unit_spell(&u, words_of(name, r->a));
            query_add(r->q, &u);
        } else {
            add_name(r, name);
        }
    }
    add_prose(r, str_cut(text, at, text.n));
}

/* A piece of a run without blanks, at most WINDOW characters. A single one is
 * the beginning of a pair of the index, or its own at the end of a run. */
static void add_piece(struct reader *r, struct str piece, size_t chars)
{
    struct unit u = {.text = piece, .is_prefix = chars == 1};

    unit_spell(&u, words_of(piece, r->a));
    query_add(r->q, &u);
}

/* Characters of Chinese and Japanese that stand between words. */
static bool is_particle(struct str s)
{
    static const char particles[] = "的了吗呢吧啊们么什哪怎这那你他她它我是";

    return str_find(STR(particles), s) >= 0;
}

enum script { SCRIPT_HIRAGANA, SCRIPT_KANA, SCRIPT_LETTERS, SCRIPT_HAN };

static enum script script_of(uint32_t cp)
{
    if (cp >= 0x3041 && cp <= 0x309f)
        return SCRIPT_HIRAGANA;
    if ((cp >= 0x30a1 && cp <= 0x30ff) || (cp >= 0xff66 && cp <= 0xff9f))
        return SCRIPT_KANA;
    return cp < 0x1100 || (cp >= 0x1780 && cp < 0x2000) ? SCRIPT_LETTERS
                                                        : SCRIPT_HAN;
}

/* The pieces of a stretch of one script: pairs, or windows of alphabets. */
static void add_stretch(struct reader *r, struct str s, bool letters)
{
    size_t width = letters ? WINDOW : 2, step = letters ? WINDOW_STEP : 1;
    size_t at = 0, chars = 0;

    for (size_t i = 0; i < s.n; i += utf8_len(str_cut(s, i, s.n)))
        chars++;
    for (;; chars -= step) {
        size_t end = at, take = chars < width ? chars : width;

        for (size_t k = 0; k < take; k++)
            end += utf8_len(str_cut(s, end, s.n));
        add_piece(r, str_cut(s, at, end), take);
        if (chars <= width)
            break;
        for (size_t k = 0; k < step; k++)
            at += utf8_len(str_cut(s, at, s.n));
    }
}

/*
 * A run of a script without blanks. The words in it are not known: it is taken
 * apart where the script changes and at particles, and the rest into pairs.
 * Hiragana between other scripts is grammar.
 */
static void add_unspaced(struct reader *r, struct str run)
{
    bool only_hiragana = true;
    size_t at = 0, n = 0;
    uint32_t cp;

    for (size_t i = 0; i < run.n; i += n) {
        n = utf8_decode(str_cut(run, i, run.n), &cp);
        only_hiragana &= script_of(cp) == SCRIPT_HIRAGANA;
    }
    while (at < run.n) {
        size_t end = at;
        enum script script = SCRIPT_HAN;

        while (end < run.n) {
            struct str c = str_cut(run, end, run.n);

            c.n = utf8_decode(c, &cp);
            if (!r->all && is_particle(c))
                break;
            if (end > at && script_of(cp) != script)
                break;
            script = script_of(cp);
            end += c.n;
        }
        if (end > at && (only_hiragana || r->all || script != SCRIPT_HIRAGANA))
            add_stretch(r, str_cut(run, at, end), script == SCRIPT_LETTERS);
        if (end == at) /* a particle */
            end += utf8_len(str_cut(run, at, run.n));
        at = end;
    }
}

/* Text without quotation marks. */
static void add_text(struct reader *r, struct str text)
{
    size_t from = 0, i = 0, chars;

    while (i < text.n) {
        size_t run = (unsigned char)text.p[i] < 0xe0
                         ? 0
                         : unspaced_run(str_cut(text, i, text.n), &chars);

        if (run == 0) {
            i++;
            continue;
        }
        add_spaced(r, str_cut(text, from, i));
        add_unspaced(r, str_cut(text, i, i + run));
        from = i = i + run;
    }
    add_spaced(r, str_cut(text, from, text.n));
}

static const char *const months[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};

/* "7 May", "May 7th", "the 7th of May": written in any of these ways, and as
 * in 2023-05-07. */
static void add_day(struct reader *r, struct str text, int month, int day)
{
    const char *m = months[month - 1];
    const char *th = day % 10 == 1 && day != 11   ? "st"
                     : day % 10 == 2 && day != 12 ? "nd"
                     : day % 10 == 3 && day != 13 ? "rd"
                                                  : "th";
    struct unit u = {.text = text};

    unit_spell(&u, arena_fmt(r->a, "%s %d", m, day));
    unit_spell(&u, arena_fmt(r->a, "%d %s", day, m));
    unit_spell(&u, arena_fmt(r->a, "%s %d%s", m, day, th));
    unit_spell(&u, arena_fmt(r->a, "%d%s %s", day, th, m));
    unit_spell(&u, arena_fmt(r->a, "%d%s of %s", day, th, m));
    unit_spell(&u, arena_fmt(r->a, "%.3s %d", m, day));
    unit_spell(&u, arena_fmt(r->a, "%02d %02d", month, day));
    query_add(r->q, &u);
}

static bool is_day_of_month(const struct when_text *x, size_t i)
{
    enum when_word w = when_at(x, i);

    return (w == W_NUMBER || w == W_ORDINAL) && is_digit(x->t[i].s.p[0]) &&
           x->t[i].s.n <= 4 && x->t[i].v <= 31;
}

/* The day that the month at i is of, or i when there is none. */
static size_t day_beside(const struct when_text *x, size_t i)
{
    if (is_day_of_month(x, i + 1))
        return i + 1;
    if (i > 1 && when_at(x, i - 1) == W_OF && is_day_of_month(x, i - 2))
        return i - 2;
    return i > 0 && is_day_of_month(x, i - 1) ? i - 1 : i;
}

static void add_days(struct reader *r, struct str text)
{
    struct when_text x;

    when_words(text, 0, &x);
    for (size_t i = 0; i < x.n; i++) {
        const struct when_token *t = &x.t[i];
        size_t day = t->w == W_MONTH ? day_beside(&x, i) : i;
        int64_t m, d;

        if (day != i && (t->is_capital || !t->is_unsure))
            add_day(r, t->s, t->v, x.t[day].v);
        if (t->w == W_DATE && t->s.n >= 10 && t->s.p[4] == '-' &&
            str_int(str_cut(t->s, 5, 7), 1, 12, &m) == 0 &&
            str_int(str_cut(t->s, 8, 10), 1, 31, &d) == 0)
            add_day(r, t->s, (int)m, (int)d);
    }
}

static void parse(struct reader *r, struct str text)
{
    add_days(r, text);
    r->lang = stop_language_of(text);
    while (text.n) {
        ptrdiff_t open = str_chr(text, '"'), close = -1;

        if (open >= 0)
            close = str_chr(str_cut(text, (size_t)open + 1, text.n), '"');
        if (close < 0) { /* no pair: an inch mark, or none at all */
            add_text(r, text);
            return;
        }
        add_text(r, str_cut(text, 0, (size_t)open));
        text = str_cut(text, (size_t)open + 1, text.n);
        add_quoted(r, str_cut(text, 0, (size_t)close));
        text = str_cut(text, (size_t)close + 1, text.n);
    }
}

void query_parse(struct str text, struct arena *a, struct query *q)
{
    struct reader r = {.q = q, .a = a};

    memset(q, 0, sizeof(*q));
    text = arena_str(a, str_cut(text, 0, QUERY_BYTES_MAX));
    parse(&r, text);
    if (q->n == 0) { /* "what was that": better these than nothing */
        r.all = true;
        parse(&r, text);
    }
}

bool query_widen(struct query *q, size_t i, struct arena *a)
{
    struct unit *u = &q->unit[i];
    struct str rest = u->phrase[0], part;
    struct unit first = {0};
    size_t chars;

    for (size_t k = 1; k < u->nphrases; k++) /* the spelling of most parts */
        if (u->phrase[k].n > rest.n)
            rest = u->phrase[k];
    if (u->is_quoted || u->is_prefix || unspaced_run(u->phrase[0], &chars))
        return false;
    if (str_chr(rest, ' ') < 0) {
        if (rest.n < PREFIX_MIN)
            return false;
        u->is_prefix = true;
        u->nphrases = 1;
        return true;
    }
    u->nphrases = 0; /* its place goes to the first part, others behind */
    while (str_split(&rest, ' ', &part)) {
        struct unit p = {.text = part};

        if (part.n < 2 || stop_is(STOP_ENGLISH, part) || query_has(q, part))
            continue;
        unit_spell(&p, part);
        if (first.nphrases)
            query_add(q, &p);
        else
            first = p;
    }
    (void)a;
    if (first.nphrases == 0) { /* all of them are asked for already */
        memmove(u, u + 1, (q->n - i - 1) * sizeof(*u));
        q->n--;
        return true;
    }
    *u = first;
    return true;
}

void query_instead(struct query *q, size_t i, const struct str *words, size_t n)
{
    struct unit *u = &q->unit[i];

    u->nphrases = 0;
    u->is_prefix = false;
    for (size_t k = 0; k < n; k++)
        unit_spell(u, words[k]);
}

static size_t put_unit(const struct unit *u, size_t room, struct buf *b)
{
    size_t n = 0;

    for (size_t k = 0; k < u->nphrases && n < room; k++, n++)
        buf_addf(b, "%s\"%.*s\"%s", b->len ? " OR " : "", STR_ARG(u->phrase[k]),
                 u->is_prefix ? " *" : "");
    return n;
}

void query_match(const struct query *q, struct arena *a, struct str *match,
                 struct str *map)
{
    char units[FTS_PHRASES];
    size_t n = 0;
    struct buf b;

    /* A phrase is a slice of the query; five spellings of each at most. */
    buf_init(&b, 8 * QUERY_BYTES_MAX + 16 * FTS_PHRASES);
    for (size_t i = 0; i < q->n; i++) {
        size_t put = put_unit(&q->unit[i], FTS_PHRASES - n, &b);

        memset(units + n, (int)(FTS_UNIT_0 + i), put);
        n += put;
    }
    *match = arena_str(a, buf_str(&b));
    *map = arena_str(a, (struct str){units, n});
    buf_free(&b);
}

struct str unit_match(const struct unit *u, struct arena *a)
{
    struct str match;
    struct buf b;

    buf_init(&b, 8 * QUERY_BYTES_MAX);
    put_unit(u, UNIT_PHRASES, &b);
    match = arena_str(a, buf_str(&b));
    buf_free(&b);
    return match;
}
