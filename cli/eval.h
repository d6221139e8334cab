/*
 * eval.h - how well search finds, measured on data that others made.
 *
 * A task is a row of the table in eval_tasks.c. It reads its data below the
 * directory given, has it taken in through the same doors as a user's, in
 * homes of its own, asks its questions and compares the answers with what is
 * right. What is right is looked at after the answer only: it never reaches a
 * home.
 *
 * Reproducible: time stands still a day after the newest thing said in each
 * conversation or project, so two runs give the same figures.
 *
 *   eval.h        what the parts share
 *   eval_tasks.c  the table; running one
 *   eval_home.c   homes: made, filled, waited for, removed
 *   eval_talk.c   conversations: LoCoMo, BEAM
 *   eval_code.c   coding sessions: commit to session, files of the next one
 *   eval_slot.c   what prompts of coding sessions bring (eval_trace.h)
 *   eval_ask.c    asking, and the figures of an answer
 *   eval_sts.c    the embedder alone
 *   eval_show.c   the tables
 */
#ifndef CMEM_CLI_EVAL_H
#define CMEM_CLI_EVAL_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "search/search.h"

/* Figures of one row at most. */
#define EVAL_FIGURES 6
/* Results that an answer is judged by, and that --dump writes. */
#define EVAL_DEPTH 100

struct eval_case {
    struct str id, query;
    struct str scope; /* conversation, chat, project: what the spread is of */
    struct str category;    /* of question; may be empty */
    struct str app;         /* searched in; empty: everything in the home */
    const struct str *gold; /* distinct ids of memories, runs */
    size_t ngold;
    int64_t now_ms;
};

struct eval_cases {
    struct eval_case *at;
    size_t n, room;
};

/* Sums of figures; divided by how many had one (of) when they are shown. A
 * figure that a case has not is NAN. */
struct eval_row {
    struct str name;
    size_t n;
    double sum[EVAL_FIGURES];
    size_t of[EVAL_FIGURES];
};

struct eval_rows {
    struct eval_row *at;
    size_t n, room;
};

/* What one way of asking gave. */
struct eval_result {
    struct str label; /* "without meaning"; empty: as it is */
    struct eval_row all;
    struct eval_rows categories, scopes;
    int64_t *us; /* of each search */
    size_t nus, room;
    struct str sense; /* of the last home */
};

struct eval;

/* One home's worth of a task's data: all of LoCoMo, one coding project. */
struct eval_part {
    struct str name; /* of the home */
    struct str path; /* of the data */
    struct str seen; /* size and time of it: another home when it changes */
};

struct eval_parts {
    struct eval_part *at;
    size_t n, room;
};

/* Figures of others on the same questions, for comparison. */
struct eval_mark {
    const char *label;
    size_t n; /* questions: shown only when they are as many */
    double figure[EVAL_FIGURES]; /* 0: not known */
};

struct eval_task {
    const char *name;
    const char *group; /* --task takes this too */
    const char *title;
    const char *unit;              /* what a scope is: "conversation" */
    const char *const *figures;    /* names, NULL-terminated */
    size_t main;                   /* the figure whose spread is shown */
    const struct eval_mark *marks; /* ends with label NULL */
    enum search_by by;
    /* The parts that are there, in a fixed order. CM_ENOTFOUND, with a
     * sentence that names what is missing. */
    int (*find)(struct eval *ev, struct eval_parts *out, struct err *e);
    /* Fills the open home. NULL: the task needs none. */
    int (*fill)(struct eval *ev, const struct eval_part *p, struct err *e);
    /* Adds to out what is to be asked; NULL: run does all. */
    int (*load)(struct eval *ev, const struct eval_part *p,
                struct eval_cases *out, struct err *e);
    int (*run)(struct eval *ev, const struct eval_part *p,
               struct eval_result *out, struct err *e);
    /* What --ablation runs instead of leaving signals out: NULL-terminated;
     * run sees the number of it, from 1, in ev->way. */
    const char *const *ways;
};

extern const struct eval_task eval_tasks[];
extern const size_t eval_tasks_count;

struct eval {
    struct cli *c;
    struct arena *a;
    const char *dir;              /* of the data */
    const char *base;             /* where homes are made */
    bool keep;                    /* they stay */
    unsigned without;             /* signals, as in search.h */
    size_t way;                   /* of the task's; 0: as it is */
    FILE *dump;                   /* or NULL */
    const struct eval_task *task; /* the one that runs */
    /* the open home */
    struct str home;
    struct paths paths;
    struct db *db;
    struct meaning *meaning;
    struct reranker rerank;
    const struct reranker *reranker; /* &rerank, or NULL */
    struct str sense; /* what the meaning is worth there: meaning_state */
};

