/* utf8.c - see utf8.h. */
#include "base/common.h"

#include "base/utf8.h"

size_t utf8_decode(struct str s, uint32_t *cp)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t c, min;
    size_t n;

    if (s.n == 0)
        return 0;
    c = p[0];
    if (c < 0x80) {
        *cp = c;
        return 1;
    }
    if (c >= 0xc2 && c <= 0xdf) {
        n = 2;
        c &= 0x1f;
        min = 0x80;
    } else if (c >= 0xe0 && c <= 0xef) {
        n = 3;
        c &= 0x0f;
        min = 0x800;
    } else if (c >= 0xf0 && c <= 0xf4) {
        n = 4;
        c &= 0x07;
        min = 0x10000;
    } else {
        return 0;
    }
    if (s.n < n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *cp = c;
    return n;
}

size_t utf8_len(struct str s)
{
    uint32_t cp;

    return utf8_decode(s, &cp);
}

/* Where the first byte stands that is part of no character, or s.n. */
static size_t valid_len(struct str s)
{
    size_t i = 0, n;
    uint64_t eight;

    while (i < s.n) {
        /* Most text is ASCII: eight bytes at a time. */
        if (s.n - i >= sizeof(eight)) {
            memcpy(&eight, s.p + i, sizeof(eight));
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof(eight);
                continue;
            }
        }
        n = utf8_len(str_cut(s, i, s.n));
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

bool utf8_is_valid(struct str s)
{
    return valid_len(s) == s.n;
}

bool utf8_mend(struct buf *b, struct str s)
{
    for (;;) {
        size_t n = valid_len(s);

        buf_add(b, s.p, n);
        if (n == s.n)
            return !buf_is_full(b);
        buf_addz(b, "\xef\xbf\xbd");
        s = str_cut(s, n + 1, s.n);
    }
}

bool utf8_put(struct buf *b, uint32_t cp)
{
    char t[4];

    if (cp < 0x80)
        return buf_addc(b, (char)cp);
    if (cp < 0x800) {
        t[0] = (char)(0xc0 | cp >> 6);
        t[1] = (char)(0x80 | (cp & 0x3f));
        return buf_add(b, t, 2);
    }
    if (cp < 0x10000) {
        t[0] = (char)(0xe0 | cp >> 12);
        t[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        t[2] = (char)(0x80 | (cp & 0x3f));
        return buf_add(b, t, 3);
    }
    t[0] = (char)(0xf0 | cp >> 18);
    t[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    t[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    t[3] = (char)(0x80 | (cp & 0x3f));
    return buf_add(b, t, 4);
}

struct str utf8_cut(struct str s, size_t n)
{
    size_t from = n;

    if (s.n <= n)
        return s;
    /* Back over the bytes of a character that begins before n; more than
     * three are no character. */
    while (from && n - from < 4 && ((unsigned char)s.p[from] & 0xc0) == 0x80)
        from--;
    if (from + utf8_len(str_cut(s, from, s.n)) > n)
        n = from;
    return str_cut(s, 0, n);
}

size_t utf8_utf16_units(struct str s)
{
    size_t units = 0, i = 0;

    while (i < s.n) {
        size_t len = utf8_len(str_cut(s, i, s.n));

        units += len == 4 ? 2 : 1;
        i += len ? len : 1;
    }
    return units;
}

struct range {
    uint32_t from, to;
};

static bool in_ranges(uint32_t cp, const struct range *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cp >= r[i].from && cp <= r[i].to)
            return true;
    return false;
}

int utf8_width(uint32_t cp)
{
    /* Unicode 15: East Asian Wide and Fullwidth blocks, emoji. */
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},
        {0x23e9, 0x23ec},   {0x23f0, 0x23f0},   {0x23f3, 0x23f3},
        {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},
        {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
        {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},
        {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},
        {0x26f2, 0x26f3},   {0x26f5, 0x26f5},   {0x26fa, 0x26fa},
        {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
        {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},
        {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
        {0x27b0, 0x27b0},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},
        {0x2b55, 0x2b55},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
        {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
        {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
        {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e},
        {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335},
        {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca},
        {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
        {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc},
        {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567},
        {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4},
        {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
        {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df},
        {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb},
        {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
        {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
    };
    static const struct range zero[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
        {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0e31, 0x0e31},
        {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
    };

    if (cp < 0x300)
        return cp >= 0x20 && (cp < 0x7f || cp >= 0xa0);
    if (in_ranges(cp, zero, ARRAY_LEN(zero)))
        return 0;
    return in_ranges(cp, wide, ARRAY_LEN(wide)) ? 2 : 1;
}

size_t utf8_columns(struct str s)
{
    size_t cols = 0, i = 0;
    uint32_t cp;

    while (i < s.n) {
        size_t len = utf8_decode(str_cut(s, i, s.n), &cp);

        cols += len ? (size_t)utf8_width(cp) : 1;
        i += len ? len : 1;
    }
    return cols;
}

/* Characters that steer or hide: bidirectional controls, zero-width ones,
 * interlinear annotation, variation and tag characters, byte order mark. The
 * zero-width joiner goes too: an emoji family comes apart, nothing is lost. */
static bool is_hidden(uint32_t cp)
{
    return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0x061c ||
           (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff) ||
           cp == 0x180e || cp == 0x00ad || cp == 0x2028 || cp == 0x2029;
}

/* Length of the escape sequence at the start of s, which begins with ESC. */
static size_t escape_len(struct str s)
{
    size_t i = 2;

    if (s.n < 2)
        return 1;
    if (s.p[1] == '[') { /* CSI: parameters, then a final byte */
        while (i < s.n && (unsigned char)s.p[i] >= 0x20 &&
               (unsigned char)s.p[i] <= 0x3f)
            i++;
        return i < s.n ? i + 1 : i;
    }
    if (s.p[1] == ']' || s.p[1] == 'P' || s.p[1] == '_' || s.p[1] == '^') {
        /* OSC and its kin: up to BEL or ESC backslash, on one line */
        while (i < s.n && s.p[i] != '\a' && s.p[i] != 0x1b && s.p[i] != '\n')
            i++;
        if (i < s.n && s.p[i] == '\a')
            return i + 1;
        return i + 1 < s.n && s.p[i] == 0x1b && s.p[i + 1] == '\\' ? i + 2 : i;
    }
    i = 1; /* "ESC ( B" and the like: intermediate bytes, then a final one */
    while (i < s.n && s.p[i] >= 0x20 && s.p[i] <= 0x2f)
        i++;
    return i < s.n && s.p[i] >= 0x30 && s.p[i] < 0x7f ? i + 1 : i;
}

static bool clean(struct buf *b, struct str s, bool one_line)
{
    size_t i = 0, start = b->len;
    bool blank = false;
    uint32_t cp;

    while (i < s.n) {
        size_t len = utf8_decode(str_cut(s, i, s.n), &cp);

        if (len == 0) {
            cp = 0xfffd;
            len = 1;
        }
        if (cp == 0x1b) {
            i += escape_len(str_cut(s, i, s.n));
            continue;
        }
        i += len;
        if (one_line && (cp == ' ' || cp == 0xa0 || cp == 0x2028 ||
                         (cp >= '\t' && cp <= '\r'))) {
            blank = true;
            continue;
        }
        if ((cp < 0x20 && cp != '\n' && cp != '\t') ||
            (cp >= 0x7f && cp < 0xa0) || is_hidden(cp))
            continue;
        if (blank && b->len > start)
            buf_addc(b, ' ');
        blank = false;
        utf8_put(b, cp);
    }
    return !buf_is_full(b);
}

bool utf8_clean(struct buf *b, struct str s)
{
    return clean(b, s, false);
}

bool utf8_clean_line(struct buf *b, struct str s)
{
    return clean(b, s, true);
}
