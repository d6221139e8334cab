/* budget.c - see budget.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "worker/budget.h"

#define DAY_MS INT64_C(86400000)

bool budget_is_left(struct worker *w, struct err *why)
{
    int64_t most_tokens = config_int(&w->config, OPT_DAILY_TOKENS);
    double most_usd = config_num(&w->config, OPT_DAILY_USD);
    int64_t tokens = 0, micro = 0, now = clock_now_ms();

    if (usage_since(w->db, now - now % DAY_MS, &tokens, &micro, why) < 0)
        return true;
    if (most_tokens && tokens >= most_tokens) {
        err_set(why, CM_EFULL, "today's cap of %lld tokens is reached "
                "(daily_tokens)", (long long)most_tokens);
        return false;
    }
    if (most_usd > 0 && (double)micro >= most_usd * 1e6) {
        err_set(why, CM_EFULL, "today's cap of $%.2f is reached (daily_usd)",
                most_usd);
        return false;
    }
    return true;
}

void budget_book(struct worker *w, struct usage_in *u,
                 const struct llm_result *r)
{
    struct err e;

    u->time_ms = clock_now_ms();
    u->provider = r->provider;
    u->model = r->model;
    u->input_tokens = r->input_tokens;
    u->cached_tokens = r->cached_tokens;
    u->output_tokens = r->output_tokens;
    u->micro_usd = r->micro_usd;
    u->ms = r->ms;
    u->error = r->rc < 0 ? str_of(r->err.msg) : STR_NONE;
    w->counts.llm_calls++;
    w->counts.llm_failures += r->rc < 0;
    if (worker_own_tx(w, &e) < 0 || usage_put(w->db, u, &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        log_error("usage not written: %s", e.msg);
    }
}

int64_t budget_wait_ms(void)
{
    return DAY_MS - clock_now_ms() % DAY_MS;
}
