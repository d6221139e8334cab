/* rules_said.c - see rules_said.h. */
#include "base/common.h"

#include "compress/rules_said.h"
#include "compress/rules_text.h"

/* A longer sentence is a paragraph without stops: a listing, not a thought. */
#define SENTENCE_MAX 420
#define SENTENCE_MIN 24

struct phrase {
    const char *text; /* lower case; blanks count */
    int weight;
};

/* The weight of every phrase that occurs in `lower`, added up. */
static int weigh(struct str lower, const struct phrase *p, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        if (str_find(lower, str_of(p[i].text)) >= 0)
            sum += p[i].weight;
    return sum;
}

static bool starts_any(struct str lower, const char *const *list, size_t n)
{
    struct str s = str_cut(lower, 1, lower.n); /* behind the blank */

    for (size_t i = 0; i < n; i++)
        if (str_starts(s, str_of(list[i])))
            return true;
    return false;
}

/* --- assistants ------------------------------------------------------------- */

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
    {"gotcha", 5},
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
    "i understand", "i have ",   "see ",        "before:",    "after:",
    "option ",      "you ",      "no response", "current:",   "expected:",
    "also ",        "but ",      "and ",        "so ",        "or ",
    "note: i",      "using ",    "this is a ",  "pros",       "cons",
    "good point",   "right",     "exactly",     "correct",    "got it",
    "i'd ",         "is there ", "are there ",  "can you ",   "could you",
    "test ",        "step ",     "scenario",    "when ",      "if ",
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
    return starts_any(lower, done_verbs, ARRAY_LEN(done_verbs));
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
    return weigh(lower, now, ARRAY_LEN(now));
}

static int remains_score(struct str lower, struct str heading)
{
    static const struct phrase left[] = {
        {" still need", 5},        {" remaining", 3},
        {" remains to", 5},        {" not yet ", 4},
        {" next step", 4},         {" left to do", 5},
        {" follow-up", 4},         {" todo", 4},
        {" haven't committed", 6}, {" not committed", 5},
        {" uncommitted", 3},       {" ready for the ", 3},
        {" will need to ", 4},     {" you'll need to ", 5},
        {" out of scope", 2},      {" in a separate pr", 4},
        {" future work", 5},       {" once you ", 3},
        {" yet to ", 4},           {" before merging", 4},
    };
    static const char *const heads[] = {
        "next step",   "remaining", "left to",       "todo",
        "to do",       "follow-up", "open question", "open item",
        "what's left", "not done",  "manual step"};
    char tmp[128];
    struct str h = text_lower(heading, tmp, sizeof(tmp));
    int score = weigh(lower, left, ARRAY_LEN(left));

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (str_find(h, str_of(heads[i])) >= 0)
            return score + 6;
    return score;
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
    return weigh(text_lower(heading, tmp, sizeof(tmp)), heads,
                 ARRAY_LEN(heads));
}

/* "This means ..." leans on the sentence before it. */
static int leaning(struct str lower)
{
    static const char *const starts[] = {"this ",  "it ",        "that ",
                                         "these ", "those ",     "they ",
                                         "both ",  "previously:"};

    return starts_any(lower, starts, ARRAY_LEN(starts)) ? -2 : 0;
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

    return str_ends(s, STR("?")) && starts_any(lower, asks, ARRAY_LEN(asks));
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

    return starts_any(lower, verbs, ARRAY_LEN(verbs));
}

struct said said_judge(struct str s, struct str heading)
{
    char tmp[SENTENCE_MAX + 8];
    struct said v = {SAID_TALK, 0};
    struct str low;
    int find, decide, minus, result;

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
    minus = weigh(low, against, ARRAY_LEN(against));
    v.score = remains_score(low, heading);
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
    if (starts_any(low, talk_starts, ARRAY_LEN(talk_starts)))
        return v;
    minus += heading_bonus(heading) + leaning(low);
    find = weigh(low, finding, ARRAY_LEN(finding));
    decide = weigh(low, decision, ARRAY_LEN(decision));
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
    char tmp[SENTENCE_MAX + 8];
    struct str s, low;

