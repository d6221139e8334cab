/* op_blame.c - the operation "blame": which sessions changed a file or a
 * definition, and why. */
#include "base/common.h"

#include "base/utf8.h"
#include "ops/blame_find.h"
#include "ops/code_scope.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "store/read_session.h"

/* Sessions shown; and of each so many prompts, definitions and memories. */
#define SHOWN       20
#define SHOWN_MAX   500
#define PROMPTS     3
#define DEFINITIONS 12
#define MEMORIES    5
/* Memories that are looked at for those. */
#define CITING_MAX 64
/* Of a prompt: as much as a few lines show. */
#define PROMPT_BYTES 300

static const struct param params[] = {
    {"file", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED,
     "FILE[:LINE|SYMBOL]", "a file, and a line or a definition of it"},
    {"symbol", 0, PARAM_STR, PARAM_POSITIONAL, "SYMBOL",
     "the same: a name, Class.method, or a line"},
    PARAM_PROJECT,
    PARAM_MAX("sessions at most (20)"),
};

/* One session: its changes are b->v[i] with that session_id, or there are none
 * and all that is known is that it changed the file. */
struct by_session {
    int64_t session_id, last_ms, times;
    bool file_only;
};

struct answer {
    struct blame b;
    struct by_session *v;
    size_t n;
};

static struct by_session *session_of(struct answer *an, int64_t id)
{
    for (size_t i = 0; i < an->n; i++)
        if (an->v[i].session_id == id)
            return &an->v[i];
    return NULL;
}

static void add(struct answer *an, struct by_session s)
{
    if (an->n < 2 * BLAME_CHANGES)
        an->v[an->n++] = s;
}

static int by_time(const void *pa, const void *pb)
{
    const struct by_session *x = pa, *y = pb;

    if (x->last_ms != y->last_ms)
        return x->last_ms < y->last_ms ? 1 : -1;
    return (x->session_id < y->session_id) - (x->session_id > y->session_id);
}

/* Of a definition those alone of whose changes no lines are known at all. */
static int has_lines(struct answer *an, int64_t session_id, struct err *e)
{
    struct touch_row *rows;
    size_t n;
    int rc;

    if (an->b.symbol.n == 0)
        return 0;
    rc = touches_of_session(an->b.env->db, session_id, BLAME_CHANGES,
                            an->b.env->a, &rows, &n, e);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (str_eq(rows[i].path, an->b.path))
            return 1;
    return rc;
}

/* Of a whole file also those that changed it under an earlier name. */
static int add_file_sessions(struct answer *an, const struct blame_name *name,
                             struct err *e)
{
    struct blame *b = &an->b;
    struct file_change_row *f;
    int rc = 0;

    for (size_t i = 0; i < b->roots.n && rc == 0; i++) {
        struct str whole =
            arena_fmt(b->env->a, "%.*s/%.*s", STR_ARG(b->roots.dir[i]),
                      STR_ARG(name->path));
        size_t n = 0;

        rc = file_changes(b->env->db, b->project_id, whole, BLAME_CHANGES,
                          b->env->a, &f, &n, e);
        for (size_t k = 0; k < n && rc == 0; k++) {
            if (session_of(an, f[k].session_id) ||
                f[k].last_ms > name->until_ms)
                continue;
            rc = has_lines(an, f[k].session_id, e);
            if (rc == 0)
                add(an, (struct by_session){f[k].session_id, f[k].last_ms,
                                            f[k].times, true});
            rc = rc < 0 ? rc : 0;
        }
    }
    return rc;
}

static int gather(struct answer *an, struct err *e)
{
    struct blame *b = &an->b;
    int rc;

    an->v = arena_array(b->env->a, 2 * BLAME_CHANGES, sizeof(*an->v));
    for (size_t i = 0; i < b->n; i++) {
        struct by_session *s = session_of(an, b->v[i].session_id);

        if (s)
            s->times++;
        else
            add(an, (struct by_session){b->v[i].session_id, b->v[i].time_ms, 1,
                                        false});
    }
    rc = add_file_sessions(an, &b->name[0], e);
    for (size_t i = 1; i < b->names && b->symbol.n == 0 && rc == 0; i++)
        rc = add_file_sessions(an, &b->name[i], e);
    if (an->n)
        qsort(an->v, an->n, sizeof(*an->v), by_time);
    return rc;
}

/* --- one session ------------------------------------------------------------------ */

static int put_prompts(struct blame *b, struct jsonw *w, int64_t session_id,
                       struct err *e)
{
    struct prompt_row p;
    int64_t last = 0;
    size_t shown = 0;
    int rc = 0;

    jsonw_arr(w, "prompts");
    for (size_t i = 0; i < b->n && shown < PROMPTS; i++) {
        if (b->v[i].session_id != session_id ||
            (last && b->v[i].time_ms >= last))
            continue;
        rc = change_prompt(b->env->db, &b->v[i], b->env->a, &p, e);
        if (rc <= 0)
            break; /* before there is none either */
        last = p.time_ms;
        jsonw_obj(w, NULL);
        put_id(w, "id", ID_EVENT, p.event_id);
        put_time(w, "time", p.time_ms);
        jsonw_str(w, "text", utf8_cut(p.text, PROMPT_BYTES));
        if (p.text.n > PROMPT_BYTES)
            jsonw_bool(w, "cut", true);
        jsonw_end(w);
        shown++;
    }
    jsonw_end(w);
    return rc < 0 ? rc : 0;
}

/* Was the same definition told already, of a later change? */
static bool is_told(const struct blame *b, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (b->v[k].session_id == b->v[i].session_id &&
            str_eq(b->v[k].path, b->v[i].path) &&
            str_eq(b->v[k].symbol, b->v[i].symbol))
            return true;
    return false;
}

