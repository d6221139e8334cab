/* signature.c - see signature.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "compress/signature.h"

#define LINE_BYTES 600

/* Around a word; inside it they may belong to a name. */
static const char marks[] = "\"'`()[]{}<>,;:!?*|=";

static struct str bare(struct str w)
{
    while (w.n && strchr(marks, w.p[0]))
        w = str_cut(w, 1, w.n);
    while (w.n && (strchr(marks, w.p[w.n - 1]) || w.p[w.n - 1] == '.'))
        w = str_cut(w, 0, w.n - 1);
    return w;
}

/* "src/main.c:12:5", "src/main.c(12,5)" -> "src/main.c" */
static struct str without_place(struct str w)
{
    ptrdiff_t open = str_rchr(w, '(');

    if (open > 2 && (size_t)open + 1 < w.n && is_digit(w.p[open + 1]))
        w = str_cut(w, 0, (size_t)open);
    for (int i = 0; i < 2; i++) {
        ptrdiff_t at = str_rchr(w, ':');
        size_t k = (size_t)at + 1;

        if (at <= 0 || k >= w.n)
            return w;
        while (k < w.n && is_digit(w.p[k]))
            k++;
        if (k < w.n)
            return w;
        w = str_cut(w, 0, (size_t)at);
    }
    return w;
}

static bool is_hex(struct str w)
{
    size_t digits = 0;

    for (size_t i = 0; i < w.n; i++) {
        char c = to_lower(w.p[i]);

        if (!is_digit(c) && (c < 'a' || c > 'f') && c != '-')
            return false;
        digits += is_digit(c);
    }
    return w.n >= 7 && digits > 0;
}

/* A number, perhaps with a sign, dots, a unit: what differs each time. */
static bool varies(struct str w)
{
    size_t digits = 0, letters = 0, other = 0;

    if (str_starts(w, STR("0x")) || is_hex(w))
        return true;
    for (size_t i = 0; i < w.n; i++) {
        digits += is_digit(w.p[i]);
        letters += is_alpha(w.p[i]);
        other += !is_alnum(w.p[i]);
    }
    if (digits == 0)
        return false;
    /* "12ms", "1.5s", "10:22:01Z", "v1.2.3", "+5", "#12"; not "E0308". */
    return letters <= 2 && (is_digit(w.p[0]) || other > 0 || w.p[0] == 'v');
}

struct str signature_of(struct str line, struct arena *a)
{
    struct str rest, w, out;
    struct buf clean, b;
    size_t words = 0;

    buf_init(&clean, 8 * LINE_BYTES);
    buf_init(&b, SIGNATURE_BYTES);
    utf8_clean_line(&clean, utf8_cut(str_trim(line), LINE_BYTES));
    rest = buf_str(&clean);
    while (str_split(&rest, ' ', &w) && words < SIGNATURE_WORDS) {
        w = bare(without_place(bare(w)));
        if (str_chr(w, '/') >= 0 && str_find(w, STR("://")) < 0)
            w = bare(without_place(str_base(w)));
        if (w.n == 0 || varies(w))
            continue;
        if (b.len + w.n + 2 > SIGNATURE_BYTES)
            break;
        if (b.len)
            buf_addc(&b, ' ');
        for (size_t i = 0; i < w.n; i++)
            buf_addc(&b, to_lower(w.p[i]));
        words++;
    }
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    buf_free(&clean);
    return out;
}

static bool is_common(struct str w)
{
    static const char *const words[] = {
        "error", "errors", "failed", "fail",  "failure", "the",  "a",
        "an",    "is",     "in",     "of",    "to",      "at",   "for",
        "not",   "with",   "from",   "and",   "or",      "on",   "was",
        "be",    "this",   "that",   "code",  "exit",    "test", "expected",
        "got",   "fatal",  "cannot", "could", "line",    "no",   "by"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eqz(w, words[i]))
            return true;
    return false;
}

static double weight(struct str w)
{
    if (is_common(w))
        return 0.3;
    for (size_t i = 0; i < w.n; i++)
        if (is_digit(w.p[i]) || strchr("_-@#", w.p[i]))
            return 2;
    /* "main.c": where it happened is not what happened. */
    if (str_chr(w, '.') > 0)
        return 0.5;
    return w.n > 9 ? 1.5 : 1;
}

static bool has(struct str s, struct str word)
{
    struct str w;

    while (str_split(&s, ' ', &w))
        if (str_eq(w, word))
            return true;
    return false;
}

/* A word of s that stands there before, too: it counts once. */
static bool is_again(struct str s, struct str w)
{
    return has(str_trim(str_cut(s, 0, (size_t)(w.p - s.p))), w);
}

double signature_alike(struct str x, struct str y)
{
    double both = 0, all = 0;
    struct str rest = x, w;

    while (str_split(&rest, ' ', &w)) {
        double n = is_again(x, w) ? 0 : weight(w);

        all += n;
        if (has(y, w))
            both += n;
    }
    for (rest = y; str_split(&rest, ' ', &w);)
        if (!has(x, w) && !is_again(y, w))
            all += weight(w);
    return all > 0 ? both / all : 0;
}
