/* op_fix.c - the operation "fix": what ended an error like this one. */
#include "base/common.h"

#include "compress/outcome.h"
#include "compress/signature.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/outcome_put.h"
#include "ops/scope.h"
#include "store/outcome.h"

#define RESULTS_DEFAULT 5
#define RESULTS_MAX     50
/* Rows that are compared; a thousand comparisons are two milliseconds. */
#define ROWS_MAX 4000
/* Lines of the text asked with that are looked at. */
#define LINES_MAX 60
/* Below this two messages share the words of any error. Measured on pairs of
 * real messages: the same error elsewhere scores 0.55 and more. */
#define ALIKE_MIN 0.5
/* One that is worth naming when nothing is alike. */
#define NEAR_MIN     0.2
#define NEAR_MAX     3
#define EVIDENCE_MAX 3

static const struct param params[] = {
    {"text", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED | PARAM_REQUIRED,
     "TEXT", "the error, as it was printed"},
    {"n", 'n', PARAM_INT, 0, "N", "at most so many answers (5)"},
    PARAM_PROJECT,
    PARAM_ALL,
};

struct asked {
    struct str line[LINES_MAX]; /* signatures, the most telling one first */
    size_t n;
};

struct answer {
    const struct outcome_row *row;
    double alike; /* 1: the same signature */
    bool elsewhere;
};

static void add_line(struct asked *q, struct str line, struct arena *a)
{
    struct str s = signature_of(line, a);

    if (s.n < 4 || q->n == LINES_MAX)
        return;
    for (size_t i = 0; i < q->n; i++)
        if (str_eq(q->line[i], s))
            return;
    q->line[q->n++] = s;
}

static void read_text(struct str text, struct arena *a, struct asked *q)
{
    struct str line, rest = text;

    q->n = 0;
    add_line(q, error_line(text, a), a);
    while (str_line(&rest, &line) && q->n < LINES_MAX)
        add_line(q, line, a);
}

/* The best line counts; one that is not the most telling a little less. */
static double alike(const struct asked *q, struct str signature)
{
    double best = 0;

    for (size_t i = 0; i < q->n; i++) {
        double s = str_eq(q->line[i], signature)
                       ? 1
                       : signature_alike(q->line[i], signature) *
                             (i == 0 ? 0.99 : 0.9);

        if (s > best)
            best = s;
    }
    return best;
}

/* How often it held speaks for a way, one that never did against it. */
static double worth(const struct answer *x)
{
    double tried = (double)(x->row->held + x->row->failed);
    double held = ((double)x->row->held + 1) / (tried + 2);

    return x->alike * (0.6 + 0.4 * held) * (x->elsewhere ? 0.85 : 1);
}

static int by_worth(const void *px, const void *py)
{
    const struct answer *x = px, *y = py;
    double a = worth(x), b = worth(y);

    if (a != b)
        return a < b ? 1 : -1;
    if (x->row->last_ms != y->row->last_ms)
        return x->row->last_ms < y->row->last_ms ? 1 : -1;
    return x->row->id < y->row->id ? -1 : x->row->id > y->row->id;
}

static int collect(struct op_env *env, const struct asked *q,
                   int64_t project_id, bool others, struct answer *out,
                   size_t *n, struct err *e)
{
    struct outcome_row *rows;
    size_t found;
    int rc = outcomes_read(env->db, project_id, others, ROWS_MAX, env->a, &rows,
                           &found, e);

    for (size_t i = 0; rc == 0 && i < found; i++) {
        double s = alike(q, rows[i].signature);

        if (s >= NEAR_MIN)
            out[(*n)++] = (struct answer){&rows[i], s, others};
    }
    return rc;
}

static int put_evidence(struct op_env *env, struct jsonw *w,
                        const struct json *fix, struct err *e)
{
    const struct json *last = NULL;
    int64_t *ids;
    size_t n;
    int rc;

    for (const struct json *t = json_first(json_get(fix, "times")); t;
         t = json_next(t))
        last = t;
    if (!last)
        return 0;
    put_id(w, "session", ID_SESSION, json_get_int(last, "session", 0));
    put_id(w, "failed_in", ID_EVENT, json_get_int(last, "bad", 0));
    put_id(w, "passed_in", ID_EVENT, json_get_int(last, "good", 0));
    rc = memories_on_events(env->db, json_get_int(last, "bad", 0),
                            json_get_int(last, "good", 0), EVIDENCE_MAX, env->a,
                            &ids, &n, e);
    if (rc < 0 || n == 0)
        return rc;
    jsonw_arr(w, "memories");
    for (size_t i = 0; i < n; i++)
        put_id(w, NULL, ID_MEMORY, ids[i]);
    jsonw_end(w);
    return 0;
}

static int put_answer(struct op_env *env, struct jsonw *w,
                      const struct answer *x, struct err *e)
{
    const struct outcome_row *r = x->row;
    struct json *fix = json_parse(r->fix, NULL);
    int rc;

    jsonw_obj(w, NULL);
    jsonw_num(w, "alike", (double)(int64_t)(x->alike * 1000 + 0.5) / 1000);
    put_outcome(w, r, fix);
    put_text(w, "project", r->project);
    rc = put_evidence(env, w, fix, e);
    jsonw_end(w);
    json_free(fix);
    return rc;
}

static int put_all(struct op_env *env, struct jsonw *w, struct answer *list,
                   size_t n, size_t max, struct err *e)
{
    size_t good = 0, put = 0;
    int rc = 0;

    if (n)
        qsort(list, n, sizeof(*list), by_worth);
    for (size_t i = 0; i < n; i++)
        good += list[i].alike >= ALIKE_MIN;
    jsonw_int(w, "matched", (int64_t)good);
    jsonw_arr(w, "results");
    for (size_t i = 0; i < n && put < max && rc == 0; i++)
        if (list[i].alike >= ALIKE_MIN) {
            rc = put_answer(env, w, &list[i], e);
            put++;
        }
    jsonw_end(w);
    if (good || rc < 0)
        return rc;
    jsonw_arr(w, "nearest");
    for (size_t i = 0; i < n && i < NEAR_MAX && rc == 0; i++)
        rc = put_answer(env, w, &list[i], e);
    jsonw_end(w);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    int64_t max = json_get_int(args, "n", RESULTS_DEFAULT), of = 0;
    struct asked *q = arena_new(env->a, struct asked);
    struct answer *list = arena_array(env->a, 2 * ROWS_MAX, sizeof(*list));
    struct scope scope;
    size_t n = 0;
    int rc = scope_find(env, args, &scope, e);

    if (max < 1 || max > RESULTS_MAX)
        return err_set(e, CM_EARG, "fix: n is 1 to %d", RESULTS_MAX);
    read_text(json_get_str(args, "text"), env->a, q);
    if (rc == 0 && q->n == 0)
        return err_set(e, CM_EARG, "fix needs the error's words");
    if (rc == 0)
        rc = collect(env, q, scope.project.id, false, list, &n, e);
    if (rc == 0 && scope.project.id)
        rc = collect(env, q, scope.project.id, true, list, &n, e);
    if (rc == 0)
        rc = outcomes_count(env->db, &of, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    jsonw_str(out, "signature", q->line[0]);
    jsonw_int(out, "of", of);
    rc = put_all(env, out, list, n, (size_t)max, e);
    jsonw_end(out);
    return rc;
}

const struct op op_fix = {
    .name = "fix",
    .summary = "what ended an error like this one before",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
