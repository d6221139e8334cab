/* show_table.c - see show_table.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/show_parts.h"
#include "cli/show_table.h"
#include "cli/show_text.h"

#define GAP 2
/* Room for any number or time, written out. */
#define CELL_BYTES 64

struct layout {
    int width[SHOW_COLUMNS_MAX]; /* 0: left out */
    size_t last;                 /* the last that is there */
};

static bool is_right(enum show_cell cell)
{
    return cell == CELL_COUNT || cell == CELL_SOME || cell == CELL_SPAN ||
           cell == CELL_USD;
}

static void usd_text(char z[CELL_BYTES], int64_t micro)
{
    /* Cents, unless there would be none to see. */
    if (micro)
        snprintf(z, CELL_BYTES, "$%.*f", micro < 10000 ? 4 : 2,
                 (double)micro / 1e6);
}

/* What stands in a cell: borrowed from the row or written to z. */
static struct str cell_text(const struct show_column *c, const struct json *row,
                            char z[CELL_BYTES])
{
    int64_t ms = show_time(row, c->key), n = json_get_int(row, c->key, 0);

    z[0] = '\0';
    switch (c->cell) {
    case CELL_COUNT:
    case CELL_SOME:
        if (n || c->cell == CELL_COUNT)
            show_count_text(z, n);
        break;
    case CELL_DAY:
        if (ms)
            clock_local_date(ms, z);
        break;
    case CELL_UTC:
        return str_cut(json_get_str(row, c->key), 0, 10);
    case CELL_MINUTE:
        if (ms)
            clock_local_minute(ms, z);
        break;
    case CELL_SPAN:
        show_span_text(z, show_time(row, "last") - ms);
        break;
    case CELL_USD:
        usd_text(z, n);
        break;
    case CELL_WORD:
    case CELL_TITLE:
    case CELL_DIM:
    case CELL_ID:
        return json_get_str(row, c->key);
    }
    return str_of(z);
}

static void measure(const struct show_column *columns, size_t n,
                    const struct json *rows, bool on_screen, struct layout *l)
{
    char z[CELL_BYTES];

    *l = (struct layout){0};
    for (size_t i = 0; i < n; i++) {
        int width = 0, title = (int)utf8_columns(str_of(columns[i].title));

        if (!columns[i].key)
            continue;
        for (const struct json *r = json_first(rows); r; r = json_next(r)) {
            struct str s = cell_text(&columns[i], r, z);

            if ((int)utf8_columns(s) > width)
                width = (int)utf8_columns(s);
        }
        if (on_screen && columns[i].most && width > columns[i].most)
            width = columns[i].most;
        if (width == 0)
            continue;
        l->width[i] = width > title ? width : title;
        l->last = i;
    }
}

static enum term_style style_of(enum show_cell cell)
{
    switch (cell) {
    case CELL_TITLE:
        return TERM_TITLE;
    case CELL_ID:
        return TERM_ID;
    case CELL_DIM:
    case CELL_DAY:
    case CELL_UTC:
    case CELL_MINUTE:
        return TERM_DIM;
    case CELL_WORD:
    case CELL_COUNT:
    case CELL_SOME:
    case CELL_SPAN:
    case CELL_USD:
        break;
    }
    return TERM_PLAIN;
}

static void pad_to(struct term *t, int column)
{
    if (t->column < column)
        term_pad(t, column);
}

/* A row of the table, or with row NULL the titles. */
static void put_row(struct term *t, int indent,
                    const struct show_column *columns, const struct layout *l,
                    const struct json *row)
{
    char z[CELL_BYTES];
    int at = indent;

    for (size_t i = 0; i <= l->last; i++) {
        const struct show_column *c = &columns[i];
        struct str text =
            row && c->key ? cell_text(c, row, z) : str_of(c->title);
        enum term_style style = row ? style_of(c->cell) : TERM_DIM;
        int used = (int)utf8_columns(text);

        if (l->width[i] == 0)
            continue;
        /* Blanks are put before a text and never behind the last. */
        if (text.n && is_right(c->cell))
            pad_to(t, at + l->width[i] - used);
        else if (text.n)
            pad_to(t, at);
        if (i == l->last)
            show_rest(t, style, text);
        else
            term_cut(t, style, text, l->width[i]);
        at += l->width[i] + GAP;
    }
    term_nl(t);
}

void show_table(struct term *t, int indent, const struct show_column *columns,
                size_t ncolumns, const struct json *rows)
{
    struct layout l;

    if (ncolumns > SHOW_COLUMNS_MAX)
        CM_BUG("a table of too many columns");
    if (json_len(rows) == 0)
        return;
    measure(columns, ncolumns, rows, t->is_tty, &l);
    put_row(t, indent, columns, &l, NULL);
    for (const struct json *r = json_first(rows); r; r = json_next(r))
        put_row(t, indent, columns, &l, r);
}
