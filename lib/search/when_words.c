/* when_words.c - see when_words.h. */
#include "base/common.h"

#include "base/clock.h"
#include "search/when_words.h"

struct row {
    const char *word;
    enum when_word w;
    int v;
    bool unsure; /* also an everyday or a technical word */
};

static const struct row rows[] = {
    {"january", W_MONTH, 1, false},
    {"february", W_MONTH, 2, false},
    {"march", W_MONTH, 3, true},
    {"april", W_MONTH, 4, false},
    {"may", W_MONTH, 5, true},
    {"june", W_MONTH, 6, false},
    {"july", W_MONTH, 7, false},
    {"august", W_MONTH, 8, false},
    {"september", W_MONTH, 9, false},
    {"october", W_MONTH, 10, false},
    {"november", W_MONTH, 11, false},
    {"december", W_MONTH, 12, false},
    {"jan", W_MONTH, 1, false},
    {"feb", W_MONTH, 2, false},
    {"mar", W_MONTH, 3, true},
    {"apr", W_MONTH, 4, false},
    {"jun", W_MONTH, 6, false},
    {"jul", W_MONTH, 7, false},
    {"aug", W_MONTH, 8, false},
    {"sep", W_MONTH, 9, true},
    {"sept", W_MONTH, 9, false},
    {"oct", W_MONTH, 10, false},
    {"nov", W_MONTH, 11, false},
    {"dec", W_MONTH, 12, true},
    {"sunday", W_WEEKDAY, 0, false},
    {"monday", W_WEEKDAY, 1, false},
    {"tuesday", W_WEEKDAY, 2, false},
    {"wednesday", W_WEEKDAY, 3, false},
    {"thursday", W_WEEKDAY, 4, false},
    {"friday", W_WEEKDAY, 5, false},
    {"saturday", W_WEEKDAY, 6, false},
    {"tue", W_WEEKDAY, 2, true},
    {"wed", W_WEEKDAY, 3, true},
    {"thu", W_WEEKDAY, 4, true},
    {"thurs", W_WEEKDAY, 4, true},
    {"fri", W_WEEKDAY, 5, true},
    {"minute", W_UNIT, UNIT_MINUTE, false},
    {"minutes", W_UNIT, UNIT_MINUTE, false},
    {"hour", W_UNIT, UNIT_HOUR, false},
    {"hours", W_UNIT, UNIT_HOUR, false},
    {"day", W_UNIT, UNIT_DAY, false},
    {"days", W_UNIT, UNIT_DAY, false},
    {"week", W_UNIT, UNIT_WEEK, false},
    {"weeks", W_UNIT, UNIT_WEEK, false},
    {"month", W_UNIT, UNIT_MONTH, false},
    {"months", W_UNIT, UNIT_MONTH, false},
    {"quarter", W_UNIT, UNIT_QUARTER, false},
    {"quarters", W_UNIT, UNIT_QUARTER, false},
    {"year", W_UNIT, UNIT_YEAR, false},
    {"years", W_UNIT, UNIT_YEAR, false},
    {"spring", W_SEASON, 3, true},
    {"summer", W_SEASON, 6, false},
    {"autumn", W_SEASON, 9, false},
    {"fall", W_SEASON, 9, true},
    {"winter", W_SEASON, 12, false},
    {"q1", W_QUARTER, 1, false},
    {"q2", W_QUARTER, 2, false},
    {"q3", W_QUARTER, 3, false},
    {"q4", W_QUARTER, 4, false},
    {"today", W_TODAY, 0, false},
    {"tonight", W_TODAY, 0, false},
    {"yesterday", W_TODAY, 1, false},
    {"morning", W_DAYPART, PART_MORNING, false},
    {"afternoon", W_DAYPART, PART_AFTERNOON, false},
    {"evening", W_DAYPART, PART_EVENING, false},
    {"night", W_DAYPART, PART_NIGHT, false},
    {"weekend", W_WEEKEND, 0, false},
    {"last", W_LAST, 0, false},
    {"past", W_LAST, 1, false},
    {"previous", W_LAST, 0, false},
    {"this", W_THIS, 0, false},
    {"a", W_A, 1, false},
    {"an", W_A, 1, false},
    {"one", W_NUMBER, 1, false},
    {"two", W_NUMBER, 2, false},
    {"couple", W_NUMBER, 2, true},
    {"three", W_NUMBER, 3, false},
    {"few", W_NUMBER, 3, true},
    {"several", W_NUMBER, 4, true},
    {"four", W_NUMBER, 4, false},
    {"five", W_NUMBER, 5, false},
    {"six", W_NUMBER, 6, false},
    {"seven", W_NUMBER, 7, false},
    {"eight", W_NUMBER, 8, false},
    {"nine", W_NUMBER, 9, false},
    {"ten", W_NUMBER, 10, false},
    {"eleven", W_NUMBER, 11, false},
    {"twelve", W_NUMBER, 12, false},
    {"first", W_ORDINAL, 1, true},
    {"second", W_ORDINAL, 2, true},
    {"third", W_ORDINAL, 3, true},
    {"fourth", W_ORDINAL, 4, true},
    {"the", W_THE, 0, false},
    {"of", W_OF, 0, false},
    {"in", W_IN, 0, false},
    {"within", W_IN, 0, false},
    {"over", W_IN, 0, false},
    {"on", W_ON, 0, false},
    {"at", W_AT, 0, false},
    {"during", W_DURING, 0, false},
    {"since", W_SINCE, 0, false},
    {"before", W_BEFORE, 0, false},
    {"after", W_AFTER, 0, false},
    {"until", W_UNTIL, 0, false},
    {"till", W_UNTIL, 0, false},
    {"by", W_BY, 0, false},
    {"from", W_FROM, 0, false},
    {"to", W_TO, 0, false},
    {"through", W_TO, 0, false},
    {"between", W_BETWEEN, 0, false},
    {"and", W_AND, 0, false},
    {"as", W_AS, 0, false},
    {"ago", W_AGO, 0, false},
    {"early", W_PART, 1, false},
    {"beginning", W_PART, 1, true},
    {"start", W_PART, 1, true},
    {"mid", W_PART, 2, false},
    {"middle", W_PART, 2, true},
    {"late", W_PART, 3, false},
    {"end", W_PART, 3, true},
    {"half", W_HALF, 0, false},
    {"we", W_PRONOUN, 0, false},
    {"i", W_PRONOUN, 0, false},
    {"you", W_PRONOUN, 0, false},
    {"he", W_PRONOUN, 0, false},
    {"she", W_PRONOUN, 0, false},
    {"it", W_PRONOUN, 0, false},
    {"they", W_PRONOUN, 0, false},
    {"our", W_OUR, 0, false},
    {"my", W_OUR, 0, false},
    {"your", W_OUR, 0, false},
    {"his", W_OUR, 0, false},
    {"her", W_OUR, 0, false},
    {"their", W_OUR, 0, false},
    {"its", W_OUR, 0, false},
    {"did", W_PAST, 0, false},
    {"was", W_PAST, 0, false},
    {"were", W_PAST, 0, false},
    {"had", W_PAST, 0, false},
    {"has", W_PAST, 0, false},
    {"have", W_PAST, 0, false},
    {"happened", W_PAST, 0, false},
    {"changed", W_PAST, 0, false},
    {"what", W_ASK, 0, false},
    {"when", W_ASK, 0, false},
    {"where", W_ASK, 0, false},
    {"which", W_ASK, 0, false},
    {"who", W_ASK, 0, false},
    {"whom", W_ASK, 0, false},
    {"whose", W_ASK, 0, false},
    {"why", W_ASK, 0, false},
    {"how", W_ASK, 0, false},
};

