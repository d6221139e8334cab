/* code_module.c - see code_module.h. */
#include "base/common.h"

#include "ops/code_module.h"

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

bool code_module_ends(struct str path, struct str module)
{
    return parts_end(path, module, false);
}

bool code_module_is_directory(struct str path, struct str module)
{
    return parts_end(path, module, true);
}

struct str code_module_bare(struct str module)
{
    static const char *const suffix[] = {".js",  ".mjs", ".cjs", ".jsx",
                                         ".ts",  ".tsx", ".h",   ".hpp",
                                         ".hh",  ".dart", ".sh", ".vue",
                                         ".svelte", ".php", ".rb", ".lua"};

    ptrdiff_t dot = str_rchr(module, '.');

    for (size_t i = 0; i < ARRAY_LEN(suffix) && dot >= 0; i++)
        if (str_eqz(str_cut(module, (size_t)dot, module.n), suffix[i]))
            return str_cut(module, 0, (size_t)dot);
    return module;
}

struct str code_directory(struct str path)
{
    ptrdiff_t at = str_rchr(path, '/');

    return at < 0 ? STR_NONE : str_cut(path, 0, (size_t)at);
}
