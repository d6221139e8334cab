/* queries.c - see queries.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "cli/linefile.h"
#include "cli/queries.h"
#include "ops/fields.h"
#include "ops/jsonl.h"
#include "ops/scope.h"
#include "search/search.h"

/* A question with its filters; and an answer of SEARCH_MAX results. */
#define LINE_BYTES   (1u << 20)
#define ANSWER_BYTES (8u << 20)
#define N_DEFAULT    10
/* As in jsonl.h: smaller numbers are seconds. */
#define SECONDS_BELOW 1e11

/* Fields of a line that are arguments of the operation under this name. */
static const struct {
    const char *field, *arg;
} names[] = {
    {"query", "words"},     {"n", "n"},           {"k", "n"},
    {"by", "by"},           {"kind", "kind"},     {"type", "type"},
    {"project", "project"}, {"all", "all"},       {"file", "file"},
    {"session", "session"}, {"branch", "branch"}, {"as_of", "as-of"},
    {"as-of", "as-of"},     {"since", "since"},   {"until", "until"},
    {"history", "history"}, {"user", "user"},     {"agent", "agent"},
    {"run", "run"},         {"app", "app"},       {"group", "group"},
    {"filter", "filter"},   {"rerank", "rerank"},
};

/* Numbers that these have are names. */
static const char *const named[] = {"user", "agent", "run", "app", "group"};

struct asking {
    struct cli *c;
    const struct json *base; /* of the command line */
    struct op_env env;
    struct reranker reranker;
    struct arena a; /* of one line */
    int64_t line, failed;
};

/* What a line asks for. */
struct question {
    struct json *line, *args;
    struct search_request rq;
    enum search_by by;
};

static int read_by(struct question *qu, struct err *e)
{
    struct str by = json_get_str(qu->args, "by");

    if (by.n == 0 || str_eqz(by, "memory"))
        qu->by = BY_MEMORY;
    else if (str_eqz(by, "run") || str_eqz(by, "session"))
        qu->by = BY_SESSION;
    else if (str_eqz(by, "group"))
        qu->by = BY_GROUP;
    else
        return err_set(e, CM_EARG,
                       "by is memory, run, session or group, "
                       "not %.*s",
                       STR_ARG(str_cut(by, 0, 64)));
    json_del(qu->args, "by"); /* the operation has names of its own for it */
    return 0;
}

/* One field of the line, in place of what the command line says. */
static void take_arg(struct asking *q, struct question *qu, const char *field,
                     const char *arg)
{
    const struct json *v = json_get(qu->line, field);
    double n = json_num(v);
    bool is_name = false;

    if (!v || json_is_null(v))
        return;
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        is_name |= strcmp(arg, named[i]) == 0;
    if (json_is_num(v) && is_name)
        json_set_str(qu->args, arg, arena_fmt(&q->a, "%.0f", n));
    else if (json_is_num(v) && strcmp(arg, "n") != 0)
        json_set_int(qu->args, arg,
                     (int64_t)(fabs(n) < SECONDS_BELOW ? n * 1000 : n));
    else
        json_set(qu->args, arg, json_copy(v));
}

static int read_args(struct asking *q, struct question *qu, struct err *e)
{
    int rc;

    qu->args = json_copy(q->base);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        take_arg(q, qu, names[i].field, names[i].arg);
    json_del(qu->args, "queries");
    rc = read_by(qu, e);
    return rc < 0
               ? rc
               : op_check(op_find(STR("search")), qu->args, q->env.now_ms, e);
}

static int read_filter(struct asking *q, struct question *qu, struct err *e)
{
    struct scope scope;
    int rc = scope_find(&q->env, qu->args, &scope, e);

    return rc < 0 ? rc
                  : scope_filter(&q->env, qu->args, &scope, &qu->rq.filter, e);
}

static int read_question(struct asking *q, struct question *qu, struct err *e)
{
    int64_t n;
    int rc;

    if (!json_is_object(qu->line))
        return err_set(e, CM_EFORMAT, "it is no JSON object");
    if (!json_is_str(json_get(qu->line, "query")))
        return err_set(e, CM_EARG, "query is missing");
    rc = read_args(q, qu, e);
    if (rc < 0)
        return rc;
    n = json_get_int(qu->args, "n", N_DEFAULT);
    if (n < 1 || n > SEARCH_MAX)
        return err_set(e, CM_EARG, "n is 1 to %d", SEARCH_MAX);
    qu->rq = (struct search_request){.words = json_get_str(qu->args, "words"),
                                     .max = (size_t)n,
                                     .meaning = q->env.meaning,
                                     .reranker = op_reranker(&q->env, qu->args),
                                     .by = qu->by,
                                     .no_snippets = true};
    return read_filter(q, qu, e);
}

static double rounded(double v)
{
    return floor(v * 1e6 + 0.5) / 1e6;
}

void queries_put_signals(struct jsonw *w, const float signal[SIGNAL_COUNT])
{
    jsonw_obj(w, "signals");
    for (int s = 0; s < SIGNAL_COUNT; s++)
        if (signal[s] != 0)
            jsonw_num(w, signal_name((enum signal)s),
                      rounded((double)signal[s]));
    jsonw_end(w);
}

