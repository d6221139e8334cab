/* fence.c - see fence.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "ops/fence.h"

#define OPEN_MARK "\xe2\x80\xb9" /* U+2039, looks like '<' and is none */
/* Text behind this is not judged: no line shows as much. */
#define JUDGED_BYTES 4096

/* Lines without their list marks, with "; " between. */
static void join_lines(struct str s, struct buf *out)
{
    struct str line;

    s = str_trim(s);
    while (str_line(&s, &line)) {
        line = str_trim(line);
        if (str_starts(line, STR("- ")) || str_starts(line, STR("* ")))
            line = str_trim(str_cut(line, 2, line.n));
        if (line.n == 0)
            continue;
        if (out->len) {
            char last = out->data[out->len - 1];

            buf_addz(out,
                     last == '.' || last == ':' || last == ';' ? " " : "; ");
        }
        buf_adds(out, line);
    }
}

static bool begins_tag(struct str s, size_t i)
{
    char next = i + 1 < s.n ? s.p[i + 1] : ' ';

    return s.p[i] == '<' &&
           (is_alpha(next) || next == '/' || next == '!' || next == '?');
}

void fence_line(struct str s, size_t max_bytes, struct buf *out)
{
    struct buf joined, clean;
    struct str line;

    buf_init(&joined, 2 * s.n + 16);
    buf_init(&clean, 8 * s.n + 64);
    join_lines(s, &joined);
    utf8_clean_line(&clean, buf_str(&joined));
    line = str_trim(utf8_cut(buf_str(&clean), max_bytes));
    for (size_t i = 0; i < line.n; i++) {
        if (begins_tag(line, i))
            buf_addz(out, OPEN_MARK);
        else
            buf_addc(out, line.p[i]);
    }
    if (line.n < str_trim(buf_str(&clean)).n)
        buf_addz(out, "...");
    buf_free(&joined);
    buf_free(&clean);
}

/* Phrases that speak to the reader about its own orders. "*" stands for up to
 * four words between. */
static const char *const overrides[] = {
    "ignore * instructions",
    "ignore * prompt",
    "ignore everything",
    "disregard * instructions",
    "disregard * previous",
    "disregard * above",
    "forget * instructions",
    "forget everything",
    "override * instructions",
    "bypass * instructions",
    "new instructions",
    "system prompt",
    "system message",
    "system reminder",
    "system override",
    "developer mode",
    "you are now",
    "act as",
    "pretend to be",
    "do not tell the user",
    "don t tell the user",
    "without telling the user",
    "without asking the user",
    "do not mention this",
    "do not inform the user",
    "as an ai",
    "jailbreak",
};

/* Words that demand. */
static const char *const demands[] = {
    "you must",      "you should",    "you need to",    "you have to",
    "please",        "make sure to",  "make sure you",  "be sure to",
    "always reply",  "always answer", "always include", "from now on",
    "i want you to", "your task is",  "attention",      "urgent",
    "your answer",   "your response", "your reply",
};

/* Verbs that, at the beginning of a sentence, send something away, let
 * somebody in or spend something. */
static const char *const deeds[] = {
    "send",      "email",    "mail",     "forward",  "transfer", "withdraw",
    "deposit",   "pay",      "buy",      "purchase", "grant",    "unlock",
    "share",     "upload",   "post",     "publish",  "retrieve", "collect",
    "gather",    "download", "install",  "execute",  "visit",    "click",
    "schedule",  "book",     "cancel",   "delete",   "erase",    "invite",
    "reveal",    "reply",    "respond",  "tell",     "dispatch", "compose",
    "translate", "curl",     "wget",     "navigate", "obtain",   "exploit",
    "submit",    "tweet",    "initiate", "activate", "provide",  "terminate",
    "retrive",
};

/* Verbs that titles of work begin with too ("Add a retry"). They count in a
 * text that also speaks of "my" things, an address or a URL. */
static const char *const soft_deeds[] = {
    "access",    "add",    "call",    "change",   "check",   "create",
    "disable",   "enable", "export",  "extract",  "fetch",   "find",
    "generate",  "get",    "give",    "identify", "leave",   "let",
    "list",      "locate", "look",    "make",     "modify",  "move",
    "note",      "open",   "order",   "print",    "record",  "remove",
    "remember",  "repeat", "request", "restart",  "review",  "run",
    "save",      "say",    "search",  "set",      "show",    "turn",
    "update",    "use",    "write",   "i",        "can you", "could you",
    "would you",
};

