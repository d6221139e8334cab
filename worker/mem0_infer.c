/*
 * mem0_infer.c - messages become events of a session and are compressed like
 * any others: see mem0.h.
 *
 * A run is its session; messages without one have a session of their own. Each
 * event carries in "_scope" whose it is, which keep.c gives to what is made of
 * it. Where nothing comes of them the user's messages are kept word for word:
 * what was said to be remembered is found again.
 */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/redact.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "store/scoped.h"
#include "store/session.h"
#include "worker/control.h"
#include "worker/digester.h"
#include "worker/mem0.h"

#define NO_APP       "imported" /* as op_import.c has it */
#define MADE_MAX     1000
#define RESULT_BYTES (16u << 20)

struct mem0_pending {
    struct mem0_pending *next;
    char id[MEM0_ID_SIZE];
    int64_t session_id, first, last; /* events */
    struct json *lines; /* of import, if nothing else comes of them */
    bool selective;     /* wishes say what is to be kept */
    struct asker to;    /* who waits, when `asked` */
    bool asked;
};

static void pending_free(struct mem0_pending *p)
{
    json_free(p->lines);
    free(p);
}

/* --- stored ---------------------------------------------------------------------- */

struct storing {
    struct http_request *r;
    const struct mem0_add *add;
    int64_t session_id, first, last, bytes;
    int64_t time_ms;
    struct json *scope;
};

static int put_event(struct storing *s, const char *name, const char *field,
                     struct str text, struct err *e)
{
    unsigned char uid[EVENT_UID_BYTES];
    struct json *payload = json_object();
    struct event_in in = {.session_id = s->session_id,
                          .name = str_of(name),
                          .origin = "import",
                          .state = EVENT_WAITS,
                          .time_ms = s->time_ms++};
    struct buf plain, b;
    int64_t id = 0;
    int rc;

    file_random(uid, sizeof(uid));
    in.uid = (struct str){(const char *)uid, sizeof(uid)};
    buf_init(&plain, 4 * text.n + 4096); /* as redact_clean */
    buf_init(&b, 16u << 20);
    redact_text(text, &plain);
    json_set_str(payload, "hook_event_name", in.name);
    if (field)
        json_set_str(payload, field, buf_str(&plain));
    json_set(payload, "_scope", json_copy(s->scope));
    json_print(payload, &b, 0);
    in.payload = buf_str(&b);
    in.bytes = (int64_t)b.len;
    rc = event_put(s->r->w->db, &in, &id, e);
    if (rc == 0) {
        /* The wishes stand in the first one: wishing.h. */
        if (!s->first && json_get(s->scope, "wishes"))
            json_set_int(s->scope, "wishes", id);
        s->first = s->first ? s->first : id;
        s->last = id;
        s->bytes += in.bytes;
    }
    buf_free(&plain);
    buf_free(&b);
    json_free(payload);
    return rc;
}

static int put_session(struct storing *s, const char *event, struct err *e)
{
    struct http_request *r = s->r;
    struct op_env env = {.db = r->w->db, .a = &r->a};
    bool has_app = s->add->app.n > 0;
    struct str app = has_app ? s->add->app : STR(NO_APP);
    struct str key = arena_fmt(&r->a, "app:%.*s", STR_ARG(app));
    struct session_in in = {
        .uid = s->add->run.n ? s->add->run : arena_fmt(&r->a, "mem0:%s", event),
        .time_ms = s->time_ms,
        .known_is_enough = !has_app};
    struct project_row known;
    int rc = scope_app(&env, app, &known, e);

    in.project_id = rc == 0 ? known.id : 0;
    if (rc == CM_ENOTFOUND)
        rc = project_put(r->w->db, &key, 1, app, STR(""), clock_now_ms(),
                         &in.project_id, e);
    return rc < 0 ? rc : session_put(r->w->db, &in, &s->session_id, e);
}

static int put_messages(struct storing *s, struct err *e)
{
    int rc = 0;

    for (const struct json *m = json_first(s->add->messages); m && rc == 0;
         m = json_next(m)) {
        struct str text = json_get_str(m, "content");
        struct str name = json_get_str(m, "name");

        if (name.n && !str_starts(text, name))
            text =
                arena_fmt(&s->r->a, "%.*s: %.*s", STR_ARG(name), STR_ARG(text));
        if (str_eqz(json_get_str(m, "role"), "user"))
            rc = put_event(s, "UserPromptSubmit", "prompt", text, e);
        else
            rc = put_event(s, "Assistant", "text", text, e);
    }
    return rc < 0 ? rc : put_event(s, "Stop", NULL, STR_NONE, e);
}

