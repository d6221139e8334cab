/* mem0_memory.c - one memory: read, changed, deleted; and many at once. See
 * mem0.h. */
#include "base/common.h"

#include "base/clock.h"
#include "ops/ops.h"
#include "store/revise.h"
#include "worker/control.h"
#include "worker/mem0.h"

/* --- read ---------------------------------------------------------------------- */

static int read_one(struct op_env *env, const struct json *args,
                    struct jsonw *out, struct err *e)
{
    unsigned char home[MEM0_HOME_BYTES];
    const struct mem0_put put = {
        .home = home, .run = "run_id", .now_ms = env->now_ms};
    struct memory_row m;
    int rc = memory_read(env->db, json_get_int(args, "id", 0), env->a, &m, e);

    if (rc < 0)
        return rc == CM_ENOTFOUND ? err_set(e, rc, "Memory not found!") : rc;
    mem0_home(args, home);
    jsonw_obj(out, NULL);
    mem0_put_memory(out, &put, &m);
    jsonw_end(out);
    return 0;
}

static void give_one(struct http_request *r, int64_t id)
{
    struct json *args = mem0_args(r->w);

    json_set_int(args, "id", id);
    http_read(r, read_one, args, mem0_give);
}

void mem0_get(struct http_request *r)
{
    int64_t id;

    if (mem0_param_id(r, &id))
        give_one(r, id);
}

/* --- history --------------------------------------------------------------------- */

#define HISTORY_ROWS 200

/* What of ours is a change of the text or an end to mem0. */
static const char *event_of(struct str event)
{
    if (str_eqz(event, "add"))
        return "ADD";
    if (str_eqz(event, "supersede"))
        return "DELETE"; /* as their own graph calls what was replaced */
    return "UPDATE";
}

static void put_change(struct jsonw *w, const char *uuid,
                       const struct memory_row *m, const struct history_row *h,
                       size_t i)
{
    char id[96], iso[32];
    bool text = str_eqz(h->event, "add") || str_eqz(h->event, "update");

    snprintf(id, sizeof(id), "%s-%zu", uuid, i + 1);
    clock_iso(h->time_ms, iso);
    jsonw_obj(w, NULL);
    jsonw_strz(w, "id", id);
    jsonw_strz(w, "memory_id", uuid);
    jsonw_arr(w, "input");
    jsonw_end(w);
    if (text && h->old_text.n)
        jsonw_str(w, "old_memory", h->old_text);
    else
        jsonw_null(w, "old_memory");
    if (text)
        jsonw_str(w, "new_memory", h->new_text.n ? h->new_text : mem0_text(m));
    else
        jsonw_null(w, "new_memory");
    jsonw_strz(w, "event", event_of(h->event));
    jsonw_str(w, "change", h->event);
    if (!text) {
        jsonw_str(w, "old_value", h->old_text);
        jsonw_str(w, "new_value", h->new_text);
    }
    jsonw_str(w, "user_id", m->user);
    jsonw_arr(w, "categories");
    jsonw_end(w);
    jsonw_strz(w, "created_at", iso);
    jsonw_strz(w, "updated_at", iso);
    jsonw_end(w);
}

static int history(struct op_env *env, const struct json *args,
                   struct jsonw *out, struct err *e)
{
    int64_t id = json_get_int(args, "id", 0);
    unsigned char home[MEM0_HOME_BYTES];
    char uuid[MEM0_ID_SIZE];
    struct history_row *rows;
    struct memory_row m;
    size_t n;
    int rc = memory_read(env->db, id, env->a, &m, e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "Memory not found!");
    if (rc == 0)
        rc = memory_history(env->db, id, HISTORY_ROWS, env->a, &rows, &n, e);
    if (rc < 0)
        return rc;
    mem0_home(args, home);
    mem0_id_put(home, id, uuid);
    jsonw_arr(out, NULL);
    for (size_t i = 0; i < n; i++)
        put_change(out, uuid, &m, &rows[i], i);
    jsonw_end(out);
    return 0;
}

void mem0_history(struct http_request *r)
{
    struct json *args;
    int64_t id;

    if (!mem0_param_id(r, &id))
        return;
    args = mem0_args(r->w);
    json_set_int(args, "id", id);
    http_read(r, history, args, mem0_give);
}

/* --- changed ------------------------------------------------------------------------ */

/* The arguments of op_edit that an update asks for; NULL and *e. */
static struct json *edit_of(const struct json *body, int64_t id, struct err *e)
{
    const struct json *text = json_get(body, "text"),
                      *meta = json_get(body, "metadata"),
                      *when = json_get(body, "timestamp"),
                      *until = json_get(body, "expiration_date");
    struct json *args = json_object();
    char name[32];
    int64_t ms;
    int rc = 0;

