/*
 * code_walk.h - from a symbol to who refers to it, and on from there.
 *
 * Nodes are symbols and the tops of files, in the order they were reached: all
 * that are one reference away, then all that are two. Only what is resolved
 * (code_resolve.h) is gone along; references that may mean another definition
 * are counted, and followed only when asked.
 *
 *     struct code_walk w = {.env = env, .e = e};
 *     rc = code_here(env, args, &w.tree, e);
 *     code_walk_add(&w, &symbol, &(struct code_node){0});
 *     for (size_t i = 0; i < w.n && rc == 0; i++)
 *         if (w.node[i].depth < depth)
 *             rc = code_walk_callers(&w, i);
 *
 * A node whose symbol is not in the index any more (its id is negative, its
 * kind is one) stands for what would have meant it.
 *
 * Bounds: nodes, files and looks into them; `cut` says that one was reached.
 */
#ifndef CMEM_OPS_CODE_WALK_H
#define CMEM_OPS_CODE_WALK_H

#include "base/common.h"
#include "ops/code_resolve.h"
#include "ops/op.h"

/* Symbols visited, and files read, of one question: a hub's hub is everything.
 */
#define WALK_NODES 2000
#define WALK_FILES 3000
/* Looks into a file for a name: some 20 microseconds each. */
#define WALK_VISITS 50000

struct code_node {
    struct code_symbol_row s; /* kind CODE_KINDS: the top of its file */
    enum code_how how;
    int kind;     /* of the reference */
    int64_t line; /* of it, in its file */
    int depth;    /* 0: where the walk began */
    size_t from;  /* place among the nodes */
};

struct code_walk {
    struct op_env *env;
    struct code_tree_row tree;
    bool ambiguous; /* follow those, too */
    bool types; /* what names a type or inherits from it is its caller */
    struct code_node *node;
    size_t n;
    int64_t doubtful; /* ambiguous references that were left out */
    int64_t outside;  /* calls of what the tree does not define */
    size_t files, visits; /* so far */
    struct code_site **sites; /* those read */
    bool cut;         /* a limit of the walk was reached */
    struct err *e;
};

/* The symbol, reached as `like` says, unless it is there. */
void code_walk_add(struct code_walk *w, const struct code_symbol_row *s,
                   const struct code_node *like);
/* Adds who calls node i, or gives it on. A call outside of any symbol is its
 * file's, with the file's id, negative. */
int code_walk_callers(struct code_walk *w, size_t i);
bool code_is_call(int ref_kind);

/* One reference that means the target. */
struct code_referred {
    struct code_walk *w;
    const struct code_symbol_row *target;
    const struct code_site *site;
    const struct code_use_in *use;
    enum code_how how;
};
typedef int (*code_on_referred)(void *arg, const struct code_referred *r);
/* Each reference of the tree that means t. */
int code_each_referred(struct code_walk *w, const struct code_symbol_row *t,
                       code_on_referred tell, void *arg);
/* As above, of a definition that is not in the index any more: what would
 * have meant it. t->id is negative and nobody else's. */
int code_each_orphan(struct code_walk *w, const struct code_symbol_row *t,
                     code_on_referred tell, void *arg);

#endif
