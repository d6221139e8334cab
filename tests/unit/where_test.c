/* where_test.c - filters as trees (lib/store/where.h), against a model. */
#include "base/common.h"

#include <math.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "store/where.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_where
#include "tests/fuzz/where.c"
#undef FUZZ_ENTRY

/* 2026-01-01 00:00 UTC; times of the model are multiples of six hours. */
#define BASE INT64_C(1767225600000)
#define STEP INT64_C(21600000)
#define NOW  INT64_C(1773828000000)
#define MEMS 48

/* A memory as the model knows it. NULL and 0 (expires) are not there. */
struct mem {
    const char *user, *agent, *branch, *kind, *type, *origin, *topic, *ext,
        *group, *text, *run, *app;
    int importance, pinned;
    int64_t created, updated, event, expires;
    struct json *metadata, *data;
};

static uint32_t rnd_state;

static uint32_t rnd(uint32_t n)
{
    rnd_state ^= rnd_state << 13;
    rnd_state ^= rnd_state >> 17;
    rnd_state ^= rnd_state << 5;
    return rnd_state % n;
}

static const char *const words[] = {
    "ada", "Bob", "x", "Ada", "o'hara", "tests", "\xc3\xa9t\xc3\xa9"};
static const char *const kinds[] = {"observation", "fact", "summary", "note",
                                    "prompt"};
static const char *const uids[] = {"run-1", "run-2"};
static const char *const apps[] = {"alpha", "beta"};
/* Keys that would break a path that is put together without care. */
static const char *const keys[] = {"area", "a.b",  "it's", "q\\\"q",
                                   "n",    "list", "$",    "\xc3\xa9"};

static const char *maybe(void)
{
    return rnd(4) ? words[rnd(ARRAY_LEN(words))] : NULL;
}

static void put_scalar(struct buf *b)
{
    switch (rnd(8)) {
    case 0:
        buf_addf(b, "%u", rnd(4));
        break;
    case 1:
        buf_addf(b, "%u.0", rnd(3));
        break;
    case 2:
        buf_addf(b, "%u.5", rnd(3));
        break;
    case 3:
        buf_addz(b, rnd(2) ? "true" : "false");
        break;
    case 4:
        buf_addf(b, "\"%u\"", rnd(3));
        break;
    default:
        buf_addf(b, "\"%s\"", words[rnd(ARRAY_LEN(words))]);
        break;
    }
}

static void put_values(struct buf *b)
{
    buf_addc(b, '[');
    for (uint32_t i = 0, n = rnd(4); i < n; i++) {
        if (i)
            buf_addc(b, ',');
        put_scalar(b);
    }
    buf_addc(b, ']');
}

/* An object of random members; at the top also the lists that have a field. */
static void put_object(struct buf *b, int depth)
{
    bool first = true;

    buf_addc(b, '{');
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        if (rnd(3))
            continue;
        buf_addf(b, "%s\"%s\":", first ? "" : ",", keys[k]);
        first = false;
        switch (rnd(6)) {
        case 0:
            buf_addz(b, "null");
            break;
        case 1:
            put_values(b);
            break;
        case 2:
            if (depth < 2) {
                put_object(b, depth + 1);
                break;
            }
            /* fall through */
        default:
            put_scalar(b);
        }
    }
    if (depth == 0 && rnd(2)) {
        buf_addf(b, "%s\"%s\":", first ? "" : ",",
                 rnd(2) ? "categories" : "keywords");
        put_values(b);
    }
    buf_addc(b, '}');
}

static struct json *parsed(const struct buf *b)
{
    struct err e = {0};
    struct json *j = json_parse(buf_str(b), &e);

    if (!j)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, b->data);
    return j;
}

