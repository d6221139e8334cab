/* show_text.c - see show_text.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/show_text.h"

/* Words that a snippet marks: a query has few. */
#define MARKED_MAX 16
/* With less room than this the beginning of a word says nothing. */
#define WORTH_CUTTING 12

/* --- marks -------------------------------------------------------------- */

/* Takes the part up to the next ** off *rest; false at the end. */
static bool next_part(struct str *rest, struct str *part)
{
    ptrdiff_t at = str_find(*rest, STR("**"));

    if (rest->n == 0)
        return false;
    *part = at < 0 ? *rest : str_cut(*rest, 0, (size_t)at);
    *rest = at < 0 ? STR_NONE : str_cut(*rest, (size_t)at + 2, rest->n);
    return true;
}

void show_mark_snippet(struct buf *b, struct str snippet)
{
    struct str part;
    bool on = false;

    for (; next_part(&snippet, &part); on = !on) {
        buf_adds(b, part);
        if (snippet.n || on)
            buf_addc(b, SHOW_MARK);
    }
}

void show_unmark(struct buf *b, struct str snippet)
{
    struct str part;

    while (next_part(&snippet, &part))
        buf_adds(b, part);
}

static size_t marked_words(struct str snippet, struct str words[MARKED_MAX])
{
    struct str part;
    size_t n = 0;
    bool on = false;

    for (; n < MARKED_MAX && next_part(&snippet, &part); on = !on)
        if (on && part.n)
            words[n++] = part;
    return n;
}

/* Bytes above ASCII count as letters: words of any script hold together. */
static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool begins_with_any(struct str word, const struct str *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (words[i].n <= word.n &&
            str_ieq(str_cut(word, 0, words[i].n), words[i]))
            return true;
    return false;
}

void show_mark_words(struct buf *b, struct str text, struct str snippet)
{
    struct str words[MARKED_MAX];
    size_t n = marked_words(snippet, words), at = 0;

    while (at < text.n) {
        size_t end = at;
        bool hit;

        while (end < text.n && is_word(text.p[end]))
            end++;
        hit = end > at && begins_with_any(str_cut(text, at, end), words, n);
        if (end == at)
            end++;
        if (hit)
            buf_addc(b, SHOW_MARK);
        buf_adds(b, str_cut(text, at, end));
        if (hit)
            buf_addc(b, SHOW_MARK);
        at = end;
    }
}

static struct str next_word(struct str *rest)
{
    size_t n = 0;
    struct str word;

    *rest = str_trim(*rest);
    while (n < rest->n && !is_space(rest->p[n]))
        n++;
    word = str_cut(*rest, 0, n);
    *rest = str_cut(*rest, n, rest->n);
    return word;
}

/* One word, at most `columns` wide, an ellipsis where it is cut. A mark stays
 * on over words. */
static void put_marked(struct term *t, enum term_style style, struct str word,
                       int columns, bool *on)
{
    int end = t->column + columns;

    while (word.n) {
        ptrdiff_t at = str_chr(word, SHOW_MARK);
        size_t n = at < 0 ? word.n : (size_t)at;

        if (n)
            term_cut(t, *on ? TERM_MATCH : style, str_cut(word, 0, n),
                     end - t->column);
        if (at >= 0) {
            *on = !*on;
            n++;
        }
        word = str_cut(word, n, word.n);
    }
}

/* Marks are control characters: they have no width. */
static int width_of(struct term *t, const struct show_marked *how)
{
    if (how->rows == 0 && !t->is_tty)
        return INT32_MAX;
    /* A single row may use the whole screen; prose is easier to read. */
    return how->rows < 2 || t->width < TERM_WIDTH_PROSE ? t->width
                                                        : TERM_WIDTH_PROSE;
}

