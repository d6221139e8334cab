/* config_table.c - the table of settings; see config.h. */
#include "base/common.h"

#include "base/config.h"

/* Groups, in which a page shows them. */
#define CONTEXT "context"
#define MODEL   "model"
#define SEARCH  "search"
#define CAPTURE "capture"
#define WORKER  "worker"

/* Why a setting is not set over HTTP, and how it is: whoever has the cookie of
 * the web viewer must not be able to run a program, to have something sent
 * elsewhere, or to shut the door behind him. */
#define WITH(name)   ": `cmem config set " name " VALUE`"
#define SENDS(name)  "it decides who is sent what is remembered" WITH(name)
#define KEYS(name)   "it names a key" WITH(name)
#define RUNS(name)   "it names a program that is run" WITH(name)
#define PLACES(name) "it names directories" WITH(name)
#define SERVES(name) "it decides whether and where HTTP is served" WITH(name)
#define HOOKS(name)  "hooks know it from their environment and no file"

static const struct opt options[OPT_COUNT] = {
    [OPT_PROVIDER] = {"provider", MODEL, OPT_CHOICE, "none", 0, 0,
                      "none|anthropic|openai|gemini|ollama|claude",
                      "Who compresses: none (built-in rules), an API, or "
                      "claude (your own claude -p).",
                      SENDS("provider")},
    [OPT_MODEL] = {"model", MODEL, OPT_STR, "", 0, 0, NULL,
                   "Model name; empty takes the provider's own default.",
                   SENDS("model")},
    [OPT_BASE_URL] =
        {"base_url", MODEL, OPT_STR, "", 0, 0, NULL,
         "Where the API is, for example http://127.0.0.1:11434/v1; empty takes "
         "the provider's own.",
         SENDS("base_url")},
    [OPT_API_KEY_ENV] =
        {"api_key_env", MODEL, OPT_STR, "", 0, 0, NULL,
         "Name of the variable with the key, in the environment or in the keys "
         "file; empty takes the provider's usual one.",
         KEYS("api_key_env")},
    [OPT_CLAUDE_BIN] = {"claude_bin", MODEL, OPT_STR, "claude", 0, 0, NULL,
                        "Program of the claude provider.", RUNS("claude_bin")},
    [OPT_MODEL_TIMEOUT_S] = {"model_timeout_s", MODEL, OPT_INT, "120", 1, 3600,
                             NULL, "Longest a model call may take, in seconds.",
                             NULL},
    [OPT_MODEL_CONCURRENCY] = {"model_concurrency", MODEL, OPT_INT, "2", 1, 16,
                               NULL, "Model calls under way at once.", NULL},
    [OPT_DAILY_TOKENS] =
        {"daily_tokens", MODEL, OPT_INT, "2000000", 0, 1e12, NULL,
         "Most tokens a day (UTC), input and output together; 0 is no cap. "
         "Past it the built-in rules do the work.",
         NULL},
    [OPT_DAILY_USD] = {"daily_usd", MODEL, OPT_NUM, "1.00", 0, 1e6, NULL,
                       "Most money a day (UTC) in US dollars; 0 is no cap.",
                       NULL},
    [OPT_PRICE_INPUT] = {"price_input", MODEL, OPT_NUM, "-1", -1, 1e6, NULL,
                         "US dollars per million input tokens; -1 takes the "
                         "built-in price of the model, if it is known.",
                         NULL},
    [OPT_PRICE_OUTPUT] =
        {"price_output", MODEL, OPT_NUM, "-1", -1, 1e6, NULL,
         "US dollars per million output tokens; -1 as for price_input.", NULL},
    [OPT_EMBEDDER] =
        {"embedder", SEARCH, OPT_CHOICE, "builtin", 0, 0,
         "builtin|openai|ollama|gemini|off",
         "Who turns texts into vectors, for searching by meaning: builtin "
         "(computed here, nothing leaves the machine), an API, or off.",
         SENDS("embedder")},
    [OPT_EMBEDDER_MODEL] =
        {"embedder_model", SEARCH, OPT_STR, "", 0, 0, NULL,
         "Its model's name; empty takes the API's usual one. Another model "
         "embeds everything anew, in the background.",
         SENDS("embedder_model")},
    [OPT_EMBEDDER_URL] = {"embedder_url", SEARCH, OPT_STR, "", 0, 0, NULL,
                          "Where its API is; empty takes its own.",
                          SENDS("embedder_url")},
    [OPT_EMBEDDER_KEY_ENV] =
        {"embedder_key_env", SEARCH, OPT_STR, "", 0, 0, NULL,
         "Name of the variable with its key, as for api_key_env.",
         KEYS("embedder_key_env")},
    [OPT_EMBEDDER_DIM] = {"embedder_dimensions", SEARCH, OPT_INT, "0", 0, 4096,
                          NULL,
                          "Elements of a vector, where the model lets one "
                          "choose; 0 takes its own.",
                          SENDS("embedder_dimensions")},
    [OPT_EMBED_THREADS] = {"embed_threads", SEARCH, OPT_INT, "1", 1, 16, NULL,
                           "Threads that embed in the background at once. More "
                           "of them take a worker that starts anew.",
                           NULL},
    [OPT_RERANKER] =
        {"reranker", SEARCH, OPT_CHOICE, "off", 0, 0, "off|command|model",
         "Who reads the best 25 of a search again, with the question, and "
         "orders them: a command of yours, the language model, or nobody.",
         SENDS("reranker")},
    [OPT_RERANKER_COMMAND] =
        {"reranker_command", SEARCH, OPT_STR, "", 0, 0, NULL,
         "The command, its words separated by blanks, without a shell: a line "
         "{\"query\", \"documents\": [{\"id\", \"text\"}]} on its standard "
         "input, a line {\"scores\": [...]} from it.",
         RUNS("reranker_command")},
    [OPT_RERANKER_MS] =
        {"reranker_ms", SEARCH, OPT_INT, "0", 0, 60000, NULL,
         "Longest it may take, in milliseconds; then the order is the one "
         "without it. 0 is 300 for a command and 3000 for the model.",
         NULL},
    [OPT_BATCH_EVENTS] = {"batch_events", MODEL, OPT_INT, "60", 1, 1000, NULL,
                          "Events after which a batch of a session closes.",
                          NULL},
    [OPT_BATCH_KB] = {"batch_kb", MODEL, OPT_INT, "192", 8, 8192, NULL,
                      "Kilobytes of event text after which a batch closes.",
                      NULL},
    [OPT_BATCH_AGE_S] =
        {"batch_age_s", MODEL, OPT_INT, "900", 1, 86400, NULL,
         "Seconds after which a batch closes though its turn goes on.", NULL},
    [OPT_CONTEXT] = {"context", CONTEXT, OPT_BOOL, "on", 0, 0, NULL,
                     "Put context into sessions at all: a block at the start, "
                     "a few lines behind a prompt.",
                     NULL},
    [OPT_CONTEXT_TOKENS] = {"context_tokens", CONTEXT, OPT_INT, "1000", 100,
                            2500, NULL,
                            "Token budget of the block put into a new session.",
                            NULL},
    [OPT_PROMPT_CONTEXT] =
        {"prompt_context", CONTEXT, OPT_BOOL, "on", 0, 0, NULL,
         "Put what is remembered behind a prompt that it clearly concerns.",
         NULL},
    [OPT_PROMPT_MEMORIES] = {"prompt_memories", CONTEXT, OPT_INT, "3", 1, 10,
                             NULL, "Most memories behind one prompt.", NULL},
    [OPT_PROMPT_TOKENS] = {"prompt_tokens", CONTEXT, OPT_INT, "300", 100, 2000,
                           NULL,
                           "Token budget of what is put behind one prompt.",
                           NULL},
    [OPT_PROMPT_BAR] = {"prompt_bar", CONTEXT, OPT_NUM, "0.55", 0, 1, NULL,
                        "How sure (0 to 1) it has to be that a memory is about "
                        "a prompt; cmem why-not shows how sure it is.",
                        NULL},
    [OPT_EXCLUDE] =
        {"exclude", CAPTURE, OPT_STR, "", 0, 0, NULL,
         "Directories (comma-separated, * matches) that are never recorded.",
         PLACES("exclude")},
    [OPT_EVENT_KB] = {"event_kb", CAPTURE, OPT_INT, "128", 4, 16384, NULL,
                      "Most kilobytes kept of one event; the middle of longer "
                      "texts is cut and the cut is stated.",
                      NULL},
    [OPT_SPOOL_MB] =
        {"spool_mb", CAPTURE, OPT_INT, "64", 1, 4096, NULL,
         "Most megabytes that wait on disk while there is no worker. Hooks "
         "read no file: only CMEM_SPOOL_MB in their environment counts.",
         HOOKS("spool_mb")},
    [OPT_RETENTION_DAYS] =
        {"retention_days", CAPTURE, OPT_INT, "0", 0, 36500, NULL,
         "Days that raw events are kept which no memory rests on; 0 keeps them "
         "for good. Memories are never deleted by age.",
         NULL},
    [OPT_INDEX_FILES] = {"index_files", CAPTURE, OPT_INT, "20000", 0, 10000000,
                         NULL,
                         "A git repository with at most so many files is "
                         "indexed when a session starts in it; larger ones, "
                         "and with 0 all, only by cmem index.",
                         NULL},
    [OPT_HTTP] = {"http", WORKER, OPT_BOOL, "off", 0, 0, NULL,
                  "Answer programs of this user over HTTP on 127.0.0.1; cmem "
                  "serve does it until the worker ends.",
                  SERVES("http")},
    [OPT_HTTP_PORT] = {"http_port", WORKER, OPT_INT, "0", 0, 65535, NULL,
                       "The port of that; 0 takes a free one.",
                       SERVES("http_port")},
    [OPT_HTTP_RATE] = {"http_rate", WORKER, OPT_INT, "1000", 0, 1e6, NULL,
                       "Most requests a second over HTTP, on average; twice as "
                       "many at once. 0 is no limit.",
                       NULL},
    [OPT_IDLE_EXIT_S] = {"idle_exit_s", WORKER, OPT_INT, "1800", 1, 604800,
                         NULL,
                         "Seconds without work after which the worker leaves.",
                         NULL},
    [OPT_LOG_LEVEL] = {"log_level", WORKER, OPT_CHOICE, "info", 0, 0,
                       "error|warn|info|debug", "How much the worker logs.",
                       NULL},
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
