/*
 * llm_policy.h - when to ask a failing model again: backoff and circuit
 * breaker. No clock and no I/O in here: callers say what time it is, on any
 * clock that only goes forward.
 */
#ifndef CMEM_WORKER_LLM_POLICY_H
#define CMEM_WORKER_LLM_POLICY_H

#include "base/common.h"

/*
 * Milliseconds to wait before try number `tries` + 1, after `tries` failed
 * ones: anything from 0 to base * 2^(tries - 1), at most `cap`, so that many
 * clients that failed together do not come back together. `random` is 32
 * random bits.
 */
int backoff_ms(int tries, int base_ms, int cap_ms, uint32_t random);

/*
 * Closed: requests go out. Open: none does until a time. Half open: after
 * that time one goes out as a probe; its success closes the circuit, its
 * failure opens it for twice as long.
 *
 * A zeroed struct with its three limits filled in is a closed one.
 */
struct breaker {
    int max_failures; /* in a row that open it */
    int base_ms;      /* first time open */
    int max_ms;       /* longest time open */
    int failures;     /* in a row */
    int opened;       /* times in a row, 0 when closed */
    int64_t until_ms; /* open until then, when opened > 0 */
    bool probing;     /* the probe is on its way */
};

bool breaker_is_open(const struct breaker *b, int64_t now_ms);
/* May a request go out now? In the half-open state the one that was told yes
 * is the probe, and must end in breaker_success, _failure or _cancel. */
bool breaker_start(struct breaker *b, int64_t now_ms);
void breaker_success(struct breaker *b);
/* True when this failure opened the circuit. */
bool breaker_failure(struct breaker *b, int64_t now_ms);
/* The request was taken back, or failed for reasons of its own. */
void breaker_cancel(struct breaker *b);
/* Open for that long at least, because the server asked for it. */
void breaker_pause(struct breaker *b, int64_t now_ms, int64_t ms);

#endif
