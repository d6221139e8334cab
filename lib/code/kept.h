/*
 * kept.h - the last versions of some texts with their trees, so that the next
 * version of one is parsed from there and not from its start.
 *
 *     TSTree *old = kept_find(&k, grammar, text);   edited, or NULL
 *     tree = ts_parser_parse(ts, old, ...);
 *     kept_put(&k, &keep, &version);
 *
 * Invariants:
 *   1. What is kept is bounded: KEPT_MAX texts, keep.max_bytes together. A tree
 *      takes some fifteen times its text.
 *   2. A tree that came of an old one and has no errors is the tree that the
 *      text alone gives. One with errors may be another one, because what a
 *      parser does where a text is torn depends on how it got there; such a
 *      version is "unsure".
 */
#ifndef CMEM_CODE_KEPT_H
#define CMEM_CODE_KEPT_H

#include "base/common.h"
#include "base/str.h"
#include "code/parse.h"
#include "code/sitter.h"

#if CODE_HAVE_SITTER

/* Versions of that many files at once. */
#define KEPT_MAX 6

struct kept {
    const TSLanguage *g; /* NULL: free */
    TSTree *tree;
    struct str text;
    char *copy;          /* that it is in; kept_put makes it */
    uint64_t digest;     /* what it gave, when that is unsure; else 0 */
    uint64_t used;       /* the larger the later */
};

struct kept_texts {
    struct kept v[KEPT_MAX];
    size_t bytes;
    uint64_t uses;
};

/* A copy of the tree of the text that has most in common with this one, three
 * quarters at least, edited to what it became; ts_tree_delete frees it. NULL:
 * there is none. */
TSTree *kept_find(const struct kept_texts *k, const TSLanguage *g,
                  struct str text);
/* The kept version of this very text, or NULL. */
const struct kept *kept_same(const struct kept_texts *k, const TSLanguage *g,
                             struct str text);
/* Takes v->tree, in the place of the version before it; what was not used for
 * longest makes room. Not kept, it is freed. */
void kept_put(struct kept_texts *k, const struct code_keep *keep,
              const struct kept *v);
void kept_free(struct kept_texts *k);

#endif
#endif
