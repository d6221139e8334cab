/* traits_test.c - what sort of text a memory is. */
#include "base/common.h"

#include "store/traits.h"
#include "test.h"

static bool has(const char *text, unsigned trait)
{
    return (traits_of(str_of(text)) & trait) == trait;
}

TEST(traits, self_is_one_of_the_first_words_in_twenty)
{
    CHECK(has("I moved the server to port 5001.", TRAIT_SELF));
    CHECK(has("I'm on it", TRAIT_SELF));
    CHECK(has("I\xe2\x80\x99ve never met Kyle", TRAIT_SELF));
    CHECK(has("Ada: my first sprint ends on Friday", TRAIT_SELF));
    CHECK(has("Ich nehme den Zug.", TRAIT_SELF));
    CHECK(!has("The server listens on port 5001.", TRAIT_SELF));
    CHECK(!has("Made in the US.", TRAIT_SELF));
    CHECK(!has("", TRAIT_SELF));
    CHECK(!has("a b c d e f g h i1 j k l m n o p q r s t u v my", TRAIT_SELF));
    CHECK(has("a b c d e f g h i1 j k l m n o p q r s my", TRAIT_SELF));
}

TEST(traits, code_is_not_who_speaks)
{
    CHECK(!has("Try this:\n```c\nfor (i = 0; i < n; i++)\n  i = f(i);\n```\n",
               TRAIT_SELF));
    CHECK(!has("```sh\n# one\n# two\n# three\n# four\n# five\n```\nthat's all",
               TRAIT_LAID_OUT));
}

TEST(traits, headings_and_lists_lay_a_text_out)
{
    CHECK(has("### Steps\n1. one\n12. two\n- three\n", TRAIT_LAID_OUT));
    CHECK(has("**One**: a\n\n* two\n* three\n## Four\n", TRAIT_LAID_OUT));
    CHECK(!has("### Steps\n1. one\n- two\n", TRAIT_LAID_OUT));
    CHECK(
        !has("1.5 GB\n2.5 GB\n#define A\n#define B\n-x\n-y\n", TRAIT_LAID_OUT));
}

TEST(traits, standing_wishes_begin_a_sentence)
{
    CHECK(has("Always include version numbers when I ask about libraries.",
              TRAIT_STANDING));
    CHECK(has("Thanks. Please never push to main", TRAIT_STANDING));
    CHECK(has("user: from now on run the linter first", TRAIT_STANDING));
    CHECK(!has("I have always wanted to see Lisbon.", TRAIT_STANDING));
    CHECK(!has("Never mind.", TRAIT_STANDING));
    CHECK(!has("# Tips\n- Always test\n- Never guess\n- One\n- Two\n",
               TRAIT_STANDING));
}

TEST(traits, preferences_are_of_who_speaks)
{
    CHECK(has("I prefer minimal dependencies", TRAIT_PREFERS));
    CHECK(has("I'd rather have tests, can you add some?", TRAIT_PREFERS));
    CHECK(has("How do I block my mornings rather than multitask?",
              TRAIT_PREFERS));
    CHECK(has("I prefer Trello for updates and boards, can you show how to set "
              "up a board for what was suggested in the meeting of yesterday?",
              TRAIT_PREFERS));
    CHECK(!has("### a\n- I prefer b\n- rather than c\n- my d\n- e",
               TRAIT_PREFERS));
    CHECK(!has("Editors prefer short titles, rather than long ones.",
               TRAIT_PREFERS));
}

TEST(traits, the_others_stay)
{
    CHECK(has("Did you see it?", TRAIT_ASKS));
    CHECK(has("Did you see it? ->-> 1,25", TRAIT_ASKS));
    CHECK(!has("Did you see it? I did", TRAIT_ASKS));
    CHECK(!has("Did you see it? No. (3)", TRAIT_ASKS));
    CHECK(has("I saw it 3 days ago", TRAIT_TELLS_TIME | TRAIT_SELF));
    CHECK(has("It costs 40 euros", TRAIT_NUMBER));
}
