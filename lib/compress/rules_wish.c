/* rules_wish.c - what people say: see rules_said.h. */
#include "base/common.h"

#include "compress/rules_phrase.h"
#include "compress/rules_said.h"
#include "compress/rules_text.h"

static const struct phrase lasting[] = {
    {" always ", 4},        {" never ", 4},
    {" from now on", 6},    {" in the future", 4},
    {" in future", 3},      {" we use ", 4},
    {" we don't ", 3},      {" we do not ", 3},
    {" we always ", 3},     {" we only ", 2},
    {" we want ", 2},       {" we need to make sure", 4},
    {" prefer ", 4},        {" prefer", 1},
    {" must ", 4},          {" must not ", 1},
    {" make sure ", 2},     {" avoid ", 3},
    {" don't ", 2},         {" do not ", 2},
    {" we should ", 2},     {" we should not ", 2},
    {" should be ", 2},     {" should not ", 3},
    {" shouldn't ", 3},     {" remember ", 2},
    {" remember that ", 2}, {" keep in mind ", 2},
    {" convention", 3},     {" everywhere", 3},
    {" wherever ", 3},      {" source of truth", 5},
    {" please use ", 2},    {" instead of ", 1},
    {" by default", 2},     {" only way ", 3},
    {" required ", 2},      {" not allowed", 4},
    {" i want ", 2},        {" let's use ", 3},
    {" our ", 1},           {" backwards compat", 2},
    {" directive ", 4},     {" need to support ", 3},
    {" has to ", 2},        {" let's not ", 3},
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
    {" i think ", -1},
    {" somehow ", -5},
    {" is defined ", -4},
    {" demonstrate", -4},
    {" never called", -5},
    {" operation stopped", -9},
    {" be a thing", -4},
    {" we can always", -4},
    {" always lists", -3},
    {" a little bit", -3},
    {" is now ", -3},
    {" were ", -2},
    {" first release", 3},
    {" if you don't", -3},
    {" so we don't ", -1},
};

bool said_is_pasted(struct str s)
{
    static const char *const marks[] = {
        "\xe2\x94", /* box drawing */
        "\xe2\x95", "\xe2\x8f", "\xe2\x8e", "\xe2\x9d\xaf", "=>", "();",
        "://",      " := ",     "};",       "</",           "\\n"};
    static const char *const starts[] = {
        "+", ">", "|",  "*",   "$",     "//",  "<",
        "{", "}", "\"", "- [", "Error", "===", "\xe2\x80\xa2 "};

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
        "can ",   "could ", "do ",      "does ",  "did ",     "is ",
        "are ",   "why ",   "what ",    "how ",   "should ",  "would ",
        "shall ", "where ", "when ",    "which ", "wait",     "q:",
        "i just", "hmm",    "so if ",   "didn't", "don't we", "tell me",
        "isn't",  "have ",  "consider", "if ",    "and if"};
    char tmp[SENTENCE_MAX + 8];
    struct str low;

    s = str_trim(s);
    if (s.n && s.p[0] == '(' && s.p[s.n - 1] == ')')
        s = str_cut(s, 1, s.n - 1);
    if (s.n < 18 || s.n > 200 || text_count_words(s) < 4 || said_is_pasted(s))
        return 0;
    if (str_chr(s, '?') >= 0 || str_ends(s, STR(":")))
        return 0;
    low = text_lower(s, tmp, sizeof(tmp));
    if (phrase_starts(low, asks, ARRAY_LEN(asks)) &&
        !str_starts(low, STR(" do not")))
        return 0;
    return phrase_weigh(low, lasting, ARRAY_LEN(lasting)) +
           phrase_weigh(low, passing, ARRAY_LEN(passing));
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

    if (phrase_starts(low, starts, ARRAY_LEN(starts)))
        return true;
    return str_ends(str_trim(prompt), STR("?")) && prompt.n < 300 &&
           !str_starts(low, STR(" can you ")) &&
           !str_starts(low, STR(" could you ")) &&
           !str_starts(low, STR(" can we ")) &&
           !str_starts(low, STR(" could we "));
}
