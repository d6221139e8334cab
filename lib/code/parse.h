/*
 * parse.h - a file's text to what it defines, uses and imports.
 *
 * The one way into lib/code for who has a text and wants its structure. It
 * knows no database and no file system but the grammars'.
 *
 *     struct code_parser *p = code_parser_create(NULL);   one per thread
 *     struct arena a = {0};
 *     struct code_file f;
 *
 *     rc = code_parse(p, language_of(path, text), text, &a, &f, &e);
 *     for (size_t i = 0; i < f.n_defs; i++)
 *         printf("%.*s\n", STR_ARG(f.defs[i].qualified));
 *     arena_free(&a);
 *
 * How: tree-sitter parses; one walk over the tree looks every node up in a
 * table that the language's query made (query.h). Grammars are shared objects
 * loaded when the first file of their language comes; a language without one
 * has a line outliner (outline.h).
 *
 * Bounds, every one of which is reported and none an error: bytes of a text,
 * time of a parse, depth of the tree, numbers of definitions and references.
 * A text that does not parse as a whole is parsed as far as it goes:
 * `status`, `errors` and `error_bytes` say how far that was.
 *
 * What the reader may rely on:
 *   1. defs are in the order of their start; a parent stands before its
 *      children, and its range contains theirs.
 *   2. refs and imports are in the order of their start, too.
 *   3. Slices point into the text or the arena: both must outlive the result.
 *   4. Lines count from 1, bytes from 0; last_line is the line of the last
 *      byte.
 *   5. The same text gives the same result, whatever was parsed before.
 */
#ifndef CMEM_CODE_PARSE_H
#define CMEM_CODE_PARSE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct language;
struct code_parser;

/* Kinds of definitions; code_kind_name says their words. Their numbers are
 * stored in tables that are derived: whoever changes the order counts
 * DERIVED_VERSION (store/derive.h) up. */
enum code_kind {
    CODE_FUNCTION,
    CODE_METHOD,
    CODE_CONSTRUCTOR,
    CODE_MACRO,
    CODE_CLASS,
    CODE_STRUCT,
    CODE_UNION,
    CODE_ENUM,
    CODE_INTERFACE,
    CODE_TRAIT,
    CODE_PROTOCOL,
    CODE_OBJECT,
    CODE_IMPL,      /* Rust's impl, Swift's extension, Haskell's instance */
    CODE_TYPE,      /* alias, typedef, newtype */
    CODE_MODULE,    /* module, namespace, package that has a body */
    CODE_CONSTANT,
    CODE_VARIABLE,
    CODE_FIELD,
    CODE_PROPERTY,
    CODE_MEMBER,    /* of an enumeration */
    CODE_TEST,      /* a named test block */
    CODE_HEADING,
    CODE_KEY,       /* of configuration */
    CODE_TARGET,    /* what a build makes */
    CODE_SELECTOR,
    CODE_ELEMENT,
    CODE_TABLE,
    CODE_KINDS,
};

const char *code_kind_name(enum code_kind k);
/* CODE_KINDS when there is no such word. */
enum code_kind code_kind_of(struct str word);
/* Kinds that run: function, method, constructor, macro, test. */
bool code_kind_is_callable(enum code_kind k);
/* Kinds that have members: class, struct, trait, module, ... */
bool code_kind_is_container(enum code_kind k);

enum code_ref_kind {
    CODE_REF_CALL,
    CODE_REF_TYPE,
    CODE_REF_INHERIT, /* a type named as what another one is made from */
    CODE_REF_USE,     /* a name given on: a callback, a table's function */
    CODE_REF_KINDS,
};

const char *code_ref_kind_name(enum code_ref_kind k);

#define CODE_NO_DEF (-1)

struct code_def {
    struct str name;      /* as written where it is defined */
    struct str qualified; /* with what it stands in: "Class.method" */
    struct str signature; /* one line, blanks folded, without the body */
    struct str doc;       /* the comment before it, or its docstring: plain
                           * text without comment marks; one line */
    enum code_kind kind;
    bool exported;        /* may be used from other files, as far as this
                           * file says */
    uint32_t start, end;  /* bytes; of the declaration, not of the doc */
    uint32_t name_start;
    uint32_t first_line, last_line;
    int32_t parent;       /* index in defs, or CODE_NO_DEF */
    uint64_t hash;        /* of the text without its own name, blanks folded:
                           * equal for what was only moved or renamed; 0: not
                           * known */
};

