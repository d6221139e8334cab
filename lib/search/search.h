/*
 * search.h - finding memories.
 *
 * search_run never leaves a question unanswered in silence: it gives what has
 * all words first, then what has some of them by how much of the question
 * they cover; and for words that nothing has, the nearest ones that exist. An
 * empty result tells how many memories were looked at and how many match in
 * other projects.
 *
 * Everything in a result lives in the arena given.
 */
#ifndef CMEM_SEARCH_SEARCH_H
#define CMEM_SEARCH_SEARCH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "search/near.h"
#include "search/query.h"
#include "search/rerank.h"
#include "store/db.h"
#include "store/read_memory.h"

/* What proposes candidates, and what each adds to a score. */
#define SIGNALS(X)                                                             \
    X(WORDS, "words")     /* its own words */                                  \
    X(NEAR, "near")       /* what stands beside it, before and after */        \
    X(PLACE, "place")     /* what its session or conversation is about */      \
    X(SAID, "said")       /* its turn has the words, said or done */           \
    X(MEANING, "meaning") /* says the same in other words */                   \
    X(NAMES, "names")     /* names what the question names */                  \
    X(GRAPH, "graph")     /* names what is related to that */                  \
    X(TIME, "time")       /* happened when the question says */                \
    X(FORM, "form")       /* is the sort of text that answers */

enum signal {
#define X(id, name) SIGNAL_##id,
    SIGNALS(X)
#undef X
        SIGNAL_COUNT
};
const char *signal_name(enum signal s);

enum search_by { BY_MEMORY, BY_SESSION, BY_GROUP };

struct meaning;
struct finding;

struct search_request {
    struct str words; /* empty: the newest that the filter lets through */
    struct memory_filter filter;
    size_t max;              /* results, at most SEARCH_MAX */
    struct meaning *meaning; /* NULL: without that signal */
    unsigned without;        /* bit 1 << SIGNAL_X: leave X out */
    enum search_by by;
    bool no_snippets;
    /* For learning: sees all candidates, scored. */
    void (*watch)(void *arg, const struct finding *f);
    void *watch_arg;
    const struct reranker *reranker; /* NULL: without */
    bool all_of_one; /* no more than a few of one session otherwise */
};

#define SEARCH_MAX 1000
/* Memories shown of each session or group with BY_SESSION, BY_GROUP. */
#define SEARCH_PER_SESSION 3

struct search_hit {
    struct memory_row row;
    double score;                  /* 0 to 1; 0 without words */
    float signal[SIGNAL_COUNT];    /* what each gave to the score */
    float age, use, weight, trust; /* factors that the answer was times */
    float reranked;     /* the reranker's chance; 0: it was not asked */
    bool has_all;       /* every word of the question that anything has */
    struct str snippet; /* matched words between \2 and \3; may be empty */
};

struct search_group {
    int64_t session_id; /* 0: of no session */
    struct str group;   /* BY_GROUP: its name; empty: of none */
    double score;
    float signal[SIGNAL_COUNT]; /* what each gave to the score */
    size_t matched;             /* its memories that match */
    struct search_hit hit[SEARCH_PER_SESSION];
    size_t n;
};

struct search_result {
    struct search_hit *hits; /* best first; empty with BY_SESSION, BY_GROUP */
    size_t n;
    struct search_group *groups;
    size_t ngroups;
    int64_t matched;   /* memories that have any of the words, or were found */
    bool about;        /* matched is at least that: there were too many */
    int64_t of;        /* memories in the project, or in all */
    int64_t elsewhere; /* only when matched is 0: matches of other projects */
    bool is_list; /* the newest, not ranked: there was nothing to look for, */
    int64_t from_ms, until_ms; /* or only this time; 0: open */
    int64_t as_of_ms; /* the question said so: as things stood then */
    struct near *near; /* for each word that nothing has, what is near */
    size_t nnear;
    struct rerank_note rerank;
};

int search_run(struct db *db, const struct search_request *rq, struct arena *a,
               struct search_result *out, struct err *e);

#endif
