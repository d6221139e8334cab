/* config.c - see config.h. */
#include "base/common.h"

#include <math.h>

#include "base/config.h"
#include "base/file.h"

#define FILE_MAX (256u * 1024u)

static const struct opt options[OPT_COUNT] = {
    [OPT_PROVIDER] =
        {"provider", OPT_CHOICE, "none", 0, 0,
         "none|anthropic|openai|gemini|ollama|claude",
         "Who compresses: none (built-in rules), an API, or claude (your own "
         "claude -p)."},
    [OPT_MODEL] = {"model", OPT_STR, "", 0, 0, NULL,
                   "Model name; empty takes the provider's own default."},
    [OPT_BASE_URL] =
        {"base_url", OPT_STR, "", 0, 0, NULL,
         "Where the API is, for example http://127.0.0.1:11434/v1; empty "
         "takes the provider's own."},
    [OPT_API_KEY_ENV] =
        {"api_key_env", OPT_STR, "", 0, 0, NULL,
         "Name of the variable with the key, in the environment or in the "
         "keys file; empty takes the provider's usual one."},
    [OPT_CLAUDE_BIN] = {"claude_bin", OPT_STR, "claude", 0, 0, NULL,
                        "Program of the claude provider."},
    [OPT_MODEL_TIMEOUT_S] = {"model_timeout_s", OPT_INT, "120", 1, 3600, NULL,
                             "Longest a model call may take, in seconds."},
    [OPT_MODEL_CONCURRENCY] = {"model_concurrency", OPT_INT, "2", 1, 16, NULL,
                               "Model calls under way at once."},
    [OPT_DAILY_TOKENS] =
        {"daily_tokens", OPT_INT, "2000000", 0, 1e12, NULL,
         "Most tokens a day (UTC), input and output together; 0 is no cap. "
         "Past it the built-in rules do the work."},
    [OPT_DAILY_USD] = {"daily_usd", OPT_NUM, "1.00", 0, 1e6, NULL,
                       "Most money a day (UTC) in US dollars; 0 is no cap."},
    [OPT_PRICE_INPUT] =
        {"price_input", OPT_NUM, "-1", -1, 1e6, NULL,
         "US dollars per million input tokens; -1 takes the built-in price "
         "of the model, if it is known."},
    [OPT_PRICE_OUTPUT] =
        {"price_output", OPT_NUM, "-1", -1, 1e6, NULL,
         "US dollars per million output tokens; -1 as for price_input."},
    [OPT_EMBEDDER] =
        {"embedder", OPT_CHOICE, "builtin", 0, 0,
         "builtin|openai|ollama|gemini|off",
         "Who turns texts into vectors, for searching by meaning: builtin "
         "(computed here, nothing leaves the machine), an API, or off."},
    [OPT_EMBEDDER_MODEL] =
        {"embedder_model", OPT_STR, "", 0, 0, NULL,
         "Its model's name; empty takes the API's usual one. Another model "
         "embeds everything anew, in the background."},
    [OPT_EMBEDDER_URL] = {"embedder_url", OPT_STR, "", 0, 0, NULL,
                          "Where its API is; empty takes its own."},
    [OPT_EMBEDDER_KEY_ENV] =
        {"embedder_key_env", OPT_STR, "", 0, 0, NULL,
         "Name of the variable with its key, as for api_key_env."},
    [OPT_EMBEDDER_DIM] =
        {"embedder_dimensions", OPT_INT, "0", 0, 4096, NULL,
         "Elements of a vector, where the model lets one choose; 0 takes its "
         "own."},
    [OPT_EMBED_THREADS] = {"embed_threads", OPT_INT, "1", 1, 16, NULL,
                           "Threads that embed in the background at once."},
    [OPT_RERANKER] =
        {"reranker", OPT_CHOICE, "off", 0, 0, "off|command|model",
         "Who reads the best 25 of a search again, with the question, and "
         "orders them: a command of yours, the language model, or nobody."},
    [OPT_RERANKER_COMMAND] =
        {"reranker_command", OPT_STR, "", 0, 0, NULL,
         "The command, its words separated by blanks, without a shell: a "
         "line {\"query\", \"documents\": [{\"id\", \"text\"}]} on its "
         "standard input, a line {\"scores\": [...]} from it."},
    [OPT_RERANKER_MS] =
        {"reranker_ms", OPT_INT, "0", 0, 60000, NULL,
         "Longest it may take, in milliseconds; then the order is the one "
         "without it. 0 is 300 for a command and 3000 for the model."},
    [OPT_BATCH_EVENTS] = {"batch_events", OPT_INT, "60", 1, 1000, NULL,
                          "Events after which a batch of a session closes."},
    [OPT_BATCH_KB] = {"batch_kb", OPT_INT, "192", 8, 8192, NULL,
                      "Kilobytes of event text after which a batch closes."},
    [OPT_BATCH_AGE_S] =
        {"batch_age_s", OPT_INT, "900", 1, 86400, NULL,
         "Seconds after which a batch closes though its turn goes on."},
    [OPT_CONTEXT_TOKENS] =
        {"context_tokens", OPT_INT, "1000", 100, 2500, NULL,
         "Token budget of the block put into a new session."},
    [OPT_CONTEXT] = {"context", OPT_BOOL, "on", 0, 0, NULL,
                     "Put context into sessions at all: a block at the start, "
                     "a few lines behind a prompt."},
    [OPT_PROMPT_CONTEXT] =
        {"prompt_context", OPT_BOOL, "on", 0, 0, NULL,
         "Put what is remembered behind a prompt that it clearly concerns."},
    [OPT_PROMPT_MEMORIES] = {"prompt_memories", OPT_INT, "3", 1, 10, NULL,
                             "Most memories behind one prompt."},
    [OPT_PROMPT_TOKENS] = {"prompt_tokens", OPT_INT, "300", 100, 2000, NULL,
                           "Token budget of what is put behind one prompt."},
    [OPT_PROMPT_BAR] =
        {"prompt_bar", OPT_NUM, "0.55", 0, 1, NULL,
         "How sure (0 to 1) it has to be that a memory is about a prompt; cmem "
         "why-not shows how sure it is."},
    [OPT_EXCLUDE] =
        {"exclude", OPT_STR, "", 0, 0, NULL,
         "Directories (comma-separated, * matches) that are never recorded."},
    [OPT_EVENT_KB] =
        {"event_kb", OPT_INT, "128", 4, 16384, NULL,
         "Most kilobytes kept of one event; the middle of longer texts is cut "
         "and the cut is stated."},
    [OPT_SPOOL_MB] =
        {"spool_mb", OPT_INT, "64", 1, 4096, NULL,
         "Most megabytes that wait on disk while there is no worker. Hooks "
         "read no file: only CMEM_SPOOL_MB in their environment counts."},
    [OPT_RETENTION_DAYS] =
        {"retention_days", OPT_INT, "0", 0, 36500, NULL,
         "Days that raw events are kept which no memory rests on; 0 keeps "
         "them for good. Memories are never deleted by age."},
    [OPT_INDEX_FILES] =
        {"index_files", OPT_INT, "20000", 0, 10000000, NULL,
         "A git repository with at most so many files is indexed when a "
         "session starts in it; larger ones, and with 0 all, only by cmem "
         "index."},
    [OPT_HTTP] = {"http", OPT_BOOL, "off", 0, 0, NULL,
                  "Answer programs of this user over HTTP on 127.0.0.1; cmem "
                  "serve does it until the worker ends."},
    [OPT_HTTP_PORT] = {"http_port", OPT_INT, "0", 0, 65535, NULL,
                       "The port of that; 0 takes a free one."},
    [OPT_HTTP_RATE] = {"http_rate", OPT_INT, "1000", 0, 1e6, NULL,
                       "Most requests a second over HTTP, on average; twice as "
                       "many at once. 0 is no limit."},
    [OPT_IDLE_EXIT_S] = {"idle_exit_s", OPT_INT, "1800", 1, 604800, NULL,
                         "Seconds without work after which the worker leaves."},
    [OPT_LOG_LEVEL] = {"log_level", OPT_CHOICE, "info", 0, 0,
                       "error|warn|info|debug", "How much the worker logs."},
};

