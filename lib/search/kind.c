/* kind.c - see kind.h. */
#include "base/common.h"

#include "search/kind.h"

/* A text of more units or bytes was not typed as a query. */
#define TASK_UNITS 24
#define TASK_BYTES 400
/* Beginning of a text in which an error message is looked for. */
#define ERROR_BYTES 4096

const char *query_kind_name(enum query_kind k)
{
    static const char *const names[] = {
#define X(id, name) [id] = name,
        QUERY_KIND_ROWS(X)
#undef X
    };

    return k < QUERY_KINDS ? names[k] : "";
}

/* Takes the next word off *rest: what stands between white space. */
static bool next_word(struct str *rest, struct str *word)
{
    size_t i = 0, end;

    while (i < rest->n && is_space(rest->p[i]))
        i++;
    for (end = i; end < rest->n && !is_space(rest->p[end]); end++)
        ;
    *word = str_cut(*rest, i, end);
    *rest = str_cut(*rest, end, rest->n);
    return word->n > 0;
}

static bool is_one_of(struct str w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(w, str_of(list[i])))
            return true;
    return false;
}
#define IS_ONE_OF(w, list) is_one_of((w), (list), ARRAY_LEN(list))

/* The letters that a word begins with. */
static struct str letters(struct str w)
{
    size_t n = 0;

    while (n < w.n && (is_alpha(w.p[n]) || w.p[n] == '\''))
        n++;
    return str_cut(w, 0, n);
}

bool kind_is_question(struct str text)
{
    static const char *const asks[] = {
        "what", "what's", "when",  "when's", "where", "where's", "which",
        "who",  "who's",  "whose", "whom",   "why",   "how",     "how's",
        "was",  "quand",  "wie",   "warum",  "wann",  "wo",
    };
    static const char *const verbs[] = {
        "is",  "are", "was",   "were", "do",    "does",   "did", "has", "have",
        "had", "can", "could", "will", "would", "should", "am",  "may",
    };
    static const char *const subjects[] = {
        "i",    "we",    "you",  "he",    "she",  "it",     "they", "the",
        "a",    "an",    "my",   "our",   "your", "his",    "her",  "their",
        "this", "there", "that", "these", "any",  "anyone", "its",
    };
    struct str rest = str_trim(text), first, second;

    while (rest.n && (rest.p[rest.n - 1] == ')' || rest.p[rest.n - 1] == '"'))
        rest.n--;
    if (str_ends(rest, STR("?")) || str_ends(rest, STR("\xef\xbc\x9f")))
        return true;
    if (!next_word(&rest, &first) || !next_word(&rest, &second))
        return false;
    if (IS_ONE_OF(letters(first), verbs)) /* "did we", "has Caroline" */
        return IS_ONE_OF(letters(second), subjects) ||
               (is_upper(second.p[0]) && is_upper(first.p[0]) &&
                letters(second).n > 1);
    return IS_ONE_OF(letters(first), asks);
}

bool kind_asks_now(struct str text)
{
    static const char *const past[] = {
        "did",       "had",       "has",      "have",     "was",
        "were",      "been",      "ago",      "last",     "mentioned",
        "said",      "told",      "talked",   "brought",  "discussed",
        "asked",     "happened",  "order",    "summary",  "summarize",
        "summarise", "yesterday", "previous", "timeline", "overview",
    };
    bool asks = kind_is_question(text) || str_chr(text, '?') >= 0;

    for (size_t i = 0; i < text.n && asks; i++) {
        struct str w = letters(str_cut(text, i, text.n));

        if (IS_ONE_OF(w, past))
            return false;
        i += w.n;
    }
    return asks;
}

bool kind_asks_reply(struct str text)
{
    static const char *const said[] = {
        "recommend",   "suggest",   "advise",  "say",       "tell",
        "recommended", "suggested", "advised", "said",      "told",
        "explain",     "propose",   "mention", "give",      "describe",
        "explained",   "proposed",  "gave",    "described", "mentioned",
        "outline",     "outlined",
    };
    static const char *const before[] = {"did", "had", "have", "that", "what",
                                         "which"};
    struct str w, last = STR_NONE, you = STR_NONE;

    while (next_word(&text, &w)) {
        w = letters(w);
        /* "did you recommend", "what you said", not "can you recommend" */
        if (you.n && IS_ONE_OF(w, said))
            return true;
        you = str_ieq(w, STR("you")) && IS_ONE_OF(last, before) ? w : STR_NONE;
        last = w;
    }
    return false;
}

