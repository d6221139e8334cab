/*
 * llm.c - see llm.h.
 *
 * A job is a submitted request. It is in exactly one place:
 *
 *   queue     waits for a slot, or for its time after a failed try
 *   running   a try is under way: an HTTP call or a run of claude
 *
 * and leaves by deliver(), which frees it. One timer wakes the queue: at once
 * when something may start or fail, else when the first wait ends; with an
 * empty queue it does not run. Callbacks may submit and close, so lists are
 * never walked across one.
 */
#include "base/common.h"

#include <uv.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "worker/llm.h"
#include "worker/llm_cost.h"
#include "worker/llm_http.h"
#include "worker/llm_policy.h"
#include "worker/llm_verdict.h"
#include "worker/provider.h"
#include "worker/provider_claude.h"

/* A Retry-After up to this is waited for; a longer one ends the try, so that
 * the caller may put its work away meanwhile. */
#define WAIT_HERE_MS 10000
/* Ways of asking that one request may go through. */
#define ADAPT_MAX 6

struct job {
    struct llm *l;
    struct job *next;
    struct arena a; /* the request, and what one try builds and reads */
    struct llm_request request;
    struct ask ask;
    llm_done done;
    void *arg;
    struct llm_http_call *call; /* of the running try */
    struct claude_run *run;
    struct json *tree; /* of the reply, which the answer borrows from */
    int64_t not_before_ms;
    int64_t deadline_ms; /* 0: none but each try's */
    int64_t started_ms; /* the first try, 0 before it */
    int tries;
    int adapted;
    bool is_running;
};

struct llm {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct arena a; /* the configuration */
    struct llm_config config;
    const struct provider *provider;
    struct dialect dialect;
    struct breaker breaker;
    struct llm_http *http;
    struct claude claude;
    struct job *jobs; /* all, in the order of submission */
    int running;
    bool closing;
    void (*closed)(void *);
    void *closed_arg;
};

static void wake(struct llm *l);

/* --- small things -------------------------------------------------------- */

static int64_t mono(void)
{
    return clock_mono_ms();
}

static size_t count(const struct llm *l)
{
    size_t n = 0;

    for (const struct job *j = l->jobs; j; j = j->next)
        n++;
    return n;
}

static void unlink_job(struct job *j)
{
    struct job **at = &j->l->jobs;

    while (*at != j)
        at = &(*at)->next;
    *at = j->next;
}

/* --- the end of a job ---------------------------------------------------- */

/* Calls back and frees the job, which must not be running. */
static void deliver(struct job *j, struct llm_result *r)
{
    struct llm *l = j->l;

    unlink_job(j);
    r->provider = str_of(l->provider->name);
    if (r->model.n == 0)
        r->model = l->config.model;
    r->tries = j->tries;
    r->ms = j->started_ms ? (int)(mono() - j->started_ms) : 0;
    log_debug("model: %s %.*s: %s, %d ms, %d tries, %lld+%lld tokens",
              l->provider->name, STR_ARG(r->model),
              r->rc < 0 ? r->err.msg : "ok", r->ms, r->tries,
              (long long)r->input_tokens, (long long)r->output_tokens);
    j->done(j->arg, r);
    json_free(j->tree);
    arena_free(&j->a);
    free(j);
    wake(l);
}

static void stop_running(struct job *j)
{
    j->call = NULL;
    j->run = NULL;
    j->is_running = false;
    j->l->running--;
}

static void give_up(struct job *j, const struct verdict *v)
{
    struct llm_result r = {.rc = v->rc,
                           .err = v->err,
                           .transient = v->transient,
                           .retry_ms = v->retry_ms};

    deliver(j, &r);
}

/* While the circuit is open nobody waits in the queue. */
static void give_up_open(struct job *j)
{
    struct llm *l = j->l;
    struct llm_result r = {.transient = true};
    int64_t left = l->breaker.until_ms - mono();

    r.retry_ms = left > 0 ? left : 0;
    r.rc = err_set(&r.err, CM_EAGAIN,
                   "%s fails too often, the next try is in %lld s",
                   l->provider->name, (long long)(r.retry_ms + 999) / 1000);
    deliver(j, &r);
}

