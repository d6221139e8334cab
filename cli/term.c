/* term.c - see term.h: output gathered, cleaned, coloured and written. */
#include "base/common.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/pager.h"
#include "cli/term.h"

/* What no command's output comes near; past it output is written at once. */
#define OUT_MAX   (64u << 20)
#define WIDTH_MIN 20

static const char *const style_codes[TERM_STYLES] = {
    [TERM_PLAIN] = "",     [TERM_TITLE] = "1", [TERM_HEAD] = "1;4",
    [TERM_DIM] = "2",      [TERM_ID] = "33",   [TERM_PATH] = "36",
    [TERM_MATCH] = "1;35", [TERM_GOOD] = "32", [TERM_WARN] = "33",
    [TERM_BAD] = "1;31",
};

static void init_buffers(struct term *t)
{
    *t = (struct term){.width = TERM_WIDTH_PLAIN};
    buf_init(&t->out, OUT_MAX);
    buf_init(&t->scratch, OUT_MAX);
}

const char *term_style_code(enum term_style style, bool colour)
{
    if (colour)
        return style_codes[style];
    switch (style) {
    case TERM_MATCH:
        return "4";
    case TERM_WARN:
    case TERM_BAD:
    case TERM_TITLE:
        return "1";
    case TERM_HEAD:
        return "1;4";
    case TERM_DIM:
        return "2";
    default:
        return "0";
    }
}

bool term_wants_colour(const char *color, bool is_tty)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    if (strcmp(color, "always") == 0)
        return true;
    if (strcmp(color, "never") == 0 || !is_tty || (no && no[0]))
        return false;
    return term && strcmp(term, "dumb") != 0;
}

void term_init(struct term *t, const char *color, bool pager)
{
    struct winsize ws = {0};
    const char *columns = getenv("COLUMNS");
    int64_t n;

    init_buffers(t);
    t->now_ms = clock_now_ms();
    t->is_tty = isatty(STDOUT_FILENO);
    t->colour = term_wants_colour(color, t->is_tty);
    t->pager = pager && t->is_tty;
    if (!t->is_tty)
        return;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col) {
        t->width = ws.ws_col;
        t->height = ws.ws_row;
    }
    if (columns && str_int(str_of(columns), 1, 10000, &n) == 0)
        t->width = (int)n;
    if (t->width < WIDTH_MIN)
        t->width = WIDTH_MIN;
}

void term_init_plain(struct term *t, int width, int64_t now_ms)
{
    init_buffers(t);
    t->width = width < WIDTH_MIN ? WIDTH_MIN : width;
    t->now_ms = now_ms;
}

/* --- writing ---------------------------------------------------------------- */

int term_flush(struct term *t, struct err *e)
{
    int rc = 0;

    if (t->out.len &&
        file_write_all(STDOUT_FILENO, t->out.data, t->out.len) < 0) {
        /* Whoever read this has seen enough: that is no failure of ours. */
        rc = errno == EPIPE ? 0 : err_sys(e, CM_EIO, "write the output");
    }
    buf_reset(&t->out);
    return rc;
}

static int rows_of(struct str s)
{
    int rows = 0;
    struct str line;

    while (str_line(&s, &line))
        rows++;
    return rows;
}

int term_end(struct term *t, struct err *e)
{
    int rc = 0;

    if (!t->pager || t->height == 0 || rows_of(buf_str(&t->out)) < t->height ||
        !pager_show(buf_str(&t->out)))
        rc = term_flush(t, e);
    buf_free(&t->out);
    buf_free(&t->scratch);
    return rc;
}

/* Bytes that are fit for a terminal, as they are. */
static void emit(struct term *t, const char *p, size_t n)
{
    if (t->silent)
        return;
    if (t->out.len + n > OUT_MAX / 2)
        term_flush(t, NULL);
    buf_add(&t->out, p, n);
}

static void style_on(struct term *t, enum term_style style)
{
    char code[16];

    if (!t->colour || style == TERM_PLAIN)
        return;
    snprintf(code, sizeof(code), "\033[%sm", style_codes[style]);
    emit(t, code, strlen(code));
}

static void style_off(struct term *t, enum term_style style)
{
    if (t->colour && style != TERM_PLAIN)
        emit(t, "\033[0m", 4);
}

/* Clean text of one style; may span lines. The style ends with each line, so
 * that a pager that shows part of it shows it right. */
static void emit_clean(struct term *t, enum term_style style, struct str s)
{
    while (s.n) {
        ptrdiff_t nl = str_chr(s, '\n');
        size_t n = nl < 0 ? s.n : (size_t)nl;

        if (n) {
            style_on(t, style);
            emit(t, s.p, n);
            style_off(t, style);
            t->column += (int)utf8_columns(str_cut(s, 0, n));
        }
        if (nl >= 0) {
            emit(t, "\n", 1);
            t->column = 0;
            n++;
        }
        s = str_cut(s, n, s.n);
    }
}

static struct str clean_line(struct term *t, struct str text)
{
    buf_reset(&t->scratch);
    utf8_clean_line(&t->scratch, text);
    return buf_str(&t->scratch);
}

