/* where_metadata.c - a memory's metadata in a filter: see where.h. */
#include "base/common.h"

#include "store/where.h"
#include "store/where_sql.h"

/* Members within members. */
#define NEST_MAX 8

/* The members on the way to a value: j1 is of the metadata, j2 of j1, ... Keys
 * are compared as they are, so that no path has to be quoted. */
struct path {
    struct str key[NEST_MAX];
    int n;
};

static struct str name_of(const struct path *p)
{
    return str_cut(p->key[p->n - 1], 0, 64);
}

/* "EXISTS (SELECT 1 FROM ... WHERE the path is there AND": the caller adds a
 * condition on the last one, j`n`, and a bracket. */
static void put_path(struct where *w, const struct path *p)
{
    buf_addz(&w->sql, "EXISTS (SELECT 1 FROM json_each(CASE WHEN "
                      "json_valid(m.metadata) THEN m.metadata END) j1");
    for (int i = 2; i <= p->n; i++)
        buf_addf(&w->sql,
                 ", json_each(CASE WHEN j%d.type = 'object' THEN j%d.value "
                 "END) j%d",
                 i - 1, i - 1, i);
    buf_addz(&w->sql, " WHERE ");
    for (int i = 1; i <= p->n; i++)
        buf_addf(&w->sql, "j%d.key = ?%d AND ", i,
                 where_bind_str(w, p->key[i - 1]));
}

static bool is_scalar(const struct json *v)
{
    return json_is_str(v) || json_is_num(v) || json_is_bool(v);
}

/* The condition that alias is of v's JSON type. */
static const char *type_is(const struct json *v)
{
    if (json_is_str(v))
        return "= 'text'";
    if (json_is_num(v))
        return "IN ('integer', 'real')";
    return "IN ('true', 'false')";
}

static void put_equal(struct where *w, const char *alias, const struct json *v)
{
    buf_addf(&w->sql, "(%s.type %s AND %s.atom = ?%d)", alias, type_is(v),
             alias, where_bind_json(w, v));
}

/* Is there a value that is not null? */
static void put_exists(struct where *w, const struct path *p, bool there)
{
    buf_addz(&w->sql, there ? "(" : "(NOT ");
    put_path(w, p);
    buf_addf(&w->sql, "j%d.type <> 'null'))", p->n);
}

static int wrong(struct where *w, const struct path *p, enum where_op op,
                 const char *wants)
{
    return err_set(w->e, CM_EARG, "metadata %.*s: %s wants %s",
                   STR_ARG(name_of(p)), where_op_name(op), wants);
}

static int put_one(struct where *w, const struct path *p, enum where_op op,
                   const struct json *v)
{
    char alias[8];

    if (json_is_null(v)) {
        put_exists(w, p, false);
        return 0;
    }
    if (!is_scalar(v))
        return wrong(w, p, op, "text, a number, true, false or null");
    snprintf(alias, sizeof(alias), "j%d", p->n);
    put_path(w, p);
    put_equal(w, alias, v);
    buf_addc(&w->sql, ')');
    return 0;
}

/* One of the values of a list, which is bound as one text. */
static int put_in(struct where *w, const struct path *p, enum where_op op,
                  const struct json *list)
{
    bool has_null = false;
    struct buf b;
    int rc = 0;

    if (!json_is_array(list) || json_len(list) > WHERE_VALUES)
        return err_set(w->e, CM_EARG,
                       "metadata %.*s: %s wants a list of at most %d values",
                       STR_ARG(name_of(p)), where_op_name(op), WHERE_VALUES);
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        if (!is_scalar(v) && !json_is_null(v))
            return wrong(w, p, op, "text, numbers, true, false or null");
        has_null |= json_is_null(v);
    }
    buf_init(&b, 4u << 20);
    if (!json_print(list, &b, 0))
        rc = wrong(w, p, op, "a shorter list");
    buf_addz(&w->sql, op == OP_NIN ? "(NOT (" : "((");
    put_path(w, p);
    buf_addf(&w->sql,
             "EXISTS (SELECT 1 FROM json_each(?%d) v WHERE (v.type = j%d.type "
             "OR (v.type IN ('integer', 'real') AND j%d.type IN ('integer', "
             "'real'))) AND v.atom = j%d.atom))",
             where_bind_str(w, buf_str(&b)), p->n, p->n, p->n);
    if (has_null) {
        buf_addz(&w->sql, " OR ");
        put_exists(w, p, false);
    }
    buf_addz(&w->sql, "))");
    buf_free(&b);
    return rc;
}

