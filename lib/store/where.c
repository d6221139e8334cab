/* where.c - see where.h. */
#include "base/common.h"

#include <sqlite3.h>

#include "store/read_sql.h"
#include "store/where.h"
#include "store/where_sql.h"

/* The longest condition: some hundred bytes a comparison. */
#define SQL_BYTES (1u << 20)

bool id_set_has(const struct id_set *s, int64_t id)
{
    size_t lo = 0, hi = s->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (s->ids[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->n && s->ids[lo] == id;
}

static void in_ids(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    const struct id_set *s = sqlite3_value_pointer(args[1], "id_set");

    (void)nargs;
    sqlite3_result_int(ctx, !s || id_set_has(s, sqlite3_value_int64(args[0])));
}

int where_register(sqlite3 *h)
{
    return sqlite3_create_function_v2(h, "in_ids", 2,
                                      SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
                                      in_ids, NULL, NULL, NULL);
}

static const struct {
    const char *name, *sql;
} ops[] = {
    [OP_EQ] = {"eq", " = "},
    [OP_NE] = {"ne", " <> "},
    [OP_GT] = {"gt", " > "},
    [OP_GTE] = {"gte", " >= "},
    [OP_LT] = {"lt", " < "},
    [OP_LTE] = {"lte", " <= "},
    [OP_IN] = {"in", NULL},
    [OP_NIN] = {"nin", NULL},
    [OP_CONTAINS] = {"contains", NULL},
    [OP_ICONTAINS] = {"icontains", NULL},
    [OP_EXISTS] = {"exists", NULL},
};

enum where_op where_op_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        if (str_ieq(name, str_of(ops[i].name)))
            return (enum where_op)i;
    return OP_NONE;
}

const char *where_op_name(enum where_op op)
{
    return ops[op].name;
}
const char *where_op_sql(enum where_op op)
{
    return ops[op].sql;
}

static int bind(struct where *w, struct where_value v)
{
    if (w->nbinds == WHERE_BINDS)
        return 0;
    w->binds[w->nbinds++] = v;
    return (int)w->nbinds;
}

int where_bind_str(struct where *w, struct str s)
{
    return bind(w, (struct where_value){.s = arena_str(w->a, s)});
}

int where_bind_int(struct where *w, int64_t v)
{
    return bind(w, (struct where_value){.i = v, .is_int = true});
}

int where_bind_json(struct where *w, const struct json *v)
{
    double d = json_num(v);

    if (json_is_str(v))
        return where_bind_str(w, json_str(v));
    if (json_is_bool(v))
        return where_bind_int(w, json_bool(v));
    /* Whole numbers are exact up to 2^53. */
    if (d > -9007199254740992.0 && d < 9007199254740992.0 &&
        d == (double)(int64_t)d)
        return where_bind_int(w, (int64_t)d);
    return bind(w, (struct where_value){.d = d});
}

int where_count(struct where *w)
{
    if (++w->terms <= WHERE_TERMS)
        return 0;
    return err_set(w->e, CM_EARG, "a filter has at most %d comparisons",
                   WHERE_TERMS);
}

enum where_op where_bare(const struct json *v)
{
    return json_is_array(v) ? OP_IN : OP_EQ;
}

bool where_is_ops(const struct json *v)
{
    if (!json_is_object(v) || json_len(v) == 0)
        return false;
    for (const struct json *m = json_first(v); m; m = json_next(m))
        if (where_op_of(json_key(m)) == OP_NONE)
            return false;
    return true;
}

bool where_is_any(enum where_op op, const struct json *v)
{
    return (op == OP_EQ || op == OP_NE) && json_is_str(v) &&
           str_eqz(json_str(v), "*");
}

static int put_tree(struct where *w, const struct json *tree, int depth);

/* A list of trees, or one: all of them, or any of them. */
static int put_list(struct where *w, const struct json *list, const char *with,
                    int depth)
{
    const struct json *t = json_is_array(list) ? json_first(list) : list;
    int rc = 0;

    if (json_is_array(list) && json_len(list) == 0)
        return err_set(w->e, CM_EARG, "AND, OR and NOT need a filter at least");
    buf_addc(&w->sql, '(');
    for (const struct json *first = t; t && rc == 0;
         t = json_is_array(list) ? json_next(t) : NULL) {
        if (t != first)
            buf_addz(&w->sql, with);
        rc = put_tree(w, t, depth + 1);
    }
    buf_addc(&w->sql, ')');
    return rc;
}

static int put_field(struct where *w, struct str name, const struct json *v)
{
    int rc = 0;
    bool first = true;

    if (!where_is_field(name))
        return err_set(w->e, CM_EARG,
                       "there is no field %.*s: user_id, agent_id, run_id, "
                       "app_id, branch, kind, type, origin, topic, "
                       "external_id, group, text, importance, id, pinned, "
                       "created_at, updated_at, event_at, expires_at, "
                       "categories, keywords and metadata are",
                       STR_ARG(str_cut(name, 0, 64)));
    if (!json_is_object(v))
        return where_field(w, name, where_bare(v), v);
    if (json_len(v) == 0)
        return err_set(w->e, CM_EARG, "%.*s needs a value", STR_ARG(name));
    buf_addc(&w->sql, '(');
    for (const struct json *m = json_first(v); m && rc == 0; m = json_next(m)) {
        enum where_op op = where_op_of(json_key(m));

        if (op == OP_NONE)
            return err_set(w->e, CM_EARG,
                           "%.*s has no operator %.*s: eq, ne, gt, gte, lt, "
                           "lte, in, nin, contains, icontains and exists are",
                           STR_ARG(name), STR_ARG(str_cut(json_key(m), 0, 64)));
        if (!first)
            buf_addz(&w->sql, " AND ");
        first = false;
        rc = where_field(w, name, op, m);
    }
    buf_addc(&w->sql, ')');
    return rc;
}

static int put_member(struct where *w, const struct json *m, int depth)
{
    struct str key = json_key(m);

    if (str_ieq(key, STR("and")))
        return put_list(w, m, " AND ", depth);
    if (str_ieq(key, STR("or")))
        return put_list(w, m, " OR ", depth);
    if (str_ieq(key, STR("not"))) {
        int rc;

        buf_addz(&w->sql, "(NOT ");
        rc = put_list(w, m, " AND ", depth);
        buf_addc(&w->sql, ')');
        return rc;
    }
    if (str_eqz(key, "metadata"))
        return where_metadata(w, m);
    return put_field(w, key, m);
}

static int put_tree(struct where *w, const struct json *tree, int depth)
{
    int rc = 0;

    if (depth > WHERE_DEPTH)
        return err_set(w->e, CM_EARG, "a filter has at most %d levels",
                       WHERE_DEPTH);
    if (!json_is_object(tree))
        return err_set(w->e, CM_EARG,
                       "a filter is a JSON object, such as "
                       "{\"user_id\": \"ada\"}");
    buf_addc(&w->sql, '(');
    if (json_len(tree) == 0)
        buf_addc(&w->sql, '1');
    for (const struct json *m = json_first(tree); m && rc == 0;
         m = json_next(m)) {
        if (m != json_first(tree))
            buf_addz(&w->sql, " AND ");
        rc = put_member(w, m, depth);
    }
    buf_addc(&w->sql, ')');
    return rc;
}

static int collect(struct db *db, struct where *w, struct id_set *out)
{
    struct stmt *s = NULL;
    int rc = db_prepare(db, buf_str(&w->sql), &s, w->e);

    for (size_t i = 0; i < w->nbinds && rc == 0; i++) {
        const struct where_value *v = &w->binds[i];

        if (v->s.p)
            stmt_str(s, (int)i + 1, v->s);
        else if (v->is_int)
            stmt_int(s, (int)i + 1, v->i);
        else
            stmt_num(s, (int)i + 1, v->d);
    }
    while (rc == 0 && (rc = stmt_step(s, w->e)) > 0) {
        rows_grow(w->a, (void **)&out->ids, out->n, sizeof(*out->ids));
        out->ids[out->n++] = col_int(s, 0);
        rc = 0;
    }
    stmt_free(s);
    return rc;
}

int where_ids(struct db *db, const struct json *tree, int64_t now_ms,
              struct arena *a, struct id_set *out, struct err *e)
{
    struct where w = {.now_ms = now_ms, .a = a, .e = e};
    int rc;

    *out = (struct id_set){0};
    buf_init(&w.sql, SQL_BYTES);
    w.binds = arena_array(a, WHERE_BINDS, sizeof(*w.binds));
    buf_addz(&w.sql, "SELECT m.id FROM memories m WHERE ");
    rc = put_tree(&w, tree, 1);
    buf_addz(&w.sql, " ORDER BY m.id");
    if (rc == 0 && (buf_is_full(&w.sql) || w.nbinds == WHERE_BINDS))
        rc = err_set(e, CM_EARG, "the filter has too many values");
    if (rc == 0)
        rc = collect(db, &w, out);
    if (!out->ids)
        out->ids = arena_array(a, 1, sizeof(*out->ids));
    buf_free(&w.sql);
    return rc;
}
