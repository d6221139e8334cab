/*
 * embedder_remote.c - embedders behind HTTP: see embedder.h.
 *
 * A call is a list of texts: the parts of a batch's memories, or one query.
 * It sends some of them at a time, one request after the other, and ends at
 * the first failure; when to try again is the keeper's business. A request
 * that the server refuses as such is taken apart into memories, so that one
 * bad text costs one memory its vectors and not all of them.
 */
#include "base/common.h"

#include <uv.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/redact.h"
#include "base/utf8.h"
#include "store/batch.h"
#include "worker/budget.h"
#include "worker/embedder.h"
#include "worker/embedder_api.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/llm_verdict.h"
#include "worker/price.h"

/* Bytes of a part: less than any of these models takes, and about as much as
 * one vector can stand for. */
#define PART_BYTES 2000
/* Parts of one request: the smallest maximum among the services is 100. */
#define REQUEST_PARTS 64
/* 64 vectors of 4,096 numbers of up to 24 characters. */
#define REPLY_BYTES (8u << 20)
#define QUERY_MS    10000
#define PARTS_MAX   (EMBED_BATCH * VECTOR_PARTS)
/* A text that nobody has a reason to refuse, and whose it is. */
#define HARMLESS STR("cmem")
#define NOBODY   SIZE_MAX
/* When a reply does not say. */
#define BYTES_PER_TOKEN 4

struct call {
    struct remote *r;
    struct call *next;
    struct arena a;
    char name[VECTOR_NAME_MAX];
    struct embedder_choice who; /* borrows from name */
    struct str key;
    struct embed_batch *b; /* NULL: a query */
    int limit_ms;          /* of a query */
    remote_done done;
    void *arg;

    struct str *texts;
    size_t *owner; /* which of the batch's memories */
    size_t n, from, count; /* of texts; of the request under way */
    bool started;
    bool singly;  /* a memory a request */
    float *v;
    int dim;
    struct llm_http_call *http;
    int64_t began_ms;
};

struct remote {
    struct worker *w;
    struct llm_http *http;
    char name[VECTOR_NAME_MAX]; /* that is set */
    struct call *calls;
    uv_timer_t begin; /* calls start, and so end, from the loop */
    bool closing, timer_gone;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* --- who is asked ---------------------------------------------------------------- */

int remote_create(struct remote **out, struct worker *w, struct err *e)
{
    struct remote *r = calloc(1, sizeof(*r));
    int rc;

    if (!r)
        CM_BUG("out of memory");
    r->w = w;
    rc = llm_http_create(&r->http, &w->loop, e);
    if (rc < 0) {
        free(r);
        return rc;
    }
    uv_timer_init(&w->loop, &r->begin);
    r->begin.data = r;
    *out = r;
    return 0;
}

/* The key of a kind: by the setting where it is the one that is set, else by
 * its usual name. Somebody else's server may want none. */
static int find_key(struct remote *r, const struct embedder_choice *who,
                    struct arena *a, struct str *out, struct err *e)
{
    const struct embedder_about *about = embedder_about(who->kind);
    const struct config *c = &r->w->config;
    struct str name = STR_NONE;
    bool asked_for;
    int rc = 0;

