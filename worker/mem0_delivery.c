/*
 * mem0_delivery.c - webhooks are told what happened. See mem0.h.
 *
 * It is sent to the addresses that the user registered and nowhere else: no
 * redirection is followed.
 *
 * Invariants:
 *   - a delivery is in the table before whoever caused it is answered, and
 *     leaves it when the webhook took it (2xx) or it is a day old: each comes at
 *     least once, with an id that tells a second time;
 *   - a webhook is told in the order in which things happened: what waits behind
 *     one that failed waits with it;
 *   - the table holds no text. In here one lives until it is sent; after a
 *     restart it is the memory's own, and what is forgotten has none.
 */
#include "base/common.h"

#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/delivery.h"
#include "worker/llm_http.h"
#include "worker/mem0.h"

#define QUEUE_MAX   10000
#define TIMEOUT_MS  5000
#define REPLY_BYTES (1u << 20) /* read and thrown away */
#define BODY_BYTES  (4u << 20)
/* After the first failure, four times as long after each other, up to: */
#define RETRY_MS     INT64_C(1000)
#define RETRY_MAX_MS INT64_C(900000)
#define GIVE_UP_MS   INT64_C(86400000)

struct delivery {
    struct delivery *next;
    int64_t id, memory_id, created_ms, due_ms, tries;
    char uid[MEM0_ID_SIZE], webhook[MEM0_ID_SIZE], event[32];
    char *text; /* NULL: the memory's */
    size_t ntext;
};

struct mem0_hooks {
    struct mem0 *m;
    struct llm_http *http;
    struct llm_http_call *call;    /* under way: of `now` */
    struct delivery *now;          /* still in the queue */
    struct buf body;               /* of `call` */
    struct delivery *queue, **end; /* in the order in which they came */
    size_t n;
    uv_timer_t timer;
    bool closing;
};

static void run(struct mem0_hooks *h);

/* --- the queue --------------------------------------------------------------- */

static void set_text(char *out, size_t size, struct str s)
{
    snprintf(out, size, "%.*s", STR_ARG(s));
}

static struct delivery *push(struct mem0_hooks *h, const struct delivery_row *r)
{
    struct delivery *d = calloc(1, sizeof(*d));

    if (!d)
        CM_BUG("out of memory");
    d->id = r->id;
    d->memory_id = r->memory_id;
    d->created_ms = r->created_ms;
    d->due_ms = r->due_ms;
    d->tries = r->tries;
    set_text(d->uid, sizeof(d->uid), r->uid);
    set_text(d->webhook, sizeof(d->webhook), r->webhook);
    set_text(d->event, sizeof(d->event), r->event);
    *h->end = d;
    h->end = &d->next;
    h->n++;
    return d;
}

static void take_out(struct mem0_hooks *h, struct delivery **at)
{
    struct delivery *d = *at;

    *at = d->next;
    if (h->end == &d->next)
        h->end = at;
    h->n--;
    free(d->text);
    free(d);
}

