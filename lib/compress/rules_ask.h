/*
 * rules_ask.h - a prompt: what of it the person said, and what they want.
 */
#ifndef CMEM_COMPRESS_RULES_ASK_H
#define CMEM_COMPRESS_RULES_ASK_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

struct ask {
    struct str words; /* the person's own: wrappers of the client taken off;
                         empty when none of it was theirs */
    struct str line;  /* the same on one line, at most 240 bytes, without
                         code blocks and pasted output */
    struct str title; /* the plan's title, or the order without politeness */
    struct str why;   /* a plan's context, its first sentences */
    bool is_plan;
    bool is_filler; /* "yes", "go on": says nothing by itself */
    bool is_question;
    bool interrupted; /* the client's mark that work was stopped */
    int choice;       /* "2", "option 2", "B)": which offer was taken, or 0 */
};

void ask_read(struct arena *a, struct str prompt, struct ask *out);

/* Title ("# Plan: X") and context of a plan document; false when it has no
 * title. */
bool ask_plan(struct arena *a, struct str text, struct str *title,
              struct str *why);

/* The text of the item numbered `choice` in what the assistant offered, on
 * one line; empty when it offers no such item. */
struct str ask_option(struct arena *a, struct str offer, int choice);

#endif
