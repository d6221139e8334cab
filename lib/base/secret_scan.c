/* secret_scan.c - see secret_scan.h. */
#include "base/common.h"

#include "base/secret_scan.h"
#include "base/secrets.h"

/* Look this far for the end of a value, back for a name, forward for the end
 * of a private key: what is longer is something else. */
#define VALUE_MAX 256u
#define NAME_BACK 64u
#define PEM_MAX   16384u

static bool hit(struct secret *m, size_t from, size_t to, const char *label)
{
    *m = (struct secret){from, to, label};
    return true;
}

/* --- <private> ------------------------------------------------------------ */

static bool has_tag(struct str s, size_t i, struct str tag)
{
    size_t end = i + tag.n;

    return end < s.n && str_ieq(str_cut(s, i, end), tag) &&
           (s.p[end] == '>' || is_space(s.p[end]));
}

static size_t next_tag_end(struct secret_scan *sc, size_t from)
{
    if (sc->tag_end < from) {
        ptrdiff_t at =
            str_ifind(str_cut(sc->s, from, sc->s.n), STR("</private"));

        sc->tag_end = at < 0 ? sc->s.n : from + (size_t)at;
    }
    return sc->tag_end;
}

/* Tags nest, and one that is not closed reaches to the end of the text; but
 * not "List<Private>", which is a type. */
static bool match_private(struct secret_scan *sc, size_t from, struct secret *m)
{
    struct str s = sc->s;
    int depth = 0;

    if (!has_tag(s, from, STR("<private")))
        return false;
    if (from > 0 && is_alnum(s.p[from - 1]) && next_tag_end(sc, from) == s.n)
        return false;
    for (size_t i = from; i < s.n; i++) {
        if (s.p[i] != '<')
            continue;
        if (has_tag(s, i, STR("<private"))) {
            depth++;
        } else if (has_tag(s, i, STR("</private")) && --depth == 0) {
            ptrdiff_t end = str_chr(str_cut(s, i, s.n), '>');

            if (end < 0)
                break;
            return hit(m, from, i + (size_t)end + 1, "private");
        }
    }
    return hit(m, from, s.n, "private");
}

/* --- private key blocks --------------------------------------------------- */

static size_t next_pem_end(struct secret_scan *sc, size_t from)
{
    ptrdiff_t at;

    if (sc->pem_end < from) { /* looked for once, however often asked */
        at = str_find(str_cut(sc->s, from, sc->s.n), STR("-----END"));
        sc->pem_end = at < 0 ? sc->s.n : from + (size_t)at;
    }
    return sc->pem_end;
}

static bool is_pem_char(char c)
{
    return is_alnum(c) || is_space(c) || c == '+' || c == '/' || c == '=' ||
           c == '\\' || c == ':' || c == ',';
}

