/* course.c - see course.h. */
#include "base/common.h"

#include "base/buf.h"
#include "search/course.h"
#include "search/stop.h"
#include "store/traits.h"

/* A longer text is a prompt, not a question. */
#define COURSE_BYTES 1024

/* Any of these asks for a course. */
static const char *const asks[] = {
    "order",    "summary",  "summarize",     "summarise",  "overview",
    "timeline", "recap",    "chronological", "chronology", "progressed",
    "evolved",  "sequence", "throughout",
};
/* Words of such questions that say nothing of their subject. */
static const char *const frame[] = {
    "order",         "summary",    "summarize",    "summarise", "overview",
    "timeline",      "recap",      "progressed",   "evolved",   "sequence",
    "chronological", "chronology", "give",         "provide",   "list",
    "tell",          "show",       "walk",         "through",   "throughout",
    "across",        "over",       "time",         "during",    "brought",
    "bring",         "up",         "mention",      "mentioned", "discussed",
    "talked",        "covered",    "conversation", "chat",      "discussion",
    "conversations", "chats",      "discussions",  "session",   "sessions",
    "messages",      "different",  "various",      "aspect",    "aspects",
    "item",          "items",      "only",         "including", "related",
    "details",       "everything", "developed",    "changed",   "comprehensive",
    "complete",      "clear",      "quick",        "brief",     "detailed",
    "short",         "recent",     "recently",     "past",      "far",
    "months",        "weeks",      "one",          "two",       "three",
    "four",          "five",       "six",          "seven",     "eight",
    "nine",          "ten",        "please",       "concepts",  "things",
    "topics",        "can",        "could",        "would",     "you",
    "first",         "then",       "finally",      "lastly",
};

static bool is_one_of(struct str w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(w, str_of(list[i])))
            return true;
    return false;
}

/* The next word: letters, digits and what stands between them in names. */
static bool next_word(struct str *rest, struct str *word)
{
    size_t i = 0, end;

    while (i < rest->n && !is_alnum(rest->p[i]) &&
           (unsigned char)rest->p[i] < 0x80)
        i++;
    for (end = i; end < rest->n && !is_space(rest->p[end]); end++)
        ;
    *rest = str_cut(*rest, i, rest->n);
    end -= i;
    *word = str_cut(*rest, 0, end);
    *rest = str_cut(*rest, end, rest->n);
    while (word->n && strchr(".,;:!?)\"'", word->p[word->n - 1]))
        word->n--;
    return word->n > 0;
}

/* "In" and "I" are words of the list, too. */
static bool is_stop(struct str w)
{
    char z[16];

    for (size_t i = 0; i < w.n && i < sizeof(z); i++)
        z[i] = w.p[i] >= 'A' && w.p[i] <= 'Z' ? (char)(w.p[i] | 0x20) : w.p[i];
    return w.n <= sizeof(z) && stop_is(STOP_ENGLISH, (struct str){z, w.n});
}

bool course_is(struct str text)
{
    bool self = false, wants = false;
    struct str rest = text, w;

    if (text.n > COURSE_BYTES)
        return false;
    while (next_word(&rest, &w)) {
        self |= traits_is_self(w);
        wants |= is_one_of(w, asks, ARRAY_LEN(asks));
    }
    return self && wants;
}

struct str course_topic(struct str text, struct arena *a)
{
    struct str rest = text, w, out;
    struct buf b;

    if (!course_is(text))
        return text;
    buf_init(&b, 2 * COURSE_BYTES);
    while (next_word(&rest, &w))
        if (!is_one_of(w, frame, ARRAY_LEN(frame)) && !is_stop(w))
            buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(w));
    out = b.len ? arena_str(a, buf_str(&b)) : text;
    buf_free(&b);
    return out;
}
