/* scope.c - see scope.h. */
#include "base/common.h"

#include "agent/project.h"
#include "ops/fields.h"
#include "ops/scope.h"
#include "store/where.h"

int scope_app(struct op_env *env, struct str app, struct project_row *out,
              struct err *e)
{
    struct str key = arena_fmt(env->a, "app:%.*s", STR_ARG(app));
    int rc = project_by_keys(env->db, &key, 1, env->a, out, e);

    if (rc == CM_ENOTFOUND)
        rc = project_by_name(env->db, app, env->a, out, e);
    /* Not a directory or a number that looks alike. */
    return rc == 0 && !str_eq(out->name, app) ? CM_ENOTFOUND : rc;
}

/* A run is named whole: run1 is not the beginning of run10. */
static int find_run(struct op_env *env, struct str run, int64_t *id,
                    struct err *e)
{
    struct session_info s;
    struct err several = {0};
    int rc = session_by_uid(env->db, run, env->a, &s, &several);

    if (rc == 0 && str_eq(s.uid, run)) {
        *id = s.id;
        return 0;
    }
    if (rc < 0 && rc != CM_ENOTFOUND && rc != CM_EARG) {
        if (e)
            *e = several;
        return rc;
    }
    return err_set(e, CM_ENOTFOUND, "there is no run %.*s",
                   STR_ARG(str_cut(run, 0, 64)));
}

int scope_find(struct op_env *env, const struct json *args, struct scope *out,
               struct err *e)
{
    struct str name = json_get_str(args, "project");
    struct str app = json_get_str(args, "app");
    struct project p;
    int rc;

    *out = (struct scope){0};
    if (app.n) {
        rc = scope_app(env, app, &out->project, e);
        return rc == CM_ENOTFOUND ? err_set(e, rc, "there is no app %.*s",
                                            STR_ARG(str_cut(app, 0, 64)))
                                  : rc;
    }
    if (json_get_bool(args, "all"))
        return 0;
    if (name.n) {
        rc = project_by_name(env->db, name, env->a, &out->project, e);
        if (rc == CM_ENOTFOUND)
            return err_set(e, rc,
                           "there is no project %.*s; `cmem stats` "
                           "lists them",
                           STR_ARG(name));
        if (rc == 0 && str_eq(name, out->project.name)) {
            out->namesakes = projects_named(env->db, name, e) - 1;
            rc = out->namesakes < 0 ? CM_EDB : 0;
        }
        return rc;
    }
    if (!env->cwd || env->cwd[0] != '/')
        return 0;
    project_find(env->cwd, env->a, &p);
    rc = project_by_keys(env->db, p.keys, p.nkeys, env->a, &out->project, e);
    return rc == CM_ENOTFOUND ? 0 : rc;
}

/* The branch that is checked out where one asks from, when that is the
 * project asked about; NAME given by hand is told by `branch`. */
static struct str standing_on(struct op_env *env, const struct json *args)
{
    struct project p;

    if (!env->cwd || env->cwd[0] != '/' || json_get_bool(args, "all") ||
        json_get_bool(args, "all-branches") || json_get_str(args, "branch").n ||
        json_get_str(args, "project").n || json_get_str(args, "app").n ||
        json_get_str(args, "session").n || json_get_str(args, "run").n)
        return STR_NONE;
    project_find(env->cwd, env->a, &p);
    return p.branch;
}

void put_scope(struct jsonw *w, const struct scope *s)
{
    if (s->project.id)
        jsonw_str(w, "project", s->project.name);
    if (s->namesakes > 0) {
        jsonw_str(w, "project_root", s->project.root);
        jsonw_int(w, "namesakes", s->namesakes);
    }
}

/* A path as memories have it: below the root without the root, no "./" before
 * and no "/" behind it. */
static struct str path_in(const struct scope *s, struct str path)
{
    struct str root = s->project.root;

