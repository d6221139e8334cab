/* mem0_filter.c - mem0's filters become those of where.h: see mem0.h. */
#include "base/common.h"

#include <math.h>

#include "ops/scope.h"
#include "store/where.h"
#include "worker/mem0.h"

/* Of theirs, as of where.h. */
#define DEPTH_MAX WHERE_DEPTH
/* Text of so many digits is seconds: fewer may be a date. */
#define SECONDS_DIGITS 9

enum field_is {
    IS_PLAIN,
    IS_NAME,
    IS_TIME,
    IS_DAY,
    IS_ID,
    IS_WORDS,
    IS_OPAQUE
};

static const struct field {
    const char *theirs, *ours;
    enum field_is is;
} fields[] = {
    {"user_id", "user_id", IS_NAME},
    {"agent_id", "agent_id", IS_NAME},
    {"app_id", "app_id", IS_NAME},
    {"run_id", "run_id", IS_NAME},
    {"session_id", "run_id", IS_NAME},
    {"created_at", "event_at", IS_TIME}, /* a timestamp moves it */
    {"timestamp", "event_at", IS_TIME},
    {"updated_at", "updated_at", IS_TIME},
    {"expiration_date", "expires_at", IS_DAY},
    {"id", "id", IS_ID},
    {"memory_id", "id", IS_ID},
    {"memory_ids", "id", IS_ID},
    {"keywords", "text", IS_WORDS}, /* theirs look into the text */
    {"memory", "text", IS_PLAIN},
    {"text", "text", IS_PLAIN},
    {"category", "categories", IS_PLAIN},
    {"categories", "categories", IS_PLAIN},
    {"metadata", "metadata", IS_OPAQUE},
    {"kind", "kind", IS_PLAIN},
    {"type", "type", IS_PLAIN},
    {"origin", "origin", IS_PLAIN},
    {"branch", "branch", IS_PLAIN},
    {"group", "group", IS_PLAIN},
    {"importance", "importance", IS_PLAIN},
    {"pinned", "pinned", IS_PLAIN},
};

struct walk {
    const struct mem0_ask *ask;
    bool has_kind; /* the caller says which kinds are meant */
    struct err *e;
};

static const struct field *field_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (str_eqz(name, fields[i].theirs))
            return &fields[i];
    return NULL;
}

/* Seconds since 1970, also as text, in milliseconds; a date or anything else as
 * it is. */
static struct json *time_of(const struct json *v)
{
    double n = json_num(v);
    int64_t s;

    if (json_is_str(v) && json_str(v).n >= SECONDS_DIGITS &&
        str_int(json_str(v), 0, INT64_C(99999999999), &s) == 0)
        return json_new_int(s * 1000);
    if (json_is_num(v) && fabs(n) < 1e11)
        return json_new_int((int64_t)(n * 1000));
    return json_copy(v);
}

/* One value as where.h has it: names as text, times in milliseconds, ids as
 * numbers; an id that names nothing here is 0, which no memory has. */
static struct json *value_of(const struct walk *k, const struct field *f,
                             const struct json *v)
{
    int64_t id = 0;
    char text[32];

    switch (f->is) {
    case IS_NAME:
        if (!json_is_num(v))
            break;
        snprintf(text, sizeof(text), "%.15g", json_num(v));
        return json_new_str(str_of(text));
    case IS_DAY:
        return mem0_expiry(v, &id, NULL) == 0 ? json_new_int(id) : time_of(v);
    case IS_TIME:
        return time_of(v);
    case IS_ID:
        if (!json_is_str(v) || str_eqz(json_str(v), "*"))
            break;
        if (mem0_id_get(k->ask->home, json_str(v), &id) < 0)
            id = 0;
        return json_new_int(id);
    case IS_PLAIN:
    case IS_WORDS:
    case IS_OPAQUE:
        break;
    }
    return json_copy(v);
}

static struct json *list_of(const struct walk *k, const struct field *f,
                            const struct json *v)
{
    struct json *out = json_array();

    for (const struct json *c = json_first(v); c; c = json_next(c))
        json_push(out, value_of(k, f, c));
    return out;
}

/* {name: value} joins the others; takes value over. */
static void also(struct json *all, const char *name, struct json *value)
{
    struct json *one = json_object();

    json_set(one, name, value);
    json_push(all, one);
}

static void also_op(struct json *all, const char *name, const char *op,
                    struct json *value)
{
    struct json *limits = json_object();

    json_set(limits, op, value);
    also(all, name, limits);
}

/* Has the text one of the words? `v` is one, or a list of them. */
static void also_words(struct json *all, const char *name, const struct json *v,
                       bool none)
{
    const struct json *c = json_is_array(v) ? json_first(v) : v;
    struct json *any = json_array(), *one;

    for (; c; c = json_is_array(v) ? json_next(c) : NULL)
        also_op(any, name, "icontains", json_copy(c));
    if (json_len(any) == 0) /* of no words none is there */
        also_op(any, name, "in", json_array());
    one = json_object();
    json_set(one, "OR", any);
    if (none)
        also(all, "NOT", one);
    else
        json_push(all, one);
}

