/* where_field.c - the fields of a memory in a filter: see where.h. */
#include "base/common.h"

#include "base/clock.h"
#include "store/where.h"
#include "store/where_sql.h"

enum field_is { IS_TEXT, IS_NUMBER, IS_ID, IS_BOOL, IS_TIME, IS_APP, IS_LIST };

/* A memory's JSON column, NULL where it is damaged: a bad row must not make
 * every filter an error. */
#define JSON_OF(column)                                                        \
    "(CASE WHEN json_valid(m." column ") THEN m." column " END)"
#define LIST_OF(column, name)                                                  \
    "SELECT value, type FROM json_each(" JSON_OF(column) ", '$." name "')"

static const struct field {
    const char *name;
    enum field_is is;
    const char *sql; /* its value; of a list, a query for value and type */
} fields[] = {
    {"user_id", IS_TEXT, "m.user"},
    {"agent_id", IS_TEXT, "m.agent"},
    {"run_id", IS_TEXT, "(SELECT uid FROM sessions WHERE id = m.session_id)"},
    {"app_id", IS_APP, "(SELECT name FROM projects WHERE id = m.project_id)"},
    {"branch", IS_TEXT, "m.branch"},
    {"kind", IS_TEXT, "m.kind"},
    {"type", IS_TEXT, "m.type"},
    {"origin", IS_TEXT, "m.origin"},
    {"topic", IS_TEXT, "m.topic_key"},
    {"external_id", IS_TEXT, "m.external_id"},
    {"group", IS_TEXT, "m.group_key"},
    {"text", IS_TEXT, "m.text"},
    {"importance", IS_NUMBER, "m.importance"},
    {"id", IS_ID, "m.id"},
    {"pinned", IS_BOOL, "m.pinned"},
    {"created_at", IS_TIME, "m.created_ms"},
    {"updated_at", IS_TIME, "m.updated_ms"},
    {"event_at", IS_TIME, "m.event_ms"},
    {"expires_at", IS_TIME, "m.expires_ms"},
    {"categories", IS_LIST,
     LIST_OF("metadata", "categories") " UNION ALL " LIST_OF(
         "data", "categories") " UNION ALL " LIST_OF("data", "concepts")},
    {"keywords", IS_LIST,
     LIST_OF("metadata", "keywords") " UNION ALL " LIST_OF("data", "keywords")},
};

static const struct field *field_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (str_eqz(name, fields[i].name))
            return &fields[i];
    return NULL;
}

bool where_is_field(struct str name)
{
    return field_of(name) != NULL;
}

static int wrong(struct where *w, const struct field *f, enum where_op op,
                 const char *wants)
{
    return err_set(w->e, CM_EARG, "%s %s wants %s", f->name, where_op_name(op),
                   wants);
}

static int no_op(struct where *w, const struct field *f, enum where_op op)
{
    return err_set(w->e, CM_EARG, "%s has no operator %s", f->name,
                   where_op_name(op));
}

/* The number that a memory is named by: 12 or "#12". */
static bool read_id(const struct json *v, int64_t *id)
{
    struct str s = json_str(v);

    if (json_is_num(v)) {
        double d = json_num(v);

        *id = d > -9e15 && d < 9e15 ? (int64_t)d : -1;
        return (double)*id == d;
    }
    if (s.n && s.p[0] == '#')
        s = str_cut(s, 1, s.n);
    return json_is_str(v) && str_int(s, 0, INT64_MAX, id) == 0;
}

/* Does the value have the field's type? */
static bool fits(const struct field *f, const struct json *v)
{
    int64_t id;

    switch (f->is) {
    case IS_NUMBER:
        return json_is_num(v);
    case IS_ID:
        return read_id(v, &id);
    case IS_BOOL:
        return json_is_bool(v);
    default:
        return json_is_str(v);
    }
}

static const char *wants(const struct field *f)
{
    switch (f->is) {
    case IS_NUMBER:
    case IS_ID:
        return "a number";
    case IS_BOOL:
        return "true or false";
    case IS_TIME:
        return "a time, such as \"2026-11-21\", \"7d\" or milliseconds";
    default:
        return "text";
    }
}

static int bind_value(struct where *w, const struct field *f,
                      const struct json *v)
{
    int64_t id;

    if (f->is == IS_ID && read_id(v, &id))
        return where_bind_int(w, id);
    return where_bind_json(w, v);
}