static void make_mem(struct mem *m)
{
    struct buf b;

    buf_init(&b, 1 << 16);
    *m = (struct mem){
        .user = maybe(),
        .agent = maybe(),
        .branch = maybe(),
        .type = maybe(),
        .ext = maybe(),
        .group = maybe(),
        .kind = kinds[rnd(ARRAY_LEN(kinds))],
        .origin = rnd(2) ? "user" : "tool",
        .text = words[rnd(ARRAY_LEN(words))],
        .run = rnd(3) ? uids[rnd(ARRAY_LEN(uids))] : NULL,
        .app = rnd(3) ? apps[rnd(ARRAY_LEN(apps))] : NULL,
        .importance = (int)rnd(5) + 1,
        .pinned = (int)rnd(2),
        .created = BASE + (int64_t)rnd(16) * STEP,
        .updated = BASE + (int64_t)rnd(16) * STEP,
        .event = BASE + (int64_t)rnd(16) * STEP,
        .expires = rnd(2) ? BASE + (int64_t)rnd(16) * STEP : 0,
    };
    if (rnd(4)) {
        put_object(&b, 0);
        m->metadata = parsed(&b);
    }
    if (rnd(2)) {
        buf_reset(&b);
        buf_addz(&b, rnd(2) ? "{\"concepts\":" : "{\"keywords\":");
        put_values(&b);
        buf_addc(&b, '}');
        m->data = parsed(&b);
    }
    buf_free(&b);
}

static void bind(struct stmt *s, int i, const char *z)
{
    stmt_str(s, i, z ? str_of(z) : STR_NONE);
}

static void bind_json(struct stmt *s, int i, const struct json *j,
                      struct arena *a)
{
    struct buf b;

    if (!j) {
        stmt_null(s, i);
        return;
    }
    buf_init(&b, 1 << 16);
    json_print(j, &b, 0);
    stmt_str(s, i, arena_str(a, buf_str(&b)));
    buf_free(&b);
}

