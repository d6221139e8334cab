/* traits.c - see traits.h. */
#include "base/common.h"

#include "store/traits.h"

/* A longer beginning is no name. */
#define SPEAKER_BYTES 32
#define SPEAKER_WORDS 3
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

static bool is_one_of(struct str w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(w, str_of(list[i])))
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

unsigned traits_of(struct str text)
{
    struct str last = STR_NONE;
    unsigned traits = 0;

    text = str_trim(text);
    if (str_ends(text, STR("?")))
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