/* "TypeError", "java.lang.NullPointerException:", not "Error" in a sentence. */
static bool is_error_name(struct str w)
{
    while (w.n && strchr(":,.;)'\"`", w.p[w.n - 1]))
        w.n--;
    return (str_ends(w, STR("Error")) && w.n > 5 && is_alpha(w.p[w.n - 6])) ||
           (str_ends(w, STR("Exception")) && w.n > 9 &&
            is_alpha(w.p[w.n - 10]));
}

/* ENOENT, SIGSEGV, E0308, TS2345. */
static bool is_error_code(struct str w)
{
    static const char *const codes[] = {
        "EACCES",       "EADDRINUSE",  "EAGAIN",  "EBADF",        "EBUSY",
        "ECONNREFUSED", "ECONNRESET",  "EEXIST",  "EHOSTUNREACH", "EINTEGRITY",
        "EINTR",        "EINVAL",      "EIO",     "EISDIR",       "ELIFECYCLE",
        "EMFILE",       "ENETUNREACH", "ENFILE",  "ENOENT",       "ENOMEM",
        "ENOSPC",       "ENOTCONN",    "ENOTDIR", "ENOTEMPTY",    "ENOTFOUND",
        "EPERM",        "EPIPE",       "EPROTO",  "ERESOLVE",     "EROFS",
        "ESRCH",        "ETIMEDOUT",   "EXDEV",   "ENOTSUP",      "EUSAGE",
    };
    size_t i = 0;

    while (w.n && strchr(":,.;)]'\"`", w.p[w.n - 1]))
        w.n--;
    while (w.n && strchr("([\"'`", w.p[0]))
        w = str_cut(w, 1, w.n);
    while (i < w.n && is_upper(w.p[i]))
        i++;
    if (i == w.n)
        return IS_ONE_OF(w, codes) || (str_starts(w, STR("SIG")) && w.n >= 6);
    if (i == 0 || i > 2 || w.n - i < 4 || w.n - i > 5)
        return false;
    while (i < w.n && is_digit(w.p[i]))
        i++;
    return i == w.n && (w.p[0] == 'E' || str_starts(w, STR("TS")));
}

bool kind_has_error(struct str text)
{
    static const char *const parts[] = {
        "error:",
        "error[",
        "fatal:",
        "panic:",
        "panicked at",
        "exception:",
        "traceback (most recent",
        "no such file or directory",
        "command not found",
        "permission denied",
        "connection refused",
        "segmentation fault",
        "undefined reference",
        "undeclared identifier",
        "undefined symbol",
        "cannot find module",
        "module not found",
        "is not a function",
        "is not defined",
        "is not assignable",
        "cannot read propert",
        "exit code ",
        "exit status ",
        "exited with ",
        "core dumped",
        "stack overflow",
        "out of memory",
        "timed out after",
        "no module named",
        "failed to compile",
        "assertion failed",
        "unexpected token",
        "syntax error",
        "err!",
    };
    struct str rest = str_cut(text, 0, ERROR_BYTES), w;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (str_ifind(rest, str_of(parts[i])) >= 0)
            return true;
    while (next_word(&rest, &w))
        if (is_error_name(w) || is_error_code(w))
            return true;
    return false;
}

