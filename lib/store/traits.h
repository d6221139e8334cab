/*
 * traits.h - what sort of text a memory is: who speaks, and how.
 *
 * Found by rule when a memory is indexed and kept with its terms, because
 * ranking asks it of every candidate. Pure.
 */
#ifndef CMEM_STORE_TRAITS_H
#define CMEM_STORE_TRAITS_H

#include "base/common.h"
#include "base/str.h"

/* Ends as a question does. */
#define TRAIT_ASKS 1u
/* Says when: "yesterday", "two weeks ago", "in May", a date. */
#define TRAIT_TELLS_TIME 2u
/* Has a number that is no time: how many, how much. */
#define TRAIT_NUMBER 4u

/* Speaks of the one who speaks: I, my, we are many of its first words. */
#define TRAIT_SELF 8u
/* Laid out like an article: headings, lists. Replies of an assistant are. */
#define TRAIT_LAID_OUT 16u
/* Asks for something once and for all: "always ...", "from now on ...". */
#define TRAIT_STANDING 32u
/* Says what its writer prefers. */
#define TRAIT_PREFERS 64u

unsigned traits_of(struct str text);

/* I, my, we, our and so on; "I'm" is cut before the apostrophe. */
bool traits_is_self(struct str word);

/* Who speaks: "Ada" of "Ada: I think so"; empty where the text does not begin
 * that way. At most three words. */
struct str speaker_of(struct str text);

#endif
