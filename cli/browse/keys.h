/*
 * keys.h - what was typed, taken out of the bytes of a terminal.
 *
 * Reads what every terminal in use sends (ECMA-48 and xterm's additions):
 * characters in UTF-8, control characters, cursor and editing keys with their
 * modifiers, Alt as ESC before a character, bracketed paste.
 */
#ifndef CMEM_CLI_BROWSE_KEYS_H
#define CMEM_CLI_BROWSE_KEYS_H

#include "base/common.h"
#include "base/str.h"

enum key {
    KEY_NONE, /* of no meaning here */
    KEY_TEXT, /* a character, or what was pasted: keypress.text */
    KEY_CTRL, /* keypress.c is the letter, lower case */
    KEY_ALT,  /* keypress.c is the character */
    KEY_ENTER,
    KEY_TAB,
    KEY_BACKTAB,
    KEY_BACKSPACE,
    KEY_ESC,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_DELETE,
    KEY_F1,
};

struct keypress {
    enum key key;
    char c;
    bool modified;   /* a cursor key with Shift, Alt or Ctrl */
    struct str text; /* borrowed from the input */
};

/*
 * Takes one key off the front of `in`: how many bytes it was, or 0 when more
 * are to come. With `ended` nothing more came in time: a lone ESC is the key,
 * and what is cut off is skipped.
 */
size_t keys_take(struct str in, bool ended, struct keypress *k);

#endif
