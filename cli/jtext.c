/* jtext.c - see jtext.h. */
#include "base/common.h"

#include "base/json.h"
#include "cli/jtext.h"

#define BAD SIZE_MAX

static size_t skip_space(struct str s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n' ||
                        s.p[at] == '\r'))
        at++;
    return at;
}

static size_t fail(size_t at, size_t *wrong)
{
    *wrong = at;
    return BAD;
}

static bool is_hex(char c)
{
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

/* Behind the string that begins at `at`. */
static size_t skip_string(struct str s, size_t at, size_t *wrong)
{
    if (at >= s.n || s.p[at] != '"')
        return fail(at, wrong);
    for (at++; at < s.n && s.p[at] != '"'; at++) {
        if ((unsigned char)s.p[at] < 0x20)
            return fail(at, wrong);
        if (s.p[at] != '\\')
            continue;
        if (++at >= s.n || !strchr("\"\\/bfnrtu", s.p[at]))
            return fail(at, wrong);
        if (s.p[at] == 'u')
            for (int i = 0; i < 4; i++)
                if (++at >= s.n || !is_hex(s.p[at]))
                    return fail(at, wrong);
    }
    return at < s.n ? at + 1 : fail(at, wrong);
}

static size_t skip_digits(struct str s, size_t at)
{
    while (at < s.n && is_digit(s.p[at]))
        at++;
    return at;
}

static size_t skip_number(struct str s, size_t at, size_t *wrong)
{
    size_t from = at + (s.p[at] == '-');

    at = skip_digits(s, from);
    if (at == from || (s.p[from] == '0' && at > from + 1))
        return fail(at, wrong);
    if (at < s.n && s.p[at] == '.') {
        from = at + 1;
        at = skip_digits(s, from);
        if (at == from)
            return fail(at, wrong);
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        from = at + 1;
        if (from < s.n && (s.p[from] == '+' || s.p[from] == '-'))
            from++;
        at = skip_digits(s, from);
        if (at == from)
            return fail(at, wrong);
    }
    return at;
}

static size_t skip_scalar(struct str s, size_t at, size_t *wrong)
{
    static const char *const words[] = {"true", "false", "null"};

    if (at >= s.n)
        return fail(at, wrong);
    if (s.p[at] == '"')
        return skip_string(s, at, wrong);
    if (s.p[at] == '-' || is_digit(s.p[at]))
        return skip_number(s, at, wrong);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_starts(str_cut(s, at, s.n), str_of(words[i])))
            return at + strlen(words[i]);
    return fail(at, wrong);
}

/* Behind a member's key and colon, and the space around them. */
static size_t skip_key(struct str s, size_t at, size_t *wrong)
{
    at = skip_string(s, skip_space(s, at), wrong);
    if (at == BAD)
        return BAD;
    at = skip_space(s, at);
    if (at >= s.n || s.p[at] != ':')
        return fail(at, wrong);
    return skip_space(s, at + 1);
}

/* Behind the brackets and commas that follow a value, to where the next value
 * begins; *depth is 0 when the outermost ended. */
static size_t skip_after(struct str s, size_t at, char *open, int *depth,
                         size_t *wrong)
{
    while (*depth > 0) {
        char o = open[*depth - 1];

        at = skip_space(s, at);
        if (at < s.n && s.p[at] == ',') {
            at = skip_space(s, at + 1);
            return o == '{' ? skip_key(s, at, wrong) : at;
        }
        if (at >= s.n || s.p[at] != (o == '{' ? '}' : ']'))
            return fail(at, wrong);
        at++;
        --*depth;
    }
    return at;
}

/* Behind the value that begins at `at`, or BAD and where it went wrong. */
static size_t skip_value(struct str s, size_t at, size_t *wrong)
{
    char open[JTEXT_DEPTH];
    int depth = 0;

    do {
        if (at < s.n && (s.p[at] == '{' || s.p[at] == '[')) {
            char o = s.p[at];

            if (depth == JTEXT_DEPTH)
                return fail(at, wrong);
            open[depth++] = o;
            at = skip_space(s, at + 1);
            if (at < s.n && s.p[at] == (o == '{' ? '}' : ']')) {
                depth--;
                at++;
            } else {
                if (o == '{')
                    at = skip_key(s, at, wrong);
                if (at == BAD)
                    return BAD;
                continue;
            }
        } else {
            at = skip_scalar(s, at, wrong);
        }
        if (at != BAD)
            at = skip_after(s, at, open, &depth, wrong);
        if (at == BAD)
            return BAD;
    } while (depth > 0);
    return at;
}

bool jtext_is_blank(struct str text)
{
    return skip_space(text, 0) == text.n;
}

int jtext_root(struct str text, struct jtext *root, struct err *e)
{
    size_t from = 0, wrong = 0, end;
    int line = 1;

    if (str_starts(text, STR("\xef\xbb\xbf")))
        from = 3;
    from = skip_space(text, from);
    end = skip_value(text, from, &wrong);
    if (end != BAD && skip_space(text, end) != text.n) {
        wrong = skip_space(text, end);
        end = BAD;
    }
    if (end != BAD) {
        *root = (struct jtext){from, end};
        return 0;
    }
    for (size_t i = 0; i < wrong && i < text.n; i++)
        line += text.p[i] == '\n';
    return err_set(e, CM_EFORMAT, "line %d is not JSON%s", line,
                   wrong < text.n && text.p[wrong] == '/'
                       ? " (JSON has no comments)"
                       : "");
}

bool jtext_next(struct str text, struct jtext container, struct jtext_child *c)
{
    size_t at, wrong;
    bool is_object = text.p[container.from] == '{';

    if (c->value.to == 0) {
        at = skip_space(text, container.from + 1);
    } else {
        at = skip_space(text, c->value.to);
        if (text.p[at] == ',')
            at = skip_space(text, at + 1);
    }
    if (at >= container.to - 1)
        return false;
    c->from = at;
    c->key = STR_NONE;
    if (is_object) {
        c->key = str_cut(text, at, skip_string(text, at, &wrong));
        at = skip_key(text, at, &wrong);
    }
    c->value = (struct jtext){at, skip_value(text, at, &wrong)};
    return true;
}

bool jtext_key_is(const struct jtext_child *c, const char *key)
{
    struct json *j;
    bool is;

    if (str_chr(c->key, '\\') < 0)
        return c->key.n >= 2 && str_eqz(str_cut(c->key, 1, c->key.n - 1), key);
    j = json_parse(c->key, NULL);
    is = str_eqz(json_str(j), key);
    json_free(j);
    return is;
}

char jtext_kind(struct str text, struct jtext value)
{
    return text.p[value.from];
}