void term_put(struct term *t, enum term_style style, struct str text)
{
    emit_clean(t, style, clean_line(t, text));
}

__attribute__((format(printf, 3, 0))) static void vstyled(struct term *t,
                                                          enum term_style style,
                                                          const char *fmt,
                                                          va_list ap)
{
    char *z = NULL;
    int n = vasprintf(&z, fmt, ap);

    if (n < 0)
        CM_BUG("out of memory");
    buf_reset(&t->scratch);
    utf8_clean(&t->scratch, (struct str){z, (size_t)n});
    free(z);
    emit_clean(t, style, buf_str(&t->scratch));
}

void term_printf(struct term *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vstyled(t, TERM_PLAIN, fmt, ap);
    va_end(ap);
}

void term_styled(struct term *t, enum term_style style, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vstyled(t, style, fmt, ap);
    va_end(ap);
}

void term_nl(struct term *t)
{
    emit(t, "\n", 1);
    t->column = 0;
}

void term_pad(struct term *t, int column)
{
    do {
        emit(t, " ", 1);
        t->column++;
    } while (t->column < column);
}

void term_heading(struct term *t, const char *fmt, ...)
{
    va_list ap;

    if (t->column)
        term_nl(t);
    if (t->out.len)
        term_nl(t);
    va_start(ap, fmt);
    vstyled(t, TERM_HEAD, fmt, ap);
    va_end(ap);
    term_nl(t);
}

/* --- cutting and marking ---------------------------------------------------- */

/* The longest prefix of s that is at most `columns` wide. */
static struct str fit(struct str s, int columns)
{
    size_t at = 0;
    int used = 0;

    while (at < s.n) {
        uint32_t cp;
        size_t n = utf8_decode(str_cut(s, at, s.n), &cp);
        int w = n ? utf8_width(cp) : 1;

        if (used + w > columns)
            break;
        used += w;
        at += n ? n : 1;
    }
    return str_cut(s, 0, at);
}

void term_cut(struct term *t, enum term_style style, struct str text,
              int columns)
{
    struct str s = clean_line(t, text);

    if (columns < 1)
        return;
    if ((int)utf8_columns(s) <= columns) {
        emit_clean(t, style, s);
        return;
    }
    s = str_trim(fit(s, columns - 1));
    emit_clean(t, style, s);
    emit_clean(t, style, STR("\xe2\x80\xa6"));
}

/* --- wrapping ---------------------------------------------------------------- */

static void indent_to(struct term *t, int indent)
{
    while (t->column < indent) {
        emit(t, " ", 1);
        t->column++;
    }
}

/* A word that is wider than a line is broken where the line ends. */
static void put_word(struct term *t, enum term_style style, struct str word,
                     int indent, int width)
{
    while ((int)utf8_columns(word) > width - t->column) {
        struct str part = fit(word, width - t->column);

        if (part.n == 0)
            break;
        emit_clean(t, style, part);
        word = str_cut(word, part.n, word.n);
        if (word.n) {
            term_nl(t);
            indent_to(t, indent);
        }
    }
    emit_clean(t, style, word);
}

/* One line of the text, over as many lines of the screen as it takes. */
static void wrap_line(struct term *t, enum term_style style, int indent,
                      struct str line, int width)
{
    bool fresh = true;
    int hang = indent;
    size_t lead = 0;

    while (lead < line.n && (line.p[lead] == ' ' || line.p[lead] == '\t'))
        lead++;
    indent_to(t, indent);
    if (lead && lead < line.n) { /* code and nested lists keep their shape */
        int most = width / 4;

        hang += (int)lead < most ? (int)lead : most;
        indent_to(t, hang);
    }
    line = str_cut(line, lead, line.n);
    if (str_starts(line, STR("- ")) || str_starts(line, STR("* ")))
        hang += 2;
    while ((line = str_trim(line)).n) {
        size_t n = 0;
        struct str word;
        int needs;

        while (n < line.n && !is_space(line.p[n]))
            n++;
        word = str_cut(line, 0, n);
        line = str_cut(line, n, line.n);
        needs = t->column + !fresh + (int)utf8_columns(word);
        if (needs > width && t->column > hang) {
            term_nl(t);
            indent_to(t, hang);
        } else if (!fresh) {
            emit_clean(t, TERM_PLAIN, STR(" "));
        }
        put_word(t, style, word, hang, width);
        fresh = false;
    }
    term_nl(t);
}

void term_wrap(struct term *t, enum term_style style, int indent,
               struct str text)
{
    int width = t->width < TERM_WIDTH_PROSE ? t->width : TERM_WIDTH_PROSE;
    struct str rest, line;

    if (width < indent + WIDTH_MIN / 2)
        width = indent + WIDTH_MIN / 2;
    buf_reset(&t->scratch);
    utf8_clean(&t->scratch, text);
    rest = str_trim(buf_str(&t->scratch));
    if (rest.n == 0)
        term_nl(t);
    while (str_line(&rest, &line)) {
        if (str_trim(line).n == 0)
            term_nl(t);
        else
            wrap_line(t, style, indent, line, width);
    }
}