/* {"exists": true}, "*", null: is there a value? */
static int put_exists(struct where *w, const struct field *f, bool there)
{
    if (f->is == IS_LIST)
        buf_addf(&w->sql,
                 "(%sEXISTS (SELECT 1 FROM (%s) WHERE type <> 'null'))",
                 there ? "" : "NOT ", f->sql);
    else
        buf_addf(&w->sql, "(%s IS %sNULL)", f->sql, there ? "NOT " : "");
    return 0;
}

/* The field is equal to ?n, or to one of the JSON list ?n. An app is a project:
 * its name, its root, or a key of it. */
static void put_equal(struct where *w, const struct field *f, bool list, int n)
{
    char to[48];

    snprintf(to, sizeof(to),
             list ? "IN (SELECT value FROM json_each(?%d))" : "= ?%d", n);
    if (f->is == IS_APP)
        buf_addf(&w->sql,
                 "ifnull(m.project_id IN (SELECT id FROM projects WHERE "
                 "name %s OR root %s UNION SELECT project_id FROM project_keys "
                 "WHERE key %s OR (substr(key, 1, 4) = 'app:' AND "
                 "substr(key, 5) %s)), 0)",
                 to, to, to, to);
    else if (f->is == IS_LIST)
        buf_addf(&w->sql,
                 "EXISTS (SELECT 1 FROM (%s) WHERE type = 'text' AND value %s)",
                 f->sql, to);
    else
        buf_addf(&w->sql, "ifnull(%s %s, 0)", f->sql, to);
}

/* Milliseconds [from, until): a date without a time is the whole day. */
static bool read_time(struct where *w, const struct json *v, int64_t *from,
                      int64_t *until)
{
    struct str s = str_trim(json_str(v));
    bool day = s.n == 10 || str_eqz(s, "today") || str_eqz(s, "yesterday");
    double d = json_num(v);

    if (json_is_num(v)) {
        if (d < -9e15 || d > 9e15)
            return false;
        *from = (int64_t)d;
        *until = *from + 1;
        return true;
    }
    if (!json_is_str(v) || clock_parse(s, w->now_ms, from) < 0)
        return false;
    *until = *from + 1;
    if (day) {
        time_t t = (time_t)(*from / 1000);
        struct tm tm;

        localtime_r(&t, &tm);
        tm.tm_mday++;
        tm.tm_isdst = -1;
        *until = (int64_t)mktime(&tm) * 1000;
    }
    return true;
}

static int put_time(struct where *w, const struct field *f, enum where_op op,
                    const struct json *v)
{
    int64_t from, until;
    int a, b;

    if (!read_time(w, v, &from, &until))
        return wrong(w, f, op, wants(f));
    a = where_bind_int(w, from);
    b = where_bind_int(w, until);
    switch (op) {
    case OP_GT:
        buf_addf(&w->sql, "ifnull(%s >= ?%d, 0)", f->sql, b);
        break;
    case OP_GTE:
        buf_addf(&w->sql, "ifnull(%s >= ?%d, 0)", f->sql, a);
        break;
    case OP_LT:
        buf_addf(&w->sql, "ifnull(%s < ?%d, 0)", f->sql, a);
        break;
    case OP_LTE:
        buf_addf(&w->sql, "ifnull(%s < ?%d, 0)", f->sql, b);
        break;
    default:
        buf_addf(&w->sql, "ifnull(%s >= ?%d AND %s < ?%d, 0)", f->sql, a,
                 f->sql, b);
        break;
    }
    return 0;
}

/* One value that is to be equal, NULL and times included. */
static int put_one(struct where *w, const struct field *f, enum where_op op,
                   const struct json *v)
{
    if (json_is_null(v))
        return put_exists(w, f, false);
    if (f->is == IS_TIME)
        return put_time(w, f, OP_EQ, v);
    if (!fits(f, v))
        return wrong(w, f, op, wants(f));
    put_equal(w, f, false, bind_value(w, f, v));
    return 0;
}

/* The values of a list as the text of another, which is bound as one; null is
 * not among them. */
