/* code_resolve.c - see code_resolve.h. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_builtin.h"
#include "ops/code_importers.h"
#include "ops/code_module.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"

const char *code_how_name(enum code_how h)
{
    static const char *const names[] = {
        [HOW_NONE] = "none",       [HOW_FILE] = "file",
        [HOW_IMPORT] = "import",   [HOW_PACKAGE] = "package",
        [HOW_UNIQUE] = "unique",   [HOW_AMBIGUOUS] = "ambiguous",
    };

    return names[h];
}

int code_site_read(struct op_env *env, int64_t file_id, struct code_site *out,
                   struct err *e)
{
    int rc = code_file_get(env->db, file_id, env->a, &out->file, e);

    if (rc <= 0)
        return rc;
    rc = code_uses_of(env->db, file_id, env->a, &out->blob, e);
    if (rc == 0)
        rc = code_imports_of(env->db, file_id, env->a, &out->imports,
                             &out->n_imports, e);
    if (rc == 0)
        rc = code_symbols_of(env->db, file_id, env->a, &out->symbols,
                             &out->n_symbols, e);
    return rc < 0 ? rc : 1;
}

int code_cands_read(struct op_env *env, int64_t tree_id, struct str name,
                    struct code_cands *out, struct err *e)
{
    struct code_name_ask ask = {.name = name, .tree_id = tree_id,
                                .max = CODE_CANDS_MAX};
    int rc = code_symbols_named(env->db, &ask, env->a, &out->v, &out->n, e);

    out->packages = arena_array(env->a, out->n + 1, sizeof(out->packages[0]));
    for (size_t i = 0; i < out->n && rc == 0; i++) {
        struct code_file_row f;

        if (out->n > CODE_PACKAGES_READ)
            break;
        rc = code_file_get(env->db, out->v[i].file_id, env->a, &f, e);
        if (rc > 0) {
            out->packages[i] = f.package;
            rc = 0;
        }
    }
    return rc;
}

/* --- languages ---------------------------------------------------------------------- */

