/* named.c - the signals "names it" and "is related to what it names". */
#include "base/common.h"

#include "search/cands.h"
#include "search/graph.h"

/* Memories of both together. */
#define NAMED_MOST 96

int named_propose(struct finding *f, struct err *e)
{
    int64_t *ids = arena_array(f->a, NAMED_MOST, sizeof(*ids));
    struct graph_hit *hits = NULL;
    size_t n = 0;
    int rc;

    if (without(f, SIGNAL_NAMES) && without(f, SIGNAL_GRAPH))
        return 0;
    rc = graph_find(f->db, f->rq->words, f->rq->filter.project_id, NAMED_MOST,
                    f->a, &hits, &n, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        ids[i] = hits[i].memory_id;
    rc = cands_read(f, ids, n, e);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct cand *c = cands_find(&f->c, hits[i].memory_id);

        if (c && !without(f, SIGNAL_NAMES))
            c->x[EVIDENCE_NAMES] = hits[i].names;
        if (c && !without(f, SIGNAL_GRAPH))
            c->x[EVIDENCE_GRAPH] = hits[i].graph;
    }
    return rc;
}
