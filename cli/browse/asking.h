/*
 * asking.h - questions answered beside the keyboard, by a thread of their own.
 *
 * The thread asks as every command does (cli_op): the worker that runs, which
 * has all at hand, else the database itself. It has one thing to do at a time,
 * and of each sort only the latest is kept: a question that was typed over
 * before it was begun is never asked. What was begun and is out of date comes
 * back with its old number, and is dropped by who takes it.
 *
 *     deeds  pin, forget, tell      before
 *     rows   a search               before
 *     text   a row's preview        before
 *     more   what else a search has: symbols, sessions
 */
#ifndef CMEM_CLI_BROWSE_ASKING_H
#define CMEM_CLI_BROWSE_ASKING_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/browse/model.h"
#include "cli/cmd.h"

struct asking;

enum answer_sort { ANSWER_ROWS, ANSWER_TEXT, ANSWER_DEED };

struct answer {
    enum answer_sort sort;
    uint64_t n;        /* of the question */
    struct rows *rows; /* ANSWER_ROWS; taken over by who takes the answer */
    char id[512];      /* ANSWER_TEXT, ANSWER_DEED: whose */
    enum row_what what;
    struct json *json; /* ANSWER_TEXT: the operation's result; or NULL */
    char say[512];     /* a sentence for the person, or empty */
    bool more;         /* ANSWER_ROWS: further ones follow */
    struct answer *next;
};

/* `c` outlives it and is only read. */
int asking_open(struct asking **out, const struct cli *c, struct err *e);
/* What is under way is waited for, a second at most. */
void asking_close(struct asking *a);

/* Readable when there is an answer. */
int asking_fd(const struct asking *a);
/* The next one, or NULL; answer_free when done. */
struct answer *asking_take(struct asking *a);
void answer_free(struct answer *a);

/* The model's question, and the text of its chosen row. */
void asking_rows(struct asking *a, const struct model *m);
void asking_text(struct asking *a, const struct row *row);
/* op: pin, unpin, forget; NULL: it was opened (told to the worker). */
void asking_deed(struct asking *a, const char *op, const struct row *row);

#endif
