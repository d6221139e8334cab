/* mem0_scope.c - entities, and deleting by scope: see mem0.h.
 *
 * What deletes many leaves alone what is no program's (scoped.h): a client that
 * empties its store must not empty the memory of a coding agent beside it. */
#include "base/common.h"

#include "base/clock.h"
#include "ops/ops.h"
#include "store/scoped.h"
#include "store/where.h"
#include "worker/mem0.h"

#define PAGE_SIZE 100
/* Deleted in one turn of the loop: hooks wait no longer than for these. */
#define AT_ONCE 40

/* --- entities -------------------------------------------------------------------- */

static int entities(struct op_env *env, const struct json *args,
                    struct jsonw *out, struct err *e)
{
    int64_t page = json_get_int(args, "page", 1);
    int64_t size = json_get_int(args, "page_size", PAGE_SIZE);
    size_t n, per[SCOPE_TYPES] = {0};
    struct scope_name *rows;
    int rc = scope_names(env->db, env->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_int(out, "count", (int64_t)n);
    mem0_put_pages(out, args, "/v1/entities/", page, size, (int64_t)n);
    jsonw_arr(out, "results");
    for (size_t i = 0; i < n; i++) {
        const struct scope_name *s = &rows[i];

        per[s->type]++;
        if ((int64_t)i < (page - 1) * size || (int64_t)i >= page * size)
            continue;
        jsonw_obj(out, NULL);
        jsonw_str(out, "id", s->name);
        jsonw_str(out, "name", s->name);
        jsonw_strz(out, "type", scope_type_name(s->type));
        jsonw_strz(out, "owner", "local");
        jsonw_int(out, "total_memories", s->memories);
        mem0_put_time(out, "created_at", s->first_ms);
        mem0_put_time(out, "updated_at", s->last_ms);
        jsonw_end(out);
    }
    jsonw_end(out);
    mem0_put_totals(out, per);
    jsonw_end(out);
    return 0;
}

void mem0_entities(struct http_request *r)
{
    static const char *const names[] = {"page", "page_size"};
    struct json *args = mem0_args(r->w);

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int64_t n = mem0_number(r, names[i], 0);

        if (n < 0) {
            mem0_fail(r, 400, "%s is a number from 1 on.", names[i]);
            json_free(args);
            return;
        }
        if (n)
            json_set_int(args, names[i], n);
    }
    json_set_str(args, "host", http_header(r, "Host"));
    http_read(r, entities, args, mem0_give);
}

/* --- deleting ------------------------------------------------------------------------ */

struct wipe {
    struct json *tree; /* of where.h; freed with the request's body */
    const char *message;
    int64_t ids[AT_ONCE]; /* that are being deleted */
    size_t n;
};

/* Some of the memories that the tree and scoped.h let go. */
static int doomed(struct op_env *env, const struct json *args,
                  struct jsonw *out, struct err *e)
{
    struct id_set set;
    size_t n = 0;
    int rc = where_ids(env->db, json_get(args, "tree"), env->now_ms, env->a,
                       &set, e);

    jsonw_arr(out, NULL);
    for (size_t i = 0; i < set.n && n < AT_ONCE && rc == 0; i++) {
        rc = memory_is_programs(env->db, set.ids[i], e);
        if (rc > 0) {
            jsonw_int(out, NULL, set.ids[i]);
            n++;
        }
        rc = rc > 0 ? 0 : rc;
    }
    jsonw_end(out);
    return rc;
}

static void wipe_some(struct http_request *r, struct str result,
                      const struct err *e);

static void look(struct http_request *r)
{
    const struct wipe *x = r->state;
    struct json *args = json_object();

    json_set(args, "tree", json_copy(x->tree));
    http_read(r, doomed, args, wipe_some);
}

static void wiped(struct http_request *r, struct str result,
                  const struct err *e)
{
    const struct wipe *x = r->state;

    (void)result;
    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    for (size_t i = 0; i < x->n; i++)
        mem0_notify(mem0_of(r->w), "memory_delete", x->ids[i], STR_NONE);
    look(r);
}

static void wipe_some(struct http_request *r, struct str result,
                      const struct err *e)
{
    struct wipe *x = r->state;
    struct json *ids;

    if (e->code < 0) {
        mem0_error(r, e);
        return;
    }
    ids = json_parse(result, NULL);
    if (json_len(ids) == 0) {
        json_free(ids);
        mem0_message(r, "%s", x->message);
        return;
    }
    x->n = 0;
    for (const struct json *c = json_first(ids); c && x->n < AT_ONCE;
         c = json_next(c))
        x->ids[x->n++] = json_int(c);
    json_free(ids);
    http_op(r, &op_forget, mem0_forget_args(x->ids, x->n), wiped);
}

/* Takes the tree over. */
static void wipe(struct http_request *r, struct json *tree, const char *message)
{
    struct wipe *x = arena_new(&r->a, struct wipe);

    if (!json_is_object(r->body)) {
        json_free(r->body);
        r->body = json_object();
    }
    json_set(r->body, "_tree", tree);
    x->tree = tree;
    x->message = message;
    r->state = x;
    look(r);
}

static void push_field(struct json *list, const char *name, struct str value)
{
    struct json *one = json_object();

    json_set_str(one, name, value);
    json_push(list, one);
}

/* All that are named hold; of those with "*" any one does, so that four of them
 * are everything. */
void mem0_delete_all(struct http_request *r)
{
    static const char *const names[] = {"user_id", "agent_id", "app_id",
                                        "run_id"};
    struct json *all = json_array(), *any = json_array(), *tree, *one;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str s = str_trim(http_query(r, names[i]));

        if (s.n)
            push_field(str_eqz(s, "*") ? any : all, names[i], s);
    }
    if (json_len(all) + json_len(any) == 0) {
        json_free(all);
        json_free(any);
        mem0_fail(r, 400,
                  "At least one of user_id, agent_id, app_id and "
                  "run_id is required; \"*\" is any.");
        return;
    }
    if (json_len(any)) {
        one = json_object();
        json_set(one, "OR", any);
        json_push(all, one);
    } else {
        json_free(any);
    }
    tree = json_object();
    json_set(tree, "AND", all);
    wipe(r, tree, "Memories deleted successfully!");
}

void mem0_reset(struct http_request *r)
{
    wipe(r, json_object(), "All memories reset");
}

/* Also of one that is not there: who deletes a list of them has deleted some
 * with the others' memories. */
void mem0_entity_delete(struct http_request *r)
{
    struct str type = http_param(r, "type"), name = http_param(r, "name");
    struct json *tree = json_object();

    for (int t = 0; t < SCOPE_TYPES; t++) {
        const char *is = scope_type_name((enum scope_type)t);
        char key[32];

        if (!str_eqz(type, is) &&
            !(str_starts(type, str_of(is)) && str_ends(type, STR("s")) &&
              type.n == strlen(is) + 1))
            continue;
        snprintf(key, sizeof(key), "%s_id", is);
        json_set_str(tree, key, name);
    }
    if (json_len(tree) == 0 || str_eqz(name, "*")) {
        json_free(tree);
        mem0_fail(r, 400,
                  "An entity is a user, agent, app or run by its "
                  "name.");
        return;
    }
    wipe(r, tree, "Entity deleted successfully!");
}
