/* code_rank.c - see code_rank.h. */
#include "base/common.h"

#include <math.h>

#include "ops/code_rank.h"

/* 0.85 ^ 40 is 0.0015: what is left of the first guess. */
#define ROUNDS_MAX 40
#define NEAR       1e-7

struct weighed {
    uint32_t from, to;
    float share; /* of what `from` gives on */
};

static struct weighed *weigh(const struct code_edge *edges, size_t n,
                             struct arena *a)
{
    struct weighed *v = arena_array(a, n + 1, sizeof(v[0]));

    for (size_t i = 0, end; i < n; i = end) {
        double sum = 0;

        for (end = i; end < n && edges[end].from == edges[i].from; end++)
            sum += sqrt(edges[end].n);
        for (size_t k = i; k < end; k++)
            v[k] = (struct weighed){edges[k].from, edges[k].to,
                                    (float)(sqrt(edges[k].n) / sum)};
    }
    return v;
}

static void normalise(const double *teleport, size_t nodes, double *t)
{
    double sum = 0;

    for (size_t i = 0; i < nodes; i++)
        sum += teleport[i];
    for (size_t i = 0; i < nodes; i++)
        t[i] = sum > 0 ? teleport[i] / sum : 1.0 / (double)nodes;
}

void code_rank(const struct code_edge *edges, size_t n_edges, size_t nodes,
               const double *teleport, struct arena *a, double *rank)
{
    struct weighed *v = weigh(edges, n_edges, a);
    double *t = arena_array(a, nodes + 1, sizeof(t[0]));
    double *next = arena_array(a, nodes + 1, sizeof(next[0]));
    bool *gives = arena_array(a, nodes + 1, sizeof(gives[0]));

    normalise(teleport, nodes, t);
    memcpy(rank, t, nodes * sizeof(t[0]));
    for (size_t i = 0; i < n_edges; i++)
        gives[v[i].from] = true;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        double sinks = 0, moved = 0;

        for (size_t i = 0; i < nodes; i++)
            sinks += gives[i] ? 0 : rank[i];
        for (size_t i = 0; i < nodes; i++)
            next[i] = (1 - RANK_DAMPING + RANK_DAMPING * sinks) * t[i];
        for (size_t i = 0; i < n_edges; i++)
            next[v[i].to] += RANK_DAMPING * rank[v[i].from] * v[i].share;
        for (size_t i = 0; i < nodes; i++) {
            moved += fabs(next[i] - rank[i]);
            rank[i] = next[i];
        }
        if (moved < NEAR)
            break;
    }
}