/* A program, and behind it an option, a path or one of its own commands. */
static bool is_command(struct str text)
{
    static const char *const programs[] = {
        "git",     "npm",   "npx",     "pnpm",      "yarn",       "node",
        "deno",    "bun",   "cargo",   "rustc",     "go",         "python",
        "python3", "pip",   "pip3",    "uv",        "poetry",     "docker",
        "kubectl", "helm",  "make",    "cmake",     "gcc",        "clang",
        "gdb",     "ssh",   "scp",     "rsync",     "curl",       "wget",
        "grep",    "rg",    "sed",     "awk",       "find",       "tar",
        "psql",    "mysql", "sqlite3", "redis-cli", "terraform",  "ansible",
        "brew",    "apt",   "apt-get", "systemctl", "journalctl", "gh",
        "jq",      "mvn",   "gradle",  "bundle",    "rake",       "rails",
        "mix",     "cat",   "ls",      "cd",        "mkdir",      "chmod",
        "chown",   "kill",  "ps",      "export",    "source",     "sudo",
        "claude",
    };
    static const char *const own[] = {
        "add",         "apply",  "bisect", "branch",   "build",   "checkout",
        "cherry-pick", "clean",  "clone",  "commit",   "compose", "diff",
        "exec",        "fetch",  "get",    "init",     "install", "issue",
        "log",         "logs",   "merge",  "mod",      "pr",      "pull",
        "push",        "rebase", "remote", "reset",    "restore", "revert",
        "run",         "show",   "stash",  "status",   "switch",  "tag",
        "test",        "update", "vet",    "worktree", "blame",   "publish",
    };
    struct str rest = str_trim(text), first, w;
    bool known;

    if (str_starts(rest, STR("$ ")))
        return true;
    if (str_chr(rest, '\n') >= 0 || !next_word(&rest, &first))
        return false;
    if (first.p[0] == '.' && str_starts(first, STR("./")))
        return next_word(&rest, &w);
    known = IS_ONE_OF(first, programs) && !is_upper(first.p[0]);
    if (!known || !next_word(&rest, &w))
        return false;
    if (IS_ONE_OF(w, own) && first.n != 4) /* "make build", "find test" */
        return true;
    do
        if (w.p[0] == '-' || str_chr(w, '/') >= 0 || str_starts(w, STR(".")))
            return true;
    while (next_word(&rest, &w));
    return false;
}

static bool is_time(enum when_kind k)
{
    return k == WHEN_IN || k == WHEN_BEFORE || k == WHEN_AFTER ||
           k == WHEN_AS_OF;
}

/* Is there nothing but the time, and words that only ask what was? */
static bool is_all_time(const struct query *q, const struct when *w)
{
    static const char *const asks[] = {
        "happen",     "happened", "happening", "work",  "worked",   "working",
        "change",     "changed",  "changes",   "new",   "progress", "anything",
        "everything", "went",     "go",        "going", "show",     "list",
    };

    if (!is_time(w->kind) || w->anchor.n || w->is_vague)
        return false;
    for (size_t i = 0; i < q->n; i++)
        if (str_ifind(w->text, q->unit[i].text) < 0 &&
            !IS_ONE_OF(q->unit[i].text, asks))
            return false;
    return true;
}

bool kind_time_bounds(const struct query *q, const struct when *w,
                      struct memory_filter *f)
{
    if (f->since_ms || f->until_ms || f->as_of_ms || !is_all_time(q, w))
        return false;
    if (w->kind == WHEN_AS_OF) {
        f->as_of_ms = w->until_ms - 1;
        return true;
    }
    f->since_ms = w->from_ms;
    f->until_ms = w->until_ms == INT64_MAX ? 0 : w->until_ms;
    return true;
}

enum query_kind kind_of(struct str text, const struct query *q,
                        const struct when *w)
{
    size_t names = 0, quoted = 0;
    bool asks = kind_is_question(text), error;

    for (size_t i = 0; i < q->n; i++) {
        names += q->unit[i].is_name;
        quoted += q->unit[i].is_quoted;
    }
    if (q->n == 0)
        return QUERY_NONE;
    if (quoted == q->n)
        return QUERY_QUOTED;
    error = kind_has_error(text);
    if ((q->n > TASK_UNITS || text.n > TASK_BYTES) && !error)
        return QUERY_TASK;
    if (error && !asks)
        return QUERY_ERROR;
    if (w && is_all_time(q, w))
        return QUERY_DATE;
    if (asks)
        return QUERY_QUESTION;
    if (is_command(text))
        return QUERY_COMMAND;
    if (names && 2 * names >= q->n && q->n <= 4)
        return QUERY_IDENTIFIER;
    return QUERY_TOPIC;
}
