/* budget.h - what may be spent on models today, with all of them together. */
#ifndef CMEM_WORKER_BUDGET_H
#define CMEM_WORKER_BUDGET_H

#include "base/common.h"
#include "store/batch.h"
#include "worker/llm.h"
#include "worker/worker.h"

/* Is there anything left of today's (UTC) tokens and money? If not, *why says
 * which cap was reached. */
bool budget_is_left(struct worker *w, struct err *why);
/* Writes down what a call cost, in a transaction of its own: *u says what it
 * was for, the rest is taken from r. A failure is logged. */
void budget_book(struct worker *w, struct usage_in *u,
                 const struct llm_result *r);
/* Until the next day begins. */
int64_t budget_wait_ms(void);

#endif
