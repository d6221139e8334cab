/*
 * code_resolve.h - which definition a reference means, and how that is known.
 *
 * Nothing about it is stored: what a name means changes when any file does,
 * and working it out takes microseconds (a name has few definitions). So an
 * answer is never older than the index.
 *
 * In this order; the first that leaves exactly one definition decides:
 *
 *   file       defined in the same file: in the same class for self.x(), by
 *              its qualifier, or at all
 *   import     the file imports the name, or the module it is qualified with,
 *              and the definition's file is that module; in C: the file
 *              includes the header that has it, or its namesake's source
 *   package    defined in the same package, or in languages where a directory
 *              is one (Go, C, Java, ...) in the same directory
 *   unique     the tree has one definition of that name that can be meant
 *   ambiguous  several can be meant. Not told by callers and callees unless
 *              asked for
 *   none       not defined in the tree: the language's own (code_builtin.h),
 *              a library's, a module as a whole
 *
 * What can be meant: a definition in a language that this one can call, of a
 * kind that the reference can be of (a call runs something), exported unless
 * it is in the same file; x.f() means a member, f() in languages that need a
 * receiver means none.
 */
#ifndef CMEM_OPS_CODE_RESOLVE_H
#define CMEM_OPS_CODE_RESOLVE_H

#include "base/common.h"
#include "ops/op.h"
#include "store/code_read.h"

enum code_how {
    HOW_NONE,
    HOW_FILE,
    HOW_IMPORT,
    HOW_PACKAGE,
    HOW_UNIQUE,
    HOW_AMBIGUOUS,
};
const char *code_how_name(enum code_how h);

/* A file whose references are resolved. */
struct code_site {
    struct code_file_row file;
    struct str blob; /* its references */
    struct code_import_in *imports;
    size_t n_imports;
    struct code_symbol_row *symbols;
    size_t n_symbols;
};
/* 1, or 0 when there is no such file. Lives in env->a. */
int code_site_read(struct op_env *env, int64_t file_id, struct code_site *out,
                   struct err *e);

/* Definitions of one name: from code_symbols_named, in any order. */
struct code_cands {
    struct code_symbol_row *v;
    size_t n;
    struct str *packages; /* of their files, in step with v; may be empty */
};
/* Definitions of one name that are told apart; "get" in a large tree has
 * thousands, and then nothing is unique. Behind so many packages do not tell
 * them apart either, and are not asked for. */
#define CODE_CANDS_MAX     400
#define CODE_PACKAGES_READ 50
/* Reads them, with their packages. */
int code_cands_read(struct op_env *env, int64_t tree_id, struct str name,
                    struct code_cands *out, struct err *e);

/* *meant is a place in cands->v, unless it is HOW_NONE; with HOW_AMBIGUOUS
 * the first of those that can be meant. */
enum code_how code_resolve(const struct code_site *site,
                           const struct code_use_in *use,
                           const struct code_cands *cands, size_t *meant);
/* Of an ambiguous one: can this definition be meant? */
bool code_can_mean(const struct code_site *site, const struct code_use_in *use,
                   const struct code_symbol_row *def);

/* Do definitions of one language have a meaning in the other? */
bool code_same_family(struct str a, struct str b);

#endif
