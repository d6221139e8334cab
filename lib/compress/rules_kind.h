/*
 * rules_kind.h - the words of a command and what kind of command they make.
 */
#ifndef CMEM_COMPRESS_RULES_KIND_H
#define CMEM_COMPRESS_RULES_KIND_H

#include "compress/rules_shell.h"

/* Most words of a command that are looked at. */
#define WORDS_MAX 24

struct shell_words {
    struct str w[WORDS_MAX];
    size_t n;
};

/* Splits at blanks outside quotes. */
void shell_split(struct str part, struct shell_words *l);
struct str shell_unquoted(struct str w);
/* Where the command begins, behind assignments and words that only wrap it
 * ("sudo", "npx", "timeout 60"). */
size_t shell_unwrap(const struct shell_words *l);
/* i: where the command begins. */
enum shell_kind shell_kind_of(const struct shell_words *l, size_t i);

#endif
