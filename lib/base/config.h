/*
 * config.h - every setting, one row each.
 *
 * A value comes from, in this order: the environment (CMEM_ and the name in
 * capitals), the config file ("name = value" lines, # comments), the default.
 * Names, types, defaults, limits and help stand in one table, config_table.c;
 * the command line, the web viewer, the example file and the manual read it.
 */
#ifndef CMEM_BASE_CONFIG_H
#define CMEM_BASE_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct jsonw;

enum opt_id {
    OPT_PROVIDER,
    OPT_MODEL,
    OPT_BASE_URL,
    OPT_API_KEY_ENV,
    OPT_CLAUDE_BIN,
    OPT_MODEL_TIMEOUT_S,
    OPT_MODEL_CONCURRENCY,
    OPT_DAILY_TOKENS,
    OPT_DAILY_USD,
    OPT_PRICE_INPUT,
    OPT_PRICE_OUTPUT,
    OPT_EMBEDDER,
    OPT_EMBEDDER_MODEL,
    OPT_EMBEDDER_URL,
    OPT_EMBEDDER_KEY_ENV,
    OPT_EMBEDDER_DIM,
    OPT_EMBED_THREADS,
    OPT_RERANKER,
    OPT_RERANKER_COMMAND,
    OPT_RERANKER_MS,
    OPT_BATCH_EVENTS,
    OPT_BATCH_KB,
    OPT_BATCH_AGE_S,
    OPT_CONTEXT,
    OPT_CONTEXT_TOKENS,
    OPT_PROMPT_CONTEXT,
    OPT_PROMPT_MEMORIES,
    OPT_PROMPT_TOKENS,
    OPT_PROMPT_BAR,
    OPT_EXCLUDE,
    OPT_EVENT_KB,
    OPT_SPOOL_MB,
    OPT_RETENTION_DAYS,
    OPT_INDEX_FILES,
    OPT_HTTP,
    OPT_HTTP_PORT,
    OPT_HTTP_RATE,
    OPT_IDLE_EXIT_S,
    OPT_LOG_LEVEL,
    OPT_COUNT
};

enum opt_type { OPT_STR, OPT_INT, OPT_NUM, OPT_BOOL, OPT_CHOICE };
enum opt_origin { FROM_DEFAULT, FROM_FILE, FROM_ENV };

struct opt {
    const char *name;  /* as in the file */
    const char *group; /* "context", "model": what is shown together */
    enum opt_type type;
    const char *fallback; /* the default, as text */
    double min, max;      /* numbers only */
    const char *choices;  /* "a|b|c", choices only */
    const char *help;     /* one sentence */
    /* Why it is not set over HTTP, as the end of a sentence: "it names a key:
     * `cmem config set api_key_env VALUE`". NULL: harmless. */
    const char *terminal;
};

struct config {
    struct arena arena;
    struct str value[OPT_COUNT];
    enum opt_origin origin[OPT_COUNT];
    struct err problem; /* first line of the file that was refused, if any */
};

const struct opt *config_opt(enum opt_id id);
/* The row of that name, or -1. */
int config_find(struct str name);

/* Reads environment and file. A missing file is fine. A line that is not
 * valid keeps its default and is said in c->problem; it never fails. */
void config_load(struct config *c, const char *file);
void config_free(struct config *c);

struct str config_str(const struct config *c, enum opt_id id);
int64_t config_int(const struct config *c, enum opt_id id);
double config_num(const struct config *c, enum opt_id id);
bool config_bool(const struct config *c, enum opt_id id);

/* Is `value` allowed for the option? */
int config_check(enum opt_id id, struct str value, struct err *e);
/* May it be set over HTTP? CM_EPERM, with what does it instead. */
int config_check_remote(enum opt_id id, struct err *e);
/* "NAME=VALUE" in this configuration alone, whatever file and environment say:
 * how something would be with another setting. The value is copied into a.
 * The row of that name, or CM_EARG. */
int config_pretend(struct config *c, struct str assignment, struct arena *a,
                   struct err *e);
/* Rewrites the file with the option set (or taken out when value.p is NULL);
 * comments and order stay. */
int config_set(const char *file, enum opt_id id, struct str value,
               struct err *e);
/* One setting as an object: name, value, origin, default, help, group, type,
 * min, max, choices, terminal. `file` is the one that was loaded. */
void config_put(struct jsonw *w, const struct config *c, enum opt_id id,
                const char *file);
/* Where its value is from: "default", "file PATH", "environment NAME". */
void config_origin(const struct config *c, enum opt_id id, const char *file,
                   struct buf *b);
/* A commented example file with every option at its default. */
void config_example(struct buf *b);

#endif
