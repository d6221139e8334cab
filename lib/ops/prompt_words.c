/* prompt_words.c - see prompt_words.h. */
#include "base/common.h"

#include "agent/intake.h"
#include "base/names.h"
#include "base/utf8.h"
#include "ops/prompt_words.h"
#include "search/query.h"

/* A prompt of fewer words that say something, none of them a name, is part of
 * a conversation and not a question to the past. */
#define WORDS_MIN 3
/* A prompt with a name is one already with these. */
#define WORDS_WITH_NAME 2

/* Blanks that make a column. */
#define GAP 4

/* Words that keep a conversation going, beside the stop words of query.c.
 * Sorted by nothing: the list is short. */
static const char *const talk[] = {
    "yes",     "yeah",    "yep",      "no",      "nope",   "ok",     "okay",
    "sure",    "please",  "thanks",   "thank",   "great",  "good",   "nice",
    "perfect", "cool",    "fine",     "right",   "correct", "wrong",
    "continue", "proceed", "go",      "ahead",   "next",   "again",  "try",
    "retry",   "do",      "does",     "did",     "it",     "that",   "this",
    "them",    "now",     "then",     "also",    "just",   "let",    "lets",
    "let's",   "us",      "let us",   "run",     "make",   "commit", "push",
    "pull",    "merge",   "rebase",   "test",    "tests",  "build",  "fix",
    "check",   "look",    "see",      "show",    "tell",   "explain", "review",
    "change",  "changes", "changed",  "add",     "remove", "update", "undo",
    "revert",  "stop",    "wait",     "done",    "work",   "works",  "working",
    "code",    "file",    "files",    "thing",   "things", "one",    "ones",
    "first",   "second",  "last",     "all",     "both",   "each",   "still",
    "need",    "want",    "like",     "think",   "know",   "use",    "ready",
    "start",   "finish",  "implement", "create", "write",  "read",   "open",
    "help",    "hi",      "hello",    "hey",     "sorry",  "well",   "really",
    "maybe",   "sounds",  "looks",    "seems",   "plan",   "following",
    "option",  "issue",   "problem",  "error",   "errors", "question",
    "ci",      "pr",      "branch",   "main",    "i'd",    "i'm",    "don't",
    "instead", "keep",    "get",      "got",     "put",    "set",    "way",
    "more",    "less",    "much",     "better",  "best",   "new",    "old",
};

static bool is_talk(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(talk); i++)
        if (str_ieq(word, str_of(talk[i])))
            return true;
    return false;
}

/* "/clear", "/review this", "/plugin:command x"; not "/usr/lib is full". */
static bool is_command(struct str s)
{
    size_t i = 1;

    if (s.n < 2 || s.p[0] != '/' || !is_alpha(s.p[1]))
        return false;
    while (i < s.n && (is_alnum(s.p[i]) || strchr("-_:.", s.p[i])))
        i++;
    return i == s.n || is_space(s.p[i]);
}

/* Anything outside ASCII: other languages have no list above, and their words
 * are not told apart by blanks. */
static bool has_letters_beyond(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

const char *prompt_is_trivial(struct str prompt, struct arena *a)
{
    struct query q;
    size_t words = 0, names = 0;
    struct str s = str_trim(prompt);

    if (s.n == 0)
        return "it is empty";
    if (intake_is_clients(s))
        return "the client wrote it, not the user";
    if (is_command(s))
        return "it is a command of the client";
    if (s.p[0] == '!' || s.p[0] == '#')
        return "it is no question to the model";
    query_parse(prompt_query(s, a), a, &q);
    for (size_t i = 0; i < q.n; i++) {
        const struct unit *u = &q.unit[i];

        if (u->is_name && str_chr(u->text, '/') >= 0)
            names += WORDS_WITH_NAME; /* a path asks by itself */
        else if (u->is_name || u->is_quoted)
            names++;
        else if (!is_talk(u->text))
            words += 1 + 2 * has_letters_beyond(u->text);
    }
    if (words + names >= (names ? WORDS_WITH_NAME : WORDS_MIN))
        return NULL;
    return "it says too little to look anything up";
}

/* Is this line of output, a quotation or markup, and not a sentence? */
static bool is_fence(struct str line)
{
    line = str_trim(line);
    return str_starts(line, STR("```")) || str_starts(line, STR("~~~"));
}

/* Up to the first column of a table: what stands behind a wide gap was not
 * written, but pasted. */
static struct str before_columns(struct str line)
{
    size_t gap = 0;

    for (size_t i = 0; i < line.n; i++) {
        gap = line.p[i] == ' ' ? gap + 1 : line.p[i] == '\t' ? GAP : 0;
        if (gap >= GAP)
            return str_trim(str_cut(line, 0, i + 1));
    }
    return line;
}

/* Names of what is not in the query itself. */
static void add_names(struct str rest, struct buf *out)
{
    struct names walk = {rest, 0};
    struct str name;
    size_t n = 0;

    while (n < PROMPT_QUERY_NAMES && names_next(&walk, &name)) {
        if (name.n < 3 || str_ifind(buf_str(out), name) >= 0)
            continue;
        buf_addf(out, " %.*s", STR_ARG(name));
        n++;
    }
}

struct str prompt_query(struct str prompt, struct arena *a)
{
    struct str rest = str_trim(prompt), line, result;
    struct buf b;
    bool fenced = false;

    buf_init(&b, 8 * PROMPT_QUERY_BYTES + PROMPT_QUERY_NAMES * 256);
    while (b.len < PROMPT_QUERY_BYTES && str_line(&rest, &line)) {
        struct str part, said;

        if (is_fence(line)) {
            fenced = !fenced;
            continue;
        }
        if (fenced)
            continue;
        line = str_trim(line);
        said = before_columns(line);
        part = utf8_cut(said, PROMPT_QUERY_BYTES - b.len);
        if (part.n && b.len)
            buf_addc(&b, ' ');
        utf8_clean_line(&b, part);
        if (part.n < said.n)
            rest = (struct str){part.p + part.n,
                                (size_t)(prompt.p + prompt.n - part.p) -
                                    part.n};
        else
            add_names(str_cut(line, said.n, line.n), &b);
    }
    add_names(utf8_cut(rest, 16384), &b);
    result = arena_str(a, buf_str(&b));
    buf_free(&b);
    return result;
}