    if (!text) /* the open source server's word */
        text = json_get(body, "data") ? json_get(body, "data")
                                      : json_get(body, "memory");
    snprintf(name, sizeof(name), "#%lld", (long long)id);
    json_set_str(args, "id", str_of(name));
    if (text && !json_is_null(text))
        json_set(args, "text", json_copy(text));
    if (meta)
        json_set(args, "metadata", mem0_metadata(meta));
    if (when && !json_is_null(when)) {
        rc = mem0_timestamp(when, clock_now_ms(), &ms, e);
        if (rc == 0)
            json_set_int(args, "time", ms);
    }
    if (rc == 0 && json_is_null(until))
        json_set_bool(args, "forever", true);
    else if (rc == 0 && until) {
        rc = mem0_expiry(until, &ms, e);
        if (rc == 0)
            json_set_int(args, "expires", ms);
    }
    if (rc == 0 && json_len(args) == 1)
        rc = err_set(e, CM_EARG,
                     "At least one of text, metadata, timestamp or "
                     "expiration_date has to be given.");
    if (rc == 0)
        return args;
    json_free(args);
    return NULL;
}

static bool is_immutable(struct worker *w, int64_t id)
{
    struct arena a = {0};
    struct memory_row m;
    bool is =
        memory_read(w->db, id, &a, &m, NULL) == 0 && mem0_is_immutable(&m);

    arena_free(&a);
    return is;
}

static void changed(struct http_request *r, struct str result,
                    const struct err *e)
{
    int64_t *id = r->state;
    struct json *j;

    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    j = json_parse(result, NULL);
    if (json_get_bool(j, "changed"))
        mem0_notify(mem0_of(r->w), "memory_update", *id,
                    json_get_str(j, "text"));
    json_free(j);
    give_one(r, *id);
}

void mem0_update(struct http_request *r)
{
    int64_t *id = arena_new(&r->a, int64_t);
    struct err e = {0};
    struct json *args;

    if (!mem0_param_id(r, id))
        return;
    args = edit_of(r->body, *id, &e);
    if (!args) {
        mem0_fail(r, 400, "%s", e.msg);
        return;
    }
    if (is_immutable(r->w, *id)) {
        json_free(args);
        mem0_fail(r, 400, "This memory is immutable.");
        return;
    }
    r->state = id;
    http_op(r, &op_edit, args, changed);
}

/* --- deleted --------------------------------------------------------------------------- */

#define CHAIN_MAX 100

struct gone {
    int64_t ids[CHAIN_MAX];
    struct str texts[CHAIN_MAX];
    size_t n;
    bool linked;
};

static void deleted(struct http_request *r, struct str result,
                    const struct err *e)
{
    const struct gone *g = r->state;
    struct buf b;

    (void)result;
    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    for (size_t i = 0; i < g->n; i++)
        mem0_notify(mem0_of(r->w), "memory_delete", g->ids[i], g->texts[i]);
    buf_init(&b, 256);
    buf_addf(&b, "{\"message\":\"Memory deleted successfully!\"");
    if (g->linked)
        buf_addf(&b, ",\"cascade_count\":%zu", g->n - 1);
    buf_addc(&b, '}');
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}

/* What it took the place of, and they. */
static int chain(struct http_request *r, struct gone *g, struct err *e)
{
    int rc = 0;

    for (size_t at = 0; at < g->n && rc == 0; at++) {
        struct memory_row m;
        int64_t *ids;
        size_t n = 0;

        rc = memory_read(r->w->db, g->ids[at], &r->a, &m, e);
        if (rc < 0)
            break;
        g->texts[at] = mem0_text(&m);
        if (g->linked)
            rc = memories_before_it(r->w->db, g->ids[at], CHAIN_MAX, &r->a,
                                    &ids, &n, e);
        for (size_t i = 0; i < n && rc == 0 && g->n < CHAIN_MAX; i++) {
            size_t k = 0;

            while (k < g->n && g->ids[k] != ids[i])
                k++;
            if (k == g->n)
                g->ids[g->n++] = ids[i];
        }
    }
    return rc;
}

struct json *mem0_forget_args(const int64_t *ids, size_t n)
{
    struct json *args = json_object(), *list = json_array();
    char name[32];

    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "#%lld", (long long)ids[i]);
        json_push_str(list, str_of(name));
    }
    json_set(args, "ids", list);
    return args;
}

