/* course_test.c - questions about the course of something. */
#include "base/common.h"

#include "base/arena.h"
#include "search/course.h"
#include "test.h"

static void check_topic(const char *text, const char *want)
{
    struct arena a = {0};

    CHECK_STR(course_topic(str_of(text), &a), want);
    arena_free(&a);
}

TEST(course, topic_is_what_is_left_without_how_to_answer)
{
    check_topic("Can you list the order in which I brought up different "
                "aspects of developing my budget tracker throughout our "
                "conversations, in order? Mention ONLY and ONLY three items.",
                "developing budget tracker");
    check_topic("Can you give me a summary of how my interactions with Robert "
                "have developed over time?",
                "interactions Robert");
    check_topic("Summarize what we decided about lib/store/db.c so far",
                "decided lib/store/db.c");
}

TEST(course, topic_of_anything_else_is_itself)
{
    check_topic("fix the order of the list", "fix the order of the list");
    check_topic("Which port did I choose?", "Which port did I choose?");
    check_topic("a timeline view that shows sessions",
                "a timeline view that shows sessions");
    check_topic("Can you give me a summary?", "Can you give me a summary?");
    check_topic("", "");
}

TEST(course, long_texts_are_no_questions)
{
    struct arena a = {0};
    struct str text = arena_fmt(&a, "my order %01024d", 0);

    CHECK(course_is(STR("my order")));
    CHECK(!course_is(text));
    CHECK_INT(course_topic(text, &a).n, text.n);
    arena_free(&a);
}
