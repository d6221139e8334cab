/* control.c - see control.h. */
#include "base/common.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "ops/op.h"
#include "store/batch.h"
#include "store/derive.h"
#include "wire/spool.h"
#include "worker/control.h"
#include "worker/digester.h"
#include "worker/embedding.h"
#include "worker/http.h"
#include "worker/indexing.h"
#include "worker/llm.h"
#include "worker/opened.h"
#include "worker/reading.h"
#include "worker/reconcile.h"
#include "worker/rerank.h"
#include "worker/vecfile.h"

#define ANSWER_MAX (16u << 20)

void control_answer(struct worker *w, const struct asker *to, struct str result,
                    const struct err *e)
{
    struct buf b;
    struct jsonw j;

    if (to->answer) {
        to->answer(w, to, result, e);
        return;
    }
    buf_init(&b, ANSWER_MAX + 1024);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    if (e && e->code < 0) {
        jsonw_bool(&j, "ok", false);
        jsonw_strz(&j, "code", err_name(e->code));
        jsonw_strz(&j, "error", e->msg);
    } else {
        jsonw_bool(&j, "ok", true);
        if (result.n)
            jsonw_raw(&j, "result", result);
        else
            jsonw_null(&j, "result");
    }
    jsonw_end(&j);
    server_reply(w, to, buf_str(&b));
    buf_free(&b);
}

struct tally {
    int64_t sessions, events;
};

static int add_waiting(void *arg, const struct waiting *f)
{
    struct tally *t = arg;

    t->sessions++;
    t->events += f->count;
    return 0;
}

