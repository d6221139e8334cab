/*
 * model.h - what the browser shows and what keys do to it. No terminal, no
 * worker, no clock: a key goes in, the state changes, and what is left to be
 * done comes out as a deed.
 *
 * Invariants, true between any two calls:
 *   1. at < rows->n, or at is 0 and there are no rows;
 *   2. cursor is at a boundary of characters of query[0..len);
 *   3. `asked` grows whenever the question does not read as before.
 */
#ifndef CMEM_CLI_BROWSE_MODEL_H
#define CMEM_CLI_BROWSE_MODEL_H

#include "base/common.h"
#include "base/str.h"
#include "cli/browse/keys.h"
#include "cli/browse/rows.h"

#define QUERY_BYTES 1024

/* Where is looked, in the order in which the key goes through them. */
#define BROWSE_SCOPES(X)                                                       \
    X(DIRECTORY, "directory", "done in files below the current directory")     \
    X(REPOSITORY, "repository", "of this project")                             \
    X(BRANCH, "branch", "made on the current branch")                          \
    X(SESSION, "session", "of the chosen row's session, else the latest")      \
    X(ALL, "all", "of every project")

enum browse_scope {
#define SCOPE_ENUM(name, word, about) SCOPE_##name,
    BROWSE_SCOPES(SCOPE_ENUM)
#undef SCOPE_ENUM
        SCOPES
};

/* What is listed; the key is Alt with the number of its place, from 1. */
#define BROWSE_TABS(X)                                                         \
    X(ALL, "all", "")                                                          \
    X(OBSERVATIONS, "observations", "observation")                             \
    X(FACTS, "facts", "fact")                                                  \
    X(NOTES, "notes", "note")                                                  \
    X(PROMPTS, "prompts", "prompt")                                            \
    X(SESSIONS, "sessions", "")                                                \
    X(FILES, "files", "")                                                      \
    X(SYMBOLS, "symbols", "")

enum browse_tab {
#define TAB_ENUM(name, word, kind) TAB_##name,
    BROWSE_TABS(TAB_ENUM)
#undef TAB_ENUM
        TABS
};

enum browse_mode {
    MODE_LIST,
    MODE_READ, /* the chosen row has all of the screen */
    MODE_HELP,
    MODE_FORGET, /* asked whether it is meant */
};

/* What a key leaves to be done outside. */
enum deed {
    DEED_NONE,
    DEED_QUIT,
    DEED_SUSPEND,
    DEED_REDRAW,
    DEED_OPENED, /* the chosen row is read */
    DEED_COPY,
    DEED_COPY_NAME,
    DEED_EDIT,
    DEED_RESUME,
    DEED_PIN,
    DEED_FORGET,
};

struct model {
    char query[QUERY_BYTES];
    size_t len, cursor;
    enum browse_tab tab;
    enum browse_scope scope;
    bool can[SCOPES]; /* scopes that there are here */
    char session[24]; /* of SCOPE_SESSION; empty: the latest */
    char branch[128]; /* that is checked out here; for the eye */
    uint64_t asked;   /* number of the question */

    struct rows *rows; /* owned; never NULL behind model_init */
    uint64_t answered; /* which question they answer; 0: none yet */
    size_t at, top;    /* the chosen row, and the first that is seen */
    bool chosen;       /* by hand: it stays chosen while rows change */

    enum browse_mode mode;
    bool hides_preview;
    int scroll; /* of the preview */
    int page;   /* rows of the list that are seen; the view says */
    int preview_page, preview_lines; /* the same of the preview */
    char said[512]; /* the last thing that was done, or why not */
};

void model_init(struct model *m, struct str words);
void model_free(struct model *m);

enum deed model_key(struct model *m, const struct keypress *k);
/* Takes the rows over that answer question n. false, and frees them, when that
 * is not the question any more. */
bool model_take(struct model *m, struct rows *rows, uint64_t n);
/* The chosen row, or NULL. */
const struct row *model_row(const struct model *m);
/* Keeps the chosen row within a list of `page` lines. */
void model_fit(struct model *m, int page);
void model_say(struct model *m, const char *fmt, ...) PRINTF_LIKE(2, 3);

const char *scope_word(enum browse_scope s);
const char *tab_word(enum browse_tab t);
/* The kind of memories of a tab, or "". */
const char *tab_kind(enum browse_tab t);
/* By a word, as options give it; -1: none. */
int scope_of_word(struct str word);
int tab_of_word(struct str word);

/* The keys, for help: pairs, ended by NULL. */
struct key_help {
    const char *keys, *does;
};
extern const struct key_help browse_keys[];
extern const size_t browse_keys_count;

#endif
