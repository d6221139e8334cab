/* op_search.c - the operation "search": find memories. */
#include "base/common.h"

#include "base/utf8.h"
#include "ops/fields.h"
#include "ops/fresh_hits.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "search/search.h"
#include "store/revise.h"

#define RESULTS_DEFAULT 10

static const struct param params[] = {
    {"words", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED, "WORDS",
     "a question, words, names, \"a phrase\" or a begin*"},
    {"n", 'n', PARAM_INT, 0, "N", "at most so many results (10)"},
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "observation, fact, summary, note or prompt"},
    {"type", 't', PARAM_STR, 0, "TYPE", "bugfix, decision, feature, ..."},
    PARAM_PROJECT,
    PARAM_ALL,
    {"since", 0, PARAM_TIME, 0, "TIME", "not older: 2026-11-01, 7d"},
    {"until", 0, PARAM_TIME, 0, "TIME", "not newer"},
    {"file", 'f', PARAM_STR, 0, "PATH",
     "about this file or directory, or done in a session that touched it"},
    {"session", 's', PARAM_STR, 0, "SESSION", "of one session"},
    {"branch", 'b', PARAM_STR, 0, "BRANCH", "made on this branch"},
    PARAM_FILTER,
    PARAM_ALL_BRANCHES,
    PARAM_SUBAGENTS,
    PARAM_SCOPES,
    {"by", 0, PARAM_STR, 0, "WHAT",
     "one result for each session (run is the same word) or group"},
    {"as-of", 0, PARAM_TIME, 0, "TIME", "as things stood then"},
    {"history", 0, PARAM_BOOL, 0, NULL, "also what no longer holds"},
    {"rerank", 0, PARAM_BOOL, 0, NULL,
     "let the reranker order the best, whatever the settings say (--no-rerank: "
     "do not)"},
    {"explain", 0, PARAM_BOOL, 0, NULL, "what made each score"},
    {"queries", 0, PARAM_STR, PARAM_TERMINAL, "FILE",
     "ask each line of it, {\"id\", \"query\"}; - is standard input"},
};

static bool is_star_run(struct str s, size_t i)
{
    return s.p[i] == '*' &&
           ((i > 0 && s.p[i - 1] == '*') || (i + 1 < s.n && s.p[i + 1] == '*'));
}

/* The snippet on one line, matched words as **word**. Stars that were there
 * before go, so that a pair always means a match. */
static void put_snippet(struct jsonw *w, struct str snippet)
{
    struct buf marked, line;

    if (snippet.n == 0)
        return;
    buf_init(&marked, 4 * snippet.n + 64);
    for (size_t i = 0; i < snippet.n; i++) {
        char c = snippet.p[i];

        if (c == 2 || c == 3)
            buf_addz(&marked, "**");
        else if (!is_star_run(snippet, i))
            buf_addc(&marked, c);
    }
    buf_init(&line, 4 * marked.len + 64);
    utf8_clean_line(&line, buf_str(&marked));
    put_text(w, "snippet", buf_str(&line));
    buf_free(&line);
    buf_free(&marked);
}

static void put_part(struct jsonw *w, const char *name, double x)
{
    jsonw_num(w, name, (double)(int64_t)(x * 1000 + 0.5) / 1000);
}

/* What each signal gave, what that was multiplied with, and who said what of
 * it afterwards. */
static void put_explained(struct jsonw *w, const struct search_hit *h,
                          const struct fresh_memory *fresh)
{
    jsonw_obj(w, "signals");
    for (int s = 0; s < SIGNAL_COUNT; s++)
        if (h->signal[s] >= 0.0005f)
            put_part(w, signal_name((enum signal)s), (double)h->signal[s]);
    jsonw_end(w);
    jsonw_obj(w, "factors");
    put_part(w, "age", (double)h->age);
    put_part(w, "use", (double)h->use);
    put_part(w, "importance", (double)h->weight);
    put_part(w, "trust", (double)h->trust);
    if (fresh_weight(fresh->state) < 1)
        put_part(w, "code", fresh_weight(fresh->state));
    jsonw_end(w);
    if (h->reranked > 0)
        put_part(w, "reranked", (double)h->reranked);
}

