/* reply_mend.c - see reply_mend.h. */
#include "base/common.h"

#include "compress/reply_mend.h"

/* The form asked for is four levels deep. */
#define DEPTH_MAX     24
#define COMMENT_BYTES 400u

enum role { ROLE_KEY, ROLE_MEMBER, ROLE_ELEMENT };

struct level {
    bool object;
    bool filled;  /* something was written: the next needs a comma */
    bool has_key; /* the value of a written key is still to come */
};

struct mender {
    struct str in;
    size_t at;
    struct buf *out;
    struct level level[DEPTH_MAX];
    int depth;  /* levels open */
    bool guess; /* decide by what follows whether a quote ends its string */
    bool odd;   /* something stood behind a string that cannot stand there */
    bool cut;
};

static char peek(const struct mender *m, size_t at)
{
    return at < m->in.n ? m->in.p[at] : '\0';
}

/* Offset behind the comment at `at`, or `at` when there is none. A long one
 * is not taken for one, so that every quote may look behind itself. */
static size_t skip_comment(const struct mender *m, size_t at)
{
    struct str rest = str_cut(m->in, at, at + COMMENT_BYTES);
    bool line = str_starts(rest, STR("//"));
    ptrdiff_t n;

    if (!line && !str_starts(rest, STR("/*")))
        return at;
    n = str_find(str_cut(rest, 2, rest.n), line ? STR("\n") : STR("*/"));
    if (n >= 0)
        return at + 2 + (size_t)n + (line ? 1 : 2);
    return rest.n < COMMENT_BYTES ? m->in.n : at;
}

/* Offset of what is neither white space nor a comment. */
static size_t skip(const struct mender *m, size_t at)
{
    size_t from;

    do {
        while (at < m->in.n && is_space(m->in.p[at]))
            at++;
        from = at;
        at = skip_comment(m, at);
    } while (at != from);
    return at;
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '+' || c == '.' ||
           c == '$';
}

/* --- where a string ends ------------------------------------------------- */

/* Is there `"word":` or `word:` at `at`? A key is never long. */
static bool is_key_at(const struct mender *m, size_t at)
{
    char quote = peek(m, at);
    size_t n = 0;

    if (quote == '"' || quote == '\'')
        at++;
    else
        quote = '\0';
    while (n < 40 && (is_word(peek(m, at)) || peek(m, at) == ' ')) {
        at++;
        n++;
    }
    if (n == 0 || (quote && peek(m, at++) != quote))
        return false;
    return peek(m, skip(m, at)) == ':';
}

static bool closes_here(const struct mender *m, size_t at)
{
    char next = peek(m, skip(m, at + 1));

    return next == '\0' || strchr(",]}`", next) != NULL;
}

/* Does the quote before `at` end its string, going by what follows? */
static bool ends_string(const struct mender *m, size_t at, enum role role)
{
    size_t then;

    at = skip(m, at);
    if (at >= m->in.n)
        return true;
    if (m->in.p[at] == '\0')
        return false;
    if (role == ROLE_KEY)
        return strchr(":,}", m->in.p[at]) != NULL;
    if (m->in.p[at] == '}' || m->in.p[at] == ']')
        return closes_here(m, at);
    if (m->in.p[at] != ',')
        return role == ROLE_MEMBER && is_key_at(m, at);
    then = skip(m, at + 1);
    if (then >= m->in.n || m->in.p[then] == '}' || m->in.p[then] == ']')
        return true;
    if (role == ROLE_MEMBER)
        return is_key_at(m, then);
    return strchr("\"'{[-", m->in.p[then]) != NULL || is_digit(m->in.p[then]);
}

/* --- writing --------------------------------------------------------------- */

static struct level *top(struct mender *m)
{
    return m->depth ? &m->level[m->depth - 1] : NULL;
}

/* Before an element or a key. */
static void put_comma(struct mender *m)
{
    struct level *l = top(m);

    if (l && l->filled)
        buf_addc(m->out, ',');
    if (l)
        l->filled = true;
}

