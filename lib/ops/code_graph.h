/*
 * code_graph.h - a whole tree as a graph: what refers to what.
 *
 * For questions that need every reference at once (map, files). Who asks for
 * one symbol's neighbours walks instead (code_walk.h): that costs only what it
 * meets.
 *
 * Nodes are the symbols of the tree, and behind them one for each file: what
 * stands outside of any symbol. An edge is one or more references that are
 * resolved to one definition (code_resolve.h); ambiguous ones are counted and
 * make none. The same index gives the same graph, in the same order.
 */
#ifndef CMEM_OPS_CODE_GRAPH_H
#define CMEM_OPS_CODE_GRAPH_H

#include "base/common.h"
#include "ops/op.h"
#include "store/code_read.h"

struct code_edge {
    uint32_t from, to; /* nodes */
    uint32_t n;        /* references */
};

struct code_graph {
    struct code_file_row *files; /* in the order of their paths */
    size_t n_files;
    struct code_symbol_row *symbols; /* file after file, each in order; without
                                      * signature and doc */
    size_t n_symbols;
    uint32_t *first; /* symbol of each file, and one behind the last */
    uint32_t *file;  /* of each symbol */
    struct code_edge *edges; /* by from, then to */
    size_t n_edges;
    int64_t ambiguous; /* references that are no edge */
    bool cut;          /* more edges than are kept */
};

/* Lives in env->a. */
int code_graph_read(struct op_env *env, int64_t tree_id,
                    struct code_graph *out, struct err *e);

static inline uint32_t code_graph_node_of_file(const struct code_graph *g,
                                               size_t file)
{
    return (uint32_t)(g->n_symbols + file);
}
static inline size_t code_graph_file_of(const struct code_graph *g,
                                        uint32_t node)
{
    return node < g->n_symbols ? g->file[node] : node - g->n_symbols;
}

#endif
