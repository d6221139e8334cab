/* tokens.c - see tokens.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "ops/tokens.h"

#define LETTERS_PER_TOKEN 6
#define DIGITS_PER_TOKEN  3

size_t text_tokens(struct str s)
{
    size_t tokens = 0, i = 0;

    while (i < s.n) {
        size_t from = i;
        char c = s.p[i];

        if ((unsigned char)c >= 0x80) {
            size_t len = utf8_len(str_cut(s, i, s.n));

            i += len ? len : 1;
            tokens++;
        } else if (is_alpha(c)) {
            while (i < s.n && is_alpha(s.p[i]))
                i++;
            tokens += (i - from + LETTERS_PER_TOKEN - 1) / LETTERS_PER_TOKEN;
        } else if (is_digit(c)) {
            while (i < s.n && is_digit(s.p[i]))
                i++;
            tokens += (i - from + DIGITS_PER_TOKEN - 1) / DIGITS_PER_TOKEN;
        } else {
            while (i < s.n && s.p[i] == c)
                i++;
            tokens += c != ' ';
        }
    }
    return tokens;
}
