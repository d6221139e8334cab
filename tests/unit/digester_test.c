/* digester_test.c - when a batch is due (worker/digester.h). */
#include "base/common.h"

#include "test.h"
#include "worker/digester.h"

static const struct batch_policy policy = {.max_events = 10,
                                           .max_bytes = 1000,
                                           .max_age_ms = 60000,
                                           .settle_ms = 100};

static struct batch_state some(void)
{
    return (struct batch_state){
        .events = 3, .bytes = 30, .first_ms = 1000, .last_ms = 5000};
}

TEST(batch, nothing_waits_nothing_is_due)
{
    struct batch_state s = {0};

    s.turn_ended = s.forced = true;
    CHECK(batch_due(&policy, &s) == INT64_MAX);
}

TEST(batch, open_turn_is_due_by_age)
{
    struct batch_state s = some();

    CHECK_INT(batch_due(&policy, &s), 61000);
}

TEST(batch, ended_turn_is_due_when_it_has_settled)
{
    struct batch_state s = some();

    s.turn_ended = true;
    CHECK_INT(batch_due(&policy, &s), 5100);
}

TEST(batch, count_and_bytes_close_at_once)
{
    struct batch_state s = some();

    s.events = 10;
    CHECK_INT(batch_due(&policy, &s), 5000);
    s = some();
    s.bytes = 1000;
    CHECK_INT(batch_due(&policy, &s), 5000);
    s.bytes = 999;
    CHECK_INT(batch_due(&policy, &s), 61000);
}

TEST(batch, failure_delays_even_an_ended_turn)
{
    struct batch_state s = some();

    s.turn_ended = true;
    s.not_before_ms = 90000;
    CHECK_INT(batch_due(&policy, &s), 90000);
}

TEST(batch, one_at_a_time_and_force_is_now)
{
    struct batch_state s = some();

    s.forced = true;
    s.not_before_ms = 90000;
    CHECK(batch_due(&policy, &s) == INT64_MIN);
    s.busy = true;
    CHECK(batch_due(&policy, &s) == INT64_MAX);
}
