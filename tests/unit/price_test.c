/* price_test.c - the price table. */
#include "test.h"

#include "worker/price.h"

TEST(price, knows_a_model_by_its_date_vendor_and_dots)
{
    static const char *const names[] = {
        "claude-haiku-4-5", "claude-haiku-4-5-20251001",
        "anthropic/claude-haiku-4.5", "claude-haiku-4-5@20251001",
        "claude-haiku-4-5-latest"};
    struct price p;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CHECK(price_find(str_of(names[i]), &p));
        CHECK_INT(p.input * 100, 100);
        CHECK_INT(p.output * 100, 500);
    }
}

TEST(price, never_takes_a_sibling_for_the_model)
{
    static const char *const names[] = {"claude-haiku-4",
                                        "claude-haiku-4-51",
                                        "gpt-5-pro",
                                        "gpt-5.1",
                                        "gpt-5.4-mini-hd",
                                        "gpt",
                                        "",
                                        "gpt-5-",
                                        "/",
                                        "gpt-4.1-mini-2"};
    struct price p = {9, 9, 9, 9};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (price_find(str_of(names[i]), &p))
            test_fail(__FILE__, __LINE__, "%s is priced", names[i]);
    CHECK_INT(p.input, 9); /* written only on success */
}

TEST(price, tells_siblings_apart)
{
    struct price p;

    CHECK(price_find(STR("gpt-5-mini-2025-08-07"), &p));
    CHECK_INT(p.output * 10, 20);
    CHECK(price_find(STR("gpt-5"), &p));
    CHECK_INT(p.output * 10, 100);
}

TEST(price, charges_cached_and_stored_tokens_at_their_own_price)
{
    struct price p = {1, 0.1, 1.25, 5};
    struct price_tokens t = {1000, 400, 100, 10};

    /* 500 + 40 + 125 + 50 */
    CHECK_INT(price_of(&p, &t), 715);
}

TEST(price, is_not_upset_by_more_cached_tokens_than_there_were)
{
    struct price p = {1, 0.1, 1.25, 5};
    struct price_tokens t = {10, 400, 0, 0};

    CHECK_INT(price_of(&p, &t), 40);
}
