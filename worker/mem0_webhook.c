/* mem0_webhook.c - webhooks: kept, and delivered with retries. See mem0.h.
 *
 * What happened is sent to the addresses that the user registered and nowhere
 * else: no redirection is followed. One delivery is under way at a time; one
 * that fails is tried again after 1, 4, 16 and 64 seconds. The queue does not
 * outlive the worker. */
#include "base/common.h"

#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "worker/llm_http.h"
#include "worker/mem0.h"

#define QUEUE_MAX   256
#define TRIES_MAX   5
#define URL_BYTES   2048
#define TIMEOUT_MS  5000
#define REPLY_BYTES (1u << 20) /* read and thrown away */

struct delivery {
    struct delivery *next;
    char url[URL_BYTES];
    char *body;
    size_t n;
    int tries;
    int64_t due; /* monotonic */
};

struct mem0_hooks {
    struct mem0 *m;
    struct llm_http *http;
    struct llm_http_call *call; /* under way: of `now` */
    struct delivery *now;
    struct delivery *queue; /* in the order in which they came */
    size_t n;
    uv_timer_t timer;
    bool closing;
};

static const char *const types[] = {"memory_add", "memory_update",
                                    "memory_delete", "memory_categorize"};

/* --- delivering --------------------------------------------------------------------- */

static void delivery_free(struct delivery *d)
{
    if (d)
        free(d->body);
    free(d);
}

static void push(struct mem0_hooks *h, struct delivery *d)
{
    struct delivery **at = &h->queue;

    while (*at)
        at = &(*at)->next;
    d->next = NULL;
    *at = d;
    h->n++;
}

static void run(struct mem0_hooks *h);

static void done(void *arg, const struct llm_http_reply *r)
{
    struct mem0_hooks *h = arg;
    struct delivery *d = h->now;

    h->now = NULL;
    h->call = NULL;
    if (r->rc == 0 && r->status >= 200 && r->status < 300) {
        delivery_free(d);
    } else if (++d->tries == TRIES_MAX) {
        if (r->rc == 0)
            log_warn("mem0: a webhook is not delivered: status %d", r->status);
        else
            log_warn("mem0: a webhook is not delivered: %s", r->err.msg);
        delivery_free(d);
    } else {
        d->due = clock_mono_ms() + (INT64_C(1000) << (2 * (d->tries - 1)));
        push(h, d);
    }
    run(h);
}

static void send_now(struct mem0_hooks *h)
{
    const struct llm_http_request r = {.url = h->now->url,
                                       .body = {h->now->body, h->now->n},
                                       .timeout_ms = TIMEOUT_MS,
                                       .max_body = REPLY_BYTES,
                                       .done = done,
                                       .arg = h};
    struct err e = {0};

    if (llm_http_send(&h->call, h->http, &r, &e) == 0)
        return;
    log_warn("mem0: a webhook is not delivered: %s", e.msg);
    delivery_free(h->now);
    h->now = NULL;
}

static void on_timer(uv_timer_t *t)
{
    run(t->data);
}

/* Starts what is due, or waits for what will be. */
static void run(struct mem0_hooks *h)
{
    int64_t now = clock_mono_ms(), next = INT64_MAX;

    if (h->now || h->closing)
        return;
    for (struct delivery **at = &h->queue; *at; at = &(*at)->next) {
        struct delivery *d = *at;

        if (d->due > now) {
            next = d->due < next ? d->due : next;
            continue;
        }
        *at = d->next;
        h->n--;
        h->now = d;
        send_now(h);
        return;
    }
    if (next < INT64_MAX)
        uv_timer_start(&h->timer, on_timer, (uint64_t)(next - now), 0);
}

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
    uv_timer_init(&m->w->loop, &h->timer);
    h->timer.data = h;
    m->hooks = h;
    return h;
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
    llm_http_close(h->http, closed, h);
    uv_close((uv_handle_t *)&h->timer, NULL);
}

void mem0_hooks_free(struct mem0 *m)
{
    struct mem0_hooks *h = m->hooks;

    if (!h)
        return;
    while (h->queue) {
        struct delivery *d = h->queue;

        h->queue = d->next;
        delivery_free(d);
    }
    delivery_free(h->now);
    free(h);
    m->hooks = NULL;
}

static bool wants(const struct json *hook, const char *type)
{
    const struct json *list = json_get(hook, "event_types");

    for (const struct json *c = json_first(list); c; c = json_next(c))
        if (str_eqz(json_str(c), type))
            return true;
    return json_len(list) == 0;
}

/* "memory_add" is ADD. */
static void event_word(const char *type, char out[16])
{
    size_t i = 0;

    for (type += strlen("memory_"); *type && i < 15; type++)
        out[i++] = (char)(is_lower(*type) ? *type - 32 : *type);
    out[i] = '\0';
}

static void put_payload(struct mem0 *m, const char *type, int64_t id,
                        struct str text, struct buf *b)
{
    char uuid[MEM0_ID_SIZE], word[16];
    struct jsonw w;

    mem0_id_put(m->home, id, uuid);
    event_word(type, word);
    jsonw_init(&w, b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "event_type", type);
    jsonw_obj(&w, "event_details");
    jsonw_strz(&w, "id", uuid);
    jsonw_obj(&w, "data");
    jsonw_str(&w, "memory", text);
    jsonw_end(&w);
    jsonw_strz(&w, "event", word);
    jsonw_end(&w);
    jsonw_end(&w);
}