/* An expiration date is the end of its day, where what is kept begins the next
 * one: on or after a day is after its beginning. */
static void also_day(const struct walk *k, const struct field *f,
                     const char *op, const struct json *v, struct json *all)
{
    bool from = strcmp(op, "gte") == 0, before = strcmp(op, "lt") == 0;
    int64_t end;

    if ((from || before) && json_str(v).n == 10 &&
        mem0_expiry(v, &end, NULL) == 0)
        also_op(all, f->ours, from ? "gt" : "lte",
                json_new_int(end - MEM0_DAY_MS));
    else
        also_op(all, f->ours, op,
                json_is_array(v) ? list_of(k, f, v) : value_of(k, f, v));
}

static void also_operator(const struct walk *k, const struct field *f,
                          const char *op, const struct json *v,
                          struct json *all)
{
    bool is = str_ieq(str_of(op), STR("eq")) || str_ieq(str_of(op), STR("in"));
    bool isnt =
        str_ieq(str_of(op), STR("ne")) || str_ieq(str_of(op), STR("nin"));
    bool word =
        json_is_array(v) || (json_is_str(v) && !str_eqz(json_str(v), "*"));

    if (f->is == IS_WORDS && word && (is || isnt))
        also_words(all, f->ours, v, isnt);
    else if (f->is == IS_DAY)
        also_day(k, f, op, v, all);
    else
        also_op(all, f->ours, op,
                json_is_array(v) ? list_of(k, f, v) : value_of(k, f, v));
}

/* A value, a list of them, or an object of operators: trees that all hold. */
static void also_field(const struct walk *k, const struct field *f,
                       const struct json *v, struct json *all)
{
    if (f->is == IS_OPAQUE || (json_is_object(v) && json_len(v) == 0))
        also(all, f->ours, json_copy(v));
    else if (json_is_array(v))
        also_operator(k, f, "in", v, all);
    else if (!json_is_object(v))
        also_operator(k, f, "eq", v, all);
    else
        for (const struct json *c = json_first(v); c; c = json_next(c))
            also_operator(k, f, json_key(c).p, c, all);
}

static int tree_of(struct walk *k, const struct json *v, int depth,
                   struct json **out);

/* What stands under AND, OR, NOT: a list, or one. */
static int trees_of(struct walk *k, const struct json *v, int depth,
                    struct json **out)
{
    struct json *list = json_array(), *one;
    int rc = 0;

    for (const struct json *c = json_is_array(v) ? json_first(v) : v;
         c && rc == 0; c = json_is_array(v) ? json_next(c) : NULL) {
        rc = tree_of(k, c, depth + 1, &one);
        if (rc == 0)
            json_push(list, one);
    }
    if (rc < 0)
        json_free(list);
    else
        *out = list;
    return rc;
}

/* NOT of several is that none of them holds; where.h's, that not all do. */
static int also_trees(struct walk *k, const struct json *c, int depth,
                      struct json *all)
{
    struct json *list, *any;
    int rc = trees_of(k, c, depth, &list);

    if (rc < 0)
        return rc;
    if (str_ieq(json_key(c), STR("not")) && json_len(list) > 1) {
        any = json_object();
        json_set(any, "OR", list);
        list = any;
    }
    also(all, json_key(c).p, list);
    return 0;
}

static int member_of(struct walk *k, const struct json *c, int depth,
                     struct json *all)
{
    struct str key = json_key(c);
    const struct field *f = field_of(key);
    struct json *meta;
    int rc = 0;

    if (str_ieq(key, STR("and")) || str_ieq(key, STR("or")) ||
        str_ieq(key, STR("not"))) {
        rc = also_trees(k, c, depth, all);
    } else if (f) {
        k->has_kind = k->has_kind || str_eqz(key, "kind");
        also_field(k, f, c, all);
    } else if (k->ask->is_oss) {
        meta = json_object();
        json_set(meta, key.p, json_copy(c));
        also(all, "metadata", meta);
    } else {
        rc = err_set(k->e, CM_EARG,
                     "There is no field %.*s to filter by: user_id, agent_id, "
                     "app_id, run_id, created_at, updated_at, "
                     "expiration_date, categories, keywords, metadata, "
                     "memory_ids and those of cmem's own filters are.",
                     STR_ARG(str_cut(key, 0, 64)));
    }
    return rc;
}

/* {"AND": [trees of each member]}: two of theirs may be one of ours. */
static int tree_of(struct walk *k, const struct json *v, int depth,
                   struct json **out)
{
    struct json *all = json_array(), *tree;
    int rc = 0;

