/*
 * question.h - what is typed, and where and what for, as arguments of the
 * operations that every other door has: search, sessions, code-search,
 * code-files.
 */
#ifndef CMEM_CLI_BROWSE_QUESTION_H
#define CMEM_CLI_BROWSE_QUESTION_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/browse/model.h"
#include "cli/cmd.h"

/* Rows of a list; nobody scrolls further than words bring nearer. */
#define LIST_MAX 100
/* Of these a screen is full: they come first. */
#define SCREEN_MAX 30

struct question {
    bool wanted;
    bool is_more; /* all of it, and what stands beside */
    uint64_t n;
    char words[QUERY_BYTES];
    enum browse_tab tab;
    enum browse_scope scope;
    char session[24];
};

/* An operation as a command runs it; args are taken over. Quietly: read here,
 * and not as if somebody had opened it. */
int ask_op(const struct cli *c, const char *name, struct json *args,
           bool quietly, struct json **result, struct err *e);

/* The rows of its tab, as the operation gives them. */
int question_rows(const struct cli *c, const struct question *q,
                  struct json **result, struct err *e);
int question_memories(const struct cli *c, const struct question *q,
                      bool by_session, struct json **result, struct err *e);
int question_code(const struct cli *c, const struct question *q, const char *op,
                  const char *key, struct json **result, struct err *e);
/* Fills in the latest session here, for the scope of that name. */
void question_latest_session(const struct cli *c, struct question *q);
bool question_is_of_code(enum browse_tab t);

#endif