static int bind_list(struct where *w, const struct field *f, enum where_op op,
                     const struct json *list, bool *has_null)
{
    struct buf b;
    int n = 0;

    buf_init(&b, 4u << 20);
    buf_addc(&b, '[');
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        int64_t id;

        if (json_is_null(v)) {
            *has_null = true;
            continue;
        }
        if (!fits(f, v)) {
            wrong(w, f, op, wants(f));
            goto out;
        }
        if (b.len > 1)
            buf_addc(&b, ',');
        if (f->is == IS_ID && read_id(v, &id))
            buf_addf(&b, "%lld", (long long)id);
        else
            json_print(v, &b, 0);
    }
    buf_addc(&b, ']');
    if (buf_is_full(&b))
        err_set(w->e, CM_EARG, "%s %s: the list is too long", f->name,
                where_op_name(op));
    else
        n = where_bind_str(w, buf_str(&b));
out:
    buf_free(&b);
    return n;
}

/* Any of a list. Times are ranges, and compared one by one. */
static int put_in(struct where *w, const struct field *f, enum where_op op,
                  const struct json *list)
{
    bool has_null = false;
    int rc = 0, n;

    if (!json_is_array(list) || json_len(list) > WHERE_VALUES)
        return err_set(w->e, CM_EARG, "%s %s wants a list of at most %d values",
                       f->name, where_op_name(op), WHERE_VALUES);
    buf_addz(&w->sql, op == OP_NIN ? "(NOT (0" : "((0");
    if (f->is == IS_TIME) {
        for (const struct json *v = json_first(list); v && rc == 0;
             v = json_next(v)) {
            buf_addz(&w->sql, " OR ");
            rc = where_count(w);
            if (rc == 0)
                rc = put_one(w, f, op, v);
        }
    } else if (json_len(list)) {
        n = bind_list(w, f, op, list, &has_null);
        if (n == 0)
            return w->e && w->e->code ? w->e->code : CM_EARG;
        buf_addz(&w->sql, " OR ");
        put_equal(w, f, true, n);
        if (has_null) {
            buf_addz(&w->sql, " OR ");
            put_exists(w, f, false);
        }
    }
    buf_addz(&w->sql, "))");
    return rc;
}

static int put_contains(struct where *w, const struct field *f,
                        enum where_op op, const struct json *v)
{
    bool fold = op == OP_ICONTAINS;

    if (f->is != IS_TEXT && f->is != IS_APP && f->is != IS_LIST)
        return no_op(w, f, op);
    if (!json_is_str(v))
        return wrong(w, f, op, "text");
    if (f->is == IS_LIST)
        buf_addf(&w->sql,
                 fold ? "EXISTS (SELECT 1 FROM (%s) WHERE type = 'text' AND "
                        "instr(lower(value), lower(?%d)) > 0)"
                      : "EXISTS (SELECT 1 FROM (%s) WHERE type = 'text' AND "
                        "instr(value, ?%d) > 0)",
                 f->sql, where_bind_json(w, v));
    else
        buf_addf(&w->sql,
                 fold ? "ifnull(instr(lower(%s), lower(?%d)) > 0, 0)"
                      : "ifnull(instr(%s, ?%d) > 0, 0)",
                 f->sql, where_bind_json(w, v));
    return 0;
}

static int put_order(struct where *w, const struct field *f, enum where_op op,
                     const struct json *v)
{
    if (f->is == IS_TIME)
        return put_time(w, f, op, v);
    if (f->is == IS_BOOL || f->is == IS_LIST)
        return no_op(w, f, op);
    if (!fits(f, v))
        return wrong(w, f, op, wants(f));
    buf_addf(&w->sql, "ifnull(%s%s?%d, 0)", f->sql, where_op_sql(op),
             bind_value(w, f, v));
    return 0;
}

int where_field(struct where *w, struct str field, enum where_op op,
                const struct json *v)
{
    const struct field *f = field_of(field);
    int rc = where_count(w);

    if (rc < 0)
        return rc;
    if (where_is_any(op, v))
        return put_exists(w, f, op == OP_EQ);
    switch (op) {
    case OP_EQ:
        return put_one(w, f, op, v);
    case OP_NE:
        buf_addz(&w->sql, "(NOT ");
        rc = put_one(w, f, op, v);
        buf_addc(&w->sql, ')');
        return rc;
    case OP_IN:
    case OP_NIN:
        return put_in(w, f, op, v);
    case OP_CONTAINS:
    case OP_ICONTAINS:
        return put_contains(w, f, op, v);
    case OP_EXISTS:
        if (!json_is_bool(v))
            return wrong(w, f, op, "true or false");
        return put_exists(w, f, json_bool(v));
    default:
        return put_order(w, f, op, v);
    }
}