static void on_failure(struct job *j, struct verdict *v)
{
    struct llm *l = j->l;
    int64_t now = mono(), wait;
    uint32_t random;

    /* That an impatient one got no answer in time says nothing of the rest. */
    if (!v->transient || (j->deadline_ms && v->rc == CM_ETIME)) {
        breaker_cancel(&l->breaker);
        give_up(j, v);
        return;
    }
    if (breaker_failure(&l->breaker, now))
        log_warn("model: %s: no requests for %lld s: %s", l->provider->name,
                 (long long)(l->breaker.until_ms - now) / 1000, v->err.msg);
    if (v->retry_ms > WAIT_HERE_MS)
        breaker_pause(&l->breaker, now, v->retry_ms);
    if (breaker_is_open(&l->breaker, now)) {
        v->retry_ms = l->breaker.until_ms - now;
        give_up(j, v);
        return;
    }
    if (!v->again || j->tries >= LLM_TRIES || j->deadline_ms) {
        give_up(j, v);
        return;
    }

    file_random(&random, sizeof(random));
    wait =
        backoff_ms(j->tries, l->config.backoff_ms, LLM_BACKOFF_MAX_MS, random);
    if (wait < v->retry_ms)
        wait = v->retry_ms;
    log_debug("model: %s: again in %lld ms: %s", l->provider->name,
              (long long)wait, v->err.msg);
    j->not_before_ms = now + wait;
    wake(l);
}

static void on_success(struct job *j, const struct answer *a)
{
    struct cost_of cost = {&j->l->config, j->l->provider, &j->request, a};
    struct llm_result r = {0};

    if (j->l->breaker.opened > 0)
        log_info("model: %s answers again", j->l->provider->name);
    breaker_success(&j->l->breaker);
    r.model = a->model.n ? a->model : j->l->config.model;
    r.text = a->text;
    r.truncated = a->truncated;
    llm_cost(&cost, &r);
    if (a->text.n == 0) {
        /* It cost what it cost: counted, though there is nothing to show. */
        r.rc = err_set(&r.err, CM_EFORMAT, "%s: %s", j->l->provider->name,
                       a->truncated
                           ? "the model used up its tokens before it answered"
                           : "the model's answer is empty");
    }
    deliver(j, &r);
}

/* --- replies over HTTP --------------------------------------------------- */

static struct verdict_on on_whom(const struct job *j)
{
    const struct llm *l = j->l;

    return (struct verdict_on){l->provider->name, l->config.base_url,
                               l->config.key};
}

/* Another way to ask, if the server objects to this one. */
static bool ask_otherwise(struct job *j, int status, struct str message)
{
    struct llm *l = j->l;
    struct verdict_on on = on_whom(j);
    struct dialect *sent = &j->ask.dialect;

    if ((status != 400 && status != 422 && status != 500) ||
        j->adapted >= ADAPT_MAX)
        return false;
    /* Meanwhile another request may have learnt it. */
    if (memcmp(sent, &l->dialect, sizeof(*sent)) == 0 &&
        !l->provider->adapt(&l->dialect, message))
        return false;
    log_info("model: %s: asks in another way: %.*s", l->provider->name,
             STR_ARG(verdict_quote(&on, &j->a, message)));
    j->adapted++;
    j->tries--;
    breaker_cancel(&l->breaker);
    j->not_before_ms = 0;
    wake(l);
    return true;
}

static void read_reply(struct job *j)
{
    struct answer a = {
        .input_tokens = -1, .output_tokens = -1, .micro_usd = -1};
    /* A reply that is not one costs as much as a good one: not again here. */
    struct verdict v = {.transient = true};

    if (!j->tree)
        v.rc = err_set(&v.err, CM_EFORMAT, "the reply is not JSON");
    else
        v.rc = j->l->provider->read(j->tree, &j->a, &a, &v.err);
    if (v.rc == 0) {
        on_success(j, &a);
        return;
    }
    v.transient = v.rc == CM_EFORMAT;
    err_wrap(&v.err, "%s", j->l->provider->name);
    on_failure(j, &v);
}

static void on_http(void *arg, const struct llm_http_reply *r)
{
    struct job *j = arg;
    struct verdict_on on = on_whom(j);
    struct verdict v;

    stop_running(j);
    if (r->rc < 0) {
        verdict_of_transport(&v, &on, r);
        on_failure(j, &v);
        return;
    }
    json_free(j->tree);
    j->tree = json_parse(r->body, NULL);
    if (r->status == 200) {
        read_reply(j);
        return;
    }
    if (ask_otherwise(j, r->status, provider_error_text(j->tree)))
        return;
    verdict_of_status(&v, &on, r, j->tree);
    on_failure(j, &v);
}

