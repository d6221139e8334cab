/* importance.c - see importance.h. */
#include "base/common.h"

#include "base/buf.h"
#include "compress/importance.h"

/* What the sum of all reasons adds at most. */
#define ADDED_MAX 2
/* A correction or a cause stands in the first sentences. */
#define READ_BYTES 1500

static bool has_any(struct str text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ifind(text, str_of(list[i])) >= 0)
            return true;
    return false;
}

/* The person sets something right. */
static bool corrects(const struct weigh *w)
{
    static const char *const marks[] = {
        "actually",    "that's wrong", "that is wrong", "not correct",
        "incorrect",   "i told you",   "i said ",       "as i said",
        "instead of",  "no longer",    "stop using",    "never ",
        "don't ever ", "not what i"};

    return str_eqz(w->origin, "user") &&
           has_any(w->text, marks, ARRAY_LEN(marks));
}

static bool names_cause(const struct weigh *w)
{
    static const char *const marks[] = {
        "because",   "root cause",  "caused by", "due to",
        "the cause", "reason was",  "reason is", "turned out",
        "since the", "was missing", "led to",    "which meant"};

    return str_eqz(w->type, "bugfix") &&
           has_any(w->text, marks, ARRAY_LEN(marks));
}

static bool reasoned(const struct weigh *w)
{
    static const char *const marks[] = {"because",   "rather than",
                                        "so that",   "instead of",
                                        "trade-off", "to avoid"};

    return str_eqz(w->type, "decision") &&
           has_any(w->text, marks, ARRAY_LEN(marks));
}

int importance_weigh(const struct weigh *given, struct arena *a,
                     struct str *why)
{
    struct weigh w = *given;
    int base = w.base < 1 ? 3 : w.base > 5 ? 5 : w.base, sum = base;
    struct buf b;

    w.text = str_cut(w.text, 0, READ_BYTES);
    const struct {
        bool holds;
        const char *text;
    } reasons[] = {
        {corrects(&w), "sets something right"},
        {names_cause(&w), "a fix that names its cause"},
        {reasoned(&w), "a decision with its reason"},
        {w.sessions >= IMPORTANCE_SESSIONS, "a file that many sessions change"},
    };

    buf_init(&b, 1024);
    buf_addf(&b, "%d by %.*s", base, STR_ARG(w.by.n ? w.by : STR("you")));
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (!reasons[i].holds || sum == 5 || sum - base == ADDED_MAX)
            continue;
        sum++;
        buf_addf(&b, ", +1 %s", reasons[i].text);
    }
    *why = arena_str(a, buf_str(&b));
    buf_free(&b);
    return sum;
}