static struct json *scope_json(const struct mem0_add *add)
{
    struct json *scope = json_object(), *copy;
    struct buf b;

    json_set_str(scope, "user", add->user);
    json_set_str(scope, "agent", add->agent);
    json_set_bool(scope, "run", add->run.n > 0);
    if (add->expires_ms)
        json_set_int(scope, "expires", add->expires_ms);
    if (json_len(add->metadata)) {
        copy = json_copy(add->metadata);
        redact_json(copy);
        buf_init(&b, 64u * 1024u);
        if (json_print(copy, &b, 0))
            json_set_str(scope, "metadata", buf_str(&b));
        buf_free(&b);
        json_free(copy);
    }
    if (add->wishes)
        json_set(scope, "wishes", json_copy(add->wishes));
    return scope;
}

static int store(struct storing *s, const char *event, struct err *e)
{
    struct worker *w = s->r->w;
    int rc = worker_own_tx(w, e);

    if (rc < 0)
        return rc;
    rc = put_session(s, event, e);
    if (rc == 0)
        rc = put_messages(s, e);
    if (rc < 0) {
        db_rollback(w->db);
        return rc;
    }
    return db_commit(w->db, e);
}

static size_t count(const struct mem0 *m)
{
    size_t n = 0;

    for (const struct mem0_pending *p = m->pending; p; p = p->next)
        n++;
    return n;
}

/* --- asked ------------------------------------------------------------------------- */

static void answer_later(struct http_request *r, const char *id)
{
    struct buf b;

    buf_init(&b, 1024);
    buf_addf(&b,
             "{\"message\":\"Memory processing has been queued for background "
             "execution\",\"status\":\"PENDING\",\"event_id\":\"%s\"}",
             id);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}

void mem0_infer(struct http_request *r, const struct mem0_add *add)
{
    struct worker *w = r->w;
    struct mem0 *m = mem0_of(w);
    struct storing s = {.r = r,
                        .add = add,
                        .time_ms =
                            add->time_ms ? add->time_ms : clock_now_ms()};
    struct mem0_pending *p;
    struct wishes wishes;
    struct json *entry;
    struct err e = {0};
    int rc;

    if (count(m) >= MEM0_PENDING) {
        http_set(r, "Retry-After", STR("5"));
        mem0_fail(r, 429, "Too many messages wait to be compressed.");
        return;
    }
    p = calloc(1, sizeof(*p));
    if (!p)
        CM_BUG("out of memory");
    entry = mem0_event_new(m, "ADD", "PENDING", p->id);
    s.scope = scope_json(add);
    rc = store(&s, p->id, &e);
    json_free(s.scope);
    if (rc < 0) {
        mem0_event_done(m, str_of(p->id), NULL, 0, e.msg);
        pending_free(p);
        mem0_error(r, &e);
        return;
    }
    json_set_int(entry, "session", p->session_id = s.session_id);
    json_set_int(entry, "first", p->first = s.first);
    json_set_int(entry, "last", p->last = s.last);
    wishes_read(add->wishes, &r->a, &wishes);
    p->lines = mem0_user_lines(add, &wishes, &r->a);
    p->selective = wishes.instructions.n || wishes.includes.n ||
                   wishes.excludes.n || wishes.agent_instructions.n;
    p->next = m->pending;
    m->pending = p;
    p->asked = add->is_oss;
    if (p->asked)
        p->to = http_asker(r, mem0_give);
    else
        answer_later(r, p->id);
    digester_event(w, s.session_id, s.bytes, true);
    digester_run(w);
}

/* --- done --------------------------------------------------------------------------- */

struct made {
    struct asker to; /* first: `imported` is given its address */
    struct mem0_became rows[MADE_MAX];
    size_t n;
};

static void imported(struct worker *w, const struct asker *to,
                     struct str result, const struct err *e)
{
    struct made *d = (struct made *)(uintptr_t)to;
    struct json *j = json_parse(result, NULL);

