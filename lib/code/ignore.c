/* ignore.c - see ignore.h. */
#include "base/common.h"

#include <ctype.h>

#include "code/ignore.h"

struct ignore_rule {
    char *memory; /* base and pattern, one behind the other */
    struct str base, pattern;
    bool negated, dir_only;
    bool anywhere; /* no slash: it is about the last component */
    bool literal;  /* no wildcard */
};

/* --- one bracket expression --------------------------------------------------- */

static bool in_class(struct str name, unsigned char c)
{
    static const struct {
        const char *name;
        int (*is)(int);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
        {"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph},
        {"lower", islower}, {"print", isprint}, {"punct", ispunct},
        {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };

    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (str_eqz(name, classes[i].name))
            return c < 128 && classes[i].is(c);
    return false;
}

static bool is_class(struct str name)
{
    static const char all[] = "alnum alpha blank cntrl digit graph lower print "
                              "punct space upper xdigit ";
    struct str rest = STR(all), word;

    while (str_split(&rest, ' ', &word))
        if (word.n && str_eq(word, name))
            return true;
    return false;
}

/*
 * p[*at] is behind "[". Moves *at behind "]" and says whether c is meant; -1
 * when the bracket never ends or names no class: git takes that as a pattern
 * that fits nothing.
 */
static int bracket(struct str p, size_t *at, unsigned char c)
{
    size_t i = *at;
    bool negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^'), hit = false;
    unsigned char last = 0;

    i += negated;
    for (bool first = true;; first = false) {
        unsigned char k;

        if (i >= p.n)
            return -1;
        k = (unsigned char)p.p[i];
        if (k == ']' && !first)
            break;
        if (k == '-' && last && i + 1 < p.n && p.p[i + 1] != ']') {
            k = (unsigned char)p.p[++i];
            if (k == '\\') {
                if (++i >= p.n)
                    return -1;
                k = (unsigned char)p.p[i];
            }
            hit = hit || (last <= c && c <= k);
            last = 0; /* "a-c-e" is no range of ranges */
            i++;
            continue;
        }
        if (k == '[' && i + 1 < p.n && p.p[i + 1] == ':') {
            size_t from = i + 2, to = from;

            while (to < p.n && p.p[to] != ']')
                to++;
            if (to >= p.n)
                return -1;
            if (to > from && p.p[to - 1] == ':') {
                struct str name = str_cut(p, from, to - 1);

                if (!is_class(name))
                    return -1;
                hit = hit || in_class(name, c);
                last = 0;
                i = to + 1;
                continue;
            } /* else a plain "[" */
        }
        if (k == '\\') {
            if (++i >= p.n)
                return -1;
            k = (unsigned char)p.p[i];
        }
        hit = hit || k == c;
        last = k;
        i++;
    }
    *at = i + 1;
    return hit != negated;
}

/* --- the pattern ---------------------------------------------------------------- */

/* "**" that crosses slashes: whole components. Gives where it ends. */
static bool is_deep(struct str p, size_t at, size_t *end)
{
    size_t i = at;

    while (i < p.n && p.p[i] == '*')
        i++;
    *end = i;
    return i - at >= 2 && (at == 0 || p.p[at - 1] == '/') &&
           (i == p.n || p.p[i] == '/');
}

/* Does p[*i] fit the byte c, which is no end? Moves *i on. -1: never. */
static int one(struct str p, size_t *i, unsigned char c, bool paths)
{
    unsigned char k = (unsigned char)p.p[*i];

    if (k == '?') {
        (*i)++;
        return !(paths && c == '/');
    }
    if (k == '[') {
        size_t at = *i + 1;
        int rc = bracket(p, &at, c);

        *i = at;
        return rc == 1 && paths && c == '/' ? 0 : rc;
    }
    if (k == '\\') {
        if (++*i >= p.n)
            return -1;
        k = (unsigned char)p.p[*i];
    }
    (*i)++;
    return k == c;
}

#define NOWHERE SIZE_MAX

/*
 * Two places to go back to are enough: the last "*", which may take one byte
 * more until a slash, and the last "**", which may take one component more.
 * What stands before a "**" fitted as early as it could, so that going back
 * beyond it gains nothing.
 */
bool ignore_glob(struct str p, struct str t, bool paths)
{
    size_t i = 0, j = 0, star_i = NOWHERE, star_j = 0, deep_i = NOWHERE,
           deep_j = 0, end;

    for (;;) {
        bool failed = false;

        if (i < p.n && p.p[i] == '*') {
            bool deep = paths && is_deep(p, i, &end);

            if (!paths)
                for (end = i; end < p.n && p.p[end] == '*';)
                    end++;
            if (deep && end == p.n)
                return true;
            if (deep) {
                deep_i = i = end + 1;
                deep_j = j;
                star_i = NOWHERE;
            } else {
                star_i = i = end;
                star_j = j;
            }
            continue;
        }
        if (i == p.n && j == t.n)
            return true;
        if (i < p.n && j < t.n) {
            unsigned char c = (unsigned char)t.p[j];
            int rc = one(p, &i, c, paths);

            if (rc < 0)
                return false;
            failed = rc == 0;
            j++;
            if (!failed && paths && c == '/')
                star_i = NOWHERE; /* it cannot reach beyond */
        } else {
            failed = true;
        }
        if (!failed)
            continue;
        if (star_i != NOWHERE && star_j < t.n &&
            !(paths && t.p[star_j] == '/')) {
            j = ++star_j;
            i = star_i;
            continue;
        }
        if (deep_i == NOWHERE)
            return false;
        while (deep_j < t.n && t.p[deep_j] != '/')
            deep_j++;
        if (deep_j >= t.n)
            return false;
        j = ++deep_j;
        i = deep_i;
        star_i = NOWHERE;
    }
}

/* --- rules ----------------------------------------------------------------------- */

/* Blanks at the end do not count unless a backslash stands before. */
static struct str without_blanks(struct str s)
{
    size_t end = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n)
            end = ++i + 1;
        else if (s.p[i] != ' ')
            end = i + 1;
    }
    return str_cut(s, 0, end);
}

