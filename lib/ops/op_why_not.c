/* op_why_not.c - the operation "why-not": why something was not given. */
#include "base/common.h"

#include <math.h>

#include "agent/project.h"
#include "ops/as_if.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/prompt_slot.h"
#include "ops/scope.h"
#include "store/injection.h"

/* Prompts of a session that are gone through, the newest; each is a search. */
#define PROMPTS 50
#define SHOWN   10
#define RECEIPTS 20
#define PROMPT_BYTES 120

static const struct param params[] = {
    {"what", 0, PARAM_STR,
     PARAM_REQUIRED | PARAM_POSITIONAL | PARAM_JOINED, "QUERY|ID",
     "the words of a prompt, or the memory that was missed"},
    {"session", 's', PARAM_STR, 0, "SESSION",
     "in this session; of a memory else the latest of the project"},
    {"max", 'n', PARAM_INT, 0, "N", "candidates (10)"},
    {"bar", 0, PARAM_STR, 0, "SCORE", "as with this prompt_bar"},
    PARAM_PROJECT,
    PARAM_AS_IF,
};

static const enum opt_id rests_on[] = {OPT_PROMPT_MEMORIES, OPT_PROMPT_TOKENS,
                                       OPT_PROMPT_BAR};

struct asked {
    struct scope scope;
    struct session_info session; /* id 0: none */
    struct slot_limits limits;
    struct str branch;
    size_t max;
};

static int read_bar(struct op_env *env, const struct json *args, double *bar,
                    struct err *e)
{
    struct str s = json_get_str(args, "bar");
    int rc = s.n ? config_check(OPT_PROMPT_BAR, s, e) : 0;

    if (rc == 0 && s.n)
        *bar = strtod(arena_str(env->a, s).p, NULL);
    return rc;
}

static int read_args(struct op_env *env, const struct json *args,
                     struct asked *q, struct err *e)
{
    struct str name = json_get_str(args, "session");
    int64_t max = json_get_int(args, "max", SHOWN);
    struct project p;
    struct id id;
    int rc = scope_find(env, args, &q->scope, e);

    if (rc < 0)
        return rc;
    if (max < 1 || max > 40)
        return err_set(e, CM_EARG, "why-not: max is 1 to 40");
    q->max = (size_t)max;
    q->limits = slot_limits_of(env->config);
    rc = read_bar(env, args, &q->limits.bar, e);
    if (rc == 0 && name.n)
        rc = id_parse(name, &id, e);
    if (rc == 0 && name.n)
        rc = id_session(env->db, &id, env->a, &q->session, e);
    if (rc < 0)
        return rc;
    if (q->session.id) {
        q->scope.project.id = q->session.project_id;
        q->scope.project.name = q->session.project;
        q->branch = q->session.branch;
    } else if (env->cwd && env->cwd[0] == '/' &&
               !json_get_str(args, "project").n) {
        project_find(env->cwd, env->a, &p);
        q->branch = p.branch;
    }
    return 0;
}

static int render(struct op_env *env, const struct asked *q, struct str prompt,
                  int64_t as_of_ms, struct prompt_slot *out, struct err *e)
{
    struct slot_request rq = {.project_id = q->scope.project.id,
                              .session_id = q->session.id,
                              .branch = q->branch,
                              .prompt = prompt,
                              .limits = q->limits,
                              .as_of_ms = as_of_ms,
                              .wide = true};

    return prompt_slot_render(env, &rq, out, e);
}

/* score, fate, why, short, other: of a candidate. */
static void put_fate(struct jsonw *w, const struct slot_candidate *c,
                     double bar)
{
    slot_put_score(w, c);
    jsonw_strz(w, "fate", slot_fate_word(c->fate));
    jsonw_strz(w, "why", slot_fate_words(c->fate));
    if (c->fate == SLOT_BELOW)
        jsonw_num(w, "short", round((bar - c->match.sure) * 1000) / 1000);
    put_id(w, "other", ID_MEMORY, c->other);
}

static void put_files(struct jsonw *w, const struct prompt_slot *slot)
{
    jsonw_arr(w, "files");
    for (size_t i = 0; i < slot->nfiles; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", slot->files[i].path);
        jsonw_strz(w, "why", slot->files[i].why);
        jsonw_num(w, "evidence", slot->files[i].evidence);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_bool(w, "files_given", slot->shows_files);
}

static void put_head(struct jsonw *w, const struct asked *q)
{
    put_scope(w, &q->scope);
    put_id(w, "session", ID_SESSION, q->session.id);
    jsonw_num(w, "bar", q->limits.bar);
}

static int run_query(struct op_env *env, const struct asked *q,
                     struct str prompt, struct jsonw *out, struct err *e)
{
    struct prompt_slot slot;
    int rc = render(env, q, prompt, 0, &slot, e);

    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "query", prompt);
    put_head(out, q);
    if (slot.silent)
        jsonw_strz(out, "silent", slot.silent);
    jsonw_int(out, "of", slot.of);
    jsonw_int(out, "tokens", (int64_t)slot.tokens);
    jsonw_arr(out, "candidates");
    for (size_t i = 0; i < slot.ncandidates && i < q->max; i++) {
        jsonw_obj(out, NULL);
        put_memory_line(out, &slot.candidates[i].row);
        put_fate(out, &slot.candidates[i], q->limits.bar);
        jsonw_end(out);
    }
    jsonw_end(out);
    put_files(out, &slot);
    jsonw_end(out);
    return 0;
}

