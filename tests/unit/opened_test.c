/* opened_test.c - which memories a call of show opened. */
#include "base/common.h"

#include "test.h"
#include "worker/opened.h"

static void take(struct opened *o, const char *text)
{
    struct json *ids = json_parse(str_of(text), NULL);

    opened_take(o, ids);
    json_free(ids);
}

TEST(opened, memories_are_told_from_sessions_and_events)
{
    struct opened o;

    take(&o, "[\"#12\",\"7\",9,\"s4\",\"e99\",\"\",\"#\",\"12a\",{},null]");
    CHECK_INT(o.n, 3);
    CHECK_INT(o.ids[0], 12);
    CHECK_INT(o.ids[1], 7);
    CHECK_INT(o.ids[2], 9);
}

TEST(opened, what_is_no_number_of_a_memory_is_passed_over)
{
    struct opened o;

    take(&o, "[0,-3,\"#0\",\"-1\",\"99999999999999999999\",\"##5\"]");
    CHECK_INT(o.n, 0);
    take(&o, "[]");
    CHECK_INT(o.n, 0);
    take(&o, "\"#12\"");
    CHECK_INT(o.n, 0);
    opened_take(&o, NULL);
    CHECK_INT(o.n, 0);
}

TEST(opened, there_is_a_most)
{
    struct opened o;
    struct json *ids = json_array();

    for (int i = 1; i <= OPENED_MAX + 5; i++)
        json_push(ids, json_new_int(i));
    opened_take(&o, ids);
    CHECK_INT(o.n, OPENED_MAX);
    CHECK_INT(o.ids[OPENED_MAX - 1], OPENED_MAX);
    json_free(ids);
}
