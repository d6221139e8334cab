/* op_add.c - the operation "add": a note, said on purpose. */
#include "base/common.h"

#include "agent/project.h"
#include "base/redact.h"
#include "base/utf8.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "store/memory.h"
#include "store/session.h"

/* A note is read whole by whoever gets it. */
#define NOTE_BYTES_MAX (16u * 1024u)
#define TITLE_BYTES    100
/* Above what the worker writes by itself (3), so that notes come first. */
#define NOTE_IMPORTANCE 4

static const struct param params[] = {
    {"text", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED | PARAM_REQUIRED,
     "TEXT", "what to remember"},
    {"title", 0, PARAM_STR, 0, "TITLE", "one line; else the text's first"},
    {"type", 't', PARAM_STR, 0, "TYPE", "decision, discovery, problem, ..."},
    {"project", 'p', PARAM_STR, 0, "NAME",
     "another project: its name or directory"},
    {"all", 'a', PARAM_BOOL, 0, NULL, "for every project"},
    {"topic", 0, PARAM_STR, 0, "KEY",
     "replaces what was last said under this key"},
    {"pin", 0, PARAM_BOOL, 0, NULL, "always among the first"},
    {"expires", 0, PARAM_TIME, 0, "TIME", "holds until then"},
};

/* The project of the directory asked from is made when it is new. */
static int find_project(struct op_env *env, const struct json *args,
                        int64_t *id, struct str *branch, struct err *e)
{
    struct scope scope;
    struct project p;
    int rc = scope_find(env, args, &scope, e);

    *branch = STR_NONE;
    *id = scope.project.id;
    if (rc < 0 || json_get_bool(args, "all") ||
        json_get_str(args, "project").n || !env->cwd || env->cwd[0] != '/')
        return rc;
    project_find(env->cwd, env->a, &p);
    *branch = p.branch;
    return project_put(env->db, p.keys, p.nkeys, p.name, p.root, env->now_ms,
                       id, e);
}

/* Without its secrets, without control characters; lives in the arena. */
static struct str cleaned(struct op_env *env, struct str s, bool one_line)
{
    struct str out;
    struct buf plain, b;

    buf_init(&plain, 2 * s.n + 4096);
    buf_init(&b, 4 * s.n + 8192);
    redact_text(s, &plain);
    if (one_line)
        utf8_clean_line(&b, str_trim(buf_str(&plain)));
    else
        utf8_clean(&b, str_trim(buf_str(&plain)));
    out = arena_str(env->a, buf_str(&b));
    buf_free(&b);
    buf_free(&plain);
    return out;
}

static struct str title_of(struct str text)
{
    struct str rest = text, line = STR_NONE;

    str_line(&rest, &line);
    return str_trim(utf8_cut(line, TITLE_BYTES));
}

static int add(struct op_env *env, const struct json *args, int64_t *id,
               bool *added, int64_t *project_id, struct err *e)
{
    struct memory_in in = {
        .kind = "note",
        .type = json_get_str(args, "type"),
        .title = cleaned(env, json_get_str(args, "title"), true),
        .text = cleaned(env, json_get_str(args, "text"), false),
        .origin = "user",
        .importance = NOTE_IMPORTANCE,
        .pinned = json_get_bool(args, "pin"),
        .event_ms = env->now_ms,
        .expires_ms = json_get_int(args, "expires", 0),
        .topic_key = json_get_str(args, "topic"),
    };
    int rc;

    if (in.text.n == 0)
        return err_set(e, CM_EARG, "add needs TEXT");
    if (in.text.n > NOTE_BYTES_MAX)
        return err_set(e, CM_EARG, "a note has at most %u KB",
                       NOTE_BYTES_MAX / 1024);
    if (in.title.n == 0)
        in.title = title_of(in.text);
    rc = db_begin(env->db, e);
    if (rc < 0)
        return rc;
    rc = find_project(env, args, project_id, &in.branch, e);
    in.project_id = *project_id;
    if (rc == 0)
        rc = memory_put(env->db, &in, env->now_ms, id, added, e);
    if (rc < 0) {
        db_rollback(env->db);
        return rc;
    }
    return db_commit(env->db, e);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct memory_row m;
    int64_t id = 0, project_id = 0;
    bool added = false;
    int rc = add(env, args, &id, &added, &project_id, e);

    if (rc == 0)
        rc = memory_read(env->db, id, env->a, &m, e);
    if (rc == 0)
        rc = context_cache_write(env, project_id, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_bool(out, "added", added); /* false: known, or its topic's new text */
    put_memory_line(out, &m);
    jsonw_int(out, "revision", m.revision);
    jsonw_end(out);
    return 0;
}

const struct op op_add = {
    .name = "add",
    .summary = "remember a note",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WRITES,
    .run = run,
};
