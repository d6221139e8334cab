/* traits.c - see traits.h. */
#include "base/common.h"

#include "store/traits.h"

/* A longer beginning is no name. */
#define SPEAKER_BYTES 32
#define SPEAKER_WORDS 3
/* One in so many of the first words is who speaks, of a short text as of one
 * of so many words. */
#define SELF_PART  20
#define SELF_WORDS 60
#define SELF_LEAST 12
/* Headings and items of a text that is laid out. */
#define LAID_OUT_LINES 4
/* Of a long text the beginning and the end say what it is. */
#define LOOK_BYTES 16384

static const char *const time_words[] = {
    "yesterday", "today",     "tomorrow",  "tonight",  "monday",   "tuesday",
    "wednesday", "thursday",  "friday",    "saturday", "sunday",   "weekend",
    "january",   "february",  "march",     "april",    "june",     "july",
    "august",    "september", "october",   "november", "december", "ago",
    "since",     "recently",  "fortnight",
};
/* "last week", "next year", "this morning": the second word decides. */
static const char *const time_before[] = {"last", "next", "this", "past",
                                          "few",  "one",  "two",  "three",
                                          "a",    "for",  "every"};
static const char *const time_units[] = {
    "minute", "hour",    "day",     "night",   "week",      "month",
    "year",   "minutes", "hours",   "days",    "nights",    "weeks",
    "months", "years",   "morning", "evening", "afternoon", "summer",
    "winter", "spring",  "autumn",  "fall",    "decade",
};

static const char *const self_words[] = {
    "i",  "my",  "me",   "mine",  "myself", "we",  "our",
    "us", "ich", "mein", "meine", "mich",   "mir", "wir",
};
/* Sentences that begin so are meant for all time. */
static const char *const standing[] = {
    "always ",      "never ",      "from now on", "whenever ",
    "remember to ", "don't ever ", "in future,",  "in the future,",
};
static const char *const preferring[] = {
    "i prefer ",        "i'd prefer ",     "i would prefer ",
    "i really prefer ", "i much prefer ",  "i always prefer ",
    "i usually prefer", "i'd rather ",     "i would rather ",
    "my preference",    "i'd much rather",
};

static bool is_one_of(struct str w, const char *const *list, size_t n)
{
    char first = w.n ? to_lower(w.p[0]) : '\0';

    for (size_t i = 0; i < n; i++)
        if (list[i][0] == first && str_ieq(w, str_of(list[i])))
            return true;
    return false;
}

static bool is_number(struct str w)
{
    for (size_t i = 0; i < w.n; i++)
        if (!is_digit(w.p[i]))
            return false;
    return w.n > 0;
}

static bool is_year(struct str w)
{
    return w.n == 4 && is_number(w) &&
           (str_starts(w, STR("19")) || str_starts(w, STR("20")));
}

static unsigned word_traits(struct str last, struct str w)
{
    bool is_unit = is_one_of(w, time_units, ARRAY_LEN(time_units));

    if (is_one_of(w, time_words, ARRAY_LEN(time_words)) || is_year(w))
        return TRAIT_TELLS_TIME;
    if (is_unit && (is_number(last) ||
                    is_one_of(last, time_before, ARRAY_LEN(time_before))))
        return TRAIT_TELLS_TIME;
    return is_number(last) ? TRAIT_NUMBER : 0;
}

bool traits_is_self(struct str word)
{
    if (str_eqz(word, "US") || str_eqz(word, "ME")) /* a country, a state */
        return false;
    return is_one_of(word, self_words, ARRAY_LEN(self_words));
}

/* The text line by line, without code. */
struct prose {
    struct str rest;
    bool in_code;
};

static bool next_line(struct prose *p, struct str *line)
{
    while (p->rest.n && str_split(&p->rest, '\n', line)) {
        struct str s = str_trim(*line);

        if (str_starts(s, STR("```")))
            p->in_code = !p->in_code;
        else if (!p->in_code && s.n) {
            *line = s;
            return true;
        }
    }
    return false;
}

/* "# Title", "- item", "* item", "12. item", "**Bold** ...". */
static bool is_laid_out(struct str line)
{
    size_t i = 0;

    if (str_starts(line, STR("**")) || str_starts(line, STR("- ")) ||
        str_starts(line, STR("* ")))
        return true;
    while (i < line.n && line.p[i] == '#')
        i++;
    if (i == 0) {
        while (i < line.n && is_digit(line.p[i]))
            i++;
        if (i && i < line.n && line.p[i] == '.')
            i++;
        else
            return false;
    }
    return i < line.n && line.p[i] == ' ';
}

