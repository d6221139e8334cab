/* fresh.c - see fresh.h. */
#include "base/common.h"

#include <unistd.h>

#include "agent/project.h"
#include "base/file.h"
#include "code/parse.h"
#include "code/scan.h"
#include "ops/code_scope.h"
#include "ops/fresh.h"
#include "store/code_find.h"
#include "store/code_read.h"
#include "store/read_session.h"

/*
 * Bytes of a definition that is found again by its text alone. A getter has
 * about 40, an empty function less than 20, and both are often written twice;
 * from some 60 on a text that several places have is a copy on purpose.
 */
#define BYTES_ALONE 64
#define BYTES_LEAST 24
/* Places with the same text: with more it is boilerplate. */
#define PLACES_MAX 3
/* A name by which a changed definition is looked for in other files: shorter
 * ones (main, run, init) are everybody's. */
#define NAME_LEAST 5
/* Of a name that are looked at for that. */
#define NAMED_MAX 64
/* Files that did not parse as a whole are looked through for a name. */
#define FILE_MAX (4u << 20)

struct fresh {
    struct op_env *env;
    struct code_tree_row tree; /* id 0: there is none */
    /* The index may begin below the top of the working tree ("src/" is cut off
     * a citation's path) or above it ("app/" is put before it). */
    struct str below, above;
};

const char *freshness_name(enum freshness f)
{
    static const char *const names[] = {
        [FRESH_UNKNOWN] = "unknown", [FRESH_SAME] = "fresh",
        [FRESH_MOVED] = "moved",     [FRESH_CHANGED] = "changed",
        [FRESH_GONE] = "gone",
    };

    return names[f];
}

double fresh_weight(enum freshness f)
{
    return f == FRESH_CHANGED ? 0.85 : f == FRESH_GONE ? 0.6 : 1;
}

/* --- which tree ------------------------------------------------------------- */

static bool is_inside(struct str path, struct str dir)
{
    return path.n > dir.n && str_starts(path, dir) && path.p[dir.n] == '/';
}

/* The rest of a path inside of a directory, with a slash at its end. */
static struct str rest_of(struct fresh *f, struct str path, struct str dir)
{
    return arena_fmt(f->env->a, "%.*s/",
                     STR_ARG(str_cut(path, dir.n + 1, path.n)));
}

static void pick_tree(struct fresh *f, int64_t project_id,
                      const struct code_tree_row *v, size_t n)
{
    struct str cwd = str_of(f->env->cwd);
    const struct code_tree_row *best = NULL;
    bool best_here = false;

    for (size_t i = 0; i < n; i++) {
        bool here = code_tree_has(&v[i], cwd);

        if (v[i].project_id != project_id)
            continue;
        if (!best || here > best_here ||
            (here == best_here &&
             (here ? v[i].root.n > best->root.n
                   : v[i].scanned_ms > best->scanned_ms))) {
            best = &v[i];
            best_here = here;
        }
    }
    if (best && access(best->root.p, F_OK) == 0)
        f->tree = *best;
}

int fresh_open(struct op_env *env, int64_t project_id, struct fresh **out,
               struct err *e)
{
    struct fresh *f = arena_new(env->a, struct fresh);
    struct code_tree_row *v;
    struct project_row project;
    struct project git;
    size_t n;
    int rc = code_trees(env->db, env->a, &v, &n, e);

    f->env = env;
    if (rc == 0)
        pick_tree(f, project_id, v, n);
    if (rc == 0 && f->tree.id) {
        project_find(f->tree.root.p, env->a, &git);
        rc = project_by_id(env->db, project_id, env->a, &project, e);
        if (rc == CM_ENOTFOUND)
            rc = 0;
        else if (rc == 0 && is_inside(project.root, f->tree.root))
            f->above = rest_of(f, project.root, f->tree.root);
        if (is_inside(f->tree.root, git.root))
            f->below = rest_of(f, f->tree.root, git.root);
    }
    *out = f;
    return rc;
}

bool fresh_knows(const struct fresh *f)
{
    return f->tree.id != 0;
}

struct str fresh_root(const struct fresh *f)
{
    return f->tree.root;
}

/* A citation's path to the index's; false: it lies outside of the tree. */
static bool to_tree(const struct fresh *f, struct str path, struct str *out)
{
    if (path.n && path.p[0] == '/') {
        if (!is_inside(path, f->tree.root))
            return false;
        *out = str_cut(path, f->tree.root.n + 1, path.n);
        return true;
    }
    if (f->below.n) {
        if (!str_starts(path, f->below))
            return false;
        *out = str_cut(path, f->below.n, path.n);
        return true;
    }
    *out = f->above.n ? arena_fmt(f->env->a, "%.*s%.*s", STR_ARG(f->above),
                                  STR_ARG(path))
                      : path;
    return true;
}

/* And back. */
static struct str to_citation(const struct fresh *f, struct str path)
{
    if (f->below.n)
        return arena_fmt(f->env->a, "%.*s%.*s", STR_ARG(f->below),
                         STR_ARG(path));
    return str_starts(path, f->above) ? str_cut(path, f->above.n, path.n)
                                      : path;
}

