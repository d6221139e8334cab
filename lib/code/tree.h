/*
 * tree.h - the files of a directory that may be code, one after the other.
 *
 * Depth first, names in the order of their bytes, so that a walk that was
 * broken off and begun anew meets the same files in the same order. Nothing is
 * opened but directories and their .gitignore; whether a file is worth opening
 * its name says (language.h).
 *
 *     struct tree *t;
 *     rc = tree_open(&t, "/home/u/project", &e);
 *     while ((rc = tree_next(t, &entry)) > 0)
 *         ...
 *     tree_close(t);
 *
 * Left out, by rules of the same form and in this order of weight:
 *   1. what is vendored, generated or minified by its name (tree_rules);
 *   2. git's: the global file, .git/info/exclude, every .gitignore;
 *   3. .cmemignore in any directory, of the same form: the last word. "!"
 *      there takes back what 1 or 2 leave out.
 * A repository in the repository (a submodule, a worktree) is a tree of its
 * own and not gone into; nor is another file system. Symbolic links are not
 * followed: no loop, and what is linked to stands elsewhere.
 *
 * What could not be read is an entry, too, with a reason; it is no error. What
 * vanished since its directory was read is none.
 */
#ifndef CMEM_CODE_TREE_H
#define CMEM_CODE_TREE_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

/* Directories in directories, entries of one directory, bytes of a path. */
#define TREE_DEPTH   200
#define TREE_ENTRIES 1000000
#define TREE_PATH    4096

enum tree_what {
    TREE_FILE,
    TREE_UNREADABLE, /* a directory, or a file that has no state */
    TREE_TOO_DEEP,   /* a directory at the limit, with too many entries, or
                      * whose entries have too long a path */
    TREE_REPOSITORY, /* another one, in here */
    TREE_DEVICE,     /* another file system: /proc below / */
    TREE_RULES,      /* a .gitignore or .cmemignore not taken whole: ignore.h's
                      * bounds, or it may not be read */
};

struct tree_entry {
    enum tree_what what;
    struct str path;  /* below the root; until the next call; terminated */
    int64_t size;
    int64_t mtime_ns; /* the later one of content and inode changing */
};

struct tree;
/* CM_ENOTFOUND, CM_EIO, CM_EARG (not a directory). */
int tree_open(struct tree **out, const char *root, struct err *e);
void tree_close(struct tree *t); /* NULL is fine */
/* 1, or 0 at the end. */
int tree_next(struct tree *t, struct tree_entry *out);
/* How many entries the rules left out so far. */
int64_t tree_ignored(const struct tree *t);
/* Is this file, below the root, one that a walk would give? For one that was
 * just written. */
bool tree_has(const char *root, struct str path);

/* The built-in rules. */
extern const char tree_rules[];

#endif
