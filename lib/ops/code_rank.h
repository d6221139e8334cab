/*
 * code_rank.h - personalised PageRank over a graph of code.
 *
 * L. Page, S. Brin, R. Motwani, T. Winograd: The PageRank Citation Ranking:
 * Bringing Order to the Web. Stanford InfoLab 1999-66, 1999. With
 *
 *     r(v) = (1 - d) t(v) + d (sum over u -> v of r(u) w(u, v) / W(u)
 *                              + t(v) * sum over sinks s of r(s))
 *
 * where t is the teleport vector (what the ranking is personal to; its sum is
 * made 1), w(u, v) = sqrt(references), W(u) the sum of u's, and d = 0.85. A
 * sink, which refers to nothing, leads back to t. A square root, because the
 * fourth call of a function in one body says less than the first.
 *
 * Pure and deterministic: the same graph in the same order gives the same
 * numbers.
 */
#ifndef CMEM_OPS_CODE_RANK_H
#define CMEM_OPS_CODE_RANK_H

#include "base/arena.h"
#include "base/common.h"
#include "ops/code_graph.h"

#define RANK_DAMPING 0.85

/*
 * rank[0 .. nodes) becomes the ranks, whose sum is 1. edges: by `from`;
 * teleport[0 .. nodes): not negative; all 0 is the same for every node.
 */
void code_rank(const struct code_edge *edges, size_t n_edges, size_t nodes,
               const double *teleport, struct arena *a, double *rank);

#endif