/* --- eval_tasks.c -------------------------------------------------------- */

bool eval_is_chosen(const struct eval_task *t, struct str name);
/* Runs the task in every way: as it is and, with `ablation`, once without each
 * signal. Results live in ev->a. */
int eval_run_task(struct eval *ev, const struct eval_task *t, bool ablation,
                  struct eval_result **out, size_t *n, struct err *e);

/* --- eval_home.c --------------------------------------------------------- */

/*
 * Opens the part's home, for reading; one that is new, or of other data, is
 * filled by t->fill with a worker of its own, and waited for until everything
 * is indexed and embedded. One at a time.
 */
int eval_home_open(struct eval *ev, const struct eval_task *t,
                   const struct eval_part *p, struct err *e);
void eval_home_close(struct eval *ev);
/* Everything below ev->base, with the directory itself. */
void eval_remove(const char *path);
/* The file's text becomes memories of the open home. */
int eval_take_lines(struct eval *ev, struct str lines, struct err *e);
/* A transcript: `path` as it is on disk (.gz or plain), with the directory that
 * the session began in renamed to `as`. */
struct eval_transcript {
    const char *path;
    struct str as;
};
int eval_take_transcript(struct eval *ev, const struct eval_transcript *t,
                         struct err *e);

/* --- eval_talk.c, eval_code.c, eval_slot.c, eval_sts.c ------------------- */

int eval_locomo_find(struct eval *ev, struct eval_parts *out, struct err *e);
int eval_locomo_fill(struct eval *ev, const struct eval_part *p, struct err *e);
int eval_locomo_load(struct eval *ev, const struct eval_part *p,
                     struct eval_cases *out, struct err *e);
int eval_beam_find(struct eval *ev, struct eval_parts *out, struct err *e);
int eval_beam_fill(struct eval *ev, const struct eval_part *p, struct err *e);
int eval_beam_load(struct eval *ev, const struct eval_part *p,
                   struct eval_cases *out, struct err *e);
int eval_code_find(struct eval *ev, struct eval_parts *out, struct err *e);
int eval_code_fill(struct eval *ev, const struct eval_part *p, struct err *e);
int eval_code_load(struct eval *ev, const struct eval_part *p,
                   struct eval_cases *out, struct err *e);
int eval_files_run(struct eval *ev, const struct eval_part *p,
                   struct eval_result *out, struct err *e);
int eval_slot_run(struct eval *ev, const struct eval_part *p,
                  struct eval_result *out, struct err *e);
extern const char *const eval_slot_figures[];
extern const char *const eval_slot_ways[];
int eval_sts_find(struct eval *ev, struct eval_parts *out, struct err *e);
int eval_sts_run(struct eval *ev, const struct eval_part *p,
                 struct eval_result *out, struct err *e);

/* A JSON file; the caller frees it. */
int eval_read_json(const char *path, struct json **out, struct err *e);
/* A part for a file or directory that is there, with what it looks like. */
void eval_part_add(struct eval *ev, struct eval_parts *parts, struct str name,
                   struct str path);
/* Room for one more of a growing array in ev->a; gives it zeroed. */
void *eval_more(struct arena *a, void **at, size_t *n, size_t *room,
                size_t size);
/* Names in a directory, sorted; those that end in `ending` (NULL: all but
 * hidden ones). CM_ENOTFOUND when there is none. */
int eval_list(struct eval *ev, const char *dir, const char *ending,
              struct str **out, size_t *n);

/* --- eval_ask.c ---------------------------------------------------------- */

/* Names of the figures of a ranking, and their values for one answer. */
extern const char *const eval_ranking_figures[];
enum { FIG_R5, FIG_R10, FIG_R20, FIG_HIT1, FIG_MRR };
void eval_judge(const struct str *ids, size_t n, const struct eval_case *c,
                double figure[EVAL_FIGURES]);
int eval_ask(struct eval *ev, const struct eval_cases *cases,
             struct eval_result *out, struct err *e);
/* Adds the figures of one case to the whole, its category and its scope. */
void eval_count(struct eval *ev, struct eval_result *out,
                const struct eval_case *c, const double *figure);
/* Only to a line of that name, beside the categories. */
void eval_count_as(struct eval *ev, struct eval_result *out, struct str name,
                   const double *figure);

/* --- eval_show.c --------------------------------------------------------- */

struct eval_shown {
    const struct eval_task *task;
    const struct eval_result *results;
    size_t n;
};
void eval_show(struct term *t, const struct eval_shown *s, bool folds);
void eval_put(struct jsonw *w, const struct eval_shown *s);

#endif
