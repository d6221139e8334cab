/*
 * llm_verdict.h - what a failed try means: whether the request may work
 * later, whether to try at once again, when, and the sentence for a person.
 *
 *   network, timeout, 408, 409, 425, 429, 5xx    transient, tried again
 *   a reply that is none                         transient, not tried again:
 *                                                it may have cost money
 *   everything else                              permanent
 */
#ifndef CMEM_WORKER_LLM_VERDICT_H
#define CMEM_WORKER_LLM_VERDICT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct json;
struct llm_http_reply;

struct verdict {
    int rc;
    struct err err;
    bool transient;
    bool again;
    int64_t retry_ms; /* the server asked for so long, 0 if it did not */
};

/* Who failed. The key is only for taking it out of what is quoted. */
struct verdict_on {
    const char *provider;
    struct str base_url;
    struct str key;
};

/* There was no whole reply: r->rc and r->err say why. */
void verdict_of_transport(struct verdict *v, const struct verdict_on *on,
                          const struct llm_http_reply *r);
/* A status that is not 200; body is the reply's JSON, or NULL. */
void verdict_of_status(struct verdict *v, const struct verdict_on *on,
                       const struct llm_http_reply *r, const struct json *body);

/* Foreign words, fit for a sentence of ours: without the key and control
 * characters, on one line, short. Lives in a. */
struct str verdict_quote(const struct verdict_on *on, struct arena *a,
                         struct str text);

#endif
