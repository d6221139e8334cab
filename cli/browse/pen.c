/* pen.c - rows of the screen; see pen.h. */
#include "base/common.h"

#include <stdarg.h>

#include "base/utf8.h"
#include "cli/browse/pen.h"
#include "cli/show_text.h"

#define ELLIPSIS STR("\xe2\x80\xa6")

static void style_on(struct pen *p, enum term_style style)
{
    if (style != TERM_PLAIN)
        buf_addf(p->b, "\033[%sm", term_style_code(style, p->colour));
}

static void style_off(struct pen *p, enum term_style style)
{
    if (style != TERM_PLAIN)
        buf_addz(p->b, "\033[0m");
}

/* As much of s as has room in `room` columns; *used: how many it takes. */
static struct str fit(struct str s, int room, int *used)
{
    size_t at = 0;

    *used = 0;
    while (at < s.n) {
        uint32_t cp = 0;
        size_t n = utf8_decode(str_cut(s, at, s.n), &cp);
        int w = n ? utf8_width(cp) : 1;

        if (*used + w > room)
            break;
        *used += w;
        at += n ? n : 1;
    }
    return str_cut(s, 0, at);
}

bool pen_put(struct pen *p, enum term_style style, struct str text)
{
    int used;
    struct str s = fit(text, p->end - p->col, &used);

    if (s.n == 0)
        return text.n == 0;
    style_on(p, style);
    buf_adds(p->b, s);
    style_off(p, style);
    p->col += used;
    return s.n == text.n;
}

bool pen_printf(struct pen *p, enum term_style style, const char *fmt, ...)
{
    struct buf b;
    va_list ap;
    char *z = NULL;
    int n;
    bool whole;

    va_start(ap, fmt);
    n = vasprintf(&z, fmt, ap);
    va_end(ap);
    if (n < 0)
        CM_BUG("out of memory");
    buf_init(&b, 4 * (size_t)n + 64);
    utf8_clean(&b, (struct str){z, (size_t)n});
    whole = pen_put(p, style, buf_str(&b));
    free(z);
    buf_free(&b);
    return whole;
}

void pen_cut(struct pen *p, enum term_style style, struct str text, int end)
{
    int used, was = p->end;

    if (end < p->end)
        p->end = end;
    if (p->col < p->end) {
        if (fit(text, p->end - p->col, &used).n == text.n) {
            pen_put(p, style, text);
        } else {
            pen_put(p, style, fit(text, p->end - p->col - 1, &used));
            pen_put(p, style, ELLIPSIS);
        }
    }
    p->end = was;
}

static int marked_columns(struct str text)
{
    struct str part;
    int n = 0;

    while (str_split(&text, SHOW_MARK, &part))
        n += (int)utf8_columns(part);
    return n;
}

void pen_marked(struct pen *p, enum term_style style, struct str text, int end)
{
    int was = p->end;
    bool marked = false, cut;
    struct str part;

    if (end < p->end)
        p->end = end;
    if (p->col >= p->end) {
        p->end = was;
        return;
    }
    cut = marked_columns(text) > p->end - p->col;
    p->end -= cut;
    while (str_split(&text, SHOW_MARK, &part)) {
        if (!pen_put(p, marked ? TERM_MATCH : style, part))
            break;
        marked = !marked;
    }
    if (cut) {
        p->end++;
        pen_put(p, style, ELLIPSIS);
    }
    p->end = was;
}

/* The length of ESC [ ... m at the front of s, or 0. */
static size_t colour_bytes(struct str s)
{
    size_t n = 2;

    if (s.n < 3 || s.p[0] != '\033' || s.p[1] != '[')
        return 0;
    while (n < s.n && s.p[n] != 'm')
        n++;
    return n < s.n ? n + 1 : 0;
}

void pen_term(struct pen *p, struct str line)
{
    bool styled = false;

    while (line.n) {
        size_t n = colour_bytes(line);
        ptrdiff_t esc;

        if (n) {
            buf_adds(p->b, str_cut(line, 0, n));
            styled = true;
        } else {
            esc = str_chr(str_cut(line, 1, line.n), '\033');
            n = esc < 0 ? line.n : (size_t)esc + 1;
            if (!pen_put(p, TERM_PLAIN, str_cut(line, 0, n)))
                break;
        }
        line = str_cut(line, n, line.n);
    }
    if (styled)
        buf_addz(p->b, "\033[0m");
}

void pen_reverse(struct pen *p, struct str text)
{
    int used;
    struct str s = fit(text, p->end - p->col, &used);

    if (s.n == 0)
        return;
    buf_addz(p->b, "\033[7m");
    buf_adds(p->b, s);
    buf_addz(p->b, "\033[0m");
    p->col += used;
}

void pen_pad(struct pen *p, int col)
{
    if (col > p->end)
        col = p->end;
    for (; p->col < col; p->col++)
        buf_addc(p->b, ' ');
}

int pen_columns(struct str row)
{
    int columns = 0;

    while (row.n) {
        size_t n = colour_bytes(row);

        if (n == 0) {
            ptrdiff_t esc = str_chr(str_cut(row, 1, row.n), '\033');

            n = esc < 0 ? row.n : (size_t)esc + 1;
            columns += (int)utf8_columns(str_cut(row, 0, n));
        }
        row = str_cut(row, n, row.n);
    }
    return columns;
}
