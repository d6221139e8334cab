/*
 * blame_find.h - what a question of `cmem blame` is about, and the changes that
 * answer it.
 *
 * A definition is followed back through its names: a change that left the same
 * text under another name or in another file is its past when it alone did so,
 * the text is long enough to be nobody else's, and nothing stands under that
 * name any more. What cannot be told for certain ends the chain.
 *
 * A file as a whole is followed in the same way: it was called as the one that
 * is no more, and of whose definitions most are in this one.
 */
#ifndef CMEM_OPS_BLAME_FIND_H
#define CMEM_OPS_BLAME_FIND_H

#include "base/common.h"
#include "base/err.h"
#include "ops/fresh.h"
#include "ops/op.h"
#include "search/files.h"
#include "store/blame.h"

/* Changes of one answer, and names of one definition. */
#define BLAME_CHANGES 1000
#define BLAME_NAMES   8

struct blame_name {
    struct str path, symbol;
    int64_t until_ms; /* what was called so later is something else */
};

struct blame {
    struct op_env *env;
    int64_t project_id;
    struct fresh *fresh;
    struct file_roots roots;
    struct str path;                     /* below the working tree's top */
    struct str symbol;                   /* qualified; empty: all of the file */
    struct blame_name name[BLAME_NAMES]; /* newest first */
    size_t names;
    struct change_row *v; /* newest first */
    size_t n;
    bool cut; /* there were more */
    /* Where the definition is now. */
    struct fresh_cite now;
};

/* text: FILE, FILE:LINE or FILE:SYMBOL; symbol: or empty. CM_ENOTFOUND and
 * CM_EARG with a sentence. b->env, project_id and fresh are set. */
int blame_find(struct blame *b, const struct project_row *project,
               struct str text, struct str symbol, struct err *e);

#endif