    if (root.n && str_starts(path, root) && path.n > root.n + 1 &&
        path.p[root.n] == '/')
        path = str_cut(path, root.n + 1, path.n);
    while (str_starts(path, STR("./")))
        path = str_cut(path, 2, path.n);
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    while (path.n && path.p[0] == '/')
        path = str_cut(path, 1, path.n);
    return path;
}

static const char *const kinds[] = {"observation", "fact", "summary", "note",
                                    "prompt"};

static int check_kind(struct str kind, struct err *e)
{
    if (kind.n == 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eqz(kind, kinds[i]))
            return 0;
    return err_set(e, CM_EARG,
                   "kind is observation, fact, summary, note or "
                   "prompt, not %.*s",
                   STR_ARG(kind));
}

int scope_where(struct op_env *env, const struct json *args,
                const struct id_set **out, struct err *e)
{
    const struct json *filter = json_get(args, "filter");
    struct json *parsed = NULL;
    struct id_set *set = arena_new(env->a, struct id_set);
    struct err why = {0};
    int rc;

    *out = NULL;
    if (!filter || (json_is_str(filter) && json_str(filter).n == 0))
        return 0;
    if (json_is_str(filter)) {
        parsed = json_parse(json_str(filter), &why);
        if (!parsed)
            return err_set(e, CM_EARG, "filter: %s", why.msg);
    }
    rc = where_ids(env->db, parsed ? parsed : filter, env->now_ms, env->a, set,
                   e);
    json_free(parsed);
    if (rc == 0)
        *out = set;
    return rc;
}

int scope_filter(struct op_env *env, const struct json *args,
                 const struct scope *s, struct memory_filter *f, struct err *e)
{
    struct str session = json_get_str(args, "session");
    int rc = check_kind(json_get_str(args, "kind"), e);

    *f = (struct memory_filter){
        .project_id = s->project.id,
        .kind = json_get_str(args, "kind"),
        .type = json_get_str(args, "type"),
        .branch = json_get_str(args, "branch"),
        .file = path_in(s, json_get_str(args, "file")),
        .since_ms = json_get_int(args, "since", 0),
        .until_ms = json_get_int(args, "until", 0),
        .as_of_ms = json_get_int(args, "as-of", 0),
        .now_ms = env->now_ms,
        .with_history = json_get_bool(args, "history"),
        .user = json_get_str(args, "user"),
        .agent = json_get_str(args, "agent"),
        .group = json_get_str(args, "group"),
        .on_branch = standing_on(env, args),
        .with_children = json_get_bool(args, "subagents"),
    };
    if (rc == 0 && session.n) {
        struct session_info info;
        struct id id;

        rc = id_parse(session, &id, e);
        if (rc == 0)
            rc = id_session(env->db, &id, env->a, &info, e);
        if (rc == 0)
            f->session_id = info.id;
    }
    if (rc == 0 && json_get_str(args, "run").n)
        rc = find_run(env, json_get_str(args, "run"), &f->session_id, e);
    if (rc == 0 && f->file.n) {
        rc = memory_path_is_known(env->db, f->file, e);
        f->file_begins = rc > 0;
        rc = rc < 0 ? rc : 0;
    }
    return rc == 0 ? scope_where(env, args, &f->only, e) : rc;
}

int scope_session(struct op_env *env, const struct json *args,
                  struct session_info *out, struct err *e)
{
    struct str name = json_get_str(args, "session");
    struct scope scope;
    struct id id;
    int rc;

    if (name.n) {
        rc = id_parse(name, &id, e);
        return rc < 0 ? rc : id_session(env->db, &id, env->a, out, e);
    }
    rc = scope_find(env, args, &scope, e);
    if (rc == 0)
        rc = session_latest(env->db, scope.project.id, env->a, out, e);
    if (rc == CM_ENOTFOUND && (!e || e->code != CM_ENOTFOUND))
        return err_set(e, rc, "there is no session yet%s",
                       scope.project.id ? " in this project" : "");
    return rc;
}