/* Before a value: an object's must have a key. */
static void put_before(struct mender *m)
{
    struct level *l = top(m);

    if (!l || !l->object) {
        put_comma(m);
    } else if (!l->has_key) {
        put_comma(m);
        buf_addz(m->out, "\"\":");
    }
    if (l)
        l->has_key = false;
}

/* A key whose value never came. */
static void end_key(struct mender *m)
{
    struct level *l = top(m);

    if (l && l->has_key) {
        buf_addz(m->out, "null");
        l->has_key = false;
    }
}

static void open_level(struct mender *m, bool object)
{
    put_before(m);
    buf_addc(m->out, object ? '{' : '[');
    m->level[m->depth++] = (struct level){.object = object};
}

static void close_level(struct mender *m)
{
    end_key(m);
    if (m->cut && top(m)->object) {
        put_comma(m);
        buf_addz(m->out, "\"" MEND_CUT "\":true");
    }
    buf_addc(m->out, top(m)->object ? '}' : ']');
    m->depth--;
}

/* A bracket closes the nearest level of its kind; without one it is ignored. */
static void close_bracket(struct mender *m, bool object)
{
    int to = m->depth;

    while (to > 0 && m->level[to - 1].object != object)
        to--;
    while (to > 0 && m->depth >= to)
        close_level(m);
}

static void put_byte(struct mender *m, char c)
{
    if (c == '"')
        buf_addz(m->out, "\\\"");
    else if (c == '\n')
        buf_addz(m->out, "\\n");
    else if (c == '\t')
        buf_addz(m->out, "\\t");
    else if ((unsigned char)c >= 0x20)
        buf_addc(m->out, c);
}

