/*
 * cands.h - candidates: memories that some signal proposed, with what is known
 * of them. The parts of a search (gather.c, beside.c, pick.c) share a finding.
 */
#ifndef CMEM_SEARCH_CANDS_H
#define CMEM_SEARCH_CANDS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "search/fuse.h"
#include "search/search.h"
#include "search/when.h"
#include "search/words.h"
#include "store/db.h"

struct cand {
    int64_t id, session_id, event_ms;
    int64_t order;  /* in the group */
    uint64_t group; /* 0: none */
    int importance, trust;
    bool pinned, is_prompt, wanted, has_all;
    bool is_found; /* proposed by itself, not read as a neighbour only */
    struct str terms;
    unsigned traits;  /* traits.h */
    uint32_t speaker; /* hashed */
    float *hits;      /* weighted, of each unit of the question */
    float *lent;      /* with its neighbours' */
    float cover;      /* share of the question it has, by weight */
    float cosine;     /* -2: not known */
    float x[EVIDENCE_COUNT];
    float share[SIGNAL_COUNT];
    float age, use, weight, faith; /* factors */
    float reranked; /* what the reranker said; 0: it was not asked */
    double score;
};

/* Growing; found by id. Indexes stay, pointers do not. */
struct cands {
    struct cand *v;
    size_t n, room;
    uint32_t *slot; /* open hash table: index + 1 */
    size_t mask;
};

/* How well a turn (store/said.h) meets the question: the share of its worth
 * that was spoken, and that tools were given. */
struct turn {
    int64_t batch_id, session_id;
    uint64_t units[2]; /* which of the question's, a bit for each */
    float part[2];     /* dampened by length */
    float score;
};

struct said_memory;

struct finding {
    struct db *db;
    const struct search_request *rq;
    struct arena *a;
    struct str about; /* the question without what only says how to answer */
    struct query q;
    struct when when;
    struct words w;
    struct proposals words;
    const float *qv;    /* the question as a vector, or NULL */
    struct turn *turns; /* best first */
    size_t nturns;
    struct said_memory *of_turns; /* memories made of them */
    size_t nof_turns;
    float *turn_idf; /* worth of each unit among turns; their sum is 1 */
    struct cands c;
    struct place *places; /* when they are asked for */
    size_t nplaces;
    float met[LEVEL_COUNT];
    bool is_beside; /* what is read now is read as a neighbour */
    struct search_result *out;
};

/* The candidate of that id, or NULL. */
struct cand *cands_find(const struct cands *c, int64_t id);

/* Rows by id become candidates, unless they are already or the filter keeps
 * them out. ids may hold doubles; it is sorted. */
int cands_read(struct finding *f, int64_t *ids, size_t n, struct err *e);

/* like.c: the question's vector, when there is an embedder; the memories
 * nearest to it; the cosine of every candidate. */
void like_open(struct finding *f);
int like_propose(struct finding *f, bool has_words, struct err *e);
void like_judge(struct finding *f);
/* named.c: memories that name what the question names, or what is related. */
int named_propose(struct finding *f, struct err *e);
/* turns.c: turns that have the question's words; memories made of the best
 * ones and sessions of which they are become candidates. */
int turns_propose(struct finding *f, struct err *e);
/* Does any turn have it, whoever's it is? 1, 0, or an error. */
int turns_have(struct db *db, const struct unit *u, struct arena *a,
               struct err *e);
void turns_judge(struct finding *f);
/* gather.c: candidates of every signal, as many as it takes to fill the
 * request. */
int gather(struct finding *f, struct err *e);
/* anchor.c: the time of when.anchor, which is then known, if a memory tells. */
int anchor_find(struct finding *f, struct err *e);
/* beside.c: neighbours of the best are read, and lend. */
int beside(struct finding *f, struct err *e);
/* form.c: who says it, when, and how. */
int form(struct finding *f, struct err *e);
/* judge.c: candidates beside each other, and the score. */
int judge(struct finding *f, struct err *e);

/* All of them, places (groups, else sessions) together, each in its order. */
struct cand **cands_by_place(const struct finding *f);
bool cand_same_place(const struct cand *x, const struct cand *y);

/* Own words. */
void cand_judge(struct finding *f, struct cand *c);
bool without(const struct finding *f, enum signal s);

#endif