static void store(struct db *db, const struct mem *m, int64_t id,
                  struct arena *a)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO memories (id, kind, type, title, text, data, branch, "
            "user, agent, origin, importance, pinned, created_ms, updated_ms, "
            "event_ms, expires_ms, topic_key, hash, external_id, group_key, "
            "metadata, session_id, project_id) VALUES (?1, ?2, ?3, '', ?4, ?5, "
            "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, NULL, "
            "CAST(?1 AS BLOB), ?16, ?17, "
            "?18, (SELECT id FROM sessions WHERE uid = ?19), "
            "(SELECT id FROM projects WHERE name = ?20))");
    const char *const texts[] = {m->kind, m->type, m->text};
    struct err e;

    stmt_int(s, 1, id);
    for (int i = 0; i < 3; i++)
        bind(s, 2 + i, texts[i]);
    bind_json(s, 5, m->data, a);
    bind(s, 6, m->branch);
    bind(s, 7, m->user);
    bind(s, 8, m->agent);
    bind(s, 9, m->origin);
    stmt_int(s, 10, m->importance);
    stmt_int(s, 11, m->pinned);
    stmt_int(s, 12, m->created);
    stmt_int(s, 13, m->updated);
    stmt_int(s, 14, m->event);
    if (m->expires)
        stmt_int(s, 15, m->expires);
    bind(s, 16, m->ext);
    bind(s, 17, m->group);
    bind_json(s, 18, m->metadata, a);
    bind(s, 19, m->run);
    bind(s, 20, m->app);
    if (stmt_run(s, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
}

/* --- the model: filters as they are described, nothing of where*.c -------- */

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

static struct field_val field_of_mem(const struct mem *m, struct str name)
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

    for (size_t i = 0; i < f->n && f->is_list; i++)
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
        return !same(f, v);
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

static bool holds(const struct mem *m, const struct json *tree)
{
    for (const struct json *t = json_first(tree); t; t = json_next(t)) {
        struct str key = json_key(t);
        struct field_val f;
        bool all = true, any = false;

        for (const struct json *x = json_first(t); x && json_is_array(t);
             x = json_next(x)) {
            bool h = holds(m, x);

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

/* --- random trees ----------------------------------------------------------- */

static void put_word(struct buf *b)
{
    buf_addf(b, "\"%s\"", words[rnd(ARRAY_LEN(words))]);
}

static void put_time(struct buf *b)
{
    uint32_t k = rnd(16);

    switch (rnd(3)) {
    case 0:
        buf_addf(b, "%lld", (long long)(BASE + k * STEP));
        break;
    case 1:
        buf_addf(b, "\"2026-01-%02uT%02u:00:00Z\"", 1 + k / 4, k % 4 * 6);
        break;
    default:
        buf_addf(b, "\"2026-01-%02u\"", 1 + k / 4);
        break;
    }
}

static void put_many(struct buf *b, void (*put)(struct buf *))
{
    buf_addc(b, '[');
    for (uint32_t i = 0, n = rnd(4); i < n; i++) {
        if (i)
            buf_addc(b, ',');
        if (rnd(8))
            put(b);
        else
            buf_addz(b, "null");
    }
    buf_addc(b, ']');
}

static void put_number(struct buf *b)
{
    buf_addf(b, "%u", rnd(6));
}
static void put_bool(struct buf *b)
{
    buf_addz(b, rnd(2) ? "true" : "false");
}

/* An operator with its value, or a bare value: all that the type has. */
static void put_compare(struct buf *b, void (*put)(struct buf *), bool orders,
                        bool contains_it)
{
    static const char *const cmp[] = {"gt", "gte", "lt", "lte"};
    int n = (int)rnd(3); /* further operators */

    switch (rnd(6)) {
    case 0:
        put(b);
        return;
    case 1:
        put_many(b, put);
        return;
    case 2:
        buf_addz(b, rnd(2) ? "null" : "\"*\"");
        return;
    default:
        break;
    }
    buf_addc(b, '{');
    for (int i = 0; i <= n; i++) {
        uint32_t k = rnd(7);

        if (i)
            buf_addc(b, ',');
        if (k < 2 && orders) {
            buf_addf(b, "\"%s\":", cmp[rnd(4)]);
            put(b);
        } else if (k == 2 && contains_it) {
            buf_addf(b, "\"%scontains\":", rnd(2) ? "i" : "");
            put_word(b);
        } else if (k < 4) {
            buf_addf(b, "\"%s\":", rnd(2) ? "in" : "nin");
            put_many(b, put);
        } else if (k == 4) {
            buf_addz(b, "\"exists\":");
            put_bool(b);
        } else {
            buf_addf(b, "\"%s\":", rnd(2) ? "eq" : "ne");
            put(b);
        }
    }
    buf_addc(b, '}');
}

static void put_kind(struct buf *b)
{
    buf_addf(b, "\"%s\"", kinds[rnd(ARRAY_LEN(kinds))]);
}
static void put_run(struct buf *b)
{
    buf_addf(b, "\"%s\"", uids[rnd(ARRAY_LEN(uids))]);
}
static void put_app(struct buf *b)
{
    buf_addf(b, "\"%s\"", apps[rnd(ARRAY_LEN(apps))]);
}
/* Text or a number: what has an order within metadata. */
static void put_ordered(struct buf *b)
{
    if (rnd(2))
        put_word(b);
    else
        buf_addf(b, "%u%s", rnd(3), rnd(2) ? ".5" : "");
}

static void put_metadata(struct buf *b, int depth)
{
    buf_addf(b, "{\"%s\":", keys[rnd(ARRAY_LEN(keys))]);
    if (depth < 2 && rnd(4) == 0)
        put_metadata(b, depth + 1);
    else if (rnd(2))
        put_compare(b, put_ordered, true, true);
    else
        put_compare(b, put_scalar, false, true);
    buf_addc(b, '}');
}

static void put_leaf(struct buf *b)
{
    static const char *const texts[] = {"user_id", "agent_id",    "branch",
                                        "type",    "external_id", "group",
                                        "text",    "origin"};
    static const char *const times[] = {"created_at", "updated_at", "event_at",
                                        "expires_at"};
    static const char *const lists[] = {"categories", "keywords"};

    switch (rnd(9)) {
    case 0:
        buf_addz(b, "\"importance\":");
        put_compare(b, put_number, true, false);
        break;
    case 1:
        buf_addz(b, "\"pinned\":");
        put_compare(b, put_bool, false, false);
        break;
    case 2:
        buf_addf(b, "\"%s\":", times[rnd(4)]);
        put_compare(b, put_time, true, false);
        break;
    case 3:
        buf_addf(b, "\"%s\":", lists[rnd(2)]);
        put_compare(b, put_word, false, true);
        break;
    case 4:
        buf_addz(b, "\"kind\":");
        put_compare(b, put_kind, true, true);
        break;
    case 5:
        buf_addz(b, rnd(2) ? "\"run_id\":" : "\"app_id\":");
        put_compare(b, b->data[b->len - 3] == 'n' ? put_run : put_app, true,
                    true);
        break;
    case 6:
    case 7:
        buf_addz(b, "\"metadata\":");
        put_metadata(b, 0);
        break;
    default:
        buf_addf(b, "\"%s\":", texts[rnd(ARRAY_LEN(texts))]);
        put_compare(b, put_word, true, true);
        break;
    }
}

static void put_tree(struct buf *b, int depth)
{
    static const char *const joins[] = {"AND", "OR", "NOT", "and", "or", "Not"};

    buf_addc(b, '{');
    if (depth < 4 && rnd(3)) {
        buf_addf(b, "\"%s\":[", joins[rnd(ARRAY_LEN(joins))]);
        for (uint32_t i = 0, n = 1 + rnd(3); i < n; i++) {
            if (i)
                buf_addc(b, ',');
            put_tree(b, depth + 1);
        }
        buf_addc(b, ']');
        if (rnd(4) == 0) {
            buf_addc(b, ',');
            put_leaf(b);
        }
    } else if (rnd(16)) {
        put_leaf(b);
    }
    buf_addc(b, '}');
}

static struct db *open_db(void)
{
    struct db *db;
    struct err e;

    setenv("TZ", "UTC", 1);
    tzset();
    if (db_open(&db, ":memory:", DB_WRITE, &e) < 0 ||
        db_exec(db,
                "INSERT INTO projects (id, name, root, created_ms) VALUES "
                "(1, 'alpha', '/w/alpha', 1), (2, 'beta', '/w/beta', 1);"
                "INSERT INTO project_keys VALUES ('app:gamma', 2);"
                "INSERT INTO sessions (id, uid, project_id, cwd, "
                "started_ms, last_ms) VALUES (1, 'run-1', 1, '/', 1, 1), "
                "(2, 'run-2', 2, '/', 1, 1)",
                &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return db;
}

static void check_tree(struct db *db, const struct mem *mems,
                       const struct buf *text, size_t *hits)
{
    struct json *tree = parsed(text);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    if (where_ids(db, tree, NOW, &a, &set, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, text->data);
    for (int64_t i = 0; i < MEMS; i++)
        if (id_set_has(&set, i + 1) != holds(&mems[i], tree))
            test_fail(__FILE__, __LINE__, "#%lld: the model says %d: %s",
                      (long long)i + 1, holds(&mems[i], tree), text->data);
    *hits += set.n > 0 && set.n < MEMS;
    json_free(tree);
    arena_free(&a);
}

TEST(where, what_nothing_satisfies_is_an_empty_list_that_can_be_copied)
{
    struct db *db = open_db();
    struct json *tree = json_parse(STR("{\"user_id\": \"nobody\"}"), NULL);
    struct arena a = {0};
    struct id_set set;

    CHECK_INT(where_ids(db, tree, NOW, &a, &set, NULL), 0);
    CHECK_INT(set.n, 0);
    CHECK(set.ids != NULL);
    json_free(tree);
    arena_free(&a);
    db_close(db);
}

TEST(where, agrees_with_a_model_over_random_trees)
{
    struct db *db = open_db();
    struct mem mems[MEMS];
    struct arena a = {0};
    struct buf b;
    size_t hits = 0, trees = 4000;

    rnd_state = 20260318;
    for (int i = 0; i < MEMS; i++) {
        make_mem(&mems[i]);
        store(db, &mems[i], i + 1, &a);
    }
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < trees; i++) {
        buf_reset(&b);
        put_tree(&b, 0);
        check_tree(db, mems, &b, &hits);
    }
    CHECK(hits > trees / 3); /* neither all nor none: the trees say something */
    for (int i = 0; i < MEMS; i++) {
        json_free(mems[i].metadata);
        json_free(mems[i].data);
    }
    buf_free(&b);
    arena_free(&a);
    db_close(db);
}

static struct err fails(struct db *db, const char *text)
{
    struct json *tree = json_parse(str_of(text), NULL);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    CHECK(tree != NULL);
    if (where_ids(db, tree, NOW, &a, &set, &e) != CM_EARG)
        test_fail(__FILE__, __LINE__, "no error: %s", text);
    CHECK_INT(e.code, CM_EARG);
    json_free(tree);
    arena_free(&a);
    return e;
}
#define CHECK_FAILS(text, why)                                                 \
    do {                                                                       \
        struct err fe_ = fails(db, text);                                      \
        CHECK_HAS(str_of(fe_.msg), why);                                       \
    } while (0)

TEST(where, says_in_a_sentence_what_is_wrong)
{
    struct db *db = open_db();
    struct buf b;

    CHECK_FAILS("[]", "JSON object");
    CHECK_FAILS("\"x\"", "JSON object");
    CHECK_FAILS("{\"AND\": []}", "at least");
    CHECK_FAILS("{\"OR\": [1]}", "JSON object");
    CHECK_FAILS("{\"colour\": 1}", "no field colour");
    CHECK_FAILS("{\"user_id\": {\"like\": \"a\"}}", "no operator like");
    CHECK_FAILS("{\"user_id\": {}}", "user_id needs");
    CHECK_FAILS("{\"user_id\": 1}", "user_id eq wants text");
    CHECK_FAILS("{\"user_id\": {\"in\": \"a\"}}", "user_id in wants a list");
    CHECK_FAILS("{\"user_id\": [\"a\", 2]}", "wants text");
    CHECK_FAILS("{\"importance\": \"3\"}", "importance eq wants a number");
    CHECK_FAILS("{\"importance\": {\"contains\": \"3\"}}",
                "importance has no operator contains");
    CHECK_FAILS("{\"pinned\": 1}", "true or false");
    CHECK_FAILS("{\"pinned\": {\"gt\": true}}", "pinned has no operator gt");
    CHECK_FAILS("{\"created_at\": \"soon\"}", "created_at eq wants a time");
    CHECK_FAILS("{\"created_at\": {\"gt\": true}}", "wants a time");
    CHECK_FAILS("{\"id\": \"abc\"}", "id eq wants a number");
    CHECK_FAILS("{\"categories\": {\"lt\": \"a\"}}", "no operator lt");
    CHECK_FAILS("{\"user_id\": {\"exists\": \"yes\"}}", "true or false");
    CHECK_FAILS("{\"metadata\": 3}", "metadata is compared with an object");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"gt\": true}}}",
                "metadata a: gt wants");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"in\": [[1]]}}}", "in wants");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"b\": {\"c\": {\"d\": {\"e\": "
                "{\"f\": {\"g\": {\"h\": {\"i\": 1}}}}}}}}}}",
                "8 members deep");
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 20; i++)
        buf_addz(&b, "{\"NOT\":[");
    buf_addz(&b, "{}");
    for (int i = 0; i < 20; i++)
        buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "16 levels");
    buf_reset(&b);
    buf_addz(&b, "{\"OR\":[{}");
    for (int i = 0; i < 300; i++)
        buf_addz(&b, ",{\"user_id\":\"a\"}");
    buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "256 comparisons");
    buf_reset(&b);
    buf_addz(&b, "{\"user_id\":[\"a\"");
    for (int i = 0; i < 10001; i++)
        buf_addz(&b, ",\"a\"");
    buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "10000 values");
    buf_free(&b);
    db_close(db);
}

