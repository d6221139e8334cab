/* rules_said.c - what assistants say: see rules_said.h. */
#include "base/common.h"

#include "compress/rules_phrase.h"
#include "compress/rules_said.h"
#include "compress/rules_text.h"

/* A shorter sentence says too little. */
#define SENTENCE_MIN 24

static const struct phrase finding[] = {
    {"root cause", 5},
    {"turns out", 5},
    {"the problem is ", 3},
    {"the problem was ", 4},
    {"the problem:", 4},
    {"the issue is ", 3},
    {"the issue was ", 4},
    {"the issue:", 4},
    {"the bug is ", 4},
    {"the bug was ", 5},
    {"the bug:", 4},
    {"the reason ", 3},
    {"because ", 3},
    {"caused by ", 3},
    {"due to ", 2},
    {"this means ", 2},
    {"which means ", 2},
    {"i found that ", 3},
    {"fails when ", 3},
    {"failed because ", 4},
    {" was missing", 3},
    {" were missing", 3},
    {" is missing", 2},
    {" was not ", 1},
    {" wasn't ", 2},
    {" never ", 2},
    {" isn't ", 1},
    {" doesn't ", 2},
    {" does not ", 2},
    {" silently ", 3},
    {"race condition", 4},
    {"regression", 3},
    {"circular ", 3},
    {"import cycle", 3},
    {"key insight", 5},
    {"gotcha", 3},
    {"caveat", 4},
    {"note that ", 2},
    {"important:", 3},
    {"confirmed:", 3},
    {"that's why ", 4},
    {" only when ", 2},
    {" even though ", 2},
    {" regardless of ", 2},
    {" unless ", 1},
    {" already ", 1},
    {" requires ", 2},
    {" depends on ", 2},
    {"pre-existing", 2},
    {"is gitignored", 3},
    {" was using ", 2},
    {" instead of ", 1},
    {" still ", 1},
    {" breaks ", 2},
    {" dead code", 3},
    {" overwrit", 2},
    {" is responsible for ", 3},
    {" is used by ", 2},
    {" is called ", 1},
    {" is stored ", 2},
    {" are stored ", 2},
    {" is created ", 1},
    {" lives in ", 2},
    {" in contrast", 2},
    {" by default", 2},
    {"not supported", 3},
    {" hardcoded", 3},
    {" deprecated", 2},
};

static const struct phrase decision[] = {
    {"decided ", 5},
    {"decision", 4},
    {" chose ", 4},
    {" go with ", 3},
    {"going with ", 4},
    {"trade-off", 4},
    {"tradeoff", 4},
    {" in favor of ", 4},
    {" opted ", 4},
    {"deliberately ", 4},
    {"intentionally ", 4},
    {" is intentional", 4},
    {"by design", 4},
    {"out of scope", 4},
    {"for consistency", 3},
    {"backward compat", 2},
    {"backwards compat", 2},
    {" rather than ", 3},
    {" instead of ", 2},
    {" so that ", 2},
    {"simplest approach", 3},
    {"cleanest ", 3},
    {" i recommend ", 3},
    {"recommendation:", 4},
    {" kept ", 2},
    {" no longer ", 2},
    {"we agreed", 4},
    {"single source of truth", 3},
    {"source of truth", 3},
    {" on purpose", 4},
    {" matches the existing ", 3},
    {"convention", 2},
};

static const struct phrase against[] = {
    {" i think ", -3},
    {" maybe ", -5},
    {" might ", -3},
    {" likely", -3},
    {" probably", -4},
    {" perhaps ", -4},
    {" could ", -2},
    {" would ", -2},
    {" you can ", -4},
    {" if you ", -4},
    {" you want ", -5},
    {" you'd ", -5},
    {" i'll ", -8},
    {" i will ", -8},
    {" i need to ", -8},
    {" i should ", -8},
    {" i can ", -4},
    {" let me ", -12},
    {" let's ", -8},
    {" we need to ", -4},
    {" we can ", -3},
    {" need to check", -6},
    {" to understand ", -3},
    {" want me ", -12},
    {" should i ", -12},
    {" would you ", -12},
    {" you're right", -6},
    {" wait", -8},
    {" hmm", -8},
    {" looks like ", -2},
    {" seems ", -2},
    {" appears to ", -2},
    {" i see ", -3},
    {" as requested", -4},
    {" your ", -2},
    {" you ", -1},
    {" to verify", -3},
    {" to see ", -3},
    {" review comment", -2},
    {" pr comment", -3},
    {" step 1", -2},
    {" test file ", -1},
    {" should ", -2},
    {" - cleanest", -4},
};