static bool has_wildcard(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr("*?[\\", s.p[i]))
            return true;
    return false;
}

static bool read_rule(struct str line, struct ignore_rule *r)
{
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n && line.p[0] == '#')
        return false;
    line = without_blanks(line);
    r->negated = line.n && line.p[0] == '!';
    line = str_cut(line, r->negated, line.n);
    r->dir_only = line.n && line.p[line.n - 1] == '/';
    line.n -= r->dir_only;
    if (line.n == 0 || memchr(line.p, '\0', line.n))
        return false;
    r->anywhere = str_chr(line, '/') < 0;
    if (line.p[0] == '/')
        line = str_cut(line, 1, line.n);
    r->literal = !has_wildcard(line);
    r->pattern = line;
    return line.n > 0;
}

static void keep_rule(struct ignore *g, struct str base,
                      const struct ignore_rule *r)
{
    struct ignore_rule *to;

    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 64;

        g->v = realloc(g->v, cap * sizeof(g->v[0]));
        if (!g->v)
            CM_BUG("out of memory");
        g->cap = cap;
    }
    to = &g->v[g->n++];
    *to = *r;
    to->memory = malloc(base.n + r->pattern.n + 1);
    if (!to->memory)
        CM_BUG("out of memory");
    if (base.n)
        memcpy(to->memory, base.p, base.n);
    memcpy(to->memory + base.n, r->pattern.p, r->pattern.n);
    to->base = (struct str){to->memory, base.n};
    to->pattern = (struct str){to->memory + base.n, r->pattern.n};
}

size_t ignore_push(struct ignore *g, struct str base, struct str text)
{
    size_t mark = g->n;
    struct str line;

    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_cut(text, 3, text.n);
    while (g->n < IGNORE_RULES && str_line(&text, &line)) {
        struct ignore_rule r = {0};

        if (read_rule(line, &r))
            keep_rule(g, base, &r);
    }
    return mark;
}

void ignore_pop(struct ignore *g, size_t mark)
{
    while (g->n > mark)
        free(g->v[--g->n].memory);
}

void ignore_free(struct ignore *g)
{
    ignore_pop(g, 0);
    free(g->v);
    *g = (struct ignore){0};
}

static bool fits(const struct ignore_rule *r, struct str path, struct str name)
{
    struct str below = path;

    if (r->base.n) {
        if (path.n <= r->base.n || path.p[r->base.n] != '/' ||
            !str_starts(path, r->base))
            return false;
        below = str_cut(path, r->base.n + 1, path.n);
    }
    if (r->anywhere)
        below = name;
    if (r->literal)
        return str_eq(r->pattern, below);
    return ignore_glob(r->pattern, below, !r->anywhere);
}

enum ignore_verdict ignore_match(const struct ignore *g, struct str path,
                                 bool is_dir)
{
    struct str name = str_base(path);

    for (size_t i = g->n; i-- > 0;) {
        const struct ignore_rule *r = &g->v[i];

        if ((!r->dir_only || is_dir) && fits(r, path, name))
            return r->negated ? IGNORE_IN : IGNORE_OUT;
    }
    return IGNORE_SILENT;
}