/* Gone from the table, too. A failure means that it comes once more. */
static void end(struct mem0_hooks *h, struct delivery *d)
{
    struct worker *w = h->m->w;
    struct delivery **at = &h->queue;
    struct err e = {0};

    if (worker_own_tx(w, &e) < 0 || delivery_end(w->db, d->id, &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        log_warn("mem0: %s", e.msg);
    }
    while (*at != d)
        at = &(*at)->next;
    take_out(h, at);
}

static void later(struct mem0_hooks *h, struct delivery *d)
{
    struct worker *w = h->m->w;
    int64_t wait = RETRY_MS;
    struct err e = {0};

    for (int64_t i = 0; i < d->tries && wait < RETRY_MAX_MS; i++)
        wait *= 4;
    d->tries++;
    d->due_ms = clock_now_ms() + (wait < RETRY_MAX_MS ? wait : RETRY_MAX_MS);
    if (worker_own_tx(w, &e) < 0 ||
        delivery_later(w->db, d->id, d->due_ms, d->tries, &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        log_warn("mem0: %s", e.msg);
    }
}

/* --- sent ----------------------------------------------------------------------- */

static void done(void *arg, const struct llm_http_reply *r)
{
    struct mem0_hooks *h = arg;
    struct delivery *d = h->now;

    h->now = NULL;
    h->call = NULL;
    if (r->rc == 0 && r->status >= 200 && r->status < 300) {
        end(h, d);
    } else if (clock_now_ms() - d->created_ms >= GIVE_UP_MS) {
        if (r->rc == 0)
            log_warn("mem0: a webhook is not delivered: status %d", r->status);
        else
            log_warn("mem0: a webhook is not delivered: %s", r->err.msg);
        end(h, d);
    } else {
        later(h, d);
    }
    run(h);
}

/* "memory_add" is ADD. */
static void event_word(const char *event, char out[16])
{
    size_t i = 0;

    for (event += strlen("memory_"); *event && i < 15; event++)
        out[i++] = (char)(is_lower(*event) ? *event - 32 : *event);
    out[i] = '\0';
}

static void put_body(struct mem0 *m, const struct delivery *d, struct buf *b)
{
    struct str text = {d->text ? d->text : "", d->ntext};
    char uuid[MEM0_ID_SIZE], word[16];
    struct arena a = {0};
    struct memory_row row;
    struct jsonw w;

    if (!d->text && memory_read(m->w->db, d->memory_id, &a, &row, NULL) == 0)
        text = mem0_text(&row);
    mem0_id_put(m->home, d->memory_id, uuid);
    event_word(d->event, word);
    jsonw_init(&w, b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "delivery_id", d->uid);
    jsonw_strz(&w, "event_type", d->event);
    jsonw_obj(&w, "event_details");
    jsonw_strz(&w, "id", uuid);
    jsonw_obj(&w, "data");
    jsonw_str(&w, "memory", text);
    jsonw_end(&w);
    jsonw_strz(&w, "event", word);
    jsonw_end(&w);
    jsonw_end(&w);
    arena_free(&a);
}

/* False: it cannot be, now or ever, and is out of the queue. */
static bool send_now(struct mem0_hooks *h, struct delivery *d)
{
    const struct json *hook = mem0_entry(h->m, "webhooks", str_of(d->webhook));
    char url[MEM0_URL_BYTES];
    struct llm_http_request r = {.url = url,
                                 .timeout_ms = TIMEOUT_MS,
                                 .max_body = REPLY_BYTES,
                                 .done = done,
                                 .arg = h};
    struct err e = {0};

    if (!hook) { /* mem0.json was lost */
        end(h, d);
        return false;
    }
    set_text(url, sizeof(url), json_get_str(hook, "url"));
    buf_reset(&h->body);
    put_body(h->m, d, &h->body);
    r.body = buf_str(&h->body);
    if (llm_http_send(&h->call, h->http, &r, &e) == 0) {
        h->now = d;
        return true;
    }
    log_warn("mem0: a webhook is not delivered: %s", e.msg);
    end(h, d);
    return false;
}

static void on_timer(uv_timer_t *t)
{
    run(t->data);
}

/* The first that is due and waits behind no other of its webhook; *next: when
 * there will be one. */
static struct delivery *first_due(const struct mem0_hooks *h, int64_t *next)
{
    const char *waits[MEM0_WEBHOOKS];
    int64_t now = clock_now_ms();
    size_t n = 0;

    *next = INT64_MAX;
    for (struct delivery *d = h->queue; d; d = d->next) {
        size_t i = 0;

        while (i < n && strcmp(waits[i], d->webhook) != 0)
            i++;
        if (i < n)
            continue;
        if (d->due_ms <= now)
            return d;
        *next = d->due_ms - now < *next ? d->due_ms - now : *next;
        if (n == MEM0_WEBHOOKS)
            break;
        waits[n++] = d->webhook;
    }
    return NULL;
}

/* Starts what is due, or waits for what will be. */
static void run(struct mem0_hooks *h)
{
    struct delivery *d;
    int64_t next;

    while (!h->now && !h->closing) {
        d = first_due(h, &next);
        if (!d && next < INT64_MAX)
            uv_timer_start(&h->timer, on_timer, (uint64_t)next + 1, 0);
        if (!d || send_now(h, d))
            return;
    }
}

/* --- begins and ends ----------------------------------------------------------------- */

static struct mem0_hooks *hooks_of(struct mem0 *m)
{
    struct mem0_hooks *h = m->hooks;
    struct err e = {0};

    if (h)
        return h;
    h = calloc(1, sizeof(*h));
    if (!h)
        CM_BUG("out of memory");
    if (llm_http_create(&h->http, &m->w->loop, &e) < 0) {
        log_warn("mem0: webhooks are not delivered: %s", e.msg);
        free(h);
        return NULL;
    }
    h->m = m;
    h->end = &h->queue;
    buf_init(&h->body, BODY_BYTES);
    uv_timer_init(&m->w->loop, &h->timer);
    h->timer.data = h;
    m->hooks = h;
    return h;
}

void mem0_hooks_load(struct mem0 *m)
{
    struct arena a = {0};
    struct delivery_row *rows;
    struct mem0_hooks *h;
    struct err e = {0};
    size_t n;

    if (deliveries_read(m->w->db, QUEUE_MAX, &a, &rows, &n, &e) < 0) {
        log_warn("mem0: %s", e.msg);
    } else if (n && (h = hooks_of(m))) {
        int64_t latest = clock_now_ms() + RETRY_MAX_MS;

        for (size_t i = 0; i < n; i++) { /* a clock may have been set back */
            rows[i].due_ms = rows[i].due_ms < latest ? rows[i].due_ms : latest;
            push(h, &rows[i]);
        }
        run(h);
    }
    arena_free(&a);
}

static void closed(void *arg)
{
    struct mem0_hooks *h = arg;

    h->http = NULL;
}

void mem0_hooks_close(struct mem0 *m)
{
    struct mem0_hooks *h = m->hooks;

    if (!h || h->closing)
        return;
    h->closing = true;
    llm_http_cancel(h->call);
    h->call = NULL;
    h->now = NULL;
    llm_http_close(h->http, closed, h);
    uv_close((uv_handle_t *)&h->timer, NULL);
}

void mem0_hooks_free(struct mem0 *m)
{
    struct mem0_hooks *h = m->hooks;

    if (!h)
        return;
    while (h->queue)
        take_out(h, &h->queue);
    buf_free(&h->body);
    free(h);
    m->hooks = NULL;
}

/* --- told by the others ----------------------------------------------------------------- */

static bool wants(const struct json *hook, const char *type)
{
    const struct json *list = json_get(hook, "event_types");

    for (const struct json *c = json_first(list); c; c = json_next(c))
        if (str_eqz(json_str(c), type))
            return true;
    return json_len(list) == 0;
}

static int note(struct mem0_hooks *h, const struct json *hook, const char *type,
                struct delivery_row *row, struct err *e)
{
    struct worker *w = h->m->w;
    char uid[MEM0_ID_SIZE];
    int rc;

    mem0_id_random(uid);
    row->uid = str_of(uid);
    row->webhook = json_get_str(hook, "id");
    row->event = str_of(type);
    row->created_ms = row->due_ms = clock_now_ms();
    rc = worker_own_tx(w, e);
    if (rc == 0)
        rc = delivery_put(w->db, row, e);
    if (rc == 0)
        rc = db_commit(w->db, e);
    if (rc < 0)
        db_rollback(w->db);
    return rc;
}

void mem0_notify(struct mem0 *m, const char *type, int64_t id, struct str text)
{
    for (const struct json *c = json_first(mem0_list(m, "webhooks")); c;
         c = json_next(c)) {
        struct delivery_row row = {.memory_id = id};
        struct mem0_hooks *h;
        struct delivery *d;
        struct err e = {0};

        if (!wants(c, type) || !(h = hooks_of(m)))
            continue;
        if (h->n >= QUEUE_MAX) {
            log_warn("mem0: too many deliveries wait: one is left out");
            continue;
        }
        if (note(h, c, type, &row, &e) < 0) {
            log_warn("mem0: a webhook is not told: %s", e.msg);
            continue;
        }
        d = push(h, &row);
        d->text = strndup(text.p ? text.p : "", text.n);
        if (!d->text)
            CM_BUG("out of memory");
        d->ntext = text.n;
        run(h);
    }
}

/* A new address may work at once. */
void mem0_hook_changed(struct mem0 *m, struct str id)
{
    if (!m->hooks)
        return;
    for (struct delivery *d = m->hooks->queue; d; d = d->next)
        if (str_eqz(id, d->webhook))
            d->due_ms = 0;
    run(m->hooks);
}

void mem0_hook_gone(struct mem0 *m, struct str id)
{
    struct mem0_hooks *h = m->hooks;
    struct worker *w = m->w;
    struct err e = {0};

    if (!h)
        return;
    if (h->now && str_eqz(id, h->now->webhook)) {
        llm_http_cancel(h->call);
        h->call = NULL;
        h->now = NULL;
    }
    if (worker_own_tx(w, &e) < 0 || deliveries_drop(w->db, id, &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        log_warn("mem0: %s", e.msg);
    }
    for (struct delivery **at = &h->queue; *at;)
        if (str_eqz(id, (*at)->webhook))
            take_out(h, at);
        else
            at = &(*at)->next;
    run(h);
}