static void put_hit(struct jsonw *w, const struct search_hit *h,
                    const struct fresh_memory *fresh, bool explain)
{
    jsonw_obj(w, NULL);
    put_memory_line(w, &h->row);
    put_snippet(w, h->snippet);
    if (h->score > 0) {
        put_part(w, "score", h->score);
        jsonw_bool(w, "all_words", h->has_all);
        if (explain)
            put_explained(w, h, fresh);
    }
    put_freshness(w, fresh, false);
    jsonw_end(w);
}

static void put_reranker(struct jsonw *w, const struct rerank_note *r)
{
    if (!r->by)
        return;
    jsonw_obj(w, "reranker");
    jsonw_strz(w, "by", r->by);
    jsonw_int(w, "judged", (int64_t)r->judged);
    jsonw_int(w, "ms", r->ms);
    if (r->problem.code)
        jsonw_strz(w, "problem", r->problem.msg);
    jsonw_end(w);
}

static int put_group(struct op_env *env, struct jsonw *w,
                     const struct search_group *g,
                     const struct fresh_memory *fresh, bool explain,
                     struct err *e)
{
    struct session_info info = {0};
    int rc = 0;

    if (g->session_id)
        rc = session_read(env->db, g->session_id, env->a, &info, e);
    if (rc < 0 && rc != CM_ENOTFOUND)
        return rc;
    jsonw_obj(w, NULL);
    if (rc == 0 && info.id)
        put_session(w, &info);
    put_text(w, "group", g->group);
    put_part(w, "score", g->score);
    jsonw_int(w, "matched", (int64_t)g->matched);
    jsonw_arr(w, "results");
    for (size_t i = 0; i < g->n; i++)
        put_hit(w, &g->hit[i], &fresh[i], explain);
    jsonw_end(w);
    jsonw_end(w);
    return 0;
}

static void put_near(struct jsonw *w, const struct search_result *r)
{
    if (r->nnear == 0)
        return;
    jsonw_arr(w, "unknown");
    for (size_t i = 0; i < r->nnear; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "word", r->near[i].word);
        jsonw_arr(w, "nearest");
        for (size_t k = 0; k < r->near[i].n; k++)
            jsonw_str(w, NULL, r->near[i].term[k]);
        jsonw_end(w);
        if (r->near[i].sure)
            jsonw_int(w, "used", (int64_t)r->near[i].sure);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static int read_request(struct op_env *env, const struct json *args,
                        struct scope *scope, struct search_request *rq,
                        struct err *e)
{
    struct str by = json_get_str(args, "by");
    int64_t n = json_get_int(args, "n", RESULTS_DEFAULT);
    int rc;

    if (n < 1 || n > SEARCH_MAX)
        return err_set(e, CM_EARG, "search: n is 1 to %d", SEARCH_MAX);
    if (by.n && !str_eqz(by, "session") && !str_eqz(by, "run") &&
        !str_eqz(by, "group") && !str_eqz(by, "memory"))
        return err_set(e, CM_EARG,
                       "search: by is memory, session, run or group, not "
                       "%.*s", STR_ARG(str_cut(by, 0, 64)));
    *rq = (struct search_request){.words = json_get_str(args, "words"),
                                  .meaning = env->meaning,
                                  .reranker = op_reranker(env, args),
                                  .max = (size_t)n,
                                  .by = str_eqz(by, "group") ? BY_GROUP
                                        : by.n && !str_eqz(by, "memory")
                                            ? BY_SESSION
                                            : BY_MEMORY};
    rc = scope_find(env, args, scope, e);
    return rc < 0 ? rc : scope_filter(env, args, scope, &rq->filter, e);
}

const struct reranker *op_reranker(const struct op_env *env,
                                   const struct json *args)
{
    const struct json *asked = json_get(args, "rerank");
    bool on = env->config &&
              !str_eqz(config_str(env->config, OPT_RERANKER), "off");

    if (json_is_bool(asked))
        on = json_bool(asked);
    return on ? env->reranker : NULL;
}

/* What belongs to other branches is left out, and never in silence. */
static void put_left_out(struct op_env *env, struct jsonw *w,
                         const struct memory_filter *f)
{
    int64_t n = f->on_branch.n ? memories_on_others(env->db, f->project_id,
                                                    f->on_branch, NULL)
                               : 0;

    if (n > 0)
        jsonw_int(w, "other_branches", n);
}

/* A text that changed since is shown as it was; the snippet is of the new
 * one. */
static int hit_as_of(struct op_env *env, int64_t as_of_ms, struct search_hit *h,
                     struct err *e)
{
    struct str now = h->row.text;
    int rc = memory_as_of(env->db, &h->row, as_of_ms, env->a, e);

    if (!str_eq(h->row.text, now))
        h->snippet = STR_NONE;
    return rc;
}

static int show_as_of(struct op_env *env, int64_t as_of_ms,
                      struct search_result *r, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; as_of_ms && i < r->n && rc == 0; i++)
        rc = hit_as_of(env, as_of_ms, &r->hits[i], e);
    for (size_t i = 0; as_of_ms && i < r->ngroups; i++)
        for (size_t k = 0; k < r->groups[i].n && rc == 0; k++)
            rc = hit_as_of(env, as_of_ms, &r->groups[i].hit[k], e);
    return rc;
}

