/* llm_policy_test.c - backoff and circuit breaker, without a clock. */
#include "test.h"

#include "worker/llm_policy.h"

static struct breaker fresh(void)
{
    return (struct breaker){.max_failures = 3, .base_ms = 100, .max_ms = 350};
}

TEST(llm_policy, backoff_doubles_to_its_cap_and_jitters_fully)
{
    CHECK_INT(backoff_ms(1, 1000, 60000, 1000), 1000);
    CHECK_INT(backoff_ms(1, 1000, 60000, 1001), 0);
    CHECK_INT(backoff_ms(2, 1000, 60000, 2000), 2000);
    CHECK_INT(backoff_ms(3, 1000, 60000, 4000), 4000);
    CHECK_INT(backoff_ms(40, 1000, 60000, 60000), 60000);
    CHECK_INT(backoff_ms(40, 1000, 60000, 60001), 0);
    CHECK_INT(backoff_ms(1, 0, 60000, 77), 0);
}

TEST(llm_policy, breaker_opens_after_failures_in_a_row_only)
{
    struct breaker b = fresh();

    CHECK(!breaker_failure(&b, 0));
    CHECK(!breaker_failure(&b, 0));
    breaker_success(&b);
    CHECK(!breaker_failure(&b, 0));
    CHECK(!breaker_failure(&b, 0));
    CHECK(!breaker_is_open(&b, 0));
    CHECK(breaker_failure(&b, 5));
    CHECK(breaker_is_open(&b, 5));
    CHECK(breaker_is_open(&b, 104));
    CHECK(!breaker_is_open(&b, 105));
}

TEST(llm_policy, breaker_lets_one_probe_through)
{
    struct breaker b = fresh();

    for (int i = 0; i < 3; i++)
        breaker_failure(&b, 0);
    CHECK(!breaker_start(&b, 99));
    CHECK(breaker_start(&b, 100));
    CHECK(!breaker_start(&b, 100));
    breaker_success(&b);
    CHECK(breaker_start(&b, 100));
    CHECK(breaker_start(&b, 100));
}

TEST(llm_policy, breaker_stays_open_twice_as_long_up_to_its_cap)
{
    struct breaker b = fresh();

    for (int i = 0; i < 3; i++)
        breaker_failure(&b, 0);
    CHECK(breaker_start(&b, 100));
    CHECK(breaker_failure(&b, 100));
    CHECK_INT(b.until_ms, 300);
    CHECK(breaker_start(&b, 300));
    CHECK(breaker_failure(&b, 300));
    CHECK_INT(b.until_ms, 650); /* not 700 */
    /* After it has been closed it begins anew. */
    CHECK(breaker_start(&b, 650));
    breaker_success(&b);
    for (int i = 0; i < 3; i++)
        breaker_failure(&b, 1000);
    CHECK_INT(b.until_ms, 1100);
}

TEST(llm_policy, a_cancelled_probe_leaves_room_for_another)
{
    struct breaker b = fresh();

    for (int i = 0; i < 3; i++)
        breaker_failure(&b, 0);
    CHECK(breaker_start(&b, 100));
    breaker_cancel(&b);
    CHECK(breaker_start(&b, 100));
}

TEST(llm_policy, late_failures_do_not_prolong_an_open_circuit)
{
    struct breaker b = fresh();

    for (int i = 0; i < 3; i++)
        breaker_failure(&b, 0);
    CHECK(!breaker_failure(&b, 50));
    CHECK_INT(b.until_ms, 100);
}

TEST(llm_policy, a_pause_opens_at_once_and_never_shortens)
{
    struct breaker b = fresh();

    breaker_pause(&b, 0, 500);
    CHECK(breaker_is_open(&b, 499));
    breaker_pause(&b, 0, 100);
    CHECK(breaker_is_open(&b, 499));
    CHECK(breaker_start(&b, 500));
    breaker_success(&b);
    CHECK(!breaker_is_open(&b, 0));
}
