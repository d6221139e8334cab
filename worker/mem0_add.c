/* mem0_add.c - memories are added: see mem0.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "ops/ops.h"
#include "worker/mem0.h"

#define MESSAGES_MAX   1000
#define NAME_MAX_BYTES 256

/* --- what was sent ------------------------------------------------------------- */

/* The text of a message: a string, or the parts of one that are text. */
static struct str content_of(const struct json *v, struct arena *a)
{
    struct buf b;
    struct str out;

    if (json_is_str(v))
        return str_trim(json_str(v));
    buf_init(&b, 1u << 20);
    for (const struct json *c = json_is_array(v) ? json_first(v) : NULL; c;
         c = json_next(c)) {
        struct str part =
            json_is_str(c) ? json_str(c) : json_get_str(c, "text");

        if (part.n)
            buf_addf(&b, "%s%.*s", b.len ? "\n" : "", STR_ARG(part));
    }
    out = arena_str(a, str_trim(buf_str(&b)));
    buf_free(&b);
    return out;
}

static void push_message(struct json *list, const struct json *sent,
                         struct str text)
{
    struct str role = json_get_str(sent, "role");
    struct str name = str_trim(json_get_str(sent, "name"));
    struct json *m = json_object();

    json_set_str(m, "role", role.n ? role : STR("user"));
    json_set_str(m, "content", text);
    if (name.n)
        json_set_str(m, "name", utf8_cut(name, NAME_MAX_BYTES));
    json_push(list, m);
}

/* A string, a message, or a list of them; without what is the system's and
 * what has no text. */
static int read_messages(struct http_request *r, struct mem0_add *add,
                         struct err *e)
{
    const struct json *v = json_get(r->body, "messages");
    const struct json *c = json_is_array(v) ? json_first(v) : v;

    add->messages = json_array();
    if (json_is_array(v) && json_len(v) > MESSAGES_MAX)
        return err_set(e, CM_EARG, "messages has at most %d.", MESSAGES_MAX);
    for (; c; c = json_is_array(v) ? json_next(c) : NULL) {
        struct str role = json_get_str(c, "role");
        struct str text =
            content_of(json_is_object(c) ? json_get(c, "content") : c, &r->a);

        if (text.n && !str_eqz(role, "system"))
            push_message(add->messages, c, text);
    }
    return json_len(add->messages)
               ? 0
               : err_set(e, CM_EARG,
                         "messages: a message with a text is required.");
}

/* A name without blanks around or in it; numbers are names, too. */
static int read_name(struct http_request *r, const char *key, struct str *out,
                     struct err *e)
{
    const struct json *v = json_get(r->body, key);
    struct str s = str_trim(json_str(v));

    if (!v || json_is_null(v))
        return 0;
    if (json_is_num(v))
        s = arena_fmt(&r->a, "%.15g", json_num(v));
    if ((!json_is_str(v) && !json_is_num(v)) || s.n == 0 ||
        s.n > NAME_MAX_BYTES || str_eqz(s, "*"))
        return err_set(e, CM_EARG, "%s is a name of at most %d bytes.", key,
                       NAME_MAX_BYTES);
    for (size_t i = 0; i < s.n; i++)
        if (is_space(s.p[i]))
            return err_set(e, CM_EARG, "%s has a blank in it.", key);
    *out = s;
    return 0;
}

static int read_scopes(struct http_request *r, struct mem0_add *add,
                       struct err *e)
{
    int rc = read_name(r, "user_id", &add->user, e);

    if (rc == 0)
        rc = read_name(r, "agent_id", &add->agent, e);
    if (rc == 0)
        rc = read_name(r, "app_id", &add->app, e);
    if (rc == 0)
        rc = read_name(r, "run_id", &add->run, e);
    if (rc == 0 && !add->user.n && !add->agent.n && !add->app.n && !add->run.n)
        rc = err_set(e, CM_EARG,
                     "At least one of user_id, agent_id, app_id and run_id is "
                     "required.");
    return rc;
}

