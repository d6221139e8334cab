/* Tests that macros make. */
#include "test.h"

/* The order stays. */
TEST(spool, keeps_order)
{
    int n = read_spool(1);

    CHECK(n == 1);
}

Test(frames, ends, .init = setup)
{
    cr_assert(end_frame());
}

TEST(alone)
{
    one();
}

TEST works(void)
{
    three();
}

START_TEST(checked)
{
    two();
}
END_TEST

START_TEST(checked_again)
{
    twice();
}
END_TEST

int behind;

/* No test: another macro, a call, a declaration. */
FOREACH(x, y)
{
    four();
}
TEST(not, one);

static int after(void)
{
    TEST(in, here);
    { five(); }
    return 0;
}