/* Words of the line that are counted, and how many of them mean who speaks. */
static void count_self(struct str line, size_t *words, size_t *self)
{
    for (size_t i = 0; i < line.n && *words < SELF_WORDS;) {
        size_t from = i;

        while (i < line.n && is_alnum(line.p[i]))
            i++;
        if (i > from) {
            (*words)++;
            *self += traits_is_self(str_cut(line, from, i));
            if (i < line.n &&
                (line.p[i] == '\'' || (unsigned char)line.p[i] >= 0x80))
                while (i < line.n && !is_space(line.p[i]))
                    i++; /* "'m", "'ve" are no words */
        } else {
            i++;
        }
    }
}

static bool has_any(struct str line, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ifind(line, str_of(list[i])) >= 0)
            return true;
    return false;
}

static bool begins(struct str s, struct str with)
{
    return str_ieq(str_cut(s, 0, with.n), with);
}

/* Does a sentence of the line begin as a rule does? */
static bool has_standing(struct str line)
{
    while (line.n) {
        size_t end = 0;

        line = str_trim(line);
        if (begins(line, STR("please ")))
            line = str_cut(line, 7, line.n);
        for (size_t i = 0; i < ARRAY_LEN(standing); i++)
            if (!begins(line, STR("never mind")) &&
                begins(line, str_of(standing[i])))
                return true;
        while (end < line.n && !strchr(".!?;", line.p[end]))
            end++;
        line = str_cut(line, end + 1, line.n);
    }
    return false;
}

/* What the text as a whole is. An article may tell its reader always to do
 * something, and what is preferred: that is advice, not a wish. */
static unsigned whole_traits(struct str text)
{
    struct prose p = {text, false};
    struct str line;
    size_t words = 0, self = 0, laid_out = 0;
    unsigned traits = 0;
    bool rather = false;

    while (next_line(&p, &line)) {
        laid_out += is_laid_out(line);
        count_self(line, &words, &self);
        if (has_standing(line))
            traits |= TRAIT_STANDING;
        if (has_any(line, preferring, ARRAY_LEN(preferring)))
            traits |= TRAIT_PREFERS;
        rather |= str_ifind(line, STR("rather than ")) >= 0;
    }
    if (laid_out >= LAID_OUT_LINES)
        traits = TRAIT_LAID_OUT;
    if (words < SELF_LEAST)
        words = SELF_LEAST;
    if (self * SELF_PART < words)
        return traits; /* "rather than" is of others then, or of things */
    if (rather && !(traits & TRAIT_LAID_OUT))
        traits |= TRAIT_PREFERS;
    return traits | TRAIT_SELF;
}

/* What trails behind the last sentence without a letter, such as a mark or a
 * number of a reference, is not part of it. */
static bool asks(struct str text)
{
    while (text.n && !is_alpha(text.p[text.n - 1]) &&
           (unsigned char)text.p[text.n - 1] < 0x80 &&
           !strchr("?!.", text.p[text.n - 1]))
        text.n--;
    return str_ends(text, STR("?"));
}

unsigned traits_of(struct str text)
{
    struct str last = STR_NONE;
    struct str speaker = speaker_of(text);
    unsigned traits;

    text = str_trim(text);
    if (speaker.n)
        text = str_trim(str_cut(text, speaker.n + 1, text.n));
    traits = whole_traits(str_cut(text, 0, LOOK_BYTES));
    if (asks(text))
        traits |= TRAIT_ASKS;
    text = str_cut(text, 0, LOOK_BYTES);
    for (size_t i = 0; i < text.n;) {
        size_t from = i;

        while (i < text.n &&
               (is_alnum(text.p[i]) || (unsigned char)text.p[i] >= 0x80))
            i++;
        if (i > from) {
            struct str w = str_cut(text, from, i);

            traits |= word_traits(last, w);
            last = w;
        } else {
            i++;
        }
    }
    return is_number(last) && !is_year(last) ? traits | TRAIT_NUMBER : traits;
}

struct str speaker_of(struct str text)
{
    ptrdiff_t colon;
    struct str name;
    size_t blanks = 0;

    text = str_trim(text);
    colon = str_chr(str_cut(text, 0, SPEAKER_BYTES), ':');
    if (colon <= 0 || (size_t)colon + 1 >= text.n ||
        !is_space(text.p[colon + 1]))
        return STR_NONE;
    name = str_cut(text, 0, (size_t)colon);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        blanks += c == ' ';
        if (!is_alnum(c) && c != ' ' && c != '-' && c != '.' && c != '\'' &&
            (unsigned char)c < 0x80)
            return STR_NONE;
    }
    return blanks < SPEAKER_WORDS ? name : STR_NONE;
}
