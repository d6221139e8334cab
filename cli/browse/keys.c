/* keys.c - bytes of a terminal to keys; see keys.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/browse/keys.h"

#define ESC '\033'
/* No sequence of a terminal is longer; what is, is none. */
#define SEQUENCE_MAX 32

#define PASTE_BEGIN STR("\033[200~")
#define PASTE_END   STR("\033[201~")

/* "5;2" of ESC [ 5 ; 2 ~: the first number, and whether there is another one
 * that is not 1. */
static int numbers(struct str s, bool *modified)
{
    struct str rest = s, part;
    int64_t first = 0, second = 1;

    if (str_split(&rest, ';', &part) && str_int(part, 0, 9999, &first) < 0)
        first = 0;
    if (str_split(&rest, ';', &part) && str_int(part, 0, 9999, &second) < 0)
        second = 1;
    *modified = second > 1;
    return (int)first;
}

static enum key tilde_key(int n)
{
    switch (n) {
    case 1:
    case 7:
        return KEY_HOME;
    case 3:
        return KEY_DELETE;
    case 4:
    case 8:
        return KEY_END;
    case 5:
        return KEY_PAGE_UP;
    case 6:
        return KEY_PAGE_DOWN;
    case 11:
        return KEY_F1;
    default:
        return KEY_NONE;
    }
}

static enum key final_key(char c)
{
    switch (c) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case 'P':
        return KEY_F1;
    case 'Z':
        return KEY_BACKTAB;
    default:
        return KEY_NONE;
    }
}

static size_t take_paste(struct str in, bool ended, struct keypress *k)
{
    ptrdiff_t end = str_find(in, PASTE_END);

    if (end < 0 && !ended)
        return 0;
    k->key = KEY_TEXT;
    k->text = str_cut(in, PASTE_BEGIN.n, end < 0 ? in.n : (size_t)end);
    return end < 0 ? in.n : (size_t)end + PASTE_END.n;
}

/* ESC [ numbers final, and ESC O final. */
static size_t take_sequence(struct str in, bool ended, struct keypress *k)
{
    size_t at = 2;
    int n;

    if (str_starts(in, PASTE_BEGIN))
        return take_paste(in, ended, k);
    while (at < in.n && at < SEQUENCE_MAX && in.p[at] >= 0x20 &&
           in.p[at] < 0x40)
        at++;
    if (at == in.n)
        return ended ? in.n : 0;
    n = numbers(str_cut(in, 2, at), &k->modified);
    k->key = in.p[at] == '~' ? tilde_key(n) : final_key(in.p[at]);
    return at + 1;
}

static size_t take_escape(struct str in, bool ended, struct keypress *k)
{
    if (in.n == 1) {
        k->key = ended ? KEY_ESC : KEY_NONE;
        return ended;
    }
    if (in.p[1] == '[' || in.p[1] == 'O') {
        if (in.n == 2 && ended) {
            k->key = KEY_ALT;
            k->c = in.p[1];
            return 2;
        }
        return in.n == 2 ? 0 : take_sequence(in, ended, k);
    }
    if (in.p[1] == ESC) {
        k->key = KEY_ESC;
        return 1;
    }
    k->key = KEY_ALT;
    k->c = to_lower(in.p[1]);
    return 2;
}

static size_t take_control(char c, struct keypress *k)
{
    switch (c) {
    case '\r':
        k->key = KEY_ENTER;
        break;
    case '\t':
        k->key = KEY_TAB;
        break;
    case 0x7f:
    case '\b':
        k->key = KEY_BACKSPACE;
        break;
    default:
        k->key = KEY_CTRL;
        k->c = to_lower((char)(c + '@'));
    }
    return 1;
}

size_t keys_take(struct str in, bool ended, struct keypress *k)
{
    unsigned char c;
    size_t n;

    *k = (struct keypress){KEY_NONE, 0, false, STR_NONE};
    if (in.n == 0)
        return 0;
    c = (unsigned char)in.p[0];
    if (c == ESC)
        return take_escape(in, ended, k);
    if (c < 0x20 || c == 0x7f)
        return take_control((char)c, k);
    n = utf8_len(in);
    if (n == 0 && c >= 0xc2 && in.n < 4 && !ended)
        return 0; /* the rest of a character is on its way */
    if (n == 0)
        return 1;
    k->key = KEY_TEXT;
    k->text = str_cut(in, 0, n);
    return n;
}