static void on_claude(void *arg, const struct claude_reply *r)
{
    struct job *j = arg;
    struct verdict v = {.rc = r->rc, .err = r->err, .transient = r->transient};

    stop_running(j);
    if (j->l->closing) {
        wake(j->l);
        return;
    }
    if (r->rc == 0) {
        on_success(j, &r->answer);
        return;
    }
    v.again = r->rc != CM_EFORMAT && r->rc != CM_EFULL;
    on_failure(j, &v);
}

/* --- the queue ----------------------------------------------------------- */

/* Of the try that begins now; 0: there is none left. */
static int try_ms(const struct job *j)
{
    int64_t left = j->deadline_ms - mono();

    if (!j->deadline_ms || left > j->l->config.timeout_ms)
        return j->l->config.timeout_ms;
    return left > 0 ? (int)left : 0;
}

static int start_http(struct job *j, struct err *e)
{
    struct llm_http_request r = {.timeout_ms = try_ms(j),
                             .max_body = LLM_REPLY_MAX,
                             .done = on_http,
                             .arg = j};

    j->l->provider->build(&j->ask, &r);
    return llm_http_send(&j->call, j->l->http, &r, e);
}

static void start(struct job *j)
{
    struct llm *l = j->l;
    struct verdict v = {0};

    if (!j->started_ms)
        j->started_ms = mono();
    j->tries++;
    j->ask = (struct ask){.config = &l->config,
                          .request = &j->request,
                          .dialect = l->dialect,
                          .a = &j->a,
                          .timeout_ms = try_ms(j)};
    j->is_running = true;
    l->running++;
    if (try_ms(j) == 0)
        v.rc = err_set(&v.err, CM_ETIME, "%s had too much to do",
                       l->provider->name);
    else if (l->http)
        v.rc = start_http(j, &v.err);
    else
        v.rc = claude_start(&j->run, &l->claude, &j->ask, j, &v.err);
    if (v.rc < 0) {
        stop_running(j);
        on_failure(j, &v);
    }
}

/* The first job that could start at `when`; *wait_ms is how long the next one
 * behind that time still waits, or -1. */
static struct job *next_job(struct llm *l, int64_t when, int64_t *wait_ms)
{
    *wait_ms = -1;
    for (struct job *j = l->jobs; j; j = j->next) {
        int64_t left = j->not_before_ms - when;

        if (j->is_running)
            continue;
        if (left <= 0)
            return j;
        if (*wait_ms < 0 || left < *wait_ms)
            *wait_ms = left;
    }
    return NULL;
}

static void on_wake(uv_timer_t *t);

/* Starts one thing and asks to be woken for the next, so that a callback in
 * between may do as it likes. */