/* What may follow "in May" without making May a part of a name. */
static const char *const light[] = {
    "about",   "again", "also",      "am",  "are",  "around", "be",
    "because", "but",   "can",       "do",  "does", "for",    "if",
    "into",    "is",    "or",        "so",  "than", "that",   "there",
    "these",   "those", "together",  "too", "up",   "when",   "will",
    "with",    "would", "according",
};

static bool classify(struct when_token *t)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].word[0] != to_lower(t->s.p[0]) ||
            !str_ieq(t->s, str_of(rows[i].word)))
            continue;
        t->w = rows[i].w;
        t->v = rows[i].v;
        t->is_unsure = rows[i].unsure;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(light); i++)
        if (str_ieq(t->s, str_of(light[i])))
            t->w = W_LIGHT;
    return t->w != W_OTHER;
}

int64_t when_day(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_isdst = -1};

    return (int64_t)mktime(&tm) * 1000;
}

/* The number that s begins with, -1 for none; *n is its digits. */
static int digits(struct str s, size_t *n)
{
    int v = 0;

    for (*n = 0; *n < s.n && is_digit(s.p[*n]); ++*n) {
        if (*n == 4)
            return -1;
        v = v * 10 + (s.p[*n] - '0');
    }
    return *n ? v : -1;
}

