/* llm_cost.c - see llm_cost.h. */
#include "base/common.h"

#include "worker/llm.h"
#include "worker/llm_cost.h"
#include "worker/price.h"
#include "worker/provider.h"

/* Rule of thumb where the provider reports none. */
#define BYTES_PER_TOKEN 4

static int64_t estimate(size_t bytes)
{
    return (int64_t)((bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
}

static void set_tokens(const struct cost_of *c, struct llm_result *r)
{
    const struct llm_request *q = c->request;
    const struct answer *a = c->answer;

    r->estimated = a->input_tokens < 0 || a->output_tokens < 0;
    r->input_tokens = a->input_tokens;
    if (a->input_tokens < 0)
        r->input_tokens = estimate(q->system.n + q->user.n + q->schema.n);
    r->output_tokens = a->output_tokens;
    if (a->output_tokens < 0)
        r->output_tokens = estimate(a->text.n);
    r->cached_tokens = a->cached_tokens;
    if (r->cached_tokens > r->input_tokens)
        r->cached_tokens = r->input_tokens;
}

/* False when the price is not known. */
static bool find_price(const struct cost_of *c, struct str model,
                       struct price *p)
{
    double in = c->config->price_in, out = c->config->price_out;
    bool known = true;

    if (c->provider->is_free)
        *p = (struct price){0};
    else
        known = price_find(model, p) || price_find(c->config->model, p);
    /* A price that the user gave counts for cached tokens too: better the
     * bill is lower than what is said here than the other way round. */
    if (in >= 0)
        p->input = p->cached = p->stored = in;
    if (out >= 0)
        p->output = out;
    return known || (in >= 0 && out >= 0);
}

void llm_cost(const struct cost_of *c, struct llm_result *r)
{
    const struct llm_config *config = c->config;
    bool is_given = config->price_in >= 0 && config->price_out >= 0;
    struct price price = {0};
    struct price_tokens t;

    set_tokens(c, r);
    if (c->answer->micro_usd >= 0 && !is_given) {
        r->micro_usd = c->answer->micro_usd;
        r->price_known = true;
        return;
    }
    if (!find_price(c, r->model, &price))
        return;
    t = (struct price_tokens){r->input_tokens, r->cached_tokens,
                              c->answer->stored_tokens, r->output_tokens};
    r->micro_usd = price_of(&price, &t);
    r->price_known = true;
}