const struct opt *config_opt(enum opt_id id)
{
    return &options[id];
}

int config_find(struct str name)
{
    for (int i = 0; i < OPT_COUNT; i++)
        if (str_eqz(name, options[i].name))
            return i;
    return -1;
}

static int parse_num(struct str v, double *out)
{
    char z[64], *end;

    if (v.n == 0 || v.n >= sizeof(z))
        return CM_EARG;
    for (size_t i = 0; i < v.n; i++) /* strtod takes "0x10" and "inf" too */
        if (!is_digit(v.p[i]) && !strchr("+-.eE", v.p[i]))
            return CM_EARG;
    memcpy(z, v.p, v.n);
    z[v.n] = '\0';
    *out = strtod(z, &end);
    return *end || !isfinite(*out) ? CM_EARG : 0;
}

static int bool_of(struct str v)
{
    static const char *const words[] = {"off", "on",  "false", "true",
                                        "no",  "yes", "0",     "1"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_ieq(v, str_of(words[i])))
            return (int)(i & 1);
    return -1;
}

int config_check(enum opt_id id, struct str v, struct err *e)
{
    const struct opt *o = &options[id];
    struct str rest = str_of(o->choices), part;
    double num;

    if (str_chr(v, '\n') >= 0 || str_chr(v, '\0') >= 0)
        return err_set(e, CM_EARG, "%s: a value is one line", o->name);
    switch (o->type) {
    case OPT_STR:
        return 0;
    case OPT_BOOL:
        if (bool_of(v) >= 0)
            return 0;
        return err_set(e, CM_EARG, "%s is on or off, not \"%.*s\"", o->name,
                       STR_ARG(v));
    case OPT_CHOICE:
        while (str_split(&rest, '|', &part))
            if (str_eq(part, v))
                return 0;
        return err_set(e, CM_EARG, "%s is one of %s, not \"%.*s\"", o->name,
                       o->choices, STR_ARG(v));
    case OPT_INT:
    case OPT_NUM:
        if (parse_num(v, &num) == 0 && num >= o->min && num <= o->max &&
            (o->type == OPT_NUM || num == floor(num)))
            return 0;
        return err_set(e, CM_EARG,
                       "%s is a %snumber from %g to %g, not "
                       "\"%.*s\"",
                       o->name, o->type == OPT_INT ? "whole " : "", o->min,
                       o->max, STR_ARG(v));
    }
    return CM_EARG;
}