/* Languages of one family see each other's definitions. */
static const char *family(struct str language)
{
    static const struct {
        const char *language, *family;
    } rows[] = {
        {"c", "c"},          {"cpp", "c"},
        {"objc", "c"},       {"javascript", "js"},
        {"jsx", "js"},       {"typescript", "js"},
        {"tsx", "js"},       {"vue", "js"},
        {"svelte", "js"},    {"java", "jvm"},
        {"kotlin", "jvm"},   {"scala", "jvm"},
        {"css", "css"},      {"scss", "css"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_eqz(language, rows[i].language))
            return rows[i].family;
    return NULL;
}

static bool is_script(struct str language)
{
    const char *f = family(language);

    return f && strcmp(f, "js") == 0;
}

bool code_same_family(struct str a, struct str b)
{
    const char *f, *g;

    if (str_eq(a, b))
        return true;
    f = family(a);
    g = f ? family(b) : NULL;
    return g && strcmp(f, g) == 0;
}

/* f() never means a method there. */
static bool needs_receiver(struct str language)
{
    return code_one_of(language, "python javascript jsx typescript tsx vue svelte "
                            "go rust php lua perl julia zig");
}

/* Files of a directory see each other without an import. */
static bool directory_is_package(struct str language)
{
    return code_one_of(language, "c cpp objc go java kotlin scala c_sharp swift "
                            "dart haskell elixir ocaml ruby");
}

/* --- what can be meant ----------------------------------------------------------------- */

static bool fits_kind(const struct code_use_in *use,
                      const struct code_symbol_row *d)
{
    enum code_kind k = (enum code_kind)d->kind;
    bool container = code_kind_is_container(k) || k == CODE_ENUM ||
                     k == CODE_UNION;

    switch ((enum code_ref_kind)use->kind) {
    case CODE_REF_CALL:
        return code_kind_is_callable(k) || container || k == CODE_TYPE ||
               k == CODE_VARIABLE || k == CODE_CONSTANT ||
               (use->member && (k == CODE_FIELD || k == CODE_PROPERTY)) ||
               k == CODE_MEMBER;
    case CODE_REF_TYPE:
    case CODE_REF_INHERIT:
        return container || k == CODE_TYPE || k == CODE_MACRO;
    default:
        return k != CODE_HEADING && k != CODE_KEY && k != CODE_TARGET &&
               k != CODE_SELECTOR && k != CODE_ELEMENT &&
               (use->member || (k != CODE_FIELD && k != CODE_PROPERTY));
    }
}

static bool is_member(const struct code_symbol_row *d)
{
    enum code_kind k = (enum code_kind)d->kind;

    return k == CODE_METHOD || k == CODE_CONSTRUCTOR || k == CODE_FIELD ||
           k == CODE_PROPERTY;
}

static bool is_self(struct str q)
{
    return str_eqz(q, "self") || str_eqz(q, "this") || str_eqz(q, "cls") ||
           str_eqz(q, "Self") || str_eqz(q, "$this") || str_eqz(q, "static") ||
           str_eqz(q, "super") || str_eqz(q, "base") || str_eqz(q, "@");
}

static struct str owner_of(const struct code_symbol_row *d)
{
    return d->qualified.n > d->name.n
               ? str_cut(d->qualified, 0, d->qualified.n - d->name.n)
               : STR_NONE;
}

/* Is the owner ("a::Reply.") called so ("Reply", "a::Reply")? */
static bool owner_is(const struct code_symbol_row *d, struct str name)
{
    return name.n && owner_of(d).n && code_name_ends(owner_of(d), name);
}

/* Hidden from other packages, and not from the files of its own. */
static bool is_package_private(const struct code_site *site,
                               const struct code_symbol_row *d)
{
    return directory_is_package(d->language) &&
           !code_one_of(d->language, "c cpp objc") &&
           str_eq(code_directory(d->path), code_directory(site->file.path));
}

bool code_can_mean(const struct code_site *site, const struct code_use_in *use,
                   const struct code_symbol_row *d)
{
    bool same = d->file_id == site->file.id;

    if (!code_same_family(site->file.language, d->language) || !fits_kind(use, d))
        return false;
    if (!same && !d->exported && !is_package_private(site, d))
        return false;
    if (use->member || !is_member(d) || !needs_receiver(d->language) ||
        d->kind == CODE_CONSTRUCTOR)
        return true;
    /* module.exports = { f() {} }: a method of nothing that has a name. */
    return !same && is_script(d->language) && !owner_of(d).n;
}

/* --- modules ---------------------------------------------------------------------------- */

/* Is the definition's file what this import names? A directory (Go), a
 * package that the file declares (Java), or the file itself. */
static bool is_module(const struct code_site *site,
                      const struct code_symbol_row *d, struct str package,
                      struct str module)
{
    struct str bare = code_module_bare(module);

    if (is_script(site->file.language) && str_starts(module, STR(".")))
        return (code_module_ends(code_module_path(d->path), bare) ||
                str_ends(module, STR("."))) &&
               code_import_leads(site->file.path, module, d->path);

    return code_module_ends(code_module_path(d->path), bare) ||
           (package.n && str_eq(package, module)) ||
           (str_eqz(d->language, "go") &&
            code_module_is_directory(code_directory(d->path), bare));
}

static struct str last_word(struct str module)
{
    size_t end = module.n, from;

    while (end && !is_alnum(module.p[end - 1]) && module.p[end - 1] != '_')
        end--;
    for (from = end;
         from && (is_alnum(module.p[from - 1]) || module.p[from - 1] == '_');)
        from--;
    return str_cut(module, from, end);
}

/* Does this import bring the name that is used, or what qualifies it? */
static bool imports_it(const struct code_site *site,
                       const struct code_import_in *m,
                       const struct code_use_in *use,
                       const struct code_symbol_row *d, struct str package)
{
    struct str here = m->alias.n ? m->alias : m->name;
    struct str first = use->qualifier, part;
    bool all = m->name.n == 1 && m->name.p[0] == '*';

    if (m->name.n && !all &&
        str_eq(here, use->member ? use->qualifier : use->name)) {
        /* from a import b: b is in a, or is the module a/b */
        if (is_module(site, d, package, m->module))
            return use->member || str_eq(m->name, d->name) ||
                   str_eqz(m->name, "default");
        return use->member && code_module_ends(code_module_path(d->path), m->name);
    }
    if (all && !m->alias.n)
        return is_module(site, d, package, m->module);
    if (m->name.n && !all)
        return false;
    /* const Shop = require("./shop"): new Shop() is the Shop that it exports */
    if (!use->member)
        return is_script(site->file.language) && m->name.n == 0 &&
               str_eq(m->alias, use->name) && !owner_of(d).n && d->exported &&
               is_module(site, d, package, m->module);
    /* import a.b [as c]: used as a.b.x, b.x or c.x */
    if (str_split(&first, '.', &part) && m->alias.n)
        return str_eq(part, m->alias) && is_module(site, d, package, m->module);
    return (str_eq(use->qualifier, m->module) ||
            str_eq(last_word(code_module_bare(m->module)), use->qualifier)) &&
           is_module(site, d, package, m->module);
}

/* #include "x/y.h": what y.h has, and what y.c has beside it. */
static bool includes_it(const struct code_import_in *m,
                        const struct code_symbol_row *d)
{
    struct str header = m->module;

    return str_eq(d->path, header) ||
           (str_ends(d->path, header) && d->path.n > header.n &&
            d->path.p[d->path.n - header.n - 1] == '/') ||
           code_module_ends(code_module_path(d->path), code_module_bare(header));
}

static bool is_imported(const struct code_site *site,
                        const struct code_use_in *use,
                        const struct code_symbol_row *d, struct str package)
{
    const char *f = family(site->file.language);
    bool c = f && strcmp(f, "c") == 0;

    for (size_t i = 0; i < site->n_imports; i++)
        if (c ? includes_it(&site->imports[i], d)
              : imports_it(site, &site->imports[i], use, d, package))
            return true;
    return false;
}

/* --- steps ------------------------------------------------------------------------------- */

/* The class around a reference: the innermost owner of the symbol it is in. */
static struct str class_around(const struct code_site *site,
                               const struct code_use_in *use)
{
    int32_t i = use->symbol;

    for (int depth = 0; i >= 0 && (size_t)i < site->n_symbols && depth < 64;
         depth++) {
        const struct code_symbol_row *s = &site->symbols[i];

        if (code_kind_is_container((enum code_kind)s->kind))
            return s->qualified;
        i = s->parent;
    }
    return STR_NONE;
}

struct pick {
    size_t at, n; /* the first, and how many */
};

/* A declaration and its definition are one; so are overloads: the longest
 * stands for them. */
static void consider(struct pick *p, const struct code_cands *c, size_t i)
{
    if (p->n) {
        const struct code_symbol_row *old = &c->v[p->at], *new = &c->v[i];
        bool same = str_eq(old->qualified, new->qualified) &&
                    (old->file_id == new->file_id ||
                     str_eq(code_module_path(old->path), code_module_path(new->path)) ||
                     (code_one_of(new->language, "c cpp objc") && old->exported &&
                      new->exported &&
                      (old->last_line == old->first_line) !=
                          (new->last_line == new->first_line)));

        if (same) {
            if (new->last_line - new->first_line >
                old->last_line - old->first_line)
                p->at = i;
            return;
        }
    } else {
        p->at = i;
    }
    p->n++;
}

static enum code_how in_file(const struct code_site *site,
                             const struct code_use_in *use,
                             const struct code_cands *c, size_t *meant)
{
    struct pick own = {0}, named = {0}, any = {0};
    struct str around = class_around(site, use);

    for (size_t i = 0; i < c->n; i++) {
        const struct code_symbol_row *d = &c->v[i];

        if (d->file_id != site->file.id || !code_can_mean(site, use, d))
            continue;
        if (use->member && !is_self(use->qualifier)) {
            if (owner_is(d, use->qualifier))
                consider(&named, c, i);
            continue; /* x.f() may be anybody's f */
        }
        if (around.n && is_member(d) && owner_is(d, around))
            consider(&own, c, i);
        if (!use->member || is_member(d))
            consider(&any, c, i);
    }
    if (own.n == 1 || named.n == 1 || any.n == 1) {
        *meant = own.n == 1 ? own.at : named.n == 1 ? named.at : any.at;
        return HOW_FILE;
    }
    return HOW_NONE;
}

static bool same_package(const struct code_site *site,
                         const struct code_symbol_row *d, struct str package)
{
    if (package.n && str_eq(package, site->file.package) &&
        !code_one_of(d->language, "go"))
        return true;
    return directory_is_package(d->language) &&
           str_eq(code_directory(d->path), code_directory(site->file.path));
}

/* Methods that the languages' own strings, lists and maps have. One class of
 * the tree that has one, too, is not what every x.get() means. */
static bool is_everybodys(struct str name)
{
    static const char all[] =
        "append extend insert remove pop clear index count sort reverse copy "
        "get items keys values update setdefault add discard join split strip "
        "startswith endswith replace format encode decode lower upper find "
        "read write close open readline flush seek tell send recv next "
        "push shift unshift slice splice concat map filter reduce forEach "
        "includes indexOf trim toString toLowerCase toUpperCase startsWith "
        "endsWith substring has set delete then catch finally call apply bind "
        "match test exec size length isEmpty contains put equals hashCode "
        "iter next clone unwrap expect into from as_str as_ref len is_empty "
        "each select reject first last empty begin end push_back emplace_back "
        "c_str data str swap reset "
        "partition rpartition lstrip rstrip rsplit splitlines isdigit isalpha "
        "isalnum isspace isupper islower isidentifier ljust rjust center "
        "zfill title capitalize casefold expandtabs translate setter getter "
        "deleter fileno isatty tobytes bit_length hasOwnProperty charAt "
        "charCodeAt padStart padEnd some every flat flatMap splice at";

    return code_one_of(name, all) ||
           (str_starts(name, STR("__")) && str_ends(name, STR("__")));
}

/* Stands the name for a module as a whole here (import re; import * as n)?
 * Then it is no class or function of that name elsewhere. What JavaScript's
 * require() gives may be one. */
static bool is_module_name(const struct code_site *site, struct str name)
{
    bool whole = code_one_of(site->file.language, "python go");

    if (!whole && !code_one_of(site->file.language, "javascript jsx "
                                                    "typescript tsx vue "
                                                    "svelte"))
        return false;
    for (size_t i = 0; i < site->n_imports; i++) {
        const struct code_import_in *m = &site->imports[i];
        struct str here = m->alias.n ? m->alias : m->module;

        if ((m->name.n ? str_eqz(m->name, "*") && m->alias.n : whole) &&
            str_eq(here, name))
            return true;
    }
    return false;
}

enum code_how code_resolve(const struct code_site *site,
                           const struct code_use_in *use,
                           const struct code_cands *c, size_t *meant)
{
    struct pick imported = {0}, package = {0}, all = {0}, owned = {0};
    enum code_how how = in_file(site, use, c, meant);

    if (how != HOW_NONE)
        return how;
    for (size_t i = 0; i < c->n; i++) {
        const struct code_symbol_row *d = &c->v[i];

        if (!code_can_mean(site, use, d))
            continue;
        consider(&all, c, i);
        if (is_imported(site, use, d, c->packages[i]))
            consider(&imported, c, i);
        if (owner_is(d, use->qualifier))
            consider(&owned, c, i);
        if (d->file_id != site->file.id && same_package(site, d, c->packages[i])
            && (!use->member || owner_is(d, use->qualifier)))
            consider(&package, c, i);
    }
    if (imported.n == 1) {
        *meant = imported.at;
        return HOW_IMPORT;
    }
    if (package.n == 1) {
        *meant = package.at;
        return HOW_PACKAGE;
    }
    if (owned.n == 1) {
        *meant = owned.at;
        return HOW_UNIQUE;
    }
    if (all.n == 0 ||
        (!use->member && (code_is_builtin(site->file.language, use->name) ||
                          is_module_name(site, use->name))))
        return HOW_NONE;
    *meant = all.at;
    /* x.f() with the only f a function of no class: a library's f rather. */
    if (use->member && !is_member(&c->v[all.at]) && !imported.n &&
        needs_receiver(site->file.language))
        return HOW_AMBIGUOUS;
    if (use->member && is_everybodys(use->name))
        return HOW_AMBIGUOUS;
    return all.n == 1 ? HOW_UNIQUE : HOW_AMBIGUOUS;
}
