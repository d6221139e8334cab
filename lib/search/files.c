/* files.c - see files.h. */
#include "base/common.h"

#include "search/files.h"

static int by_length(const void *pa, const void *pb)
{
    const struct str *x = pa, *y = pb;

    return x->n < y->n ? -1 : x->n > y->n;
}

static bool is_below(struct str dir, struct str root)
{
    return root.n > 1 && dir.n > root.n && str_starts(dir, root) &&
           dir.p[root.n] == '/';
}

bool file_below(const struct file_roots *r, struct str path, struct str *below)
{
    size_t cut = 0; /* the longest root: worktrees lie inside of others */

    if (path.n && path.p[0] != '/') {
        *below = path;
        return true;
    }
    for (size_t i = 0; i < r->n; i++)
        if (is_below(path, r->dir[i]) && r->dir[i].n > cut)
            cut = r->dir[i].n;
    if (cut == 0)
        return false;
    *below = str_cut(path, cut + 1, path.n);
    return true;
}

int file_roots_find(struct db *db, const struct project_row *project,
                    struct arena *a, struct file_roots *out, struct err *e)
{
    struct str *dirs;
    size_t n;
    int rc = project_cwds(db, project->id, FILE_ROOTS - 1, a, &dirs, &n, e);

    out->n = 0;
    if (rc < 0)
        return rc;
    if (n)
        qsort(dirs, n, sizeof(*dirs), by_length);
    out->dir[out->n++] = project->root;
    for (size_t i = 0; i < n; i++) {
        bool inside = false;

        for (size_t k = 0; k < out->n; k++)
            inside |= str_eq(dirs[i], out->dir[k]) ||
                      (is_below(dirs[i], out->dir[k]) &&
                       str_find(dirs[i], STR("worktrees/")) < 0);
        if (!inside)
            out->dir[out->n++] = dirs[i];
    }
    return 0;
}

/* Worktrees of a project have the same files at several places: their weights
 * are one file's. Returns how many there are. */
static size_t merge(const struct file_roots *roots, struct file_use *rows,
                    size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct str path;
        size_t k = 0;

        if (!file_below(roots, rows[i].path, &path))
            continue;
        while (k < kept && !str_eq(rows[k].path, path))
            k++;
        if (k < kept) {
            rows[k].weight += rows[i].weight;
            continue;
        }
        rows[kept].path = path;
        rows[kept++].weight = rows[i].weight;
    }
    return kept;
}

static int by_weight(const void *pa, const void *pb)
{
    const struct file_use *x = pa, *y = pb;
    size_t n = x->path.n < y->path.n ? x->path.n : y->path.n;
    int order;

    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    order = memcmp(x->path.p, y->path.p, n);
    return order ? order : x->path.n < y->path.n ? -1 : 1;
}

int files_rank(struct db *db, const struct files_request *rq, size_t max,
               struct arena *a, struct file_rank **out, size_t *n,
               struct err *e)
{
    struct file_use *rows;
    struct file_roots roots;
    struct project_row project;
    size_t nrows;
    int rc = project_by_id(db, rq->project_id, a, &project, e);

    *n = 0;
    if (rc == 0)
        rc = file_roots_find(db, &project, a, &roots, e);
    if (rc == 0)
        rc = project_files_changed(db, rq->project_id, rq->as_of_ms, 400, a,
                                   &rows, &nrows, e);
    if (rc < 0)
        return rc == CM_ENOTFOUND ? 0 : rc;
    nrows = merge(&roots, rows, nrows);
    if (nrows)
        qsort(rows, nrows, sizeof(*rows), by_weight);
    *out = arena_array(a, nrows + 1, sizeof(**out));
    for (size_t i = 0; i < nrows && i < max; i++)
        (*out)[(*n)++] = (struct file_rank){rows[i].path, rows[i].weight, 0,
                                            "changed lately"};
    return 0;
}
