/*
 * facts_words.h - the words of a statement, for facts_reader.h.
 */
#ifndef CMEM_COMPRESS_FACTS_WORDS_H
#define CMEM_COMPRESS_FACTS_WORDS_H

#include "compress/facts.h"

struct said_word {
    struct str text; /* as written, without punctuation */
    struct str norm; /* lower case, singular, spelled out */
    bool number;     /* "8080", "20.1"; its unit is a word of its own */
    bool name;       /* of code, or a capital inside the sentence */
    bool path;       /* has a '/' or a '.' between letters */
    char stop;       /* ',' ';' ':' '(' '-' behind it, or 0 */
    bool opens;      /* stands behind an opening bracket */
};

struct said_words {
    struct said_word w[FACT_WORDS];
    size_t n;
    bool asks; /* a question mark */
    bool many; /* more than one sentence */
};

void said_words_read(struct str text, struct arena *a, struct said_words *out);

bool said_is(const struct said_word *w, const char *z);
/* Is it one of a list of words between blanks: " a an the "? */
bool said_in(const struct said_word *w, const char *list);
bool str_in(struct str s, const char *list);

/* What kind of tool this is ("package-manager"), or NULL: facts_tools.c. */
const char *tool_kind(struct str norm);
enum attribute {
    ATTRIBUTE_NONE,
    ATTRIBUTE_NUMBER,
    ATTRIBUTE_ATOM,
    ATTRIBUTE_ANY
};
/* Can a thing have only one of it, and what does its value look like? */
enum attribute attribute_of(struct str norm);

#endif
