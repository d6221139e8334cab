/*
 * rules_work.h - what happened in some events, sorted by what it was.
 *
 * The first half of the built-in extractor: events in, tables out. The
 * tables are bounded; what does not fit is left out, oldest words first,
 * newest files last. rules_turn.c and rules_summary.c write from them.
 *
 * Places ("at") are positions in `order`, which is the batch by time: text
 * that the transcript brought stands where it was said.
 */
#ifndef CMEM_COMPRESS_RULES_WORK_H
#define CMEM_COMPRESS_RULES_WORK_H

#include "base/common.h"
#include "compress/digest.h"
#include "compress/rules_ask.h"
#include "compress/rules_code.h"
#include "compress/rules_said.h"
#include "compress/rules_shell.h"
#include "compress/rules_text.h"

#define WORK_FILES   160
#define WORK_RUNS    512
#define WORK_QUOTES  160
#define WORK_TODOS   64
#define WORK_CHOICES 24
#define WORK_WANTS   24
#define WORK_NOTES   24
#define WORK_TURNS   256
#define FILE_TEXTS   3

struct file_work {
    struct str path; /* as people name it: inside the project */
    struct str full; /* as the tool was given it */
    bool ours;       /* part of the project: not scratch, not the client's */
    bool created;
    unsigned reads, edits;
    unsigned misses;    /* edits whose old text was not in the file */
    size_t first, last; /* at: of edits, else of reads */
    struct code_change change;
    struct str text[FILE_TEXTS]; /* parts of it that were read */
    size_t ntexts;
};

enum run_state { RUN_DONE, RUN_OPEN, RUN_FIXED };

struct run {
    struct shell_cmd cmd;
    struct outcome out;
    enum run_state state; /* RUN_OPEN: failed and has not passed since */
    bool misused;         /* failed because the command itself was wrong */
    size_t at;
};

/* A failure and what it took until the same check passed. */
struct fix {
    size_t bad, good; /* runs: the first failure, the success */
    int tries;        /* failures in between, the first included */
    struct str cause; /* what the assistant said about it, or empty */
    size_t files[4];  /* changed in between, most edited first */
    size_t nfiles;
    bool by_other; /* nothing was changed: another command did it */
};

struct quote {
    struct str text;
    struct said said;
    struct sketch words;
    size_t at;
    bool last; /* from the last text of its turn */
    bool used; /* written somewhere already */
};

struct todo {
    struct str id, text;
    bool done;
    size_t at; /* of its last change */
};

struct chosen {
    struct str question, answer;
    bool own_words; /* not one of the options offered */
    size_t at;
};

struct turn {
    struct ask ask;
    size_t at, end;              /* [at, end) in order */
    size_t final;                /* at of its last text, or end */
    struct str text;             /* its last text */
    unsigned edits, runs, reads; /* how much was done */
};

struct note {
    struct str text;
    size_t at;
};

struct work {
    struct arena *a;
    const struct batch *b;
    const struct ev **order;
    size_t from, to;
    size_t max_turns, max_files, max_runs; /* of the tables below */

    struct turn *turns;
    size_t nturns;
    struct file_work *files;
    size_t nfiles;
    struct run *runs;
    size_t nruns;
    struct fix *fixes;
    size_t nfixes;
    struct quote *quotes; /* the assistant's, best ones */
    size_t nquotes;
    struct quote *wants; /* the person's lasting statements */
    size_t nwants;
    struct todo *todos;
    size_t ntodos;
    size_t todo_turn; /* turn of the last change of a todo */
    struct chosen *chosen;
    size_t nchosen;
    struct note *searches; /* patterns looked for */
    size_t nsearches;
    struct note *outside; /* web, other programs' tools, subagents */
    size_t noutside;
    struct str plan;     /* title of the last plan that was written */
    struct str plan_why; /* its context */
    size_t plan_at;
    struct str compact; /* the client's own summary, the last one */
};

/* The batch's events by time; the array has b->n places and lives in b->a. */
const struct ev **work_order(const struct batch *b);
/* Gathers events [from, to) of order into w. */
void work_gather(const struct batch *b, const struct ev **order, size_t from,
                 size_t to, struct work *w);

/* The turn that holds a place. */
const struct turn *work_turn(const struct work *w, size_t at);
/* Is there an edit of one of our files? */
bool work_changed(const struct work *w);
/* The best unused quote of a kind (or any kind) in [from, to); NULL when none
 * has at least `score`. */
struct quote *work_quote(struct work *w, enum said_kind kind, int score,
                         size_t from, size_t to);

/* rules_tool.c: what a tool call did. */
void work_tool(struct work *w, const struct ev *e, size_t at);
/* An edit whose text was not found. */
void work_missed(struct work *w, const struct ev *e, size_t at);
/* rules_fix.c: failures and their ends, once all runs are known. */
void work_fixes(struct work *w);

#endif
