/*
 * llm_cost.h - tokens and money of one answer.
 */
#ifndef CMEM_WORKER_LLM_COST_H
#define CMEM_WORKER_LLM_COST_H

#include "base/common.h"

struct answer;
struct llm_config;
struct llm_request;
struct llm_result;
struct provider;

struct cost_of {
    const struct llm_config *config;
    const struct provider *provider;
    const struct llm_request *request;
    const struct answer *answer;
};

/*
 * Fills the tokens, micro_usd, estimated and price_known of *r, whose model
 * is set. Prices: those of the configuration if both are there, else what the
 * reply says it cost, else nothing for a model on the user's own machine,
 * else the built-in table.
 */
void llm_cost(const struct cost_of *c, struct llm_result *r);

#endif