static bool match_pem(struct secret_scan *sc, size_t from, struct secret *m)
{
    struct str s = sc->s;
    struct str head = str_cut(s, from, from + 80);
    ptrdiff_t name, line_end;
    size_t body, end, run = 0, longest = 0;

    if (!str_starts(head, STR("-----BEGIN")))
        return false;
    name = str_find(head, STR("PRIVATE KEY"));
    if (name < 0)
        return false;
    body = from + (size_t)name + 11;
    end = next_pem_end(sc, body);
    if (end - body > PEM_MAX || end == s.n) {
        /* Cut off: what looks like its body goes. A dash is none, but may
         * begin the line of a patch. */
        for (end = body + 5; end < s.n && end - body < PEM_MAX; end++)
            if (!is_pem_char(s.p[end]) &&
                (s.p[end] != '-' || s.p[end - 1] != '\n'))
                break;
        end = end < s.n ? end : s.n;
    } else {
        line_end = str_find(str_cut(s, end + 8, end + 80), STR("-----"));
        end += 8 + (line_end < 0 ? 0 : (size_t)line_end + 5);
    }
    for (size_t i = body; i < end; i++) {
        run = is_alnum(s.p[i]) || s.p[i] == '+' || s.p[i] == '/' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    /* A mere mention of the first line is no key: its lines are of 64. */
    return longest >= 40 && hit(m, from, end, "private-key");
}

/* --- URLs ----------------------------------------------------------------- */

/* s.p[colon] begins "://": user:password@host behind it? */
static bool match_url(struct str s, size_t colon, struct secret *m)
{
    size_t from = colon + 3, at = 0, sep = 0, i;
    static const char *const dull[] = {"password", "passwd", "pass", "pwd"};
    struct str user, pass;

    for (i = from; i < s.n && i - from < VALUE_MAX; i++) {
        char c = s.p[i];

        if (c == '@')
            at = i;
        else if (c == ':' && !sep)
            sep = i;
        else if (c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' ||
                 c == '`' || c == '<' || c == '>' || c == '\\' || is_space(c))
            break;
    }
    if (!at)
        return false;
    if (!sep || sep > at) /* a token in the user's place */
        return secret_is_random(str_cut(s, from, at)) &&
               hit(m, from, at, "url-password");
    user = str_cut(s, from, sep);
    pass = str_cut(s, sep + 1, at);
    if (pass.n < 3 || secret_is_placeholder(pass) || str_eq(user, pass) ||
        str_chr(pass, ']') >= 0)
        return false;
    for (i = 0; i < ARRAY_LEN(dull); i++)
        if (str_ieq(pass, str_of(dull[i])))
            return false;
    return hit(m, sep + 1, at, "url-password");
}

/* --- headers -------------------------------------------------------------- */

static bool is_credential_char(char c)
{
    return is_alnum(c) || strchr("-._~+/=:", c);
}

/* A credential begins at i: how far does it reach? */
static bool match_credential(struct str s, size_t i, size_t min,
                             struct secret *m)
{
    size_t end = i;
    struct str v;

    while (end < s.n && end - i < 4096 && s.p[end] &&
           is_credential_char(s.p[end]))
        end++;
    v = str_cut(s, i, end);
    if (v.n < min || secret_is_placeholder(v))
        return false;
    /* Short ones must at least not be words: "Basic auth". */
    return (secret_is_random(v) || v.n >= 40 || str_ends(v, STR("="))) &&
           hit(m, i, end, "authorization");
}

static size_t skip_blanks(struct str s, size_t i)
{
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    return i;
}

/* Behind "Authorization:" (and quotes), or at "Bearer ". */
static bool match_authorization(struct str s, size_t i, struct secret *m)
{
    static const struct str schemes[] = {
        {"bearer", 6},
        {"basic", 5},
        {"token", 5},
        {"apikey", 6},
    };

    for (size_t k = 0; k < ARRAY_LEN(schemes); k++) {
        size_t end = i + schemes[k].n;

        if (end < s.n && s.p[end] == ' ' &&
            str_ieq(str_cut(s, i, end), schemes[k]))
            return match_credential(s, skip_blanks(s, end), 8, m);
    }
    return false;
}

/* --- names and their values ----------------------------------------------- */

static bool is_name_char(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* The name before the sign at `sign`: NAME, "name", name], x["name"]. */
static struct str name_before(struct str s, size_t sign)
{
    size_t end = sign, from, low = sign > NAME_BACK ? sign - NAME_BACK : 0;

    while (end > low && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
        end--;
    if (end > low && s.p[end - 1] == ']')
        end--;
    while (end > low && (s.p[end - 1] == '"' || s.p[end - 1] == '\'' ||
                         s.p[end - 1] == '`' || s.p[end - 1] == '\\'))
        end--;
    if (!secret_name_maybe(s, end))
        return STR_NONE;
    from = end;
    while (from > low && is_name_char(s.p[from - 1]))
        from--;
    return str_cut(s, from, end);
}

static bool is_env_name(struct str name)
{
    bool upper = false;

    for (size_t i = 0; i < name.n; i++) {
        if (is_lower(name.p[i]))
            return false;
        upper = upper || is_upper(name.p[i]);
    }
    return upper;
}

/*
 * The value that begins at i: a quoted literal, or what reaches to the next
 * blank or sign. False for what can be no literal, such as a call.
 */
static bool value_at(struct str s, size_t i, size_t *from, size_t *to,
                     bool *quoted)
{
    bool escaped = i < s.n && s.p[i] == '\\'; /* \"a quote in a quote\" */
    size_t end;
    char quote;

    if (escaped)
        i++;
    if (i >= s.n)
        return false;
    quote = s.p[i];
    *quoted = quote == '"' || quote == '\'' || quote == '`';
    *from = i + *quoted;
    for (end = *from; end < s.n && end - *from < VALUE_MAX; end++) {
        char c = s.p[end];

        if (c == '\n' || c == '\r')
            break;
        if (*quoted ? c == quote : is_space(c) || strchr("\"'`,;)]}<>&|", c))
            break;
        if (!*quoted && (c == '(' || c == '['))
            return false;
        if (!*quoted && c == '\\' && end + 1 < s.n &&
            strchr("\"'nrt", s.p[end + 1]))
            break;
    }
    if (*quoted && (end >= s.n || s.p[end] != quote))
        return false;
    *to = end - (*quoted && escaped && end > *from && s.p[end - 1] == '\\');
    return *to > *from;
}

static bool match_value(struct str s, size_t i, enum name_kind kind,
                        enum value_form form, struct secret *m)
{
    size_t from, to;
    bool quoted;

    if (!value_at(s, i, &from, &to, &quoted))
        return false;
    if (quoted)
        form = VALUE_QUOTED;
    if (!secret_value(kind, form, str_cut(s, from, to)))
        return false;
    return hit(m, from, to, kind == NAME_PASSWORD ? "password" : "secret");
}

/* "Cookie: name=value; ..." goes to the end of its line or quote. */
static bool match_cookie(struct str s, size_t i, struct secret *m)
{
    size_t end = i;

    while (end < s.n && end - i < NAME_BACK && is_name_char(s.p[end]))
        end++;
    if (end == i || end >= s.n || s.p[end] != '=')
        return false;
    while (end < s.n && end - i < 4096 && s.p[end] != '\n' &&
           s.p[end] != '\r' && s.p[end] != '\\' && s.p[end] != '"' &&
           s.p[end] != '\'')
        end++;
    return end - i >= 16 && !secret_is_placeholder(str_cut(s, i, end)) &&
           hit(m, i, end, "cookie");
}

/* s.p[sign] is '=' or ':'. */
static bool match_assignment(struct str s, size_t sign, struct secret *m)
{
    struct str name = name_before(s, sign);
    enum value_form form = VALUE_BARE;
    enum name_kind kind;
    size_t i = sign + 1;

    if (name.n < 3)
        return false;
    kind = secret_name(name);
    if (kind == NAME_PLAIN)
        return false;
    if (i < s.n && (s.p[i] == '=' || s.p[i] == ':' || s.p[i] == '>')) {
        if (s.p[i] == s.p[sign])
            return false; /* "==" and "::" assign nothing */
        i++;              /* ":=" and "=>" do */
    } else if (s.p[sign] == '=' && is_env_name(name) &&
               name.p + name.n == s.p + sign) {
        form = VALUE_ENV;
    }
    if (form == VALUE_BARE)
        i = skip_blanks(s, i);
    /* Alone it is a verdict: "--- PASS: TestName2", Event::Pass => "1". */
    if (str_ieq(name, STR("pass")) && form != VALUE_ENV &&
        (name.p[0] == 'P' || i >= s.n || (s.p[i] != '"' && s.p[i] != '\'')))
        return false;
    if (kind == NAME_COOKIE)
        return s.p[sign] == ':' && match_cookie(s, i, m);
    if (kind == NAME_AUTHORIZATION) {
        while (i < s.n && (s.p[i] == '"' || s.p[i] == '\'' || s.p[i] == '`' ||
                           s.p[i] == '\\'))
            i++;
        if (match_authorization(s, i, m))
            return true;
        kind = NAME_SECRET;
    }
    return match_value(s, i, kind, form, m);
}

/* "--password x": s.p[i] begins "--". */
static bool match_flag(struct str s, size_t i, struct secret *m)
{
    size_t end = i + 2;
    enum name_kind kind;

    while (end < s.n && end - i < NAME_BACK && is_name_char(s.p[end]))
        end++;
    if (end >= s.n || s.p[end] != ' ' || end - i < 5)
        return false;
    kind = secret_name(str_cut(s, i + 2, end));
    if (kind != NAME_PASSWORD && kind != NAME_SECRET)
        return false;
    end = skip_blanks(s, end);
    if (end < s.n && s.p[end] == '-')
        return false; /* the next flag */
    return match_value(s, end, kind, VALUE_BARE, m);
}

/* "curl -u name:password": s.p[i] begins "-u". */
static bool match_user_flag(struct str s, size_t i, struct secret *m)
{
    size_t from, to;
    ptrdiff_t colon;
    bool quoted;
    struct str v;

    if (!str_starts(str_cut(s, i, s.n), STR("-u ")) ||
        !value_at(s, skip_blanks(s, i + 3), &from, &to, &quoted))
        return false;
    colon = str_chr(str_cut(s, from, to), ':');
    if (colon < 1)
        return false;
    v = str_cut(s, from + (size_t)colon + 1, to);
    return secret_value(NAME_PASSWORD, VALUE_BARE, v) &&
           hit(m, from + (size_t)colon + 1, to, "password");
}

/* <password>value</password> */
static bool match_element(struct str s, size_t i, struct secret *m)
{
    size_t end = i + 1;
    enum name_kind kind;

    while (end < s.n && end - i < NAME_BACK && is_name_char(s.p[end]))
        end++;
    if (end >= s.n || s.p[end] != '>' || end - i < 5)
        return false;
    kind = secret_name(str_cut(s, i + 1, end));
    return (kind == NAME_PASSWORD || kind == NAME_SECRET) &&
           match_value(s, end + 1, kind, VALUE_BARE, m);
}

/* The word that ends before i, and the blanks behind it. */
static struct str word_before(struct str s, size_t *i)
{
    size_t end = *i, low = *i > VALUE_MAX ? *i - VALUE_MAX : 0;

    while (end > low && is_space(s.p[end - 1]))
        end--;
    for (*i = end; *i > low && !is_space(s.p[*i - 1]); (*i)--)
        ;
    return str_cut(s, *i, end);
}

/* A .netrc entry: "... login me password this", on one line or several. */
static bool match_netrc(struct str s, size_t i, struct secret *m)
{
    size_t from, to, back = i;
    struct str login;
    bool quoted;

    if (!str_starts(str_cut(s, i, s.n), STR("password ")))
        return false;
    login = word_before(s, &back);
    if (str_eqz(login, "and") || str_eqz(login, "or"))
        return false; /* prose */
    if (!str_eqz(word_before(s, &back), "login") ||
        !value_at(s, skip_blanks(s, i + 8), &from, &to, &quoted) ||
        secret_is_placeholder(str_cut(s, from, to)))
        return false;
    return hit(m, from, to, "password");
}

/* --- the scan ------------------------------------------------------------- */

static bool match_word(struct str s, size_t i, struct secret *m)
{
    const char *label;
    size_t n = secret_token(s, i, &label);

    if (n)
        return hit(m, i, i + n, label);
    if ((s.p[i] | ' ') == 'b')
        return str_ieq(str_cut(s, i, i + 7), STR("bearer ")) &&
               match_authorization(s, i, m);
    return s.p[i] == 'p' && match_netrc(s, i, m);
}

static bool match_sign(struct secret_scan *sc, size_t i, struct secret *m)
{
    struct str s = sc->s;

    switch (s.p[i]) {
    case '<':
        return match_private(sc, i, m) || match_element(s, i, m);
    case '-':
        if (i + 1 >= s.n || (i > 0 && is_alnum(s.p[i - 1])))
            return false;
        if (s.p[i + 1] == 'u')
            return match_user_flag(s, i, m);
        if (s.p[i + 1] != '-')
            return false;
        if (match_pem(sc, i, m))
            return true;
        /* Not within a line of dashes. */
        return (i == 0 || s.p[i - 1] != '-') && match_flag(s, i, m);
    case ':':
        if (i + 2 < s.n && s.p[i + 1] == '/' && s.p[i + 2] == '/')
            return match_url(s, i, m);
        return match_assignment(s, i, m);
    default: /* '=' */
        return (i == 0 || !strchr("!<>=:+", s.p[i - 1])) &&
               match_assignment(s, i, m);
    }
}

enum { PLAIN, IN_WORD, IN_BEGIN, SIGN };

/* What a byte is to the scan: nothing, part of a word, part of a word and
 * also the first letter of something, or a sign at which something can be. */
static const unsigned char kinds[256] = {
    ['0'] = IN_WORD,  ['1'] = IN_WORD,  ['2'] = IN_WORD,  ['3'] = IN_WORD,
    ['4'] = IN_WORD,  ['5'] = IN_WORD,  ['6'] = IN_WORD,  ['7'] = IN_WORD,
    ['8'] = IN_WORD,  ['9'] = IN_WORD,  ['_'] = IN_WORD,  ['A'] = IN_BEGIN,
    ['B'] = IN_BEGIN, ['C'] = IN_BEGIN, ['D'] = IN_WORD,  ['E'] = IN_WORD,
    ['F'] = IN_BEGIN, ['G'] = IN_BEGIN, ['H'] = IN_BEGIN, ['I'] = IN_WORD,
    ['J'] = IN_WORD,  ['K'] = IN_WORD,  ['L'] = IN_WORD,  ['M'] = IN_WORD,
    ['N'] = IN_WORD,  ['O'] = IN_WORD,  ['P'] = IN_BEGIN, ['Q'] = IN_WORD,
    ['R'] = IN_WORD,  ['S'] = IN_BEGIN, ['T'] = IN_WORD,  ['U'] = IN_WORD,
    ['V'] = IN_WORD,  ['W'] = IN_WORD,  ['X'] = IN_WORD,  ['Y'] = IN_WORD,
    ['Z'] = IN_WORD,  ['a'] = IN_BEGIN, ['b'] = IN_BEGIN, ['c'] = IN_WORD,
    ['d'] = IN_BEGIN, ['e'] = IN_BEGIN, ['f'] = IN_BEGIN, ['g'] = IN_BEGIN,
    ['h'] = IN_BEGIN, ['i'] = IN_WORD,  ['j'] = IN_WORD,  ['k'] = IN_BEGIN,
    ['l'] = IN_BEGIN, ['m'] = IN_WORD,  ['n'] = IN_BEGIN, ['o'] = IN_WORD,
    ['p'] = IN_BEGIN, ['q'] = IN_WORD,  ['r'] = IN_BEGIN, ['s'] = IN_BEGIN,
    ['t'] = IN_BEGIN, ['u'] = IN_WORD,  ['v'] = IN_WORD,  ['w'] = IN_BEGIN,
    ['x'] = IN_BEGIN, ['y'] = IN_BEGIN, ['z'] = IN_WORD,  ['<'] = SIGN,
    ['-'] = SIGN,     [':'] = SIGN,     ['='] = SIGN,
};

/* s.p[i] goes on the word before it. Is that only a "\n" spelt out? */
static bool behind_escape(struct str s, size_t i)
{
    return i >= 2 && s.p[i - 2] == '\\' &&
           (s.p[i - 1] == 'n' || s.p[i - 1] == 'r' || s.p[i - 1] == 't');
}

/* Two letters are enough to turn most words away. */
static bool may_begin(struct str s, size_t i)
{
    char a = s.p[i], b;

    if (i + 1 >= s.n)
        return false;
    b = s.p[i + 1];
    return secret_token_maybe(a, b) || (a == 'p' && b == 'a') ||
           ((a | ' ') == 'b' && (b | ' ') == 'e');
}

bool secret_next(struct secret_scan *sc, struct secret *m)
{
    struct str s = sc->s;
    size_t i = sc->at;
    bool in_word = i > 0 && is_alnum(s.p[i - 1]), found;

    for (; i < s.n; i++) {
        unsigned char kind = kinds[(unsigned char)s.p[i]];

        if (kind == SIGN)
            found = match_sign(sc, i, m);
        else if (kind == IN_BEGIN && (!in_word || behind_escape(s, i)))
            found = may_begin(s, i) && match_word(s, i, m);
        else
            found = false;
        if (found) {
            sc->at = m->to;
            return true;
        }
        in_word = kind == IN_WORD || kind == IN_BEGIN;
    }
    sc->at = i;
    return false;
}
