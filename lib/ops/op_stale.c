/* op_stale.c - the operation "stale": memories whose code has changed, moved or
 * gone. */
#include "base/common.h"

#include "ops/code_scope.h"
#include "ops/fields.h"
#include "ops/fresh_diff.h"
#include "ops/ops.h"
#include "ops/scope.h"

/* Memories shown, and looked at: the newest. */
#define SHOWN     20
#define SHOWN_MAX 500
#define LOOKED_AT 20000
#define IDS_MAX   100
/* Bytes of one definition's diff, and of all of them: a reply is for reading. */
#define DIFF_BYTES  8192
#define DIFFS_BYTES 131072

static const struct param params[] = {
    {"ids", 0, PARAM_LIST, PARAM_POSITIONAL, "ID",
     "these memories, whatever has become of their code"},
    PARAM_PROJECT,
    {"diff", 'd', PARAM_BOOL, 0, NULL,
     "each definition as it was, and as it is now"},
    PARAM_MAX("memories at most (20)"),
};

/* One memory; those of one file stand together. */
struct entry {
    int64_t id;
    struct str file; /* of the citation that is worst off */
    struct fresh_memory m;
    enum freshness worst; /* of its file's memories */
    size_t place;         /* among all: the newest first */
};

struct stale {
    struct op_env *env;
    struct fresh *fresh;
    struct fresh_differ differ;
    struct entry *v;
    size_t n;
    int64_t count[FRESH_GONE + 1];
    size_t diff_bytes;
    bool diff;
};

static struct str worst_file(const struct fresh_memory *m)
{
    const struct fresh_cite *worst = &m->cites[0];

    for (size_t i = 1; i < m->n; i++)
        if (m->cites[i].state > worst->state)
            worst = &m->cites[i];
    return worst->was.path;
}

static int by_file(const void *pa, const void *pb)
{
    const struct entry *x = pa, *y = pb;
    size_t n = x->file.n < y->file.n ? x->file.n : y->file.n;
    int c = n ? memcmp(x->file.p, y->file.p, n) : 0;

    if (c == 0)
        c = (x->file.n > y->file.n) - (x->file.n < y->file.n);
    if (c == 0)
        c = (x->m.state < y->m.state) - (x->m.state > y->m.state);
    return c ? c : (x->place > y->place) - (x->place < y->place);
}

static int by_worst(const void *pa, const void *pb)
{
    const struct entry *x = pa, *y = pb;

    if (x->worst != y->worst)
        return x->worst < y->worst ? 1 : -1;
    return by_file(pa, pb);
}

/* Worst first, file by file. */
static void sort(struct stale *s)
{
    if (s->n == 0)
        return;
    qsort(s->v, s->n, sizeof(*s->v), by_file);
    for (size_t i = 0, from = 0; i < s->n; i++) {
        if (!str_eq(s->v[i].file, s->v[from].file))
            from = i;
        s->v[i].worst = s->v[from].m.state; /* the first is the worst */
    }
    qsort(s->v, s->n, sizeof(*s->v), by_worst);
}

/* all: whatever its state. */
static int add(struct stale *s, int64_t id, bool all, struct err *e)
{
    struct entry *x = &s->v[s->n];
    int rc = fresh_memory(s->fresh, id, &x->m, e);

    if (rc < 0 || x->m.n == 0)
        return rc;
    s->count[x->m.state]++;
    if (!all && x->m.state <= FRESH_SAME)
        return 0;
    x->id = id;
    x->file = worst_file(&x->m);
    x->place = s->n++;
    return 0;
}

/* --- the answer ---------------------------------------------------------------- */

static int put_diffs(struct stale *s, struct jsonw *w, struct entry *x,
                     struct err *e)
{
    struct touch_row *rows;
    struct buf b;
    size_t n;
    int rc = touches_of_memory(s->env->db, x->id, FRESH_CITES_MAX, s->env->a,
                               &rows, &n, e);

    if (rc < 0)
        return rc;
    buf_init(&b, DIFF_BYTES);
    jsonw_arr(w, "diffs");
    for (size_t i = 0; i < x->m.n && i < n; i++) {
        struct fresh_cite *c = &x->m.cites[i];
        const char *why = "there is more than fits: ask for it by its id";

        if (c->state <= FRESH_SAME || rows[i].id != c->was.id)
            continue;
        c->was.body = rows[i].body;
        buf_reset(&b);
        if (s->diff_bytes < DIFFS_BYTES)
            why = fresh_diff(&s->differ, s->fresh, c, s->env->a, &b);
        s->diff_bytes += b.len;
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", c->was.path);
        put_text(w, "symbol", c->was.symbol);
        put_text(w, "diff", buf_str(&b));
        if (why)
            jsonw_strz(w, "none", why);
        if (buf_is_full(&b))
            jsonw_bool(w, "cut", true);
        jsonw_end(w);
    }
    jsonw_end(w);
    buf_free(&b);
    return 0;
}

