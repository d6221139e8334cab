/*
 * term.h - what a command says to a person: text in columns, colours, a pager.
 *
 * Output is gathered and written by term_end, through a pager when it is
 * longer than the screen. Everything that passes through here is cleaned
 * (utf8_clean): stored text can neither act on a terminal nor hide from a
 * reader, whichever function puts it. Colours and widths are the terminal's;
 * into a pipe or a file goes plain text, wrapped at TERM_WIDTH_PLAIN.
 *
 * Nothing here fails: a reader that went away (EPIPE) ends the program in
 * the usual way, a full disk is told by term_end.
 *
 * Example:
 *
 *     term_put(t, TERM_ID, id);
 *     term_printf(t, "  %lld files  ", (long long)n);
 *     term_ago(t, when_ms);
 *     term_nl(t);
 *     term_wrap(t, TERM_PLAIN, 4, text);
 */
#ifndef CMEM_CLI_TERM_H
#define CMEM_CLI_TERM_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

#define TERM_WIDTH_PLAIN 80
/* Longer lines are hard to read: prose ends here on wider terminals. */
#define TERM_WIDTH_PROSE 100

/* What a piece of text is, not how it looks: one table in term.c has that. */
enum term_style {
    TERM_PLAIN,
    TERM_TITLE, /* the words a reader looks for */
    TERM_HEAD,  /* heading of a section */
    TERM_DIM,   /* times, origins, hints */
    TERM_ID,    /* what can be given to another command */
    TERM_PATH,
    TERM_MATCH, /* what was searched for */
    TERM_GOOD,
    TERM_WARN,
    TERM_BAD,
    TERM_STYLES
};

struct term {
    struct buf out;
    struct buf scratch;
    int width;  /* columns to fill; at least 20 */
    int height; /* rows, 0 when it is no terminal */
    bool is_tty;
    bool colour;
    bool pager;     /* may page */
    bool silent;    /* throws everything away */
    int column;     /* where the next character goes, from 0 */
    int64_t now_ms; /* what term_ago counts from */
};

/* The numbers of a style's escape sequence; without colour bold, underline, dim
 * and reverse say it. */
const char *term_style_code(enum term_style style, bool colour);
/* Are colours wanted, by the environment and `color` ("auto", "always",
 * "never")? */
bool term_wants_colour(const char *color, bool is_tty);

/* For standard output: asks the terminal for its size and the environment for
 * NO_COLOR, TERM and COLUMNS. color is "auto", "always" or "never". */
void term_init(struct term *t, const char *color, bool pager);
/* One of a given width that only gathers, in t->out: for tests. */
void term_init_plain(struct term *t, int width, int64_t now_ms);
/* Writes what was gathered and frees. CM_EIO when it could not be written. */
int term_end(struct term *t, struct err *e);
/* Writes what was gathered so far, past any pager: for output that goes on. */
int term_flush(struct term *t, struct err *e);

/* Words of ours, formatted; arguments may be stored text. May span lines. */
void term_printf(struct term *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void term_styled(struct term *t, enum term_style style, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Text on one line: runs of white space become one blank. */
void term_put(struct term *t, enum term_style style, struct str text);
/* As term_put, at most `columns` wide; an ellipsis shows what was cut. */
void term_cut(struct term *t, enum term_style style, struct str text,
              int columns);
/*
 * Wraps text at the width, every line indented. Line breaks in the text stay;
 * a line that begins with "- " or "* " hangs by two. Goes on behind what
 * stands on the current line, ends with a newline.
 */
void term_wrap(struct term *t, enum term_style style, int indent,
               struct str text);
/* Blanks up to a column; one blank when past it. */
void term_pad(struct term *t, int column);
void term_nl(struct term *t);
/* A heading: a blank line before it unless it is the first, then the text. */
void term_heading(struct term *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "just now", "5 min ago", "3 h ago", "yesterday 14:02", "Tue 14:02",
 * "12 Nov", "12 Nov 2025". "never" for 0. */
void term_ago(struct term *t, int64_t ms);
/* "812 B", "4.1 KB", "17 MB"; "1,234"; "320 ms", "4.2 s", "3 min 5 s". */
void term_bytes(struct term *t, int64_t bytes);
void term_count(struct term *t, int64_t n);
void term_duration(struct term *t, int64_t ms);

#endif