static int read_metadata(struct http_request *r, struct mem0_add *add,
                         struct err *e)
{
    const struct json *v = json_get(r->body, "metadata");

    if (!v || json_is_null(v))
        return 0;
    if (!json_is_object(v))
        return err_set(e, CM_EARG, "metadata is a JSON object.");
    add->metadata = mem0_metadata(v);
    return 0;
}

/* What it says itself goes before the project's settings. The open source
 * server's word for instructions is "prompt". */
static int read_wishes(struct http_request *r, struct mem0_add *add,
                       struct err *e)
{
    const struct json *prompt = json_get(r->body, "prompt");

    if (add->is_oss && json_is_str(prompt) &&
        !json_get(r->body, "custom_instructions"))
        json_set(r->body, "custom_instructions", json_copy(prompt));
    return wishes_take(r->body, json_get(mem0_of(r->w)->state, "project"),
                       &add->wishes, e);
}

static int read_add(struct http_request *r, struct mem0_add *add, struct err *e)
{
    const struct json *infer = json_get(r->body, "infer"),
                      *when = json_get(r->body, "timestamp"),
                      *until = json_get(r->body, "expiration_date");
    int rc = read_messages(r, add, e);

    add->infer = !json_is_bool(infer) || json_bool(infer);
    add->immutable = json_get_bool(r->body, "immutable");
    if (rc == 0)
        rc = read_scopes(r, add, e);
    if (rc == 0)
        rc = read_metadata(r, add, e);
    if (rc == 0 && when && !json_is_null(when))
        rc = mem0_timestamp(when, clock_now_ms(), &add->time_ms, e);
    if (rc == 0 && until && !json_is_null(until))
        rc = mem0_expiry(until, &add->expires_ms, e);
    if (rc == 0 && add->infer)
        rc = read_wishes(r, add, e);
    return rc;
}

/* --- word for word ---------------------------------------------------------------- */

static struct json *line_of(const struct mem0_add *add,
                            const struct json *message)
{
    struct json *line = json_object(), *data, *meta;
    struct str name = json_get_str(message, "name");

    json_set_str(line, "text", json_get_str(message, "content"));
    if (add->user.n)
        json_set_str(line, "user", add->user);
    if (add->agent.n)
        json_set_str(line, "agent", add->agent);
    if (add->app.n)
        json_set_str(line, "app", add->app);
    if (add->run.n)
        json_set_str(line, "run", add->run);
    if (add->metadata || name.n) {
        meta = add->metadata ? json_copy(add->metadata) : json_object();
        if (name.n) /* who of several said it */
            json_set_str(meta, "actor_id", name);
        json_set(line, "metadata", meta);
    }
    if (add->time_ms)
        json_set_int(line, "time", add->time_ms);
    if (add->expires_ms)
        json_set_int(line, "expires", add->expires_ms);
    if (add->immutable) {
        data = json_object();
        json_set_bool(data, "immutable", true);
        json_set(line, "data", data);
    }
    return line;
}

/* Takes the line over. */
static void push_line(struct json *lines, struct json *line)
{
    struct buf b;

    buf_init(&b, 8u << 20);
    if (json_print(line, &b, 0))
        json_push_str(lines, buf_str(&b));
    buf_free(&b);
    json_free(line);
}

struct json *mem0_lines(const struct mem0_add *add)
{
    struct json *lines = json_array();

    for (const struct json *m = json_first(add->messages); m; m = json_next(m))
        push_line(lines, line_of(add, m));
    return lines;
}

struct json *mem0_user_lines(const struct mem0_add *add, const struct wishes *w,
                             struct arena *a)
{
    struct json *lines = json_array();

    for (const struct json *m = json_first(add->messages); m;
         m = json_next(m)) {
        struct str text = json_get_str(m, "content"), *names;
        struct json *line, *data, *list;
        size_t n;

        if (!str_eqz(json_get_str(m, "role"), "user") || !wishes_let(w, text))
            continue;
        line = line_of(add, m);
        n = wishes_sort(w, text, a, &names);
        if (names) {
            list = json_array();
            for (size_t i = 0; i < n; i++)
                json_push_str(list, names[i]);
            data = json_object();
            json_set(data, "categories", list);
            json_set(line, "data", data);
        }
        push_line(lines, line);
    }
    return lines;
}