static void turn(struct llm *l)
{
    int64_t now = mono(), wait;
    bool is_open = breaker_is_open(&l->breaker, now);
    /* While the circuit is open nobody waits for his time either. */
    struct job *j = next_job(l, is_open ? INT64_MAX : now, &wait);

    if (j && is_open) {
        give_up_open(j);
        return;
    }
    if (j && l->running < l->config.concurrency &&
        breaker_start(&l->breaker, now)) {
        start(j);
        wake(l);
        return;
    }
    /* A job that is ready but has no slot is woken by whoever frees one. */
    if (!j && wait >= 0)
        uv_timer_start(&l->timer, on_wake, (uint64_t)wait, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct llm *l = handle->data;
    void (*closed)(void *) = l->closed;
    void *arg = l->closed_arg;

    arena_free(&l->a);
    free(l);
    if (closed)
        closed(arg);
}

static void on_http_closed(void *arg)
{
    struct llm *l = arg;

    l->http = NULL;
    uv_close((uv_handle_t *)&l->timer, on_timer_closed);
}

/* One step of closing; each job's end wakes for the next one. */
static void close_step(struct llm *l)
{
    struct job *j = l->jobs;
    struct llm_result r = {.transient = true};

    if (!j) {
        if (l->http)
            llm_http_close(l->http, on_http_closed, l);
        else
            uv_close((uv_handle_t *)&l->timer, on_timer_closed);
        return;
    }
    while (j && j->run) /* the child is dying, on_claude follows */
        j = j->next;
    if (!j)
        return;
    if (j->call) {
        llm_http_cancel(j->call);
        stop_running(j);
    }
    r.rc = err_set(&r.err, CM_EAGAIN, "the worker is leaving");
    deliver(j, &r);
}

static void on_wake(uv_timer_t *t)
{
    struct llm *l = t->data;

    if (l->closing)
        close_step(l);
    else
        turn(l);
}

static void wake(struct llm *l)
{
    uv_timer_start(&l->timer, on_wake, 0, 0);
}

/* --- the interface ------------------------------------------------------- */

static void copy_config(struct llm *l, const struct llm_config *c)
{
    struct llm_config *to = &l->config;

    *to = *c;
    to->provider = arena_str(&l->a, c->provider);
    to->model = arena_str(&l->a, c->model);
    to->base_url = arena_str(&l->a, c->base_url);
    to->key = arena_str(&l->a, c->key);
    to->claude_bin = arena_str(&l->a, c->claude_bin);
    to->dir = arena_str(&l->a, c->dir);
    if (to->backoff_ms <= 0)
        to->backoff_ms = 1000;
    if (to->breaker_ms <= 0)
        to->breaker_ms = 60000;
    if (to->kill_ms <= 0)
        to->kill_ms = 2000;
    if (to->concurrency <= 0)
        to->concurrency = 1;
    if (to->timeout_ms <= 0)
        to->timeout_ms = 120000;
}

int llm_create(struct llm **out, struct uv_loop_s *loop,
               const struct llm_config *c, struct err *e)
{
    const struct provider *p = provider_find(c->provider);
    struct llm *l;
    int rc = 0;

    if (c->provider.n == 0 || str_eqz(c->provider, "none")) {
        *out = NULL;
        return 0;
    }
    if (!p)
        return err_set(e, CM_EARG, "there is no provider \"%.*s\"",
                       STR_ARG(c->provider));
    l = calloc(1, sizeof(*l));
    if (!l)
        CM_BUG("out of memory");
    l->loop = loop;
    l->provider = p;
    copy_config(l, c);
    l->breaker.max_failures = LLM_BREAKER_FAILURES;
    l->breaker.base_ms = l->config.breaker_ms;
    l->breaker.max_ms = LLM_BREAKER_MAX_MS;
    l->claude.loop = loop;
    l->claude.done = on_claude;
    if (p->build)
        rc = llm_http_create(&l->http, loop, e);
    else
        rc = file_mkdirs(l->config.dir.p, e);
    if (rc < 0) {
        arena_free(&l->a);
        free(l);
        return rc;
    }
    uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    *out = l;
    return 0;
}

int llm_submit(struct llm *l, const struct llm_request *r, llm_done done,
               void *arg, struct err *e)
{
    struct job *j, **at;

    if (!l)
        return err_set(e, CM_ENOTFOUND, "no language model is configured");
    if (l->closing)
        return err_set(e, CM_EAGAIN, "the worker is leaving");
    if (llm_is_open(l, NULL))
        return err_set(e, CM_EAGAIN, "%s fails too often, it rests",
                       l->provider->name);
    if (r->system.n + r->user.n + r->schema.n > LLM_REQUEST_MAX)
        return err_set(e, CM_EFULL, "a request has at most %u bytes",
                       LLM_REQUEST_MAX);
    if (count(l) >= LLM_QUEUE_MAX + (size_t)l->running)
        return err_set(e, CM_EFULL, "%d requests wait for %s already",
                       LLM_QUEUE_MAX, l->provider->name);
    j = calloc(1, sizeof(*j));
    if (!j)
        CM_BUG("out of memory");
    j->l = l;
    j->done = done;
    j->arg = arg;
    j->request = *r;
    j->request.system = arena_str(&j->a, r->system);
    j->request.user = arena_str(&j->a, r->user);
    j->request.schema = arena_str(&j->a, r->schema);
    if (r->timeout_ms)
        j->deadline_ms = mono() + r->timeout_ms;
    for (at = &l->jobs; *at; at = &(*at)->next)
        ;
    *at = j;
    wake(l);
    return 0;
}

void llm_close(struct llm *l, void (*closed)(void *arg), void *arg)
{
    if (!l) {
        if (closed)
            closed(arg);
        return;
    }
    if (l->closing)
        return;
    l->closing = true;
    l->closed = closed;
    l->closed_arg = arg;
    for (struct job *j = l->jobs; j; j = j->next)
        if (j->run)
            claude_stop(j->run);
    wake(l);
}

bool llm_is_open(const struct llm *l, int64_t *closes_ms)
{
    int64_t now = mono();

    if (!l || !breaker_is_open(&l->breaker, now))
        return false;
    if (closes_ms)
        *closes_ms = clock_now_ms() + l->breaker.until_ms - now;
    return true;
}

size_t llm_pending(const struct llm *l)
{
    return l ? count(l) : 0;
}
