/* op_why.c - the operation "why": what a session was given, and why. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/prompt_slot.h"
#include "ops/scope.h"
#include "store/injection.h"

/* Receipts of one session: far more than one has prompts worth one. */
#define RECEIPTS 1000

static const struct param params[] = {
    {"session", 's', PARAM_STR, PARAM_POSITIONAL, "SESSION",
     "s4 or the client's id; else the latest of the project"},
    {"text", 0, PARAM_BOOL, 0, NULL, "also the bytes that it was given"},
    PARAM_PROJECT,
    PARAM_ALL,
};

/* The receipt's row about a memory or, where lines have no id, the n-th. */
static const struct json *row_of(const struct json *explain, int64_t id,
                                 size_t n)
{
    const struct json *rows = json_get(explain, "considered");
    char name[32];

    if (!rows)
        return json_at(json_get(explain, "lines"), n);
    snprintf(name, sizeof(name), "#%lld", (long long)id);
    for (const struct json *r = json_first(rows); r && id; r = json_next(r))
        if (str_eqz(json_get_str(r, "id"), name))
            return r;
    return NULL;
}

/* The number of "#12 bugfix: ..."; 0 when the line has none. */
static int64_t id_of_line(struct str line)
{
    ptrdiff_t end = str_chr(line, ' ');
    int64_t id;

    if (line.n < 2 || line.p[0] != '#' || end < 2 ||
        str_int(str_cut(line, 1, (size_t)end), 1, INT64_MAX, &id) < 0)
        return 0;
    return id;
}

static void put_raw(struct op_env *env, struct jsonw *w, const char *key,
                    const struct json *v)
{
    struct buf b;

    if (!v)
        return;
    buf_init(&b, 65536);
    json_print(v, &b, 0);
    jsonw_raw(w, key, arena_str(env->a, buf_str(&b)));
    buf_free(&b);
}

/* The lines as they were given, each with what the receipt says of it. */
static void put_lines(struct op_env *env, struct jsonw *w,
                      const struct injection_row *r, const struct json *explain)
{
    struct str rest = r->text, line;
    size_t n = 0;

    jsonw_arr(w, "lines");
    while (str_line(&rest, &line)) {
        const struct json *row;
        int64_t id;

        if (!str_starts(line, STR("- ")))
            continue;
        line = str_cut(line, 2, line.n);
        id = id_of_line(line);
        row = row_of(explain, id, n++);
        jsonw_obj(w, NULL);
        if (json_get_str(row, "id").n)
            jsonw_str(w, "id", json_get_str(row, "id"));
        else
            put_id(w, "id", ID_MEMORY, id);
        put_text(w, "section", json_get_str(row, "section"));
        jsonw_str(w, "text", line);
        put_text(w, "why", json_get_str(row, "why"));
        if (json_get(row, "score"))
            jsonw_num(w, "score", json_num(json_get(row, "score")));
        put_raw(env, w, "in_common", json_get(row, "in_common"));
        jsonw_end(w);
    }
    jsonw_end(w);
}

/* "below the bar", for the word of a fate. */
static const char *words_of(struct str word)
{
    for (int i = 0; i < SLOT_FATE_COUNT; i++)
        if (str_eqz(word, slot_fate_word((enum slot_fate)i)))
            return slot_fate_words((enum slot_fate)i);
    return NULL;
}

static int put_passed_over(struct op_env *env, struct jsonw *w,
                           const struct json *explain, struct err *e)
{
    const struct json *rows = json_get(explain, "considered");
    int rc = 0;

    if (!rows)
        return 0;
    jsonw_arr(w, "passed_over");
    for (const struct json *r = json_first(rows); r && rc == 0;
         r = json_next(r)) {
        struct str fate = json_get_str(r, "fate");
        struct memory_row m;
        struct id id;

        if (str_eqz(fate, slot_fate_word(SLOT_GIVEN)) ||
            id_parse(json_get_str(r, "id"), &id, NULL) < 0)
            continue;
        rc = memory_read(env->db, id.n, env->a, &m, e);
        if (rc == CM_ENOTFOUND) { /* forgotten since */
            rc = 0;
            continue;
        }
        if (rc < 0)
            continue;
        jsonw_obj(w, NULL);
        put_memory_line(w, &m);
        jsonw_num(w, "score", json_num(json_get(r, "score")));
        jsonw_str(w, "fate", fate);
        if (words_of(fate))
            jsonw_strz(w, "why", words_of(fate));
        put_text(w, "other", json_get_str(r, "other"));
        jsonw_end(w);
    }
    jsonw_end(w);
    return rc;
}

static int put_receipt(struct op_env *env, const struct json *args,
                       struct jsonw *w, const struct injection_row *r,
                       struct err *e)
{
    struct json *explain = r->explain.n ? json_parse(r->explain, NULL) : NULL;
    int rc;

    jsonw_obj(w, NULL);
    put_time(w, "time", r->time_ms);
    jsonw_str(w, "source", r->source);
    jsonw_int(w, "tokens", r->tokens);
    put_text(w, "query", r->query);
    if (json_get(explain, "bar"))
        jsonw_num(w, "bar", json_num(json_get(explain, "bar")));
    put_lines(env, w, r, explain);
    rc = put_passed_over(env, w, explain, e);
    put_raw(env, w, "files", json_get(explain, "files"));
    if (json_get_bool(args, "text"))
        jsonw_str(w, "text", r->text);
    jsonw_end(w);
    json_free(explain);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct injection_row *rows;
    struct session_info s;
    int64_t tokens = 0;
    size_t n;
    int rc = scope_session(env, args, &s, e);

    if (rc == 0)
        rc = injections_read(env->db, s.id, 0, RECEIPTS, env->a, &rows, &n, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_obj(out, "session");
    put_session(out, &s);
    jsonw_end(out);
    for (size_t i = 0; i < n; i++)
        tokens += rows[i].tokens;
    jsonw_int(out, "tokens", tokens);
    jsonw_arr(out, "given");
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = put_receipt(env, args, out, &rows[i], e);
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

const struct op op_why = {
    .name = "why",
    .summary = "what a session was given, and why",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