struct str fresh_on_disk(const struct fresh *f, struct str path)
{
    struct str in;

    if (!f->tree.id || !to_tree(f, path, &in))
        return STR_NONE;
    return arena_fmt(f->env->a, "%.*s/%.*s", STR_ARG(f->tree.root),
                     STR_ARG(in));
}

struct str fresh_cited_path(const struct fresh *f, struct str absolute)
{
    if (!f->tree.id || !is_inside(absolute, f->tree.root))
        return STR_NONE;
    return to_citation(f, str_cut(absolute, f->tree.root.n + 1, absolute.n));
}

int fresh_meant(struct fresh *f, struct str path, struct str text,
                struct code_symbol_row *out, struct err *e)
{
    struct code_file_row file;
    struct code_symbol_row *v;
    struct str in;
    size_t n = 0;
    int rc;

    if (!f->tree.id || !to_tree(f, path, &in))
        return 0;
    rc = code_file_find(f->env->db, f->tree.id, in, f->env->a, &file, e);
    if (rc > 0)
        rc = code_meant(f->env, &f->tree, text, &file, 1, &v, &n, e);
    if (rc < 0 || n == 0)
        return rc < 0 ? rc : 0;
    *out = v[0];
    return 1;
}

int fresh_symbols(struct fresh *f, struct str path, struct code_symbol_row **v,
                  size_t *n, struct err *e)
{
    struct code_file_row file;
    struct str in;
    int rc;

    *n = 0;
    if (!f->tree.id || !to_tree(f, path, &in))
        return 0;
    rc = code_file_find(f->env->db, f->tree.id, in, f->env->a, &file, e);
    if (rc > 0)
        rc = code_symbols_of(f->env->db, file.id, f->env->a, v, n, e);
    return rc < 0 ? rc : 0;
}

/* --- one citation ------------------------------------------------------------ */

static void stands(struct fresh_cite *c, enum freshness state, struct str path,
                   struct str symbol, const struct code_found *at)
{
    c->state = state;
    c->path = path;
    c->symbol = symbol;
    c->first_line = at ? at->first_line : 0;
    c->last_line = at ? at->last_line : 0;
}

/* How much speaks for one of several places with the same text. */
static int likeness(const struct touch_row *was, struct str path,
                    const struct code_found *at)
{
    return 4 * str_eq(code_name_last(at->symbol), code_name_last(was->symbol)) +
           2 * str_eq(at->path, path) +
           str_eq(str_base(at->path), str_base(path));
}

/* The same text elsewhere. 1: found. */
static int find_moved(struct fresh *f, struct str path, struct fresh_cite *c,
                      struct err *e)
{
    struct code_found *v;
    size_t n, best = 0;
    int like;
    int rc = code_find_hashed(f->env->db, f->tree.id, c->was.hash,
                              PLACES_MAX + 1, f->env->a, &v, &n, e);

    if (rc < 0 || n == 0 || n > PLACES_MAX || v[0].bytes < BYTES_LEAST)
        return rc;
    for (size_t i = 1; i < n; i++)
        if (likeness(&c->was, path, &v[i]) > likeness(&c->was, path, &v[best]))
            best = i;
    like = likeness(&c->was, path, &v[best]);
    if (v[best].bytes < BYTES_ALONE && (n > 1 || like < 2))
        return 0;
    stands(c, FRESH_MOVED, to_citation(f, v[best].path), v[best].symbol,
           &v[best]);
    return 1;
}

/* The only other definition of that qualified name and kind. 1: found. */
static int find_named(struct fresh *f, struct fresh_cite *c, struct err *e)
{
    struct code_name_ask ask = {.name = code_name_last(c->was.symbol),
                                .tree_id = f->tree.id,
                                .max = NAMED_MAX};
    struct code_symbol_row *v;
    struct code_found at;
    size_t n, best = SIZE_MAX, found = 0;
    int rc;

    if (ask.name.n < NAME_LEAST)
        return 0;
    rc = code_symbols_named(f->env->db, &ask, f->env->a, &v, &n, e);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (str_eq(v[i].qualified, c->was.symbol) &&
            str_eqz(c->was.kind, code_kind_name((enum code_kind)v[i].kind))) {
            best = i;
            found++;
        }
    if (rc < 0 || found != 1 || n == NAMED_MAX)
        return rc;
    at = (struct code_found){.first_line = (uint32_t)v[best].first_line,
                             .last_line = (uint32_t)v[best].last_line};
    stands(c, FRESH_CHANGED, to_citation(f, v[best].path), v[best].qualified,
           &at);
    return 1;
}

/* May something that the index does not have be in the file all the same? */
static bool may_hide(const struct fresh *f, struct str path, struct str name,
                     const struct code_file_state *file)
{
    struct str disk =
        arena_fmt(f->env->a, "%.*s/%.*s", STR_ARG(f->tree.root), STR_ARG(path));
    struct buf b;
    bool has;

    if (!file)
        return file_exists(disk.p);
    if (file->status == CODE_OK)
        return false;
    if (file->status != CODE_PARTIAL)
        return true;
    buf_init(&b, FILE_MAX);
    has = file_read(disk.p, &b, NULL) < 0 || str_find(buf_str(&b), name) >= 0;
    buf_free(&b);
    return has;
}