/* Do the results still hold? Room for SEARCH_PER_SESSION of each group. As of
 * another time nobody asks. */
static int read_fresh(struct op_env *env, struct search_result *r,
                      bool as_of, struct fresh_memory **out, struct err *e)
{
    struct fresh_set set = {.env = env};
    size_t n = r->n + SEARCH_PER_SESSION * r->ngroups;
    int rc;

    *out = arena_array(env->a, n + 1, sizeof(**out));
    if (as_of)
        return 0;
    rc = fresh_hits(&set, r->hits, r->n, *out, e);
    for (size_t i = 0; i < r->ngroups && rc == 0; i++)
        rc = fresh_hits(&set, r->groups[i].hit, r->groups[i].n,
                        *out + r->n + SEARCH_PER_SESSION * i, e);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct search_request rq;
    struct search_result r;
    struct fresh_memory *fresh = NULL;
    struct scope scope;
    bool explain = json_get_bool(args, "explain");
    int rc = read_request(env, args, &scope, &rq, e);

    if (rc == 0)
        rc = search_run(env->db, &rq, env->a, &r, e);
    if (rc == 0)
        rc = show_as_of(
            env, rq.filter.as_of_ms ? rq.filter.as_of_ms : r.as_of_ms, &r, e);
    if (rc == 0)
        rc = read_fresh(env, &r, rq.filter.as_of_ms || r.as_of_ms, &fresh, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    put_text(out, "query", rq.words);
    put_scope(out, &scope);
    jsonw_int(out, "matched", r.matched);
    jsonw_int(out, "of", r.of);
    if (r.matched == 0 && scope.project.id)
        jsonw_int(out, "elsewhere", r.elsewhere);
    put_left_out(env, out, &rq.filter);
    if (rq.words.n) {
        if (r.is_list)
            jsonw_bool(out, "listed", true);
        put_time(out, "from", r.from_ms);
        put_time(out, "until", r.until_ms);
        put_time(out, "as_of", r.as_of_ms);
    }
    put_near(out, &r);
    put_reranker(out, &r.rerank);
    jsonw_arr(out, rq.by == BY_SESSION ? "sessions"
                   : rq.by == BY_GROUP ? "groups"
                                       : "results");
    for (size_t i = 0; i < r.n; i++)
        put_hit(out, &r.hits[i], &fresh[i], explain);
    for (size_t i = 0; i < r.ngroups && rc == 0; i++)
        rc = put_group(env, out, &r.groups[i],
                       fresh + r.n + SEARCH_PER_SESSION * i, explain, e);
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

const struct op op_search = {
    .name = "search",
    .summary = "find memories by words, names, files and time",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WARM,
    .run = run,
};
