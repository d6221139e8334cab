/*
 * places.h - sessions and groups as answers: what their members say together.
 *
 * A place is not only as good as its best member. It has the question's words
 * in several of them, or in turns of which no memory was made; and what ran at
 * the same time as a session that answers belongs to the same work more often
 * than not. Evidences of a place join as those of a memory do (fuse.h), with
 * weights of their own (weights.h); what a session beside it lends comes after,
 * so that it never passes the one that lends.
 */
#ifndef CMEM_SEARCH_PLACES_H
#define CMEM_SEARCH_PLACES_H

#include "base/common.h"
#include "base/err.h"
#include "search/cands.h"

struct place {
    struct cand **v; /* its members, best first */
    size_t n;
    int64_t session_id; /* BY_SESSION; 0: of none */
    int64_t newest_ms;
    float x[PLACE_EVIDENCE_COUNT];
    float share[SIGNAL_COUNT];
    double score;
};

/* By f->rq->by: f->places, best first, in f->a. */
int places_find(struct finding *f, struct err *e);

#endif
