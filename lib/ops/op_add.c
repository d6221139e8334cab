/* op_add.c - the operation "add": a note, said on purpose. */
#include "base/common.h"

#include "agent/project.h"
#include "agent/refs.h"
#include "base/redact.h"
#include "base/utf8.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "ops/settle.h"
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
    {"app", 0, PARAM_STR, 0, "NAME", "the same; one that is not known is made"},
    {"all", 'a', PARAM_BOOL, 0, NULL, "for every project"},
    {"user", 0, PARAM_STR, 0, "NAME", "of this person"},
    {"agent", 0, PARAM_STR, 0, "NAME", "of this agent"},
    {"run", 0, PARAM_STR, 0, "SESSION",
     "of this session; one that is not known is made"},
    {"branch", 'b', PARAM_STR, 0, "BRANCH",
     "of this branch until it is merged (the one checked out); any: of all"},
    {"topic", 0, PARAM_STR, 0, "KEY",
     "replaces what was last said under this key"},
    {"pin", 0, PARAM_BOOL, 0, NULL, "always among the first"},
    {"expires", 0, PARAM_TIME, 0, "TIME", "holds until then"},
    {"origin", 0, PARAM_STR, 0, "WHO", "who says it: user or assistant (user)"},
};

/* Who a name stands for, in the scopes that have no table. */
#define NAME_BYTES_MAX 512

/* The project of the directory asked from is made when it is new; so is one
 * that is named as an app. */
static int find_project(struct op_env *env, const struct json *args,
                        const struct project *here, struct memory_in *in,
                        struct err *e)
{
    struct str app = json_get_str(args, "app"), key;
    struct scope scope;
    int rc;

    if (app.n) {
        rc = project_by_name(env->db, app, env->a, &scope.project, e);
        in->project_id = rc == 0 ? scope.project.id : 0;
        if (rc != CM_ENOTFOUND)
            return rc;
        key = arena_fmt(env->a, "app:%.*s", STR_ARG(app));
        return project_put(env->db, &key, 1, app, STR(""), env->now_ms,
                           &in->project_id, e);
    }
    rc = scope_find(env, args, &scope, e);
    in->project_id = scope.project.id;
    if (rc < 0 || json_get_bool(args, "all") ||
        json_get_str(args, "project").n || here->nkeys == 0)
        return rc;
    return project_put(env->db, here->keys, here->nkeys, here->name, here->root,
                       env->now_ms, &in->project_id, e);
}

/*
 * A note is of the branch that is checked out, until that is merged; one that
 * is named is meant, whether it has commits or not.
 */
static void find_branch(struct op_env *env, const struct json *args,
                        const struct project *here, struct memory_in *in)
{
    struct str name = json_get_str(args, "branch");
    struct str dir = refs_dir(here), trunk = refs_default(dir, env->a);

    if (str_eqz(name, "any"))
        return;
    if (name.n == 0) {
        if (json_get_bool(args, "all") || json_get_str(args, "project").n ||
            json_get_str(args, "app").n || here->branch.n == 0)
            return;
        in->branch = here->branch;
        in->commit = refs_born(str_of(env->cwd), here->branch, env->now_ms,
                               env->now_ms, env->a);
        return;
    }
    in->branch = name;
    in->own_branch = true;
    if (str_eq(name, trunk))
        return;
    in->commit = refs_commit(dir, "refs/heads/", name, env->a);
    if (in->commit.n)
        in->commit = arena_fmt(env->a, "~%.*s", STR_ARG(in->commit));
    else
        in->commit = STR("~"); /* of a branch that is yet to be made */
}

/* A session by its id, or by any name: that of a run of another program. */
static int find_run(struct op_env *env, const struct json *args,
                    struct memory_in *in, struct err *e)
{
    struct str name = str_trim(json_get_str(args, "run"));
    struct session_info s;
    struct session_in made;
    struct id id;
    int rc = CM_ENOTFOUND;

