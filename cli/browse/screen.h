/*
 * screen.h - the terminal: taken over, drawn on, and given back as it was.
 *
 * Two ways to have it: all of it (the terminal's second screen, so that the
 * first comes back), or so many rows below the cursor, which scroll up with the
 * shell's lines and are wiped when it is over. curses can do only the first:
 * initscr() clears, and every move is from the screen's top. So what a
 * terminal understands comes from the library below curses (terminfo), all
 * moves are from the row where the cursor is, and rows are written only when
 * they differ from what is there.
 *
 * The terminal is given back by screen_leave, on every way out: a signal sets a
 * flag that screen_wait tells; a crash gives it back in its handler. There is
 * one screen in a process.
 */
#ifndef CMEM_CLI_BROWSE_SCREEN_H
#define CMEM_CLI_BROWSE_SCREEN_H

#include "base/common.h"
#include "base/err.h"
#include "cli/browse/view.h"

struct screen;

/* want_rows 0: all of the terminal. CM_EARG, with a sentence, when it cannot
 * be drawn on (dumb, unknown). Takes it over. */
int screen_open(struct screen **out, int want_rows, struct err *e);
/* Gives the terminal back; NULL is fine. */
void screen_close(struct screen *s);

/* For a program that uses the terminal meanwhile, and back. */
void screen_leave(struct screen *s);
void screen_enter(struct screen *s);

/* How large a frame is to be: asks the terminal. */
void screen_size(struct screen *s, int *w, int *h);
/* Shows the frame. */
void screen_draw(struct screen *s, const struct frame *f);
/* What is shown is not known any more: the next frame is drawn whole. */
void screen_forget(struct screen *s);
/* Bytes that are no text: an OSC sequence. */
void screen_send(struct screen *s, const char *p, size_t n);
/* Stops this program as Ctrl-Z does, with the terminal given back; returns when
 * it goes on. */
void screen_suspend(struct screen *s);

enum screen_event {
    SCREEN_INPUT = 1,  /* bytes to be read from standard input */
    SCREEN_WAKE = 2,   /* `fd` is to be read */
    SCREEN_RESIZE = 4, /* or the terminal was used by others */
    SCREEN_STOP = 8,   /* suspend, please */
    SCREEN_END = 16,   /* a signal: screen_signal says which */
    SCREEN_TIME = 32,  /* nothing of that in time */
};
/* Waits for some of it; timeout_ms < 0: for ever. */
unsigned screen_wait(struct screen *s, int fd, int timeout_ms);
int screen_signal(const struct screen *s);
/* Signals as they were, for a program that is run or takes our place. */
void screen_signals_back(const struct screen *s);

#endif