static int put_entry(struct stale *s, struct jsonw *w, struct entry *x,
                     struct err *e)
{
    struct memory_row m;
    int rc = memory_read(s->env->db, x->id, s->env->a, &m, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    put_memory_line(w, &m);
    put_freshness(w, &x->m, true);
    if (s->diff)
        rc = put_diffs(s, w, x, e);
    jsonw_end(w);
    return rc;
}

static int put_files(struct stale *s, struct jsonw *w, size_t max,
                     struct err *e)
{
    int rc = 0;

    jsonw_arr(w, "files");
    for (size_t i = 0; i < s->n && i < max && rc == 0; i++) {
        bool first = i == 0 || !str_eq(s->v[i].file, s->v[i - 1].file);

        if (first) {
            jsonw_obj(w, NULL);
            jsonw_str(w, "file", s->v[i].file);
            jsonw_arr(w, "memories");
        }
        rc = put_entry(s, w, &s->v[i], e);
        if (i + 1 == s->n || i + 1 == max ||
            !str_eq(s->v[i].file, s->v[i + 1].file)) {
            jsonw_end(w);
            jsonw_end(w);
        }
    }
    jsonw_end(w);
    if (s->n > max)
        jsonw_int(w, "left_out", (int64_t)(s->n - max));
    return rc;
}

static void put_counts(struct stale *s, struct jsonw *w)
{
    int64_t of = 0;

    for (int i = 0; i <= FRESH_GONE; i++)
        of += s->count[i];
    jsonw_int(w, "of", of);
    jsonw_obj(w, "counts");
    for (int i = 0; i <= FRESH_GONE; i++)
        jsonw_int(w, freshness_name((enum freshness)i), s->count[i]);
    jsonw_end(w);
}

/* --- the question ---------------------------------------------------------------- */

/* The memories named, all of one project. */
static int read_ids(struct op_env *env, const struct json *ids,
                    int64_t out[IDS_MAX], size_t *n, int64_t *project_id,
                    struct err *e)
{
    struct memory_row m;
    struct id id;
    int rc = 0;

    if (json_len(ids) > IDS_MAX)
        return err_set(e, CM_EARG, "stale: at most %d ids", IDS_MAX);
    for (const struct json *c = json_first(ids); c && rc == 0;
         c = json_next(c)) {
        rc = id_parse(json_str(c), &id, e);
        if (rc == 0 && id.kind != ID_MEMORY)
            return err_set(e, CM_EARG, "stale: %.*s is no memory",
                           STR_ARG(str_cut(json_str(c), 0, 64)));
        if (rc == 0)
            rc = memory_read(env->db, id.n, env->a, &m, e);
        if (rc == CM_ENOTFOUND)
            return err_set(e, rc, "there is no #%lld", (long long)id.n);
        if (rc == 0 && *n && m.project_id != *project_id)
            return err_set(e, CM_EARG,
                           "stale: these memories are of several projects; "
                           "ask for each by itself");
        if (rc == 0) {
            *project_id = m.project_id;
            out[(*n)++] = id.n;
        }
    }
    return rc;
}

static int open_project(struct stale *s, int64_t project_id,
                        struct project_row *p, struct err *e)
{
    int rc = project_by_id(s->env->db, project_id, s->env->a, p, e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, rc,
                       "stale: which project? --project names one, or ask "
                       "from its directory");
    if (rc == 0)
        rc = fresh_open(s->env, project_id, &s->fresh, e);
    if (rc == 0 && !fresh_knows(s->fresh))
        return err_set(e, CM_ENOTFOUND,
                       "the code of %.*s is not indexed, so nobody can say "
                       "what still holds: cmem index %.*s does it",
                       STR_ARG(p->name), STR_ARG(str_cut(p->root, 0, 200)));
    return rc;
}

static int answer(struct op_env *env, const struct json *args,
                  struct jsonw *out, struct err *e)
{
    struct stale s = {.env = env, .diff = json_get_bool(args, "diff")};
    const struct json *ids = json_get(args, "ids");
    struct project_row project;
    struct scope scope = {.project = {.id = 0}};
    int64_t named[IDS_MAX], *v = named;
    size_t n = 0;
    bool all = json_len(ids) > 0;
    int rc = all ? read_ids(env, ids, named, &n, &scope.project.id, e)
                 : scope_find(env, args, &scope, e);

    if (rc == 0)
        rc = open_project(&s, scope.project.id, &project, e);
    if (rc == 0 && !all)
        rc = memories_citing(env->db, project.id, env->now_ms, LOOKED_AT,
                             env->a, &v, &n, e);
    s.v = arena_array(env->a, n + 1, sizeof(*s.v));
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = add(&s, v[i], all, e);
    if (rc < 0)
        return rc;
    sort(&s);
    jsonw_obj(out, NULL);
    jsonw_str(out, "project", project.name);
    jsonw_str(out, "root", fresh_root(s.fresh));
    put_counts(&s, out);
    rc = put_files(&s, out, code_max(args, SHOWN, SHOWN_MAX), e);
    jsonw_end(out);
    fresh_differ_free(&s.differ);
    return rc;
}

/* Of one state, and without a lock for each of thousands of questions. */
static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    bool began = db_read_begin(env->db);
    int rc = answer(env, args, out, e);

    db_read_end(env->db, began);
    return rc;
}

const struct op op_stale = {
    .name = "stale",
    .summary = "memories whose code has changed, moved or gone",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
