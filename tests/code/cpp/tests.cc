// Tests that macros make.
#include <gtest/gtest.h>

namespace shop {

// Sums are whole.
TEST(Sum, IsWhole) {
  EXPECT_EQ(sum(1, 2), 3);
}

TEST_F(BasketTest, Empties) { basket_.Clear(); }

}  // namespace shop

TEST_CASE("a basket can be filled", "[basket]") {
  SECTION("twice") {
    fill();
  }
}

TEST_CASE_METHOD(Basket, "with a fixture") {
  take();
}

BOOST_AUTO_TEST_CASE(stands_alone)
{
  alone();
}

BOOST_FIXTURE_TEST_CASE(with_one, Fixture)
{
  fixed();
}

// No tests.
DEFINE_THING(a, b) { made(); }
TEST_CASE("declared");

static int after() { return late(); }