    for (int i = 0; i < 12 && sentences_next(&it, &s); i++) {
        if (s.n < SENTENCE_MIN || s.n > SENTENCE_MAX ||
            text_count_words(s) < 5 || str_ends(s, STR("?")) ||
            str_ends(s, STR(":")))
            continue;
        low = text_lower(s, tmp, sizeof(tmp));
        if (starts_any(low, talk_starts, ARRAY_LEN(talk_starts)) ||
            weigh(low, against, ARRAY_LEN(against)) < -4)
            continue;
        return s;
    }
    return STR_NONE;
}

/* --- people ------------------------------------------------------------------- */

static const struct phrase lasting[] = {
    {" always ", 4},
    {" never ", 4},
    {" from now on", 6},
    {" in the future", 4},
    {" in future", 3},
    {" we use ", 4},
    {" we don't ", 3},
    {" we do not ", 3},
    {" we always ", 3},
    {" we only ", 2},
    {" we want ", 2},
    {" we need to make sure", 4},
    {" prefer ", 4},
    {" prefer", 1},
    {" must ", 4},
    {" must not ", 1},
    {" make sure ", 2},
    {" avoid ", 3},
    {" don't ", 2},
    {" do not ", 2},
    {" we should ", 3},
    {" we should not ", 2},
    {" should be ", 2},
    {" should not ", 3},
    {" shouldn't ", 3},
    {" remember ", 2},
    {" remember that ", 2},
    {" convention", 3},
    {" everywhere", 3},
    {" wherever ", 3},
    {" source of truth", 5},
    {" please use ", 2},
    {" instead of ", 1},
    {" by default", 2},
    {" only way ", 3},
    {" required ", 2},
    {" not allowed", 4},
    {" i want ", 2},
    {" let's use ", 3},
    {" our ", 1},
    {" backwards compat", 2},
    {" directive ", 4},
    {" need to support ", 3},
    {" has to ", 2},
    {" let's not ", 3},
    {" no need ", 1},
};

static const struct phrase passing[] = {
    {" i don't know", -6},
    {" i don't think", -4},
    {" i don't see", -6},
    {" i don't understand", -6},
    {" i don't recall", -6},
    {" i don't get", -6},
    {" i don't like", -2},
    {" don't you ", -6},
    {" don't we ", -6},
    {" don't they ", -6},
    {" we don't have ", -3},
    {" we don't see", -4},
    {" nevermind", -8},
    {" never mind", -8},
    {" i never ", -4},
    {" commit", -2},
    {" just let me know", -8},
    {" for now", -4},
    {" yet ", -2},
    {" i just ", -3},
    {" i tested", -4},
    {" i had ", -3},
    {" i wonder", -4},
    {" wondering", -4},
    {" consider ", -4},
    {" maybe ", -3},
    {" not sure", -4},
    {" this pr", -2},
    {" why ", -3},
    {" what do you think", -6},
    {" always return ", -4},
    {" is never called", -5},
    {" currently ", -2},
    {" causes ", -3},
    {" to avoid ", -2},
    {" is intended ", -4},
    {" i remember", -4},
    {" seems ", -2},
    {" i guess", -3},
    {" reads ", -2},
    {" this comment", -4},
    {" don't change anything", -6},
    {" don't fix", -5},
    {" i think we need to", -2},
    {" tests should ", -1},
    {" test suite", -3},
    {" can be removed", -3},
    {" if we don't", -3},
    {" if you don't", -3},
    {" so we don't ", -1},
};

bool said_is_pasted(struct str s)
{
    static const char *const marks[] = {
        "\xe2\x94", /* box drawing */
        "\xe2\x95", "\xe2\x8f", "\xe2\x8e", "\xe2\x9d\xaf", "=>", "();",
        "://",      " := ",     "};",       "</",           "\\n"};
    static const char *const starts[] = {"+", ">", "|", "*",  "$",   "//",
                                         "<", "{", "}", "\"", "- [", "Error"};

    if (s.n > 3 && s.p[1] == ' ' && s.p[2] == '*')
        return true; /* a tree's "v * name" */
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_find(s, str_of(marks[i])) >= 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (str_starts(s, str_of(starts[i])))
            return true;
    return false;
}

