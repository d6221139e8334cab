/* mem0_find.c - search, list and all that reads by filters: see mem0.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "search/search.h"
#include "store/revise.h"
#include "store/scoped.h"
#include "worker/mem0.h"

#define TOP_K     10
#define THRESHOLD 0.1
#define PAGE_SIZE 100

/* Arguments for the pool: the body goes with them. */
static struct json *args_of(struct http_request *r, bool oss)
{
    struct json *args = mem0_args(r->w);

    json_set(args, "body", r->body ? json_copy(r->body) : json_object());
    json_set_bool(args, "oss", oss);
    json_set_str(args, "host", http_header(r, "Host"));
    return args;
}

static bool body_is_object(struct http_request *r)
{
    if (!r->body || json_is_object(r->body))
        return true;
    mem0_fail(r, 400, "The body has to be a JSON object.");
    return false;
}

/* --- search ------------------------------------------------------------------- */

static double rounded(double x)
{
    return (double)(int64_t)(x * 10000 + 0.5) / 10000;
}

static void put_breakdown(struct jsonw *w, const struct search_hit *h,
                          bool explain)
{
    static const struct {
        const char *name;
        enum signal of[4];
        size_t n;
    } parts[] = {
        {"semantic", {SIGNAL_MEANING}, 1},
        {"bm25", {SIGNAL_WORDS, SIGNAL_NEAR, SIGNAL_PLACE, SIGNAL_SAID}, 4},
        {"entity", {SIGNAL_NAMES, SIGNAL_GRAPH}, 2},
    };

    jsonw_obj(w, "score_breakdown");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        double sum = 0;

        for (size_t k = 0; k < parts[i].n; k++)
            sum += (double)h->signal[parts[i].of[k]];
        jsonw_num(w, parts[i].name, rounded(sum));
    }
    jsonw_end(w);
    if (!explain)
        return;
    jsonw_obj(w, "score_details");
    for (int s = 0; s < SIGNAL_COUNT; s++)
        jsonw_num(w, signal_name((enum signal)s),
                  rounded((double)h->signal[s]));
    jsonw_num(w, "age", rounded((double)h->age));
    jsonw_num(w, "use", rounded((double)h->use));
    jsonw_num(w, "importance", rounded((double)h->weight));
    jsonw_num(w, "trust", rounded((double)h->trust));
    jsonw_end(w);
}

static int64_t count_of(const struct json *body, const char *one,
                        const char *other, int64_t absent)
{
    const struct json *v = json_get(body, one);

    v = v ? v : json_get(body, other);
    if (json_is_str(v)) { /* of a query string */
        int64_t n;

        return str_int(json_str(v), 0, INT32_MAX, &n) == 0 ? n : -1;
    }
    return v && !json_is_null(v) ? json_is_num(v) ? json_int(v) : -1 : absent;
}

/* As of another time a text is what it was then. */
static int put_back(struct op_env *env, int64_t as_of_ms,
                    struct search_result *found, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; as_of_ms && i < found->n && rc == 0; i++)
        rc = memory_as_of(env->db, &found->hits[i].row, as_of_ms, env->a, e);
    return rc;
}

static int search(struct op_env *env, const struct json *args,
                  struct jsonw *out, struct err *e)
{
    const struct json *body = json_get(args, "body");
    const struct json *limit = json_get(body, "threshold");
    double threshold = json_is_num(limit)           ? json_num(limit)
                       : json_get_bool(args, "oss") ? 0
                                                    : THRESHOLD;
    unsigned char home[MEM0_HOME_BYTES];
    struct mem0_put put = {.home = home,
                           .fields = json_get(body, "fields"),
                           .run = "run_id",
                           .now_ms = env->now_ms};
    struct search_request rq = {
        .words = str_trim(json_get_str(body, "query")),
        .meaning = env->meaning,
        .reranker = op_reranker(env, body),
        .max = (size_t)count_of(body, "top_k", "limit", TOP_K),
        .no_snippets = true,
        .all_of_one = true,
    };
    struct search_result found;
    int rc;

