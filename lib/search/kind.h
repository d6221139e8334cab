/*
 * kind.h - what sort of a query this is: the weights of ranking depend on it.
 *
 *   parseReply                        identifier
 *   why does the parser fail          question
 *   TypeError: x is not a function    error
 *   git rebase --onto                 command
 *   "cut off reply"                   quoted
 *   yesterday; on 7 May 2023          date
 *   retry uploads                     topic: some words, a commit's subject
 *   Please add a retry to ... (long)  task: a prompt, given as it stands
 *
 * Told by rule from the text and its units; English, with names and error
 * texts of any language. A query that fits several is the first of: none,
 * quoted, task, error, date, question, command, identifier, topic.
 *
 * Pure: no database, no clock.
 */
#ifndef CMEM_SEARCH_KIND_H
#define CMEM_SEARCH_KIND_H

#include "base/common.h"
#include "base/str.h"
#include "search/query.h"
#include "search/when.h"
#include "store/read_memory.h"

#define QUERY_KIND_ROWS(X)                                                     \
    X(QUERY_NONE, "none") /* nothing to look for: punctuation */               \
    X(QUERY_QUOTED, "quoted")                                                  \
    X(QUERY_TASK, "task")                                                      \
    X(QUERY_ERROR, "error")                                                    \
    X(QUERY_DATE, "date") /* when, and next to nothing else */                 \
    X(QUERY_QUESTION, "question")                                              \
    X(QUERY_COMMAND, "command")                                                \
    X(QUERY_IDENTIFIER, "identifier")                                          \
    X(QUERY_TOPIC, "topic")

enum query_kind {
#define X(id, name) id,
    QUERY_KIND_ROWS(X)
#undef X
        QUERY_KINDS
};
const char *query_kind_name(enum query_kind k);

/* text: as it was given to query_parse, which made q of it, and to when_parse,
 * which made w; w may be NULL. */
enum query_kind kind_of(struct str text, const struct query *q,
                        const struct when *w);

/* A query that is a time and nothing else ("what happened last week") is to be
 * answered by what there is of that time: sets the bounds of f, unless it has
 * some. False when there is more to it. */
bool kind_time_bounds(const struct query *q, const struct when *w,
                      struct memory_filter *f);

/* Begins as a question does ("why ...", "is there ...") or ends with '?'. */
bool kind_is_question(struct str text);
/* Asks for something to be done or advised now ("could you show me how to
 * ...", "which libraries should I use?"), not for what was said, done or in
 * which order: what somebody wants always bears on it. */
bool kind_asks_now(struct str text);
/* Asks for what the one who is asked said ("what did you recommend"). */
bool kind_asks_reply(struct str text);
/* Has what error messages have: "error:", "TypeError", ENOENT, "No such file".
 * True for a message within a longer text, too. */
bool kind_has_error(struct str text);

#endif
