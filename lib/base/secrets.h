/*
 * secrets.h - what credentials look like: the tables behind redact.h.
 *
 * Two kinds of knowledge: tokens that say themselves what they are (a known
 * prefix, an alphabet, a length), and names whose value is a secret. All
 * functions look at a bounded number of bytes, or at one token once.
 */
#ifndef CMEM_BASE_SECRETS_H
#define CMEM_BASE_SECRETS_H

#include "base/common.h"
#include "base/str.h"

/* The token that begins at s.p[i] (a place where a token may begin), by its
 * prefix: its length with the prefix, and *label; 0 when it is none. */
size_t secret_token(struct str s, size_t i, const char **label);
/* Can one begin with these two characters? False is certain. */
bool secret_token_maybe(char a, char b);

enum name_kind {
    NAME_PLAIN,
    NAME_SECRET,        /* token, api_key, ...: a random value is a secret */
    NAME_PASSWORD,      /* any literal value is a secret */
    NAME_AUTHORIZATION, /* the header: scheme, then credential */
    NAME_COOKIE,
};
/* What a variable, key, flag or header of that name holds. */
enum name_kind secret_name(struct str name);
/* Can it be other than plain, the name that ends before s.p[end]? */
bool secret_name_maybe(struct str s, size_t end);

/* How a value is written: it decides what a weak one may be. */
enum value_form {
    VALUE_QUOTED,   /* a literal */
    VALUE_ENV,      /* UPPER_CASE=value, nothing around the sign */
    VALUE_BARE,     /* may as well be an expression or a word */
};
/* Is v, the value of a name of that kind, a secret? */
bool secret_value(enum name_kind kind, enum value_form form, struct str v);

/* Written to be replaced by the reader: <key>, ${KEY}, xxxx, your-key. */
bool secret_is_placeholder(struct str v);
/* Made by a machine: letters and digits mixed as no word mixes them. */
bool secret_is_random(struct str v);

#endif