    mem0_home(args, home);
    rc = mem0_filter(env, args, &rq.filter, e);
    if (rc == 0)
        rc = search_run(env->db, &rq, env->a, &found, e);
    if (rc == 0)
        rc = put_back(env,
                      rq.filter.as_of_ms ? rq.filter.as_of_ms : found.as_of_ms,
                      &found, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_arr(out, "results");
    for (size_t i = 0; i < found.n; i++) {
        const struct search_hit *h = &found.hits[i];

        if (h->score < threshold)
            continue;
        jsonw_obj(out, NULL);
        mem0_put_memory(out, &put, &h->row);
        jsonw_num(out, "score", rounded(h->score));
        if (mem0_wants(put.fields, "score_breakdown"))
            put_breakdown(out, h, json_get_bool(body, "explain"));
        jsonw_end(out);
    }
    jsonw_end(out);
    jsonw_end(out);
    return 0;
}

static void begin_search(struct http_request *r, bool oss)
{
    int64_t n;

    if (!body_is_object(r))
        return;
    n = count_of(r->body, "top_k", "limit", TOP_K);
    if (str_trim(json_get_str(r->body, "query")).n == 0)
        mem0_fail(r, 400, "query: this field may not be blank.");
    else if (n < 1 || n > MEM0_PAGE_MAX)
        mem0_fail(r, 400, "top_k is a number from 1 to %d.", MEM0_PAGE_MAX);
    else
        http_read(r, search, args_of(r, oss), mem0_give);
}

void mem0_search_platform(struct http_request *r)
{
    begin_search(r, false);
}

void mem0_search_oss(struct http_request *r)
{
    begin_search(r, true);
}

/* --- list ------------------------------------------------------------------------ */

/* Of what the filters let through, newest first. */
static int read_rows(struct op_env *env, const struct json *args, int64_t skip,
                     int64_t most, struct memory_list *rows, size_t *count,
                     struct err *e)
{
    struct memory_filter f;
    int rc = mem0_filter(env, args, &f, e);