    if (name.n == 0)
        return 0;
    in->own_session = true;
    if (id_parse(name, &id, NULL) == 0 && id.kind == ID_SESSION)
        rc = id_session(env->db, &id, env->a, &s, NULL);
    if (rc == 0) {
        in->session_id = s.id;
        if (in->project_id == 0)
            in->project_id = s.project_id;
        return 0;
    }
    if (in->project_id == 0)
        return err_set(e, CM_EARG,
                       "add: there is no session %.*s, and none is made "
                       "outside of a project",
                       STR_ARG(str_cut(name, 0, 64)));
    made = (struct session_in){.uid = name,
                               .project_id = in->project_id,
                               .cwd = STR(""),
                               .time_ms = env->now_ms,
                               .known_is_enough = true};
    return session_put(env->db, &made, &in->session_id, e);
}

static int find_scopes(struct op_env *env, const struct json *args,
                       struct memory_in *in, struct err *e)
{
    struct project here = {0};
    int rc;

    in->user = json_get_str(args, "user");
    in->agent = json_get_str(args, "agent");
    if (in->user.n > NAME_BYTES_MAX || in->agent.n > NAME_BYTES_MAX ||
        json_get_str(args, "run").n > NAME_BYTES_MAX ||
        json_get_str(args, "app").n > NAME_BYTES_MAX ||
        json_get_str(args, "branch").n > NAME_BYTES_MAX)
        return err_set(e, CM_EARG, "a name has at most %d bytes",
                       NAME_BYTES_MAX);
    if (env->cwd && env->cwd[0] == '/')
        project_find(env->cwd, env->a, &here);
    rc = find_project(env, args, &here, in, e);
    if (rc == 0)
        rc = find_run(env, args, in, e);
    if (rc == 0)
        find_branch(env, args, &here, in);
    return rc;
}

static struct str title_of(struct str text)
{
    struct str rest = text, line = STR_NONE;

    str_line(&rest, &line);
    return str_trim(utf8_cut(line, TITLE_BYTES));
}

static int add(struct op_env *env, const struct json *args,
               struct memory_in *in, struct settled *done, struct err *e)
{
    struct str origin = json_get_str(args, "origin");
    bool by_assistant = str_eqz(origin, "assistant");
    int rc;

    if (origin.n && !by_assistant && !str_eqz(origin, "user"))
        return err_set(e, CM_EARG, "add: origin is user or assistant, not %.*s",
                       STR_ARG(str_cut(origin, 0, 64)));
    *in = (struct memory_in){
        .kind = "note",
        .type = json_get_str(args, "type"),
        .title = redact_clean(json_get_str(args, "title"), true, env->a),
        .text = redact_clean(json_get_str(args, "text"), false, env->a),
        .origin = by_assistant ? "assistant" : "user",
        .importance = NOTE_IMPORTANCE,
        .weighed = STR("4 as a note"),
        .pinned = json_get_bool(args, "pin"),
        .event_ms = env->now_ms,
        .expires_ms = json_get_int(args, "expires", 0),
        .topic_key = json_get_str(args, "topic"),
    };
    if (in->text.n == 0)
        return err_set(e, CM_EARG, "add needs TEXT");
    if (in->text.n > NOTE_BYTES_MAX)
        return err_set(e, CM_EARG, "a note has at most %u KB",
                       NOTE_BYTES_MAX / 1024);
    if (in->title.n == 0)
        in->title = title_of(in->text);
    rc = db_begin(env->db, e);
    if (rc < 0)
        return rc;
    rc = find_scopes(env, args, in, e);
    if (rc == 0)
        rc = settle_put(env->db, in, env->now_ms, env->a, done, e);
    if (rc < 0) {
        db_rollback(env->db);
        return rc;
    }
    return db_commit(env->db, e);
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct settled done = {0};
    struct memory_row m;
    struct memory_in in;
    int rc = add(env, args, &in, &done, e);

    if (rc == 0)
        rc = memory_read(env->db, done.id, env->a, &m, e);
    if (rc == 0)
        rc = context_cache_write(env, in.project_id, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    /* false: known, or its topic's new text */
    jsonw_bool(out, "added", done.added);
    put_memory_line(out, &m);
    jsonw_int(out, "revision", m.revision);
    jsonw_int(out, "seen", m.seen);
    if (done.ended)
        put_id(out, "in_place_of", ID_MEMORY, done.last);
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