/* Lower-case words with single blanks between, and "." where a sentence
 * begins; ready for plain substring search. */
static void normalise(struct str s, struct buf *out)
{
    bool start = true;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (is_alnum(c) || (unsigned char)c >= 0x80) {
            if (i == 0 || start ||
                !(is_alnum(s.p[i - 1]) || (unsigned char)s.p[i - 1] >= 0x80))
                buf_addz(out, start ? " . " : " ");
            buf_addc(out, to_lower(c));
            start = false;
        } else if (strchr(".!?:;\"'([{,\n\r|>", c) != NULL && c != '\'') {
            start = true;
        } else if (c == '\'' && (i == 0 || !is_alnum(s.p[i - 1]))) {
            start = true; /* an opening quotation mark, no apostrophe */
        }
    }
    buf_addc(out, ' ');
}

/* Does text have `phrase` as whole words; "*" matches up to four words? */
static bool has_phrase(struct str text, const char *phrase)
{
    struct str p = str_of(phrase), head = p, tail = STR_NONE;
    ptrdiff_t star = str_find(p, STR(" * ")), at;
    char z[64];

    if (star >= 0) {
        head = str_cut(p, 0, (size_t)star);
        tail = str_cut(p, (size_t)star + 3, p.n);
    }
    snprintf(z, sizeof(z), " %.*s ", STR_ARG(head));
    while ((at = str_find(text, str_of(z))) >= 0) {
        size_t words = 0, i;

        text = str_cut(text, (size_t)at + head.n + 1, text.n);
        if (tail.n == 0)
            return true;
        for (i = 0; i < text.n && words <= 5; i++) {
            if (text.p[i] != ' ')
                continue;
            words += i + 1 < text.n && text.p[i + 1] != '.';
            if (str_starts(str_cut(text, i + 1, text.n), tail))
                return true;
        }
    }
    return false;
}

static bool has_any(struct str text, const char *const *phrases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has_phrase(text, phrases[i]))
            return true;
    return false;
}

static bool begins_with(struct str text, const char *const *verbs, size_t n)
{
    char z[32];

    for (size_t i = 0; i < n; i++) {
        snprintf(z, sizeof(z), " . %s ", verbs[i]);
        if (str_find(text, str_of(z)) >= 0)
            return true;
    }
    return false;
}

static bool is_asking(struct str words, struct str text)
{
    ptrdiff_t at = str_chr(text, '@');

    if (has_any(words, demands, ARRAY_LEN(demands)) ||
        begins_with(words, deeds, ARRAY_LEN(deeds)))
        return true;
    return begins_with(words, soft_deeds, ARRAY_LEN(soft_deeds)) &&
           (str_find(words, STR(" my ")) >= 0 ||
            str_find(text, STR("://")) >= 0 ||
            (at > 0 && is_alnum(text.p[at - 1])));
}

/* What an escape sequence hides begins a sentence of its own: taken out, it
 * would run into the word before it. */
static void set_apart(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\x1b')
            buf_addz(out, ". ");
        buf_addc(out, s.p[i]);
    }
}

bool fence_is_instruction(struct str s, struct str origin)
{
    bool untrusted = str_eqz(origin, "tool") || str_eqz(origin, "web") ||
                     str_eqz(origin, "repo");
    struct buf clean, apart, b;
    bool yes;

    if (str_eqz(origin, "user"))
        return false;
    s = utf8_cut(s, JUDGED_BYTES);
    buf_init(&clean, 8 * s.n + 64);
    buf_init(&apart, 4 * s.n + 64);
    set_apart(s, &apart);
    utf8_clean(&clean, buf_str(&apart));
    buf_free(&apart);
    buf_init(&b, 4 * clean.len + 64);
    normalise(buf_str(&clean), &b);
    yes = has_any(buf_str(&b), overrides, ARRAY_LEN(overrides));
    if (!yes && untrusted)
        yes = is_asking(buf_str(&b), buf_str(&clean));
    buf_free(&b);
    buf_free(&clean);
    return yes;
}