static bool is_unicode_escape(const struct mender *m, size_t at)
{
    for (size_t i = 1; i <= 4; i++) {
        char c = to_lower(peek(m, at + i));

        if (!is_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return peek(m, at) == 'u';
}

/* The backslash is at m->at - 1. One that escapes nothing JSON knows stands
 * for itself: models write regular expressions and Windows paths. */
static void put_escape(struct mender *m)
{
    char c = peek(m, m->at);

    if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
        buf_addc(m->out, '\\');
        buf_addc(m->out, c);
        m->at++;
    } else if (is_unicode_escape(m, m->at)) {
        buf_addc(m->out, '\\');
        buf_add(m->out, m->in.p + m->at, 5);
        m->at += 5;
    } else if (c == '\'') {
        buf_addc(m->out, c);
        m->at++;
    } else {
        buf_addz(m->out, "\\\\");
    }
}

/* The string at m->at, its quotes too. False when the text ends first. */
static bool put_string(struct mender *m, enum role role)
{
    char quote = m->in.p[m->at++];

    buf_addc(m->out, '"');
    while (m->at < m->in.n) {
        char c = m->in.p[m->at++];

        if (c == '\\') {
            if (m->at == m->in.n)
                return false;
            put_escape(m);
        } else if (c == quote && ((!m->guess && quote == '"') ||
                                  ends_string(m, m->at, role))) {
            buf_addc(m->out, '"');
            return true;
        } else {
            put_byte(m, c);
        }
    }
    return false;
}

/* --- reading --------------------------------------------------------------- */

static void take_string(struct mender *m)
{
    struct level *l = top(m);
    enum role role = !l->object   ? ROLE_ELEMENT
                     : l->has_key ? ROLE_MEMBER
                                  : ROLE_KEY;
    struct level before = *l;
    size_t start = m->out->len;
    char next;

    if (role == ROLE_KEY)
        put_comma(m);
    else
        put_before(m);
    if (!put_string(m, role)) {
        m->cut = true;
        *l = before;
        m->out->len = start;
        return;
    }
    next = peek(m, skip(m, m->at));
    if (next && strchr(role == ROLE_KEY ? ":" : ",}]", next) == NULL)
        m->odd = true;
    if (role == ROLE_KEY) {
        buf_addc(m->out, ':');
        l->has_key = true;
    }
}

static size_t digits(struct str w, size_t at)
{
    size_t from = at;

    while (at < w.n && is_digit(w.p[at]))
        at++;
    return at - from;
}

/* A number as JSON has it: no leading zeros, no plus. */
static bool is_number(struct str w)
{
    size_t at = w.n && w.p[0] == '-', n = digits(w, at);

    if (n == 0 || (n > 1 && w.p[at] == '0'))
        return false;
    at += n;
    if (at < w.n && w.p[at] == '.') {
        n = digits(w, ++at);
        if (n == 0)
            return false;
        at += n;
    }
    if (at < w.n && to_lower(w.p[at]) == 'e') {
        at++;
        if (at < w.n && (w.p[at] == '+' || w.p[at] == '-'))
            at++;
        n = digits(w, at);
        if (n == 0 || n > 3)
            return false;
        at += n;
    }
    return at == w.n;
}

static void put_word(struct mender *m, struct str w)
{
    put_before(m);
    if (is_number(w)) {
        buf_adds(m->out, w);
    } else if (str_ieq(w, STR("true"))) {
        buf_addz(m->out, "true");
    } else if (str_ieq(w, STR("false"))) {
        buf_addz(m->out, "false");
    } else if (str_ieq(w, STR("null")) || str_eqz(w, "None")) {
        buf_addz(m->out, "null");
    } else {
        buf_addc(m->out, '"');
        buf_adds(m->out, w);
        buf_addc(m->out, '"');
    }
}

/* A word without quotes: a number, a literal, a key, a value, or stray. */
static void take_word(struct mender *m)
{
    struct level *l = top(m);
    size_t from = m->at;
    struct str w;

    while (m->at < m->in.n && is_word(m->in.p[m->at]))
        m->at++;
    w = str_cut(m->in, from, m->at);
    if (m->at == m->in.n) {
        m->cut = true; /* it may have gone on */
    } else if (l->object && !l->has_key) {
        if (peek(m, skip(m, m->at)) != ':')
            return;
        put_comma(m);
        buf_addf(m->out, "\"%.*s\":", STR_ARG(w));
        l->has_key = true;
    } else if (is_alnum(w.p[0]) || w.p[0] == '-') {
        put_word(m, w);
    }
}

static bool take(struct mender *m)
{
    char c;

    m->at = skip(m, m->at);
    c = peek(m, m->at);
    if (m->at >= m->in.n) {
        m->cut = true;
    } else if (c == '{' || c == '[') {
        if (m->depth == DEPTH_MAX)
            return false;
        m->at++;
        open_level(m, c == '{');
    } else if (c == '}' || c == ']') {
        m->at++;
        close_bracket(m, c == '}');
    } else if (c == '"' || c == '\'') {
        take_string(m);
    } else if (is_word(c)) {
        take_word(m);
    } else {
        m->at++;
        if (c == ',')
            end_key(m);
    }
    return true;
}

static bool run(struct mender *m)
{
    do {
        if (!take(m))
            return false;
    } while (m->depth > 0 && !m->cut);
    while (m->depth > 0)
        close_level(m);
    return !buf_is_full(m->out);
}

bool mend_json(struct str text, struct buf *out, struct mended *res)
{
    struct mender m = {.in = text, .out = out};
    size_t start = out->len;

    if (text.n == 0 || (text.p[0] != '{' && text.p[0] != '['))
        return false;
    /* Only where taking every quote at its word went wrong is it guessed
     * which of them end a string. */
    if (!run(&m) && !m.odd)
        return false;
    if (m.odd) {
        out->len = start;
        m = (struct mender){.in = text, .out = out, .guess = true};
        if (!run(&m))
            return false;
    }
    *res = (struct mended){.end = m.at, .cut = m.cut};
    return true;
}
