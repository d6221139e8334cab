/*
 * rules_shell.h - what a shell command was for and how it ended.
 *
 * A command line often does several things ("cd x && make test | tail"); the
 * one that matters most names it. Nothing is executed or expanded: a line is
 * cut at separators outside quotes and its words are compared with tables.
 */
#ifndef CMEM_COMPRESS_RULES_SHELL_H
#define CMEM_COMPRESS_RULES_SHELL_H

#include "base/arena.h"
#include "base/common.h"
#include "compress/digest.h"

/* In rising order of what a memory should keep. */
enum shell_kind {
    SHELL_NONE,   /* cd, echo, sleep, mkdir */
    SHELL_LOOK,   /* reads: ls, cat, git log */
    SHELL_SEARCH, /* grep, find */
    SHELL_OTHER,
    SHELL_INSTALL, /* adds a dependency */
    SHELL_FORMAT,
    SHELL_LINT,
    SHELL_BUILD,
    SHELL_TEST,
    SHELL_BRANCH,
    SHELL_PUSH,
    SHELL_PR,
    SHELL_COMMIT,
};

struct shell_cmd {
    enum shell_kind kind;
    struct str show;   /* the part that matters, on one line */
    struct str writes; /* a file that it changes in place, or empty */
    struct str what;   /* search: the pattern; branch: its name; PR: its
                          title; install: the packages; look: the file */
    uint64_t key;      /* equal for the same check run again */
    struct str runner; /* "go test", "bun run": its first two words */
    bool narrow;       /* a part of the tests only */
    bool masked;       /* its exit status is not the line's: "x | tail" */
    bool elsewhere;    /* outside the project: a scratch folder */
    struct str subject, body; /* commit: its message */
};

#define SHELL_TESTS_MAX 4

struct outcome {
    bool failed;
    bool missed;                      /* an edit that did not find its text */
    bool refused;                     /* the person said no, or it never ran */
    struct str said;                  /* what the person said when refusing */
    int64_t passed, failures;         /* of tests; -1 when not told */
    struct str error;                 /* the line that tells most */
    struct str test[SHELL_TESTS_MAX]; /* names of failing tests */
    size_t ntests;
    struct str hash; /* of a commit */
    struct str url;  /* of a pull request */
};

/* Checks that one line may run: "lint && test && build". */
#define SHELL_PARTS_MAX 3

/* root: of the project, to know scratch work. Results live in a. Returns how
 * many commands were read: the first is what the line was for, the others
 * are further checks that passed when the line did. At least one. */
size_t shell_read(struct arena *a, struct str root, struct str line,
                  struct shell_cmd out[SHELL_PARTS_MAX]);
/* How the tool call ended; c is NULL for tools other than the shell. */
void shell_outcome(struct arena *a, const struct ev *e,
                   const struct shell_cmd *c, struct outcome *out);
/* A failure that is a step of ordinary work and teaches nothing. */
bool failure_is_ordinary(struct str error);
/* Was the command itself wrong, so that another one is the answer? */
bool failure_is_misuse(struct str error, struct str command);
/* Are checks of this kind run again until they pass? */
bool shell_is_check(enum shell_kind k);

#endif
