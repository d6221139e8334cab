/* where_model.c - filters as they are described: nothing of where*.c. */
#include "base/common.h"

#include <math.h>

#include "test.h"
#include "where_rig.h"

enum vt { V_NONE, V_TEXT, V_NUM, V_BOOL, V_OTHER };

struct val {
    enum vt t;
    struct str s;
    double n;
};

static struct val val_of(const struct json *j)
{
    if (json_is_str(j))
        return (struct val){V_TEXT, json_str(j), 0};
    if (json_is_num(j))
        return (struct val){V_NUM, STR_NONE, json_num(j)};
    if (json_is_bool(j))
        return (struct val){V_BOOL, STR_NONE, json_bool(j)};
    return (struct val){!j || json_is_null(j) ? V_NONE : V_OTHER, STR_NONE, 0};
}

static int order(struct val a, struct val b)
{
    size_t n = a.s.n < b.s.n ? a.s.n : b.s.n;
    int c;

    if (a.t != V_TEXT)
        return a.n < b.n ? -1 : a.n > b.n;
    c = n ? memcmp(a.s.p, b.s.p, n) : 0;
    return c ? c : a.s.n < b.s.n ? -1 : a.s.n > b.s.n;
}

static bool equal(struct val a, struct val b)
{
    return a.t == b.t && a.t != V_NONE && a.t != V_OTHER && order(a, b) == 0;
}

/* A value, or the elements of a list. */
struct field_val {
    struct val one;
    struct val list[16];
    size_t n;
    bool is_list, is_time, any_list; /* any_list: a field that is always one */
};

static void list_of(struct field_val *f, const struct json *list)
{
    for (const struct json *v = json_first(list); v; v = json_next(v))
        f->list[f->n++] = val_of(v);
}

static struct val text_val(const char *z)
{
    return (struct val){z ? V_TEXT : V_NONE, str_of(z), 0};
}

static struct field_val field_of_mem(const struct where_mem *m, struct str name)
{
    const struct {
        const char *name, *z;
    } texts[] = {
        {"user_id", m->user}, {"agent_id", m->agent}, {"run_id", m->run},
        {"app_id", m->app},   {"branch", m->branch},  {"kind", m->kind},
        {"type", m->type},    {"origin", m->origin},  {"external_id", m->ext},
        {"group", m->group},  {"text", m->text}};
    const struct {
        const char *name;
        int64_t ms;
    } times[] = {{"created_at", m->created},
                 {"updated_at", m->updated},
                 {"event_at", m->event},
                 {"expires_at", m->expires}};
    struct field_val f = {0};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (str_eqz(name, texts[i].name))
            f.one = text_val(texts[i].z);
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        if (str_eqz(name, times[i].name)) {
            f.is_time = true;
            f.one = (struct val){times[i].ms ? V_NUM : V_NONE, STR_NONE,
                                 (double)times[i].ms};
        }
    if (str_eqz(name, "importance"))
        f.one = (struct val){V_NUM, STR_NONE, m->importance};
    if (str_eqz(name, "pinned"))
        f.one = (struct val){V_BOOL, STR_NONE, m->pinned};
    if (str_eqz(name, "categories") || str_eqz(name, "keywords")) {
        f.is_list = f.any_list = true;
        list_of(&f, json_get(m->metadata, name.p));
        list_of(&f, json_get(m->data, str_eqz(name, "keywords") ? "keywords"
                                                                : "concepts"));
    }
    return f;
}

/* The span of a time of the tree: see put_time below for what there is. */
static void span_of(const struct json *v, double *from, double *until)
{
    struct tm tm = {.tm_year = 126};
    struct str s = json_str(v);
    int day = 0, hour = 0;

    if (json_is_num(v)) {
        *from = json_num(v);
        *until = *from + 1;
        return;
    }
    CHECK(sscanf(s.p, "2026-01-%dT%d:", &day, &hour) >= 1);
    tm.tm_mday = day;
    tm.tm_hour = hour;
    *from = (double)timegm(&tm) * 1000;
    *until = *from + (s.n == 10 ? 86400000 : 1);
}

static bool same(const struct field_val *f, const struct json *v)
{
    double from, until;

    if (json_is_null(v))
        return f->any_list ? f->n == 0 : f->one.t == V_NONE;
    if (f->any_list) {
        for (size_t i = 0; i < f->n; i++)
            if (f->list[i].t == V_TEXT && equal(f->list[i], val_of(v)))
                return true;
        return false;
    }
    if (f->is_time) {
        span_of(v, &from, &until);
        return f->one.t == V_NUM && f->one.n >= from && f->one.n < until;
    }
    return equal(f->one, val_of(v));
}

