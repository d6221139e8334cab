/*
 * provider.h - the language model services cmem speaks to, one row each.
 *
 * A row builds a request and reads its reply. Neither touches the network:
 * llm.c sends what was built. The exception is the row without functions,
 * claude, whose requests are runs of a program (provider_claude.h).
 */
#ifndef CMEM_WORKER_PROVIDER_H
#define CMEM_WORKER_PROVIDER_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

struct json;
struct jsonw;
struct llm_http_request;
struct llm_config;
struct llm_request;

/*
 * How this server, and this model, want to be asked. Starts zeroed, which is
 * the best way; each field counts upwards as the server refuses one way after
 * the other (see `adapt`). Remembered as long as the worker lives.
 */
struct dialect {
    int schema; /* how the reply's form is asked for */
    int limit;  /* how the reply's length is limited */
    int extra;  /* niceties that not everybody knows */
};

/* Everything a request is made of. */
struct ask {
    const struct llm_config *config;
    const struct llm_request *request;
    struct dialect dialect;
    struct arena *a; /* where the request is built */
    int timeout_ms;
};

/* Tokens are -1 when the reply does not say. */
struct answer {
    struct str text;
    struct str model;
    int64_t input_tokens; /* all of them, with the two below */
    int64_t cached_tokens;
    int64_t stored_tokens;
    int64_t output_tokens;
    int64_t micro_usd; /* -1 when the reply does not say */
    bool truncated;
};

struct provider {
    const char *name;
    const char *model;   /* default */
    const char *url;     /* default */
    const char *key_env; /* the usual variable, NULL when there is none */
    bool is_free;        /* runs on the user's own machine */
    /* Fills url, headers and body of *out, all in q->a. */
    void (*build)(const struct ask *q, struct llm_http_request *out);
    /* Reads the body of a status 200. Slices of *out are borrowed from body
     * or live in a. CM_EFORMAT when it is not a reply, CM_EPERM when the model
     * declined to answer. */
    int (*read)(const struct json *body, struct arena *a, struct answer *out,
                struct err *e);
    /* The server refused the request with `message`. Is there another way to
     * ask? Then *d is changed to it. */
    bool (*adapt)(struct dialect *d, struct str message);
};

/* NULL when there is none of that name. */
const struct provider *provider_find(struct str name);

/* What the rows share. */

/* base + path, with `version` ("/v1") between them unless base ends in it. */
struct str provider_url(struct arena *a, struct str base, const char *version,
                        const char *path);
/* The system part with the schema in words, for servers that cannot be given
 * it in another way. */
struct str provider_system_with_schema(const struct ask *q);
/* {"role": ..., "content": ...}; nothing for an empty text. */
void provider_put_message(struct jsonw *w, const char *role, struct str text);
/* The sentence in the body of a failure, wherever it stands, or empty. */
struct str provider_error_text(const struct json *body);
/* A count of tokens in a reply: from 0 to a thousand million, else `absent`. */
int64_t provider_tokens(const struct json *usage, const char *key,
                        int64_t absent);
/* Do the words occur in the message, ASCII case folded? NULL ends the list. */
bool provider_says(struct str message, const char *const *words);
/* Text without the <think>...</think> that some models begin with. */
struct str provider_skip_thinking(struct str text);

/* A request's JSON: a byte becomes six when it is a control character. */
#define PROVIDER_BODY_MAX (32u * 1024u * 1024u)

/* Reasoning counts as output: room for it, besides what the caller wants. */
#define PROVIDER_THINKING_TOKENS 4096
/* A request that says nothing else. */
#define PROVIDER_MAX_TOKENS 4096
int provider_max_tokens(const struct ask *q);

extern const struct provider provider_anthropic;
extern const struct provider provider_openai;
extern const struct provider provider_gemini;
extern const struct provider provider_ollama;
extern const struct provider provider_claude;

#endif