void mem0_notify(struct mem0 *m, const char *type, int64_t id, struct str text)
{
    struct mem0_hooks *h;
    struct buf b;

    for (const struct json *c = json_first(mem0_list(m, "webhooks")); c;
         c = json_next(c)) {
        struct delivery *d;

        if (!wants(c, type) || !(h = hooks_of(m)))
            continue;
        if (h->n >= QUEUE_MAX) {
            log_warn("mem0: too many deliveries wait: one is left out");
            continue;
        }
        d = calloc(1, sizeof(*d));
        buf_init(&b, 4u << 20);
        put_payload(m, type, id, text, &b);
        if (d)
            d->body = strndup(b.data, b.len);
        if (!d || !d->body)
            CM_BUG("out of memory");
        d->n = b.len;
        buf_free(&b);
        snprintf(d->url, sizeof(d->url), "%.*s",
                 STR_ARG(json_get_str(c, "url")));
        push(h, d);
        run(h);
    }
}

/* --- registered ------------------------------------------------------------------------ */

static void put_hook(struct jsonw *w, const struct json *hook)
{
    jsonw_obj(w, NULL);
    jsonw_str(w, "webhook_id", json_get_str(hook, "id"));
    jsonw_str(w, "name", json_get_str(hook, "name"));
    jsonw_str(w, "url", json_get_str(hook, "url"));
    jsonw_arr(w, "event_types");
    for (const struct json *c = json_first(json_get(hook, "event_types")); c;
         c = json_next(c))
        jsonw_str(w, NULL, json_str(c));
    jsonw_end(w);
    jsonw_strz(w, "project", "local");
    jsonw_bool(w, "is_active", true);
    mem0_put_time(w, "created_at", json_get_int(hook, "created", 0));
    mem0_put_time(w, "updated_at", json_get_int(hook, "updated", 0));
    jsonw_end(w);
}

void mem0_webhooks(struct http_request *r)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, 1u << 20);
    jsonw_init(&w, &b);
    jsonw_arr(&w, NULL);
    for (const struct json *c =
             json_first(mem0_list(mem0_of(r->w), "webhooks"));
         c; c = json_next(c))
        put_hook(&w, c);
    jsonw_end(&w);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}

static bool is_type(struct str s)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eqz(s, types[i]))
            return true;
    return false;
}

/* What of the body is given goes into the entry; false: answered. */
static bool fill(struct http_request *r, struct json *hook)
{
    const struct json *list = json_get(r->body, "event_types");
    struct str name = json_get_str(r->body, "name");
    struct str url = json_get_str(r->body, "url");

    if (url.n && ((!str_starts(url, STR("http://")) &&
                   !str_starts(url, STR("https://"))) ||
                  url.n >= URL_BYTES)) {
        mem0_fail(r, 400, "url has to begin with http:// or https://.");
        return false;
    }
    if (json_len(list) > ARRAY_LEN(types)) {
        mem0_fail(r, 400, "event_types has too many.");
        return false;
    }
    for (const struct json *c = json_first(list); c; c = json_next(c))
        if (!is_type(json_str(c))) {
            mem0_fail(r, 400,
                      "There is no event %.*s: memory_add, "
                      "memory_update, memory_delete and "
                      "memory_categorize are.",
                      STR_ARG(str_cut(json_str(c), 0, 64)));
            return false;
        }
    if (name.n)
        json_set_str(hook, "name", str_cut(name, 0, 256));
    if (url.n)
        json_set_str(hook, "url", url);
    if (json_is_array(list))
        json_set(hook, "event_types", json_copy(list));
    json_set_int(hook, "updated", clock_now_ms());
    return true;
}

void mem0_webhook_new(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct json *hook = json_object();
    char id[MEM0_ID_SIZE];
    struct jsonw w;
    struct buf b;

    if (json_get_str(r->body, "url").n == 0) {
        mem0_fail(r, 400, "url is required.");
        json_free(hook);
        return;
    }
    if (json_len(mem0_list(m, "webhooks")) >= MEM0_WEBHOOKS) {
        mem0_fail(r, 400, "There are %d webhooks already.", MEM0_WEBHOOKS);
        json_free(hook);
        return;
    }
    if (!fill(r, hook)) {
        json_free(hook);
        return;
    }
    mem0_id_random(id);
    json_set_str(hook, "id", str_of(id));
    json_set_int(hook, "created", clock_now_ms());
    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    put_hook(&w, hook);
    mem0_keep(m, "webhooks", hook, MEM0_WEBHOOKS);
    mem0_save(m);
    http_json(r, 201, buf_str(&b));
    buf_free(&b);
}

void mem0_webhook_set(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct json *hook = mem0_entry(m, "webhooks", http_param(r, "id"));

    if (!hook) {
        mem0_fail(r, 404, "Webhook not found");
    } else if (fill(r, hook)) {
        mem0_save(m);
        mem0_message(r, "Webhook updated successfully");
    }
}

void mem0_webhook_drop(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct str id = http_param(r, "id");

    if (!mem0_entry(m, "webhooks", id)) {
        mem0_fail(r, 404, "Webhook not found");
        return;
    }
    mem0_drop(m, "webhooks", id);
    mem0_save(m);
    mem0_message(r, "Webhook deleted successfully");
}
