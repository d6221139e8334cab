/* blame_find.c - see blame_find.h. */
#include "base/common.h"

#include "base/file.h"
#include "ops/blame_find.h"
#include "ops/code_scope.h"
#include "store/code_read.h"

/* A text that stands for itself: see fresh.c. One that was too long to be kept
 * is long enough. */
#define BYTES_ALONE 64
#define LINES_ALONE 4
/* Changes that left one text. */
#define SAME_MAX 64
/* Paths that end as the one asked for. */
#define ENDS_MAX 4

/* --- what is meant -------------------------------------------------------------- */

static struct str below_top(struct blame *b, struct str path)
{
    struct str whole = code_absolute(b->env, path), below;

    below = fresh_cited_path(b->fresh, whole);
    if (below.n == 0 && !file_below(&b->roots, whole, &below))
        return STR_NONE;
    return below;
}

/* Is anything known of it: changes, or the file itself? */
static int is_known(struct blame *b, struct str path, struct err *e)
{
    struct str disk = fresh_on_disk(b->fresh, path);
    struct file_change_row *files;
    struct change_row *v;
    size_t n = 0;
    int rc;

    if (disk.n && file_exists(disk.p))
        return 1;
    rc = changes_of_path(b->env->db, b->project_id, path, STR_NONE, INT64_MAX,
                         1, b->env->a, &v, &n, e);
    for (size_t i = 0; i < b->roots.n && rc == 0 && n == 0; i++)
        rc = file_changes(b->env->db, b->project_id,
                          arena_fmt(b->env->a, "%.*s/%.*s",
                                    STR_ARG(b->roots.dir[i]), STR_ARG(path)),
                          1, b->env->a, &files, &n, e);
    return rc < 0 ? rc : n > 0;
}

/* As it was given from here, from the top, or by its end. 1: b->path is it. */
static int find_path(struct blame *b, struct str text, struct err *e)
{
    struct str *ends;
    size_t n = 0;
    int rc = 0;

    if (text.n == 0)
        return 0;
    b->path = below_top(b, text);
    if (b->path.n)
        rc = is_known(b, b->path, e);
    if (rc == 0 && text.p[0] != '/') {
        b->path = text;
        rc = is_known(b, text, e);
    }
    if (rc == 0)
        rc = changed_paths(b->env->db, b->project_id, text, ENDS_MAX, b->env->a,
                           &ends, &n, e);
    if (rc == 0 && n > 1)
        return err_set(e, CM_EARG, "%.*s and %.*s: which one?",
                       STR_ARG(ends[0]), STR_ARG(ends[1]));
    if (rc == 0 && n == 1) {
        b->path = ends[0];
        rc = 1;
    }
    return rc;
}

/* "a/b.c:17" or "a/b.cc:Reply::parse" into its parts, when the whole is no
 * file. */
static int find_file(struct blame *b, struct str text, struct str *symbol,
                     struct err *e)
{
    ptrdiff_t first = str_chr(text, ':'), last = str_rchr(text, ':');
    int rc = find_path(b, text, e);

    if (rc == 0 && symbol->n == 0 && last > 0) {
        *symbol = str_cut(text, (size_t)last + 1, text.n);
        rc = find_path(b, str_cut(text, 0, (size_t)last), e);
    }
    if (rc == 0 && first > 0 && first < last) {
        *symbol = str_cut(text, (size_t)first + 1, text.n);
        rc = find_path(b, str_cut(text, 0, (size_t)first), e);
    }
    if (rc == 0)
        return err_set(e, CM_ENOTFOUND,
                       "no session of this project changed a file %.*s",
                       STR_ARG(str_cut(text, 0, 200)));
    return rc < 0 ? rc : 0;
}

/* The name that the latest change with such a name has. 1, or 0. */
static int name_of_past(struct blame *b, struct str text, struct err *e)
{
    struct change_row *v;
    size_t n;
    int rc = changes_of_path(b->env->db, b->project_id, b->path, STR_NONE,
                             INT64_MAX, BLAME_CHANGES, b->env->a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++)
        if (v[i].symbol.n && code_name_ends(v[i].symbol, text)) {
            b->symbol = v[i].symbol;
            return 1;
        }
    return rc;
}

/* *hash: of the definition now; 0 when it is not there. */
static int find_symbol(struct blame *b, struct str text, uint64_t *hash,
                       struct err *e)
{
    struct code_symbol_row now;
    int64_t line;
    bool is_line = str_int(text, 1, INT32_MAX, &line) == 0;
    int rc = fresh_meant(b->fresh, b->path, text, &now, e);

