/*
 * course.h - questions about the course of something.
 *
 *   Can you list the order in which I brought up different aspects of the
 *   parser throughout our conversations? Mention only three items.
 *   Give me a summary of how our release plan has changed over time.
 *
 * Most of their words say how to answer, and none of that stands in what would
 * answer: they are about the parser, and our release plan. Told by rule;
 * English. Pure.
 */
#ifndef CMEM_SEARCH_COURSE_H
#define CMEM_SEARCH_COURSE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* Asks of the asker's own past for an order, a summary, an overview. */
bool course_is(struct str text);
/* The words that say of what, with blanks between; the text itself when it is
 * no such question or nothing would be left. */
struct str course_topic(struct str text, struct arena *a);

#endif
