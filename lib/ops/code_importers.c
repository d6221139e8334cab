/* code_importers.c - see code_importers.h. */
#include "base/common.h"

#include "ops/code_builtin.h"
#include "ops/code_importers.h"
#include "ops/code_module.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"

/* Parts of a path, and bytes of one made. */
#define PATH_BYTES 4096

#define IMPORTERS_MAX 20000

/* "a/b" and "../c/./d" are "a/c/d"; false when it leads out of the tree. */
static bool join(struct str dir, struct str more, struct buf *out)
{
    struct str part;

    buf_reset(out);
    buf_adds(out, dir);
    while (str_split(&more, '/', &part)) {
        if (part.n == 0 || str_eqz(part, "."))
            continue;
        if (str_eqz(part, "..")) {
            ptrdiff_t at = str_rchr(buf_str(out), '/');

            if (out->len == 0)
                return false;
            out->len = at < 0 ? 0 : (size_t)at;
            continue;
        }
        if (out->len)
            buf_addc(out, '/');
        buf_adds(out, part);
    }
    return !buf_is_full(out);
}

/* Is the path a file that this names, with or without its suffix? */
static bool is_path(struct str path, struct str made)
{
    return str_eq(path, made) || str_eq(code_module_path(path), made) ||
           str_eq(code_module_path(path), code_module_bare(made));
}

/* from ..a.b import c: up once, a/b or a/b/c. */
static bool python_relative(struct str site, const struct code_import_in *m,
                            struct str target, struct buf *b)
{
    size_t dots = 0;
    struct buf more;
    bool is;

    buf_init(&more, PATH_BYTES);
    while (dots < m->module.n && m->module.p[dots] == '.')
        dots++;
    for (size_t i = 1; i < dots; i++)
        buf_addz(&more, "../");
    for (size_t i = dots; i < m->module.n; i++)
        buf_addc(&more, m->module.p[i] == '.' ? '/' : m->module.p[i]);
    is = join(code_directory(site), buf_str(&more), b) &&
         str_eq(code_module_path(target), buf_str(b));
    if (!is && m->name.n) {
        buf_addc(&more, '/');
        buf_adds(&more, m->name);
        is = join(code_directory(site), buf_str(&more), b) &&
             str_eq(code_module_path(target), buf_str(b));
    }
    buf_free(&more);
    return is;
}

static bool relative(struct str site, const struct code_import_in *m,
                     struct str target, bool python)
{
    struct buf b;
    bool is;

    buf_init(&b, PATH_BYTES);
    if (python)
        is = python_relative(site, m, target, &b);
    else
        is = join(code_directory(site), m->module, &b) &&
             is_path(target, buf_str(&b));
    buf_free(&b);
    return is;
}

bool code_import_leads(struct str site, struct str module, struct str target)
{
    return relative(site, &(struct code_import_in){.module = module}, target,
                    false);
}

/* --- includes ----------------------------------------------------------------------- */

static bool ends_like(struct str path, struct str header)
{
    return str_eq(path, header) ||
           (str_ends(path, header) && path.n > header.n &&
            path.p[path.n - header.n - 1] == '/');
}

static bool includes(struct str site, struct str header, struct str target,
                     const struct code_file_row *all, size_t n)
{
    struct str beside = code_directory(site);
    bool other = false;
    struct buf b;
    bool is, here = false;

    if (str_starts(header, STR(".")))
        return relative(site, &(struct code_import_in){.module = header},
                        target, false);
    if (!ends_like(target, header))
        return false;
    buf_init(&b, PATH_BYTES);
    is = join(beside, header, &b) && str_eq(buf_str(&b), target);
    for (size_t i = 0; i < n && !is; i++) {
        here |= str_eq(all[i].path, buf_str(&b));
        other |= !str_eq(all[i].path, target) && ends_like(all[i].path, header);
    }
    buf_free(&b);
    return is || (!here && !other);
}

/* --- modules ------------------------------------------------------------------------ */

static size_t depth_of(struct str path)
{
    size_t n = 0;

    for (size_t i = 0; i < path.n; i++)
        n += path.p[i] == '/';
    return n;
}