    (void)w, (void)e;
    for (const struct json *c = json_first(json_get(j, "items"));
         c && d->n < MADE_MAX; c = json_next(c)) {
        struct str name = json_get_str(c, "id");
        int64_t id;

        if (str_int(str_cut(name, 1, name.n), 1, INT64_MAX, &id) == 0)
            d->rows[d->n++] = (struct mem0_became){
                id, json_get_bool(c, "added") ? "ADD" : "NOOP"};
    }
    json_free(j);
}

static int made_of(struct mem0 *m, struct mem0_pending *p, struct made *d,
                   struct arena *a, struct err *e)
{
    struct json *args;
    int64_t *ids;
    size_t n;
    int rc =
        events_memories(m->w->db, p->first, p->last, MADE_MAX, a, &ids, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++)
        d->rows[d->n++] = (struct mem0_became){ids[i], "ADD"};
    if (rc < 0 || d->n || json_len(p->lines) == 0)
        return rc;
    /* A model that was told what to keep has found nothing of it. */
    if (p->selective &&
        !events_by_rules(m->w->db, p->session_id, p->first, p->last, e))
        return e->code;
    args = json_object();
    json_set(args, "lines", p->lines);
    p->lines = NULL;
    json_set_bool(args, "ids", true);
    d->to = (struct asker){.answer = imported};
    rc = control_write(m->w, &op_import, args, &d->to, e);
    json_free(args);
    return rc;
}

static void answer(struct mem0 *m, const struct mem0_pending *p,
                   const struct made *d, struct arena *a)
{
    char uuid[MEM0_ID_SIZE];
    struct memory_row row;
    struct jsonw w;
    struct buf b;

    buf_init(&b, RESULT_BYTES);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_arr(&w, "results");
    for (size_t i = 0; i < d->n; i++) {
        if (memory_read(m->w->db, d->rows[i].id, a, &row, NULL) < 0)
            continue;
        mem0_id_put(m->home, row.id, uuid);
        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "id", uuid);
        jsonw_str(&w, "memory", mem0_text(&row));
        jsonw_strz(&w, "event", d->rows[i].event);
        jsonw_end(&w);
        if (strcmp(d->rows[i].event, "ADD") == 0)
            mem0_notify(m, "memory_add", row.id, mem0_text(&row));
    }
    jsonw_end(&w);
    jsonw_end(&w);
    if (p->asked)
        control_answer(m->w, &p->to, buf_str(&b), NULL);
    buf_free(&b);
}

static void finish(struct mem0 *m, struct mem0_pending *p)
{
    struct arena a = {0};
    struct made *d = arena_new(&a, struct made);
    struct err e = {0};

    if (made_of(m, p, d, &a, &e) < 0) {
        log_warn("mem0: %s", e.msg);
        mem0_event_done(m, str_of(p->id), NULL, 0, e.msg);
        if (p->asked)
            control_answer(m->w, &p->to, STR_NONE, &e);
    } else {
        mem0_event_done(m, str_of(p->id), d->rows, d->n, NULL);
        answer(m, p, d, &a);
    }
    arena_free(&a);
}

void mem0_infer_turn(struct mem0 *m)
{
    struct mem0_pending **at = &m->pending;

    if (!m->pending || m->batches == m->w->counts.batches)
        return;
    m->batches = m->w->counts.batches;
    while (*at) {
        struct mem0_pending *p = *at;

        if (events_left(m->w->db, p->session_id, p->first, p->last, NULL)) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        finish(m, p);
        pending_free(p);
    }
}

/* What waited when the worker ended. */
void mem0_infer_load(struct mem0 *m)
{
    for (const struct json *j = json_first(mem0_list(m, "events")); j;
         j = json_next(j)) {
        struct mem0_pending *p;

        if (!str_eqz(json_get_str(j, "status"), "PENDING") ||
            count(m) >= MEM0_PENDING)
            continue;
        p = calloc(1, sizeof(*p));
        if (!p)
            CM_BUG("out of memory");
        snprintf(p->id, sizeof(p->id), "%.*s", STR_ARG(json_get_str(j, "id")));
        p->session_id = json_get_int(j, "session", 0);
        p->first = json_get_int(j, "first", 0);
        p->last = json_get_int(j, "last", 0);
        p->next = m->pending;
        m->pending = p;
    }
    m->batches = -1;
}

void mem0_infer_end(struct mem0 *m)
{
    while (m->pending) {
        struct mem0_pending *p = m->pending;

        m->pending = p->next;
        pending_free(p);
    }
}
