/* mem0_webhook.c - webhooks are registered and given back; mem0_delivery.c tells
 * them. See mem0.h. */
#include "base/common.h"

#include "base/clock.h"
#include "worker/mem0.h"

static const char *const types[] = {"memory_add", "memory_update",
                                    "memory_delete", "memory_categorize"};

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
                  url.n >= MEM0_URL_BYTES)) {
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
        mem0_hook_changed(m, http_param(r, "id"));
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
    mem0_hook_gone(m, id);
    mem0_message(r, "Webhook deleted successfully");
}
