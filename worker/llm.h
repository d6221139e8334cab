/*
 * llm.h - asks a language model: queue, retries, circuit breaker, costs.
 *
 * One struct llm per worker, on its loop. Requests are copied, queued and sent
 * at most `concurrency` at a time, over HTTP or through the user's own
 * `claude -p`; the answer comes back by a callback from the loop.
 *
 *     struct llm_config c;
 *     struct llm *l;
 *
 *     if (llm_config_from(&config, &paths, &arena, &c, &e) < 0)
 *         log_warn("%s", e.msg);          (the built-in rules do the work)
 *     else if (llm_create(&l, loop, &c, &e) == 0 && l && !llm_is_open(l, NULL))
 *         rc = llm_submit(l, &request, done, batch, &e);
 *
 * With no provider llm_create gives NULL and succeeds. Every function here
 * accepts that NULL: nothing is sent, nothing is ever open.
 *
 * What the caller may rely on:
 *   1. A submit that returned 0 is called back exactly once, from the loop,
 *      never from inside llm_submit; llm_close calls back what is left over.
 *      One that returned an error is never called back.
 *   2. The result and everything in it live until the callback returns.
 *   3. A call ends: each try within timeout_ms, at most LLM_TRIES of them,
 *      with at most LLM_BACKOFF_MAX_MS between two.
 *   4. The key is in no message, log line, URL, command line or file.
 *   5. No child process and no connection outlives `closed`.
 *   6. With nothing under way no timer runs. Connections are not kept open
 *      beyond their call.
 *   7. libcurl is loaded only when a provider that needs it is configured.
 *
 * The program must ignore SIGPIPE: a server or a child may go away while it
 * is written to.
 */
#ifndef CMEM_WORKER_LLM_H
#define CMEM_WORKER_LLM_H

#include "base/arena.h"
#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/paths.h"
#include "base/str.h"

#define LLM_TRIES          3
#define LLM_BACKOFF_MAX_MS 60000
/* A server's Retry-After is believed up to this. */
#define LLM_RETRY_MAX_MS (10 * 60 * 1000)
/* Failures in a row that open the circuit, and the longest it stays open. */
#define LLM_BREAKER_FAILURES 5
#define LLM_BREAKER_MAX_MS   (30 * 60 * 1000)
/* Requests that may wait; one more is refused with CM_EFULL. */
#define LLM_QUEUE_MAX 64
/* Bytes of a request; more is refused with CM_EFULL. */
#define LLM_REQUEST_MAX (4u * 1024u * 1024u)
/* Bytes of a reply, HTTP or standard output. */
#define LLM_REPLY_MAX (4u * 1024u * 1024u)

struct llm;
struct uv_loop_s;

/*
 * How to reach the model. llm_config_from fills it; a test may fill it by
 * hand. Slices must live until llm_create returns, which copies them.
 */
struct llm_config {
    struct str provider; /* empty: none */
    struct str model;
    struct str base_url;   /* without a slash at its end; empty for claude */
    struct str key;        /* empty when the provider needs none */
    struct str claude_bin; /* claude only */
    struct str dir;        /* claude only: where the child runs */
    int timeout_ms;        /* of one try */
    int concurrency;
    double price_in; /* micro-USD per token, below 0: built-in table */
    double price_out;
    /* 0 takes the default. Tests set them. */
    int backoff_ms; /* first wait between tries, 1 s */
    int breaker_ms; /* first time the circuit is open, 60 s */
    int kill_ms;    /* from SIGTERM to SIGKILL for a child, 2 s */
};

/*
 * Reads settings and the key. Slices live in a. The key comes from the
 * environment variable named by api_key_env (else the provider's usual one:
 * ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY), else from the line
 * "NAME=value" of the keys file. Fails with one sentence fit for
 * `cmem doctor`: CM_EARG for a setting, CM_ENOTFOUND for a missing key,
 * CM_EPERM when the keys file is readable by others.
 */
int llm_config_from(const struct config *config, const struct paths *paths,
                    struct arena *a, struct llm_config *out, struct err *e);

/* The parts of it that others need. The key of that name, or empty. */
int llm_find_key(struct str name, const char *keys, struct arena *a,
                 struct str *out, struct err *e);
/* Fit to be asked? `setting` is what the sentence calls it. */
int llm_check_url(struct str url, const char *setting, struct err *e);

struct llm_request {
    struct str system; /* the same for every call: providers cache it */
    struct str user;
    struct str schema; /* JSON schema of the reply; empty: plain text */
    int max_tokens;    /* of the reply; 0 is 4096 */
    int timeout_ms;    /* of all of it, waiting included, in one try: somebody
                          waits for the answer. 0: as configured */
};

struct llm_result {
    int rc;          /* 0 or an enum cm_err; see `transient` */
    struct err err;  /* one sentence when rc < 0 */
    struct str text; /* with a schema: JSON as the model gave it, which the
                          caller still checks; empty when rc < 0 */
    struct str provider;
    struct str model;      /* as the provider names it, else as it was asked */
    int64_t input_tokens;  /* all of them, */
    int64_t cached_tokens; /* of which read from the provider's cache */
    int64_t output_tokens;
    int64_t micro_usd; /* 0 when the price is not known */
    int64_t retry_ms;  /* transient: do not ask again for so long; 0: no
                          opinion */
    int ms;            /* from the first try's start to the end */
    int tries;
    bool estimated; /* tokens were not reported: bytes / 4 */
    bool price_known;
    bool truncated; /* the reply ended at max_tokens */
    bool transient; /* the same request may work later: network, overload,
                          rate limit, timeout, circuit open, closing. False:
                          it will fail again until something is changed */
};

typedef void (*llm_done)(void *arg, const struct llm_result *r);

/* *out is NULL when the provider is none. CM_EARG for an unknown one. */
int llm_create(struct llm **out, struct uv_loop_s *loop,
               const struct llm_config *c, struct err *e);
/* Queues a copy of *r. CM_EAGAIN while the circuit is open or l is closing,
 * CM_EFULL when *r is too long or LLM_QUEUE_MAX requests wait, CM_ENOTFOUND
 * when l is NULL. */
int llm_submit(struct llm *l, const struct llm_request *r, llm_done done,
               void *arg, struct err *e);
/*
 * Ends everything: requests are called back with CM_EAGAIN (transient), the
 * child is killed, then `closed` (may be NULL) is called and l is gone. All
 * callbacks come from the loop, which must keep running until `closed`.
 */
void llm_close(struct llm *l, void (*closed)(void *arg), void *arg);

/*
 * Is the circuit open, so that submits are refused? It opens for a minute
 * after LLM_BREAKER_FAILURES transient failures in a row, twice as long each
 * time it opens again, or for as long as a server's Retry-After asks; then
 * one request is let through as a probe.
 * *closes_ms (may be NULL) gets the wall time at which it lets one through.
 */
bool llm_is_open(const struct llm *l, int64_t *closes_ms);
/* Requests waiting or under way. */
size_t llm_pending(const struct llm *l);

#endif
