/* llm_policy.c - see llm_policy.h. */
#include "base/common.h"

#include "worker/llm_policy.h"

/* base * 2^doublings, at most cap. */
static int64_t doubled(int base, int doublings, int64_t cap)
{
    int64_t v = base;

    while (doublings-- > 0 && v < cap)
        v *= 2;
    return v < cap ? v : cap;
}

int backoff_ms(int tries, int base_ms, int cap_ms, uint32_t random)
{
    int64_t most = doubled(base_ms, tries - 1, cap_ms);

    return (int)(random % (uint64_t)(most + 1));
}

bool breaker_is_open(const struct breaker *b, int64_t now_ms)
{
    return b->opened > 0 && now_ms < b->until_ms;
}

bool breaker_start(struct breaker *b, int64_t now_ms)
{
    if (b->opened == 0)
        return true;
    if (now_ms < b->until_ms || b->probing)
        return false;
    b->probing = true;
    return true;
}

void breaker_success(struct breaker *b)
{
    b->failures = 0;
    b->opened = 0;
    b->probing = false;
}

bool breaker_failure(struct breaker *b, int64_t now_ms)
{
    int64_t until;

    /* Requests that left before the circuit opened and fail behind it say
     * nothing new. */
    if (breaker_is_open(b, now_ms))
        return false;
    b->failures++;
    if (b->opened == 0 && b->failures < b->max_failures)
        return false;
    until = now_ms + doubled(b->base_ms, b->opened, b->max_ms);
    b->opened++;
    b->until_ms = until;
    b->probing = false;
    return true;
}

void breaker_cancel(struct breaker *b)
{
    b->probing = false;
}

void breaker_pause(struct breaker *b, int64_t now_ms, int64_t ms)
{
    if (b->opened == 0) {
        b->opened = 1;
        b->until_ms = now_ms + ms;
    } else if (b->until_ms < now_ms + ms) {
        b->until_ms = now_ms + ms;
    }
    b->probing = false;
}