/* --- a memory ------------------------------------------------------------------ */

static int put_given(struct op_env *env, struct jsonw *w, int64_t memory_id,
                     struct err *e)
{
    struct injection_row *rows;
    size_t n;
    int rc = injections_of_memory(env->db, memory_id, RECEIPTS, env->a, &rows,
                                  &n, e);

    if (rc < 0)
        return rc;
    jsonw_arr(w, "given");
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        put_id(w, "session", ID_SESSION, rows[i].session_id);
        put_time(w, "time", rows[i].time_ms);
        jsonw_str(w, "source", rows[i].source);
        jsonw_end(w);
    }
    jsonw_end(w);
    return 0;
}

static int put_prompt(struct op_env *env, const struct asked *q,
                      const struct event_info *event, int64_t memory_id,
                      struct jsonw *w, struct err *e)
{
    struct json *payload = json_parse(event->payload, NULL);
    struct prompt_slot slot;
    struct buf brief;
    size_t i = 0;
    int rc = render(env, q, json_get_str(payload, "prompt"), event->time_ms,
                    &slot, e);

    json_free(payload);
    if (rc < 0)
        return rc;
    buf_init(&brief, 4096);
    event_brief(event, &brief);
    jsonw_obj(w, NULL);
    put_time(w, "time", event->time_ms);
    jsonw_str(w, "prompt", buf_str(&brief));
    buf_free(&brief);
    while (i < slot.ncandidates && slot.candidates[i].row.id != memory_id)
        i++;
    if (slot.silent) {
        jsonw_strz(w, "why", slot.silent);
    } else if (i == slot.ncandidates) {
        jsonw_strz(w, "fate", "not-found");
        jsonw_strz(w, "why", "not among what was found for it");
    } else {
        jsonw_int(w, "place", (int64_t)i + 1);
        put_fate(w, &slot.candidates[i], q->limits.bar);
    }
    jsonw_end(w);
    return 0;
}

static int put_prompts(struct op_env *env, const struct asked *q,
                       int64_t memory_id, struct jsonw *w, struct err *e)
{
    struct event_info *rows;
    size_t n;
    int rc = events_named(env->db, q->session.id, STR("UserPromptSubmit"),
                          PROMPTS, env->a, &rows, &n, e);

    jsonw_arr(w, "prompts");
    while (rc == 0 && n-- > 0) /* they come newest first */
        rc = put_prompt(env, q, &rows[n], memory_id, w, e);
    jsonw_end(w);
    return rc;
}

static int run_memory(struct op_env *env, struct asked *q, int64_t id,
                      struct jsonw *out, struct err *e)
{
    struct memory_row m;
    int rc = memory_read(env->db, id, env->a, &m, e);

    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "there is no memory #%lld", (long long)id);
    if (rc == 0 && q->session.id == 0 && q->scope.project.id) {
        rc = session_latest(env->db, q->scope.project.id, env->a, &q->session,
                            e);
        if (rc == CM_ENOTFOUND)
            rc = 0;
        q->branch = q->session.branch;
    }
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_obj(out, "memory");
    put_memory_line(out, &m);
    put_text(out, "origin", m.origin);
    put_time(out, "expires", m.expires_ms);
    jsonw_end(out);
    put_head(out, q);
    rc = put_given(env, out, id, e);
    if (rc == 0 && q->session.id)
        rc = put_prompts(env, q, id, out, e);
    jsonw_end(out);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct str what = json_get_str(args, "what");
    struct asked q = {0};
    struct op_env as;
    struct id id;
    int rc = as_if(env, args, rests_on, ARRAY_LEN(rests_on), &as, e);

    if (rc == 0)
        rc = read_args(&as, args, &q, e);
    if (rc < 0)
        return rc;
    if (id_parse(what, &id, NULL) == 0 && id.kind == ID_MEMORY)
        return run_memory(&as, &q, id.n, out, e);
    return run_query(&as, &q, what, out, e);
}

const struct op op_why_not = {
    .name = "why-not",
    .summary = "why something was not given to a session",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
