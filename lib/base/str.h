/*
 * str.h - a borrowed slice of bytes, for reading.
 *
 * A slice never owns and need not be terminated. The bytes live as long as
 * what they were cut from. An empty slice may have p == NULL.
 */
#ifndef CMEM_BASE_STR_H
#define CMEM_BASE_STR_H

#include "base/common.h"

struct str {
    const char *p;
    size_t n;
};

#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline struct str str_cut(struct str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (struct str){s.p ? s.p + from : NULL, to - from};
}

bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
bool str_ieq(struct str a, struct str b); /* ASCII case folded */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of needle in s, or -1. The i form folds ASCII case. */
ptrdiff_t str_find(struct str s, struct str needle);
ptrdiff_t str_ifind(struct str s, struct str needle);
ptrdiff_t str_chr(struct str s, char c);
ptrdiff_t str_rchr(struct str s, char c);
struct str str_trim(struct str s); /* ASCII white space on both ends */
/* Takes the next line off *rest, without its newline; false at the end. */
bool str_line(struct str *rest, struct str *line);
/* Takes the part up to `sep` off *rest; false at the end. */
bool str_split(struct str *rest, char sep, struct str *part);
/* A whole decimal number in [min, max]; CM_EARG otherwise. */
int str_int(struct str s, int64_t min, int64_t max, int64_t *out) MUST_USE;
/* 64-bit FNV-1a: names of cache files and in-memory tables, not security. */
uint64_t str_hash(struct str s);
/* The part behind the last '/'. */
struct str str_base(struct str path);

static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
static inline bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static inline bool is_alpha(char c)
{
    return is_lower(c) || is_upper(c);
}
static inline bool is_alnum(char c)
{
    return is_alpha(c) || is_digit(c);
}
static inline char to_lower(char c)
{
    return is_upper(c) ? (char)(c + 32) : c;
}

#endif
