/*
 * op.h - one operation, one row.
 *
 * The command line, and later MCP and HTTP, all come from the row: its name,
 * its parameters with their types and help, whether it writes. An operation
 * takes a JSON object of arguments and writes one JSON value; showing that
 * value to a person is the caller's business.
 *
 * Reading operations run anywhere, on a read-only connection. Writing ones
 * run in the worker only: others send them over the socket (FRAME_OP).
 */
#ifndef CMEM_OPS_OP_H
#define CMEM_OPS_OP_H

#include "base/arena.h"
#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "store/db.h"

enum param_type {
    PARAM_STR,
    PARAM_INT,
    PARAM_BOOL,
    PARAM_TIME, /* as clock_parse reads it; the operation gets milliseconds */
    PARAM_LIST, /* strings, repeated or the rest of the line */
    PARAM_JSON, /* an object, or the text of one */
};

enum param_flags {
    PARAM_REQUIRED = 1,
    PARAM_POSITIONAL = 2, /* on a command line: by place, not by --name */
    PARAM_JOINED = 4,     /* positional words joined by blanks: a query */
    PARAM_TERMINAL = 8,   /* the terminal program's own: refused by op_check */
};

struct param {
    const char *name; /* "since": --since and "since" in JSON */
    char letter;      /* 'n' for -n, or 0 */
    enum param_type type;
    unsigned flags;
    const char *value; /* how help calls the value: "TIME", "N" */
    const char *help;  /* one line */
};

enum op_flags {
    OP_WRITES = 1,
    OP_TERMINAL = 2, /* asked by the terminal program alone: no tool of MCP */
    OP_WARM = 4, /* reads much: faster in a worker that runs (worker/reading.h) */
    OP_OPENS = 8, /* gives memories whole: those that `ids` names count as used */
};

struct meaning;
struct reranker;

struct op_env {
    struct db *db;
    struct meaning *meaning; /* NULL: words only */
    const struct reranker *reranker; /* how it is reached here, or NULL */
    const struct paths *paths;
    const struct config *config;
    const char *cwd; /* the asker's directory: which project is meant */
    int64_t now_ms;
    struct arena *a; /* for the call; the caller frees it */
};

struct op {
    const char *name;
    const char *summary; /* one line, no full stop */
    const struct param *params;
    size_t nparams;
    unsigned flags;
    /* `args` has been checked by op_check. Writes one value to out. */
    int (*run)(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e);
};

/* Every operation, in the order of help. */
extern const struct op *const ops[];
extern const size_t ops_count;

const struct op *op_find(struct str name);
/* Are all arguments known, of their type, and the required ones there? Times
 * given as text become milliseconds in place. */
int op_check(const struct op *op, struct json *args, int64_t now_ms,
             struct err *e);

/* Who is to rerank a search with these arguments: "rerank" says whether, else
 * the setting does. NULL: nobody. */
const struct reranker *op_reranker(const struct op_env *env,
                                   const struct json *args);

#endif
