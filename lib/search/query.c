/* query.c - see query.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/names.h"
#include "search/query.h"

/* Longest query that is read: a long first prompt fits. */
#define QUERY_BYTES_MAX 8192
/* A shorter beginning would match half of the index. */
#define PREFIX_MIN 3

/* Words that carry no subject in English questions and commit messages. */
static const char *const stop_words[] = {
    "a",      "about",  "after", "all",   "also",  "am",     "an",    "and",
    "any",    "are",    "as",    "at",    "be",    "been",   "being", "but",
    "by",     "can",    "could", "d",     "did",   "do",     "does",  "doing",
    "don",    "done",   "for",   "from",  "get",   "got",    "had",   "has",
    "have",   "having", "he",    "her",   "hers",  "him",    "his",   "how",
    "i",      "if",     "in",    "into",  "is",    "it",     "its",   "just",
    "let",    "ll",     "m",     "may",   "me",    "might",  "my",    "no",
    "nor",    "not",    "now",   "of",    "on",    "or",     "our",   "ours",
    "please", "re",     "s",     "shall", "she",   "should", "so",    "some",
    "such",   "t",      "than",  "that",  "the",   "their",  "them",  "then",
    "there",  "these",  "they",  "this",  "those", "to",     "too",   "us",
    "ve",     "very",   "was",   "we",    "were",  "what",   "when",  "where",
    "which",  "while",  "who",   "whom",  "why",   "will",   "with",  "would",
    "you",    "your",   "yours",
};

static bool is_word_byte(char c)
{
    return is_alnum(c) || (unsigned char)c >= 0x80;
}

static bool is_stop_word(struct str w)
{
    for (size_t i = 0; i < ARRAY_LEN(stop_words); i++)
        if (str_eqz(w, stop_words[i]))
            return true;
    return false;
}

/* Scripts that write no blanks: the tokenizer makes a whole run one word, so
 * only its beginning can be found. U+2E80 and above begin with these bytes. */
static bool is_unspaced(struct str w)
{
    for (size_t i = 0; i < w.n; i++) {
        unsigned char c = (unsigned char)w.p[i];

        if (c == 0xe2 && i + 1 < w.n && (unsigned char)w.p[i + 1] >= 0xba)
            return true;
        if (c >= 0xe3 && c <= 0xed)
            return true;
    }
    return false;
}

/* The words of s in lower case with blanks between, as the index has them. */
static struct str words_of(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    bool gap = false;

    for (size_t i = 0; i < s.n; i++) {
        if (!is_word_byte(s.p[i])) {
            gap = n > 0;
            continue;
        }
        if (gap)
            p[n++] = ' ';
        gap = false;
        p[n++] = to_lower(s.p[i]);
    }
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
static void add_name(struct query *q, struct str name, struct arena *a)
{
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
    query_add(q, &u);
}

static void add_quoted(struct query *q, struct str text, struct arena *a)
{
    struct unit u = {.text = text, .is_quoted = true};

    unit_spell(&u, words_of(text, a));
    query_add(q, &u);
}

/* Words between names. */
static void add_prose(struct query *q, struct str text, bool all,
                      struct arena *a)
{
    size_t i = 0;

    while (i < text.n) {
        size_t from = i;
        struct unit u = {0};

        while (i < text.n && is_word_byte(text.p[i]))
            i++;
        if (i == from) {
            i++;
            continue;
        }
        u.text = str_cut(text, from, i);
        u.is_prefix = (i < text.n && text.p[i] == '*' && i - from > 1) ||
                      is_unspaced(u.text);
        unit_spell(&u, words_of(u.text, a));
        if (all || u.is_prefix || !is_stop_word(u.phrase[0]))
            query_add(q, &u);
    }
}

/* Text without quotation marks: names, and the prose between them. */
static void add_text(struct query *q, struct str text, bool all,
                     struct arena *a)
{
    struct names walk = {text, 0};
    struct str name;
    size_t at = 0;

    while (names_next(&walk, &name)) {
        size_t from = (size_t)(name.p - text.p);
        size_t end = from + name.n;

        add_prose(q, str_cut(text, at, from), all, a);
        at = end;
        if (end < text.n && text.p[end] == '*') {
            struct unit u = {.text = name, .is_prefix = true};

            unit_spell(&u, words_of(name, a));
            query_add(q, &u);
        } else {
            add_name(q, name, a);
        }
    }
    add_prose(q, str_cut(text, at, text.n), all, a);
}

static void parse(struct str text, bool all, struct arena *a, struct query *q)
{
    while (text.n) {
        ptrdiff_t open = str_chr(text, '"'), close = -1;

        if (open >= 0)
            close = str_chr(str_cut(text, (size_t)open + 1, text.n), '"');
        if (close < 0) { /* no pair: an inch mark, or none at all */
            add_text(q, text, all, a);
            return;
        }
        add_text(q, str_cut(text, 0, (size_t)open), all, a);
        text = str_cut(text, (size_t)open + 1, text.n);
        add_quoted(q, str_cut(text, 0, (size_t)close), a);
        text = str_cut(text, (size_t)close + 1, text.n);
    }
}

void query_parse(struct str text, struct arena *a, struct query *q)
{
    query_parse_beside(text, STR_NONE, a, q);
}

void query_parse_beside(struct str text, struct str out, struct arena *a,
                        struct query *q)
{
    struct str whole = arena_str(a, str_cut(text, 0, QUERY_BYTES_MAX));
    size_t from = out.n ? (size_t)(out.p - text.p) : 0;

    memset(q, 0, sizeof(*q));
    if (out.n && from + out.n <= whole.n) {
        char *blanked = arena_alloc(a, whole.n + 1);

        memcpy(blanked, whole.p, whole.n);
        memset(blanked + from, ' ', out.n);
        parse((struct str){blanked, whole.n}, false, a, q);
    }
    if (q->n == 0)
        parse(whole, false, a, q);
    if (q->n == 0) /* "what was that": better these than nothing */
        parse(whole, true, a, q);
}

bool query_widen(struct query *q, size_t i, struct arena *a)
{
    struct unit *u = &q->unit[i];
    struct str rest = u->phrase[0], part;
    struct unit first = {0};

    for (size_t k = 1; k < u->nphrases; k++) /* the spelling of most parts */
        if (u->phrase[k].n > rest.n)
            rest = u->phrase[k];
    if (u->is_quoted || u->is_prefix)
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

        if (part.n < 2 || is_stop_word(part) || query_has(q, part))
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