int said_lasting(struct str s)
{
    static const char *const asks[] = {
        "can ",   "could ",   "do ",    "does ",  "did ",     "is ",
        "are ",   "why ",     "what ",  "how ",   "should ",  "would ",
        "shall ", "where ",   "when ",  "which ", "wait",     "q:",
        "i just", "hmm",      "so if ", "didn't", "don't we", "isn't",
        "have ",  "consider", "if ",    "and if"};
    char tmp[SENTENCE_MAX + 8];
    struct str low;

    s = str_trim(s);
    if (s.n < 18 || s.n > 200 || text_count_words(s) < 4 || said_is_pasted(s))
        return 0;
    if (str_chr(s, '?') >= 0 || str_ends(s, STR(":")))
        return 0;
    low = text_lower(s, tmp, sizeof(tmp));
    if (starts_any(low, asks, ARRAY_LEN(asks)) &&
        !str_starts(low, STR(" do not")))
        return 0;
    return weigh(low, lasting, ARRAY_LEN(lasting)) +
           weigh(low, passing, ARRAY_LEN(passing));
}

bool said_is_filler(struct str prompt)
{
    static const char *const words[] = {
        "yes",    "yeah",    "yep",      "y",        "ok",      "okay",
        "go",     "on",      "ahead",    "continue", "please",  "do",
        "it",     "that",    "sure",     "thanks",   "thank",   "you",
        "commit", "this",    "push",     "and",      "now",     "the",
        "great",  "good",    "perfect",  "nice",     "proceed", "looks",
        "lgtm",   "done",    "no",       "hi",       "hello",   "hey",
        "again",  "next",    "test",     "tests",    "run",     "fix",
        "them",   "try",     "all",      "of",       "let's",   "i",
        "agree",  "right",   "correct",  "exactly",  "cool",    "so",
        "change", "changes", "these",    "those",    "retry",   "keep",
        "going",  "approve", "approved", "ship",     "nope",    "stop",
        "wait",   "both",    "fine",     "first",    "then",    "is",
        "ready",  "awesome", "love",     "yup",      "resume",  "start",
        "oops",   "sorry",   "undo",     "what",     "why",     "ja",
        "oui",    "si",      "lets",     "make",     "a",       "pr",
        "for",    "me",      "can",      "as",       "is",      "well"};
    char tmp[160];
    struct str low, w;
    size_t n = 0;

    prompt = str_trim(prompt);
    if (prompt.n > 100)
        return false;
    low = text_lower(prompt, tmp, sizeof(tmp));
    while (str_split(&low, ' ', &w)) {
        bool known = false;

        while (w.n && strchr(".,!?:;)", w.p[w.n - 1]))
            w.n--;
        if (w.n == 0)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(words) && !known; i++)
            known = str_eqz(w, words[i]);
        if (!known && !(w.n < 3 && is_digit(w.p[0])))
            return false;
        n++;
    }
    return n < 9;
}

bool said_is_question(struct str prompt)
{
    static const char *const starts[] = {"what ",
                                         "why ",
                                         "how ",
                                         "where ",
                                         "when ",
                                         "which ",
                                         "who ",
                                         "is ",
                                         "are ",
                                         "does ",
                                         "do we",
                                         "do you",
                                         "did ",
                                         "can you explain",
                                         "can you tell",
                                         "can you check if",
                                         "can you help me understand",
                                         "could you explain",
                                         "explain",
                                         "question",
                                         "q:",
                                         "tell me",
                                         "should ",
                                         "would ",
                                         "can you show",
                                         "show me",
                                         "was ",
                                         "were ",
                                         "isn't ",
                                         "do i",
                                         "has ",
                                         "have "};
    char tmp[256];
    struct str low = text_lower(prompt, tmp, sizeof(tmp));

    if (starts_any(low, starts, ARRAY_LEN(starts)))
        return true;
    return str_ends(str_trim(prompt), STR("?")) && prompt.n < 300 &&
           !str_starts(low, STR(" can you ")) &&
           !str_starts(low, STR(" could you ")) &&
           !str_starts(low, STR(" can we ")) &&
           !str_starts(low, STR(" could we "));
}