static size_t count(struct db *db, const char *text)
{
    struct json *tree = json_parse(str_of(text), NULL);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    CHECK(tree != NULL);
    if (where_ids(db, tree, NOW, &a, &set, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, text);
    json_free(tree);
    arena_free(&a);
    return set.n;
}

TEST(where, takes_as_much_as_it_says)
{
    struct db *db = open_db();
    struct mem m = {.kind = "note",
                    .origin = "user",
                    .text = "x",
                    .user = "ada",
                    .app = "beta",
                    .event = BASE};
    struct arena a = {0};
    struct buf b;

    for (int64_t i = 1; i <= 40; i++)
        store(db, &m, i, &a);
    buf_init(&b, 1 << 20);
    buf_addz(&b, "{\"id\":[0");
    for (int i = 1; i < 10000; i++)
        buf_addf(&b, ",%d", i);
    buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 40);
    buf_reset(&b);
    buf_addz(&b, "{\"OR\":[{\"user_id\":\"b\"}");
    for (int i = 1; i < 256; i++)
        buf_addf(&b, ",{\"metadata\":{\"k%d\":{\"gt\":%d}}}", i, i);
    buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 0);
    buf_reset(&b);
    for (int i = 0; i < 15; i++)
        buf_addz(&b, "{\"NOT\":[");
    buf_addz(&b, "{\"user_id\":\"ada\"}");
    for (int i = 0; i < 15; i++)
        buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 0);
    CHECK_INT(count(db, "{\"id\": [\"#3\", \"4\", 5]}"), 3);
    CHECK_INT(count(db, "{\"id\": {\"gt\": \"#38\"}}"), 2);
    CHECK_INT(count(db, "{\"app_id\": \"gamma\"}"), 40);
    CHECK_INT(count(db, "{\"app_id\": \"/w/beta\"}"), 40);
    CHECK_INT(count(db, "{\"event_at\": \"2026-01-01\"}"), 40);
    CHECK_INT(count(db, "{\"NOT\": {\"user_id\": \"ada\"}}"), 0);
    CHECK_INT(count(db, "{}"), 40);
    buf_free(&b);
    arena_free(&a);
    db_close(db);
}

