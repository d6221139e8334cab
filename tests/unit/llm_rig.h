/*
 * llm_rig.h - a loop, a language model client and what it answered, for
 * tests of worker/llm.c and of the providers.
 */
#ifndef CMEM_TESTS_LLM_RIG_H
#define CMEM_TESTS_LLM_RIG_H

#include <uv.h>

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "http_stub.h"
#include "worker/llm.h"

#define RIG_ANSWERS 80
#define RIG_KEY     "rig-key-0123456789"

struct rig {
    struct arena a;
    uv_loop_t loop;
    struct stub stub;
    struct llm_config config;
    struct llm *l;
    struct llm_result r[RIG_ANSWERS]; /* in the order of their coming */
    int n;
    bool closed;
};

/* A provider at the server that plays these steps; short waits. */
void rig_init(struct rig *g, const char *provider,
              const struct stub_step *steps, size_t n);
/* After the test has changed g->config. */
void rig_start(struct rig *g);
/* A small request with a schema. */
void rig_submit(struct rig *g);
/* The callback for a request of the test's own; arg is the rig. */
void rig_done(void *arg, const struct llm_result *r);
/* Runs the loop until that many answers are there. */
void rig_wait(struct rig *g, int answers);
/* Starts if needed, submits, waits; the answer. */
const struct llm_result *rig_ask(struct rig *g);
/* Closes everything and checks that nothing is left. */
void rig_end(struct rig *g);
/* The n-th request's body, parsed; lives as long as the test. */
struct json *rig_body(struct rig *g, int n);

#define RIG_SCHEMA                                                             \
    "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"}},"   \
    "\"required\":[\"title\"],\"additionalProperties\":false}"

#endif