static bool parse_line(struct str line, struct str *name, struct str *value)
{
    ptrdiff_t eq;

    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return false;
    eq = str_chr(line, '=');
    *name = str_trim(eq < 0 ? line : str_cut(line, 0, (size_t)eq));
    *value =
        eq < 0 ? STR_NONE : str_trim(str_cut(line, (size_t)eq + 1, line.n));
    return true;
}

static void problem(struct config *c, const char *file, int line,
                    const struct err *why)
{
    if (c->problem.code == 0)
        err_set(&c->problem, CM_EARG, "%s line %d: %s", file, line, why->msg);
}

static void load_file(struct config *c, const char *file)
{
    struct buf b;
    struct str rest, line, name, value;
    struct err e;
    int number = 0;

    buf_init(&b, FILE_MAX);
    if (file_read(file, &b, &e) < 0) {
        if (e.code != CM_ENOTFOUND)
            c->problem = e;
        buf_free(&b);
        return;
    }
    rest = buf_str(&b);
    while (str_line(&rest, &line)) {
        int id;

        number++;
        if (!parse_line(line, &name, &value))
            continue;
        id = config_find(name);
        if (id < 0)
            err_set(&e, CM_EARG, "there is no setting \"%.*s\"", STR_ARG(name));
        if (id < 0 || config_check((enum opt_id)id, value, &e) < 0) {
            problem(c, file, number, &e);
            continue;
        }
        c->value[id] = arena_str(&c->arena, value);
        c->origin[id] = FROM_FILE;
    }
    buf_free(&b);
}

