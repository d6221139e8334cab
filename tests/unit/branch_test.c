/* branch_test.c - what belongs to a branch until it is merged. */
#include "base/common.h"

#include "seed.h"
#include "store/access.h"
#include "store/read_memory.h"
#include "test.h"

static size_t listed(struct seed *s, const char *on, bool children)
{
    struct memory_filter f = {.project_id = s->project,
                              .on_branch = str_of(on),
                              .with_children = children,
                              .now_ms = SEED_NOW};
    struct memory_list l;

    CHECK_INT(memories_before(s->db, &f, PLACE_END, 100, &s->arena, &l, NULL),
              0);
    return l.n;
}

TEST(branch, hides_what_is_not_merged_from_other_branches)
{
    struct seed s;

    seed_open(&s);
    seed_memory(&s,
                (struct memory_in){.title = STR("bound"),
                                   .text = STR("bound to x"),
                                   .branch = STR("x"),
                                   .commit = STR("1234567")},
                1);
    seed_memory(&s,
                (struct memory_in){.title = STR("merged"),
                                   .text = STR("made on x, merged"),
                                   .branch = STR("x")},
                2);
    seed_memory(
        &s,
        (struct memory_in){.title = STR("free"), .text = STR("of no branch")},
        3);
    CHECK_INT(listed(&s, "", false), 3);
    CHECK_INT(listed(&s, "x", false), 3);
    CHECK_INT(listed(&s, "main", false), 2);
    CHECK_INT(listed(&s, "y", false), 2);
    CHECK_INT(listed(&s, "(1a2b3c4)", false), 3); /* on no branch */
    seed_close(&s);
}

TEST(branch, leaves_subagents_out_unless_asked)
{
    struct seed s;
    int64_t child;

    seed_open(&s);
    seed_session(&s, "parent", "main", 1, NULL);
    child = seed_session(&s, "parent:a", "main", 1, "parent");
    seed_said(&s, child, "found", "found by a subagent");
    seed_said(&s, 0, "told", "told by nobody's child");
    CHECK_INT(listed(&s, "", false), 1);
    CHECK_INT(listed(&s, "", true), 2);
    seed_close(&s);
}

TEST(access, keeps_the_last_twenty)
{
    struct access_use use[3];
    struct seed s;
    int64_t id, ids[3];

    seed_open(&s);
    id = seed_said(&s, 0, "one", "read often");
    ids[0] = 12345; /* is not there */
    ids[1] = id;
    ids[2] = seed_said(&s, 0, "two", "never read");
    for (int i = 0; i < 30; i++)
        CHECK_INT(access_put(s.db, ids, 2, "show", SEED_NOW + i, NULL), 0);
    CHECK_INT(access_read(s.db, ids, 3, SEED_NOW + 29, use, NULL), 0);
    CHECK_INT(use[0].times, 0);
    CHECK_INT(use[1].times, ACCESS_MAX);
    CHECK_INT(use[1].last_ms, SEED_NOW + 29);
    CHECK(use[1].heat > 19.9 && use[1].heat <= 20);
    CHECK_INT(use[2].times, 0);
    CHECK(use[2].heat == 0);
    seed_close(&s);
}

TEST(access, counts_less_with_age_and_when_it_was_only_given)
{
    struct access_use use;
    struct seed s;
    int64_t id;

    seed_open(&s);
    id = seed_said(&s, 0, "one", "read often");
    CHECK_INT(access_put(s.db, &id, 1, "show", SEED_NOW, NULL), 0);
    CHECK_INT(access_put(s.db, &id, 1, "start", SEED_NOW + 1, NULL), 0);
    CHECK_INT(access_read(s.db, &id, 1, SEED_NOW + ACCESS_HALF_DAYS * SEED_DAY,
                          &use, NULL),
              0);
    CHECK(use.heat > 0.62 && use.heat < 0.63); /* (1 + 0.25) / 2 */
    seed_close(&s);
}
