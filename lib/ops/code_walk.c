/* code_walk.c - see code_walk.h. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_builtin.h"
#include "ops/code_walk.h"
#include "store/code_pack.h"

/* Places for the files of a walk, a power of two above WALK_FILES. */
#define SITE_SLOTS 8192

bool code_is_call(int kind)
{
    return kind == CODE_REF_CALL || kind == CODE_REF_USE;
}

static size_t find_node(const struct code_walk *w, int64_t id)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->node[i].s.id == id)
            return i;
    return SIZE_MAX;
}

void code_walk_add(struct code_walk *w, const struct code_symbol_row *s,
                     const struct code_node *like)
{
    if (find_node(w, s->id) != SIZE_MAX)
        return;
    if (!w->node)
        w->node = arena_array(w->env->a, WALK_NODES, sizeof(w->node[0]));
    if (w->n == WALK_NODES) {
        w->cut = true;
        return;
    }
    w->node[w->n] = *like;
    w->node[w->n++].s = *s;
}

/* --- who refers to a symbol ---------------------------------------------------------- */

static bool means_target(const struct code_cands *c, size_t meant,
                         const struct code_symbol_row *t)
{
    const struct code_symbol_row *d = &c->v[meant];

    if (d->id == t->id)
        return true;
    if (!str_eq(d->qualified, t->qualified))
        return false;
    /* A declaration stands for its definition: C's own, and of no file alone.
     * Overloads stand for each other. */
    return d->file_id == t->file_id ||
           (code_one_of(d->language, "c cpp objc") &&
            code_same_family(d->language, t->language) && d->exported &&
            t->exported &&
            (d->last_line == d->first_line) !=
                (t->last_line == t->first_line));
}

/* What a name may mean, and who asks. orphan: the target is no row of the
 * index, and only itself. */
struct asked {
    const struct code_symbol_row *target;
    const struct code_cands *cands;
    bool orphan;
    code_on_referred tell;
    void *arg;
};

static int in_site(struct code_walk *w, const struct asked *q,
                   const struct code_site *site)
{
    const struct code_symbol_row *t = q->target;
    struct code_unpack u;
    struct code_use_in use;
    struct arena names = {0};
    int rc = 0;

    code_unpack_begin(&u, site->blob, &names);
    while (rc == 0 && code_unpack_next(&u, &use)) {
        struct code_referred r = {w, t, site, &use, HOW_NONE};
        size_t meant;

        if (!str_eq(use.name, t->name))
            continue;
        r.how = code_resolve(site, &use, q->cands, &meant);
        if (r.how == HOW_NONE ||
            (r.how == HOW_AMBIGUOUS ? !code_can_mean(site, &use, t)
             : q->orphan            ? q->cands->v[meant].id != t->id
                                    : !means_target(q->cands, meant, t)))
            continue;
        if (r.how == HOW_AMBIGUOUS && !w->ambiguous)
            w->doubtful++;
        else
            rc = q->tell(q->arg, &r);
    }
    arena_free(&names);
    return rc;
}

/* A file is read once for all questions of a walk. NULL: a limit is reached,
 * or (with rc 0 still) the file is gone. */
static const struct code_site *site_of(struct code_walk *w, int64_t file,
                                       int *rc)
{
    size_t at = (size_t)file & (SITE_SLOTS - 1);
    struct code_site *s;

    if (!w->sites)
        w->sites = arena_array(w->env->a, SITE_SLOTS, sizeof(w->sites[0]));
    while (w->sites[at] && w->sites[at]->file.id != file)
        at = (at + 1) & (SITE_SLOTS - 1);
    if (w->visits++ >= WALK_VISITS ||
        (!w->sites[at] && w->files++ >= WALK_FILES)) {
        w->cut = true;
        return NULL;
    }
    if (w->sites[at])
        return w->sites[at];
    s = arena_new(w->env->a, struct code_site);
    *rc = code_site_read(w->env, file, s, w->e);
    if (*rc <= 0)
        return NULL;
    *rc = 0;
    return w->sites[at] = s;
}

static int each(struct code_walk *w, const struct asked *q)
{
    int64_t *files = NULL;
    size_t n = 0;
    int rc = code_files_using(w->env->db, q->target->name, w->tree.id,
                              w->env->a, &files, &n, w->e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        const struct code_site *site = site_of(w, files[i], &rc);

        if (site)
            rc = in_site(w, q, site);
        else if (w->cut)
            break;
    }
    return rc;
}

int code_each_referred(struct code_walk *w, const struct code_symbol_row *t,
                       code_on_referred tell, void *arg)
{
    struct code_cands c;
    struct asked q = {t, &c, false, tell, arg};
    int rc = code_cands_read(w->env, w->tree.id, t->name, &c, w->e);

    return rc < 0 ? rc : each(w, &q);
}

int code_each_orphan(struct code_walk *w, const struct code_symbol_row *t,
                     code_on_referred tell, void *arg)
{
    struct code_cands c, more;
    struct asked q = {t, &more, true, tell, arg};
    int rc = code_cands_read(w->env, w->tree.id, t->name, &c, w->e);

    if (rc < 0)
        return rc;
    more.n = c.n + 1;
    more.v = arena_array(w->env->a, more.n, sizeof(more.v[0]));
    more.packages = arena_array(w->env->a, more.n, sizeof(more.packages[0]));
    for (size_t i = 0; i < c.n; i++) {
        more.v[i] = c.v[i];
        more.packages[i] = c.packages[i];
    }
    more.v[c.n] = *t;
    return each(w, &q);
}

/* --- callers ---------------------------------------------------------------------- */

struct callers {
    struct code_walk *w;
    size_t from;
    int depth;
};

static int add_caller(void *arg, const struct code_referred *r)
{
    struct callers *c = arg;
    struct code_node n = {.how = r->how, .kind = r->use->kind,
                          .line = r->use->line, .depth = c->depth,
                          .from = c->from};
    int32_t at = r->use->symbol;

    if (!code_is_call(r->use->kind) &&
        !(c->w->types && !code_kind_is_callable((enum code_kind)r->target->kind)))
        return 0;
    if (at < 0 || (size_t)at >= r->site->n_symbols) {
        struct code_symbol_row file = {
            .id = -r->site->file.id, /* the file itself */
            .file_id = r->site->file.id,
            .path = r->site->file.path,
            .name = r->site->file.path,
            .qualified = r->site->file.path,
            .kind = CODE_KINDS,
            .first_line = r->use->line,
            .last_line = r->use->line,
        };

        code_walk_add(c->w, &file, &n);
        return 0;
    }
    code_walk_add(c->w, &r->site->symbols[at], &n);
    return 0;
}

int code_walk_callers(struct code_walk *w, size_t i)
{
    struct callers c = {w, i, w->node[i].depth + 1};
    struct code_symbol_row target = w->node[i].s;

    if (target.kind == CODE_KINDS)
        return 0;
    return target.id < 0 ? code_each_orphan(w, &target, add_caller, &c)
                         : code_each_referred(w, &target, add_caller, &c);
}

