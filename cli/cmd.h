/*
 * cmd.h - one command, one row; and what a command is given to work with.
 *
 * A command's row stands in its own file, cmd_NAME.c, as `cmd_NAME`; those of
 * operations stand in cmd_ops.c. table.c lists them all, once: dispatch, help,
 * completion and the manual page come from there.
 *
 * A row is one of two things:
 *   an operation (run is NULL): the row of the same name in ops/op.h gives
 *     its summary and parameters. It runs here on a read-only database or,
 *     when it writes, in the worker, which is started when needed. Its result
 *     is printed as it is with --json, else shown by `render` (NULL: as
 *     indented JSON);
 *   a command of the terminal's own: `run`, with its parameters here.
 * With run_with it is an operation that has a form of the terminal's own.
 *
 * Errors are printed once, by main.c: "cmem: sentence" on stderr, and with
 * --json {"error":{"code":...,"message":...}} on stdout too.
 */
#ifndef CMEM_CLI_CMD_H
#define CMEM_CLI_CMD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "cli/term.h"
#include "ops/op.h"
#include "search/rerank.h"

/* Exit status. Part of the interface: the manual page says these sentences. */
#define CLI_EXITS(X)                                                           \
    X(CLI_DONE, 0, "done")                                                     \
    X(CLI_NOTHING, 1,                                                          \
      "nothing found, or (doctor, import, replay) a problem found")            \
    X(CLI_USAGE, 2, "the command line is wrong")                               \
    X(CLI_SYSTEM, 3, "a file or the database could not be used")               \
    X(CLI_NETWORK, 4, "the worker or the network did not answer")

enum cli_exit {
#define CLI_EXIT_ENUM(name, value, text) name = value,
    CLI_EXITS(CLI_EXIT_ENUM)
#undef CLI_EXIT_ENUM
};

struct cli {
    struct paths paths;
    struct config config;
    struct arena arena; /* for the run of the program */
    struct term term;
    bool json;            /* --json: one JSON value on stdout, nothing else */
    char self[PATHS_MAX]; /* directory of this executable */
    char cwd[PATHS_MAX];
    bool (*is_interrupted)(void); /* Ctrl-C: see CMD_ENDS_WHOLE */
};

/*
 * Shows an operation's result to a person. Returns CLI_DONE, or CLI_NOTHING
 * when there was nothing to show (having said so: what was searched, and what
 * to try). With --json it is called too, for that status, on a silent term.
 */
typedef int (*cmd_render)(struct term *t, const struct json *result);

/*
 * A command of the terminal's own. args has been checked against its
 * parameters: strings, whole numbers, booleans and arrays of strings under
 * their names. Returns an enum cli_exit or, with *e set, a negative cm_err.
 */
typedef int (*cmd_run)(struct cli *c, const struct json *args, struct err *e);

enum cmd_flags {
    /* Ctrl-C does not kill it: it looks at is_interrupted between its steps,
     * ends whole, and main.c then dies of the signal as others expect. */
    CMD_ENDS_WHOLE = 1,
    /* Works without a home directory and settings (help, completion). */
    CMD_BARE = 2,
};

struct cmd {
    const char *name;
    const char *group;   /* heading in help */
    const char *summary; /* NULL: the operation's */
    const char *details; /* further paragraphs for its help, or NULL */
    const char *example; /* a whole command line */
    const char *words;   /* sub-commands: "list|get|set"; for completion */
    const struct param *params; /* NULL: the operation's */
    size_t nparams;
    unsigned flags;
    cmd_render render;
    cmd_run run;
    /* Of an operation: `run` takes over when this argument is given. */
    const char *run_with;
    /* Of an operation: takes over on a terminal when nothing was said at all. */
    cmd_run run_bare;
};

extern const struct cmd *const cmds[]; /* in the order of help */
extern const size_t cmds_count;
/* Options that every command has: json, color, no-pager, help. */
extern const struct param cmd_globals[];
extern const size_t cmd_globals_count;

const struct cmd *cmd_find(struct str name);
/* The row's parameters and summary, wherever they stand. */
const struct param *cmd_params(const struct cmd *cmd, size_t *n);
const char *cmd_about(const struct cmd *cmd);

/*
 * Parses argv[0..argc) (behind the command's name) into a new JSON object.
 * Options may stand anywhere: --name VALUE, --name=VALUE, -n VALUE, -nVALUE,
 * --name and --no-name for booleans, `--` ends them. Options that every command has (json,
 * color, no-pager, help) are taken out before by main.c. CM_EARG names the
 * nearest option where one is unknown.
 */
int args_parse(const struct cmd *cmd, int argc, char **argv, struct json **out,
               struct err *e);
/* The candidate nearest to a mistyped word, or NULL when none is near. */
const char *args_nearest(struct str word, const char *const *candidates,
                         size_t n);

/*
 * Asks the worker: sends the operation, waits until deadline_ms
 * (clock_mono_ms), gives the result. CM_ENET without a worker (or when it did
 * not come up), CM_ETIME; else what the operation failed with.
 */
struct ask {
    const char *op;
    struct json *args; /* taken over; NULL: none */
    bool start;        /* start the worker when there is none */
    int64_t deadline_ms;
};
int cli_ask(struct cli *c, const struct ask *ask, struct json **result,
            struct err *e);
/* Tells a running worker and goes on at once: no worker is started, no answer
 * is waited for, no failure is told. args are taken over. */
void cli_tell(struct cli *c, const char *op, struct json *args);
/* Asks the worker to leave and waits until it has; *stopped: there was one. */
int cli_stop_worker(struct cli *c, bool *stopped, struct err *e);
/* No worker runs: its lock is free, everything it had is written. */
bool cli_is_stopped(const struct cli *c);
/* The database, for reading. CM_ENOTFOUND, with a sentence, when there is
 * none. One of an older version is brought up to date by the worker first. */
int cli_open_db(struct cli *c, struct db **db, struct err *e);
/* What searches by meaning here, or NULL. */
struct meaning *cli_meaning(struct cli *c);
void cli_meaning_close(struct meaning *m);
/* The reranker that is set, asked from here; lives as long as c. */
struct reranker cli_reranker(struct cli *c);
/* Runs an operation here, reading. CM_ENOTFOUND without a database. */
int cli_read(struct cli *c, const struct op *op, struct json *args,
             struct json **result, struct err *e);
/* Runs an operation wherever it is to be run: in the worker when it writes or
 * is warm there, else here. args are taken over. */
int cli_op(struct cli *c, const struct op *op, struct json *args,
           struct json **result, struct err *e);
/* A command that is an operation: runs it, here or in the worker, and shows
 * its result. Returns as cmd_run. */
int cli_run_op(struct cli *c, const struct cmd *cmd, struct json *args,
               struct err *e);

/* Prints a finished JSON value as the command's whole output (--json). */
void cli_print_json(struct cli *c, struct str json);
/* The exit status that says an error of this code. */
int cli_exit_of(int code);

#endif
