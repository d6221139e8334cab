/* eval_test.c - the figures that cmem eval gives. */
#include "base/common.h"

#include "cli/eval.h"
#include "test.h"

static void judge(const char *ranked, const char *gold,
                  double figure[EVAL_FIGURES])
{
    struct str ids[EVAL_DEPTH], right[EVAL_DEPTH], rest = str_of(ranked);
    struct eval_case c = {.gold = right};
    size_t n = 0;

    while (rest.n && str_split(&rest, ' ', &ids[n]))
        n++;
    rest = str_of(gold);
    while (rest.n && str_split(&rest, ' ', &right[c.ngold]))
        c.ngold++;
    eval_judge(ids, n, &c, figure);
}

#define CHECK_NEAR(got_, want_)                                                \
    do {                                                                       \
        double g_ = (got_), w_ = (want_);                                      \
        if (g_ < w_ - 1e-9 || g_ > w_ + 1e-9)                                  \
            test_fail(__FILE__, __LINE__, "%s is %f, not %f", #got_, g_, w_);  \
    } while (0)

TEST(eval, recall_is_the_share_that_was_found)
{
    double f[EVAL_FIGURES];

    judge("a b c d e f g h i j k", "b f k z", f);
    CHECK_NEAR(f[FIG_R5], .25);
    CHECK_NEAR(f[FIG_R10], .5);
    CHECK_NEAR(f[FIG_R20], .75);
    CHECK_NEAR(f[FIG_HIT1], 0);
    CHECK_NEAR(f[FIG_MRR], .5);
}

TEST(eval, the_first_is_a_hit)
{
    double f[EVAL_FIGURES];

    judge("a b", "a", f);
    CHECK_NEAR(f[FIG_R5], 1);
    CHECK_NEAR(f[FIG_R20], 1);
    CHECK_NEAR(f[FIG_HIT1], 1);
    CHECK_NEAR(f[FIG_MRR], 1);
}

TEST(eval, what_is_not_found_counts_nothing)
{
    double f[EVAL_FIGURES];

    judge("a b c", "x", f);
    CHECK_NEAR(f[FIG_R20], 0);
    CHECK_NEAR(f[FIG_MRR], 0);
    judge("", "x", f);
    CHECK_NEAR(f[FIG_R20], 0);
}

TEST(eval, only_the_depth_counts)
{
    double f[EVAL_FIGURES];

    judge("a b c d e x", "x", f);
    CHECK_NEAR(f[FIG_R5], 0);
    CHECK_NEAR(f[FIG_R10], 1);
    CHECK_NEAR(f[FIG_MRR], 1.0 / 6);
}

TEST(eval, tasks_have_their_parts)
{
    for (size_t i = 0; i < eval_tasks_count; i++) {
        const struct eval_task *t = &eval_tasks[i];
        size_t n = 0;

        while (t->figures[n])
            n++;
        CHECK(n <= EVAL_FIGURES && t->main < n);
        CHECK(t->find && (t->load || t->run));
        CHECK(!t->load || t->fill);
        CHECK(eval_is_chosen(t, str_of(t->name)));
        CHECK(eval_is_chosen(t, str_of(t->group)));
        CHECK(!eval_is_chosen(t, STR("none")));
    }
}
