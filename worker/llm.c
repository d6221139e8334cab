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
#include "base/utf8.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/llm_policy.h"
#include "worker/price.h"
#include "worker/provider.h"
#include "worker/provider_claude.h"

/* A Retry-After up to this is waited for; a longer one ends the try, so that
 * the caller may put its work away meanwhile. */
#define WAIT_HERE_MS 10000
/* Ways of asking that one request may go through. */
#define ADAPT_MAX 6
/* Of a provider's message in a sentence of ours. */
#define MESSAGE_MAX 240

struct job {
    struct llm *l;
    struct job *next;
    struct arena a; /* the request, and what one try builds and reads */
    struct llm_request request;
    struct ask ask;
    llm_done done;
    void *arg;
    struct http_call *call; /* of the running try */
    struct claude_run *run;
    struct json *tree; /* of the reply, which the answer borrows from */
    int64_t not_before_ms;
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
    struct http *http;
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

/* Appends text without the key. */
static void add_masked(struct buf *b, struct str text, struct str key)
{
    ptrdiff_t at;

    while (key.n && (at = str_find(text, key)) >= 0) {
        buf_add(b, text.p, (size_t)at);
        buf_addz(b, "[key]");
        text = str_cut(text, (size_t)at + key.n, text.n);
    }
    buf_adds(b, text);
}

/* Foreign words, fit for a sentence: no key, no control characters, short. */
static const char *quoted(struct job *j, struct str text)
{
    struct buf masked, line;
    struct str out;

    /* Cut behind masking: a part of the key must not be left. */
    buf_init(&masked, 4 * LLM_REPLY_MAX);
    buf_init(&line, 4 * MESSAGE_MAX);
    add_masked(&masked, str_trim(text), j->l->config.key);
    utf8_clean_line(&line, utf8_cut(buf_str(&masked), MESSAGE_MAX));
    out = arena_str(&j->a, buf_str(&line));
    buf_free(&masked);
    buf_free(&line);
    return out.p;
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

static void set_costs(struct job *j, const struct answer *a,
                      struct llm_result *r)
{
    const struct llm_config *c = &j->l->config;
    const struct llm_request *q = &j->request;
    struct price price = {0};
    struct price_tokens t;
    bool known = price_find(r->model, &price) || price_find(c->model, &price);

    r->estimated = a->input_tokens < 0 || a->output_tokens < 0;
    r->input_tokens = a->input_tokens;
    if (a->input_tokens < 0)
        r->input_tokens =
            (int64_t)(q->system.n + q->user.n + q->schema.n + 3) / 4;
    r->output_tokens =
        a->output_tokens < 0 ? (int64_t)(a->text.n + 3) / 4 : a->output_tokens;
    r->cached_tokens =
        a->cached_tokens > r->input_tokens ? r->input_tokens : a->cached_tokens;

    /* A price the user gave counts for cached tokens too: the bill is never
     * higher than what is said here. */
    if (c->price_in >= 0)
        price.input = price.cached = price.stored = c->price_in;
    if (c->price_out >= 0)
        price.output = c->price_out;
    if (c->price_in >= 0 && c->price_out >= 0) {
        known = true;
    } else if (a->micro_usd >= 0) {
        r->micro_usd = a->micro_usd;
        r->price_known = true;
        return;
    } else if (j->l->provider->is_free) {
        price = (struct price){0};
        known = true;
    }
    if (!known)
        return;
    t = (struct price_tokens){r->input_tokens, r->cached_tokens,
                              a->stored_tokens, r->output_tokens};
    r->micro_usd = price_of(&price, &t);
    r->price_known = true;
}

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

/* A failure of one try, before it is decided what follows from it. */
struct failure {
    int rc;
    struct err err;
    bool transient;
    bool again;       /* may be tried again here */
    int64_t retry_ms; /* the server asked for so long, 0 if it did not */
};

static void give_up(struct job *j, const struct failure *f)
{
    struct llm_result r = {.rc = f->rc,
                           .err = f->err,
                           .transient = f->transient,
                           .retry_ms = f->retry_ms};

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

static void on_failure(struct job *j, struct failure *f)
{
    struct llm *l = j->l;
    int64_t now = mono(), wait;
    uint32_t random;

    if (f->retry_ms > LLM_RETRY_MAX_MS)
        f->retry_ms = LLM_RETRY_MAX_MS;
    if (!f->transient) {
        breaker_cancel(&l->breaker);
        give_up(j, f);
        return;
    }
    if (breaker_failure(&l->breaker, now))
        log_warn("model: %s: no requests for %lld s: %s", l->provider->name,
                 (long long)(l->breaker.until_ms - now) / 1000, f->err.msg);
    if (f->retry_ms > WAIT_HERE_MS)
        breaker_pause(&l->breaker, now, f->retry_ms);
    if (breaker_is_open(&l->breaker, now)) {
        f->retry_ms = l->breaker.until_ms - now;
        give_up(j, f);
        return;
    }
    if (!f->again || j->tries >= LLM_TRIES) {
        give_up(j, f);
        return;
    }

    file_random(&random, sizeof(random));
    wait =
        backoff_ms(j->tries, l->config.backoff_ms, LLM_BACKOFF_MAX_MS, random);
    if (wait < f->retry_ms)
        wait = f->retry_ms;
    log_debug("model: %s: again in %lld ms: %s", l->provider->name,
              (long long)wait, f->err.msg);
    j->not_before_ms = now + wait;
    wake(l);
}

static void on_success(struct job *j, const struct answer *a)
{
    struct llm_result r = {0};

    if (j->l->breaker.opened > 0)
        log_info("model: %s answers again", j->l->provider->name);
    breaker_success(&j->l->breaker);
    r.model = a->model.n ? a->model : j->l->config.model;
    r.text = a->text;
    r.truncated = a->truncated;
    set_costs(j, a, &r);
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

/* "34s" or "1.5s" in google.rpc.RetryInfo, which Gemini sends instead of a
 * Retry-After header. */
static int64_t retry_info_ms(const struct json *body)
{
    const struct json *details = json_path(body, "error.details");

    for (struct json *d = json_first(details); d; d = json_next(d)) {
        struct str s = json_get_str(d, "retryDelay");
        ptrdiff_t end = str_chr(s, '.');
        int64_t seconds;

        if (end < 0)
            end = str_chr(s, 's');
        if (end > 0 &&
            str_int(str_cut(s, 0, (size_t)end), 0, 86400, &seconds) == 0)
            return (seconds + 1) * 1000;
    }
    return 0;
}

static bool is_transient_status(int status)
{
    return status == 408 || status == 409 || status == 425 || status == 429 ||
           status >= 500;
}

static int code_of_status(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 422:
        return CM_EARG;
    case 401:
    case 402:
    case 403:
        return CM_EPERM;
    case 404:
        return CM_ENOTFOUND;
    case 429:
        return CM_EAGAIN;
    default:
        return CM_ENET;
    }
}

static void fail_status(struct job *j, const struct http_reply *r,
                        struct str message)
{
    const struct llm_config *c = &j->l->config;
    struct failure f = {.retry_ms = r->retry_after_ms};
    const char *words = quoted(j, message);

    f.transient = f.again = is_transient_status(r->status);
    if (f.transient && f.retry_ms == 0)
        f.retry_ms = retry_info_ms(j->tree);
    f.rc = code_of_status(r->status);
    if (*words)
        err_set(&f.err, f.rc, "%s answers %d: %s", j->l->provider->name,
                r->status, words);
    else
        err_set(&f.err, f.rc, "%s at %.*s answers %d with no reason",
                j->l->provider->name, STR_ARG(c->base_url), r->status);
    on_failure(j, &f);
}

/* Another way to ask, if the server objects to this one. */
static bool ask_otherwise(struct job *j, int status, struct str message)
{
    struct llm *l = j->l;
    struct dialect *sent = &j->ask.dialect;

    if ((status != 400 && status != 422 && status != 500) ||
        j->adapted >= ADAPT_MAX)
        return false;
    /* Meanwhile another request may have learnt it. */
    if (memcmp(sent, &l->dialect, sizeof(*sent)) == 0 &&
        !l->provider->adapt(&l->dialect, message))
        return false;
    log_info("model: %s: asks in another way: %s", l->provider->name,
             quoted(j, message));
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
    struct failure f = {.transient = true};

    if (!j->tree)
        f.rc = err_set(&f.err, CM_EFORMAT, "the reply is not JSON");
    else
        f.rc = j->l->provider->read(j->tree, &j->a, &a, &f.err);
    if (f.rc == 0) {
        on_success(j, &a);
        return;
    }
    f.transient = f.rc == CM_EFORMAT;
    err_wrap(&f.err, "%s", j->l->provider->name);
    on_failure(j, &f);
}

static void on_http(void *arg, const struct http_reply *r)
{
    struct job *j = arg;
    struct str message;

    stop_running(j);
    if (r->rc < 0) {
        struct failure f = {.rc = r->rc};

        f.transient = f.again = r->rc != CM_EARG && r->rc != CM_EFULL;
        err_set(&f.err, r->rc, "%s at %.*s: %s", j->l->provider->name,
                STR_ARG(j->l->config.base_url), quoted(j, str_of(r->err.msg)));
        on_failure(j, &f);
        return;
    }
    json_free(j->tree);
    j->tree = json_parse(r->body, NULL);
    if (r->status == 200) {
        read_reply(j);
        return;
    }
    message = provider_error_text(j->tree);
    if (!ask_otherwise(j, r->status, message))
        fail_status(j, r, message);
}

static void on_claude(void *arg, const struct claude_reply *r)
{
    struct job *j = arg;
    struct failure f = {.rc = r->rc, .err = r->err, .transient = r->transient};

    stop_running(j);
    if (j->l->closing) {
        wake(j->l);
        return;
    }
    if (r->rc == 0) {
        on_success(j, &r->answer);
        return;
    }
    f.again = r->rc != CM_EFORMAT && r->rc != CM_EFULL;
    on_failure(j, &f);
}

/* --- the queue ----------------------------------------------------------- */

static int start_http(struct job *j, struct err *e)
{
    struct http_request r = {.timeout_ms = j->l->config.timeout_ms,
                             .max_body = LLM_REPLY_MAX};

    j->l->provider->build(&j->ask, &r);
    return http_send(&j->call, j->l->http, &r, on_http, j, e);
}

static void start(struct job *j)
{
    struct llm *l = j->l;
    struct failure f = {0};

    if (!j->started_ms)
        j->started_ms = mono();
    j->tries++;
    j->ask = (struct ask){&l->config, &j->request, l->dialect, &j->a};
    j->is_running = true;
    l->running++;
    if (l->http)
        f.rc = start_http(j, &f.err);
    else
        f.rc = claude_start(&j->run, &l->claude, &j->ask, l->config.kill_ms,
                            on_claude, j, &f.err);
    if (f.rc < 0) {
        stop_running(j);
        on_failure(j, &f);
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
            http_close(l->http, on_http_closed, l);
        else
            uv_close((uv_handle_t *)&l->timer, on_timer_closed);
        return;
    }
    while (j && j->run) /* the child is dying, on_claude follows */
        j = j->next;
    if (!j)
        return;
    if (j->call) {
        http_cancel(j->call);
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
    if (p->build)
        rc = http_create(&l->http, loop, e);
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
