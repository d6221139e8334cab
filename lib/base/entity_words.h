/*
 * entity_words.h - what single words mean to those who look for entities.
 *
 * A word that is not in the table has no flags. Precision first: a name that
 * is missing here is found where its form or its neighbours tell, a word that
 * is wrongly taken for a name links memories that have nothing in common.
 */
#ifndef CMEM_BASE_ENTITY_WORDS_H
#define CMEM_BASE_ENTITY_WORDS_H

#include "base/common.h"
#include "base/str.h"

enum word_flag {
    WORD_PERSON = 1,       /* a first name: "Dana" */
    WORD_MAYBE_PERSON = 2, /* also a word or a product: "Mark", "Ruby" */
    WORD_PRODUCT = 4,      /* a product in any case: "redis", "Redis" */
    WORD_CAPITAL = 8,      /* a product when capitalised: "Flask" */
    WORD_COMMAND = 16,     /* begins a command: "git", "npm" */
    WORD_ACRONYM = 32,     /* means one thing: "AWS" */
    WORD_PLAIN = 64,       /* never a name by itself, however written */
    WORD_SPEAKS = 128,     /* people do it: "said", "owns" */
};

unsigned word_flags(struct str lower);
unsigned word_flags_any_case(struct str word);
/* For a test. */
bool words_are_sorted(void);

/* Is the word one of a list that has blanks between? Any case; for short
 * lists. */
bool word_in(struct str list, struct str word);
/* "ledger service", "platform-team": does it end like what is called so
 * because it has a place of its own? Such names are written both ways. */
bool word_is_place(struct str name);

#endif
