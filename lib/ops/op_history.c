/* op_history.c - the operation "history": a memory through time. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "store/revise.h"

/* Steps of the chain on each side, and rows of one memory. */
#define CHAIN_MAX 20
#define ROWS_MAX  200

static const struct param params[] = {
    {"id", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "ID", "#12 or 12"},
};

static int put_changes(struct op_env *env, struct jsonw *w, int64_t id,
                       struct err *e)
{
    struct history_row *rows;
    size_t n;
    int rc = memory_history(env->db, id, ROWS_MAX, env->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    jsonw_arr(w, "changes");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "event", rows[i].event);
        put_text(w, "what", str_of(history_words(rows[i].event)));
        jsonw_str(w, "actor", rows[i].actor);
        put_time(w, "time", rows[i].time_ms);
        put_text(w, "old", rows[i].old_text);
        put_text(w, "new", rows[i].new_text);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

static int put_step(struct op_env *env, struct jsonw *w,
                    const struct memory_row *m, int64_t asked, struct err *e)
{
    int rc;

    jsonw_obj(w, NULL);
    put_memory_line(w, m);
    put_text(w, "text", m->text);
    put_time(w, "since", m->valid_from);
    jsonw_bool(w, "holds", m->valid_to == 0);
    if (m->id == asked)
        jsonw_bool(w, "anchor", true);
    rc = put_changes(env, w, m->id, e);
    jsonw_end(w);
    return rc;
}

struct chain {
    struct memory_row row[2 * CHAIN_MAX + 1];
    size_t n;
};

static bool has(const struct chain *c, int64_t id)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->row[i].id == id)
            return true;
    return false;
}

static int add(struct op_env *env, struct chain *c, int64_t id, struct err *e)
{
    int rc;

    if (has(c, id) || c->n == ARRAY_LEN(c->row))
        return 0;
    rc = memory_read(env->db, id, env->a, &c->row[c->n], e);
    c->n += rc == 0;
    return rc == CM_ENOTFOUND ? 0 : rc;
}

/* Everything that `m` took the place of, and that these did. */
static int add_before(struct op_env *env, struct chain *c, struct err *e)
{
    int rc = 0;

    for (size_t at = 0; at < c->n && rc == 0; at++) {
        int64_t *ids;
        size_t n;

        rc = memories_before_it(env->db, c->row[at].id, CHAIN_MAX, env->a, &ids,
                                &n, e);
        for (size_t i = 0; i < n && rc == 0; i++)
            rc = add(env, c, ids[i], e);
    }
    return rc;
}

static int by_time(const void *x, const void *y)
{
    const struct memory_row *a = x, *b = y;
    int64_t s = a->valid_from ? a->valid_from : a->event_ms;
    int64_t t = b->valid_from ? b->valid_from : b->event_ms;

    if (s != t)
        return s < t ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int read_chain(struct op_env *env, int64_t id, struct chain *c,
                      struct err *e)
{
    int rc = memory_read(env->db, id, env->a, &c->row[0], e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "there is no memory #%lld", (long long)id);
    if (rc < 0)
        return rc;
    c->n = 1;
    for (int i = 0; i < CHAIN_MAX && rc == 0; i++) {
        int64_t next = c->row[c->n - 1].superseded_by;

        if (next == 0 || has(c, next))
            break;
        rc = add(env, c, next, e);
    }
    if (rc == 0)
        rc = add_before(env, c, e);
    if (c->n)
        qsort(c->row, c->n, sizeof(c->row[0]), by_time);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct chain *c = arena_new(env->a, struct chain);
    struct id id;
    int rc = id_parse(json_get_str(args, "id"), &id, e);

    if (rc == 0 && id.kind != ID_MEMORY)
        return err_set(e, CM_EARG, "history is of a memory: #12 or 12");
    if (rc == 0)
        rc = read_chain(env, id.n, c, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_id(out, "id", ID_MEMORY, id.n);
    jsonw_arr(out, "chain");
    for (size_t i = 0; i < c->n && rc == 0; i++)
        rc = put_step(env, out, &c->row[i], id.n, e);
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

const struct op op_history = {
    .name = "history",
    .summary = "what a memory said before, and what took its place",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