    if (rc > 0) {
        b->symbol = arena_str(b->env->a, now.qualified);
        *hash = now.hash;
        b->now = (struct fresh_cite){.state = FRESH_SAME,
                                     .path = b->path,
                                     .symbol = b->symbol,
                                     .first_line = (uint32_t)now.first_line,
                                     .last_line = (uint32_t)now.last_line};
        return 0;
    }
    if (rc == 0 && !is_line)
        rc = name_of_past(b, text, e);
    if (rc)
        return rc < 0 ? rc : 0;
    if (is_line && !fresh_knows(b->fresh))
        return err_set(e, CM_ENOTFOUND,
                       "which definition line %lld of %.*s is in, only the "
                       "code index knows: cmem index makes it",
                       (long long)line, STR_ARG(b->path));
    return err_set(e, CM_ENOTFOUND,
                   is_line ? "line %.*s of %.*s is in no definition; without "
                             "it all of the file is told"
                           : "nothing called %.*s is known in %.*s",
                   STR_ARG(str_cut(text, 0, 200)), STR_ARG(b->path));
}

/* --- its past --------------------------------------------------------------------- */

static bool stands_alone(const struct change_row *c)
{
    return c->bytes ? c->bytes >= BYTES_ALONE
                    : c->last_line >= c->first_line + LINES_ALONE;
}

static bool is_name(const struct blame *b, const struct change_row *c)
{
    for (size_t i = 0; i < b->names; i++)
        if (str_eq(b->name[i].path, c->path) &&
            str_eq(b->name[i].symbol, c->symbol))
            return true;
    return false;
}

/* Is there still something of that name? Then what is asked for is a copy. */
static int is_there(struct blame *b, const struct change_row *c, struct err *e)
{
    struct touch_row was = {
        .path = c->path, .symbol = c->symbol, .hash = c->hash};
    struct fresh_cite at;
    int rc = fresh_touch(b->fresh, &was, &at, e);

    if (rc < 0)
        return rc;
    return (at.state == FRESH_SAME || at.state == FRESH_CHANGED) &&
           str_eq(at.path, c->path);
}

/* What had this text before `before_ms` under another name, and only one such.
 */
static int add_name(struct blame *b, uint64_t hash, int64_t before_ms,
                    struct err *e)
{
    struct change_row *v;
    const struct change_row *other = NULL;
    size_t n;
    int rc = changes_of_hash(b->env->db, b->project_id, hash, SAME_MAX,
                             b->env->a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        if (is_name(b, &v[i]) || v[i].time_ms > before_ms ||
            !stands_alone(&v[i]))
            continue;
        if (other && !(str_eq(other->path, v[i].path) &&
                       str_eq(other->symbol, v[i].symbol)))
            return 0; /* which of them it was, nobody knows */
        other = &v[i];
    }
    if (rc < 0 || !other || n == SAME_MAX || b->names == BLAME_NAMES)
        return rc;
    rc = is_there(b, other, e);
    if (rc == 0)
        b->name[b->names++] =
            (struct blame_name){other->path, other->symbol, before_ms};
    return rc < 0 ? rc : 0;
}

static int by_time(const void *pa, const void *pb)
{
    const struct change_row *x = pa, *y = pb;

    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? 1 : -1;
    return (x->id < y->id) - (x->id > y->id);
}

static int take_changes(struct blame *b, const struct blame_name *name,
                        struct change_row **v, size_t *n, struct err *e)
{
    size_t room = BLAME_CHANGES - b->n;
    int rc =
        changes_of_path(b->env->db, b->project_id, name->path, name->symbol,
                        name->until_ms, room + 1, b->env->a, v, n, e);

    if (rc < 0)
        return rc;
    if (*n > room) {
        *n = room;
        b->cut = true;
    }
    if (*n)
        memcpy(b->v + b->n, *v, *n * sizeof(**v));
    b->n += *n;
    return 0;
}

/* --- the past of a whole file ------------------------------------------------------ */

/* Texts that a file has or had, from which it is known again. */
#define FILE_TEXTS 1000

struct texts {
    uint64_t v[FILE_TEXTS];
    size_t n;
};

static bool has_text(const struct texts *t, uint64_t hash)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i] == hash)
            return true;
    return false;
}

static void add_text(struct texts *t, uint64_t hash)
{
    if (hash && t->n < FILE_TEXTS && !has_text(t, hash))
        t->v[t->n++] = hash;
}

static bool is_gone(struct blame *b, struct str path)
{
    struct str disk = fresh_on_disk(b->fresh, path);

    for (size_t i = 0; i < b->names; i++)
        if (str_eq(b->name[i].path, path))
            return false;
    return disk.n && !file_exists(disk.p);
}

/* Are most of the definitions that are known of the path, as they were last,
 * among these? Its own changes are by time, the newest first. */