static void put_hit(struct jsonw *w, const struct search_hit *h)
{
    jsonw_obj(w, NULL);
    jsonl_put_id(w, &h->row);
    jsonw_num(w, "score", rounded(h->score));
    queries_put_signals(w, h->signal);
    if (h->reranked > 0)
        jsonw_num(w, "reranked", rounded((double)h->reranked));
    jsonw_end(w);
}

/* A run or a group: its own name, what it matched by. */
static void put_group(struct jsonw *w, const struct search_group *g,
                      enum search_by by)
{
    const struct search_hit *best = &g->hit[0];

    if (g->n == 0)
        return;
    jsonw_obj(w, NULL);
    if (by == BY_GROUP && best->row.group.n)
        jsonw_str(w, "id", best->row.group);
    else if (by != BY_GROUP && best->row.session_uid.n)
        jsonw_str(w, "id", best->row.session_uid);
    else
        jsonw_null(w, "id"); /* of no session, or of no group */
    jsonw_num(w, "score", rounded(g->score));
    queries_put_signals(w, g->signal);
    jsonw_arr(w, "best");
    for (size_t i = 0; i < g->n; i++) {
        jsonw_obj(w, NULL);
        jsonl_put_id(w, &g->hit[i].row);
        jsonw_num(w, "score", rounded(g->hit[i].score));
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
}

static void put_answer(struct jsonw *w, const struct question *qu,
                       const struct search_result *r, int64_t us)
{
    jsonw_arr(w, "results");
    for (size_t i = 0; i < r->n; i++)
        put_hit(w, &r->hits[i]);
    for (size_t i = 0; i < r->ngroups; i++)
        put_group(w, &r->groups[i], qu->by);
    jsonw_end(w);
    if (r->rerank.problem.code)
        jsonw_strz(w, "reranker_problem", r->rerank.problem.msg);
    jsonw_num(w, "ms", (double)us / 1000);
}

/* Its id as it was given, whatever it is. */
static void put_id_of(struct jsonw *w, const struct json *line)
{
    const struct json *id = json_get(line, "id");
    struct buf b;

    buf_init(&b, LINE_BYTES);
    if (id && json_print(id, &b, 0))
        jsonw_raw(w, "id", buf_str(&b));
    else
        jsonw_null(w, "id");
    buf_free(&b);
}

/* Asks one line; `why` is set already when it could not even be read. */
static int answer(struct asking *q, struct str text, struct err *why,
                  struct buf *out)
{
    struct question qu = {0};
    struct search_result r = {0};
    struct jsonw w;
    int64_t began = 0;
    int rc = why->code;

    if (rc == 0) {
        qu.line = json_parse(text, why);
        rc = qu.line ? read_question(q, &qu, why) : CM_EFORMAT;
    }
    if (rc == 0) {
        began = clock_mono_us();
        rc = search_run(q->env.db, &qu.rq, &q->a, &r, why);
    }
    jsonw_init(&w, out);
    jsonw_obj(&w, NULL);
    put_id_of(&w, qu.line);
    if (rc < 0) {
        jsonw_strz(&w, "error", why->msg);
        jsonw_int(&w, "line", q->line);
        q->failed++;
    } else {
        put_answer(&w, &qu, &r, clock_mono_us() - began);
    }
    jsonw_end(&w);
    buf_addc(out, '\n');
    json_free(qu.line);
    json_free(qu.args);
    arena_free(&q->a);
    return 0;
}

static int ask_all(struct asking *q, struct linefile *f, struct err *e)
{
    struct buf out;
    int rc;

    buf_init(&out, ANSWER_BYTES);
    for (;;) {
        struct err why = {0};
        struct str line;

        rc = linefile_next(f, &line, &why);
        if (rc == 0)
            break;
        if (rc < 0 && rc != CM_EFULL) {
            if (e)
                *e = why;
            break;
        }
        if (rc > 0 && str_trim(line).n == 0)
            continue;
        buf_reset(&out);
        q->line = f->line;
        rc = answer(q, line, &why, &out);
        cli_print_json(q->c, buf_str(&out));
        rc = term_flush(&q->c->term, e);
        if (rc < 0)
            break;
    }
    buf_free(&out);
    return rc;
}

int queries_run(struct cli *c, const struct json *args, struct err *e)
{
    struct asking q = {.c = c, .base = args};
    struct linefile f = {.fd = -1};
    struct str path = json_get_str(args, "queries");
    int rc;

    if (json_get_str(args, "words").n)
        return err_set(e, CM_EARG, "search: the words are in the file");
    q.env = (struct op_env){.paths = &c->paths,
                            .config = &c->config,
                            .cwd = c->cwd,
                            .now_ms = clock_now_ms(),
                            .a = &q.a};
    q.reranker = cli_reranker(c);
    q.env.reranker = &q.reranker;
    rc = linefile_open(&f, arena_str(&c->arena, path).p, LINE_BYTES, e);
    if (rc == 0)
        rc = cli_open_db(c, &q.env.db, e);
    if (rc == 0) {
        db_stays(q.env.db);
        q.env.meaning = cli_meaning(c);
        rc = ask_all(&q, &f, e);
    }
    linefile_close(&f);
    arena_free(&q.a);
    cli_meaning_close(q.env.meaning);
    db_close(q.env.db);
    return rc < 0 ? rc : q.failed ? CLI_NOTHING : CLI_DONE;
}
