/*
 * stop.h - words that carry no subject, in the languages people ask in.
 *
 * English ones are left out of every query. Those of another language are left
 * out only of a query that is in it: "die", "war", "man" and "son" are German
 * or Spanish function words and English subjects. A query is in a language
 * when it has two of its words, one of which is no English word, and more of
 * those than English function words.
 *
 * Pure. Words are compared in lower case (lower_case of tokenize.h).
 */
#ifndef CMEM_SEARCH_STOP_H
#define CMEM_SEARCH_STOP_H

#include "base/common.h"
#include "base/str.h"

enum stop_language {
    STOP_ENGLISH,
    STOP_GERMAN,
    STOP_FRENCH,
    STOP_SPANISH,
    STOP_PORTUGUESE,
    STOP_ITALIAN,
    STOP_DUTCH,
    STOP_RUSSIAN,
    STOP_LANGUAGES
};

/* The language of a text; STOP_ENGLISH when no other one is certain. */
enum stop_language stop_language_of(struct str text);

/* English, or of this language. */
bool stop_is(enum stop_language lang, struct str word);

#endif