static void load_env(struct config *c, enum opt_id id)
{
    char name[64] = "CMEM_";
    const char *v;
    struct err e;

    for (size_t i = 0; options[id].name[i] && i < sizeof(name) - 6; i++) {
        char ch = options[id].name[i];

        name[5 + i] = is_lower(ch) ? (char)(ch - 32) : ch;
    }
    v = getenv(name);
    if (!v)
        return;
    if (config_check(id, str_of(v), &e) < 0) {
        if (c->problem.code == 0)
            err_set(&c->problem, CM_EARG, "%s: %s", name, e.msg);
        return;
    }
    c->value[id] = arena_strz(&c->arena, v);
    c->origin[id] = FROM_ENV;
}

void config_load(struct config *c, const char *file)
{
    *c = (struct config){0};
    for (int i = 0; i < OPT_COUNT; i++)
        c->value[i] = str_of(options[i].fallback);
    load_file(c, file);
    for (int i = 0; i < OPT_COUNT; i++)
        load_env(c, (enum opt_id)i);
}

void config_free(struct config *c)
{
    arena_free(&c->arena);
    *c = (struct config){0};
}

struct str config_str(const struct config *c, enum opt_id id)
{
    return c->value[id];
}

double config_num(const struct config *c, enum opt_id id)
{
    double v = 0;

    if (parse_num(c->value[id], &v) < 0)
        CM_BUG("config_num on what is not a number");
    return v;
}

int64_t config_int(const struct config *c, enum opt_id id)
{
    return (int64_t)config_num(c, id);
}

bool config_bool(const struct config *c, enum opt_id id)
{
    return bool_of(c->value[id]) == 1;
}

/* The directory of a file to be written. */
static int make_parent(const char *file, struct err *e)
{
    ptrdiff_t slash = str_rchr(str_of(file), '/');
    struct arena a = {0};
    int rc = 0;

    if (slash > 0)
        rc = file_mkdirs(
            arena_str(&a, str_cut(str_of(file), 0, (size_t)slash)).p, e);
    arena_free(&a);
    return rc;
}

int config_set(const char *file, enum opt_id id, struct str value,
               struct err *e)
{
    struct buf old, new;
    struct str rest, line, name, v;
    struct err why = {0};
    bool done = false;
    int rc = 0;

    if (value.p && (rc = config_check(id, value, e)) < 0)
        return rc;
    buf_init(&old, FILE_MAX);
    buf_init(&new, 2 * FILE_MAX);
    rc = file_read(file, &old, &why);
    if (rc < 0 && rc != CM_ENOTFOUND) {
        err_set(e, rc, "%s", why.msg);
        goto out;
    }
    rest = buf_str(&old);
    while (str_line(&rest, &line)) {
        if (!parse_line(line, &name, &v) || config_find(name) != (int)id) {
            buf_adds(&new, line);
            buf_addc(&new, '\n');
        } else if (value.p && !done) {
            buf_addf(&new, "%s = %.*s\n", options[id].name, STR_ARG(value));
            done = true;
        }
    }
    if (value.p && !done)
        buf_addf(&new, "%s = %.*s\n", options[id].name, STR_ARG(value));
    rc = make_parent(file, e);
    if (rc == 0)
        rc = file_write(file, buf_str(&new), 0600, e);
out:
    buf_free(&old);
    buf_free(&new);
    return rc;
}

void config_example(struct buf *b)
{
    buf_addz(b, "# cmem's settings. Lines that begin with # are comments; each "
                "setting below\n# stands at its default.\n");
    for (int i = 0; i < OPT_COUNT; i++) {
        const struct opt *o = &options[i];

        buf_addf(b, "\n# %s", o->help);
        if (o->choices)
            buf_addf(b, " One of: %s.", o->choices);
        buf_addf(b, "\n# %s = %s\n", o->name, o->fallback);
    }
}