static const char *const talk_starts[] = {
    "let me",       "let's",     "now ",        "next",       "first,",
    "i'll",         "i will",    "i'm ",        "i am ",      "i need",
    "i see",        "wait",      "hmm",         "actually,",  "okay",
    "ok,",          "good",      "great",       "perfect",    "excellent",
    "here's",       "here is",   "here are",    "looking at", "you're",
    "sure",         "yes, i",    "would you",   "want me",    "should i",
    "do you",       "does this", "shall i",     "what ",      "how ",
    "which ",       "any ",      "then ",       "i can",      "i could",
    "i would",      "i'd",       "to fix",      "checking",   "reading",
    "running",      "done",      "all tests",   "thanks",     "thank",
    "sorry",        "apolog",    "for example", "e.g.",       "try ",
    "i understand", "i have ",   "see ",        "option ",    "you ",
    "no response",  "current:",  "expected:",   "also ",      "but ",
    "and ",         "so ",       "or ",         "note: i",    "using ",
    "this is a ",   "pros",      "cons",        "good point", "right",
    "exactly",      "correct",   "got it",      "i'd ",       "is there ",
    "are there ",   "can you ",  "could you",   "test ",      "step ",
    "ready to ",    "yes,",      "scenario",    "when ",      "if ",
};

/* First words of what was done. */
static const char *const done_verbs[] = {
    "added",      "fixed",        "updated",     "moved",      "removed",
    "renamed",    "created",      "implemented", "extracted",  "refactored",
    "replaced",   "changed",      "merged",      "reverted",   "made",
    "wired",      "switched",     "converted",   "introduced", "simplified",
    "deleted",    "documented",   "bumped",      "configured", "enabled",
    "disabled",   "rewrote",      "split",       "unified",    "consolidated",
    "wrapped",    "resolved",     "cleaned",     "dropped",    "exposed",
    "propagated", "inverted",     "installed",   "published",  "migrated",
    "improved",   "redesigned",   "swapped",     "restored",   "integrated",
    "eliminated", "applied",      "upgraded",    "set up",     "set ",
    "addressed",  "deduplicated", "hid ",        "stripped",   "wrote",
};

static bool is_done_verb(struct str lower)
{
    return phrase_starts(lower, done_verbs, ARRAY_LEN(done_verbs));
}

/* "I've added", "The change is done", "X now does Y" */
static int result_score(struct str lower)
{
    static const char *const i_did[] = {"i've ", "i have ", "i just ", "i "};
    static const struct phrase now[] = {
        {" now ", 4},        {" has been ", 4},     {" have been ", 4},
        {" is complete", 3}, {" is now ", 1},       {" are now ", 1},
        {" is done", 2},     {" successfully ", 2}, {" was added", 3},
        {" was fixed", 3},
    };
    struct str s = str_cut(lower, 1, lower.n);

    if (is_done_verb(lower))
        return 6;
    for (size_t i = 0; i < ARRAY_LEN(i_did); i++) {
        struct str p = str_of(i_did[i]);

        /* text_lower put a blank in front: keep one for the verb. */
        if (str_starts(s, p) && is_done_verb(str_cut(s, p.n - 1, s.n)))
            return 6;
    }
    return phrase_weigh(lower, now, ARRAY_LEN(now));
}

