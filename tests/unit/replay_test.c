/* replay_test.c - the account of a replay: is every event somewhere? */
#include "base/common.h"

#include "cli/replay.h"
#include "test.h"

/* A hundred events, of which 90 were stored, 8 known and 2 refused. */
static struct replay whole(void)
{
    return (struct replay){
        .lines = 100,
        .sent = 100,
        .before = {.events = 1000, .known = 5, .refused = 1, .pid = 7},
        .after = {.events = 1090, .known = 13, .refused = 3, .pid = 7},
    };
}

TEST(replay, accounts_for_stored_known_and_refused_events)
{
    struct replay r = whole();

    CHECK_INT(replay_missing(&r), 0);
    CHECK(replay_is_whole(&r));
    r.after.events -= 3;
    CHECK_INT(replay_missing(&r), 3);
    CHECK(!replay_is_whole(&r));
}

TEST(replay, events_of_a_transcript_beside_the_hooks_are_no_loss)
{
    struct replay r = whole();

    r.after.events += 50;
    CHECK_INT(replay_missing(&r), 0);
    CHECK(replay_is_whole(&r));
}

TEST(replay, a_worker_that_began_anew_counts_from_nothing)
{
    struct replay r = whole();

    r.after.pid = 8;
    r.after.known = 8;
    r.after.refused = 2;
    CHECK(!replay_same_worker(&r));
    CHECK_INT(replay_missing(&r), 0);
    r.after.known = 0;
    CHECK_INT(replay_missing(&r), 8);
}

TEST(replay, lines_that_never_became_events_spoil_it)
{
    struct replay r = whole();

    r.bad = 1;
    CHECK(!replay_is_whole(&r));
    r = whole();
    r.failed = 1;
    CHECK(!replay_is_whole(&r));
    r = whole();
    r.after.dropped = 1;
    CHECK(!replay_is_whole(&r));
    r = whole();
    r.foreign = 1; /* events that cmem does not want are no loss */
    CHECK(replay_is_whole(&r));
}

TEST(replay, prints_the_account_as_text_and_as_json)
{
    struct replay r = whole();
    struct term t;
    struct buf b;
    struct json *j;

    r.sessions = 3;
    r.nkinds = 1;
    snprintf(r.kind[0].name, sizeof(r.kind[0].name), "fact");
    r.kind[0].before = 2;
    r.kind[0].after = 6;
    term_init_plain(&t, 80, 0);
    replay_print(&t, &r);
    CHECK_HAS(buf_str(&t.out), "stored            90\n");
    CHECK_HAS(buf_str(&t.out), "already known     8\n");
    CHECK_HAS(buf_str(&t.out), "fact 4");
    CHECK_HAS(buf_str(&t.out), "every event is accounted for");
    r.after.events--;
    buf_reset(&t.out);
    replay_print(&t, &r);
    CHECK_HAS(buf_str(&t.out), "1 events are not accounted for");
    buf_init(&b, 65536);
    replay_json(&r, &b);
    j = json_parse(buf_str(&b), NULL);
    CHECK_INT(json_get_int(j, "stored", -1), 89);
    CHECK_INT(json_get_int(j, "missing", -1), 1);
    CHECK(!json_get_bool(j, "accounted"));
    CHECK_INT(json_int(json_path(j, "memories.fact")), 4);
    json_free(j);
    buf_free(&b);
    buf_free(&t.out);
    buf_free(&t.scratch);
}