static int most_are(struct blame *b, struct str path, int64_t until_ms,
                    const struct texts *t, struct err *e)
{
    struct change_row *v;
    size_t n, known = 0, here = 0;
    int rc = changes_of_path(b->env->db, b->project_id, path, STR_NONE,
                             until_ms, BLAME_CHANGES, b->env->a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        bool later = v[i].symbol.n == 0 || !stands_alone(&v[i]);

        for (size_t k = 0; k < i && !later; k++)
            later = str_eq(v[k].symbol, v[i].symbol);
        known += !later;
        here += !later && has_text(t, v[i].hash);
    }
    return rc < 0 ? rc : here && 2 * here >= known;
}

/* The one path that is no more and whose definitions these are; or empty. */
static int old_path(struct blame *b, const struct texts *t, int64_t until_ms,
                    struct str *out, struct err *e)
{
    struct change_row *v;
    struct str no = STR_NONE; /* looked at last */
    size_t n;
    int rc = 0;

    *out = STR_NONE;
    for (size_t i = 0; i < t->n && rc == 0; i++) {
        rc = changes_of_hash(b->env->db, b->project_id, t->v[i], SAME_MAX,
                             b->env->a, &v, &n, e);
        for (size_t k = 0; k < n && n < SAME_MAX && rc == 0; k++) {
            if (v[k].time_ms > until_ms || !stands_alone(&v[k]) ||
                str_eq(v[k].path, *out) || str_eq(v[k].path, no) ||
                !is_gone(b, v[k].path))
                continue;
            no = v[k].path;
            rc = most_are(b, v[k].path, until_ms, t, e);
            if (rc > 0 && out->n) { /* which of them, nobody knows */
                *out = STR_NONE;
                return 0;
            }
            if (rc > 0)
                *out = v[k].path;
            rc = rc < 0 ? rc : 0;
        }
    }
    return rc;
}

/* v: what changed it under this name, the newest first. */
static int add_path(struct blame *b, const struct blame_name *name,
                    const struct change_row *v, size_t n, struct err *e)
{
    struct texts *t = arena_new(b->env->a, struct texts);
    int64_t until_ms = n ? v[n - 1].time_ms : INT64_MAX;
    struct code_symbol_row *now;
    struct str path;
    size_t n_now;
    int rc = fresh_symbols(b->fresh, name->path, &now, &n_now, e);

    if (rc < 0 || b->names == BLAME_NAMES)
        return rc;
    for (size_t i = 0; i < n_now; i++)
        add_text(t, now[i].hash);
    for (size_t i = 0; i < n; i++)
        add_text(t, v[i].symbol.n ? v[i].hash : 0);
    rc = old_path(b, t, until_ms, &path, e);
    if (rc == 0 && path.n)
        b->name[b->names++] = (struct blame_name){path, STR_NONE, until_ms};
    return rc;
}

static int follow(struct blame *b, uint64_t hash, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < b->names && rc == 0; i++) {
        struct change_row *v;
        size_t n;

        rc = take_changes(b, &b->name[i], &v, &n, e);
        if (b->symbol.n == 0) {
            if (rc == 0)
                rc = add_path(b, &b->name[i], v, n, e);
            continue;
        }
        if (rc == 0 && i == 0 && hash)
            rc = add_name(b, hash, n ? v[n - 1].time_ms : INT64_MAX, e);
        for (size_t k = n; k-- > 0 && rc == 0;)
            if (v[k].hash)
                rc = add_name(b, v[k].hash, v[n - 1].time_ms, e);
    }
    if (b->n)
        qsort(b->v, b->n, sizeof(*b->v), by_time);
    return rc;
}

/* Where what was last called so has gone. */
static int find_now(struct blame *b, struct err *e)
{
    struct touch_row was;

    if (b->now.state != FRESH_UNKNOWN || b->n == 0 || b->symbol.n == 0)
        return 0;
    was = (struct touch_row){.path = b->v[0].path,
                             .symbol = b->v[0].symbol,
                             .kind = b->v[0].kind,
                             .hash = b->v[0].hash};
    return fresh_touch(b->fresh, &was, &b->now, e);
}

int blame_find(struct blame *b, const struct project_row *project,
               struct str text, struct str symbol, struct err *e)
{
    uint64_t hash = 0;
    int rc = file_roots_find(b->env->db, project, b->env->a, &b->roots, e);

    if (rc == 0)
        rc = find_file(b, text, &symbol, e);
    if (rc == 0 && symbol.n)
        rc = find_symbol(b, symbol, &hash, e);
    if (rc < 0)
        return rc;
    b->v = arena_array(b->env->a, BLAME_CHANGES + 1, sizeof(*b->v));
    b->name[b->names++] = (struct blame_name){b->path, b->symbol, INT64_MAX};
    rc = follow(b, hash, e);
    return rc < 0 ? rc : find_now(b, e);
}