/* Resident kilobytes, of /proc/self/statm. */
static int64_t resident_kb(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long long size = 0, resident = 0;

    if (f) {
        if (fscanf(f, "%lld %lld", &size, &resident) != 2)
            resident = 0;
        fclose(f);
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void status_model(struct worker *w, struct jsonw *j)
{
    int64_t closes = 0, tokens = 0, micro = 0, now = clock_now_ms();

    jsonw_str(j, "provider", config_str(&w->config, OPT_PROVIDER));
    jsonw_str(j, "model", config_str(&w->config, OPT_MODEL));
    if (w->llm_problem.code)
        jsonw_strz(j, "provider_problem", w->llm_problem.msg);
    jsonw_bool(j, "provider_paused", llm_is_open(w->llm, &closes));
    usage_since(w->db, now - now % 86400000, &tokens, &micro, NULL);
    jsonw_int(j, "tokens_today", tokens);
    jsonw_num(j, "usd_today", (double)micro / 1e6);
    jsonw_int(j, "model_calls", w->counts.llm_calls);
    jsonw_int(j, "model_failures", w->counts.llm_failures);
}

static int op_status(struct worker *w, const struct asker *to,
                     const struct json *args, struct err *e)
{
    struct tally t = {0};
    struct buf b;
    struct jsonw j;
    uint64_t spool = 0, dropped = 0;
    int rc;

    (void)args;
    worker_flush(w);
    rc = waiting_sessions(w->db, add_waiting, &t, e);
    if (rc < 0)
        return rc;
    spool_state(w->paths.spool, &spool, &dropped);
    buf_init(&b, 65536);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_strz(&j, "version", CMEM_VERSION);
    jsonw_int(&j, "pid", getpid());
    jsonw_int(&j, "started_ms", w->started_ms);
    jsonw_int(&j, "resident_kb", resident_kb());
    jsonw_strz(&j, "sqlite", db_engine());
    jsonw_strz(&j, "libuv", uv_version_string());
    jsonw_int(&j, "pending",
              t.events + (int64_t)digester_jobs(w) + reconcile_busy(w) +
                  (spool > 0));
    jsonw_int(&j, "waiting_events", t.events);
    jsonw_int(&j, "waiting_sessions", t.sessions);
    jsonw_int(&j, "jobs", (int64_t)digester_jobs(w));
    jsonw_int(&j, "spool_bytes", (int64_t)spool);
    jsonw_int(&j, "dropped", (int64_t)dropped);
    jsonw_int(&j, "events", w->counts.events);
    jsonw_int(&j, "known", w->counts.known);
    jsonw_int(&j, "refused", w->counts.refused);
    jsonw_int(&j, "spooled", w->counts.spooled);
    jsonw_int(&j, "redacted", w->counts.redacted);
    jsonw_int(&j, "batches", w->counts.batches);
    jsonw_int(&j, "memories", w->counts.memories);
    status_model(w, &j);
    embedding_status(w, &j);
    http_status(w, &j);
    if (w->config.problem.code)
        jsonw_strz(&j, "config_problem", w->config.problem.msg);
    jsonw_end(&j);
    control_answer(w, to, buf_str(&b), NULL);
    buf_free(&b);
    return 0;
}

static int op_shutdown(struct worker *w, const struct asker *to,
                       const struct json *args, struct err *e)
{
    (void)args;
    (void)e;
    control_answer(w, to, STR("{\"leaving\":true}"), NULL);
    worker_close(w);
    return 0;
}

/* --- answers that come later ------------------------------------------------ */

struct asking {
    struct worker *w;
    struct asker to;
    struct asking *next;
};

static struct asking *asking_create(struct worker *w, const struct asker *to)
{
    struct asking *a = calloc(1, sizeof(*a));

    if (!a)
        CM_BUG("out of memory");
    a->w = w;
    a->to = *to;
    return a;
}

static void drained(void *arg, int64_t left)
{
    struct worker *w = arg;
    char result[64];

    snprintf(result, sizeof(result), "{\"left\":%lld}", (long long)left);
    while (w->drains) {
        struct asking *a = w->drains;

        w->drains = a->next;
        control_answer(w, &a->to, str_of(result), NULL);
        free(a);
    }
}

static int op_drain(struct worker *w, const struct asker *to,
                    const struct json *args, struct err *e)
{
    struct asking *a = asking_create(w, to);

    (void)args;
    (void)e;
    a->next = w->drains;
    w->drains = a;
    worker_flush(w);
    worker_drain_spool(w);
    digester_drain(w, drained, w);
    return 0;
}

static int op_import(struct worker *w, const struct asker *to,
                     const struct json *args, struct err *e)
{
    struct str path = json_get_str(args, "path");
    struct str label = json_get_str(args, "label");

    if (path.n == 0 || path.p[0] != '/' || path.n >= 4096 || label.n >= 4096)
        return err_set(e, CM_EARG, "import-file needs an absolute path");
    reconcile_import(w, path, label.n ? label : path, to);
    return 0;
}

/* --- vectors ----------------------------------------------------------------- */

static int op_embed(struct worker *w, const struct asker *to,
                    const struct json *args, struct err *e)
{
    (void)e;
    worker_flush(w);
    embedding_ask(w, to, json_get_bool(args, "wait"));
    return 0;
}

static int op_embed_query(struct worker *w, const struct asker *to,
                          const struct json *args, struct err *e)
{
    return embedding_query(w, to, json_get_str(args, "embedder"),
                           json_get_str(args, "text"), e);
}

/* The terminal opened memories; it does not wait for an answer. */
static int op_accessed(struct worker *w, const struct asker *to,
                       const struct json *args, struct err *e)
{
    struct opened o;
    int rc;

    opened_take(&o, json_get(args, "ids"));
    rc = opened_put(w, &o, e);
    if (rc == 0)
        control_answer(w, to, STR("{}"), NULL);
    return rc;
}

/* Everything waits meanwhile: hooks spool what they bring. */
static int op_rebuild(struct worker *w, const struct asker *to,
                      const struct json *args, struct err *e)
{
    int64_t began = clock_mono_ms(), n;
    char result[96];

    (void)args;
    worker_flush(w);
    indexing_break_off(w);
    n = derive_all(w->db, e);
    if (n < 0)
        return (int)n;
    indexing_reload(w);
    log_info("everything derived was made anew: %lld memories",
             (long long)n);
    embedding_reload(w);
    worker_stale(w, 0);
    snprintf(result, sizeof(result), "{\"memories\":%lld,\"ms\":%lld}",
             (long long)n, (long long)(clock_mono_ms() - began));
    control_answer(w, to, str_of(result), NULL);
    return 0;
}

/* --- ping-provider ---------------------------------------------------------- */

static void pinged(void *arg, const struct llm_result *r)
{
    struct asking *d = arg;
    struct buf b;
    struct jsonw j;

    buf_init(&b, 4096);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_bool(&j, "reachable", r->rc == 0);
    jsonw_str(&j, "provider", r->provider);
    jsonw_str(&j, "model", r->model);
    jsonw_int(&j, "ms", r->ms);
    if (r->rc < 0)
        jsonw_strz(&j, "error", r->err.msg);
    jsonw_end(&j);
    control_answer(d->w, &d->to, buf_str(&b), NULL);
    buf_free(&b);
    free(d);
}

static int op_ping(struct worker *w, const struct asker *to,
                   const struct json *args, struct err *e)
{
    struct llm_request r = {.system = STR("Answer with the word pong."),
                            .user = STR("ping"),
                            .max_tokens = 16};
    struct asking *d;
    int rc;

    (void)args;
    worker_reload(w);
    if (w->llm_problem.code) {
        *e = w->llm_problem;
        return e->code;
    }
    if (!w->llm)
        return err_set(e, CM_ENOTFOUND, "no provider is configured");
    d = asking_create(w, to);
    rc = llm_submit(w->llm, &r, pinged, d, e);
    if (rc < 0)
        free(d);
    return rc;
}

/* --- operations that write -------------------------------------------------- */

int control_write(struct worker *w, const struct op *op, struct json *args,
                  const struct asker *to, struct err *e)
{
    struct arena a = {0};
    struct op_env env = {.db = w->db,
                         .meaning = w->meaning,
                         .paths = &w->paths,
                         .config = &w->config,
                         .now_ms = clock_now_ms(),
                         .a = &a};
    struct buf b;
    struct jsonw j;
    struct str cwd = json_get_str(args, "cwd");
    int rc;

    env.cwd = cwd.n ? arena_str(&a, cwd).p : NULL;
    json_del(args, "cwd");
    buf_init(&b, ANSWER_MAX);
    jsonw_init(&j, &b);
    rc = op_check(op, args, env.now_ms, e);
    worker_flush(w);
    if (rc == 0)
        rc = op->run(&env, args, &j, e);
    if (rc >= 0 && vecfile_forget(w, e) < 0) /* forgotten is forgotten */
        rc = e->code;
    if (rc >= 0) {
        control_answer(w, to, buf_str(&b), NULL);
        worker_stale(w, 0);
        rc = 0;
    }
    buf_free(&b);
    arena_free(&a);
    return rc;
}

struct control {
    const char *name;
    int (*run)(struct worker *w, const struct asker *to,
               const struct json *args, struct err *e);
};

static const struct control controls[] = {
    {"status", op_status},           {"shutdown", op_shutdown},
    {"drain", op_drain},             {"import-file", op_import},
    {"ping-provider", op_ping},      {"accessed", op_accessed},
    {"embed", op_embed},             {"embed-query", op_embed_query},
    {"rebuild", op_rebuild},         {"rerank", rerank_op},
    {"read", reading_op},            {"serve", http_serve_op},
    {"index", indexing_op},
};

void control_op(struct worker *w, const struct asker *to, struct str body)
{
    struct err e = {0};
    struct json *j = json_parse(body, &e), *args;
    struct str name = json_get_str(j, "op");
    const struct op *op = name.n ? op_find(name) : NULL;
    int rc = j ? CM_ENOTFOUND : CM_EFORMAT;

    worker_reload(w); /* whoever speaks to it may have changed something */
    args = json_get(j, "args");
    if (j && !json_is_object(args)) {
        json_set(j, "args", json_object());
        args = json_get(j, "args");
    }
    for (size_t i = 0; i < ARRAY_LEN(controls) && rc == CM_ENOTFOUND; i++)
        if (str_eqz(name, controls[i].name)) {
            rc = controls[i].run(w, to, args, &e);
            op = NULL;
            if (rc == CM_ENOTFOUND && e.code == 0)
                e.code = rc;
            break;
        }
    if (rc == CM_ENOTFOUND && op && op->flags & OP_WRITES)
        rc = control_write(w, op, args, to, &e);
    else if (rc == CM_ENOTFOUND && e.code == 0)
        err_set(&e, CM_ENOTFOUND, "the worker knows no operation \"%.*s\"",
                STR_ARG(name));
    if (rc < 0)
        control_answer(w, to, STR_NONE, &e);
    json_free(j);
}