bool when_is_day(int y, int m, int d)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return y >= 1970 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 &&
           d <= days[m - 1] &&
           (m != 2 || d < 29 || (y % 4 == 0 && (y % 100 || y % 400 == 0)));
}

static bool set_span(struct when_token *t, int64_t from, int64_t until)
{
    t->w = W_DATE;
    t->from_ms = from;
    t->until_ms = until;
    return true;
}

/* Three numbers with `sep` between, or two. */
static size_t numbers(struct str s, char sep, int v[3], size_t width[3])
{
    size_t k = 0;

    while (k < 3) {
        v[k] = digits(s, &width[k]);
        if (v[k] < 0)
            return 0;
        s = str_cut(s, width[k], s.n);
        k++;
        if (s.n == 0)
            return k;
        if (s.p[0] != sep)
            return 0;
        s = str_cut(s, 1, s.n);
    }
    return 0;
}

/* 2026-10-01, 2026-10-01T12:00:00Z, 2026-10, 2026/10/01, 13/1/2026, 1.10.2026.
 * 3/4/2026 has two readings in the world, and is none here. */
static bool read_date(struct when_token *t, int64_t now)
{
    struct str s = t->s;
    size_t width[3], n;
    int64_t ms;
    int v[3];

    n = numbers(s, '-', v, width);
    if (n == 0 && s.n > 10 && s.p[4] == '-' && clock_parse(s, now, &ms) == 0)
        return set_span(t, ms, ms + 60000);
    if (n == 0)
        n = numbers(s, '/', v, width);
    if (n == 0) {
        n = numbers(s, '.', v, width);
        if (n != 3 || width[2] != 4 || !when_is_day(v[2], v[1], v[0]))
            return false; /* a version */
        return set_span(t, when_day(v[2], v[1], v[0]),
                        when_day(v[2], v[1], v[0] + 1));
    }
    if (width[0] == 4 && n == 3 && when_is_day(v[0], v[1], v[2]))
        return set_span(t, when_day(v[0], v[1], v[2]),
                        when_day(v[0], v[1], v[2] + 1));
    if (width[0] == 4 && n == 2 && width[1] == 2 && s.p[4] == '-' &&
        v[0] >= 1970 && v[0] <= 2100 && when_is_day(v[0], v[1], 1))
        return set_span(t, when_day(v[0], v[1], 1),
                        when_day(v[0], v[1] + 1, 1));
    if (n != 3 || width[2] != 4)
        return false;
    if (v[0] > 12 && when_is_day(v[2], v[1], v[0]))
        return set_span(t, when_day(v[2], v[1], v[0]),
                        when_day(v[2], v[1], v[0] + 1));
    if (v[1] > 12 && when_is_day(v[2], v[0], v[1]))
        return set_span(t, when_day(v[2], v[0], v[1]),
                        when_day(v[2], v[0], v[1] + 1));
    return false;
}

static void read_number(struct when_token *t, int64_t now)
{
    size_t n;
    int v = digits(t->s, &n);
    struct str rest = str_cut(t->s, n, t->s.n);

    if (v > 0 && rest.n == 0) {
        t->w = W_NUMBER;
        t->v = v;
    } else if (v > 0 && v <= 31 &&
               (str_ieq(rest, STR("st")) || str_ieq(rest, STR("nd")) ||
                str_ieq(rest, STR("rd")) || str_ieq(rest, STR("th")))) {
        t->w = W_ORDINAL;
        t->v = v;
    } else {
        read_date(t, now);
    }
}

/* U+2000 to U+206F are dashes, quotes and blanks, three bytes each. */
static bool is_punct_at(struct str s, size_t i)
{
    return i + 2 < s.n && (unsigned char)s.p[i] == 0xe2 &&
           ((unsigned char)s.p[i + 1] == 0x80 ||
            (unsigned char)s.p[i + 1] == 0x81);
}

static bool is_letter_at(struct str s, size_t i)
{
    return i < s.n && (is_alnum(s.p[i]) ||
                       ((unsigned char)s.p[i] >= 0x80 && !is_punct_at(s, i)));
}

