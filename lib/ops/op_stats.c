/* op_stats.c - the operation "stats": counts, tokens and money. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "store/read_stats.h"

/* Usage is shown for a month unless asked otherwise. */
#define SINCE_DEFAULT_MS (INT64_C(30) * 86400 * 1000)

static const struct param params[] = {
    {"since", 0, PARAM_TIME, 0, "TIME",
     "model calls and context blocks since then (30d)"},
    {"project", 'p', PARAM_STR, 0, "NAME",
     "one project: its name or directory (every project)"},
};

static void put_totals(struct op_env *env, struct jsonw *w,
                       const struct stats_totals *t)
{
    jsonw_obj(w, "totals");
    jsonw_int(w, "memories", t->memories);
    jsonw_int(w, "current", t->current);
    jsonw_int(w, "pinned", t->pinned);
    jsonw_int(w, "sessions", t->sessions);
    jsonw_int(w, "subagents", t->subagents);
    jsonw_int(w, "events", t->events);
    jsonw_int(w, "waiting", t->waiting);
    if (t->dropped)
        jsonw_int(w, "dropped", t->dropped);
    jsonw_int(w, "db_bytes", db_bytes(env->db));
    put_time(w, "first", t->first_ms);
    put_time(w, "last", t->last_ms);
    jsonw_end(w);
}

/* The fields of each table: words first, then numbers; a name that ends in
 * "_ms" is a time and loses that ending. */
static const struct {
    const char *name;
    const char *words[STATS_WORDS];
    const char *numbers[STATS_NUMBERS];
} tables[STATS_TABLES] = {
    [STATS_KINDS] = {"kinds", {"kind", "type"}, {"memories"}},
    [STATS_PROJECTS] = {"projects",
                        {"name", "root"},
                        {"memories", "sessions", "events", "last_ms"}},
    [STATS_USAGE] = {"usage",
                     {"provider", "model"},
                     {"day_ms", "calls", "input_tokens", "cached_tokens",
                      "output_tokens", "micro_usd", "failed"}},
    [STATS_INJECTIONS] = {"contexts",
                          {"source", NULL},
                          {"blocks", "tokens", "last_ms"}},
};

static void put_number(struct jsonw *w, const char *name, int64_t v)
{
    char key[32];
    size_t n = strlen(name);

    if (n < 4 || n >= sizeof(key) || strcmp(name + n - 3, "_ms") != 0) {
        jsonw_int(w, name, v);
        return;
    }
    memcpy(key, name, n - 3);
    key[n - 3] = '\0';
    put_time(w, key, v);
}

static int put_table(struct op_env *env, struct jsonw *w,
                     enum stats_table which, int64_t project_id,
                     int64_t since_ms, struct err *e)
{
    struct stats_list l;
    int rc = stats_read(env->db, which, project_id, since_ms, env->a, &l, e);

    if (rc < 0)
        return rc;
    jsonw_arr(w, tables[which].name);
    for (size_t i = 0; i < l.n; i++) {
        jsonw_obj(w, NULL);
        for (int k = 0; k < STATS_WORDS && tables[which].words[k]; k++)
            put_text(w, tables[which].words[k], l.rows[i].word[k]);
        for (int k = 0; k < STATS_NUMBERS && tables[which].numbers[k]; k++)
            put_number(w, tables[which].numbers[k], l.rows[i].number[k]);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    int64_t since = json_get_int(args, "since", env->now_ms - SINCE_DEFAULT_MS);
    struct scope scope = {0};
    struct stats_totals totals;
    int rc = 0;

    if (json_get_str(args, "project").n)
        rc = scope_find(env, args, &scope, e);
    if (rc == 0)
        rc = stats_totals(env->db, scope.project.id, &totals, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    put_totals(env, out, &totals);
    put_time(out, "since", since);
    for (int t = 0; t < STATS_TABLES && rc == 0; t++)
        rc = put_table(env, out, (enum stats_table)t, scope.project.id, since,
                       e);
    jsonw_end(out);
    return rc;
}

const struct op op_stats = {
    .name = "stats",
    .summary = "what is stored, and what it cost in tokens and money",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