static void put_item(struct jsonw *w, struct mem0 *m, int64_t id,
                     struct str text, const char *event)
{
    char uuid[MEM0_ID_SIZE];

    mem0_id_put(m->home, id, uuid);
    jsonw_obj(w, NULL);
    jsonw_strz(w, "id", uuid);
    jsonw_str(w, "memory", text);
    jsonw_obj(w, "data");
    jsonw_str(w, "memory", text);
    jsonw_end(w);
    jsonw_strz(w, "event", event);
    jsonw_end(w);
}

/* Which of the messages stand in the answer, and as what. */
static size_t put_items(struct http_request *r, const struct json *items,
                        struct mem0_became *became, struct jsonw *w)
{
    const struct json *messages = r->state;
    struct mem0 *m = mem0_of(r->w);
    size_t n = 0;

    jsonw_arr(w, "results");
    for (const struct json *c = json_first(items); c; c = json_next(c), n++) {
        struct str name = json_get_str(c, "id");
        bool added = json_get_bool(c, "added");
        struct str text = json_get_str(
            json_at(messages, (size_t)json_get_int(c, "line", 1) - 1),
            "content");
        int64_t id = 0;

        if (str_int(str_cut(name, 1, name.n), 1, INT64_MAX, &id) < 0)
            CM_BUG("import gave no id");
        became[n] = (struct mem0_became){id, added ? "ADD" : "NOOP"};
        put_item(w, m, id, text, became[n].event);
        if (added)
            mem0_notify(m, "memory_add", id, text);
    }
    jsonw_end(w);
    return n;
}

static void added(struct http_request *r, struct str result,
                  const struct err *e)
{
    struct json *j, *items;
    struct mem0_became *became;
    char id[MEM0_ID_SIZE];
    struct jsonw w;
    struct buf b;
    size_t n;

    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    j = json_parse(result, NULL);
    items = json_get(j, "items");
    if (json_len(items) == 0 && json_get_int(j, "failed", 0) > 0) {
        mem0_fail(
            r, 400, "%.*s",
            STR_ARG(json_get_str(json_at(json_get(j, "errors"), 0), "error")));
    } else {
        mem0_event_new(mem0_of(r->w), "ADD", "PENDING", id);
        became = arena_array(&r->a, json_len(items) + 1, sizeof(*became));
        buf_init(&b, 16u << 20);
        jsonw_init(&w, &b);
        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "message", "Memory added");
        jsonw_strz(&w, "status", "SUCCEEDED");
        jsonw_strz(&w, "event_id", id);
        n = put_items(r, items, became, &w);
        jsonw_end(&w);
        mem0_event_done(mem0_of(r->w), str_of(id), became, n, NULL);
        http_json(r, 200, buf_str(&b));
        buf_free(&b);
    }
    json_free(j);
}

static void add_all(struct http_request *r, bool is_oss)
{
    struct mem0_add add = {.is_oss = is_oss};
    struct err e = {0};
    struct json *args;

    if (!json_is_object(r->body)) {
        mem0_fail(r, 400, "The body has to be a JSON object.");
    } else if (read_add(r, &add, &e) < 0) {
        mem0_fail(r, 400, "%s", e.msg);
    } else if (add.infer) {
        mem0_infer(r, &add);
    } else {
        args = json_object();
        json_set(args, "lines", mem0_lines(&add));
        json_set_bool(args, "ids", true);
        /* The answer names them; freed with the request's body. */
        json_set(r->body, "messages", add.messages);
        r->state = add.messages;
        add.messages = NULL;
        http_op(r, &op_import, args, added);
    }
    json_free(add.messages);
    json_free(add.metadata);
    json_free(add.wishes);
}

void mem0_add_platform(struct http_request *r)
{
    add_all(r, false);
}

void mem0_add_oss(struct http_request *r)
{
    add_all(r, true);
}
