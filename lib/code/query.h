/*
 * query.h - what a language's query says, as a table by kind of node.
 *
 * tree-sitter's own queries match patterns; what cmem wants is less and more:
 * no pattern is deeper than a name in a declarator, but every definition has
 * a parent, a doc comment, a visibility. On 270,000 lines of C the library's
 * queries took 0.29 s for the matching alone, beside 0.97 s of parsing; a
 * walk over all nodes takes 0.14 s, and most nodes have no row in the table.
 *
 * A query (grammars/queries/NAME.query) is lines of words; '#' begins a
 * comment. KIND is a kind of node of the grammar: a bare word for a named
 * one, 'class' in quotes for a token, ?jsx for one that not all grammars of
 * this query have. Where one KIND may stand, several may, with commas between.
 *
 *   comment KIND            may be the doc of what follows it
 *   doc KIND TEXT...        the same, if it begins with one of the texts
 *   docstring KIND          a string that begins a body is its doc
 *   skip KIND               stands between a doc and its definition
 *   wrap KIND               holds the definition that a doc before it is of
 *   tail KIND PATH          a name that is a KIND is at PATH in it; what
 *                           stands before it is its qualifier
 *   ignore NAME...          never a reference
 *   reserved NAME...        never a definition: a word of the language that
 *                           recovery from an error may take for a name
 *   exported RULE...        all (the default); upper; no-underscore; under
 *                           KIND; with WORD...; listed: what "export" says,
 *                           all if there is none of that
 *   hide WORD...            what has one of these is hidden, at any rate
 *   modifiers KIND          children of a definition where such words stand
 *   access KIND WORD...     from here on members of this class are hidden
 *                           when its text begins with one of the words, and
 *                           shown when with "public"
 *   noise WORD...           parts of an owner that name nothing ("prototype");
 *                           what hangs on "exports" is exported
 *   package KIND            what the file belongs to
 *   import STYLE KIND       an import statement (import.h)
 *   local KIND              a name that only its function knows
 *   def WHAT KIND ...       a definition; WHAT is a word of code_kind_name
 *   scope KIND ...          no definition, but its name qualifies others
 *   ref WHAT KIND ...       a reference: call, type, inherit, use
 *   export KIND             a name that is exported, wherever it was defined
 *   inject LANGUAGE KIND .. what is at name= is text of another language
 *
 * and behind def, scope, ref, local, import and package:
 *
 *   name=PATH   where the name is ("name" for def and scope; for ref the
 *               node itself)
 *   each=PATH   the same, and every child that its last step fits is one of
 *               its own
 *   then=PATH   with each=, where the name is in such a child
 *   body=PATH   where the body is ("body"); the signature ends before it
 *   owner=PATH  the type it belongs to, when that is not around it
 *   in=KIND     the parent is one of these; in=A/B: B, and its parent is A;
 *               not-in=KIND: it is none
 *   field=NAME  it is this field of its parent; not-field=NAME: it is not
 *   called      "(" stands right behind it
 *   lead        it begins where its parent begins
 *   has=KIND    a child is one of these; lacks=KIND: none is
 *   mods=WORD   its modifiers say all of these
 *   needs=PATH  leads somewhere; without=PATH: does not
 *   avoid=KIND  the name is not directly in one of these, on the way of tails
 *   at=WHERE    file: in no definition; outer: in no function; top: nor in an
 *               unnamed one; class: in one with members, and not deeper;
 *               inner: in a function
 *   word=PATH:TEXT,TEXT   the text there is one of these
 *   not=PATH:TEXT,TEXT    is none of these
 *   hidden, shown         whatever `exported` says
 *   closed                its members are hidden unless they say otherwise;
 *   open                  shown unless they do
 *   next=KIND   it goes on to the end of what follows it, if that is a KIND
 *   followed    only where next= does follow
 *   merge       with the definition before it, when that has the same name
 *   rest        it goes on until the next one like it, or what it is in ends
 *   depth=N     fewer than N definitions are around it
 *   via=KIND    the name is directly in one of these, on the way of tails
 *   is=KIND     the name is one of these
 *   once                  not again in the same place by the same name
 *   upper                 the name begins with a capital letter
 *   flat                  does not qualify what is in it
 *   unnamed               of a scope: it qualifies nothing; a function without
 *                         a name, or a class opened once more
 *   stop                  nothing in it is looked at
 *
 * PATH is steps with '/' between, alternatives with '|': a field's name, *
 * for the first named child, 2 for the second, $ for the last, <KIND> for the first child of
 * the kind, <$KIND> for the last, <<KIND> for the first at any depth, . for the
 * node itself.
 *
 * Of several def lines that fit a node the first one counts that finds a
 * name; and so do the first scope, ref, local. Of export every one counts.
 */