    if (str_eqz(config_str(c, OPT_EMBEDDER), about->name))
        name = config_str(c, OPT_EMBEDDER_KEY_ENV);
    asked_for = name.n > 0;
    if (!asked_for)
        name = str_of(about->key_env);
    *out = STR_NONE;
    if (name.n)
        rc = llm_find_key(name, r->w->paths.keys, a, out, e);
    if (rc < 0 || out->n)
        return rc;
    if (asked_for || (about->needs_key && str_eqz(who->url, about->url)))
        return err_set(e, CM_ENOTFOUND,
                       "embedder %s needs a key: set %.*s in the environment "
                       "or write the line %.*s=... into %s (mode 600)",
                       about->name, STR_ARG(name), STR_ARG(name),
                       r->w->paths.keys);
    return 0;
}

static int choose(struct remote *r, const char *name,
                  struct embedder_choice *who, struct arena *a, struct str *key,
                  struct err *e)
{
    if (embedder_parse(name, who) < 0 ||
        !embedder_about(who->kind)->is_remote)
        return err_set(e, CM_EARG, "%s is not asked over HTTP", name);
    if (llm_check_url(who->url, "embedder_url", e) < 0)
        return CM_EARG;
    return find_key(r, who, a, key, e);
}

int remote_check(struct remote *r, const char *name, struct err *e)
{
    struct embedder_choice who;
    struct arena a = {0};
    struct str key;
    int rc = choose(r, name, &who, &a, &key, e);

    if (rc == 0 && key.n && str_starts(who.url, STR("http://")) &&
        !llm_http_is_loopback(who.url))
        log_warn("embedder_url is http: the key and the texts go out "
                 "unencrypted");
    if (rc == 0)
        snprintf(r->name, sizeof(r->name), "%s", name);
    arena_free(&a);
    return rc;
}

/* --- the end of a call -------------------------------------------------------------- */

static void maybe_close(struct remote *r);

static void finish(struct call *c, int rc, const struct err *e,
                   const struct verdict *v)
{
    struct remote *r = c->r;
    struct call **at = &r->calls;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    if (c->b) {
        struct embed_batch *b = c->b;

        b->rc = rc;
        if (rc < 0)
            b->err = *e;
        b->transient = v && v->transient;
        b->retry_ms = v ? v->retry_ms : 0;
        b->dim = c->dim;
        b->done(b);
    } else {
        c->done(c->arg, rc, c->v, c->dim, e);
    }
    arena_free(&c->a);
    free(c);
    maybe_close(r);
}

static void give_up(struct call *c, int rc, const struct err *e, bool transient)
{
    struct verdict v = {.transient = transient};

    finish(c, rc, e, &v);
}

/* Parts of a memory follow each other. */
static void hand_over(struct call *c, struct embed_batch *b)
{
    const size_t bytes = (size_t)c->dim * sizeof(*c->v);

    for (size_t i = 0; i < c->n; i++) {
        size_t o = c->owner[i];

        if (c->texts[i].n == 0 || o == NOBODY) /* refused, or not theirs */
            continue;
        if (!b->v[o])
            b->v[o] = arena_array(&b->a, VECTOR_PARTS, bytes);
        memcpy(b->v[o] + (size_t)b->nparts[o]++ * (size_t)c->dim,
               c->v + i * (size_t)c->dim, bytes);
    }
}

static void succeed(struct call *c)
{
    if (c->b && c->dim)
        hand_over(c, c->b);
    finish(c, 0, NULL, NULL);
}

/* --- requests ------------------------------------------------------------------------ */

static void send_next(struct call *c);

static struct embed_question question(const struct call *c)
{
    return (struct embed_question){.who = &c->who,
                                   .key = c->key,
                                   .texts = c->texts + c->from,
                                   .n = c->count,
                                   .is_query = !c->b};
}

static void ledger(struct call *c, int64_t tokens, const struct err *why)
{
    struct worker *w = c->r->w;
    struct usage_in u = {
        .time_ms = clock_now_ms(),
        .provider = str_of(embedder_about(c->who.kind)->name),
        .model = c->who.model,
        .ms = clock_mono_ms() - c->began_ms,
        .error = why ? str_of(why->msg) : STR_NONE,
    };
    struct price_tokens t = {0};
    struct price price;
    struct err e;

    for (size_t i = 0; tokens < 0 && i < c->count; i++)
        u.input_tokens +=
            (int64_t)c->texts[c->from + i].n / BYTES_PER_TOKEN + 1;
    if (tokens >= 0)
        u.input_tokens = tokens;
    t.input = u.input_tokens;
    if (c->who.kind != EMBEDDER_OLLAMA && !why &&
        price_find(c->who.model, &price))
        u.micro_usd = price_of(&price, &t);
    if (why)
        u.input_tokens = 0;
    if (worker_own_tx(w, &e) < 0 || usage_put(w->db, &u, &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        log_error("usage not written: %s", e.msg);
    }
}

static void on_failure(struct call *c, const struct verdict *v)
{
    ledger(c, 0, &v->err);
    finish(c, v->rc, &v->err, v);
}

/* The request as such is no good: each memory by itself, and the one that is
 * refused alone goes without vectors. */
static void on_refused(struct call *c, const struct verdict *v)
{
    ledger(c, 0, &v->err);
    if (!c->b || c->owner[c->from] == NOBODY) {
        finish(c, v->rc, &v->err, v); /* not because of the text */
        return;
    }
    if (!c->singly) {
        c->singly = true;
        send_next(c);
        return;
    }
    log_warn("memory #%lld gets no vector: %s",
             (long long)c->b->want[c->owner[c->from]].memory_id, v->err.msg);
    for (size_t i = 0; i < c->count; i++)
        c->texts[c->from + i] = STR_NONE;
    c->from += c->count;
    /* If all were, it may be the server: a wrong key is a bad request to
     * some. Then nothing is said to be dealt with. */
    if (c->from == c->n && !c->dim) {
        c->texts[c->n] = HARMLESS;
        c->owner[c->n++] = NOBODY;
    }
    send_next(c);
}

static void on_vectors(struct call *c, const struct json *body)
{
    struct embed_question q = question(c);
    struct verdict v = {.transient = true};
    struct embed_answer out = {0};

    v.rc = embed_api_read(&q, body, &c->a, &out, &v.err);
    if (v.rc == 0 && c->dim && out.dim != c->dim)
        v.rc = err_set(&v.err, CM_EFORMAT, "%s changes the length of its "
                       "vectors", c->name);
    if (v.rc < 0) {
        on_failure(c, &v);
        return;
    }
    ledger(c, out.tokens, NULL);
    if (!c->dim) {
        c->dim = out.dim;
        c->v = arena_array(&c->a, c->n + 1, (size_t)c->dim * sizeof(*c->v));
    }
    memcpy(c->v + c->from * (size_t)c->dim, out.v,
           c->count * (size_t)c->dim * sizeof(*out.v));
    c->from += c->count;
    send_next(c);
}

static void on_http(void *arg, const struct llm_http_reply *h)
{
    struct call *c = arg;
    struct verdict_on on = {embedder_about(c->who.kind)->name, c->who.url,
                            c->key};
    struct json *body = h->rc == 0 ? json_parse(h->body, NULL) : NULL;
    struct verdict v;

    c->http = NULL;
    if (h->rc < 0) {
        verdict_of_transport(&v, &on, h);
        on_failure(c, &v);
    } else if (h->status == 200) {
        on_vectors(c, body);
    } else {
        verdict_of_status(&v, &on, h, body);
        if (h->status == 400 || h->status == 413 || h->status == 422)
            on_refused(c, &v);
        else
            on_failure(c, &v);
    }
    json_free(body);
}

/* Texts of the next request: as many as fit, or one memory's. */
static size_t take(const struct call *c)
{
    size_t n = 0;

    while (c->from + n < c->n && n < REQUEST_PARTS &&
           !(c->singly && c->owner[c->from + n] != c->owner[c->from]))
        n++;
    return n;
}

static void send_next(struct call *c)
{
    struct llm_http_request h = {.max_body = REPLY_BYTES, .done = on_http,
                             .arg = c};
    struct embed_question q;
    struct err e = {0};
    int rc;

    if (c->from == c->n) {
        succeed(c);
        return;
    }
    if (!budget_is_left(c->r->w, &e)) {
        struct verdict v = {.transient = true, .retry_ms = budget_wait_ms()};

        finish(c, CM_EFULL, &e, &v);
        return;
    }
    c->count = take(c);
    c->began_ms = clock_mono_ms();
    h.timeout_ms =
        c->b ? (int)config_int(&c->r->w->config, OPT_MODEL_TIMEOUT_S) * 1000
             : c->limit_ms;
    q = question(c);
    embed_api_build(&q, &c->a, &h);
    rc = llm_http_send(&c->http, c->r->http, &h, &e);
    if (rc < 0)
        give_up(c, rc, &e, false);
}

/* --- calls --------------------------------------------------------------------------- */

static void prepare_batch(struct call *c);

static struct call *unstarted(const struct remote *r)
{
    struct call *c = r->calls;

    while (c && c->started)
        c = c->next;
    return c;
}

static void on_begin(uv_timer_t *t)
{
    struct remote *r = t->data;
    struct call *c;

    while (!r->closing && (c = unstarted(r))) {
        c->started = true;
        if (c->b)
            prepare_batch(c);
        else
            send_next(c);
    }
}

static struct call *call_create(struct remote *r)
{
    struct call *c = calloc(1, sizeof(*c));

    if (!c)
        CM_BUG("out of memory");
    c->r = r;
    c->next = r->calls;
    r->calls = c;
    uv_timer_start(&r->begin, on_begin, 0, 0);
    return c;
}

/* Pieces of at most PART_BYTES that end with a line, a sentence or a word. */
static void cut_text(struct call *c, struct str text, size_t owner)
{
    for (int part = 0; part < VECTOR_PARTS && text.n; part++) {
        struct str piece = utf8_cut(text, PART_BYTES);
        ptrdiff_t end = -1;

        if (piece.n < text.n) {
            end = str_rchr(piece, '\n');
            if (end < PART_BYTES / 2)
                end = str_rchr(piece, ' ');
            if (end >= PART_BYTES / 2)
                piece.n = (size_t)end;
        }
        text = str_trim(str_cut(text, piece.n ? piece.n : 1, text.n));
        c->texts[c->n] = piece;
        c->owner[c->n++] = owner;
    }
}

/* Has it anything that a model could make something of? */
static bool has_words(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_alnum(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

static void prepare_batch(struct call *c)
{
    struct remote *r = c->r;
    struct embed_batch *b = c->b;
    struct err e = {0};
    int rc = choose(r, c->name, &c->who, &c->a, &c->key, &e);

    if (rc == 0)
        rc = vectors_texts(r->w->db, b->ids, b->nids, &b->a, &b->want, &b->n,
                           &e);
    if (rc < 0) {
        give_up(c, rc, &e, rc == CM_EDB);
        return;
    }
    c->texts = arena_array(&c->a, PARTS_MAX + 1, sizeof(*c->texts));
    c->owner = arena_array(&c->a, PARTS_MAX + 1, sizeof(*c->owner));
    for (size_t i = 0; i < b->n; i++)
        if (has_words(b->want[i].text))
            cut_text(c, str_trim(b->want[i].text), i);
    send_next(c);
}

void remote_start(struct remote *r, struct embed_batch *b)
{
    struct call *c = call_create(r);

    c->b = b;
    snprintf(c->name, sizeof(c->name), "%s", r->name);
}

int remote_ask(struct remote *r, const struct remote_query *q, struct err *e)
{
    struct call *c = call_create(r);
    struct buf clean;
    int rc;

    c->done = q->done;
    c->arg = q->arg;
    c->limit_ms = q->limit_ms > 0 ? q->limit_ms : QUERY_MS;
    snprintf(c->name, sizeof(c->name), "%s", q->name ? q->name : r->name);
    rc = choose(r, c->name, &c->who, &c->a, &c->key, e);
    if (rc < 0) {
        r->calls = c->next;
        arena_free(&c->a);
        free(c);
        return rc;
    }
    buf_init(&clean, 1u << 20);
    redact_text(utf8_cut(q->text, PART_BYTES), &clean);
    c->texts = arena_array(&c->a, 1, sizeof(*c->texts));
    c->owner = arena_array(&c->a, 1, sizeof(*c->owner));
    c->texts[0] = arena_str(&c->a, buf_str(&clean));
    c->n = 1;
    buf_free(&clean);
    return 0;
}

/* --- the end --------------------------------------------------------------------------- */

static void on_http_closed(void *arg)
{
    struct remote *r = arg;

    r->closed(r->closed_arg);
    free(r);
}

static void maybe_close(struct remote *r)
{
    if (r->closing && !r->calls && r->timer_gone)
        llm_http_close(r->http, on_http_closed, r);
}

static void on_timer_gone(uv_handle_t *h)
{
    struct remote *r = h->data;

    r->timer_gone = true;
    maybe_close(r);
}

void remote_close(struct remote *r, void (*closed)(void *arg), void *arg)
{
    struct err e;

    if (!r) {
        closed(arg);
        return;
    }
    err_set(&e, CM_EAGAIN, "the worker is leaving");
    r->closed = closed;
    r->closed_arg = arg;
    r->closing = true;
    while (r->calls) {
        struct call *c = r->calls;

        if (c->http)
            llm_http_cancel(c->http);
        c->http = NULL;
        give_up(c, CM_EAGAIN, &e, true);
    }
    uv_close((uv_handle_t *)&r->begin, on_timer_gone);
}