static int judge_file(struct fresh *f, struct str path,
                      const struct code_file_state *file, struct fresh_cite *c,
                      struct err *e)
{
    struct str now;
    int rc;

    if (file) {
        if (file->hash)
            stands(c, file->hash == c->was.hash ? FRESH_SAME : FRESH_CHANGED,
                   c->was.path, STR_NONE, NULL);
        return 0;
    }
    if (!f->tree.scanned_ms || may_hide(f, path, STR_NONE, NULL))
        return 0;
    rc =
        code_find_file(f->env->db, f->tree.id, c->was.hash, f->env->a, &now, e);
    if (rc > 0)
        stands(c, FRESH_MOVED, to_citation(f, now), STR_NONE, NULL);
    else if (rc == 0)
        c->state = FRESH_GONE;
    return rc < 0 ? rc : 0;
}

static int judge_symbol(struct fresh *f, struct str path,
                        const struct code_file_state *file,
                        struct fresh_cite *c, struct err *e)
{
    const struct touch_row *was = &c->was;
    struct code_found at;
    int rc = 0;

    if (file) {
        rc = code_find_same(f->env->db, file->id, was->symbol, was->hash, &at,
                            e);
        if (rc > 0)
            stands(c, FRESH_SAME, was->path, was->symbol, &at);
        if (rc == 0) {
            rc = code_find_named(f->env->db, file->id, was->symbol, &at, e);
            if (rc > 0)
                stands(c, at.hash ? FRESH_CHANGED : FRESH_UNKNOWN, was->path,
                       was->symbol, &at);
        }
    }
    if (rc == 0)
        rc = find_moved(f, path, c, e);
    if (rc)
        return rc < 0 ? rc : 0;
    if (!f->tree.scanned_ms ||
        may_hide(f, path, code_name_last(was->symbol), file))
        return 0;
    rc = find_named(f, c, e);
    if (rc == 0)
        c->state = FRESH_GONE;
    return rc < 0 ? rc : 0;
}

int fresh_touch(struct fresh *f, const struct touch_row *was,
                struct fresh_cite *out, struct err *e)
{
    struct code_file_state file;
    struct str path;
    int rc;

    *out = (struct fresh_cite){.was = *was};
    if (!f->tree.id || !was->hash || !to_tree(f, was->path, &path))
        return 0;
    rc = code_file_state(f->env->db, f->tree.id, path, &file, e);
    if (rc < 0)
        return rc;
    return was->symbol.n ? judge_symbol(f, path, rc ? &file : NULL, out, e)
                         : judge_file(f, path, rc ? &file : NULL, out, e);
}

/* --- a memory ------------------------------------------------------------------ */

/* Of the citations of definitions, else of those of files. false: nobody can
 * say anything of these. */
static bool sum_up(struct fresh_memory *m, bool symbols)
{
    size_t known = 0, gone = 0, changed = 0, moved = 0;

    for (size_t i = 0; i < m->n; i++) {
        const struct fresh_cite *c = &m->cites[i];

        if ((c->was.symbol.n > 0) != symbols || c->state == FRESH_UNKNOWN)
            continue;
        known++;
        gone += c->state == FRESH_GONE;
        changed += c->state == FRESH_CHANGED;
        moved += c->state == FRESH_MOVED;
    }
    if (known == 0)
        return false;
    m->state = gone == known    ? FRESH_GONE
               : gone + changed ? FRESH_CHANGED
               : moved          ? FRESH_MOVED
                                : FRESH_SAME;
    m->stale = gone + changed;
    return true;
}

int fresh_memory(struct fresh *f, int64_t memory_id, struct fresh_memory *out,
                 struct err *e)
{
    struct touch_row *v;
    int rc;

    *out = (struct fresh_memory){0};
    rc = cites_of_memory(f->env->db, memory_id, FRESH_CITES_MAX, f->env->a, &v,
                         &out->n, e);
    if (rc < 0 || out->n == 0)
        return rc;
    out->cites = arena_array(f->env->a, out->n, sizeof(*out->cites));
    for (size_t i = 0; i < out->n && rc == 0; i++)
        rc = fresh_touch(f, &v[i], &out->cites[i], e);
    if (rc == 0 && !sum_up(out, true))
        sum_up(out, false);
    return rc;
}

int fresh_set_memory(struct fresh_set *s, int64_t project_id, int64_t memory_id,
                     struct fresh_memory *out, struct err *e)
{
    size_t i = 0;
    int rc;

    *out = (struct fresh_memory){0};
    while (i < s->n && s->project[i] != project_id)
        i++;
    if (project_id == 0 || i == FRESH_PROJECTS_MAX)
        return 0;
    if (i == s->n) {
        rc = fresh_open(s->env, project_id, &s->fresh[i], e);
        if (rc < 0)
            return rc;
        s->project[s->n++] = project_id;
    }
    if (!fresh_knows(s->fresh[i]))
        return 0;
    return fresh_memory(s->fresh[i], memory_id, out, e);
}
