/* doctor_worker.c - the worker and its model; see doctor.h. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/doctor.h"

#define STATUS_WAIT_MS 5000
/* A model that thinks before it says one word. */
#define PING_WAIT_MS 60000

/* What the worker says of itself, or NULL with *rc. It is not started: a
 * doctor looks and changes nothing. */
static struct json *status(struct doctor *d, int *rc, struct err *e)
{
    struct ask ask = {.op = "status",
                      .deadline_ms = clock_mono_ms() + STATUS_WAIT_MS};
    struct json *j = NULL;

    *rc = cli_ask(d->c, &ask, &j, e);
    return *rc < 0 ? NULL : j;
}

static void worker_is_up(struct doctor *d, const struct json *j, int64_t ms)
{
    struct str version = json_get_str(j, "version");
    struct str problem = json_get_str(j, "config_problem");
    char remedy[128];

    doctor_add(d, FINDING_OK, "worker", NULL,
               "cmemd %.*s answers in %lld ms: pid %lld, %lld MB, SQLite %.*s, "
               "libuv %.*s",
               STR_ARG(version), (long long)ms,
               (long long)json_get_int(j, "pid", 0),
               (long long)json_get_int(j, "resident_kb", 0) / 1024,
               STR_ARG(json_get_str(j, "sqlite")),
               STR_ARG(json_get_str(j, "libuv")));
    snprintf(remedy, sizeof(remedy),
             "kill %lld (the next event starts the new one)",
             (long long)json_get_int(j, "pid", 0));
    if (!str_eqz(version, CMEM_VERSION))
        doctor_add(d, FINDING_WARN, "worker", remedy,
                   "the worker is of version %.*s, this program of %s",
                   STR_ARG(version), CMEM_VERSION);
    if (problem.n)
        doctor_add(d, FINDING_FAIL, "worker", "cmem config list",
                   "the worker does not take its settings: %.*s",
                   STR_ARG(problem));
}

void doctor_worker(struct doctor *d)
{
    int64_t began = clock_mono_ms();
    struct err e = {0};
    int rc;
    struct json *j = status(d, &rc, &e);

    if (j)
        worker_is_up(d, j, clock_mono_ms() - began);
    else if (rc == CM_ENET)
        doctor_add(d, FINDING_OK, "worker", NULL,
                   "not running; the next event starts it (SQLite %s)",
                   db_engine());
    else
        doctor_add(d, FINDING_FAIL, "worker", "cmem logs", "%s", e.msg);
    json_free(j);
}

/* --- the model --------------------------------------------------------------- */

static void ping(struct doctor *d, struct str provider)
{
    struct ask ask = {.op = "ping-provider",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + PING_WAIT_MS};
    struct json *j = NULL;
    struct err e = {0};

    if (cli_ask(d->c, &ask, &j, &e) < 0)
        doctor_add(d, FINDING_FAIL, "model", "cmem logs",
                   "%.*s was not reached: %s", STR_ARG(provider), e.msg);
    else if (!json_get_bool(j, "reachable"))
        doctor_add(d, FINDING_FAIL, "model", "cmem config list",
                   "%.*s does not answer: %.*s", STR_ARG(provider),
                   STR_ARG(json_get_str(j, "error")));
    else
        doctor_add(d, FINDING_OK, "model", NULL, "%.*s %.*s answers in %lld ms",
                   STR_ARG(provider), STR_ARG(json_get_str(j, "model")),
                   (long long)json_get_int(j, "ms", 0));
    json_free(j);
}

/* What the worker knows without asking the model: its key, the circuit. */
static void model_state(struct doctor *d, struct str provider)
{
    struct err e = {0};
    int rc;
    struct json *j = status(d, &rc, &e);
    struct str problem = json_get_str(j, "provider_problem");

    if (!j)
        doctor_add(d, FINDING_OK, "model", NULL,
                   "%.*s is set; cmem doctor --ping asks it a word",
                   STR_ARG(provider));
    else if (problem.n)
        doctor_add(d, FINDING_FAIL, "model", "cmem config list",
                   "%.*s is not used, rules make the memories: %.*s",
                   STR_ARG(provider), STR_ARG(problem));
    else if (json_get_bool(j, "provider_paused"))
        doctor_add(d, FINDING_WARN, "model", "cmem doctor --ping",
                   "%.*s failed several times in a row and is left alone for "
                   "a while; events wait",
                   STR_ARG(provider));
    else
        doctor_add(d, FINDING_OK, "model", NULL,
                   "%.*s is set: %lld calls, %lld of them failed, since the "
                   "worker started; cmem doctor --ping asks it a word",
                   STR_ARG(provider),
                   (long long)json_get_int(j, "model_calls", 0),
                   (long long)json_get_int(j, "model_failures", 0));
    json_free(j);
}

void doctor_model(struct doctor *d)
{
    struct str provider = config_str(&d->c->config, OPT_PROVIDER);

    if (str_eqz(provider, "none"))
        doctor_add(d, FINDING_OK, "model", NULL,
                   "none is set: built-in rules make the memories");
    else if (d->ping)
        ping(d, provider);
    else
        model_state(d, provider);
}