/* A part of a text, or an element of a list. */
static int put_contains(struct where *w, const struct path *p, enum where_op op,
                        const struct json *v)
{
    bool fold = op == OP_ICONTAINS;
    int n;

    if (!is_scalar(v) || (fold && !json_is_str(v)))
        return wrong(w, p, op, fold ? "text" : "text, a number, true or false");
    put_path(w, p);
    buf_addc(&w->sql, '(');
    if (json_is_str(v)) {
        n = where_bind_json(w, v);
        buf_addf(&w->sql,
                 fold ? "(j%d.type = 'text' AND instr(lower(j%d.atom), "
                        "lower(?%d)) > 0) OR "
                      : "(j%d.type = 'text' AND instr(j%d.atom, ?%d) > 0) OR ",
                 p->n, p->n, n);
    }
    buf_addf(&w->sql,
             "EXISTS (SELECT 1 FROM json_each(CASE WHEN j%d.type = 'array' "
             "THEN j%d.value END) x WHERE ",
             p->n, p->n);
    if (fold)
        buf_addf(&w->sql, "x.type = 'text' AND lower(x.atom) = lower(?%d)",
                 where_bind_json(w, v));
    else
        put_equal(w, "x", v);
    buf_addz(&w->sql, ")))");
    return 0;
}

static int put_order(struct where *w, const struct path *p, enum where_op op,
                     const struct json *v)
{
    if (!json_is_str(v) && !json_is_num(v))
        return wrong(w, p, op, "text or a number");
    put_path(w, p);
    buf_addf(&w->sql, "j%d.type %s AND j%d.atom%s?%d)", p->n, type_is(v), p->n,
             where_op_sql(op), where_bind_json(w, v));
    return 0;
}

static int put_op(struct where *w, const struct path *p, enum where_op op,
                  const struct json *v)
{
    int rc = where_count(w);

    if (rc < 0)
        return rc;
    if (where_is_any(op, v)) {
        put_exists(w, p, op == OP_EQ);
        return 0;
    }
    switch (op) {
    case OP_EQ:
        return put_one(w, p, op, v);
    case OP_NE:
        buf_addz(&w->sql, "(NOT ");
        rc = put_one(w, p, op, v);
        buf_addc(&w->sql, ')');
        return rc;
    case OP_IN:
    case OP_NIN:
        return put_in(w, p, op, v);
    case OP_CONTAINS:
    case OP_ICONTAINS:
        return put_contains(w, p, op, v);
    case OP_EXISTS:
        if (!json_is_bool(v))
            return wrong(w, p, op, "true or false");
        put_exists(w, p, json_bool(v));
        return 0;
    default:
        return put_order(w, p, op, v);
    }
}

static int put_members(struct where *w, struct path *p, const struct json *v,
                       bool are_ops)
{
    int rc = 0;

    buf_addc(&w->sql, '(');
    for (const struct json *m = json_first(v); m && rc == 0; m = json_next(m)) {
        if (m != json_first(v))
            buf_addz(&w->sql, " AND ");
        if (are_ops) {
            rc = put_op(w, p, where_op_of(json_key(m)), m);
            continue;
        }
        if (p->n == NEST_MAX)
            return err_set(w->e, CM_EARG,
                           "metadata goes %d members deep at "
                           "most",
                           NEST_MAX);
        p->key[p->n++] = json_key(m);
        if (json_is_object(m) && json_len(m))
            rc = put_members(w, p, m, where_is_ops(m));
        else
            rc = put_op(w, p, where_bare(m), m);
        p->n--;
    }
    buf_addc(&w->sql, ')');
    return rc;
}

int where_metadata(struct where *w, const struct json *v)
{
    struct path p = {.n = 0};

    if (where_is_any(OP_EQ, v)) {
        buf_addz(&w->sql, "(m.metadata IS NOT NULL)");
        return where_count(w);
    }
    if (!json_is_object(v) || json_len(v) == 0)
        return err_set(w->e, CM_EARG,
                       "metadata is compared with an object, such as "
                       "{\"area\": \"tests\"}");
    return put_members(w, &p, v, false);
}