#ifndef CMEM_CODE_QUERY_H
#define CMEM_CODE_QUERY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "code/parse.h"
#include "code/sitter.h"

/* The form of an import statement: see import.h. */
enum import_style {
    IMPORT_NONE,
    IMPORT_C,       /* #include */
    IMPORT_PATH,    /* import a.b.{c as d, e}: Java, Rust, PHP, Scala, ... */
    IMPORT_PYTHON,
    IMPORT_SCRIPT,  /* JavaScript and TypeScript */
    IMPORT_QUOTED,  /* the first string is the module: Go, Ruby, Lua, ... */
    IMPORT_DART,
    IMPORT_WORD,    /* the second word is the module: Bash's source, ... */
    IMPORT_HASKELL,
    IMPORT_ELIXIR,
    IMPORT_MODULE,  /* as path, but a path is a module, never a name in it */
    IMPORT_STYLES,
};

enum step_kind {
    STEP_FIELD,
    STEP_FIRST,
    STEP_LAST,
    STEP_CHILD,
    STEP_LAST_CHILD,
    STEP_BELOW,
    STEP_SELF,
    STEP_NTH,
};

struct step {
    uint8_t kind;
    uint16_t id; /* field, or canonical symbol */
};

#define PATH_STEPS 6
struct path {
    struct step step[PATH_STEPS];
    uint8_t n;
    struct path *or; /* the alternative, or NULL */
};

struct words {
    struct str *v;
    size_t n;
};

/* Kinds of node; in=A/B has the A's in `outer`. */
struct kinds {
    uint16_t *v;
    size_t n;
};

enum rule_kind {
    RULE_DEF,
    RULE_SCOPE,
    RULE_REF,
    RULE_LOCAL,
    RULE_IMPORT,
    RULE_PACKAGE,
    RULE_INJECT,
    RULE_EXPORT,
    RULE_KINDS,
};

enum rule_at { AT_ANY, AT_FILE, AT_OUTER, AT_TOP, AT_CLASS, AT_INNER };

struct rule {
    struct rule *next;  /* for the same kind of node */
    uint8_t kind;       /* enum rule_kind */
    uint8_t what;       /* code_kind, code_ref_kind or import_style */
    const struct language *language; /* of inject */
    uint8_t at;         /* enum rule_at */
    bool each, hidden, shown, closed, open, flat, stop, upper, lead, once;
    bool merge, called, rest, unnamed, followed;
    uint8_t depth;
    struct path *name, *then, *body, *owner, *needs, *without;
    struct kinds in, outer, not_in, has, lacks, avoid, is, follow, via;
    struct kinds fields, not_fields; /* ids of fields */
    struct path *word_at, *not_at;
    struct words word, not_word, mods;
};

/* What a kind of node is besides. */
enum node_flag {
    NODE_COMMENT = 1,
    NODE_DOC = 2,       /* a comment if it begins with one of query.doc */
    NODE_DOCSTRING = 4,
    NODE_SKIP = 8,
    NODE_WRAP = 16,
    NODE_MODIFIERS = 32,
    NODE_ACCESS = 64,
    NODE_EXPORTS = 128, /* of "exported under" */
};

enum exported_rule {
    EXPORTED_ALL,
    EXPORTED_UPPER,
    EXPORTED_NO_UNDERSCORE,
    EXPORTED_UNDER,
    EXPORTED_WITH,
    EXPORTED_LISTED,
};

/* By canonical symbol: the first symbol of the same name and sort. */
struct node_row {
    uint16_t canonical;
    uint8_t flags;
    bool any;           /* flags, or a rule, or a tail */
    struct rule *rules;
    struct path *tail;
};

struct query {
    const TSLanguage *grammar;
    struct node_row *rows; /* by symbol */
    uint32_t n_rows;
    enum exported_rule exported;
    struct words exported_words, hide_words, access_words, doc_words;
    struct words ignored, reserved, noise;
};

/* The built-in text of a query, or NULL. */
const char *query_text(const char *name);
/* Compiles it for a grammar; everything lives in a. CM_EFORMAT with name and
 * line. */
int query_compile(struct query *q, const char *name, const char *text,
                  const TSLanguage *grammar, struct arena *a, struct err *e);
bool words_have(const struct words *w, struct str s);
bool kinds_have(const struct kinds *k, uint16_t symbol);

#endif