static bool has_part(struct str hay, struct str needle, bool fold)
{
    return (fold ? str_ifind(hay, needle) : str_find(hay, needle)) >= 0;
}

static bool contains(const struct field_val *f, const struct json *v, bool fold)
{
    struct val want = val_of(v);

    for (size_t i = 0; i < f->n && f->any_list; i++)
        if (f->list[i].t == V_TEXT && has_part(f->list[i].s, want.s, fold))
            return true;
    for (size_t i = 0; i < f->n && f->is_list && !f->any_list; i++)
        if (fold ? f->list[i].t == V_TEXT && str_ieq(f->list[i].s, want.s)
                 : equal(f->list[i], want))
            return true;
    return !f->is_list && f->one.t == V_TEXT && want.t == V_TEXT &&
           has_part(f->one.s, want.s, fold);
}

static bool compares(const struct field_val *f, struct str op,
                     const struct json *v)
{
    struct val want = val_of(v);
    double from, until;
    int c;

    if (f->is_time) {
        span_of(v, &from, &until);
        if (f->one.t == V_NONE)
            return false;
        return str_eqz(op, "gt")    ? f->one.n >= until
               : str_eqz(op, "gte") ? f->one.n >= from
               : str_eqz(op, "lt")  ? f->one.n < from
                                    : f->one.n < until;
    }
    if (f->is_list || f->one.t != want.t)
        return false;
    c = order(f->one, want);
    return str_eqz(op, "gt")    ? c > 0
           : str_eqz(op, "gte") ? c >= 0
           : str_eqz(op, "lt")  ? c < 0
                                : c <= 0;
}

static bool holds_op(const struct field_val *f, struct str op,
                     const struct json *v)
{
    bool there = f->any_list ? f->n > 0 : f->one.t != V_NONE || f->is_list;
    bool in = false;

    if (str_eqz(op, "exists"))
        return there == json_bool(v);
    if (str_eqz(op, "eq"))
        return json_is_str(v) && str_eqz(json_str(v), "*") ? there : same(f, v);
    if (str_eqz(op, "ne"))
        return json_is_str(v) && str_eqz(json_str(v), "*") ? !there
                                                           : !same(f, v);
    if (str_eqz(op, "in") || str_eqz(op, "nin")) {
        for (const struct json *x = json_first(v); x; x = json_next(x))
            in |= same(f, x);
        return in == str_eqz(op, "in");
    }
    if (str_eqz(op, "contains") || str_eqz(op, "icontains"))
        return contains(f, v, op.p[0] == 'i');
    return compares(f, op, v);
}

static bool holds_field(const struct field_val *f, const struct json *v)
{
    if (json_is_array(v))
        return holds_op(f, STR("in"), v);
    if (!json_is_object(v))
        return holds_op(f, STR("eq"), v);
    for (const struct json *m = json_first(v); m; m = json_next(m))
        if (!holds_op(f, json_key(m), m))
            return false;
    return true;
}

static bool is_op(struct str s)
{
    static const char *const ops[] = {"eq",       "ne",        "gt",    "gte",
                                      "lt",       "lte",       "in",    "nin",
                                      "contains", "icontains", "exists"};

    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        if (str_eqz(s, ops[i]))
            return true;
    return false;
}

static bool holds_metadata(const struct json *have, const struct json *want)
{
    for (const struct json *m = json_first(want); m; m = json_next(m)) {
        const struct json *v =
            json_is_object(have) ? json_get(have, json_key(m).p) : NULL;
        struct field_val f = {.one = val_of(v), .is_list = json_is_array(v)};

        if (json_is_object(m) && !is_op(json_key(json_first(m)))) {
            if (!holds_metadata(v, m))
                return false;
            continue;
        }
        if (f.is_list)
            list_of(&f, v);
        if (!holds_field(&f, m))
            return false;
    }
    return true;
}

bool where_model_holds(const struct where_mem *m, const struct json *tree)
{
    for (const struct json *t = json_first(tree); t; t = json_next(t)) {
        struct str key = json_key(t);
        struct field_val f;
        bool all = true, any = false;

        for (const struct json *x = json_first(t); x && json_is_array(t);
             x = json_next(x)) {
            bool h = where_model_holds(m, x);

            all &= h;
            any |= h;
        }
        if (str_ieq(key, STR("and"))) {
            if (!all)
                return false;
        } else if (str_ieq(key, STR("or"))) {
            if (!any)
                return false;
        } else if (str_ieq(key, STR("not"))) {
            if (all)
                return false;
        } else if (str_eqz(key, "metadata")) {
            if (!holds_metadata(m->metadata, t))
                return false;
        } else {
            f = field_of_mem(m, key);
            if (!holds_field(&f, t))
                return false;
        }
    }
    return true;
}