/* What is no JSON in the store is no error of the filter. */
TEST(where, passes_over_damaged_metadata)
{
    struct db *db = open_db();
    struct err e;

    CHECK_INT(db_exec(db,
                      "INSERT INTO memories (id, kind, title, text, "
                      "origin, created_ms, updated_ms, event_ms, hash, "
                      "metadata, data) VALUES (1, 'note', '', '', 'user', "
                      "1, 1, 1, x'01', '{broken', 'x'), (2, 'note', '', "
                      "'', 'user', 1, 1, 1, x'02', '{\"a\":1}', NULL)",
                      &e),
              0);
    CHECK_INT(count(db, "{\"metadata\": {\"a\": 1}}"), 1);
    CHECK_INT(count(db, "{\"metadata\": {\"a\": {\"ne\": 1}}}"), 1);
    CHECK_INT(count(db, "{\"categories\": {\"exists\": false}}"), 2);
    db_close(db);
}

TEST(where, takes_any_json)
{
    static const char *const parts[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"AND\"",
        "\"OR\"",
        "\"not\"",
        "\"user_id\"",
        "\"metadata\"",
        "\"eq\"",
        "\"in\"",
        "null",
        "true",
        "1e308",
        "-1",
        "\"*\"",
        "\"2026-01-01\"",
        "\"created_at\"",
        "\"\\u0000\"",
        "\"gt\"",
        "\"x\"",
    };
    char text[512];

    rnd_state = 5;
    for (int i = 0; i < 20000; i++) {
        size_t n = 1;

        text[0] = '{';
        for (uint32_t k = 0, m = rnd(24); k < m; k++) {
            const char *p = parts[rnd(ARRAY_LEN(parts))];

            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        fuzz_where((const uint8_t *)text, n);
    }
}
