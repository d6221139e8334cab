/*
 * rules_said.h - what a sentence is worth remembering for.
 *
 * Assistants talk while they work ("Let me check..."), and among the talk say
 * what they found, what they chose and why, what they did and what is left.
 * People who prompt give orders, and among the orders say what always holds.
 * Both are told apart by phrases: tables of words and weights, nothing else.
 * The phrases are English; in other languages sentences are simply not
 * picked, and the rest of the extractor works on.
 */
#ifndef CMEM_COMPRESS_RULES_SAID_H
#define CMEM_COMPRESS_RULES_SAID_H

#include "base/common.h"
#include "base/str.h"

enum said_kind {
    SAID_TALK,     /* nothing to keep */
    SAID_FINDING,  /* how something is, or why */
    SAID_DECISION, /* a choice, with its reason */
    SAID_RESULT,   /* what was done */
    SAID_REMAINS,  /* what is left to do */
    SAID_OFFER,    /* a question to the person at the end of a turn */
};

struct said {
    enum said_kind kind;
    int score; /* 0 and up; SAID_GOOD is worth its own memory */
};

#define SAID_FAIR 3
#define SAID_GOOD 6

/* An assistant's sentence under a heading (which may be empty). */
struct said said_judge(struct str sentence, struct str heading);

/* "Next: x", "Remaining: x", "TODO: x": takes the label off *s. */
bool said_takes_label(struct str *s);

/* The first sentence of an answer that answers: not "Let me look", not a
 * question, not a heading. Empty when there is none. */
struct str said_lead(struct str text);

/* A sentence of a prompt: how surely it states a lasting preference, rule or
 * fact about the project. SAID_FAIR and up are worth keeping. */
int said_lasting(struct str sentence);

/* Does the line look like output or code that was pasted in? */
bool said_is_pasted(struct str line);

/* Words of request that say nothing by themselves: "yes", "go on", "commit". */
bool said_is_filler(struct str prompt);
/* A question, as opposed to an order (also "can you tell me ..."). */
bool said_is_question(struct str prompt);

#endif