struct code_ref {
    struct str name;
    struct str qualifier; /* what stands before it: "os.path" of
                           * os.path.join(); empty when there is none or it
                           * is more than a name */
    enum code_ref_kind kind;
    bool member;          /* something stands before it, named or not */
    uint32_t start;
    uint32_t line;
    int32_t def;          /* the innermost definition around it */
};

struct code_import {
    struct str module; /* as written: "os.path", "./util", "stdio.h" */
    struct str name;   /* what is taken of it; "*" all; empty: it as such */
    struct str alias;  /* the name here, when it is another one */
    uint32_t line;
};

enum code_status {
    CODE_OK,
    CODE_PARTIAL,    /* errors in the tree: see errors and error_bytes */
    CODE_TOO_LARGE,  /* nothing was done */
    CODE_TIMED_OUT,  /* nothing was found */
    CODE_CUT,        /* too deep or too many: the rest was left out */
    CODE_BINARY,     /* not a text */
    CODE_NO_GRAMMAR, /* the build has none for it */
};

const char *code_status_name(enum code_status s);

struct code_file {
    const struct language *language;
    enum code_status status;
    struct str package;    /* that the file says it belongs to */
    struct code_def *defs;
    size_t n_defs;
    struct code_ref *refs;
    size_t n_refs;
    struct code_import *imports;
    size_t n_imports;
    uint32_t lines;
    uint32_t errors;       /* places that did not parse */
    uint32_t error_bytes;  /* bytes in them */
    bool unsure;           /* see code_keep */
    bool confirmed;
};

struct code_limits {
    uint32_t max_bytes; /* of a text; 4 MB */
    int max_ms;         /* of a parse; 2,000 */
    uint32_t max_depth; /* of the tree; 2,000 */
    uint32_t max_defs;  /* 100,000 */
    uint32_t max_refs;  /* 500,000 */
};

/* Where grammars lie: CMEM_GRAMMARS, else lib/cmem/grammars of the prefix
 * whose bin/ this program is in. */
#define CODE_PATH_MAX 1024
int code_grammars_dir(char out[CODE_PATH_MAX], struct err *e);

/* NULL for limits: those above. Loads nothing yet. For one thread at a time.*/
struct code_parser *code_parser_create(const struct code_limits *limits);
void code_parser_destroy(struct code_parser *p); /* accepts NULL */

/*
 * 0 and a filled *out, whatever `status` says; CM_EFORMAT with a sentence
 * when a query and its grammar do not belong together, which is a fault of
 * the installation. What a parser cost in memory is given back with the tree,
 * before this returns.
 */
int code_parse(struct code_parser *p, const struct language *l,
               struct str text, struct arena *a, struct code_file *out,
               struct err *e);

/*
 * From now on the last trees are kept, and a text that differs little from one
 * of theirs (the next version of a file) is parsed from there: most of it is
 * not read again. What comes out is the same.
 *
 * A text with errors is the exception: where it is torn, what a parser makes
 * of it may depend on the version before. It is parsed from its start again,
 * which takes its time, unless the parser is hasty: then the result is
 * `unsure`, and who asked for it parses the same text again, without haste,
 * when nobody waits. `confirmed` says then that what came out is what had been
 * said: nothing is to be corrected.
 */
struct code_keep {
    uint32_t min_bytes; /* of a text that is worth it */
    uint32_t max_bytes; /* of all texts together; the trees take some fifteen
                         * times that. 0: none is kept any more */
    bool hasty;
};
#define CODE_KEEP_BYTES (512u << 10)
/* What is kept already stays. */
void code_parser_keep(struct code_parser *p, const struct code_keep *keep);

/* For tests and for whoever writes queries: this text instead of the built-in
 * query of that name, from now on. */
void code_parser_set_query(struct code_parser *p, const char *name,
                           const char *text);
/* For measuring: parse, and leave the tree alone. Returns its nodes, or a
 * negative code. */
int64_t code_parse_only(struct code_parser *p, const struct language *l,
                        struct str text, struct err *e);

#endif
