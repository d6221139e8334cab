/* names.c - see names.h. */
#include "base/common.h"

#include "base/names.h"

/* Most different names of one memory; the set of those seen has twice the
 * room, so that probing stays short. */
#define NAMES_COUNT_MAX 768
#define SEEN_SLOTS      2048
/* Parts run together make a word only when they are few: "file_size" may be
 * written "filesize", "cmem-hook-post-tool-use" never is. */
#define JOIN_PARTS_MAX 3

static bool is_high(char c)
{
    return (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_alnum(c) || is_high(c);
}

/* Characters that a name may have inside. */
static bool is_inner(char c)
{
    return is_word(c) || (c && strchr("_-./:#@+~\\$", c) != NULL);
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* A commit hash, whole or shortened: at least one digit and one letter, since
 * "deadline" minus a letter or a plain number are none. */
static bool is_commit(struct str w)
{
    bool digit = false, letter = false;

    if (w.n < 7 || w.n > 40)
        return false;
    for (size_t i = 0; i < w.n; i++) {
        if (!is_hex(w.p[i]))
            return false;
        if (is_digit(w.p[i]))
            digit = true;
        else
            letter = true;
    }
    return digit && letter;
}

/* What a word is made of. */
struct traits {
    size_t words;   /* runs of letters and digits */
    size_t longest; /* letters in the longest run */
    size_t slashes, dots, hyphens, colons;
    bool digit, letter, underscore, lower, hump;
};

/* An upper-case letter inside a word that begins a new one: after a lower-case
 * one, or as the last of several before two lower-case ones. The second rule
 * leaves "URLs" and "IDs" whole. */
static bool is_hump(struct str w, size_t i)
{
    if (i == 0 || !is_upper(w.p[i]))
        return false;
    if (is_lower(w.p[i - 1]))
        return true;
    return is_upper(w.p[i - 1]) && i + 2 < w.n && is_lower(w.p[i + 1]) &&
           is_lower(w.p[i + 2]);
}

static struct traits look(struct str w)
{
    struct traits t = {0};
    size_t run = 0;

    for (size_t i = 0; i < w.n; i++) {
        char c = w.p[i];

        if (is_word(c)) {
            t.words += run++ == 0;
            if (run > t.longest)
                t.longest = run;
            t.digit |= is_digit(c);
            t.letter |= !is_digit(c);
            t.lower |= is_lower(c);
            t.hump |= is_hump(w, i);
            continue;
        }
        run = 0;
        t.slashes += c == '/' || c == '\\';
        t.dots += c == '.';
        t.hyphens += c == '-';
        t.colons += c == ':';
        t.underscore |= c == '_';
    }
    return t;
}

/* "v2", "2.1.3", "v2.1-rc1": a number with two dots, or one behind a v. */
static bool is_version(struct str w, const struct traits *t)
{
    bool v = w.n > 1 && (w.p[0] == 'v' || w.p[0] == 'V') && is_digit(w.p[1]);

    return v || (is_digit(w.p[0]) && t->dots >= 2 && t->slashes == 0);
}

/* ENOENT, EADDRINUSE, SIGSEGV. */
static bool is_errno(struct str w)
{
    for (size_t i = 0; i < w.n; i++)
        if (!is_upper(w.p[i]))
            return false;
    return (w.n >= 5 && w.n <= 16 && w.p[0] == 'E') ||
           (w.n >= 6 && w.n <= 10 && str_starts(w, STR("SIG")));
}

static bool is_issue(struct str w)
{
    if (w.n < 2 || w.n > 8 || w.p[0] != '#')
        return false;
    for (size_t i = 1; i < w.n; i++)
        if (!is_digit(w.p[i]))
            return false;
    return true;
}

static bool is_path(struct str w, const struct traits *t)
{
    if (t->slashes == 0 || !t->letter)
        return false;
    /* "and/or" and "read/write" are prose: one slash needs another sign. */
    return t->slashes > 1 || t->dots || t->underscore || t->digit || t->hump ||
           str_chr(STR("/~.@\\"), w.p[0]) >= 0;
}

bool name_is(struct str w)
{
    struct traits t;

    if (w.n < 2 || w.n > NAME_MAX_BYTES)
        return false;
    t = look(w);
    if (t.words == 0)
        return false;
    if (is_issue(w) || is_version(w, &t) || is_path(w, &t) || is_errno(w))
        return true;
    if (!t.letter)
        return false; /* plain numbers and dates */
    if (is_commit(w))
        return true;
    if (t.underscore || t.hump)
        return t.longest > 1;
    if ((t.dots || t.colons > 1) && t.words > 1)
        return t.longest > 1; /* not "e.g." */
    if (str_starts(w, STR("--")))
        return t.longest > 1;
    /* sha256, gpt-4, E0308; "10ms" and "2nd" begin with their digit. */
    return t.digit && !is_digit(w.p[0]) && t.slashes == 0;
}

/* Takes off what belongs to the sentence: marks behind it, "./" stays. */
static struct str trim_word(struct str w)
{
    while (w.n && !is_word(w.p[w.n - 1]) && w.p[w.n - 1] != '_')
        w.n--;
    while (w.n && (w.p[0] == ':' || w.p[0] == '+' || w.p[0] == '\\'))
        w = str_cut(w, 1, w.n);
    if (w.n > 2 && w.p[0] == '-' && w.p[1] != '-')
        w = str_cut(w, 1, w.n);
    return w;
}

/* "src/x.c:120" and "src/x.c:120:7": the place is not part of the path. */
static struct str drop_place(struct str w)
{
    for (int k = 0; k < 2; k++) {
        size_t end = w.n;

        while (end && is_digit(w.p[end - 1]))
            end--;
        if (end == w.n || end < 2 || w.p[end - 1] != ':' || w.p[end - 2] == ':')
            break;
        w.n = end - 1;
    }
    return w;
}

/* Is the word at [from, to) written as `word` or word()? */
static bool is_marked(struct str text, size_t from, size_t to)
{
    if (to - from < 3 || to >= text.n)
        return false;
    if (text.p[to] == '(' && to + 1 < text.n && text.p[to + 1] == ')')
        return true;
    return text.p[to] == '`' && from > 0 && text.p[from - 1] == '`';
}

/* The length of "HTTP 429" where it stands at `at`, else 0. */
static size_t http_status(struct str text, size_t at)
{
    struct str s = str_cut(text, at, text.n);

    if (s.n < 8 || !str_ieq(str_cut(s, 0, 5), STR("http ")))
        return 0;
    if (s.p[5] < '1' || s.p[5] > '5' || !is_digit(s.p[6]) || !is_digit(s.p[7]))
        return 0;
    return s.n > 8 && is_word(s.p[8]) ? 0 : 8;
}

bool names_next(struct names *n, struct str *name)
{
    struct str text = n->text;

    while (n->at < text.n) {
        size_t from = n->at, to = from, len;
        struct str w;

        if (!is_inner(text.p[from])) {
            n->at++;
            continue;
        }
        len = http_status(text, from);
        if (len) {
            *name = str_cut(text, from, from + len);
            n->at = from + len;
            return true;
        }
        while (to < text.n && is_inner(text.p[to]))
            to++;
        n->at = to;
        w = drop_place(trim_word(str_cut(text, from, to)));
        if (w.n && (name_is(w) || (is_marked(text, from, to) &&
                                   w.n <= NAME_MAX_BYTES && look(w).letter))) {
            *name = w;
            return true;
        }
    }
    return false;
}

/* Does a part begin at i, inside a run of letters and digits? Letters and
 * digits part where two or more letters stand before: "sha256", not "E0308". */
static bool parts_at(struct str w, size_t i)
{
    if (is_hump(w, i))
        return true;
    if (i < 2 || i + 1 > w.n)
        return false;
    if (is_digit(w.p[i]) && is_alpha(w.p[i - 1]))
        return is_alpha(w.p[i - 2]) && !is_upper(w.p[i - 2]);
    return is_digit(w.p[i - 1]) && is_upper(w.p[i]) && i + 1 < w.n &&
           is_lower(w.p[i + 1]);
}

void name_parts(struct str w, struct buf *out)
{
    size_t start = out->len;
    bool apart = false, whole = is_commit(w);

    for (size_t i = 0; i < w.n; i++) {
        if (!is_word(w.p[i])) {
            apart = true;
            continue;
        }
        if (out->len > start &&
            (apart || (!whole && i && is_word(w.p[i - 1]) && parts_at(w, i))))
            buf_addc(out, ' ');
        apart = false;
        buf_addc(out, to_lower(w.p[i]));
    }
}

/* The words that the tokenizer makes of w. */
static void tokens(struct str w, struct buf *out)
{
    size_t start = out->len;
    bool apart = false;

    for (size_t i = 0; i < w.n; i++) {
        if (!is_word(w.p[i])) {
            apart = true;
            continue;
        }
        if (apart && out->len > start)
            buf_addc(out, ' ');
        apart = false;
        buf_addc(out, to_lower(w.p[i]));
    }
}

/* The line of names_of for one name. Four times a name's length and a bit is
 * room for the name, its parts and the parts run together. */
static void name_line(struct str name, struct buf *line, struct buf *parts,
                      struct buf *toks)
{
    size_t nparts = 1;

    buf_reset(line);
    buf_reset(parts);
    buf_reset(toks);
    for (size_t i = 0; i < name.n; i++)
        buf_addc(line, name.p[i] == '\n' ? ' ' : to_lower(name.p[i]));
    name_parts(name, parts);
    tokens(name, toks);
    if (!str_eq(buf_str(parts), buf_str(toks))) {
        buf_addc(line, ' ');
        buf_adds(line, buf_str(parts));
    }
    /* A version is also known without its v. */
    if (name.n > 2 && to_lower(name.p[0]) == 'v' && is_digit(name.p[1]) &&
        str_chr(name, '.') >= 0) {
        buf_addc(line, ' ');
        buf_adds(line, str_cut(name, 1, name.n));
    }
    for (size_t i = 0; i < toks->len; i++)
        nparts += toks->data[i] == ' ';
    if (nparts < 2 || nparts > JOIN_PARTS_MAX || str_chr(name, '/') >= 0 ||
        str_chr(name, '.') >= 0 || str_chr(name, ':') >= 0 ||
        str_chr(name, ' ') >= 0)
        return;
    buf_addc(line, ' ');
    for (size_t i = 0; i < toks->len; i++)
        if (toks->data[i] != ' ')
            buf_addc(line, toks->data[i]);
}

struct seen {
    uint64_t slot[SEEN_SLOTS]; /* 0 is free */
    size_t n;
};

/* True when the line was not there before. */
static bool seen_add(struct seen *s, struct str line)
{
    uint64_t h = str_hash(line) | 1;
    size_t at = (size_t)(h >> 8) % SEEN_SLOTS;

    while (s->slot[at]) {
        if (s->slot[at] == h)
            return false;
        at = (at + 1) % SEEN_SLOTS;
    }
    if (s->n == NAMES_COUNT_MAX)
        return false;
    s->slot[at] = h;
    s->n++;
    return true;
}

void names_of(struct str text, struct buf *out)
{
    struct names walk = {text, 0};
    struct seen seen = {0};
    struct buf line, parts, toks;
    struct str rest = buf_str(out), name;

    while (str_line(&rest, &name))
        seen_add(&seen, str_trim(name));
    buf_init(&line, 4 * NAME_MAX_BYTES + 16);
    buf_init(&parts, 2 * NAME_MAX_BYTES + 16);
    buf_init(&toks, 2 * NAME_MAX_BYTES + 16);
    while (names_next(&walk, &name)) {
        name_line(name, &line, &parts, &toks);
        if (out->len + line.len + 1 > NAMES_MAX ||
            out->len + line.len + 1 > out->max)
            break;
        if (!seen_add(&seen, buf_str(&line)))
            continue;
        buf_adds(out, buf_str(&line));
        buf_addc(out, '\n');
    }
    buf_free(&line);
    buf_free(&parts);
    buf_free(&toks);
}