/* "a.b" is a/b.py, or "a" with the name b is. */
static bool ends_so(const struct code_file_row *f,
                    const struct code_import_in *m)
{
    struct str path = code_module_path(f->path);
    struct str bare = code_module_bare(m->module);
    ptrdiff_t at;

    if (str_eqz(f->language, "go"))
        return code_module_is_directory(code_directory(f->path), bare);
    if (code_module_ends(path, bare))
        return true;
    if (m->name.n == 0 || str_eqz(m->name, "*"))
        return false;
    at = str_rchr(path, '/');
    return at > 0 &&
           str_eq(str_cut(path, (size_t)at + 1, path.n), m->name) &&
           code_module_ends(str_cut(path, 0, (size_t)at), bare);
}

static bool names_package(const struct code_import_in *m,
                          const struct code_file_row *f)
{
    return f->package.n && str_eq(f->package, m->module) &&
           !str_eqz(f->language, "go") &&
           (m->name.n == 0 || str_eqz(m->name, "*") ||
            str_eq(str_base(code_module_path(f->path)), m->name));
}

/* Of those that end so, the nearest to the top, if it is the only one there.
 * In Go all files of a directory are. */
static bool is_nearest(const struct code_file_row *site,
                       const struct code_import_in *m,
                       const struct code_file_row *target,
                       const struct code_file_row *all, size_t n)
{
    size_t depth = depth_of(code_module_path(target->path));

    if (str_eqz(target->language, "go"))
        return true;
    for (size_t i = 0; i < n; i++)
        if (!str_eq(all[i].path, target->path) &&
            code_same_family(site->language, all[i].language) &&
            ends_so(&all[i], m) &&
            depth_of(code_module_path(all[i].path)) <= depth)
            return false;
    return true;
}

bool code_import_means(const struct code_file_row *site,
                       const struct code_import_in *m,
                       const struct code_file_row *target,
                       const struct code_file_row *all, size_t n)
{
    bool python = str_eqz(site->language, "python");

    if (m->module.n == 0 || str_eq(site->path, target->path) ||
        !code_same_family(site->language, target->language))
        return false;
    if (code_one_of(site->language, "c cpp objc"))
        return includes(site->path, m->module, target->path, all, n);
    if (str_starts(m->module, STR("./")) ||
        str_starts(m->module, STR("../")) || str_eqz(m->module, ".") ||
        str_eqz(m->module, "..") || (python && m->module.p[0] == '.'))
        return relative(site->path, m, target->path, python);
    if (names_package(m, target))
        return true;
    return ends_so(target, m) && is_nearest(site, m, target, all, n);
}

/* --- all of a tree ---------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    const struct code_file_row *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

static bool is_told(const struct code_importer *v, size_t n, int64_t file,
                    struct str target)
{
    /* Imports come file by file: those of this one are the last. */
    for (; n && v[n - 1].file.id == file; n--)
        if (str_eq(v[n - 1].target, target))
            return true;
    return false;
}

int code_importers(struct op_env *env, int64_t tree_id,
                   const struct code_file_row *targets, size_t n,
                   struct code_importer **out, size_t *n_out, struct err *e)
{
    struct code_file_row *all, *sorted, *site;
    struct code_import_row *im;
    size_t n_all, n_im;
    int rc = code_files(env->db, tree_id, STR_NONE, env->a, &all, &n_all, e);

    *n_out = 0;
    if (rc == 0)
        rc = code_imports_all(env->db, tree_id, env->a, &im, &n_im, e);
    if (rc < 0)
        return rc;
    sorted = arena_array(env->a, n_all + 1, sizeof(sorted[0]));
    if (n_all)
        memcpy(sorted, all, n_all * sizeof(all[0]));
    qsort(sorted, n_all, sizeof(sorted[0]), by_id);
    *out = arena_array(env->a, IMPORTERS_MAX, sizeof(**out));
    for (size_t i = 0; i < n_im; i++) {
        struct code_file_row key = {.id = im[i].file_id};

        site = bsearch(&key, sorted, n_all, sizeof(key), by_id);
        for (size_t k = 0; k < n && site && *n_out < IMPORTERS_MAX; k++)
            if (code_import_means(site, &im[i].in, &targets[k], all, n_all) &&
                !is_told(*out, *n_out, site->id, targets[k].path))
                (*out)[(*n_out)++] = (struct code_importer){
                    *site, targets[k].path, im[i].in.line};
    }
    return 0;
}
