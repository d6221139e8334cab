/* reply_text.c - see reply_text.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "compress/reply_text.h"

/* Nothing that is kept is longer; what is behind it need not be cleaned. */
#define RAW_BYTES (64u * 1024u)
#define LIST_MAX  64
#define ELLIPSIS  "\xe2\x80\xa6"

/* Bytes of the first `chars` characters. */
static size_t bytes_of(struct str s, size_t chars)
{
    size_t at = 0;

    while (at < s.n && chars > 0) {
        size_t n = utf8_len(str_cut(s, at, s.n));

        at += n ? n : 1;
        chars--;
    }
    return at;
}

/* At most `chars` characters, the ellipsis among them. */
static struct str cut(struct arena *a, struct str s, size_t chars)
{
    size_t n = bytes_of(s, chars), near;

    if (n >= s.n)
        return arena_str(a, s);
    n = bytes_of(s, chars - 1);
    near = n - n / 8;
    for (size_t i = n; i > near; i--) {
        if (is_space(s.p[i])) {
            n = i;
            break;
        }
    }
    s = str_trim(str_cut(s, 0, n));
    while (s.n && strchr(",;:-(", s.p[s.n - 1]) != NULL)
        s.n--;
    return arena_fmt(a, "%.*s" ELLIPSIS, STR_ARG(s));
}

struct str reply_clean(struct arena *a, struct str s, size_t chars)
{
    struct str res;
    struct buf b;

    buf_init(&b, 4 * RAW_BYTES);
    utf8_clean_line(&b, utf8_cut(s, RAW_BYTES));
    res = cut(a, str_trim(buf_str(&b)), chars);
    buf_free(&b);
    return res;
}

static void put_scalar(struct buf *b, const struct json *j, const char *sep)
{
    struct str s = str_trim(json_str(j));

    if (s.n == 0 && !json_is_num(j))
        return;
    if (b->len)
        buf_addz(b, sep);
    if (s.n)
        buf_adds(b, utf8_cut(s, RAW_BYTES));
    else
        json_print(j, b, 0);
}

/* The text of a value, as it is. */
static void put_text(struct buf *b, const struct json *j, const char *sep)
{
    int n = 0;

    if (!json_is_array(j)) {
        put_scalar(b, j, sep);
        return;
    }
    for (const struct json *c = json_first(j); c && n < LIST_MAX;
         c = json_next(c), n++)
        put_scalar(b, c, sep);
}

struct str reply_line(struct arena *a, const struct json *j, size_t chars)
{
    struct str res;
    struct buf b;

    buf_init(&b, 2 * RAW_BYTES);
    put_text(&b, j, "; ");
    res = reply_clean(a, buf_str(&b), chars);
    buf_free(&b);
    return res;
}

struct str reply_prose(struct arena *a, const struct json *j, size_t chars)
{
    struct buf raw, clean;
    struct str res;

    buf_init(&raw, 2 * RAW_BYTES);
    buf_init(&clean, 4 * RAW_BYTES);
    put_text(&raw, j, "\n");
    utf8_clean(&clean, utf8_cut(buf_str(&raw), RAW_BYTES));
    res = cut(a, str_trim(buf_str(&clean)), chars);
    buf_free(&raw);
    buf_free(&clean);
    return res;
}

/* --- judging ----------------------------------------------------------------- */

static bool is_letter(char c)
{
    return is_alnum(c) || (unsigned char)c >= 0x80;
}

/* The next word of *rest; false at the end. */
static bool next_word(struct str *rest, struct str *word)
{
    size_t from = 0, to;

    while (from < rest->n && !is_letter(rest->p[from]))
        from++;
    to = from;
    while (to < rest->n && is_letter(rest->p[to]))
        to++;
    *word = str_cut(*rest, from, to);
    *rest = str_cut(*rest, to, rest->n);
    return word->n > 0;
}

bool reply_same_words(struct str a, struct str b)
{
    struct str x, y;
    bool more_a, more_b;

    do {
        more_a = next_word(&a, &x);
        more_b = next_word(&b, &y);
    } while (more_a && more_b && str_ieq(x, y));
    return !more_a && !more_b;
}

bool reply_says_none(struct str s)
{
    static const char *const words[] = {"",
                                        "none",
                                        "n a",
                                        "na",
                                        "null",
                                        "nothing",
                                        "no",
                                        "unknown",
                                        "tbd",
                                        "nil",
                                        "empty",
                                        "not applicable",
                                        "no notes",
                                        "none so far",
                                        "no next steps",
                                        "nothing to add",
                                        "nothing left open",
                                        "none identified"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (reply_same_words(s, str_of(words[i])))
            return true;
    return false;
}

/*
 * Patterns are words, compared whatever the case; '|' parts alternatives of
 * one place, '$' is the text's end.
 */
static const char *const filler[] = {
    /* the session as such */
    "session started|ended|begins|ends|start|end|summary|overview|log $",
    "new session $",
    "the|this session started|ended|began|focused|focuses|covered|covers|"
    "involved|consisted|consists|contained|contains",
    "the|this conversation was|covers|covered|focused|started|ended|began",
    "the|this record|stretch shows|contains|covers|ends|describes|documents",
    /* nothing happened */
    "no significant|notable|meaningful|substantive changes|work|activity|"
    "progress|information|events|findings|observations|content",
    "no changes|work|activity|observations|memories $",
    "no changes|work were|was made|done|performed|recorded",
    "nothing notable|significant|noteworthy",
    "nothing of note|interest",
    "nothing to|worth remember|remembering|record|recording|note|noting|"
    "keep|keeping|report|reporting",
    /* requests as such: what came of them is the memory */
    "the user greeted|thanked|greets|thanks",
    "user greeted|thanked|greets|thanks",
    "user request|prompt|message|question $",
    "the user asked|requested|inquired $|about|whether|if|how|what|why|where",
    "the assistant acknowledged|greeted",
    /* the model about itself and its task */
    "as an|a large|ai language|assistant|model",
    "i am|cannot|can|will|apologize|understand",
    "here is|are the json|memories|memory|observations|summary",
    "memory|memories extracted|updated|saved|stored|recorded $",
    "json object|output|reply|response $",
};

/* Does the text begin with the words of a pattern? */
static bool begins_with(struct str text, struct str pattern)
{
    struct str place, option, word;

    while (str_split(&pattern, ' ', &place)) {
        struct str options = place;
        bool fits = false, end = !next_word(&text, &word);

        while (!fits && str_split(&options, '|', &option))
            fits = str_eqz(option, "$") ? end : !end && str_ieq(option, word);
        if (!fits)
            return false;
        if (end)
            return true;
    }
    return true;
}

bool reply_is_filler(struct str s)
{
    for (size_t i = 0; i < ARRAY_LEN(filler); i++)
        if (begins_with(s, str_of(filler[i])))
            return true;
    return false;
}

struct str reply_opening_cut(struct str s)
{
    static const char *const openings[] = {
        "in|during this|the session|conversation|stretch|record",
    };

    for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
        struct str rest = s, word;

        if (!begins_with(s, str_of(openings[i])))
            continue;
        for (int k = 0; k < 3; k++)
            next_word(&rest, &word);
        /* "In the session table" speaks of something else. */
        if (rest.n > 1 && rest.p[0] == ',')
            return str_trim(str_cut(rest, 1, rest.n));
    }
    return s;
}