void show_marked(struct term *t, const struct show_marked *how, struct str text)
{
    int rows = how->rows ? how->rows : 1, width = width_of(t, how);
    bool on = false, fresh = true;
    struct str word;

    while ((word = next_word(&text)).n) {
        int columns = (int)utf8_columns(word) + (fresh ? 0 : 1), room;
        bool ends = rows == 1 && str_trim(text).n;

        if (!fresh && t->column + columns > width - ends &&
            (rows > 1 || t->column + WORTH_CUTTING > width)) {
            if (--rows == 0) {
                term_styled(t, how->style, "\xe2\x80\xa6");
                break;
            }
            term_nl(t);
            term_pad(t, how->indent);
            fresh = true;
        }
        if (!fresh)
            term_styled(t, how->style, " ");
        fresh = false;
        room = width - t->column;
        put_marked(t, how->style, word, room, &on);
        if (rows == 1 && (int)utf8_columns(word) > room)
            break; /* cut, and it shows */
    }
    if (how->after.n &&
        t->column + 2 + (int)utf8_columns(how->after) <= width) {
        term_printf(t, "  ");
    } else if (how->after.n) {
        term_nl(t);
        term_pad(t, how->indent);
    }
    term_put(t, TERM_DIM, how->after);
    term_nl(t);
}

/* --- lines and paragraphs ----------------------------------------------- */

void show_rest(struct term *t, enum term_style style, struct str text)
{
    if (t->is_tty)
        term_cut(t, style, text, t->width - t->column);
    else
        term_put(t, style, text);
}

void show_label(struct term *t, const char *label)
{
    if (t->column)
        term_nl(t);
    if (t->out.len)
        term_nl(t);
    term_styled(t, TERM_TITLE, "%s\n", label);
}

static void put_bullet(struct term *t, struct str text)
{
    struct buf b;

    buf_init(&b, text.n + 8);
    buf_addz(&b, "- ");
    buf_adds(&b, str_trim(text));
    term_wrap(t, TERM_PLAIN, SHOW_INDENT, buf_str(&b));
    buf_free(&b);
}

void show_paragraph(struct term *t, const char *label, const struct json *text)
{
    if (json_is_array(text) && json_len(text)) {
        show_label(t, label);
        for (const struct json *c = json_first(text); c; c = json_next(c))
            put_bullet(t, json_str(c));
    } else if (str_trim(json_str(text)).n) {
        show_label(t, label);
        term_wrap(t, TERM_PLAIN, SHOW_INDENT, json_str(text));
    }
}

/* --- blocks ------------------------------------------------------------- */

static enum term_style line_style(const struct show_block *how, struct str line)
{
    if (!how->diff || line.n == 0)
        return TERM_PLAIN;
    if (line.p[0] == '@')
        return TERM_PATH;
    return line.p[0] == '+'   ? TERM_GOOD
           : line.p[0] == '-' ? TERM_BAD
                              : TERM_PLAIN;
}

static void put_left_out(struct term *t, int indent, size_t n)
{
    term_printf(t, "%*s", indent, "");
    term_styled(t, TERM_DIM, "(%zu %s left out; --json has all)\n", n,
                n == 1 ? "line" : "lines");
}

/* Without empty lines around it; blanks before the first line stay. */
static struct str without_edges(struct str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.n && is_space(text.p[i]); i++)
        if (text.p[i] == '\n')
            from = i + 1;
    while (text.n > from && is_space(text.p[text.n - 1]))
        text.n--;
    return str_cut(text, from, text.n);
}

void show_block(struct term *t, const struct show_block *how, struct str text)
{
    struct str rest = text = without_edges(text), line;
    size_t n = 0, from = 0, to, at = 0;

    while (str_line(&rest, &line))
        n++;
    to = n;
    if (n > how->lines) {
        from = how->tail ? n - how->lines : 0;
        to = from + how->lines;
    }
    if (from)
        put_left_out(t, how->indent, from);
    for (; str_line(&text, &line); at++) {
        if (at < from || at >= to)
            continue;
        if (line.n)
            term_printf(t, "%*s", how->indent, "");
        term_styled(t, line_style(how, line), "%.*s\n", STR_ARG(line));
    }
    if (to < n)
        put_left_out(t, how->indent, n - to);
}