void mem0_delete(struct http_request *r)
{
    struct gone *g = arena_new(&r->a, struct gone);
    struct str linked = http_query(r, "delete_linked");
    struct err e = {0};

    if (!mem0_param_id(r, &g->ids[0]))
        return;
    g->n = 1;
    g->linked = str_ieq(linked, STR("true")) || str_eqz(linked, "1");
    if (chain(r, g, &e) < 0) {
        e.code = e.code ? e.code : CM_ENOTFOUND;
        mem0_error(r, &e);
        return;
    }
    r->state = g;
    http_op(r, &op_forget, mem0_forget_args(g->ids, g->n), deleted);
}

/* --- many at once --------------------------------------------------------------------------- */

/* The ids of {"memories": [{"memory_id"}]}; false: answered. */
static bool batch_ids(struct http_request *r, int64_t **ids, size_t *n)
{
    const struct json *list = json_get(r->body, "memories");
    const unsigned char *home = mem0_of(r->w)->home;
    size_t most = json_len(list);

    if (!json_is_array(list) || most == 0 || most > MEM0_BATCH_MAX) {
        mem0_fail(r, 400, "memories is a list of 1 to %d.", MEM0_BATCH_MAX);
        return false;
    }
    *ids = arena_array(&r->a, most, sizeof(**ids));
    *n = 0;
    for (const struct json *c = json_first(list); c; c = json_next(c)) {
        struct str uuid =
            json_is_str(c) ? json_str(c) : json_get_str(c, "memory_id");
        struct memory_row m;
        int rc = mem0_id_get(home, uuid, &(*ids)[*n]);

        if (rc == CM_EARG) {
            mem0_fail(r, 400, "memory_id must be a valid UUID.");
            return false;
        }
        if (rc < 0 || memory_read(r->w->db, (*ids)[*n], &r->a, &m, NULL) < 0) {
            mem0_fail(r, 404, "Memory not found: %.*s", STR_ARG(uuid));
            return false;
        }
        ++*n;
    }
    return true;
}

struct batch_state {
    int64_t *ids;
    size_t n, at;
};

/* Edits of one turn of the loop: hooks wait no longer than for these. */
#define EDITS_AT_ONCE 10

static void nobody(struct worker *w, const struct asker *to, struct str result,
                   const struct err *e)
{
    (void)w, (void)to, (void)result, (void)e;
}

static int edit_one(struct http_request *r, const struct batch_state *b,
                    size_t i, struct err *e)
{
    const struct json *c = json_at(json_get(r->body, "memories"), i);
    const struct asker to = {.answer = nobody};
    struct json *args = edit_of(c, b->ids[i], e);
    int rc = e->code;

    if (args && is_immutable(r->w, b->ids[i]))
        rc = err_set(e, CM_EARG, "This memory is immutable.");
    if (args && rc == 0)
        rc = control_write(r->w, &op_edit, args, &to, e);
    json_free(args);
    if (rc == 0)
        mem0_notify(mem0_of(r->w), "memory_update", b->ids[i],
                    json_get_str(c, "text"));
    return rc;
}

static int pass(struct op_env *env, const struct json *args, struct jsonw *out,
                struct err *e)
{
    (void)env, (void)args, (void)e;
    jsonw_null(out, NULL);
    return 0;
}

/* An edit is a transaction of its own. All ids were looked at before the first
 * one was changed. */
static void edit_some(struct http_request *r, struct str result,
                      const struct err *e)
{
    struct batch_state *b = r->state;
    struct err why = *e;

    (void)result;
    for (size_t i = 0; i < EDITS_AT_ONCE && b->at < b->n && why.code == 0; i++)
        edit_one(r, b, b->at++, &why);
    if (why.code < 0)
        mem0_error(r, &why);
    else if (b->at == b->n)
        mem0_message(r, "Successfully updated %zu memories", b->n);
    else
        http_read(r, pass, json_object(), edit_some);
}

void mem0_batch_update(struct http_request *r)
{
    struct batch_state *b = arena_new(&r->a, struct batch_state);
    struct err none = {0};

    if (!batch_ids(r, &b->ids, &b->n))
        return;
    r->state = b;
    edit_some(r, STR_NONE, &none);
}

static void batch_deleted(struct http_request *r, struct str result,
                          const struct err *e)
{
    const struct batch_state *b = r->state;

    (void)result;
    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    for (size_t i = 0; i < b->n; i++)
        mem0_notify(mem0_of(r->w), "memory_delete", b->ids[i], STR_NONE);
    mem0_message(r, "Successfully deleted %zu memories", b->n);
}

void mem0_batch_delete(struct http_request *r)
{
    struct batch_state *b = arena_new(&r->a, struct batch_state);

    if (!batch_ids(r, &b->ids, &b->n))
        return;
    r->state = b;
    http_op(r, &op_forget, mem0_forget_args(b->ids, b->n), batch_deleted);
}