/* Bytes of an apostrophe at i: ' or U+2019. */
static size_t apostrophe(struct str s, size_t i)
{
    if (i < s.n && s.p[i] == '\'')
        return 1;
    return is_punct_at(s, i) && (unsigned char)s.p[i + 1] == 0x80 &&
                   (unsigned char)s.p[i + 2] == 0x99
               ? 3
               : 0;
}

static bool joins(char c)
{
    return c != '\0' && strchr("_./:@\\+-#", c) != NULL;
}

/* "mid-March" and "early-2026" are two words, other hyphens join. */
static bool is_part_word(struct str s)
{
    return str_ieq(s, STR("mid")) || str_ieq(s, STR("early")) ||
           str_ieq(s, STR("late"));
}

/* End of the word that begins at i. */
static size_t word_end(struct str s, size_t i)
{
    size_t from = i;

    for (;;) {
        while (is_letter_at(s, i))
            i++;
        if (i + 1 >= s.n || !joins(s.p[i]) || !is_letter_at(s, i + 1) ||
            (s.p[i] == '-' && is_part_word(str_cut(s, from, i))))
            return i;
        i++;
    }
}

/* Is the word at [from, end) a piece of something longer? */
static bool is_glued(struct str q, size_t from, size_t end)
{
    char before = from ? q.p[from - 1] : ' ';
    char after = end < q.n ? q.p[end] : ' ';

    if (before == '-' && from > 1 && is_letter_at(q, from - 2))
        before = ' '; /* the hyphen of "mid-March" */
    return (before != ' ' && strchr("-/_.\\@$#:*<=+", before)) ||
           (after != ' ' && strchr("(=*_/\\", after)) ||
           (after == '.' && end + 1 < q.n && q.p[end + 1] == '*');
}

/* The end of what is quoted from i on; i when nothing is. */
static size_t quoted_end(struct str q, size_t i)
{
    ptrdiff_t close;

    if (q.p[i] != '"' && q.p[i] != '`')
        return i;
    close = str_chr(str_cut(q, i + 1, q.n), q.p[i]);
    return close < 0 ? i : i + (size_t)close + 2;
}

static size_t take_word(struct str q, size_t i, struct when_text *x)
{
    struct when_token *t = &x->t[x->n++];
    size_t end = word_end(q, i), mark;

    t->s = str_cut(q, i, end);
    t->is_capital = is_upper(t->s.p[0]);
    mark = apostrophe(q, end);
    if (mark && end + mark < q.n && to_lower(q.p[end + mark]) == 's' &&
        !is_letter_at(q, end + mark + 1)) {
        t->has_s = true;
        end += mark + 1;
    } else if (mark && is_letter_at(q, end + mark)) {
        t->w = W_OTHER; /* didn't */
        return word_end(q, end + mark);
    }
    if (is_glued(q, i, end))
        return end;
    if (is_digit(t->s.p[0]))
        read_number(t, x->now_ms);
    else
        classify(t);
    return end;
}

static void find_past(struct when_text *x)
{
    bool asks = false, past = false;

    for (size_t i = 0; i < x->n; i++) {
        asks |= x->t[i].w == W_ASK || (i == 0 && x->t[i].w == W_PAST);
        past |= x->t[i].w == W_PAST;
    }
    x->asks_past = asks && past;
}

void when_words(struct str query, int64_t now_ms, struct when_text *out)
{
    time_t now = (time_t)(now_ms / 1000);
    size_t i = 0;

    memset(out, 0, sizeof(*out));
    out->now_ms = now_ms;
    localtime_r(&now, &out->now);
    while (i < query.n && out->n < WHEN_TOKENS) {
        size_t end = quoted_end(query, i);

        if (end > i) {
            out->t[out->n].s = str_cut(query, i, end);
            out->n++;
            i = end;
        } else if (is_letter_at(query, i)) {
            i = take_word(query, i, out);
        } else {
            if (out->n && strchr(",.;:?!()", query.p[i]) && query.p[i])
                out->t[out->n - 1].ends = true;
            i += is_punct_at(query, i) ? 3 : 1;
        }
    }
    find_past(out);
}

bool when_is(const struct when_text *x, size_t i, const char *word)
{
    return i < x->n && str_ieq(x->t[i].s, str_of(word));
}
