/* mem0_event.c - what became of a request: see mem0.h.
 *
 * Kept in the state as {"id", "type", "status", "created", "done", "rows":
 * [[number, event]], "error"}: texts are read when they are asked for. */
#include "base/common.h"

#include "base/clock.h"
#include "worker/mem0.h"

#define PAGE_SIZE 50

struct json *mem0_event_new(struct mem0 *m, const char *type,
                            const char *status, char id[MEM0_ID_SIZE])
{
    struct json *entry = json_object();

    mem0_id_random(id);
    json_set_str(entry, "id", str_of(id));
    json_set_str(entry, "type", str_of(type));
    json_set_str(entry, "status", str_of(status));
    json_set_int(entry, "created", clock_now_ms());
    mem0_keep(m, "events", entry, MEM0_EVENTS);
    return mem0_entry(m, "events", str_of(id));
}

void mem0_event_done(struct mem0 *m, struct str id,
                     const struct mem0_became *rows, size_t n,
                     const char *problem)
{
    struct json *entry = mem0_entry(m, "events", id), *list, *pair;

    if (!entry)
        return; /* so many came after it */
    list = json_array();
    for (size_t i = 0; i < n; i++) {
        pair = json_array();
        json_push(pair, json_new_int(rows[i].id));
        json_push_str(pair, str_of(rows[i].event));
        json_push(list, pair);
    }
    json_set_str(entry, "status", problem ? STR("FAILED") : STR("SUCCEEDED"));
    json_set_int(entry, "done", clock_now_ms());
    json_set(entry, "rows", list);
    if (problem)
        json_set_str(entry, "error", str_of(problem));
    mem0_changed(m);
}

/* a != NULL: with the texts. */
static void put_results(struct jsonw *w, struct mem0 *m,
                        const struct json *entry, struct arena *a)
{
    jsonw_arr(w, "results");
    for (const struct json *c = json_first(json_get(entry, "rows")); c;
         c = json_next(c)) {
        int64_t id = json_int(json_at(c, 0));
        char uuid[MEM0_ID_SIZE];
        struct memory_row row;

        mem0_id_put(m->home, id, uuid);
        jsonw_obj(w, NULL);
        jsonw_strz(w, "id", uuid);
        jsonw_str(w, "event", json_str(json_at(c, 1)));
        if (a && memory_read(m->w->db, id, a, &row, NULL) == 0) {
            jsonw_obj(w, "data");
            jsonw_str(w, "memory", mem0_text(&row));
            jsonw_end(w);
            if (row.user.n)
                jsonw_str(w, "user_id", row.user);
        } else {
            jsonw_null(w, "data"); /* not asked for, or forgotten */
        }
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_event(struct jsonw *w, struct mem0 *m, const struct json *entry,
                      struct arena *a)
{
    int64_t created = json_get_int(entry, "created", 0);
    int64_t done = json_get_int(entry, "done", 0);

    jsonw_obj(w, NULL);
    jsonw_str(w, "id", json_get_str(entry, "id"));
    jsonw_str(w, "event_type", json_get_str(entry, "type"));
    jsonw_str(w, "status", json_get_str(entry, "status"));
    jsonw_obj(w, "payload"); /* what was sent is not kept twice */
    jsonw_end(w);
    jsonw_obj(w, "metadata");
    jsonw_end(w);
    put_results(w, m, entry, a);
    mem0_put_time(w, "created_at", created);
    mem0_put_time(w, "updated_at", done ? done : created);
    mem0_put_time(w, "started_at", created);
    mem0_put_time(w, "completed_at", done);
    if (done)
        jsonw_num(w, "latency", (double)(done - created));
    else
        jsonw_null(w, "latency");
    if (json_get(entry, "error"))
        jsonw_str(w, "error", json_get_str(entry, "error"));
    else
        jsonw_null(w, "error");
    jsonw_end(w);
}

void mem0_event(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    const struct json *entry = mem0_entry(m, "events", http_param(r, "id"));
    struct jsonw w;
    struct buf b;

    if (!entry) {
        mem0_fail(r, 404, "Event not found!");
        return;
    }
    buf_init(&b, 16u << 20);
    jsonw_init(&w, &b);
    put_event(&w, m, entry, &r->a);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}

/* The newest first. */
void mem0_events(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    const struct json **rows, *list = mem0_list(m, "events");
    int64_t n = (int64_t)json_len(list), i = n;
    int64_t page = mem0_number(r, "page", 1);
    int64_t size = mem0_number(r, "page_size", PAGE_SIZE);
    struct json *args;
    struct jsonw w;
    struct buf b;

    if (page < 0 || size < 0) {
        mem0_fail(r, 400, "page and page_size are numbers from 1 on.");
        return;
    }

    rows = arena_array(&r->a, (size_t)n + 1, sizeof(*rows));
    for (const struct json *j = json_first(list); j; j = json_next(j))
        rows[--i] = j;
    buf_init(&b, 16u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "count", n);
    args = json_object();
    json_set_str(args, "host", http_header(r, "Host"));
    mem0_put_pages(&w, args, "/v1/events/", page, size, n);
    json_free(args);
    jsonw_arr(&w, "results");
    for (i = (page - 1) * size; i < n && i < page * size; i++)
        put_event(&w, m, rows[i], NULL);
    jsonw_end(&w);
    jsonw_end(&w);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}
