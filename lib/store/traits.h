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

unsigned traits_of(struct str text);

/* Who speaks: "Ada" of "Ada: I think so"; empty where the text does not begin
 * that way. At most three words. */
struct str speaker_of(struct str text);

#endif