    return rc < 0 ? rc
                  : memories_page(env->db, &f, (size_t)skip, (size_t)most,
                                  env->a, rows, count, e);
}

/* run: as a run is called there. */
static void put_rows(struct jsonw *out, const char *key, struct op_env *env,
                     const struct json *args, const char *run,
                     const struct memory_list *rows)
{
    unsigned char home[MEM0_HOME_BYTES];
    const struct mem0_put put = {.home = home,
                                 .fields = json_path(args, "body.fields"),
                                 .run = run,
                                 .now_ms = env->now_ms};

    mem0_home(args, home);
    jsonw_arr(out, key);
    for (size_t i = 0; i < rows->n; i++) {
        jsonw_obj(out, NULL);
        mem0_put_memory(out, &put, &rows->rows[i]);
        jsonw_end(out);
    }
    jsonw_end(out);
}

static int list(struct op_env *env, const struct json *args, struct jsonw *out,
                struct err *e)
{
    int64_t page = json_get_int(args, "page", 1);
    int64_t size = json_get_int(args, "page_size", PAGE_SIZE);
    bool oss = json_get_bool(args, "oss");
    struct memory_list rows;
    size_t count;
    int rc = read_rows(env, args, (page - 1) * size, size, &rows, &count, e);

    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    if (!oss) {
        jsonw_int(out, "count", (int64_t)count);
        mem0_put_pages(out, args, "/v3/memories/", page, size, (int64_t)count);
    }
    put_rows(out, "results", env, args, oss ? "run_id" : "session_id", &rows);
    jsonw_end(out);
    return 0;
}

/* From the query string, else the body. */
static int64_t page_of(struct http_request *r, const char *name, int64_t absent)
{
    return mem0_number(r, name, count_of(r->body, name, name, absent));
}

static void begin_list(struct http_request *r, struct json *args, int64_t page,
                       int64_t size)
{
    if (page < 1 || size < 1 || size > MEM0_PAGE_MAX) {
        mem0_fail(r, 400, "page begins at 1, and page_size is 1 to %d.",
                  MEM0_PAGE_MAX);
        json_free(args);
        return;
    }
    json_set_int(args, "page", page);
    json_set_int(args, "page_size", size);
    http_read(r, list, args, mem0_give);
}

void mem0_list_platform(struct http_request *r)
{
    if (body_is_object(r))
        begin_list(r, args_of(r, false), page_of(r, "page", 1),
                   page_of(r, "page_size", PAGE_SIZE));
}

void mem0_list_oss(struct http_request *r)
{
    static const char *const flags[] = {"show_expired", "include_merged",
                                        "latest_only"};
    struct json *args = args_of(r, true), *body = json_get(args, "body");
    char name[64];

    for (size_t i = 0; i < r->nquery; i++) {
        snprintf(name, sizeof(name), "%.*s", STR_ARG(r->query[i].name));
        json_set_str(body, name, r->query[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        struct str s = json_get_str(body, flags[i]);

        if (s.n)
            json_set_bool(body, flags[i], str_ieq(s, STR("true")));
    }
    begin_list(r, args, 1, count_of(body, "top_k", "limit", PAGE_SIZE));
}

/* --- what else reads by filters ----------------------------------------------------- */

/* Counters of all that is here. */
static int stats(struct op_env *env, const struct json *args, struct jsonw *out,
                 struct err *e)
{
    struct scope_name *names;
    struct memory_list rows;
    size_t n, count, per[SCOPE_TYPES] = {0};
    int rc = read_rows(env, args, 0, 0, &rows, &count, e);

    if (rc == 0)
        rc = scope_names(env->db, env->a, &names, &n, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        per[names[i].type]++;
    jsonw_obj(out, NULL);
    jsonw_int(out, "total_memories", (int64_t)count);
    mem0_put_totals(out, per);
    jsonw_end(out);
    return 0;
}

void mem0_stats(struct http_request *r)
{
    http_read(r, stats, args_of(r, false), mem0_give);
}

/* The newest of what the filters let through, a line each. */
#define SUMMARY_LINES 50

static int summary(struct op_env *env, const struct json *args,
                   struct jsonw *out, struct err *e)
{
    struct memory_list rows;
    size_t count;
    struct buf b;
    int rc = read_rows(env, args, 0, SUMMARY_LINES, &rows, &count, e);

    if (rc < 0)
        return rc;
    buf_init(&b, 256u * 1024u);
    for (size_t i = 0; i < rows.n; i++)
        buf_addf(&b, "%s- %.*s", i ? "\n" : "",
                 STR_ARG(utf8_cut(mem0_text(&rows.rows[i]), 1000)));
    if (count > rows.n)
        buf_addf(&b, "\n(%zu older ones are left out)", count - rows.n);
    jsonw_arr(out, NULL);
    jsonw_obj(out, NULL);
    jsonw_str(out, "summary", buf_str(&b));
    jsonw_int(out, "count", (int64_t)count);
    jsonw_end(out);
    jsonw_end(out);
    buf_free(&b);
    return 0;
}

void mem0_summary(struct http_request *r)
{
    if (body_is_object(r))
        http_read(r, summary, args_of(r, false), mem0_give);
}

/* --- exports --------------------------------------------------------------------------- */

/* The memories with those of their fields that the schema names. No model fills
 * in what it does not find. */
static int export_all(struct op_env *env, const struct json *args,
                      struct jsonw *out, struct err *e)
{
    struct memory_list rows;
    size_t count;
    int rc = read_rows(env, args, 0, MEM0_PAGE_MAX, &rows, &count, e);

    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_int(out, "count", (int64_t)count);
    put_rows(out, "memories", env, args, "run_id", &rows);
    jsonw_end(out);
    return 0;
}

void mem0_export(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    char id[MEM0_ID_SIZE];
    struct json *entry;
    struct buf b;

    if (!json_is_object(json_get(r->body, "schema"))) {
        mem0_fail(r, 400, "schema has to be an object.");
        return;
    }
    mem0_id_random(id);
    entry = json_object();
    json_set_str(entry, "id", str_of(id));
    json_set(entry, "schema", json_copy(json_get(r->body, "schema")));
    if (json_is_object(json_get(r->body, "filters")))
        json_set(entry, "filters", json_copy(json_get(r->body, "filters")));
    mem0_keep(m, "exports", entry, MEM0_KEPT / 10);
    mem0_save(m);
    buf_init(&b, 1024);
    buf_addf(&b,
             "{\"message\":\"Memory export request received. The export will "
             "be ready in a few seconds.\",\"id\":\"%s\"}",
             id);
    http_json(r, 201, buf_str(&b));
    buf_free(&b);
}

static bool same(const struct json *x, const struct json *y)
{
    struct buf a, b;
    bool is;

    buf_init(&a, 65536);
    buf_init(&b, 65536);
    is = x && y && json_print(x, &a, 0) && json_print(y, &b, 0) &&
         str_eq(buf_str(&a), buf_str(&b));
    buf_free(&a);
    buf_free(&b);
    return is;
}

/* The names under a schema's properties, at any depth, are the fields. */
static struct json *fields_of(const struct json *schema)
{
    struct json *out = json_array();
    struct json_walk w;
    const struct json *j;

    json_walk_init(&w, schema);
    while ((j = json_walk_next(&w)))
        if (str_eqz(json_key(j), "properties"))
            for (const struct json *p = json_first(j); p; p = json_next(p))
                json_push_str(out, json_key(p));
    return out;
}

void mem0_export_get(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct str id = json_get_str(r->body, "memory_export_id");
    const struct json *filters = json_get(r->body, "filters"), *entry = NULL;
    struct json *args, *body;

    if (id.n)
        entry = mem0_entry(m, "exports", id);
    /* Those of the newest export with these filters. */
    for (const struct json *x = json_first(mem0_list(m, "exports")); x && !id.n;
         x = json_next(x))
        entry = same(json_get(x, "filters"), filters) ? x : entry;
    if (!entry) {
        mem0_fail(r, 404, "No memory export request found");
        return;
    }
    args = args_of(r, false);
    body = json_object();
    if (json_get(entry, "filters"))
        json_set(body, "filters", json_copy(json_get(entry, "filters")));
    json_set(body, "fields", fields_of(json_get(entry, "schema")));
    json_set(args, "body", body);
    http_read(r, export_all, args, mem0_give);
}
