/*
 * code_find.h - which files a described problem is about.
 *
 * A text (an issue, a question, a stack trace) against the code index. Each
 * file is taken for a document made of its symbols' names, signatures and
 * docs. What counts:
 *
 *   words     BM25 (Robertson, Walker: Okapi at TREC-3, 1994) of the text's
 *             words, taken apart at camelCase and snake_case, in each file;
 *             how often is the number of its symbols that have the word
 *   names     identifiers of the text: who defines them, and who uses them
 *   paths     named outright, or made of the text's words (files_prompt.h)
 *   refers    what the files found so far refer to more than the tree does:
 *             a walk of PageRank over the files that begins anew in them,
 *             less one that begins anywhere (code_rank.h)
 *
 * Tests, and what is no program (documents, configuration), count for less,
 * unless the text asks about such.
 */
#ifndef CMEM_OPS_CODE_FIND_H
#define CMEM_OPS_CODE_FIND_H

#include "base/common.h"
#include "ops/op.h"
#include "store/code_read.h"

#define FIND_WORDS 48
#define FIND_NAMES 24

struct find_word {
    struct str word; /* lower case, for looking up: may be a beginning */
    bool prefix;
    double idf;
    int asked;
};

struct found_file {
    struct code_file_row file;
    double score;    /* descending; the best of all is 1 */
    double words, names, path, refers; /* shares of it, before tests count
                                        * for less */
    bool named;      /* the text has its path, or the end of one */
    bool is_test;
    struct str name; /* an identifier that it defines, or empty */
};

struct code_found {
    struct found_file *v; /* best first; those with nothing left out */
    size_t n;
    size_t files; /* looked at */
    struct find_word word[FIND_WORDS];
    size_t n_words;
    bool no_refers; /* too large a tree to follow references */
};

/* Lives in env->a. */
int code_find(struct op_env *env, const struct code_tree_row *tree,
              struct str text, struct code_found *out, struct err *e);

#endif
