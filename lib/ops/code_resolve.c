/* code_resolve.c - see code_resolve.h. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_resolve.h"
#include "ops/code_scope.h"

/* Definitions of one name that are told apart; "get" in a large tree has
 * thousands, and then nothing is unique. */
#define CANDS_MAX 400

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
                                .max = CANDS_MAX};
    int rc = code_symbols_named(env->db, &ask, env->a, &out->v, &out->n, e);

    out->packages = arena_array(env->a, out->n + 1, sizeof(out->packages[0]));
    for (size_t i = 0; i < out->n && rc == 0; i++) {
        struct code_file_row f;

        if (out->n > 50) /* then packages do not tell them apart either */
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

static bool same_family(struct str a, struct str b)
{
    const char *f = family(a), *g = family(b);

    return str_eq(a, b) || (f && g && strcmp(f, g) == 0);
}

static bool one_of(struct str language, const char *list)
{
    struct str rest = str_of(list), word;

    while (str_split(&rest, ' ', &word))
        if (str_eq(word, language))
            return true;
    return false;
}

/* f() never means a method there. */
static bool needs_receiver(struct str language)
{
    return one_of(language, "python javascript jsx typescript tsx vue svelte "
                            "go rust php lua perl julia zig");
}

/* Files of a directory see each other without an import. */
static bool directory_is_package(struct str language)
{
    return one_of(language, "c cpp objc go java kotlin scala c_sharp swift "
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

static struct str directory(struct str path)
{
    ptrdiff_t at = str_rchr(path, '/');

    return at < 0 ? STR_NONE : str_cut(path, 0, (size_t)at);
}

/* Hidden from other packages, and not from the files of its own. */
static bool is_package_private(const struct code_site *site,
                               const struct code_symbol_row *d)
{
    return directory_is_package(d->language) &&
           !one_of(d->language, "c cpp objc") &&
           str_eq(directory(d->path), directory(site->file.path));
}

bool code_can_mean(const struct code_site *site, const struct code_use_in *use,
                   const struct code_symbol_row *d)
{
    bool same = d->file_id == site->file.id;

    if (!same_family(site->file.language, d->language) || !fits_kind(use, d))
        return false;
    if (!same && !d->exported && !is_package_private(site, d))
        return false;
    if (!use->member && is_member(d) && needs_receiver(d->language) &&
        d->kind != CODE_CONSTRUCTOR)
        return false;
    return true;
}

/* --- modules ---------------------------------------------------------------------------- */

/* Path parts of a module from its end against those of a path: "a.b.c",
 * "a::b::c", "../b/c", "b/c.js" all end like "x/a/b/c". At least one part, all
 * parts of the module but "." and ".." (and a crate's own word). */
static bool parts_end(struct str path, struct str module, bool above)
{
    size_t i = path.n, k = module.n;
    bool any = false;

    for (;;) {
        size_t i_end, k_end;

        while (k && !is_alnum(module.p[k - 1]) && module.p[k - 1] != '_' &&
               module.p[k - 1] != '-' && !(module.p[k - 1] & 0x80))
            k--;
        for (k_end = k;
             k && (is_alnum(module.p[k - 1]) || module.p[k - 1] == '_' ||
                   module.p[k - 1] == '-' || module.p[k - 1] & 0x80);)
            k--;
        if (k == k_end)
            return any;
        if (k == 0 && any &&
            (str_eqz(str_cut(module, 0, k_end), "crate") ||
             str_eqz(str_cut(module, 0, k_end), "super") ||
             str_eqz(str_cut(module, 0, k_end), "self")))
            return true;
        while (i && path.p[i - 1] == '/')
            i--;
        if (i == 0 && any && above)
            return true;
        for (i_end = i; i && path.p[i - 1] != '/';)
            i--;
        if (!str_eq(str_cut(path, i, i_end), str_cut(module, k, k_end)))
            return false;
        any = true;
    }
}

static bool module_ends(struct str path, struct str module)
{
    return parts_end(path, module, false);
}

/* Go names a package from outside the tree: what stands above the tree's top
 * is not to be seen. */
static bool is_directory_of(struct str path, struct str module)
{
    return parts_end(path, module, true);
}
/* "./util.js" and "stdio.h" without what a file name ends with. */
static struct str without_suffix(struct str module)
{
    static const char *const suffix[] = {".js",  ".mjs", ".cjs", ".jsx",
                                         ".ts",  ".tsx", ".h",   ".hpp",
                                         ".hh",  ".dart", ".sh", ".vue",
                                         ".svelte", ".php", ".rb", ".lua"};

    for (size_t i = 0; i < ARRAY_LEN(suffix); i++)
        if (str_ends(module, str_of(suffix[i])))
            return str_cut(module, 0, module.n - strlen(suffix[i]));
    return module;
}

/* Is the definition's file what this import names? A directory (Go), a
 * package that the file declares (Java), or the file itself. */
static bool is_module(const struct code_symbol_row *d, struct str package,
                      struct str module)
{
    struct str bare = without_suffix(module);

    return module_ends(code_module_path(d->path), bare) ||
           (package.n && str_eq(package, module)) ||
           (str_eqz(d->language, "go") &&
            is_directory_of(directory(d->path), bare));
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
static bool imports_it(const struct code_import_in *m,
                       const struct code_use_in *use,
                       const struct code_symbol_row *d, struct str package)
{
    struct str here = m->alias.n ? m->alias : m->name;
    struct str first = use->qualifier, part;

    if (!str_eqz(m->name, "*") && m->name.n &&
        str_eq(here, use->member ? use->qualifier : use->name)) {
        /* from a import b: b is in a, or is the module a/b */
        if (is_module(d, package, m->module))
            return !use->member || str_eq(use->name, d->name);
        return use->member && module_ends(code_module_path(d->path), m->name);
    }
    if (str_eqz(m->name, "*") && !m->alias.n)
        return is_module(d, package, m->module);
    if (m->name.n && !str_eqz(m->name, "*"))
        return false;
    /* import a.b [as c]: used as a.b.x, b.x or c.x */
    if (!use->member)
        return false;
    if (str_split(&first, '.', &part) && m->alias.n)
        return str_eq(part, m->alias) && is_module(d, package, m->module);
    return (str_eq(use->qualifier, m->module) ||
            str_eq(last_word(without_suffix(m->module)), use->qualifier)) &&
           is_module(d, package, m->module);
}

/* #include "x/y.h": what y.h has, and what y.c has beside it. */
static bool includes_it(const struct code_import_in *m,
                        const struct code_symbol_row *d)
{
    struct str header = m->module;

    return str_eq(d->path, header) ||
           (str_ends(d->path, header) && d->path.n > header.n &&
            d->path.p[d->path.n - header.n - 1] == '/') ||
           module_ends(code_module_path(d->path), without_suffix(header));
}

static bool is_imported(const struct code_site *site,
                        const struct code_use_in *use,
                        const struct code_symbol_row *d, struct str package)
{
    const char *f = family(site->file.language);
    bool c = f && strcmp(f, "c") == 0;

    for (size_t i = 0; i < site->n_imports; i++)
        if (c ? includes_it(&site->imports[i], d)
              : imports_it(&site->imports[i], use, d, package))
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
                     (one_of(new->language, "c cpp objc") && old->exported &&
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
        !one_of(d->language, "go"))
        return true;
    return directory_is_package(d->language) &&
           str_eq(directory(d->path), directory(site->file.path));
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
        "c_str data str swap reset";

    return one_of(name, all);
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
    if (all.n == 0)
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