static void put_definitions(struct blame *b, struct jsonw *w,
                            int64_t session_id)
{
    size_t n = 0;

    jsonw_arr(w, "definitions");
    for (size_t i = 0; i < b->n; i++) {
        const struct change_row *c = &b->v[i];

        if (c->session_id != session_id || is_told(b, i) || n++ >= DEFINITIONS)
            continue;
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", c->path);
        put_text(w, "symbol", c->symbol);
        put_text(w, "kind", c->kind);
        if (c->first_line) {
            jsonw_int(w, "line", c->first_line);
            jsonw_int(w, "end_line", c->last_line);
        }
        jsonw_end(w);
    }
    jsonw_end(w);
    if (n > DEFINITIONS)
        jsonw_int(w, "definitions_left_out", (int64_t)(n - DEFINITIONS));
}

static int put_memories(struct blame *b, struct jsonw *w, int64_t session_id,
                        struct err *e)
{
    int64_t ids[CITING_MAX], some[CITING_MAX];
    struct memory_row m;
    size_t n = 0, got;
    int rc = 0;

    for (size_t i = 0; i < b->n && rc == 0; i++) {
        if (b->v[i].session_id != session_id)
            continue;
        rc = change_memories(b->env->db, b->v[i].id, CITING_MAX, some, &got, e);
        for (size_t k = 0; k < got && n < CITING_MAX && rc == 0; k++) {
            size_t at = 0;

            while (at < n && ids[at] != some[k])
                at++;
            if (at == n)
                ids[n++] = some[k];
        }
    }
    jsonw_arr(w, "memories");
    for (size_t i = 0; i < n && i < MEMORIES && rc == 0; i++) {
        rc = memory_read(b->env->db, ids[i], b->env->a, &m, e);
        if (rc < 0)
            break;
        jsonw_obj(w, NULL);
        put_memory_line(w, &m);
        jsonw_end(w);
    }
    jsonw_end(w);
    if (n > MEMORIES)
        jsonw_int(w, "memories_left_out", (int64_t)(n - MEMORIES));
    return rc;
}

static int put_session_changes(struct answer *an, struct jsonw *w,
                               const struct by_session *s, struct err *e)
{
    struct session_info info;
    int rc = session_read(an->b.env->db, s->session_id, an->b.env->a, &info, e);

    if (rc < 0)
        return rc;
    jsonw_obj(w, NULL);
    put_id(w, "session", ID_SESSION, info.id);
    put_text(w, "title", info.title);
    put_text(w, "branch", info.branch);
    put_text(w, "agent_type", info.agent_type);
    put_id(w, "parent", ID_SESSION, info.parent_id);
    put_time(w, "time", s->last_ms);
    jsonw_int(w, "changes", s->times);
    if (s->file_only) {
        jsonw_bool(w, "file_only", true);
    } else {
        put_definitions(&an->b, w, s->session_id);
        rc = put_prompts(&an->b, w, s->session_id, e);
        if (rc == 0)
            rc = put_memories(&an->b, w, s->session_id, e);
    }
    jsonw_end(w);
    return rc;
}

/* --- the whole --------------------------------------------------------------------- */

static void put_head(struct blame *b, struct jsonw *w)
{
    jsonw_str(w, "file", b->path);
    put_text(w, "symbol", b->symbol);
    if (b->symbol.n) {
        jsonw_strz(w, "state", freshness_name(b->now.state));
        if (b->now.path.n) {
            jsonw_obj(w, "now");
            jsonw_str(w, "path", b->now.path);
            put_text(w, "symbol", b->now.symbol);
            jsonw_int(w, "line", b->now.first_line);
            jsonw_int(w, "end_line", b->now.last_line);
            jsonw_end(w);
        }
    }
    if (b->names > 1) {
        jsonw_arr(w, "before");
        for (size_t i = 1; i < b->names; i++) {
            jsonw_obj(w, NULL);
            jsonw_str(w, "path", b->name[i].path);
            put_text(w, "symbol", b->name[i].symbol);
            jsonw_end(w);
        }
        jsonw_end(w);
    }
}

static int put_answer(struct answer *an, struct jsonw *out, size_t max,
                      struct err *e)
{
    int rc = 0;

    jsonw_obj(out, NULL);
    put_head(&an->b, out);
    jsonw_arr(out, "sessions");
    for (size_t i = 0; i < an->n && i < max && rc == 0; i++)
        rc = put_session_changes(an, out, &an->v[i], e);
    jsonw_end(out);
    if (an->n > max)
        jsonw_int(out, "left_out", (int64_t)(an->n - max));
    if (an->b.cut)
        jsonw_bool(out, "cut", true);
    jsonw_end(out);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct answer *an = arena_new(env->a, struct answer);
    struct scope scope;
    int rc = scope_find(env, args, &scope, e);

    if (rc == 0 && scope.project.id == 0)
        return err_set(e, CM_ENOTFOUND,
                       "blame: nothing is remembered of this directory; "
                       "--project names another one");
    an->b.env = env;
    an->b.project_id = scope.project.id;
    if (rc == 0)
        rc = fresh_open(env, scope.project.id, &an->b.fresh, e);
    if (rc == 0)
        rc = blame_find(&an->b, &scope.project, json_get_str(args, "file"),
                        json_get_str(args, "symbol"), e);
    if (rc == 0)
        rc = gather(an, e);
    return rc < 0 ? rc
                  : put_answer(an, out, code_max(args, SHOWN, SHOWN_MAX), e);
}

const struct op op_blame = {
    .name = "blame",
    .summary = "which sessions changed a file or a definition, and why",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