/* Does the heading say that what stands below is still to be done? */
static bool heads_remains(struct str heading)
{
    static const char *const heads[] = {
        "next step",   "remaining", "left to",       "todo",
        "to do",       "follow-up", "open question", "open item",
        "what's left", "not done",  "manual step",   "what's next"};
    char tmp[128];
    struct str h = text_lower(heading, tmp, sizeof(tmp));

    if (heading.n == 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (str_find(h, str_of(heads[i])) >= 0)
            return true;
    return str_eqz(str_trim(h), "next");
}

static int remains_score(struct str lower)
{
    static const struct phrase left[] = {
        {" still need", 5},        {" remaining", 3},
        {" remains to", 5},        {" not yet ", 4},
        {" next step", 4},         {" left to do", 5},
        {" follow-up", 4},         {" todo", 4},
        {" haven't committed", 6}, {" not committed", 3},
        {" uncommitted", 3},       {" ready for the ", 3},
        {" will need to ", 4},     {" you'll need to ", 5},
        {" out of scope", 2},      {" in a separate pr", 4},
        {" future work", 5},       {" once you ", 3},
        {" yet to ", 4},           {" before merging", 4},
    };

    return phrase_weigh(lower, left, ARRAY_LEN(left));
}

/* What the heading says about the sentences below it. */
static int heading_bonus(struct str heading)
{
    static const struct phrase heads[] = {
        {"root cause", 4}, {"problem", 3},    {"issue", 2},
        {"cause", 3},      {"finding", 3},    {"the fix", 3},
        {"decision", 3},   {"bug", 3},        {"why", 3},
        {"conclusion", 4}, {"key ", 2},       {"option", -6},
        {"example", -4},   {"question", -6},  {"pros", -4},
        {"cons", -4},      {"plan", -3},      {"proposal", -3},
        {"approach", -2},  {"scenario", -4},  {"usage", -3},
        {"test plan", -6}, {"next step", -6},
    };
    char tmp[128];

    if (heading.n == 0)
        return 0;
    return phrase_weigh(text_lower(heading, tmp, sizeof(tmp)), heads,
                        ARRAY_LEN(heads));
}

/* "This means ..." leans on the sentence before it. */
static int leaning(struct str lower)
{
    static const char *const starts[] = {"this ",  "it ",        "that ",
                                         "these ", "those ",     "they ",
                                         "both ",  "previously:"};

    return phrase_starts(lower, starts, ARRAY_LEN(starts)) ? -2 : 0;
}

/* How specific it is: names of code make a sentence findable. */
static int worth(struct str s)
{
    int names = text_names(s), score = names == 0 ? -3 : names - 1;

    if (s.n < 45)
        score -= 2;
    if (s.n > 280)
        score -= 1;
    return score;
}

static bool is_offer(struct str lower, struct str s)
{
    static const char *const asks[] = {
        "want me ",   "would you",    "should i",   "shall i",  "do you want",
        "ready to ",  "which ",       "does this",  "shall we", "how would you",
        "what would", "any of these", "would this", "do any"};

    return str_ends(s, STR("?")) && phrase_starts(lower, asks, ARRAY_LEN(asks));
}

/* Walks the places where a label may end ("Fix 1 - `x.go`: Changed y"): *s
 * becomes what stands behind the next one. */
static bool behind_label(struct str *s)
{
    static const char *const marks[] = {
        ": ", " - ", " \xe2\x80\x94 ", " \xe2\x80\x93 ", ":** ", " | "};
    ptrdiff_t first = -1, at;
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        at = str_find(str_cut(*s, 0, 80), str_of(marks[i]));
        if (at >= 0 && (first < 0 || at < first)) {
            first = at;
            n = (size_t)at + strlen(marks[i]);
        }
    }
    if (first < 0)
        return false;
    *s = str_cut(*s, n, s->n);
    while (s->n && s->p[0] == '*')
        *s = str_cut(*s, 1, s->n);
    return true;
}

/* "Add a test", "Create package x": a plan or a proposal, not a fact. */
static bool is_imperative(struct str lower)
{
    static const char *const verbs[] = {
        "add ",       "create ",   "update ",  "remove ",   "change ",
        "move ",      "use ",      "fix ",     "rename ",   "replace ",
        "implement ", "make ",     "extract ", "check ",    "verify ",
        "run ",       "ensure ",   "keep ",    "document ", "consider ",
        "delete ",    "set ",      "write ",   "read ",     "call ",
        "return ",    "refactor ", "modify ",  "test ",     "handle ",
        "include ",   "skip ",     "pass ",    "import ",   "leave ",
        "have "};

    return phrase_starts(lower, verbs, ARRAY_LEN(verbs));
}

