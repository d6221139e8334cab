/*
 * embedder_api.h - the embedding services cmem speaks to, one row each.
 *
 * A row builds a request and reads its reply; neither touches the network.
 */
#ifndef CMEM_WORKER_EMBEDDER_API_H
#define CMEM_WORKER_EMBEDDER_API_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "search/embedder.h"

struct llm_http_request;

struct embed_question {
    const struct embedder_choice *who;
    struct str key; /* may be empty */
    const struct str *texts;
    size_t n;
    bool is_query; /* something that is looked for, not something to find */
};

struct embed_answer {
    float *v; /* n x dim, each of length 1; lives in the arena */
    int dim;
    int64_t tokens; /* -1 when the reply does not say */
};

/* Fills url, headers and body of *out, all in a. */
void embed_api_build(const struct embed_question *q, struct arena *a,
                     struct llm_http_request *out);
/* Reads the body of a status 200: CM_EFORMAT when it does not have a usable
 * vector for each text, all as long as the first one. */
int embed_api_read(const struct embed_question *q, const struct json *body,
                   struct arena *a, struct embed_answer *out, struct err *e);

#endif