    if (depth > DEPTH_MAX)
        rc = err_set(k->e, CM_EARG, "Filters have at most %d levels.",
                     DEPTH_MAX);
    else if (!json_is_object(v))
        rc = err_set(k->e, CM_EARG, "filters is a JSON object.");
    for (const struct json *c = json_first(v); c && rc == 0; c = json_next(c))
        rc = member_of(k, c, depth, all);
    if (rc < 0) {
        json_free(all);
        return rc;
    }
    if (json_len(all) == 1) { /* where.h counts levels, too */
        *out = json_copy(json_first(all));
        json_free(all);
        return 0;
    }
    tree = json_object();
    if (json_len(all))
        json_set(tree, "AND", all);
    else
        json_free(all);
    *out = tree;
    return 0;
}

/* What limits beside "filters". */
static void beside(struct walk *k, struct json *all)
{
    static const char *const ids[] = {"user_id", "agent_id", "app_id",
                                      "run_id"};
    static const struct {
        const char *name, *op;
    } dates[] = {{"start_date", "gte"}, {"end_date", "lte"}};
    const struct json *body = k->ask->body, *v;

    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        if ((v = json_get(body, ids[i])) && !json_is_null(v))
            also_field(k, field_of(str_of(ids[i])), v, all);
    for (size_t i = 0; i < ARRAY_LEN(dates); i++)
        if ((v = json_get(body, dates[i].name)) && !json_is_null(v))
            also_op(all, "event_at", dates[i].op,
                    value_of(k, field_of(STR("timestamp")), v));
    v = json_get(body, "categories");
    if (json_len(v) || (json_is_str(v) && json_str(v).n))
        also(all, "categories", json_copy(v));
    v = json_get(body, "metadata");
    if (json_is_object(v) && json_len(v))
        also(all, "metadata", json_copy(v));
    v = json_get(body, "keywords");
    if (json_len(v) || (json_is_str(v) && json_str(v).n))
        also_field(k, field_of(STR("keywords")), v, all);
}

int mem0_filters(const struct mem0_ask *ask, struct json **tree, struct err *e)
{
    struct walk k = {.ask = ask, .e = e};
    const struct json *filters = json_get(ask->body, "filters");
    struct json *all = json_array(), *one;
    int rc = 0;

    if (filters && !json_is_null(filters)) {
        rc = tree_of(&k, filters, 1, &one);
        if (rc == 0)
            json_push(all, one);
    }
    if (rc < 0) {
        json_free(all);
        return rc;
    }
    beside(&k, all);
    /* Turns of a conversation as they were said are no memories to mem0. */
    if (!k.has_kind)
        also_op(all, "kind", "ne", json_new_str(STR("prompt")));
    *tree = json_object();
    json_set(*tree, "AND", all);
    return 0;
}

/* where.h names its own fields. */
static void in_their_words(struct err *e)
{
    static const struct {
        const char *ours, *theirs;
    } names[] = {{"event_at ", "created_at "},
                 {"expires_at ", "expiration_date "},
                 {"id ", "memory_ids "}};
    char sentence[sizeof(e->msg)];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        size_t n = strlen(names[i].ours);

        if (strncmp(e->msg, names[i].ours, n) != 0)
            continue;
        snprintf(sentence, sizeof(sentence), "%s", e->msg + n);
        err_set(e, e->code, "%s%s", names[i].theirs, sentence);
        return;
    }
}

/* The filter's history is also what expired, which is to be asked for by
 * itself here. */
static void unless_expired(struct json *tree, int64_t at_ms)
{
    struct json *either = json_array(), *one = json_object();

    also_op(either, "expires_at", "exists", json_new_bool(false));
    also_op(either, "expires_at", "gt", json_new_int(at_ms));
    json_set(one, "OR", either);
    json_push(json_get(tree, "AND"), one);
}

int mem0_filter(struct op_env *env, const struct json *args,
                struct memory_filter *f, struct err *e)
{
    const struct json *body = json_get(args, "body"), *v;
    unsigned char home[MEM0_HOME_BYTES];
    const struct mem0_ask ask = {.home = home,
                                 .body = body,
                                 .is_oss = json_get_bool(args, "oss"),
                                 .now_ms = env->now_ms};
    struct id_set *set = arena_new(env->a, struct id_set);
    struct json *tree = NULL;
    int rc = 0;

    mem0_home(args, home);
    *f = (struct memory_filter){.now_ms = env->now_ms, .with_children = true};
    v = json_get(body, "latest_only");
    f->with_history = json_get_bool(body, "include_merged") ||
                      (json_is_bool(v) && !json_bool(v));
    f->with_expired = json_get_bool(body, "show_expired");
    v = json_get(body, "reference_date");
    if (v && !json_is_null(v))
        rc = mem0_timestamp(v, env->now_ms, &f->as_of_ms, e);
    if (rc == 0)
        rc = mem0_filters(&ask, &tree, e);
    if (rc == 0 && f->with_history && !f->with_expired)
        unless_expired(tree, f->as_of_ms ? f->as_of_ms : env->now_ms);
    if (rc == 0)
        rc = where_ids(env->db, tree, env->now_ms, env->a, set, e);
    json_free(tree);
    f->only = set;
    if (rc == CM_EARG)
        in_their_words(e);
    return rc;
}
