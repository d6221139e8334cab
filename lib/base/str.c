/* str.c - see str.h. */
#include "base/common.h"

#include <errno.h>

#include "base/err.h"
#include "base/str.h"

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static bool same_folded(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    return true;
}

bool str_ieq(struct str a, struct str b)
{
    return a.n == b.n && same_folded(a.p, b.p, a.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_cut(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_cut(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
    const char *hit;

    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return -1;
    hit = memmem(s.p, s.n, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t str_ifind(struct str s, struct str needle)
{
    if (needle.n == 0)
        return 0;
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (to_lower(s.p[i]) == to_lower(needle.p[0]) &&
            same_folded(s.p + i, needle.p, needle.n))
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t str_chr(struct str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

    return hit ? hit - s.p : -1;
}

ptrdiff_t str_rchr(struct str s, char c)
{
    const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;

    return hit ? hit - s.p : -1;
}

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_split(struct str *rest, char sep, struct str *part)
{
    ptrdiff_t at;

    if (!rest->p)
        return false;
    at = str_chr(*rest, sep);
    if (at < 0) {
        *part = *rest;
        *rest = STR_NONE;
        return true;
    }
    *part = str_cut(*rest, 0, (size_t)at);
    *rest = str_cut(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool str_line(struct str *rest, struct str *line)
{
    if (rest->n == 0)
        return false;
    if (!str_split(rest, '\n', line))
        return false;
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

int str_int(struct str s, int64_t min, int64_t max, int64_t *out)
{
    char tmp[24];
    char *end;
    long long v;

    if (s.n == 0 || s.n >= sizeof(tmp) || is_space(s.p[0]))
        return CM_EARG;
    memcpy(tmp, s.p, s.n);
    tmp[s.n] = '\0';
    errno = 0;
    v = strtoll(tmp, &end, 10);
    if (errno || end != tmp + s.n || v < min || v > max)
        return CM_EARG;
    *out = v;
    return 0;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a offset basis and prime */

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h;
}

struct str str_base(struct str path)
{
    ptrdiff_t at = str_rchr(path, '/');

    return at < 0 ? path : str_cut(path, (size_t)at + 1, path.n);
}