bool said_takes_label(struct str *s)
{
    static const char *const labels[] = {
        "next:",       "next step:",    "next steps:",  "remaining:",
        "todo:",       "to do:",        "still to do:", "still open:",
        "left to do:", "follow-up:",    "follow-ups:",  "open:",
        "not done:",   "not yet done:", "next up:",     "remains:"};
    struct str t = *s;
    char tmp[32];
    struct str low;

    while (t.n && t.p[0] == '*')
        t = str_cut(t, 1, t.n);
    low = text_lower(str_cut(t, 0, 20), tmp, sizeof(tmp));
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        size_t n = strlen(labels[i]);

        if (!starts_with(str_cut(low, 1, low.n), labels[i]))
            continue;
        t = str_cut(t, n, t.n);
        while (t.n && (t.p[0] == '*' || is_space(t.p[0])))
            t = str_cut(t, 1, t.n);
        if (t.n < 3)
            return false; /* a list follows */
        *s = t;
        return true;
    }
    return false;
}

struct said said_judge(struct str s, struct str heading)
{
    char tmp[SENTENCE_MAX + 8];
    struct said v = {SAID_TALK, 0};
    struct str low;
    int find, decide, minus, result;

    while (s.n && s.p[0] == '*') /* "**Root cause:** ..." */
        s = str_cut(s, 1, s.n);
    if (heads_remains(heading) && s.n > 5 && s.n <= SENTENCE_MAX &&
        !str_ends(s, STR(":"))) {
        v.kind = SAID_REMAINS;
        v.score = SAID_GOOD;
        return v;
    }
    if (s.n < SENTENCE_MIN || s.n > SENTENCE_MAX)
        return v;
    low = text_lower(s, tmp, sizeof(tmp));
    if (is_offer(low, s)) {
        v.kind = SAID_OFFER;
        v.score = SAID_FAIR;
        return v;
    }
    if (str_ends(s, STR("?")) || str_ends(s, STR(":")))
        return v;
    minus = phrase_weigh(low, against, ARRAY_LEN(against));
    v.score = remains_score(low);
    if (v.score >= 5 && minus > -6) {
        v.kind = SAID_REMAINS;
        return v;
    }
    v.score = 0;
    minus += worth(s);
    result = result_score(low);
    if (result < 6) {
        struct str rest = s;
        char behind[SENTENCE_MAX + 8];

        for (int i = 0; i < 3 && behind_label(&rest); i++) {
            struct str low2 = text_lower(rest, behind, sizeof(behind));

            if (is_done_verb(low2))
                result = 6;
            if (result < 6 && is_imperative(low2))
                return v;
        }
        /* "Fix 1 - ..." is a label, if something done stands behind it. */
        if (result < 6 && is_imperative(low))
            return v;
    }
    if (result >= 6) {
        v.score = result + minus;
        v.kind = v.score >= SAID_FAIR ? SAID_RESULT : SAID_TALK;
        return v;
    }
    if (phrase_starts(low, talk_starts, ARRAY_LEN(talk_starts)))
        return v;
    minus += heading_bonus(heading) + leaning(low);
    find = phrase_weigh(low, finding, ARRAY_LEN(finding));
    decide = phrase_weigh(low, decision, ARRAY_LEN(decision));
    if (result >= 4 && find < 4 && decide < 4) {
        v.score = result + minus;
        v.kind = v.score >= SAID_FAIR ? SAID_RESULT : SAID_TALK;
        return v;
    }
    v.kind = decide > find ? SAID_DECISION : SAID_FINDING;
    v.score = (decide > find ? decide + find / 2 : find + decide / 2) + minus;
    if (v.score < SAID_FAIR)
        v.kind = SAID_TALK;
    return v;
}

struct str said_lead(struct str text)
{
    struct sentences it = {.rest = text};
    struct str s, low, first = STR_NONE;
    char tmp[SENTENCE_MAX + 8];

    for (int i = 0; i < 12 && sentences_next(&it, &s); i++) {
        if (s.n < SENTENCE_MIN || s.n > SENTENCE_MAX || it.is_row ||
            text_count_words(s) < 5 || str_ends(s, STR("?")) ||
            str_ends(s, STR(":")))
            continue;
        low = text_lower(s, tmp, sizeof(tmp));
        if (phrase_starts(low, talk_starts, ARRAY_LEN(talk_starts)) ||
            phrase_weigh(low, against, ARRAY_LEN(against)) < -4)
            continue;
        /* The first that names something; items only after prose. */
        if (text_names(s) > 0 && leaning(low) == 0 && !it.is_item)
            return s;
        if (first.n == 0)
            first = s;
    }
    return first;
}
